"""Reshaping: flatten, reshape, permute, repeat.

Source: keras/src/layers/reshaping/.
"""

from archspec.layers.base import Layer
from archspec.records.arguments import DataFormat, Ints, PositiveInt
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import ANY
from archspec.shapes.reach import FOLDED, Reach, same
from archspec.shapes.shape import Shape, ShapeError, elements, format_shape, product


def _product(shape: Shape) -> str:
    """``7·7·64``; the same for sizes that are not known: ``?·7``."""
    return "·".join("?" if size is None else str(size) for size in shape) or "1"


class Flatten(Layer):
    """All axes in one."""

    reads = ANY
    keeps = True
    family = "reshape"
    dims = (0, 99)

    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (elements(inputs[0]),)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (FOLDED,)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        count = elements(inputs[0])
        return (f"{_product(inputs[0])} = {'unknown' if count is None else count}",)


class Reshape(Layer):
    """The same values in another shape, in the same order."""

    reads = ANY
    keeps = True
    family = "reshape"
    dims = (0, 99)

    target_shape: Ints
    """Sizes of the output; one may be -1, which stands for what is left."""

    def check(self) -> None:
        if self.target_shape.count(-1) > 1:
            raise ArgumentError(
                "target_shape", "only one size can be -1, for it is worked out from the others"
            )
        if any(size == 0 or size < -1 for size in self.target_shape):
            raise ArgumentError(
                "target_shape", "a size is a number above 0, or -1 for what is left"
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        count = elements(inputs[0])
        fixed = product(size for size in self.target_shape if size != -1)
        if count is None:
            return tuple(None if size == -1 else size for size in self.target_shape)
        if count % fixed if -1 in self.target_shape else count != fixed:
            raise ShapeError(
                f"{format_shape(inputs[0])} has {count} values; they do not fill {self._target()}",
                argument="target_shape",
                arithmetic=self._arithmetic(inputs[0]),
                help="" if -1 in self.target_shape else "a size of -1 stands for what is left",
            )
        return tuple(count // fixed if size == -1 else size for size in self.target_shape)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (FOLDED,)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return () if elements(inputs[0]) is None else (self._arithmetic(inputs[0]),)

    def _target(self) -> str:
        return f"[{', '.join(map(str, self.target_shape))}]"

    def _arithmetic(self, shape: Shape) -> str:
        """Both products, or the division that gives the size written as -1."""
        count = elements(shape)
        fixed = tuple(size for size in self.target_shape if size != -1)
        values, divisor = f"{_product(shape)} = {count}", _product(fixed)
        if count is None:
            return values
        if -1 not in self.target_shape:
            equal = count == product(fixed)
            return f"{values} = {divisor}" if equal else f"{values} ≠ {product(fixed)} = {divisor}"
        whole, rest = divmod(count, product(fixed))
        divisor = f"({divisor})" if len(fixed) > 1 else divisor
        return f"{values}, and {count}/{divisor} = {whole}{f' remainder {rest}' if rest else ''}"


class Permute(Layer):
    """The axes in another order."""

    reads = ANY
    keeps = True
    family = "reshape"

    # The underscore keeps it apart from `dims`, the number of dimensions that a layer takes.
    dims_: Ints
    """Order of the axes, counted from 1: [2, 1] swaps two."""

    def check(self) -> None:
        if sorted(self.dims_) != list(range(1, len(self.dims_) + 1)):
            count = len(self.dims_)
            raise ArgumentError(
                "dims",
                f"every axis stands once: here the numbers 1 to {count} in some order",
            )

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        if len(shape) != len(self.dims_):
            raise ShapeError(
                f"`dims` orders {len(self.dims_)} axes, but {format_shape(shape)} has {len(shape)}",
                argument="dims",
                code="AS403",
            )
        return tuple(shape[axis - 1] for axis in self.dims_)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        count = range(1, len(self.dims_) + 1)
        return (Reach(tuple([same(self.dims_.index(axis)) for axis in count])),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        order = ", ".join(map(str, self.dims_))
        return (f"axes {order} of {format_shape(inputs[0])}",)


class RepeatVector(Layer):
    """A vector several times over: (features) → (n, features)."""

    reads = ANY
    keeps = True
    family = "reshape"
    dims = (1, 1)

    n: PositiveInt
    """How often."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (self.n, *inputs[0])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (Reach((same(1),)),)
