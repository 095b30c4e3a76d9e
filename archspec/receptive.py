"""Receptive fields: how much of the input one value of a layer depends on, axis by axis.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks"
(Distill, 2019): a window of span k on values that lie j apart adds (k − 1)·j, and a stride of s
makes the values s·j apart.
"""

import math
from typing import Any, NamedTuple

from archspec.infer import ShapedGraph, ShapedNode
from archspec.shapes import Shape


class Field(NamedTuple):
    """The receptive field of a node."""

    sizes: tuple[float, ...] | None
    """Extent along each spatial axis, in steps of the input; None if it is the whole input."""
    jumps: tuple[float, ...] = ()
    """How far apart neighbouring values lie, in steps of the input."""

    def text(self) -> str:
        """``195``, ``7×5`` if the axes differ, ``global``; empty for an input without axes."""
        if self.sizes is None:
            return "global"
        sizes = [str(math.ceil(round(size, 6))) for size in self.sizes]
        return sizes[0] if len(set(sizes)) == 1 else "×".join(sizes)


GLOBAL = Field(None)
"""Everything: after global pooling, Flatten, attention, a recurrence, or Dense on a vector."""


def receptive_fields(shaped: ShapedGraph) -> list[Field]:
    """The field of every node, seen from the inputs; where branches meet, the largest counts.

    The theoretical field is given: it may be larger than the input. Enlarging by interpolation
    counts as repeating values; windows after it get the most that they may meet, as if they lay
    across copies of different values.
    """
    fields: list[Field] = []
    for node in shaped.nodes:
        if not node.node.inputs:
            fields.append(_fresh(node.output_shape))
            continue
        before = [fields[index] for index, _ in node.node.inputs]
        fields.append(_through(node, _largest(before)))
    return fields


def _fresh(shape: Shape) -> Field:
    """Every value sees itself; a vector has no spatial axes."""
    ones = (1.0,) * max(len(shape) - 1, 0)
    return Field(ones, ones)


def _largest(fields: list[Field]) -> Field:
    if len(fields) == 1:
        return fields[0]
    sizes, jumps = [], []
    for field in fields:
        if field.sizes is None:
            return GLOBAL
        sizes.append(field.sizes)
        jumps.append(field.jumps)
    axes = max(len(s) for s in sizes)
    sizes = [s for s in sizes if len(s) == axes]
    jumps = [j for j in jumps if len(j) == axes]
    return Field(
        tuple(max(axis) for axis in zip(*sizes, strict=True)),
        tuple(max(axis) for axis in zip(*jumps, strict=True)),
    )


def _through(node: ShapedNode, field: Field) -> Field:
    """The field of a node that reads what has this field."""
    layer: Any = node.layer
    if field.sizes is None:
        return GLOBAL
    windows = layer.windows()
    if windows is not None:
        return _grown(field, [(w.span, float(w.stride)) for w in windows])
    shape, out = node.input_shapes[0], node.output_shape
    family = layer.family
    if family in ("attention", "recurrent"):
        return GLOBAL
    if family == "conv":  # transposed: ⌈span/stride⌉ inputs meet in an output
        axes = zip(layer.kernel_size, layer.strides, layer.dilation_rate, strict=True)
        return _grown(field, [(-(-(d * (k - 1) + 1) // s), 1 / s) for k, s, d in axes])
    if family == "pool":
        if len(out) < len(shape) or all(size == 1 for size in out[:-1]):
            return GLOBAL
        return _grown(field, [_share(a, b) for a, b in zip(shape[:-1], out[:-1], strict=True)])
    if hasattr(layer, "factors"):
        return _grown(field, [(1, 1 / factor) for factor in layer.factors()])
    if family == "dense" and len(shape) == 1:
        return GLOBAL
    if not field.sizes:
        return _fresh(out)
    if len(out) <= len(field.sizes):  # spatial axes went into another one
        return GLOBAL
    return field


def _grown(field: Field, steps: list[tuple[int, float]]) -> Field:
    """A field after a span and a stride along the last of its axes."""
    assert field.sizes is not None
    missing = len(field.sizes) - len(steps)
    if missing < 0:
        return GLOBAL
    spans = [(1, 1.0)] * missing + steps
    sizes = zip(field.sizes, field.jumps, spans, strict=True)
    return Field(
        tuple(size + (span - 1) * jump for size, jump, (span, _) in sizes),
        tuple(jump * stride for jump, (_, stride) in zip(field.jumps, spans, strict=True)),
    )


def _share(size: int | None, out: int | None) -> tuple[int, float]:
    """Span and stride of the windows that cut an axis into a number of parts."""
    if size is None or out is None:
        return 1, 1.0
    return -(-size // out) + (size % out > 0), size / out
