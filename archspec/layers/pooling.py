"""Pooling, 1D to 3D: by windows, over the whole map, or to a map of a given size.

Source: keras/src/layers/pooling/.
"""

from math import gcd

from archspec.layers.calls import Masked
from archspec.layers.spatial import Sliding, Spatial, sliding
from archspec.records.arguments import DataFormat, Padding
from archspec.records.arguments import Window as WindowArgument
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import FLOATS, NUMBERS, VALUES, WIDE_UNSIGNED
from archspec.shapes.reach import ALL, Reach, same, shared_out, windowed
from archspec.shapes.shape import Shape, Window, elements, format_shape


class _Pooling(Sliding):
    abstract = True
    reads = FLOATS
    family = "pool"
    window_argument = "pool_size"

    pool_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument | None = None
    """Step of the window, one number or one per axis; the window's own size if left out."""
    padding: Padding = "valid"
    """`valid` leaves out what does not fill a window; `same` pools it too: the size is divided by
    `strides` and rounded up."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def windows(self) -> tuple[Window, ...]:
        once = (1,) * self.rank
        return sliding(self.pool_size, self.strides or self.pool_size, once, self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self.slide(inputs[0]), inputs[0][-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (windowed(self.windows(), inputs[0], same(self.rank)),)


class _MaxPooling(_Pooling):
    abstract = True

    pool_size: WindowArgument = (2,)
    """Size of the window, one number or one per axis."""


class MaxPooling1D(_MaxPooling):
    """The largest value of each window over (steps, channels)."""

    reads = NUMBERS
    lacks = WIDE_UNSIGNED
    keeps = True
    rank = 1


class MaxPooling2D(_MaxPooling):
    """The largest value of each window over (height, width, channels)."""

    reads = NUMBERS
    lacks = WIDE_UNSIGNED
    keeps = True
    rank = 2


class MaxPooling3D(_MaxPooling):
    """The largest value of each window over (depth, height, width, channels)."""

    rank = 3

    def check(self) -> None:
        super().check()
        if self.dtype == "float64":
            raise ArgumentError("dtype", "TensorFlow's windows along three axes have no float64")


class AveragePooling1D(_Pooling):
    """The mean of each window over (steps, channels)."""

    rank = 1


class AveragePooling2D(_Pooling):
    """The mean of each window over (height, width, channels)."""

    rank = 2


class AveragePooling3D(_Pooling):
    """The mean of each window over (depth, height, width, channels)."""

    rank = 3


class _GlobalPooling(Spatial):
    abstract = True
    reads = VALUES
    family = "pool"

    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    keepdims: bool = False
    """Whether the spatial axes stay, with size 1."""

    def output_shape(self, *inputs: Shape) -> Shape:
        channels = inputs[0][-1:]
        return (1,) * self.rank + channels if self.keepdims else channels

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (Reach((*(ALL,) * self.rank, same(self.rank if self.keepdims else 0))),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        places = inputs[0][:-1]
        count = elements(places)
        return (f"{format_shape(places)} = {count} values of each channel → 1",) if count else ()


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value of each channel over all steps of (steps, channels)."""

    keeps = True
    rank = 1


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel over the whole (height, width, channels)."""

    keeps = True
    rank = 2


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest value of each channel over the whole (depth, height, width, channels)."""

    keeps = True
    rank = 3


class GlobalAveragePooling1D(_GlobalPooling, Masked):
    """The mean of each channel over all steps of (steps, channels), or those of a `mask`."""

    rank = 1

    def mask_shapes(self, shape: Shape) -> tuple[Shape, bool]:
        return shape[:1], True

    def output_shape(self, *inputs: Shape) -> Shape:
        self.check_masked(inputs)
        return super().output_shape(*inputs)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (*super().reach(*inputs), *(Reach((ALL,)),) * (len(inputs) - 1))


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over the whole (height, width, channels) (Lin et al., 2013)."""

    rank = 2


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel over the whole (depth, height, width, channels)."""

    rank = 3


class _AdaptivePooling(Spatial):
    abstract = True
    reads = FLOATS
    family = "pool"

    output_size: WindowArgument
    """Size of the output, one number or one per axis."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self.output_size, inputs[0][-1])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes = enumerate(zip(inputs[0], self.output_size, strict=False))
        shares = [shared_out(n, size, out) for n, (size, out) in axes]
        return (Reach((*shares, same(self.rank))),)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = zip(inputs[0], self.output_size, strict=False)
        return self.by_axis(self._windows_of_axis(size, out) for size, out in axes)

    @staticmethod
    def _windows_of_axis(size: int | None, out: int) -> str:
        # Window i reaches from ⌊i·size/out⌋ to ⌈(i + 1)·size/out⌉: all of one length, or of two.
        if size is None:
            return f"{out} windows of unknown size"
        small = -(-size // out)
        large = -(-(size + out - gcd(size, out)) // out)
        lengths = f"{small}" if small == large else f"{small} or {large}"
        return f"{out} {'window' if out == 1 else 'windows'} of {lengths} over {size}"


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """The largest values of (steps, channels) in a given number of windows."""

    reads = NUMBERS
    keeps = True
    rank = 1


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The largest values of (height, width, channels) in a given number of windows."""

    reads = NUMBERS
    keeps = True
    rank = 2


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """The largest values of (depth, height, width, channels) in a given number of windows."""

    reads = NUMBERS
    keeps = True
    rank = 3


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """The means of (steps, channels) in a given number of windows."""

    rank = 1


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The means of (height, width, channels) in a given number of windows."""

    rank = 2


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """The means of (depth, height, width, channels) in a given number of windows."""

    rank = 3
