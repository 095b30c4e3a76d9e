"""Pooling, 1D to 3D: windows, the whole map, or a map of a given size.

Source: keras/src/layers/pooling/.
"""

from archspec.arguments import DataFormat, Padding
from archspec.arguments import Window as WindowArgument
from archspec.layers.base import Layer
from archspec.layers.convolution import slide, slide_derivation
from archspec.shapes import Shape, Window


class _Pooling(Layer):
    abstract = True
    family = "pool"

    pool_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument | None = None
    """Step of the window; the window's own size if left out."""
    padding: Padding = "valid"
    """`valid` leaves the border out; `same` pads, so that the size is divided and rounded up."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def windows(self) -> tuple[Window, ...]:
        strides = self.strides or self.pool_size
        return tuple(Window(k, s, 1, self.padding) for k, s in zip(self.pool_size, strides, strict=True))

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*slide(inputs[0], self.windows(), "pool_size"), inputs[0][-1])

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return slide_derivation(inputs[0], self.windows())


class MaxPooling1D(_Pooling):
    """The largest value of each window over (steps, channels)."""

    rank = 1
    dims = (2, 2)
    pool_size: WindowArgument = (2,)
    """Size of the window."""


class MaxPooling2D(_Pooling):
    """The largest value of each window over (height, width, channels)."""

    rank = 2
    dims = (3, 3)
    pool_size: WindowArgument = (2, 2)
    """Size of the window, one number or one per axis."""


class MaxPooling3D(_Pooling):
    """The largest value of each window over (depth, height, width, channels)."""

    rank = 3
    dims = (4, 4)
    pool_size: WindowArgument = (2, 2, 2)
    """Size of the window, one number or one per axis."""


class AveragePooling1D(_Pooling):
    """The mean of each window over (steps, channels)."""

    rank = 1
    dims = (2, 2)
    pool_size: WindowArgument
    """Size of the window."""


class AveragePooling2D(_Pooling):
    """The mean of each window over (height, width, channels)."""

    rank = 2
    dims = (3, 3)
    pool_size: WindowArgument
    """Size of the window, one number or one per axis."""


class AveragePooling3D(_Pooling):
    """The mean of each window over (depth, height, width, channels)."""

    rank = 3
    dims = (4, 4)
    pool_size: WindowArgument
    """Size of the window, one number or one per axis."""


class _GlobalPooling(Layer):
    abstract = True
    family = "pool"

    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    keepdims: bool = False
    """Whether the spatial axes stay, with size 1."""

    def output_shape(self, *inputs: Shape) -> Shape:
        channels = inputs[0][-1:]
        return (1,) * self.rank + channels if self.keepdims else channels


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over (height, width)."""

    rank = 2
    dims = (3, 3)
