"""What a built network depends on, as its gradients say: the oracle of receptive fields.

The gradient of each position of an output, with random weights of its channels, is taken for several
random inputs and weights; a position of the input on which the output depends has one that is not 0
for some of them: ReLU and max pooling hide it for others.
"""

import math
import os
from typing import Any, Literal, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import archspec
from archspec.infer.infer import ShapedGraph
from archspec.infer.receptive.axis_fields import AxisField, Even, as_table, clipped
from archspec.infer.receptive.field_tables import Interval, arranged
from archspec.infer.receptive.fields import views
from archspec.shapes.shape import Shape

SEEDS = 8
MOST_SEEDS = 256
_MOST_VALUES = 3_000_000

Need = Literal["all", "largest", "enough"]
Parts = list[Interval | None]
"""For every place of an output, in order, what it depends on along an axis of an input."""


class Compared(NamedTuple):
    """One output of a network against its gradients."""

    wrong: list[str]
    """What differs."""
    checked: int
    """Places and axes at which what we say and what the gradients say had to be equal."""
    unknown: bool
    """Whether we do not know, along some axis."""


class Said(NamedTuple):
    """What we say of a place: what it depends on, and whether no border cuts it off."""

    part: Interval | None
    whole: bool


def compare(shaped: ShapedGraph, tolerance: float = 0.0, need: Need = "all") -> Compared:
    """What we say of the last node's first output, place by place, against the gradients.

    Nothing may be missing, and nothing be too much where no border cuts off what a place depends
    on: at any place, at the one that sees most, or what is said is enough.
    """
    (last,) = [node for node in shaped.nodes if (node.index, 0) in shaped.graph.outputs]
    out = last.output_shape
    seen = views(shaped)[last.index][0]
    said = {
        (index, axis): said_of(field, out[:-1] if view.placed else out, out)
        for index, view in seen.items()
        for axis, field in enumerate(view.at_places(out))
    }
    unknown = {key for key, parts in said.items() if parts is None}
    model = archspec.build(shaped)
    shapes = {
        index: (shaped.facts[index].outputs[0], index not in seen or seen[index].placed)
        for index in shaped.graph.inputs.values()
    }
    found: dict[tuple[int, int], Parts] = {}
    for first in range(0, MOST_SEEDS, SEEDS):
        for key, parts in _found(
            model, shapes, out, range(first, first + SEEDS), tolerance
        ).items():
            pairs = zip(found.get(key, parts), parts, strict=True)
            found[key] = [_both(a, b) for a, b in pairs]
        known = {key: parts for key, parts in found.items() if key not in unknown}
        told = [
            (key, _differ(said.get(key) or [Said(None, True)] * len(parts), parts, need))
            for key, parts in known.items()
        ]
        wrong = [f"axis {axis} of input {index}: {text}" for (index, axis), text in told if text]
        if not any("too much" in text for text in wrong):
            break
    checked = sum(
        part is not None and one.whole
        for key, parts in known.items()
        for one, part in zip(said.get(key) or [], parts, strict=False)
    )
    return Compared(wrong, checked, bool(unknown))


def said_of(field: AxisField, places: Shape, out: Shape) -> list[Said] | None:
    sizes = [size or 0 for size in places]
    if isinstance(field, Even) and field.axis is not None:
        of_axis = [
            Said(
                _part(clipped(field.at(n), field.hull)),
                field.at(n) == clipped(field.at(n), field.hull),
            )
            for n in range(sizes[field.axis])
        ]
        return [of_axis[place[field.axis]] for place in np.ndindex(*sizes)]
    table = as_table(field, out)
    if table is None:
        return None
    return [Said(_part(cell), True) for cell in arranged(table, range(len(sizes)), sizes).cells]


def _part(interval: Interval) -> Interval | None:
    return interval if interval[0] <= interval[1] else None


def _differ(said: list[Said], found: Parts, need: Need) -> str:
    for place, (ours, theirs) in enumerate(zip(said, found, strict=True)):
        low, high = ours.part or (math.inf, -math.inf)
        if theirs is not None and (low > theirs[0] or high < theirs[1]):
            return f"too little at {place}: {ours.part}, but {theirs}"
    if not any(found):
        return ""  # a layer that gives a constant, such as softmax of one value
    if need == "enough":
        return ""
    if need == "largest" and _longest([one.part for one in said if one.whole]) <= _longest(found):
        return ""
    more = [
        f"{place}: {ours.part}, but {theirs}"
        for place, (ours, theirs) in enumerate(zip(said, found, strict=True))
        # Where another axis lies outside of the input, as in a border, there is nothing to see.
        if ours.whole and theirs is not None and ours.part != theirs
    ]
    return f"too much at {', '.join(more[:3])}" if more else ""


def _longest(parts: Parts) -> float:
    return max([part[1] - part[0] + 1 for part in parts if part], default=0)


def _both(a: Interval | None, b: Interval | None) -> Interval | None:
    return (min(a[0], b[0]), max(a[1], b[1])) if a and b else a or b


def extents_of_the_middle(shaped: ShapedGraph) -> tuple[float, ...]:
    """How much the place in the middle of the last node depends on along each axis of the input."""
    out = shaped.nodes[-1].output_shape
    middle = np.ravel_multi_index([size // 2 for size in _sizes(out[:-1])], _sizes(out[:-1]))
    inputs = {0: (shaped.nodes[0].output_shape, True)}
    model = archspec.build(shaped)
    found = _found(model, inputs, out, range(SEEDS), 1e-6, [int(middle)])
    return tuple(_longest(parts) for parts in found.values())


def _found(
    model: Any,
    inputs: dict[int, tuple[Shape, bool]],
    out: Shape,
    seeds: range,
    tolerance: float,
    only: list[int] | None = None,
) -> dict[tuple[int, int], Parts]:
    """The same by gradients; all places and seeds are one batch. ``only``: of these places."""
    random = np.random.default_rng(seeds.start)
    _shake(model, random)
    # Vectors that no layer has given positions are followed value by value.
    vector = not all(placed for _, placed in inputs.values())
    places = _sizes(out if vector else out[:-1])
    chosen = np.eye(math.prod(places))[slice(None) if only is None else only]
    count = len(chosen)
    values = [_values(shape, len(seeds), count, random) for shape, _ in inputs.values()]
    chosen = chosen.reshape(count, *places, *[1] * (len(out) - len(places)))
    weights = np.tile(chosen, (len(seeds), *[1] * len(out)))
    weights = weights * np.asarray(random.normal(size=(count * len(seeds), *_sizes(out))))
    with tf.GradientTape() as tape:
        tape.watch(values)
        outputs = model(values if len(values) > 1 else values[0], training=False)
        output = outputs[0] if isinstance(outputs, list | tuple) else outputs
        total = tf.reduce_sum(output * weights.astype("float32"))
    found: dict[tuple[int, int], Parts] = {}
    pairs = zip(inputs.items(), tape.gradient(total, values), strict=True)
    for (index, (shape, placed)), gradient in pairs:
        if gradient is None:
            gradient = np.zeros((len(seeds) * count, *_sizes(shape)))
        sizes = np.abs(np.nan_to_num(np.asarray(gradient))).reshape(len(seeds), count, *shape)
        seen = (sizes > tolerance * sizes.max(initial=1)).any(axis=0)
        seen = seen.any(axis=0, keepdims=True) if vector and placed else seen
        for axis in range(max(len(shape) - 1, 1) if shape else 0):
            others = tuple(n + 1 for n in range(len(shape)) if n != axis)
            found[index, axis] = [_interval(row) for row in seen.any(axis=others)]
    return found


def _sizes(shape: Shape) -> list[int]:
    return [size or 0 for size in shape]


def _values(shape: Shape, seeds: int, count: int, random: Any) -> Any:
    """Random inputs, some of them small and some large, each for every place."""
    scale = random.choice([0.3, 1.0, 3.0], (seeds, *[1] * len(shape)))
    values = random.normal(size=(seeds, *shape)) * scale
    return tf.constant(np.repeat(values, count, axis=0).astype("float32"))


def _interval(row: Any) -> Interval | None:
    places = np.flatnonzero(row)
    return (int(places[0]), int(places[-1])) if len(places) else None


def _shake(model: Any, random: Any) -> None:
    """Give every weight random values, such as variances only some above 0."""
    for weight in model.weights:
        values = random.normal(size=weight.shape) * 0.5
        above = any(word in weight.path for word in ("variance", "stddev"))
        if np.issubdtype(np.dtype(weight.dtype), np.floating):
            weight.assign(np.abs(values) + 0.5 if above else values)
