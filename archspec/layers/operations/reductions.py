"""Reductions: one value of all along some axes.

Source: keras/src/ops/numpy.py; Logsumexp: keras/src/ops/math.py.
"""

from archspec.layers.operations.operation import (
    Operation,
    as_float,
    as_sum,
    listed,
    one_axis,
    some_axes,
)
from archspec.records.arguments import Axes
from archspec.shapes.dtypes import FLOATS, VALUES
from archspec.shapes.reach import ALL, Reach, same
from archspec.shapes.shape import Shape, format_shape


class _Reduction(Operation):
    """The axes that are reduced vanish, or keep the size 1."""

    abstract = True
    family = "pool"
    reads = VALUES
    keeps = True

    def reduced(self, shape: Shape) -> tuple[int, ...]:
        """The axes that are reduced, without the batch."""
        raise NotImplementedError

    def keeps_dims(self) -> bool:
        """Whether these stay with the size 1."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        axes = self.reduced(inputs[0])
        if self.keeps_dims():
            return tuple([1 if n in axes else size for n, size in enumerate(inputs[0])])
        return tuple([size for n, size in enumerate(inputs[0]) if n not in axes])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes = self.reduced(inputs[0])
        kept = 0
        found = []
        for n in range(len(inputs[0])):
            found.append(ALL if n in axes else same(n if self.keeps_dims() else kept))
            kept += n not in axes
        return (Reach(tuple(found)),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = listed(sorted(self.reduced(inputs[0])))
        out = format_shape(self.output_shape(*inputs))
        return (f"{axes} of {format_shape(inputs[0])} reduced = {out}",)


class _OverAxes(_Reduction):
    abstract = True

    axis: Axes | None = None
    """The axis, or a list of axes, which must be given: null would be all, the batch too."""
    keepdims: bool = False
    """Whether the reduced axes stay, with the size 1."""

    def reduced(self, shape: Shape) -> tuple[int, ...]:
        return some_axes(self.axis, shape)

    def keeps_dims(self) -> bool:
        return self.keepdims


class Mean(_OverAxes):
    """The mean of all values along some axes."""

    def type_after(self, dtype: str) -> str:
        return as_float(dtype)


class Max(_OverAxes):
    """The largest of all values along some axes."""


class Min(_OverAxes):
    """The smallest of all values along some axes."""


class Sum(_OverAxes):
    """The sum of all values along some axes."""

    def type_after(self, dtype: str) -> str:
        return as_sum(dtype)


class Prod(_OverAxes):
    """The product of all values along some axes."""

    def type_after(self, dtype: str) -> str:
        return as_sum(dtype)


class Std(_OverAxes):
    """The standard deviation of all values along some axes."""

    def type_after(self, dtype: str) -> str:
        return as_float(dtype)


class Var(_OverAxes):
    """The variance of all values along some axes."""

    def type_after(self, dtype: str) -> str:
        return as_float(dtype)


class Logsumexp(_OverAxes):
    """The logarithm of the sum of the exponentials along some axes."""

    module = "math"
    reads = FLOATS


class _Place(_Reduction):
    """Where along an axis a value stands, as a whole number."""

    abstract = True
    floats_matter = True

    axis: int | None = None
    """The axis, which must be given: null would be all, the batch too."""
    keepdims: bool = False
    """Whether the axis stays, with the size 1."""

    def reduced(self, shape: Shape) -> tuple[int, ...]:
        return (one_axis(self.axis, shape),)

    def keeps_dims(self) -> bool:
        return self.keepdims

    def type_after(self, dtype: str) -> str:
        return "int32"


class Argmax(_Place):
    """The place of the largest value along an axis, counted from 0."""


class Argmin(_Place):
    """The place of the smallest value along an axis, counted from 0."""
