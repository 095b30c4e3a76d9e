"""Fixes, put to plain values: what a document would hold after one."""

import copy
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Diagnostic, Place, Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document


def diagnose(text: str) -> tuple[Any, list[Diagnostic]]:
    """The values of a spec, and what is wrong with it."""
    sink = Sink()
    document = parse(Source("spec.yaml", text), sink)
    assert document is not None, [d.message for d in sink.diagnostics]
    shape_document(document, sink)
    return document.value, [d for d in sink.diagnostics if d.severity == "error"]


def mended(value: Any, fix: Fix) -> Any:
    """The values after the edits of a fix, which stand in one document."""
    value = copy.deepcopy(value)
    for _, edit in sorted(enumerate(fix.edits), key=lambda found: _rank(*found)):
        value = _edited(value, edit)
    return value


def _rank(number: int, edit: Edit) -> tuple[int, ...]:
    """Deepest first, values before keys, from the end of a list to its start.

    What is put in at one place comes to stand in the order of the edits.
    """
    assert isinstance(edit.place, Place)
    path = edit.place.path
    steps = [-step for step in path if isinstance(step, int)]
    kinds = [How.REPLACE, How.TEXT, How.ADD, How.AFTER, How.REMOVE, How.BEFORE]
    kind = 1 if edit.place.part == "key" and edit.how is How.REPLACE else 2 * kinds.index(edit.how)
    return (-len(path), *steps, kind, -number)


def _edited(value: Any, edit: Edit) -> Any:
    assert isinstance(edit.place, Place)
    path = edit.place.path
    if not path:
        if edit.how is How.ADD:
            return {**value, edit.name: edit.value}
        assert edit.how is How.REPLACE
        return edit.value
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    last: Any = path[-1]
    match edit.how:
        case How.REPLACE | How.TEXT if edit.place.part == "key":
            items = [(edit.value if k == last else k, v) for k, v in holder.items()]
            holder.clear()
            holder.update(items)
        case How.REPLACE | How.TEXT if edit.place.within:
            start, end = edit.place.within
            text = str(holder[last])
            holder[last] = text[:start] + str(edit.value) + text[end:]
        case How.REPLACE:
            holder[last] = edit.value
        case How.REMOVE:
            del holder[last]
        case How.ADD:
            inner = holder[last]
            if isinstance(inner, str):
                inner = {inner: {}}
                holder[last] = inner
                inner[next(iter(inner))][edit.name] = edit.value
            else:
                holder[last] = {**(inner or {}), edit.name: edit.value}
        case How.BEFORE:
            holder.insert(last, edit.value)
        case How.AFTER:
            holder.insert(last + 1, edit.value)
    return value
