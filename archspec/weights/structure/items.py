"""`x[key]` in one form: what it takes of each axis, one axis after the other."""

from typing import Any

from archspec.weights.structure.calls import CallArguments
from archspec.weights.structure.operand import Operand


def new_axis(call: CallArguments) -> int | None:
    """The new axis of `x[:, None]` or `x[..., None]`, if that is all that it does."""
    key = call.positional[1] if len(call.positional) == 2 else None
    if not isinstance(key, list) or key.count(None) != 1:
        return None
    at = key.index(None)
    others = [step for step in key if step is not None]
    ellipses = [step.get("class_name") == "__ellipsis__" for step in others if _is_whole(step)]
    if len(ellipses) < len(others):
        return None
    return at - len(key) if any(ellipses[:at]) else at


def _is_whole(step: Any) -> bool:
    """Whether a step takes all of an axis, or of several."""
    inner = step.get("config") if isinstance(step, dict) else 0
    return inner is None or (isinstance(inner, dict) and not any(inner.values()))


def one_part_each(
    entry: dict[str, Any], call: CallArguments
) -> list[tuple[CallArguments, tuple[int | None, ...]]]:
    """`x[a, b]` as one part after the other, with the shapes of what they read; else nothing.

    Slices come first, which leave the axes where they are, then positions from the last axis on.
    """
    if entry["class_name"] != "GetItem" or len(call.positional) != 2:
        return []
    operand, key = call.positional
    shape = operand.shape if isinstance(operand, Operand) else None
    if shape is None or not isinstance(key, list) or None in key:
        return []
    part = part_of(key, shape)
    if not isinstance(part, dict) or len(part) < 2:
        return []
    slices = sorted([int(axis) for axis, step in part.items() if isinstance(step, list)])
    others = sorted([int(axis) for axis, step in part.items() if not isinstance(step, list)])
    found, sizes = [], list(shape)
    for axis in (*slices, *reversed(others)):
        step = part[str(axis)]
        names = ("start", "stop", "step")
        taken: Any = step
        if isinstance(step, list):
            ends = dict(zip(names, step, strict=True))
            taken = {"class_name": "__slice__", "config": ends}
        whole = {"class_name": "__slice__", "config": {}}
        found.append((CallArguments([operand, [*[whole] * axis, taken]], {}), tuple(sizes)))
        if not isinstance(step, list):
            del sizes[axis]
        elif sizes[axis] is not None:
            sizes[axis] = len(range(*step))
    return found


def part_of(key: Any, shape: tuple[int | None, ...]) -> Any:
    """What `x[key]` takes of each axis, by its number: a position, or from where to where."""
    steps = key if isinstance(key, list) else [key]
    kinds = [step.get("class_name") if isinstance(step, dict) else type(step) for step in steps]
    if not {*kinds} <= {"__slice__", "__ellipsis__", int} or kinds.count("__ellipsis__") > 1:
        return key
    if "__ellipsis__" in kinds:
        at = kinds.index("__ellipsis__")
        whole: dict[str, Any] = {"class_name": "__slice__", "config": {}}
        steps = [*steps[:at], *[whole] * (len(shape) - len(steps) + 1), *steps[at + 1 :]]
    found: dict[str, Any] = {}
    for axis, (step, size) in enumerate(zip(steps, shape, strict=False)):
        if isinstance(step, int):
            found[str(axis)] = step if size is None else step % size
            continue
        ends = [step["config"].get(name) for name in ("start", "stop", "step")]
        if size is not None:
            ends = [*slice(*ends).indices(size)]
        if ends not in ([None, None, None], [0, size, 1]):
            found[str(axis)] = ends
    return found
