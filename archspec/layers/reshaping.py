"""Reshaping: flatten, reshape, permute, repeat, pad, crop, upsample.

Source: keras/src/layers/reshaping/.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from archspec.layers.base import Layer
from archspec.layers.spatial import AXES, Spatial
from archspec.records.arguments import DataFormat, Ints, Margin, Margins, PositiveInt
from archspec.records.arguments import Window as WindowArgument
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import ANY, NUMBERS, WIDE_UNSIGNED
from archspec.shapes.reach import FOLDED, Along, Reach, repeated, resized, same, shifted
from archspec.shapes.shape import Shape, ShapeError, Size, elements, format_shape, product


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


class _Ends(Spatial):
    """Adds to both ends of every spatial axis, or cuts off."""

    reads = ANY
    keeps = True
    abstract = True
    family = "reshape"
    sign: ClassVar[int] = 1

    def ends(self) -> tuple[tuple[int, int], ...]:
        """What is added or cut off before and after, for every axis."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        sizes: list[Size] = []
        axes = zip(
            AXES[self.rank], inputs[0], self.ends(), self._arithmetic(inputs[0]), strict=False
        )
        for axis, size, (before, after), arithmetic in axes:
            out = None if size is None else size + self.sign * (before + after)
            if out is not None and out < 1:
                raise ShapeError(
                    f"cutting {before} and {after} off a {axis} of {size} leaves nothing",
                    argument="cropping",
                    arithmetic=arithmetic,
                    code="AS401",
                )
            sizes.append(out)
        return (*sizes, inputs[0][-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes = [shifted(n, -self.sign * before) for n, (before, _) in enumerate(self.ends())]
        return (Reach((*axes, same(self.rank))),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return self.by_axis(self._arithmetic(inputs[0]))

    def _arithmetic(self, shape: Shape) -> Iterator[str]:
        sign = "+" if self.sign > 0 else "−"
        for size, (before, after) in zip(shape, self.ends(), strict=False):
            result = "unknown" if size is None else size + self.sign * (before + after)
            yield f"{_product((size,))} {sign} {before} {sign} {after} = {result}"


class ZeroPadding1D(_Ends):
    """Zeros before the first and after the last step of (steps, channels)."""

    rank = 1

    padding: Margin = (1, 1)
    """Number of zeros at both ends, or [before, after]."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def ends(self) -> tuple[tuple[int, int], ...]:
        return (self.padding,)


class _ZeroPadding(_Ends):
    abstract = True

    padding: Margins = ((1, 1),)
    """Number of zeros at every side, or for each axis a number or [before, after]."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def ends(self) -> tuple[tuple[int, int], ...]:
        return self.padding


class ZeroPadding2D(_ZeroPadding):
    """A border of zeros around (height, width, channels)."""

    rank = 2


class ZeroPadding3D(_ZeroPadding):
    """A border of zeros around (depth, height, width, channels)."""

    rank = 3


class Cropping1D(_Ends):
    """Cuts steps off both ends of (steps, channels)."""

    rank = 1
    sign = -1

    cropping: Margin = (1, 1)
    """Number of steps cut off at both ends, or [before, after]."""

    def ends(self) -> tuple[tuple[int, int], ...]:
        return (self.cropping,)


class _Cropping(_Ends):
    abstract = True
    sign = -1

    cropping: Margins
    """What is cut off at every side, or for each axis a number or [before, after]."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def ends(self) -> tuple[tuple[int, int], ...]:
        return self.cropping


class Cropping2D(_Cropping):
    """Cuts the border off (height, width, channels)."""

    rank = 2
    cropping = ((0, 0),)


class Cropping3D(_Cropping):
    """Cuts the border off (depth, height, width, channels)."""

    rank = 3
    cropping = ((1, 1),)


class _UpSampling(Spatial):
    abstract = True
    reads = ANY
    keeps = True
    family = "reshape"

    def factors(self) -> tuple[int, ...]:
        """How many times larger every axis becomes."""
        raise NotImplementedError

    def output_shape(self, *inputs: Shape) -> Shape:
        axes = zip(inputs[0], self.factors(), strict=False)
        sizes = [None if size is None else size * factor for size, factor in axes]
        return (*sizes, inputs[0][-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes = [self.enlarged(n, factor) for n, factor in enumerate(self.factors())]
        return (Reach((*axes, same(self.rank))),)

    def enlarged(self, axis: int, factor: int) -> Along | None:
        """What a position along an axis sees."""
        return repeated(axis, factor)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = zip(inputs[0], self.factors(), self.output_shape(*inputs), strict=False)
        return self.by_axis(
            "unknown" if size is None else f"{size}·{factor} = {out}" for size, factor, out in axes
        )


class UpSampling1D(_UpSampling):
    """Every step of (steps, channels) several times over."""

    rank = 1

    size: PositiveInt = 2
    """How often."""

    def factors(self) -> tuple[int, ...]:
        return (self.size,)


class _UpSamplingOfAxes(_UpSampling):
    abstract = True

    size: WindowArgument = (2,)
    """How many times larger, one number or one per axis."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def factors(self) -> tuple[int, ...]:
        return self.size


class UpSampling2D(_UpSamplingOfAxes):
    """Enlarges (height, width, channels); nothing is learnt, unlike in Conv2DTranspose."""

    rank = 2

    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] = "nearest"
    """How values between the given ones are found; `nearest` repeats rows and columns."""

    def kinds_read(self) -> frozenset[str]:
        return ANY if self.interpolation == "nearest" else NUMBERS

    def dtypes_lacking(self) -> frozenset[str]:
        return frozenset() if self.interpolation == "nearest" else WIDE_UNSIGNED

    def enlarged(self, axis: int, factor: int) -> Along | None:
        return resized(axis, 1, factor, self.interpolation)


class UpSampling3D(_UpSamplingOfAxes):
    """Repeats the values of (depth, height, width, channels) along each spatial axis."""

    rank = 3
