"""Merging: several inputs to one.

Source: keras/src/layers/merging/.
"""

from archspec.layers.base import Layer
from archspec.shapes import Shape, ShapeError, Size, format_shape


class _Merge(Layer):
    """Elementwise merging with broadcasting, as in keras/src/layers/merging/base_merge.py."""

    abstract = True
    family = "merge"
    inputs = (2, 999)

    def output_shape(self, *inputs: Shape) -> Shape:
        result = inputs[0]
        for shape in inputs[1:]:
            result = _broadcast(result, shape)
        return result


class Add(_Merge):
    """The sum."""


class Concatenate(Layer):
    """Inputs one after the other along an axis."""

    family = "merge"
    inputs = (1, 999)

    axis: int = -1
    """The axis, counted with the batch as 0; -1 is the channels."""

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        rank = len(first)
        axis = self.axis - 1 if self.axis > 0 else self.axis + rank
        if self.axis == 0 or not 0 <= axis < rank:
            raise ShapeError(f"axis {self.axis} is not an axis of {format_shape(first)}", argument="axis")
        for shape in inputs[1:]:
            if len(shape) != rank or any(
                a != b and None not in (a, b) and n != axis for n, (a, b) in enumerate(zip(first, shape, strict=False))
            ):
                raise ShapeError(
                    f"{format_shape(first)} and {format_shape(shape)} differ outside axis {self.axis}",
                    code="AS402",
                )
        sizes: list[Size] = list(first)
        for n in range(rank):
            column = [shape[n] for shape in inputs]
            if n == axis:
                sizes[n] = None if None in column else sum(column)  # type: ignore[arg-type]
            else:
                sizes[n] = next((s for s in column if s is not None), None)
        return tuple(sizes)


def _broadcast(left: Shape, right: Shape) -> Shape:
    """Shape of an elementwise operation; sizes must be equal, or one of them 1."""
    short, long = sorted((left, right), key=len)
    sizes: list[Size] = list(long[: len(long) - len(short)])
    for a, b in zip(long[len(long) - len(short) :], short, strict=True):
        if a is None or b is None:
            sizes.append(None)
        elif a == 1 or a == b:
            sizes.append(b)
        elif b == 1:
            sizes.append(a)
        else:
            raise ShapeError(f"{format_shape(left)} and {format_shape(right)} cannot be merged", code="AS402")
    return tuple(sizes)
