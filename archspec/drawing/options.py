"""How a network is drawn, and which of it cannot apply to a picture."""

from typing import NamedTuple

FORMATS = ("svg", "png", "pdf", "tex", "html", "dot", "mmd", "drawio")
VIEWS = ("graph", "volumes")
SHAPES = ("auto", "line", "u")
SMALLEST = {"graph": 9.0, "volumes": 8.5}
"""Size of the smallest text of a view, in points."""
MIN_TEXT = 6.5
"""Smallest text on paper, in points, if nothing else is said."""
TEXTS = 2, 20
"""What the smallest text may be, in points."""
MOST_COLUMNS = 12
_LAYER = ("svg", "png", "pdf", "tex")
"""Formats of a layer: in the first its window moves."""
_TEXTS = ("dot", "mmd")
"""Formats that others lay out."""


class Options(NamedTuple):
    """How a network is drawn."""

    view: str = "graph"
    detail: str = "auto"
    expand: tuple[str, ...] = ()
    direction: str = "TB"
    theme: str = "light"
    """``light``, ``dark``, or ``auto``: an SVG that follows the page."""
    columns: int | None = None
    dot: str | None = None
    """Path of Graphviz's program, or ``bundled``."""
    shape: str = "auto"
    """Of volumes: ``line``, ``u`` for an encoder and a decoder, or what suits."""
    width: float | None = None
    """In points."""
    paper: str | None = None
    """Name of a paper, such as ``a4``."""
    min_text: float = MIN_TEXT
    """Smallest text on ``width`` or ``paper``, in points."""
    block: str = ""
    """The block that is drawn, by path or word; empty for the network."""
    layer: str = ""
    """The layer whose window is drawn, by path or word; empty for the network."""


def refused(options: Options, format: str) -> str:
    """Why there can be no such picture; empty if there can."""
    if options.layer and format not in _LAYER:
        named = ", ".join([f".{name}" for name in _LAYER])
        return f"a layer cannot be written as .{format}: take one of {named}"
    if options.layer and (options.block or options.view == "volumes"):
        return "`--layer` draws a layer, `--block` a block, `--view volumes` a network: take one"
    if options.view == "volumes" and format in (*_TEXTS, "html"):
        named = ", ".join([f".{name}" for name in FORMATS if name not in (*_TEXTS, "html")])
        return f"volumes cannot be written as .{format}: take one of {named}"
    if options.width is not None and options.paper is not None:
        return "`--width` and `--paper` both say how wide the picture is: take one"
    return ""


def idle(options: Options, format: str) -> dict[str, str]:
    """The options that could not change anything if they were given, and why.

    Args:
        options: all of them.
        format: one of ``FORMATS``.
    """
    if options.layer:
        names = [n for n in Options._fields if n not in ("view", "theme", "block", "layer")]
        return dict.fromkeys(names, "a layer is drawn as its maps, at one size")
    volumes = options.view == "volumes"
    found: dict[str, str] = {}
    if volumes:
        found["direction"] = "volumes have a shape"
        found["columns"] = "volumes stand in rows for a width"
        found["dot"] = "volumes need no Graphviz"
        found["block"] = "volumes show a network"
    else:
        found["shape"] = "it is of the view `volumes`"
        if options.detail in ("layers", "fused"):
            found["expand"] = f"with detail `{options.detail}` every block is open"
    if options.block:
        found["detail"] = found["expand"] = "a block is drawn as what is in it"
    if format in _TEXTS:
        for name in ("columns", "width", "paper", "dot"):
            found[name] = f"a .{format} file is laid out by what draws it"
    if format == "html":
        found["width"] = found["paper"] = "a page has the width of its window"
        found["block"] = "on a page every block can be opened"
    if format == "mmd":
        found["theme"] = "what shows Mermaid has colours of its own"
    if options.width is None and options.paper is None:
        found["min_text"] = "it is the smallest text on a width or a paper"
    return found
