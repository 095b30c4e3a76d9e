"""Core layers: inputs, dense, embedding, identity, masking.

Source: keras/src/layers/core/.
"""

from archspec.arguments import (
    Activation,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
    Sizes,
)
from archspec.layers.base import Elementwise, Layer
from archspec.shapes import Shape, Weight, known, product


class Input(Layer):
    """An input of the network; written as `input:` at the top of a spec."""

    family = "io"
    inputs = (0, 0)

    shape: Sizes
    """Sizes without the batch, such as [224, 224, 3]."""
    dtype: str | None = None
    """Type of the numbers; `float32` if left out, `int32` for tokens."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape


class Dense(Layer):
    """Every output is a weighted sum of every input of the last axis, plus a bias."""

    family = "dense"
    dims = (1, 99)

    units: PositiveInt
    """Size of the output's last axis."""
    activation: Activation | None = None
    """Activation after the bias; none if left out."""
    use_bias: bool = True
    """Whether a bias is added."""
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

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*inputs[0][:-1], self.units)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        size = known(inputs[0][-1], "the size of the last axis")
        kernel = Weight("kernel", (size, self.units))
        return (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        return product(s or 0 for s in inputs[0]) * self.units


class Identity(Elementwise):
    """Gives its input on: a name for a point of the network."""

    dims = (0, 99)
