"""What is said of a text and of places in it, as values that JSON has."""

from typing import Any

from archspec.diagnostics.place import Place, Span
from archspec.diagnostics.report.json import as_object
from archspec.diagnostics.sink import Diagnostic
from archspec.emit.sound_line import recipe_line, spec_line
from archspec.files.shipped import error_page
from archspec.live import completion, names
from archspec.live import hover as hovering
from archspec.live.knobs import knobs, turned
from archspec.live.question import Asked, BadQuestion, Given, Reply
from archspec.live.shapes import entries, entries_by_line, kept_shapes, line_of, shapes_by_line
from archspec.shapes.ranges import ranges


def answer(asked: Asked) -> Reply:
    """What is wrong, the totals in a line, and what comes out at each line.

    ``line`` is the network in a line, as ``check`` says it; ``hints`` are the ends of lines; ``layers``
    are the layers that each line became, as numbers in the graph (``0-4 7``); ``knobs`` the parameters.
    ``broken`` tells that there are errors and no network, ``stale`` that an earlier text is shown.
    """
    known, shown = asked.answer, asked.shown
    if known.broken:
        hints = {} if asked.sound is None else kept_shapes(asked.sound, known)
    else:
        hints = shapes_by_line(known)
    network = shown.shaped
    title = "" if network is None else network.title or network.name
    return {
        "diagnostics": [diagnostic(each, asked) for each in known.diagnostics],
        "errors": known.sink.errors,
        "broken": known.broken,
        "stale": asked.stale,
        "ours": known.is_ours,
        "recipe": known.recipe,
        "network": network is not None,
        "title": title,
        "line": _line(asked),
        "hints": [{"line": n, "label": each.label} for n, each in sorted(hints.items())],
        "layers": _layers(asked),
        "knobs": [] if known.broken else [each._asdict() for each in knobs(known)],
    }


def diagnostic(found: Diagnostic, asked: Asked) -> Reply:
    """A diagnostic as ``check --format json`` tells it, of the file that the page knows."""
    told = as_object(found)
    told["page"] = told["page"] is not None
    told["file"] = asked.show(told["file"])
    for note in told["notes"]:
        if "file" in note:
            note["file"] = asked.show(note["file"])
    return told


def _line(asked: Asked) -> str:
    shown = asked.shown
    if shown.recipe and shown.read_recipe is not None:
        return recipe_line(shown.read_recipe)
    if shown.shaped is not None:
        return spec_line(shown.shaped)
    return "" if asked.answer.broken or not asked.answer.is_ours else spec_line(None)


def _layers(asked: Asked) -> dict[int, str]:
    """For each line on which an entry starts the layers that it became."""
    if asked.stale:
        return {}
    return {
        line: ranges(tuple(sorted({n for each in found for group in each.groups for n in group})))
        for line, found in entries_by_line(asked.answer).items()
    }


def hover(asked: Asked) -> Reply:
    """What a word means and how a layer is calculated, in Markdown; ``line``, ``column``."""
    told = hovering.hover(asked.answer, asked.number("line"), asked.number("column"))
    return {"markdown": told}


def calculation(asked: Asked) -> Reply:
    """How the layer on ``line``, or the last one above it, is calculated, in Markdown."""
    shown, line = asked.answer, asked.number("line")
    starts = [n for n in shapes_by_line(shown) if n <= line] if not asked.stale else []
    if not starts:
        return {"markdown": "", "line": 0}
    return {"markdown": hovering.line_calculation(shown, max(starts)), "line": max(starts)}


def complete(asked: Asked) -> Reply:
    """The words that may stand at ``line`` and ``column``, and the columns that they replace."""
    found = completion.complete(
        asked.answer, asked.number("line"), asked.number("column"), asked.sound
    )
    return {
        "start": found.start,
        "end": found.end,
        "words": [each._asdict() for each in found.found],
    }


def definition(asked: Asked) -> Reply:
    """Where the name at ``line`` and ``column`` is declared: a file and a span, or nothing."""
    target = names.definition(asked.answer, asked.number("line"), asked.number("column"))
    return {} if target is None else _at(asked, target.file, target.span)


def place(asked: Asked) -> Reply:
    """Where the layers stand whose numbers are ``nodes``: in the text, if any of it became them all.

    Else where the first of them stands, in another file. Nothing for what stands nowhere.
    """
    nodes = asked.given.get("nodes")
    if not isinstance(nodes, list) or not all(type(n) is int for n in nodes):
        raise BadQuestion("`nodes` must be a list of whole numbers")
    shaped = asked.shaped
    wanted = set(nodes)
    if shaped is None or not wanted or not wanted <= set(range(len(shaped.nodes))):
        return {}
    if not asked.stale:
        around = [
            (sum(map(len, entry.groups)), line_of(entry), entry)
            for entry in entries(asked.answer).values()
            if wanted <= {n for group in entry.groups for n in group}
        ]
        if around:
            entry = min(around, key=lambda each: each[:2])[2]
            return _place(asked, entry.item.place)
    first = shaped.graph.nodes[min(wanted)]
    if first.item is None:
        return _input(asked)
    return _place(asked, first.item.place)


def _input(asked: Asked) -> Reply:
    """Where the inputs are declared."""
    shaped = asked.shaped
    assert shaped is not None
    spec = shaped.graph.spec
    return _place(asked, spec.inputs[0].place) if spec.inputs else {}


def _place(asked: Asked, place: Place) -> Reply:
    span = place.key().span()
    return {} if span is None else _at(asked, place.document.source.name, span)


def _at(asked: Asked, file: str, span: Span) -> Reply:
    return {"file": asked.show(file), **span._asdict()}


def turn(asked: Asked) -> Reply:
    """What changes in the text when the parameter ``name`` gets another ``value``."""
    changes = turned(asked.answer, asked.text("name"), asked.given.get("value"))
    return {"edits": [{**change.where._asdict(), "text": change.text} for change in changes]}


def mend(asked: Asked) -> Reply:
    """The text with all fixes applied that are certain, and how many there were."""
    from archspec.mend.applying import mend as mended

    found = mended(asked.answer.name, asked.answer.text, asked.answer.recheck())
    return {"text": found.text, "done": len(found.done)}


def explain(given: Given) -> Reply:
    """The page on ``code``, in Markdown."""
    code: Any = given.get("code")
    page = error_page(code) if isinstance(code, str) else None
    return {"markdown": page or ""}
