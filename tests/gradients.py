"""What a built network depends on, as its gradients say: the oracle of receptive fields.

The gradient of each position of an output, with random weights of its channels, is taken for several
random inputs and weights; a position of the input on which the output depends has one that is not 0
for some of them: ReLU and max pooling hide it for others.
"""

import os
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import archspec
from archspec.infer import ShapedGraph
from archspec.receptive import views
from archspec.shapes import Shape
from archspec.trails import Interval, arranged, as_table

SEEDS = 8
MOST_SEEDS = 64
_MOST_VALUES = 3_000_000

Parts = list[Interval | None]
"""For every place of an output, in order, what it depends on along an axis of an input."""


class Compared(NamedTuple):
    """One output of a network against its gradients."""

    wrong: list[str]
    """What differs."""
    open: bool
    """Whether we do not know, along some axis."""


def compare(shaped: ShapedGraph, tolerance: float = 0.0, loose: bool = False) -> Compared:
    """What we say of the last node's first output, place by place, against the gradients.

    ``loose``: only the largest extent has to agree, and nothing may be missing.
    """
    (last,) = [node for node in shaped.nodes if (node.index, 0) in shaped.graph.outputs]
    said = {
        (index, axis): _said(trail, view.placed, last.output_shape)
        for index, view in views(shaped)[last.index][0].items()
        for axis, trail in enumerate(view.at_places(last.output_shape))
    }
    model = archspec.build(shaped)
    shapes = {index: shaped.facts[index].outputs[0] for index in shaped.graph.inputs.values()}
    found: dict[tuple[int, int], Parts] = {}
    wrong: list[str] = []
    for first in range(0, MOST_SEEDS, SEEDS):
        more = _found(model, shapes, last.output_shape, range(first, first + SEEDS), tolerance)
        found = {key: [_both(a, b) for a, b in zip(found.get(key, more[key]), more[key], strict=True)] for key in more}
        wrong = [
            f"axis {axis} of input {index}: {told}"
            for (index, axis), parts in found.items()
            if (told := _differ(said.get((index, axis), [None] * len(parts)), parts, loose))
        ]
        if not any("too much" in told for told in wrong):
            break
    return Compared(wrong, any(parts is None for parts in said.values()))


def _said(trail: Any, placed: bool, out: Shape) -> Parts | None:
    sizes = [size or 0 for size in (out[:-1] if placed else out)]
    table = as_table(trail, out)
    if table is None:
        return None
    cells = arranged(table, range(len(sizes)), sizes).cells
    return [(low, high) if low <= high else None for low, high in cells]


def _differ(said: Parts | None, found: Parts, loose: bool) -> str:
    if said is None or said == found:
        return ""
    for place, (ours, theirs) in enumerate(zip(said, found, strict=True)):
        if theirs is not None and (ours is None or ours[0] > theirs[0] or ours[1] < theirs[1]):
            return f"too little at {place}: {ours}, but {theirs}"
    if loose and _longest(said) == _longest(found):
        return ""
    pairs = enumerate(zip(said, found, strict=True))
    return "too much at " + ", ".join(
        [f"{place}: {ours}, but {theirs}" for place, (ours, theirs) in pairs if ours != theirs][:3]
    )


def _longest(parts: Parts) -> float:
    return max([part[1] - part[0] + 1 for part in parts if part], default=0)


def _both(a: Interval | None, b: Interval | None) -> Interval | None:
    return (min(a[0], b[0]), max(a[1], b[1])) if a and b else a or b


def _found(
    model: Any, shapes: dict[int, Shape], out: Shape, seeds: range, tolerance: float
) -> dict[tuple[int, int], Parts]:
    """The same by gradients; all places and seeds are one batch."""
    random = np.random.default_rng(seeds.start)
    _shake(model, random)
    vector = all(len(shape) < 2 for shape in shapes.values()) and len(out) < 2
    count = int(np.prod(out if vector else out[:-1]))
    inputs = []
    for shape in shapes.values():
        scale = random.choice([0.3, 1.0, 3.0], (len(seeds), *[1] * len(shape)))
        values = (random.normal(size=(len(seeds), *shape)) * scale).astype("float32")
        inputs.append(tf.constant(np.repeat(values, count, axis=0)))
    chosen = np.eye(count).reshape(count, *(out if vector else (*out[:-1], 1)))
    weights = np.tile(chosen, (len(seeds), *[1] * len(out))) * random.normal(size=(count * len(seeds), *out))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        output = outputs[0] if isinstance(outputs, list | tuple) else outputs
        total = tf.reduce_sum(output * weights.astype("float32"))
    found = {}
    for index, gradient in zip(shapes, tape.gradient(total, inputs), strict=True):
        shape = shapes[index]
        axes = len(shape) - 1 if len(shape) > 1 else len(shape)
        values = np.zeros((len(seeds) * count, *shape)) if gradient is None else np.nan_to_num(np.asarray(gradient))
        values = np.abs(values).reshape(len(seeds), count, *shape)
        seen = (values > tolerance * values.max(initial=0)).any(axis=0)
        for axis in range(axes):
            others = tuple(n + 1 for n in range(len(shape)) if n != axis)
            found[index, axis] = [_interval(row) for row in seen.any(axis=others)]
    return found


def _interval(row: Any) -> Interval | None:
    places = np.flatnonzero(row)
    return (int(places[0]), int(places[-1])) if len(places) else None


def _shake(model: Any, random: Any) -> None:
    """Give every weight random values, variances such as are above 0."""
    for weight in model.weights:
        values = random.normal(size=weight.shape) * 0.5
        trained = weight.trainable and "variance" not in weight.path
        if np.issubdtype(np.dtype(weight.dtype), np.floating):
            weight.assign(values if trained else np.abs(values) + 0.5)
