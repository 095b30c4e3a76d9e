"""Files whose top is not that of a spec: what is meant by it, so that the rest is looked at."""

import re
from typing import Any

from archspec.diagnostics.fixes import Fix, renamed, replace, retype
from archspec.diagnostics.sink import Place, Reported, Sink, SourcePlace, Span
from archspec.layers import layer_types
from archspec.records.record import fields
from archspec.spec.words import CONSTRUCTS, SpecKeys

_OF_ANYTHING = frozenset(("name", "title", "description", "version"))
"""Keys that files of many kinds have."""
_MOST_LISTED = 4


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
