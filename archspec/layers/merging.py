"""Merging: several inputs to one.

Source: keras/src/layers/merging/.
"""

from collections.abc import Sequence
from typing import Any

from archspec.layers.base import Layer
from archspec.records.arguments import AxisPair
from archspec.shapes.axes import axis_index
from archspec.shapes.dtypes import ANY, FLOATS, NUMBERS
from archspec.shapes.reach import ALL, Reach, broadcast, joined, pointwise, same
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape, product


class _Merge(Layer):
    """Elementwise merging with broadcasting, as in keras/src/layers/merging/base_merge.py.

    Sizes must be equal, or one of them 1; fewer axes are filled up with 1 in front. A size that is
    not known in one input is not known in the output.
    """

    reads = NUMBERS
    keeps = True
    abstract = True
    family = "merge"
    inputs = (2, 999)

    def output_shape(self, *inputs: Shape) -> Shape:
        result = inputs[0]
        for number in range(1, len(inputs)):
            merged = _broadcast(result, inputs[number])
            if merged is None:
                raise _clash(inputs, number, result)
            result = merged
        return result

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        out = self.output_shape(*inputs)
        return tuple([Reach(broadcast(shape, out)) for shape in inputs])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        if len(set(inputs)) == 1:
            return ()
        merged = " with ".join(format_shape(shape) for shape in inputs)
        return (f"{merged} = {format_shape(self.output_shape(*inputs))}",)


class Add(_Merge):
    """The sum."""

    reads = NUMBERS | {"string"}
    symbol = "+"


class Subtract(_Merge):
    """The first input minus the second."""

    symbol = "−"
    inputs = (2, 2)


class Multiply(_Merge):
    """The product, value by value: (1, 1, channels) times an image weighs its channels."""

    symbol = "×"


class Average(_Merge):
    """The mean."""

    keeps = False


class Maximum(_Merge):
    """The largest value."""


class Minimum(_Merge):
    """The smallest value."""


class Concatenate(Layer):
    """Inputs one after the other along an axis."""

    reads = ANY
    keeps = True
    family = "merge"
    inputs = (1, 999)

    axis: int = -1
    """The axis, counted with the batch as 0; -1 is the channels."""

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        axis = axis_index(self.axis, first)
        for number, shape in enumerate(inputs[1:], 1):
            if len(shape) != len(first):
                raise ShapeError(
                    f"{_named(number, shape)} has {_dimensions(shape)}, but {_named(0, first)} has"
                    f" {_dimensions(first)}",
                    code="AS402",
                    help="inputs of Concatenate have the same number of dimensions",
                )
        column = [shape[axis] for shape in inputs]
        total = None if None in column else sum(size for size in column if size is not None)
        known = [_first_known([shape[n] for shape in inputs]) for n in range(len(first))]
        for number, shape in enumerate(inputs):
            wrong = [n for n, s in enumerate(shape) if n != axis and s not in (None, known[n])]
            if wrong:
                other = next(k for k, s in enumerate(inputs) if s[wrong[0]] == known[wrong[0]])
                wrong = [n for n in wrong if inputs[other][n] not in (None, shape[n])]
                raise ShapeError(
                    _differ(inputs, number, other, wrong),
                    code="AS402",
                    help=f"only axis {axis + 1}, along which they are joined, may differ",
                )
        return (*first[:axis], total, *first[axis + 1 :])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axis = axis_index(self.axis, inputs[0])
        start: Size = 0
        found = []
        for shape in inputs:
            axes = list(pointwise(shape).axes)
            if len(inputs) > 1:
                axes[axis] = None if start is None else joined(axis, start)
            size = shape[axis]
            start = None if start is None or size is None else start + size
            found.append(Reach(tuple(axes)))
        return tuple(found)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (list(inputs),), {}  # a list of one too

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axis = axis_index(self.axis, inputs[0])
        terms = " + ".join("?" if s[axis] is None else str(s[axis]) for s in inputs)
        total = self.output_shape(*inputs)[axis]
        return (f"{terms} = {'?' if total is None else total}",) if len(inputs) > 1 else ()


class Dot(Layer):
    """Products of two inputs, summed over one axis of each: matrix products, similarities."""

    reads = NUMBERS
    keeps = True
    family = "merge"
    inputs = (2, 2)

    axes: AxisPair
    """The axis of each input that is summed over, one number for both; the batch is axis 0."""
    normalize: bool = False
    """Whether each vector is first made 1 long: the result is a cosine."""

    def kinds_read(self) -> frozenset[str]:
        return FLOATS if self.normalize else NUMBERS

    def _axes(self, left: Shape, right: Shape) -> tuple[int, int]:
        a, b = (
            axis_index(axis, shape, "axes")
            for axis, shape in zip(self.axes, (left, right), strict=True)
        )
        # As in Keras, a size that is not known only equals another that is not.
        if left[a] != right[b]:
            sizes = ["not known" if s is None else str(s) for s in (left[a], right[b])]
            raise ShapeError(
                f"the axes that are summed over have different sizes: {sizes[0]} (axis {a + 1} of"
                f" {format_shape(left)}) and {sizes[1]} (axis {b + 1} of {format_shape(right)})",
                argument="axes",
                code="AS402",
            )
        return a, b

    def output_shape(self, *inputs: Shape) -> Shape:
        left, right = inputs
        a, b = self._axes(left, right)
        return (*left[:a], *left[a + 1 :], *right[:b], *right[b + 1 :]) or (1,)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        left, right = inputs
        a, b = self._axes(left, right)
        rest = len(left) - 1
        of_left = [ALL if n == a else same(n - (n > a)) for n in range(len(left))]
        of_right = [ALL if n == b else same(rest + n - (n > b)) for n in range(len(right))]
        return Reach(tuple(of_left)), Reach(tuple(of_right))

    def macs(self, *inputs: Shape) -> int:
        """The summed axis for every value of the output; an unknown size counts as 0."""
        left, right = inputs
        a, _ = self._axes(left, right)
        return product(s or 0 for s in self.output_shape(left, right)) * (left[a] or 0)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        left, right = inputs
        a, b = self._axes(left, right)
        size = "?" if left[a] is None else left[a]
        return (
            f"{format_shape(left)} · {format_shape(right)}, summed over axes {a + 1} and {b + 1}"
            f" of size {size} = {format_shape(self.output_shape(left, right))}",
        )


def _broadcast(left: Shape, right: Shape) -> Shape | None:
    """Shape of an elementwise operation, or None if there is none."""
    short, long = sorted((left, right), key=len)
    missing = len(long) - len(short)
    sizes: list[Size] = list(long[:missing])
    for a, b in zip(long[missing:], short, strict=True):
        if a is None or b is None:
            sizes.append(None)
        elif a == 1 or a == b:
            sizes.append(b)
        elif b == 1:
            sizes.append(a)
        else:
            return None
    return tuple(sizes)


def _clash(inputs: tuple[Shape, ...], number: int, result: Shape) -> ShapeError:
    """The error for an input that does not go with what the inputs before it give."""
    shape = inputs[number]
    rank = max(len(result), len(shape))
    rows = [(1,) * (rank - len(s)) + s for s in (*inputs[:number], shape, result)]
    mine, merged = rows[-2], rows[-1]
    wrong = [
        n
        for n in range(rank)
        if mine[n] != merged[n] and mine[n] not in (1, None) and merged[n] not in (1, None)
    ]
    # The input before it that brought the size in.
    other = next(k for k, row in enumerate(rows[:number]) if row[wrong[0]] == merged[wrong[0]])
    wrong = [n for n in wrong if rows[other][n] == merged[n]]
    help = ""
    if rank == 1:
        help = f"a Dense with {merged[0]} units would make them equal"
    elif len(shape) == len(inputs[other]):
        channels = wrong[-1] == rank - 1
        space = wrong[0] < rank - 1
        if channels and space:
            help = "a shortcut must have the strides and the filters of what it goes around"
        elif channels:
            help = f"a 1×1 convolution with {merged[-1]} filters would make the channels equal"
        else:
            help = "strides or padding make one of them smaller: use the same for both"
    if len(shape) == len(inputs[other]):
        own = [n - (rank - len(shape)) for n in wrong]
        return ShapeError(_differ(inputs, number, other, own), code="AS402", help=help)
    sizes = " and ".join(f"{mine[n]} against {merged[n]}" for n in wrong)
    return ShapeError(
        f"{_named(number, shape)} does not go with {_named(other, inputs[other])}: counted from"
        f" the last axis, sizes must be equal or 1, not {sizes}",
        code="AS402",
    )


def _differ(inputs: tuple[Shape, ...], number: int, other: int, axes: list[int]) -> str:
    """Which input differs from which other one, in which axes."""
    shape, reference = inputs[number], inputs[other]
    *told, last = [f"axis {n + 1} ({shape[n]} against {reference[n]})" for n in axes]
    where = f"{', '.join(told)} and {last}" if told else last
    return f"{_named(number, shape)} differs from {_named(other, reference)} in {where}"


def _named(number: int, shape: Shape) -> str:
    return f"input {number + 1} ({format_shape(shape)})"


def _dimensions(shape: Shape) -> str:
    return "1 dimension" if len(shape) == 1 else f"{len(shape)} dimensions"


def _first_known(sizes: list[Size]) -> Size:
    return next((size for size in sizes if size is not None), None)


COMMUTATIVE: tuple[type[Layer], ...] = (Add, Average, Maximum, Minimum, Multiply)
"""Layers, and operations of their names, for which the order of the inputs does not matter."""
