"""`x[key]` in the config of a model, as an operation for each axis of which it takes a part."""

from collections.abc import Iterator
from typing import Any

from archspec.importer.read.parts import Part, UnsayableOperation, make
from archspec.layers import Layer, layer_type
from archspec.weights.structure.calls import CallArguments
from archspec.weights.structure.operations import Operand


def items(call: CallArguments) -> list[Part]:
    """The operations, of which each but the first reads the one before it.

    Raises:
        UnsayableOperation: a spec cannot say it.
    """
    if len(call.positional) != 2 or not isinstance(call.positional[0], Operand):
        raise UnsayableOperation("other than `x[…]`")
    tensor, key = call.positional
    steps = list(key) if isinstance(key, list | tuple) else [key]
    found = list(_parts(steps))
    return [Part(layer, (tensor,) if not n else ()) for n, layer in enumerate(found)]


def _parts(steps: list[Any]) -> Iterator[Layer]:
    kinds = [_kind(step) for step in steps]
    if kinds.count("ellipsis") > 1 or "other" in kinds:
        raise UnsayableOperation("what is no part of an axis")
    named: list[tuple[int, str, Any]] = []
    at = kinds.index("ellipsis") if "ellipsis" in kinds else len(kinds)
    for number, (kind, step) in enumerate(zip(kinds, steps, strict=True)):
        if number < at:
            others = [k for k in kinds[:number] if k != "new"]
            named.append((number if kind == "new" else len(others), kind, step))
        elif number > at:
            others = [k for k in kinds[number:] if k != "new"]
            named.append((number - len(kinds) if kind == "new" else -len(others), kind, step))
    yield from _in_order(named)


def _in_order(axes: list[tuple[int, str, Any]]) -> Iterator[Layer]:
    """Slices first, which leave the axes where they are, then positions from the last axis on."""
    item, expand = layer_type("GetItem"), layer_type("ExpandDims")
    assert item is not None
    assert expand is not None
    new = [axis for axis, kind, _ in axes if kind == "new"]
    for axis, kind, step in axes:
        if kind in ("slice", "position") and not axis:
            raise UnsayableOperation("a part of the batch")
        if kind == "slice":
            yield make(item, {"axis": axis, **_ends(step)})
    positions = sorted([(axis, step) for axis, kind, step in axes if kind == "position"])
    behind = [(axis, step) for axis, step in positions if axis < 0]
    for gone, (axis, step) in enumerate(reversed(behind)):
        yield make(item, {"axis": axis + gone, "index": step})
    for axis, step in reversed(positions[len(behind) :]):
        yield make(item, {"axis": axis, "index": step})
    if new:
        if any(kind == "position" for _, kind, _ in axes) or 0 in new:
            raise UnsayableOperation("new axes beside positions")
        for axis in new:
            yield make(expand, {"axis": axis})


def _kind(step: Any) -> str:
    if step is None:
        return "new"
    if type(step) is int:
        return "position"
    if step in ("...", "Ellipsis"):
        return "ellipsis"
    if isinstance(step, dict):
        kind = step.get("class_name", "__slice__")
        if kind == "__ellipsis__":
            return "ellipsis"
        if kind == "__slice__":
            return "slice" if _ends(step) else "whole"
    return "other"


def _ends(step: dict[str, Any]) -> dict[str, Any]:
    """Where a slice begins and ends, without what it would do anyway."""
    inner = step.get("config", step)
    found = {name: inner.get(name) for name in ("start", "stop", "step")}
    if any(v is not None and type(v) is not int for v in found.values()):
        raise UnsayableOperation("a part whose ends are calculated")
    found = {name: value for name, value in found.items() if value is not None}
    if found.get("step") == 1:
        del found["step"]
    if found == {"start": 0}:
        return {}
    return found
