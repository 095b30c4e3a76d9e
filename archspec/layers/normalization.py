"""Normalisation.

Source: keras/src/layers/normalization/.
"""

from archspec.arguments import Constraint, Initializer, NonNegativeFloat, Regularizer
from archspec.layers.base import Elementwise
from archspec.shapes import Shape, ShapeError, Weight, format_shape, known


class BatchNormalization(Elementwise):
    """Normalises each channel over the batch (Ioffe and Szegedy, 2015)."""

    family = "norm"

    axis: int = -1
    """The axis of the channels, counted with the batch as 0."""
    momentum: NonNegativeFloat = 0.99
    """Momentum of the moving mean and variance."""
    epsilon: NonNegativeFloat = 0.001
    """Added to the variance."""
    center: bool = True
    """Whether there is an offset, beta."""
    scale: bool = True
    """Whether there is a factor, gamma."""
    beta_initializer: Initializer = "zeros"
    """Initial values of beta."""
    gamma_initializer: Initializer = "ones"
    """Initial values of gamma."""
    moving_mean_initializer: Initializer = "zeros"
    """Initial values of the moving mean."""
    moving_variance_initializer: Initializer = "ones"
    """Initial values of the moving variance."""
    beta_regularizer: Regularizer | None = None
    """Penalty on beta."""
    gamma_regularizer: Regularizer | None = None
    """Penalty on gamma."""
    beta_constraint: Constraint | None = None
    """Constraint on beta."""
    gamma_constraint: Constraint | None = None
    """Constraint on gamma."""
    synchronized: bool = False
    """Whether replicas share the statistics of a batch."""

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = inputs[0]
        axis = self.axis - 1 if self.axis > 0 else self.axis + len(shape)
        if self.axis == 0 or not 0 <= axis < len(shape):
            raise ShapeError(f"axis {self.axis} is not an axis of {format_shape(shape)}", argument="axis")
        size = (known(shape[axis], "the size of the normalised axis"),)
        found = []
        if self.scale:
            found.append(Weight("gamma", size))
        if self.center:
            found.append(Weight("beta", size))
        return (*found, Weight("moving_mean", size, False), Weight("moving_variance", size, False))
