"""What an operation is: a layer without weights, whose axes count with the batch as 0.

Source: keras/src/ops/. An operation takes what it reads as it is: its output has the type of its
inputs, where a layer would make float32 of it.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from archspec.layers.base import Layer
from archspec.layers.measure import MOST_DIMS
from archspec.shapes.axes import axis_index, axis_indices
from archspec.shapes.dtypes import DTYPES, common
from archspec.shapes.reach import Reach, broadcast
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape


class Operation(Layer):
    """An operation of keras.ops; the arguments are those of the function there, without tensors."""

    abstract = True
    operation = True
    gives_way = True
    not_taken = frozenset({"dtype"})
    module: ClassVar[str] = "numpy"
    """Which module of keras.src.ops has the class."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.keras_class = f"keras.src.ops.{cls.module}.{cls.__name__}"

    def output_dtype(self, *inputs: str) -> str:
        self.check_dtypes(*inputs)
        return self.type_after(common(inputs))

    def type_after(self, dtype: str) -> str:
        """Type of the output's values from the one type of the inputs."""
        return dtype

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return tuple(inputs), {}


def as_float(dtype: str) -> str:
    """What becomes of a type where fractions come out: whole numbers become float32."""
    return dtype if DTYPES[dtype] == "float" else "float32"


def as_sum(dtype: str) -> str:
    """What becomes of a type where values are added up: small whole numbers become larger ones."""
    wider = {"int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
    return wider.get(dtype, as_number(dtype))


def as_number(dtype: str) -> str:
    """What becomes of a type where a truth value counts as 0 or 1."""
    return "int32" if dtype == "bool" else dtype


def one_axis(axis: int | None, shape: Shape) -> int:
    """Index of the axis of an operation in a shape without the batch.

    Raises:
        ShapeError: it does not exist, is the batch, or is not given.
    """
    if axis is None:
        raise _all_axes(shape)
    return axis_index(axis, shape)


def some_axes(axes: tuple[int, ...] | None, shape: Shape) -> tuple[int, ...]:
    """The same for one axis or several, in their order."""
    if axes is None:
        raise _all_axes(shape)
    return axis_indices(axes, shape)


def _all_axes(shape: Shape) -> ShapeError:
    others = ", ".join(str(n + 1) for n in range(len(shape)))
    return ShapeError(
        "without `axis` it takes all axes together, the batch too",
        argument="axis",
        help=f"`axis: [{others}]` are all but the batch" if others else "",
    )


def new_axes(axes: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Indices of axes that an output has beside those of the input, without the batch.

    Raises:
        ShapeError: there is no such place, it is before the batch, or stands twice.
    """
    rank = len(shape) + len(axes)
    if rank > MOST_DIMS:
        raise ShapeError(f"{rank:,} axes are too many: there may be {MOST_DIMS}", argument="axis")
    found: list[int] = []
    for axis in axes:
        index = axis - 1 if axis >= 0 else axis + rank
        if not 0 <= index < rank:
            where = "would stand before the batch" if index == -1 else "is beyond the last one"
            raise ShapeError(
                f"a new axis {axis} of {format_shape(shape)} {where}: it can be 1 to {rank}, or"
                f" -{rank} to -1",
                argument="axis",
            )
        if index in found:
            raise ShapeError(f"the new axis {axis} stands twice in `axis`", argument="axis")
        found.append(index)
    return tuple(found)


def together(layer: Layer, inputs: Sequence[Shape]) -> Shape:
    """The shape of an operation value by value on several inputs, by NumPy's rule.

    Counted from the last axis, with the batch: so all have the same number of axes, and sizes are
    equal or 1. A size that is not known becomes that of another input.

    Raises:
        ShapeError: they do not go together.
    """
    check_ranks(layer, inputs)
    result = list(inputs[0])
    for number, shape in enumerate(inputs[1:], 1):
        for axis, (size, other) in enumerate(zip(result, shape, strict=True)):
            merged = _merged(size, other)
            if merged == 0:
                raise ShapeError(
                    f"input {number + 1} ({format_shape(shape)}) differs from"
                    f" {_told(inputs[:number])} in axis {axis + 1} ({other} against {size})",
                    code="AS402",
                    help="sizes must be equal, or one of them 1",
                )
            result[axis] = merged
    return tuple(result)


def _merged(size: Size, other: Size) -> Size:
    """One size of two; 0 if they do not go together."""
    if size == 1 or other == 1:
        return other if size == 1 else size
    if size is None or other is None:
        return other if size is None else size
    return size if size == other else 0


def _told(shapes: Sequence[Shape]) -> str:
    if len(shapes) == 1:
        return f"input 1 ({format_shape(shapes[0])})"
    return f"those before it ({', '.join(map(format_shape, shapes))})"


def check_ranks(layer: Layer, inputs: Sequence[Shape]) -> None:
    """Raise ShapeError if the inputs have different numbers of axes.

    Keras would fill up in front of the batch, so that one example met another.
    """
    first = inputs[0]
    for number, shape in enumerate(inputs[1:], 2):
        if len(shape) != len(first):
            fewer = number if len(shape) < len(first) else 1
            raise ShapeError(
                f"input {number} ({format_shape(shape)}) has {len(shape)} axes, and input 1"
                f" ({format_shape(first)}) has {len(first)}",
                code="AS402",
                help=f"{type(layer).__name__} counts with the batch: a Reshape of input {fewer}"
                " gives it axes of size 1",
            )


def seen_together(inputs: Sequence[Shape], out: Shape) -> tuple[Reach, ...]:
    """What a position of the output of such an operation sees of each input."""
    return tuple([Reach(broadcast(shape, out)) for shape in inputs])


def listed(axes: Sequence[int]) -> str:
    """Axes by the numbers that Keras gives them: ``axis 1``, ``axes 1, 2``."""
    numbers = ", ".join(str(index + 1) for index in axes)
    return f"{'axis' if len(axes) == 1 else 'axes'} {numbers}"
