"""Convolutions, 1D to 3D: plain, depthwise and separable.

Source: keras/src/layers/convolutional/; Chollet, "Xception: deep learning with depthwise
separable convolutions" (2017).
"""

from archspec.layers.kernel_and_bias import ActivationAndBias, KernelAndBias
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.layers.spatial import Sliding, sliding
from archspec.records.arguments import CausalPadding, DataFormat, Padding, PositiveInt
from archspec.records.arguments import Window as WindowArgument
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import FLOATS
from archspec.shapes.reach import ALL, Reach, grouped, last_mixed, repeated, windowed
from archspec.shapes.shape import Shape, ShapeError, Weight, Window, known, product


class _Start(Sliding):
    abstract = True
    family = "conv"

    filters: PositiveInt
    """Number of output channels."""
    kernel_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Step of the window, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` keeps the window inside the input; `same` adds a border of zeros: with stride 1
    the size stays."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Distance between the kernel's points, one number or one per axis."""
    groups: PositiveInt = 1
    """Number of groups into which the channels are split; each has filters of its own."""


class _Conv(KernelAndBias, ActivationAndBias, _Start):
    abstract = True
    reads = FLOATS

    def check(self) -> None:
        check_stride_or_dilation(self.strides, self.dilation_rate)
        if self.filters % self.groups:
            raise ArgumentError(
                "groups",
                f"every group makes as many channels, but `filters` ({self.filters}) is not a"
                f" multiple of `groups` ({self.groups})",
            )

    def windows(self) -> tuple[Window, ...]:
        return sliding(self.kernel_size, self.strides, self.dilation_rate, self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        self._channels_of_a_group(inputs[0])
        return (*self.slide(inputs[0]), self.filters)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = self._channels_of_a_group(inputs[0])
        kernel = Weight("kernel", (*self.kernel_size, channels, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        size = self._channels_of_a_group(inputs[0])
        each = self.filters // self.groups
        channels = ALL if self.groups == 1 else grouped(self.rank, size, each)
        reach = windowed(self.windows(), inputs[0], channels)
        return (last_mixed(reach, self.activation, self.rank),)

    def macs(self, *inputs: Shape) -> int:
        per_value = product(self.kernel_size) * self._channels_of_a_group(inputs[0])
        return self.positions(inputs[0]) * self.filters * per_value

    def _channels_of_a_group(self, shape: Shape) -> int:
        channels = input_channels(shape)
        if channels % self.groups:
            raise ShapeError(
                f"{channels} input channels cannot be split into {self.groups} equal groups",
                argument="groups",
            )
        return channels // self.groups


class Conv1D(_Conv):
    """1D convolution over (steps, channels), for example over time."""

    rank = 1
    padding: CausalPadding = "valid"  # type: ignore[assignment]
    """`valid` keeps the window inside the input; `same` adds zeros at both ends; `causal` adds
    them in front, so that no output sees later steps."""


class Conv2D(_Conv):
    """2D convolution over (height, width, channels): images."""

    rank = 2


class Conv3D(_Conv):
    """3D convolution over (depth, height, width, channels): volumes, or video."""

    rank = 3


class _DepthwiseStart(Sliding):
    abstract = True
    family = "conv"

    kernel_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Step of the window, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` keeps the window inside the input; `same` adds a border of zeros: with stride 1
    the size stays."""
    depth_multiplier: PositiveInt = 1
    """Number of output channels made from each input channel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Distance between the kernel's points, one number or one per axis."""


class _DepthwiseConv(ActivationAndBias, _DepthwiseStart):
    abstract = True
    reads = FLOATS

    depthwise_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernel."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""
    depthwise_regularizer: Regularizer | None = None
    """Penalty on the kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the output."""
    depthwise_constraint: Constraint | None = None
    """Constraint on the kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""

    def windows(self) -> tuple[Window, ...]:
        return sliding(self.kernel_size, self.strides, self.dilation_rate, self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self.slide(inputs[0]), input_channels(inputs[0]) * self.depth_multiplier)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(inputs[0])
        kernel = Weight("kernel", (*self.kernel_size, channels, self.depth_multiplier))
        bias = Weight("bias", (channels * self.depth_multiplier,))
        return (kernel, bias) if self.use_bias else (kernel,)

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        channels = repeated(self.rank, self.depth_multiplier)
        reach = windowed(self.windows(), inputs[0], channels)
        return (last_mixed(reach, self.activation, self.rank),)

    def macs(self, *inputs: Shape) -> int:
        channels = input_channels(inputs[0]) * self.depth_multiplier
        return self.positions(inputs[0]) * channels * product(self.kernel_size)


class DepthwiseConv1D(_DepthwiseConv):
    """1D convolution of every channel of (steps, channels) by itself."""

    rank = 1


class DepthwiseConv2D(_DepthwiseConv):
    """2D convolution of every channel of (height, width, channels) by itself (MobileNet)."""

    rank = 2


class _SeparableStart(Sliding):
    abstract = True
    family = "conv"

    filters: PositiveInt
    """Number of output channels, made by the pointwise part."""
    kernel_size: WindowArgument
    """Size of the depthwise window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Step of the depthwise window, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` keeps the window inside the input; `same` adds a border of zeros: with stride 1
    the size stays."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Distance between the depthwise kernel's points, one number or one per axis."""
    depth_multiplier: PositiveInt = 1
    """Number of channels that the depthwise part makes from each input channel."""


class _SeparableConv(ActivationAndBias, _SeparableStart):
    abstract = True
    reads = FLOATS

    depthwise_initializer: Initializer = "glorot_uniform"
    """Initial values of the depthwise kernel."""
    pointwise_initializer: Initializer = "glorot_uniform"
    """Initial values of the pointwise kernel."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""
    depthwise_regularizer: Regularizer | None = None
    """Penalty on the depthwise kernel."""
    pointwise_regularizer: Regularizer | None = None
    """Penalty on the pointwise kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the output."""
    depthwise_constraint: Constraint | None = None
    """Constraint on the depthwise kernel."""
    pointwise_constraint: Constraint | None = None
    """Constraint on the pointwise kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""

    def windows(self) -> tuple[Window, ...]:
        return sliding(self.kernel_size, self.strides, self.dilation_rate, self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        input_channels(inputs[0])
        return (*self.slide(inputs[0]), self.filters)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = input_channels(inputs[0])
        between = channels * self.depth_multiplier
        kernels = (
            Weight("depthwise_kernel", (*self.kernel_size, channels, self.depth_multiplier)),
            Weight("pointwise_kernel", (*(1,) * self.rank, between, self.filters)),
        )
        return (*kernels, Weight("bias", (self.filters,))) if self.use_bias else kernels

    def macs(self, *inputs: Shape) -> int:
        between = input_channels(inputs[0]) * self.depth_multiplier
        per_position = between * product(self.kernel_size) + between * self.filters
        return self.positions(inputs[0]) * per_position


class SeparableConv1D(_SeparableConv):
    """Depthwise over (steps, channels), then a convolution of size 1 that mixes the channels."""

    rank = 1


class SeparableConv2D(_SeparableConv):
    """Depthwise over (height, width, channels), then a 1×1 convolution that mixes the channels."""

    rank = 2


def input_channels(shape: Shape) -> int:
    """Channels of an input; they must be known, for the kernel's shape depends on them.

    Raises:
        ShapeError: they are not.
    """
    return known(shape[-1], "the number of channels")


def check_stride_or_dilation(strides: tuple[int, ...], dilation_rate: tuple[int, ...]) -> None:
    """Raise ArgumentError if a window both steps and is dilated, which Keras does not do."""
    if max(strides) > 1 and max(dilation_rate) > 1:
        raise ArgumentError(
            "dilation_rate",
            f"a window either steps or is dilated, but here `strides` is {max(strides)}"
            f" and `dilation_rate` is {max(dilation_rate)}",
            help="leave one of them at 1",
        )
