"""A network as a picture: the steps from a shaped graph to the bytes of a file, in order."""

import math
from collections.abc import Callable
from typing import NamedTuple

from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import Diagram
from archspec.drawing.layout.columns import in_columns
from archspec.drawing.layout.engine import Engine, EngineError, engines, run
from archspec.drawing.layout.places import Places, read_places, text_widths
from archspec.drawing.paint.dot import digraph
from archspec.drawing.paint.stamp import Stamp, stamp_of
from archspec.drawing.style.theme import LIGHT, THEMES
from archspec.infer.infer import ShapedGraph

FORMATS = ("svg", "png", "pdf", "dot", "mmd")
VIEWS = ("graph", "volumes")


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


class Picture(NamedTuple):
    """A picture before it is laid out."""

    shaped: ShapedGraph
    options: Options
    drawing: Diagram | None
    """None for volumes."""
    source: str
    """DOT, or the SVG of volumes."""
    stamp: Stamp


Warn = Callable[[str], object]


def picture(shaped: ShapedGraph, options: Options = Options()) -> Picture:  # noqa: B008
    """Everything that is to be seen, not yet laid out.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    if options.view == "volumes":
        from archspec.drawing.scene.volumes import draw_volumes

        source = draw_volumes(shaped, options.theme)
        return Picture(shaped, options, None, source, stamp_of(shaped, source))
    drawing = diagram(shaped, options.detail, options.expand)
    theme = THEMES.get(options.theme, LIGHT)
    source = digraph(drawing, theme, options.direction).source
    how = f"{options.theme} {options.direction} {options.columns}\n"
    return Picture(shaped, options, drawing, source, stamp_of(shaped, how + source))


def render(found: Picture, format: str, warn: Warn = lambda message: None) -> bytes:
    """The bytes of a file.

    Args:
        found: the picture.
        format: one of ``FORMATS``.
        warn: takes what a person should know, a line each.

    Raises:
        EngineError: Graphviz is missing, failed, or took too long.
    """
    if found.drawing is None:
        return _volumes(found, format)
    if format == "mmd":
        from archspec.drawing.paint.mermaid import mermaid

        text = mermaid(found.drawing, found.options.direction)
        return _stamped_mermaid(text, found.stamp)
    if format == "dot":
        return f"// {found.stamp.line()}\n{found.source}".encode()
    failed: EngineError | None = None
    for engine in engines(found.options.dot):
        try:
            data = _drawn(found, format, engine, warn)
        except EngineError as error:
            if engine.chosen or engine.bundled:
                raise
            failed = error
            continue
        if failed is not None:
            warn(f"{failed.message}; the bundled Graphviz took its place")
        return data
    raise failed or EngineError("AS505", "there is no Graphviz to lay the picture out")


def render_svg(shaped: ShapedGraph, theme: str = "auto") -> str:
    """The default picture of a network as SVG, for notebooks."""
    return render(picture(shaped, Options(theme=theme)), "svg").decode()


def _drawn(found: Picture, format: str, engine: Engine, warn: Warn) -> bytes:
    drawing, options = found.drawing, found.options
    assert drawing is not None
    laid_out = run(engine, found.source, "-Tjson0" if engine.bundled else "-Tjson")
    try:
        places = read_places(laid_out)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_picture(engine) from error
    text, how = found.source, ["-Kdot"]
    if options.direction == "TB":
        columns = in_columns(drawing, places, options.columns)
        if columns is not None:
            theme = THEMES.get(options.theme, LIGHT)
            text = digraph(drawing, theme, options.direction, columns).source
            how, places = ["-Kneato", "-n2"], columns
    if format == "svg":
        from archspec.drawing.paint.svg import polish

        labels = {f"{w.source}->{w.target}": w.label for w in drawing.wires}
        svg = run(engine, text, *how, "-Tsvg").decode("utf-8", "replace")
        widths = None if engine.bundled else text_widths(laid_out)
        try:
            return polish(svg, found.stamp, labels, widths, options.theme == "auto").encode()
        except ValueError as error:
            raise _no_picture(engine) from error
    if format == "pdf" and not engine.bundled:
        from archspec.drawing.paint.raster import finish_pdf

        return finish_pdf(run(engine, text, *how, "-Tpdf"), found.stamp)
    return _raster(found, format, engine, text, [*how, f"-Gdpi={_dpi(places)}"], warn)


def _no_picture(engine: Engine) -> EngineError:
    message = f"{engine.name} gave something else than a picture"
    return EngineError("AS505", message, "`--dot bundled` takes the one that pip installed")


def _raster(
    found: Picture, format: str, engine: Engine, text: str, how: list[str], warn: Warn
) -> bytes:
    from archspec.drawing.paint.raster import finish_png, has_font, needs_font, png_to_pdf

    if needs_font(found.source) and (engine.bundled or not has_font()):
        warn(
            f"no font here has all signs of the names in this picture: {format.upper()} shows boxes"
            " for them; SVG shows them right"
        )
    theme = THEMES.get(found.options.theme, LIGHT)
    data = run(engine, text, *how, "-Tpng")
    finish = finish_png if format == "png" else png_to_pdf
    return finish(data, found.stamp, theme)


def _dpi(places: Places) -> int:
    from archspec.drawing.paint.raster import dpi_for

    boxes = places.cards.values()
    height = max((b.top for b in boxes), default=0) - min((b.bottom for b in boxes), default=0)
    width = max((b.right for b in boxes), default=0) - min((b.left for b in boxes), default=0)
    return dpi_for(width + 300, height + math.ceil(places.header[1]) + 160)


def _stamped_mermaid(text: str, stamp: Stamp) -> bytes:
    """The comment stands after the title, which must come first."""
    head, _, rest = text.partition("\nflowchart ")
    line = stamp.line().replace("%{", "% {")  # `%%{` begins a directive, in comments too
    return f"{head}\n%% {line}\nflowchart {rest}".encode()


def _volumes(found: Picture, format: str) -> bytes:
    from archspec.drawing.paint.raster import finish_png, png_to_pdf

    theme = THEMES.get(found.options.theme, LIGHT)
    if format == "svg":
        head, end, rest = found.source.partition(">")
        if head.lstrip().startswith("<?xml"):
            more, end, rest = rest.partition(">")
            head = f"{head}>{more}"
        return f"{head}{end}{found.stamp.svg()}{rest}".encode()
    from archspec.drawing.scene.volumes import draw_volumes_png

    data = draw_volumes_png(found.shaped, found.options.theme)
    return (finish_png if format == "png" else png_to_pdf)(data, found.stamp, theme)
