"""What layers over spatial axes share: windows that slide, and the words for the axes.

The shapes are (steps, channels), (height, width, channels) or (depth, height, width, channels).

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from collections.abc import Iterable
from typing import ClassVar

from archspec.layers.base import Layer
from archspec.shapes.shape import Shape, ShapeError, Size, Window

AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""Rank → what its spatial axes are called."""


class Spatial(Layer):
    """A layer whose input has ``rank`` spatial axes and then the channels.

    A class for one rank states only its rank. The number of dimensions follows from it, and a
    default of one item, such as ``(1,)``, is repeated for every axis.
    """

    abstract = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.rank:
            return
        cls.dims = (cls.rank + 1, cls.rank + 1)
        for base in cls.__mro__:
            for name in getattr(base, "__annotations__", ()):
                default = getattr(cls, name, None)
                if type(default) is tuple and len(default) == 1:
                    setattr(cls, name, default * cls.rank)

    def by_axis(self, lines: Iterable[str]) -> tuple[str, ...]:
        """A line for each axis under the axis's name; one line if the axes agree."""
        found = tuple(lines)
        if len(set(found)) == 1:
            return found[:1]
        return tuple(f"{a}: {line}" for a, line in zip(AXES[self.rank], found, strict=True))


class Sliding(Spatial):
    """A layer that slides a window over its spatial axes."""

    abstract = True

    window_argument: ClassVar[str] = "kernel_size"
    """The argument that holds the window's size."""

    def windows(self) -> tuple[Window, ...]:
        raise NotImplementedError

    def slide(self, shape: Shape) -> tuple[Size, ...]:
        """Number of positions of the window along each spatial axis.

        Raises:
            ShapeError: the window is larger than an axis.
        """
        sizes = []
        for axis, size, window in zip(AXES[self.rank], shape, self.windows(), strict=False):
            out = window.output_size(size)
            if out is not None and out < 1:
                spans = f" with dilation {window.dilation} spans {window.span} and"
                raise ShapeError(
                    f"a window of {window.kernel}{spans if window.dilation > 1 else ''}"
                    f" does not fit into a {axis} of {size}",
                    argument=self.window_argument,
                    arithmetic=window.arithmetic(size),
                    help="`padding: same` or a smaller window fits; or shrink less before",
                    code="AS401",
                )
            sizes.append(out)
        return tuple(sizes)

    def positions(self, shape: Shape) -> int:
        """Number of positions of the window in all; 0 if a size is not known."""
        count = 1
        for size in self.slide(shape):
            count *= size or 0
        return count

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        windows = self.windows()
        return self.by_axis(w.arithmetic(s) for w, s in zip(windows, inputs[0], strict=False))


def sliding(
    kernel_size: tuple[int, ...],
    strides: tuple[int, ...],
    dilation_rate: tuple[int, ...],
    padding: str,
) -> tuple[Window, ...]:
    """The window along each axis."""
    axes = zip(kernel_size, strides, dilation_rate, strict=True)
    return tuple(Window(kernel, stride, dilation, padding) for kernel, stride, dilation in axes)
