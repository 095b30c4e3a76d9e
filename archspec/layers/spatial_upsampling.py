"""Upsampling: spatial axes made longer by values that are repeated or found in between.

Source: keras/src/layers/reshaping/.
"""

from typing import Literal

from archspec.layers.spatial import Spatial
from archspec.records.arguments import DataFormat, PositiveInt
from archspec.records.arguments import Window as WindowArgument
from archspec.shapes.dtypes import ANY, NUMBERS, WIDE_UNSIGNED
from archspec.shapes.reach import Along, Reach, repeated, resized, same
from archspec.shapes.shape import Shape


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
