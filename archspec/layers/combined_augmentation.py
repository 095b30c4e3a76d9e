"""Augmentation by several random changes, one after the other or mixed.

Source: keras/src/layers/preprocessing/image_preprocessing/.
"""

from archspec.layers.augmentation import Augmentation, Interpolation
from archspec.records.arguments import (
    DataFormat,
    FractionRange,
    NumberPair,
    PositiveFloat,
    PositiveInt,
    Seed,
)
from archspec.shapes.shape import Shape


class RandAugment(Augmentation):
    """Some random augmentations of eleven, one after the other (Cubuk et al., 2020)."""

    channels = (1, 3)

    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    num_ops: PositiveInt = 2
    """Number of augmentations."""
    factor: FractionRange = 0.5
    """Strength of each."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class AugMix(Augmentation):
    """A mix of several chains of random augmentations (Hendrycks et al., 2020)."""

    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    num_chains: PositiveInt = 3
    """Number of chains that are mixed."""
    chain_depth: PositiveInt = 3
    """Most augmentations in a chain."""
    factor: FractionRange = 0.3
    """Strength of each."""
    alpha: PositiveFloat = 1.0
    """How evenly the chains are mixed: parameter of the Dirichlet and beta distributions."""
    all_ops: bool = True
    """Whether to change light and colours too."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.all_ops:
            self.check_channels(inputs[0], (1, 3))
        return inputs[0]
