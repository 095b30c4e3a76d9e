"""Activations as layers.

Source: keras/src/layers/activations/.
"""

from archspec.layers.base import Elementwise, check_softmax
from archspec.layers.calls import Masked
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Activation as ActivationName
from archspec.records.arguments import Axes, NonNegativeFloat
from archspec.records.record import ArgumentError
from archspec.shapes.axes import axis_indices
from archspec.shapes.dtypes import ANY, FLOATS, NUMBERS, VALUES, autocast
from archspec.shapes.reach import ALL, Reach, broadcast, last_mixed, pointwise
from archspec.shapes.shape import Shape, Weight, known

_KINDS = {
    "linear": ANY,
    "relu": NUMBERS,
    "relu6": NUMBERS,
    "leaky_relu": NUMBERS,
    "exponential": VALUES,
    "tanh": VALUES,
}
"""What activations take, if not only floating-point numbers."""


class _Activation(Elementwise):
    abstract = True
    family = "activation"


class Activation(_Activation):
    """Applies an activation to each value."""

    reads = ANY

    activation: ActivationName
    """Name of the activation, such as `relu` or `softmax`."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.activation == "softmax":
            check_softmax(self, len(inputs[0]) + 1)
        return inputs[0]

    def kinds_read(self) -> frozenset[str]:
        return _KINDS.get(self.activation, FLOATS)

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        kept = self.activation in ("linear", "relu", "relu6")
        return autocast(inputs, dtype)[0] if kept else dtype

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (last_mixed(pointwise(inputs[0]), self.activation, len(inputs[0]) - 1),)


class ReLU(_Activation):
    """Gives positive values on and makes negative ones 0 (Nair and Hinton, 2010)."""

    reads = NUMBERS

    max_value: NonNegativeFloat | None = None
    """Largest output; none if left out, 6 for a ReLU6."""
    negative_slope: NonNegativeFloat = 0.0
    """Factor of values below the threshold."""
    threshold: NonNegativeFloat = 0.0
    """Values below it count as negative."""

    def kinds_read(self) -> frozenset[str]:
        # Keras has one operation for a slope alone, and makes the others of several.
        others = self.threshold or self.max_value is not None
        return FLOATS if self.negative_slope and others else NUMBERS

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        return dtype if self.negative_slope else autocast(inputs, dtype)[0]

    def label(self) -> str:
        return f"ReLU{self.max_value:g}" if self.max_value is not None else "ReLU"


class LeakyReLU(_Activation):
    """ReLU that gives negative values on with a small slope (Maas et al., 2013)."""

    reads = NUMBERS
    negative_slope: NonNegativeFloat = 0.3
    """Factor of negative values."""


class PReLU(_Activation):
    """LeakyReLU whose slopes are trained (He et al., 2015), one for each value of an example."""

    reads = FLOATS
    alpha_initializer: Initializer = "Zeros"
    """Initial values of the slopes."""
    alpha_regularizer: Regularizer | None = None
    """Penalty on the slopes."""
    alpha_constraint: Constraint | None = None
    """Constraint on the slopes."""
    shared_axes: Axes | None = None
    """Axes along which one slope serves all; [1, 2] leaves one for each channel of an image."""

    def check(self) -> None:
        # Keras subtracts 1 from each number, so that it takes 0 for the last axis and -1 for the
        # one before it.
        for axis in self.shared_axes or ():
            if axis < 1:
                raise ArgumentError(
                    "shared_axes",
                    f"`shared_axes` counts from 1, the first axis after the batch; {axis} is no"
                    " axis here",
                )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = inputs[0]
        shared = {axis_indices((a,), shape, "shared_axes")[0] for a in self.shared_axes or ()}
        sizes = tuple(
            1 if n in shared else known(size, f"the size of axis {n + 1}", "shared_axes")
            for n, size in enumerate(shape)
        )
        return (Weight("alpha", sizes),)


class ELU(_Activation):
    """Gives positive values on and bends negative ones to -alpha (Clevert et al., 2016)."""

    reads = FLOATS
    alpha: float = 1.0
    """The value that large negative ones approach, with the sign changed."""


class Softmax(_Activation, Masked):
    """Makes positive values whose sum along an axis is 1: probabilities.

    Where a `mask` is false, they are 0.
    """

    reads = FLOATS
    axis: Axes = (-1,)
    """Axis, or axes, along which the sum is 1, counted with the batch as 0."""

    def output_shape(self, *inputs: Shape) -> Shape:
        axis_indices(self.axis, inputs[0], batch=True)
        if len(self.axis) == 1:
            check_softmax(self, len(inputs[0]) + 1)
        self.check_masked(inputs)
        return inputs[0]

    def mask_shapes(self, shape: Shape) -> tuple[Shape, bool]:
        return shape, True

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        over = axis_indices(self.axis, inputs[0], batch=True)
        masks = [
            Reach(tuple([ALL if n in over else a for n, a in enumerate(broadcast(m, inputs[0]))]))
            for m in inputs[1:]
        ]
        return (pointwise(inputs[0], over), *masks)
