"""Borders of spatial axes: zeros around them, or cut off.

Source: keras/src/layers/reshaping/.
"""

from collections.abc import Iterator
from typing import ClassVar

from archspec.layers.spatial import AXES, Spatial
from archspec.records.arguments import DataFormat, Margin, Margins
from archspec.shapes.dtypes import ANY
from archspec.shapes.reach import Reach, same, shifted
from archspec.shapes.shape import Shape, ShapeError, Size


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
            yield f"{'?' if size is None else size} {sign} {before} {sign} {after} = {result}"


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
