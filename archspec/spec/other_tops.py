"""Files whose top is not that of a spec: what is meant by it, so that the rest is looked at."""

import re
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, renamed, replace, retype
from archspec.diagnostics.sink import Place, Reported, Sink, SourcePlace, Span
from archspec.formulas.values import show
from archspec.layers import layer_types
from archspec.records.record import fields
from archspec.spec.meant_forms import example_input
from archspec.spec.meant_values import as_written
from archspec.spec.words import CONSTRUCTS, SpecKeys

_OF_ANYTHING = frozenset(("name", "title", "description", "version"))
"""Keys that files of many kinds have."""
_MOST_LISTED = 4


def refuse_no_mapping(value: Any, place: Place, sink: Sink) -> Reported:
    """Report a file that is a list, or a word."""
    help: list[str | Fix] = ["begin with `archspec: 1`"]
    source = place.document.source
    if isinstance(value, list):
        help.append("and put this list under `layers:`")
        first = next((n for n, t in enumerate(source.text.split("\n"), 1) if t[:2] == "- "), None)
        sizes = example_input(value, None)
        if first is not None and _are_layers(value):
            at = SourcePlace(source, Span(first, 1, first, 1))
            top = f"archspec: 1\ninput: {as_written(sizes)}\nlayers:\n"
            help.append(retype(f"for example with `input: {as_written(sizes)}`", at, top))
    message = "a spec is a mapping with `archspec`, `input` and `layers`, not "
    return sink.report("AS101", place, message + show(value), help=help)


def is_none(values: dict[str, Any]) -> bool:
    """Whether a mapping has nothing that makes it a spec."""
    known = fields(SpecKeys).keys() - _OF_ANYTHING
    return bool(values) and known.isdisjoint(values) and key_of_layers(values) is None


def refuse_none(values: dict[str, Any], place: Place, sink: Sink) -> Reported:
    """Report a file that is no spec at all, or has one that stands too deep."""
    names = [f"`{name}`" for name in list(values)[:_MOST_LISTED]]
    has = ", ".join(names) + (", …" if len(values) > _MOST_LISTED else "")
    message = f"this is no spec: it has {has}, and none of `archspec`, `input` and `layers`"
    inner = next(
        (n for n, v in values.items() if isinstance(v, dict) and not is_none(v) and v), None
    )
    message_of_fix = (
        f"a spec has no `{inner}` around it: its keys stand at the beginning of the line"
    )
    help: list[str | Fix] = [message_of_fix]
    if inner is not None and len(values) == 1:
        help = [_without_key(message_of_fix, str(inner), values[inner], place)]
    if inner is None:
        help = ["`archspec new NAME` writes a spec to start from"]
    return sink.report("AS103", place.at(next(iter(values))).key(), message, help=help)


def _without_key(message: str, key: str, inner: Any, place: Place) -> Fix:
    """Without the only key of a file: what stands below it moves to the left."""
    source = place.document.source
    lines = source.text.split("\n")
    first = next(
        (n for n, line in enumerate(lines) if re.match(rf"{re.escape(key)}:\s*$", line)), -1
    )
    below = [len(x) - len(x.lstrip(" ")) for x in lines[first + 1 :] if x.strip()]
    if first < 0 or not below or not min(below):
        return replace(message, place, inner, certain=True)
    moved = lines[:first] + [line[min(below) :] for line in lines[first + 1 :]]
    whole = SourcePlace(source, Span(1, 1, len(lines), len(lines[-1]) + 1))
    return retype(message, whole, "\n".join(moved), certain=True)


def key_of_layers(values: dict[str, Any]) -> str | None:
    """The key that holds the layers, of a spec without `layers`."""
    known = fields(SpecKeys)
    if "layers" in values:
        return None
    return next((n for n, v in values.items() if n not in known and _are_layers(v)), None)


def inner_top_fix(key: str, values: dict[str, Any], place: Place) -> list[Fix]:
    """The fix of a key that holds what stands at the top; nothing if it does not."""
    inner = values.get(key)
    known = fields(SpecKeys).keys()
    if not isinstance(inner, dict) or not {"layers", "input", "inputs"} & inner.keys():
        return []
    moved = {n: v for n, v in inner.items() if n in known and n not in values}
    if len(moved) < len(inner):
        return []
    edits = [Edit(place, v, How.ADD, n) for n, v in moved.items()]
    message = f"a spec has no `{key}` around it: its keys stand at the beginning of the line"
    return [Fix(message, (Edit(place.at(key), how=How.REMOVE), *edits), certain=True)]


def refuse_key_of_layers(key: str, place: Place, sink: Sink) -> None:
    """Report another key in the place of `layers`."""
    at = place.at(key).key()
    help = [renamed(at, "layers", certain=True)]
    sink.report("AS102", at, f"a spec has no key `{key}`", help=help)


def _are_layers(value: Any) -> bool:
    """Whether most entries of a list are layers."""
    if not isinstance(value, list):
        return False
    words = [next(iter(v)) if isinstance(v, dict) and len(v) == 1 else v for v in value]
    known = [w for w in words if isinstance(w, str) and (w in layer_types() or w in CONSTRUCTS)]
    return len(known) > len(value) / 2
