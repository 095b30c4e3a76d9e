"""How the arguments of two layers differ, in the words of a spec."""

from typing import Any, NamedTuple

from archspec.diff.side import layer_key
from archspec.layers import Layer
from archspec.records.record import Record, fields
from archspec.shapes.shape import format_shape
from archspec.spec.written import flow, shortest

_LONGEST = 60


class Argument(NamedTuple):
    """An argument with another value."""

    name: str
    """``units``; ``layer.units`` of a layer in a layer."""
    before: Any
    """As plain values of a spec; None also where the layer has no such argument."""
    after: Any

    def told(self) -> str:
        """``units 1000 → 5``."""
        return f"{self.name} {told_values(self.before, self.after)}"


def told_values(before: Any, after: Any) -> str:
    """``1000 → 5``; of lists of sizes, as shapes are written."""
    return f"{_value(before)} → {_value(after)}"


def changed_arguments(one: Layer, other: Layer) -> list[Argument]:
    """What differs between two layers of the same class, defaults worked out."""
    found = _of_records(one, other, "")
    if not found and one.roles != other.roles:
        found.append(Argument("from", list(one.roles), list(other.roles)))
    if not found:  # a block in a wrapper that is called alike, and holds something else
        found.append(Argument("layer", *_titles(one, other)))
    return found


def _of_records(one: Record, other: Record, prefix: str) -> list[Argument]:
    found = []
    before, after = one.arguments(defaults=True), other.arguments(defaults=True)
    for name in fields(type(one)):
        left, right = before[name], after[name]
        if isinstance(left, Record) and type(left) is type(right) and fields(type(left)):
            found += _of_records(left, right, f"{prefix}{name}.")
            continue
        values = shortest(type(one), name, left), shortest(type(other), name, right)
        if repr(values[0]) != repr(values[1]):
            found.append(Argument(prefix + name, *values))
    return found


def _titles(one: Layer, other: Layer) -> tuple[str, str]:
    inner = [_inner(layer) for layer in (one, other)]
    names = [getattr(i, "title", type(i).__name__) for i in inner]
    if names[0] == names[1] and layer_key(one) != layer_key(other):
        return names[0], f"another {names[1]}"
    return names[0], names[1]


def _inner(layer: Layer) -> Any:
    inner: Any = layer
    while isinstance(found := inner.__dict__.get("layer"), Layer):
        inner = found
    return inner


def _value(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(v, int | None) for v in value):
        return format_shape(tuple(value))
    text = flow(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
