"""Regularisation: layers that act in training only.

Source: keras/src/layers/regularization/.
"""

from archspec.arguments import Fraction, Ints
from archspec.layers.base import Elementwise


class Dropout(Elementwise):
    """Sets a share of the inputs to zero while training (Srivastava et al., 2014)."""

    family = "dropout"

    rate: Fraction
    """Share of the inputs that is dropped."""
    noise_shape: Ints | None = None
    """Shape of the mask if axes share it; the input's shape if left out."""
    seed: int | None = None
    """Seed of the mask."""
