"""Convolutions, 1D to 3D: plain, transposed, depthwise and separable.

Source: keras/src/layers/convolutional/; Dumoulin and Visin, "A guide to convolution arithmetic
for deep learning" (2016).
"""

from typing import ClassVar

from archspec.arguments import (
    Activation,
    CausalPadding,
    Constraint,
    DataFormat,
    Initializer,
    Padding,
    PositiveInt,
    Regularizer,
)
from archspec.arguments import Window as WindowArgument
from archspec.layers.base import Layer
from archspec.record import ArgumentError
from archspec.shapes import Shape, ShapeError, Size, Weight, Window, format_shape, known, product


def slide(shape: Shape, windows: tuple[Window, ...], argument: str) -> tuple[Size, ...]:
    """Sizes of the spatial axes after a window slides over them.

    Raises:
        ShapeError: the window is larger than an axis.
    """
    sizes = []
    for axis, (size, window) in enumerate(zip(shape, windows, strict=False)):
        out = window.output_size(size)
        if out is not None and out < 1:
            name = ("height", "width", "depth")[axis] if len(windows) > 1 else "length"
            raise ShapeError(
                f"a window of {window.span} does not fit into a {name} of {size}",
                argument=argument,
                arithmetic=window.arithmetic(size),
                code="AS401",
            )
        sizes.append(out)
    return tuple(sizes)


def slide_derivation(shape: Shape, windows: tuple[Window, ...]) -> tuple[str, ...]:
    """The window arithmetic of each spatial axis; once if all are equal."""
    lines = [w.arithmetic(s) for s, w in zip(shape, windows, strict=False)]
    return tuple(dict.fromkeys(lines))


class _Convolution(Layer):
    """What all convolutions share."""

    abstract = True
    family = "conv"

    def windows(self) -> tuple[Window, ...]:
        padding = str(self.padding)  # type: ignore[attr-defined]
        return tuple(
            Window(k, s, d, padding)
            for k, s, d in zip(
                self.kernel_size,  # type: ignore[attr-defined]
                self.strides,  # type: ignore[attr-defined]
                self.dilation_rate,  # type: ignore[attr-defined]
                strict=True,
            )
        )

    def check(self) -> None:
        strides = self.strides  # type: ignore[attr-defined]
        dilation = self.dilation_rate  # type: ignore[attr-defined]
        if max(strides) > 1 and max(dilation) > 1:
            raise ArgumentError("dilation_rate", "`strides` above 1 and `dilation_rate` above 1 do not go together")

    def channels(self, shape: Shape) -> int:
        """Channels of the input, which the kernel's shape depends on."""
        return known(shape[-1], "the number of channels")

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        return slide_derivation(inputs[0], self.windows())


class _Conv(_Convolution):
    abstract = True

    filters: PositiveInt
    """The number of output channels."""
    kernel_size: WindowArgument
    """Size of the window, one number or one per axis."""
    strides: WindowArgument = (1,)
    """Step of the window, one number or one per axis."""
    padding: Padding = "valid"
    """`valid` leaves the border out; `same` pads with zeros so that stride 1 keeps the size."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    dilation_rate: WindowArgument = (1,)
    """Spacing of the kernel's points."""
    groups: PositiveInt = 1
    """Number of groups of channels that are convolved apart."""
    activation: Activation | None = None
    """Activation after the bias; none if left out."""
    use_bias: bool = True
    """Whether a bias is added to each output channel."""
    kernel_initializer: Initializer = "glorot_uniform"
    """Initial values of the kernel."""
    bias_initializer: Initializer = "zeros"
    """Initial values of the bias."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernel."""
    bias_regularizer: Regularizer | None = None
    """Penalty on the bias."""
    activity_regularizer: Regularizer | None = None
    """Penalty on the output."""
    kernel_constraint: Constraint | None = None
    """Constraint on the kernel."""
    bias_constraint: Constraint | None = None
    """Constraint on the bias."""

    def check(self) -> None:
        super().check()
        if self.filters % self.groups:
            raise ArgumentError("groups", f"`filters` ({self.filters}) must be a multiple of `groups` ({self.groups})")

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        channels = self.channels(shape)
        if channels % self.groups:
            raise ShapeError(
                f"{channels} input channels cannot be split into {self.groups} groups",
                argument="groups",
            )
        return (*slide(shape, self.windows(), "kernel_size"), self.filters)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = self.channels(inputs[0])
        kernel = Weight("kernel", (*self.kernel_size, channels // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        *positions, filters = self.output_shape(*inputs)
        per_value = product(self.kernel_size) * self.channels(inputs[0]) // self.groups
        return product(s or 0 for s in positions) * filters * per_value  # type: ignore[operator]


class Conv1D(_Conv):
    """1D convolution over (steps, channels), for example over time."""

    rank = 1
    dims = (2, 2)
    padding: CausalPadding = "valid"
    """`valid`, `same`, or `causal`: padded so that no output sees later steps."""


class Conv2D(_Conv):
    """2D convolution over (height, width, channels)."""

    rank = 2
    dims = (3, 3)
    strides: WindowArgument = (1, 1)
    """Step of the window, one number or one per axis."""
    dilation_rate: WindowArgument = (1, 1)
    """Spacing of the kernel's points."""


class Conv3D(_Conv):
    """3D convolution over (depth, height, width, channels): volumes, or video."""

    rank = 3
    dims = (4, 4)
    strides: WindowArgument = (1, 1, 1)
    """Step of the window, one number or one per axis."""
    dilation_rate: WindowArgument = (1, 1, 1)
    """Spacing of the kernel's points."""


