"""A drawing in Python: it shows itself in a notebook, and is saved as any format."""

import os
from typing import Any

from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.fit import PAPERS, WIDTHS, Unfit, length
from archspec.drawing.options import (
    FORMATS,
    MOST_COLUMNS,
    SHAPES,
    TEXTS,
    VIEWS,
    Options,
    idle,
    refused,
)
from archspec.drawing.render import Picture, picture, render
from archspec.infer.infer import ShapedGraph

_MOST_ROWS = 60
"""Rows of a table in a notebook."""
_CHOICES = {
    "view": VIEWS,
    "detail": DETAILS,
    "direction": ("TB", "LR"),
    "theme": ("light", "dark", "auto"),
    "shape": SHAPES,
    "paper": (None, *PAPERS),
}


_NUMBERS: dict[str, tuple[float, float, Any]] = {
    "columns": (1, MOST_COLUMNS, int),
    "width": (*WIDTHS, (int, float)),
    "min_text": (*TEXTS, (int, float)),
}
"""Options that are numbers: the least, the most, and what they are."""


class Drawing:
    """A picture of a network with its table.

    In a notebook it shows itself. ``save`` writes a file, ``svg`` is the text of the picture, ``dot``
    a ``graphviz.Digraph`` of it to change.
    """

    def __init__(self, shaped: ShapedGraph, **options: Any) -> None:
        self._shaped = shaped
        self._options = options_of(options)
        self._picture: Picture = picture(shaped, self._options)
        self._said: list[str] = []

    @property
    def svg(self) -> str:
        """The picture as SVG."""
        said: list[str] = []
        text = render(self._picture, "svg", said.append).decode()
        self._said = said
        return text

    @property
    def dot(self) -> Any:
        """The picture as a ``graphviz.Digraph``; where the system has none, it runs the bundled one.

        Raises:
            ValueError: volumes are no graph.
        """
        from archspec.drawing.layout.engine import use_bundled
        from archspec.drawing.style.theme import LIGHT, THEMES
        from archspec.drawing.write.dot import digraph

        if self._picture.drawing is None:
            raise ValueError(refused(self._options, "dot"))
        use_bundled()
        theme = THEMES.get(self._options.theme, LIGHT)
        return digraph(self._picture.drawing, theme, self._options.direction)

    def save(self, path: "str | os.PathLike[str]", *, force: bool = False) -> str:
        """Write the picture; the ending of the path says as what. Gives the path.

        Args:
            path: a file that ends in .svg, .png, .pdf, .tex, .html, .dot, .mmd or .drawio.
            force: whether a file that is there already is replaced.

        Raises:
            FileExistsError: there is such a file.
            OSError: it cannot be written.
            ValueError: there is no such format, or an option cannot apply to it.
        """
        import warnings

        from archspec.files.writing import WriteError, check_file, write_safely

        name = os.fsdecode(path)
        format = os.path.splitext(name)[1].lower().removeprefix(".")
        if format not in FORMATS:
            raise ValueError(f"`.{format}` is no format of pictures: {', '.join(FORMATS)}")
        _refuse_idle(self._options, format)
        if not force and os.path.lexists(name):
            raise FileExistsError(f"{name} is there already: save(…, force=True) replaces it")
        try:
            check_file(name, force, [])
            data = render(self._picture, format, lambda said: warnings.warn(said, stacklevel=4))
            write_safely(name, data, force, [])
        except WriteError as error:
            raise OSError(str(error)) from error
        return name

    def __repr__(self) -> str:
        return f"<Drawing of {self._shaped.name}: {self._options.view}, {self._options.detail}>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return shown(self._shaped, self)


def shown(shaped: ShapedGraph, drawing: Drawing | None = None) -> str:
    """A network as a notebook shows it: the picture, and the table below it, closed."""
    from html import escape

    from archspec.drawing.layout.columns import NoColumns
    from archspec.drawing.layout.engine import EngineError
    from archspec.emit.summary import Options as TableOptions
    from archspec.emit.summary import summary

    drawing = Drawing(shaped) if drawing is None else drawing
    table = summary(shaped, "html", TableOptions(most_rows=_MOST_ROWS))
    try:
        seen = drawing.svg
    except EngineError as error:
        return f"<p>{escape(error.message)}</p>{table}"
    except Unfit as error:
        return f"<p>There is no room for this picture: {escape(str(error))}.</p>{table}"
    except NoColumns as error:
        return f"<p>{escape(str(error))}</p>{table}"
    said = "".join([f"<p><small>{escape(line)}</small></p>" for line in drawing._said])
    return (
        f'<div style="max-width:100%;overflow:auto">{seen}</div>{said}'
        f"<details><summary>Layers</summary>{table}</details>"
    )


def options_of(given: dict[str, Any]) -> Options:
    """Options in Python's words.

    Raises:
        TypeError: there is no such option.
        ValueError: an option cannot be that, or cannot apply.
    """
    unknown = [name for name in given if name not in Options._fields]
    if unknown:
        known = ", ".join(Options._fields)
        raise TypeError(f"draw() has no option `{unknown[0]}`: {known}")
    for name, allowed in _CHOICES.items():
        if name in given and given[name] not in allowed:
            said = ", ".join(repr(a) for a in allowed)
            raise ValueError(f"{name}={given[name]!r}: one of {said}")
    for name, (least, most, kind) in _NUMBERS.items():
        value = given.get(name)
        number = isinstance(value, kind) and not isinstance(value, bool)
        if name == "width" and isinstance(value, str):
            given = {**given, name: length(value)}
        elif value is not None and not (number and least <= value <= most):
            unit = " points, or a text such as '16cm'" if name == "width" else ""
            raise ValueError(f"{name}={value!r}: from {least} to {most}{unit}")
    given = {name: value for name, value in given.items() if value is not None}
    if isinstance(given.get("dot"), os.PathLike):
        given["dot"] = os.fspath(given["dot"])
    expand = given.get("expand", ())
    given["expand"] = (expand,) if isinstance(expand, str) else _names(expand)
    for name in ("dot", "block", "layer", "expand"):
        for value in given["expand"] if name == "expand" else [given.get(name, "net")]:
            if not isinstance(value, str) or not value:
                raise ValueError(f"{name}={given[name]!r}: a name is wanted")
    options = Options(**{"theme": "auto", **given})
    _refuse_idle(options, "svg")
    return options


def _names(given: Any) -> tuple[Any, ...]:
    try:
        return tuple(given)
    except TypeError:
        raise ValueError(f"expand={given!r}: a name, or a list of names") from None


def _refuse_idle(options: Options, format: str) -> None:
    if why := refused(options, format):
        raise ValueError(why.replace("--", ""))
    default = Options(theme="auto")
    for name, why in idle(options, format).items():
        if getattr(options, name) != getattr(default, name):
            raise ValueError(f"{name}={getattr(options, name)!r} cannot apply here: {why}")
