"""More than an input: repeated along its axes, or with a border around it.

Source: keras/src/ops/numpy.py.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from archspec.layers.operations.axes import Rearranging, placed
from archspec.records import schemas
from archspec.records.record import ArgumentError, ArgumentType
from archspec.shapes.dtypes import NUMBERS, DtypeError
from archspec.shapes.reach import MOST_READS, Along, Reach, same, shifted
from archspec.shapes.shape import Shape, ShapeError, Size, format_shape

_Repeats = Annotated[
    tuple[int, ...],
    ArgumentType(
        schemas.spread(schemas.size(gt=0), schemas.many(schemas.size(gt=0), min_length=1), 1),
        "a whole number above 0, or a list",
    ),
]


class Tile(Rearranging):
    """The input several times over along its axes."""

    repeats: _Repeats
    """How often along each axis, the batch first, as in [1, 2, 1]; fewer are for the last axes."""

    def dtypes_lacking(self) -> frozenset[str]:
        return frozenset(("uint16",) if max(self.repeats) > 1 else ())

    def _counts(self, shape: Shape) -> tuple[int, ...]:
        if len(self.repeats) > len(shape) + 1:
            raise ShapeError(
                f"`repeats` has {len(self.repeats)} numbers, but {format_shape(shape)} has"
                f" {len(shape) + 1} axes with the batch",
                argument="repeats",
            )
        counts = (*[1] * (len(shape) + 1 - len(self.repeats)), *self.repeats)
        if counts[0] > 1:
            raise ShapeError("it would repeat the batch, axis 0", argument="repeats")
        return counts[1:]

    def output_shape(self, *inputs: Shape) -> Shape:
        pairs = zip(inputs[0], self._counts(inputs[0]), strict=True)
        return tuple([None if size is None else size * count for size, count in pairs])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes: list[Along | None] = []
        for n, (size, count) in enumerate(zip(inputs[0], self._counts(inputs[0]), strict=True)):
            if count == 1:
                axes.append(same(n))
            else:
                many = size is None or size * count > MOST_READS
                axes.append(None if size is None or many else placed(n, [*range(size)] * count))
        return (Reach(tuple(axes)),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        pairs = zip(inputs[0], self._counts(inputs[0]), strict=True)
        return tuple(
            [f"{count}·{size} = {count * size}" for size, count in pairs if size and count > 1]
        )


_Widths = Annotated[
    tuple[tuple[int, int], ...],
    ArgumentType(
        schemas.many(schemas.tuple_of(schemas.size(ge=0), schemas.size(ge=0)), min_length=1),
        "a pair for each axis, the batch first, such as [[0, 0], [1, 1], [0, 0]]",
    ),
]


class Pad(Rearranging):
    """More values before and after those of an axis."""

    pad_width: _Widths
    """How many before and after, for each axis, the batch first: [[0, 0], [1, 1], [0, 0]]."""
    mode: Literal["constant", "reflect", "symmetric"] = "constant"
    """What they are: one number, or the values inside, mirrored at the last one or at its border."""
    constant_values: float | None = None
    """The number; 0 if left out."""

    constants = frozenset(("constant_values",))

    def check(self) -> None:
        if self.constant_values is not None and self.mode != "constant":
            raise ArgumentError("constant_values", f"`mode: {self.mode}` has no `constant_values`")

    def kinds_read(self) -> frozenset[str]:
        return self.reads if self.constant_values is None else NUMBERS

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        number = self.constant_values
        whole = number is None or number.is_integer()
        if not whole and "int" in dtype:
            raise DtypeError(f"{number} is no {dtype}", "a whole number goes")
        return dtype

    def _widths(self, shape: Shape) -> tuple[tuple[int, int], ...]:
        if len(self.pad_width) != len(shape) + 1:
            raise ShapeError(
                f"`pad_width` has {len(self.pad_width)} pairs, but {format_shape(shape)} has"
                f" {len(shape) + 1} axes with the batch",
                argument="pad_width",
            )
        if any(self.pad_width[0]):
            raise ShapeError("it would add to the batch, axis 0", argument="pad_width")
        return self.pad_width[1:]

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        sizes: list[Size] = []
        less = {"reflect": 1, "symmetric": 0}.get(self.mode)
        for axis, (size, ends) in enumerate(zip(shape, self._widths(shape), strict=True), 1):
            if size is not None and less is not None and max(ends) > size - less:
                raise ShapeError(
                    f"axis {axis} of {format_shape(shape)} has {size} values, of which"
                    f" `{self.mode}` mirrors at most {size - less}",
                    argument="pad_width",
                )
            sizes.append(None if size is None else size + sum(ends))
        return tuple(sizes)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        pairs = enumerate(zip(inputs[0], self._widths(inputs[0]), strict=True))
        return (Reach(tuple([self._seen(n, size, ends) for n, (size, ends) in pairs])),)

    def _seen(self, axis: int, size: Size, ends: tuple[int, int]) -> Along | None:
        before, after = ends
        if not any(ends):
            return same(axis)
        if self.mode == "constant":
            return shifted(axis, -before)
        if size is None or size > MOST_READS:
            return None
        if self.mode == "reflect":
            mirrored = [*range(before, 0, -1), *range(size), *range(size - 2, size - 2 - after, -1)]
        else:
            mirrored = [*range(before - 1, -1, -1), *range(size)]
            mirrored += range(size - 1, size - 1 - after, -1)
        return placed(axis, mirrored)

    def keras_call(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        number = self.constant_values
        return (inputs[0], *(() if number is None else (number,))), {}

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        pairs = zip(inputs[0], self._widths(inputs[0]), strict=True)
        return tuple(
            [
                f"{size} + {before} + {after} = {size + before + after}"
                for size, (before, after) in pairs
                if size and before + after
            ]
        )
