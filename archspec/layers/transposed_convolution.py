"""Transposed convolutions, 1D to 3D: from the size of a convolution's output to that of its input.

Source: keras/src/layers/convolutional/base_conv_transpose.py and keras/src/backend/common/
backend_utils.py (``compute_conv_transpose_output_shape``); Dumoulin and Visin, "A guide to
convolution arithmetic for deep learning" (2016), chapter 4.
"""

from typing import NamedTuple

from archspec.layers.convolution import check_stride_or_dilation, input_channels
from archspec.layers.kernel_and_bias import ActivationAndBias, KernelAndBias
from archspec.layers.spatial import AXES, Spatial
from archspec.records.arguments import DataFormat, NaturalWindow, Padding, PositiveInt
from archspec.records.arguments import Window as WindowArgument
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import FLOATS
from archspec.shapes.reach import ALL, Reach, stretched
from archspec.shapes.shape import Shape, ShapeError, Size, Weight, product


class _Stretch(NamedTuple):
    """What a transposed convolution does to one axis."""

    span: int
    stride: int
    padding: str
    extra: int | None

    def output_size(self, size: int) -> int:
        if self.padding == "same":
            if self.extra is None:
                return size * self.stride
            return (size - 1) * self.stride + self.span % 2 + self.extra
        if self.extra is None:
            return (size - 1) * self.stride + max(self.span, self.stride)
        return (size - 1) * self.stride + self.span + self.extra

    def before(self, size: Size) -> int:
        """How much `same` cuts off before: what the convolution would add to the output's size."""
        if self.padding != "same":
            return 0
        out = (
            self.stride
            if size is None
            else self.output_size(size) - ((size or 1) - 1) * self.stride
        )
        return max(self.span - out, 0) // 2

    def margins(self, size: Size) -> tuple[int, int]:
        """What `same` cuts off before and after, less than 0; above 0 what it adds instead."""
        size = 1 if size is None else size  # all sizes are cut alike
        full = (size - 1) * self.stride + self.span
        before = self.before(size)
        return -before, self.output_size(size) - full + before

    def arithmetic(self, size: Size) -> str:
        if size is None:
            return "unknown"
        out = self.output_size(size)
        steps = f"({size} − 1)·{self.stride}"
        if self.padding == "same":
            if self.extra is None:
                return f"{size}·{self.stride} = {out}"
            return f"{steps} + {self.span % 2} + {self.extra} = {out}"
        if self.extra is None:
            return f"{steps} + max({self.span}, {self.stride}) = {out}"
        return f"{steps} + {self.span} + {self.extra} = {out}"


class _Start(Spatial):
    abstract = True
    family = "conv"

    filters: PositiveInt
    """Number of output channels."""
    kernel_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Factor by which the size grows, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` keeps all that the windows write; `same` cuts the border off, which leaves the size
    times `strides`."""


class _FormatFirst(_Start):
    abstract = True

    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class _Padded(_Start):
    abstract = True

    output_padding: NaturalWindow | None = None
    """Added at the end of each axis, less than `strides`; if left out, what makes the size natural:
    times `strides` with `same`, all that the windows write with `valid`."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Distance between the kernel's points, one number or one per axis."""


class _ConvTranspose(KernelAndBias, ActivationAndBias, _Padded):
    abstract = True
    reads = FLOATS

    def check(self) -> None:
        check_stride_or_dilation(self.strides, self.dilation_rate)
        for extra, stride in zip(self.output_padding or (), self.strides, strict=False):
            if extra >= stride:
                raise ArgumentError(
                    "output_padding",
                    f"`output_padding` ({extra}) must be less than `strides` ({stride}):"
                    " it tells apart the sizes which a convolution of that stride makes equal",
                )

    def output_shape(self, *inputs: Shape) -> Shape:
        input_channels(inputs[0])
        sizes: list[Size] = []
        for axis, size, stretch in zip(AXES[self.rank], inputs[0], self._stretches(), strict=False):
            out = None if size is None else stretch.output_size(size)
            if size is not None and out is not None and out < 1:
                raise ShapeError(
                    f"nothing is left of a {axis} of {size}",
                    argument="output_padding",
                    arithmetic=stretch.arithmetic(size),
                    help="leave `output_padding` out",
                    code="AS401",
                )
            sizes.append(out)
        return (*sizes, self.filters)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        axes = []
        for n, (size, stretch) in enumerate(zip(inputs[0], self._stretches(), strict=False)):
            window = (self.kernel_size[n], self.strides[n], self.dilation_rate[n])
            axes.append(stretched(n, *window, stretch.before(size)))
        return (Reach((*axes, ALL)),)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, self.filters, input_channels(inputs[0])))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        # Every input value is multiplied with the whole kernel, also where `same` cuts the sum off.
        positions = product(size or 0 for size in inputs[0][:-1])
        return positions * product(w for w in self.weights(*inputs)[0].shape)

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        axes = zip(self._stretches(), inputs[0], strict=False)
        return self.by_axis(stretch.arithmetic(size) for stretch, size in axes)

    def margins(self, *inputs: Shape) -> tuple[tuple[int, int], ...]:
        if self.padding != "same":
            return ()
        axes = zip(self._stretches(), inputs[0], strict=False)
        return tuple([stretch.margins(size) for stretch, size in axes])

    def _stretches(self) -> list[_Stretch]:
        found = []
        for axis, (kernel, stride) in enumerate(zip(self.kernel_size, self.strides, strict=True)):
            span = self.dilation_rate[axis] * (kernel - 1) + 1
            extra = self.output_padding[axis] if self.output_padding else None
            found.append(_Stretch(span, stride, self.padding, extra))
        return found


class Conv1DTranspose(_ConvTranspose):
    """Transposed convolution over (steps, channels): makes a sequence longer."""

    rank = 1


class Conv2DTranspose(_ConvTranspose):
    """Transposed convolution over (height, width, channels): makes an image larger."""

    rank = 2


# Keras has `data_format` before `output_padding` in this one: the base sets the order.
class Conv3DTranspose(_ConvTranspose, _FormatFirst):
    """Transposed convolution over (depth, height, width, channels): makes a volume larger."""

    rank = 3
