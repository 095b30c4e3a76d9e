"""Arguments of a kernel and a bias, which convolutions share word for word.

Keras's layers share most arguments, each at its own place in the order. So a group of arguments is
a class, and a layer names its groups from the last to the first; its own arguments come last.
"""

from archspec.layers.base import Layer
from archspec.layers.settings import Constraint, Initializer, Regularizer
from archspec.records.arguments import Activation


class ActivationAndBias(Layer):
    abstract = True

    activation: Activation | None = None
    """Activation after the bias; none if left out."""
    use_bias: bool = True
    """Whether a bias is added to each output channel."""


class KernelAndBias(Layer):
    abstract = True

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
