"""A network as a page shows it: picture, table, worksheet, source, what changed, files to take."""

from base64 import b64encode
from importlib.util import find_spec

from archspec.drawing.options import FORMATS, Options, refused
from archspec.drawing.render import Picture, picture_of_library, render
from archspec.drawing.render import picture as picture_for
from archspec.emit.markdown import code
from archspec.live.answer import Answer
from archspec.live.question import Asked, BadQuestion, Reply

OPTIONS = {*Options._fields} - {"dot"}
"""Options of pictures that a page may give: not which program lays them out."""

_NEEDS = {"png": "PIL", "pdf": "reportlab"}
"""What some formats are written with, which a browser has not."""

TEXTS = ("py", "md", "csv", "json")
"""Downloads that are no pictures: Python source, the worksheet, the table as CSV and JSON."""


def formats() -> list[str]:
    """What can be downloaded here."""
    return [*(f for f in FORMATS if f not in _NEEDS or find_spec(_NEEDS[f])), *TEXTS]


def picture(asked: Asked) -> Reply:
    """The picture as ``svg``, and ``warnings``; or ``error``, why there is none.

    ``options`` are those of ``archspec render``. ``blocks`` are the boxes that stand for a block, each
    with the name by which the option ``expand`` opens it.
    """
    found = _drawn(asked, "svg")
    if isinstance(found, str):
        return {"error": found, "stale": asked.stale}
    data, warnings = found
    blocks = _blocks(asked)
    return {"svg": data.decode(), "warnings": warnings, "stale": asked.stale, "blocks": blocks}


def _blocks(asked: Asked) -> dict[str, str]:
    from archspec.drawing.content.opened import openable

    options = _options(asked)
    if asked.shaped is None or options.view == "volumes" or options.block or options.layer:
        return {}
    return openable(asked.shaped, options.detail, options.expand)


def table(asked: Asked) -> Reply:
    """The table of ``archspec summary``, with ``depth`` levels of blocks.

    Each row has its cells, and the numbers of its layers.
    """
    from archspec.emit.summary import _rows
    from archspec.shapes.ranges import ranges

    shaped = asked.shaped
    if shaped is None:
        return {"rows": [], "stale": asked.stale}
    depth = asked.number("depth")
    found = _rows.rows_and_layers(shaped, depth)
    return {
        "header": _rows.HEADER,
        "right": _rows.RIGHT,
        "rows": [{"cells": row, "layers": ranges(tuple(nodes))} for row, nodes in found],
        "totals": _rows.totals(shaped),
        "costs": [text for text in (*_rows.costs(shaped), _rows.idle(shaped)) if text],
        "stale": asked.stale,
    }


def worksheet(asked: Asked) -> Reply:
    """The hand calculation in Markdown."""
    from archspec.emit.worksheet import worksheet as written

    shaped = asked.shaped
    return {"markdown": "" if shaped is None else written(shaped), "stale": asked.stale}


def source(asked: Asked) -> Reply:
    """The Python source that builds the model, and ``warnings``."""
    warnings: list[str] = []
    return {"text": _source(asked, warnings), "warnings": warnings, "stale": asked.stale}


def compare(asked: Asked) -> Reply:
    """What changed since the text ``before``: ``lines`` with their signs, and a picture."""
    from archspec.diff.compare import Given, compare
    from archspec.diff.picture import picture_of
    from archspec.diff.text import text

    before = asked.texts.answer_to(asked.answer.name, asked.text("before"), current=False)
    first, second = before.shaped, asked.shaped
    if first is None or second is None:
        which = "the saved text" if first is None else "this text"
        return {"error": f"{which} is no network without errors"}
    found = compare(Given(first), Given(second))
    reply: Reply = {"same": found.same, "lines": text(found), "stale": asked.stale}
    if not found.same:
        try:
            drawn = _rendered(picture_of(found, _options(asked)), "svg")
        except (LookupError, ValueError, TypeError) as error:
            drawn = _why(error)
        if not isinstance(drawn, str):
            reply["svg"] = drawn[0].decode()
    return reply


def download(asked: Asked) -> Reply:
    """A file of ``format``, as base64 in ``data``, with ``name`` and ``warnings``; or ``error``.

    There is none of a text with errors.
    """
    format = asked.text("format")
    if format not in formats():
        return {"error": f"`.{format}` cannot be written here"}
    if asked.answer.sink.errors:
        return {"error": "the text has errors: nothing is made of it"}
    warnings: list[str] = []
    if format in TEXTS:
        if asked.shaped is None:
            return {"error": "there is no network in this file"}
        data = _text(asked, format, warnings).encode()
    else:
        found = _drawn(asked, format)
        if isinstance(found, str):
            return {"error": found}
        data, warnings = found
    name = asked.shaped.name if asked.shaped is not None else "blocks"
    return {
        "name": f"{name}.{format}",
        "data": b64encode(data).decode(),
        "warnings": warnings,
    }


def _text(asked: Asked, format: str, warnings: list[str]) -> str:
    from archspec.emit.summary import Options as TableOptions
    from archspec.emit.summary import summary

    assert asked.shaped is not None
    if format == "py":
        return _source(asked, warnings)
    if format == "md":
        return str(worksheet(asked)["markdown"])
    return summary(asked.shaped, format, TableOptions(asked.number("depth")))


def _source(asked: Asked, warnings: list[str]) -> str:
    from archspec.emit.formats.py import FORMAT

    if asked.shaped is None:
        return ""
    assert FORMAT.write is not None
    return FORMAT.write(asked.shaped, lambda *lines: warnings.append(" ".join(lines)))


def _options(asked: Asked) -> Options:
    from archspec.drawing.shown import options_of

    given = asked.given.get("options") or {}
    if not isinstance(given, dict) or not set(given) <= OPTIONS:
        raise BadQuestion("`options` must be options of pictures")
    return options_of({"theme": "light", **given})


def _drawn(asked: Asked, format: str) -> tuple[bytes, list[str]] | str:
    """A picture and what is warned of, or why there is none."""
    try:
        options = _options(asked)
        if why := refused(options, format):
            return why.replace("--", "")
        shaped = asked.shaped
        if shaped is not None:
            found = picture_for(shaped, options)
        else:
            library = _library(asked.shown, options)
            if isinstance(library, str):
                return library
            found = library
    except (LookupError, ValueError, TypeError) as error:
        return _why(error)
    return _rendered(found, format)


def _why(error: Exception) -> str:
    """What is wrong with options of a picture.

    Raises:
        BadQuestion: it is that.
    """
    if isinstance(error, BadQuestion):
        raise error
    return str(error.args[0]) if error.args else str(error)


def _library(shown: Answer, options: Options) -> Picture | str:
    """The blocks of a file that has no network."""
    from archspec.diagnostics.sink import Sink
    from archspec.drawing.library import draw_library, is_library

    document = shown.document
    if document is None or not is_library(document) or shown.sink.errors:
        return "" if shown.sink.errors else "there is no network in this file"
    sink = Sink(shown.sink.roots, shown.sink.selection)
    sink.read_as(shown.sink)
    blocks, without = draw_library(document, sink)
    if not blocks:
        named = ", ".join(code(word) for word in without)
        return f"not drawn, for nothing that was tried suits: {named}" if without else ""
    plain = options._replace(view="graph", detail="auto", expand=(), block="", layer="")
    title = document.value.get("title") or document.value.get("name") or shown.name
    return picture_of_library(blocks, str(title), plain)


def _rendered(found: Picture, format: str) -> tuple[bytes, list[str]] | str:
    from archspec.drawing.fit import Unfit
    from archspec.drawing.layout.columns import NoColumns
    from archspec.drawing.layout.engine import EngineError

    warnings: list[str] = []
    try:
        return render(found, format, warnings.append), warnings
    except EngineError as error:
        return error.message
    except Unfit as error:
        return f"there is no room for this picture: {error}"
    except NoColumns as error:
        return str(error)
