"""Activations as layers.

Source: keras/src/layers/activations/.
"""

from archspec.arguments import Activation as ActivationName
from archspec.layers.base import Elementwise


class Activation(Elementwise):
    """Applies an activation to each value."""

    family = "activation"
    dims = (0, 99)

    activation: ActivationName
    """Name of the activation, such as `relu` or `softmax`."""
