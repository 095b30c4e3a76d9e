"""Augmentation by colour: the light, contrast and colours of pictures changed at random.

Left out is Equalization, which Keras cannot put into a model: its output would be its input.

Source: keras/src/layers/preprocessing/image_preprocessing/.
"""

from typing import Annotated

from archspec.layers.augmentation import Augmentation
from archspec.records.arguments import (
    BitRange,
    DataFormat,
    Fraction,
    FractionRange,
    NumberPair,
    OddSizes,
    Seed,
    SignedFractionRange,
)
from archspec.records.record import ArgumentType
from archspec.records.schemas import tuple_of, whole
from archspec.shapes.dtypes import FLOATS, NUMBERS, VALUES
from archspec.shapes.reach import Reach, pointwise
from archspec.shapes.shape import Shape, ShapeError

_Grid = Annotated[
    tuple[int, int],
    ArgumentType(tuple_of(whole(gt=0), whole(gt=0)), "two whole numbers above 0"),
]


class RandomBrightness(Augmentation):
    """Makes images lighter or darker."""

    reads = NUMBERS
    keeps = True
    factor: SignedFractionRange
    """Largest change as a share of the range of values."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""

    def kinds_read(self) -> frozenset[str]:
        # Keras makes whole numbers of the default range only.
        return NUMBERS if self.value_range == (0, 255) else FLOATS


class RandomContrast(Augmentation):
    """Makes images stronger or weaker in contrast."""

    reads = FLOATS
    factor: FractionRange
    """Largest change; the contrast is multiplied by up to 1 plus it."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomHue(Augmentation):
    """Turns the hues of images."""

    channels = (3,)

    factor: FractionRange
    """Largest change; 1 is half of the circle of hues."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomSaturation(Augmentation):
    """Makes the colours of images stronger or weaker."""

    reads = FLOATS
    channels = (3,)

    factor: FractionRange
    """0 makes images grey, 0.5 leaves them, 1 makes their colours strongest."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomColorDegeneration(Augmentation):
    """Mixes images with their grey version."""

    channels = (3,)

    factor: FractionRange
    """Share of the grey version."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomColorJitter(Augmentation):
    """Changes brightness, contrast, saturation and hue."""

    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    brightness_factor: SignedFractionRange | None = None
    """As in RandomBrightness; not changed if left out."""
    contrast_factor: FractionRange | None = None
    """As in RandomContrast; not changed if left out."""
    saturation_factor: FractionRange | None = None
    """As in RandomSaturation; not changed if left out."""
    hue_factor: FractionRange | None = None
    """As in RandomHue; not changed if left out."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.saturation_factor is not None or self.hue_factor is not None:
            self.check_channels(inputs[0], (3,))
        return inputs[0]


class RandomGrayscale(Augmentation):
    """Makes some images grey; they keep their channels."""

    reads = VALUES
    keeps = True
    channels = (1, 3)

    factor: Fraction = 0.5
    """Chance that an image is changed."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomInvert(Augmentation):
    """Makes negatives of some images."""

    factor: FractionRange = 1.0
    """Chance that an image is changed."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomPosterization(Augmentation):
    """Leaves fewer levels of each colour."""

    factor: BitRange
    """Number of bits that are kept of each value, from 1 to 8."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomSharpness(Augmentation):
    """Makes images sharper or softer."""

    factor: FractionRange
    """0 is soft, 0.5 leaves the image, 1 is sharpest."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomGaussianBlur(Augmentation):
    """Blurs images."""

    factor: FractionRange = 1.0
    """Chance that an image is changed."""
    kernel_size: OddSizes = 3
    """Size of the blurring kernel, odd, or height and width of it."""
    sigma: FractionRange = 1.0
    """Width of the bell curve."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class Solarization(Augmentation):
    """Adds to images and inverts the values above a threshold."""

    addition_factor: FractionRange = 0.0
    """What is added at most, as a share of the range of values."""
    threshold_factor: FractionRange = 0.0
    """The threshold at most, as a share of the range of values."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""


class AutoContrast(Augmentation):
    """Stretches the values of each channel over the whole range, always."""

    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (pointwise(inputs[0], (0, 1)),)


class ContrastLimitedAdaptiveHistogramEqualization(Augmentation):
    """Evens out the contrast of each part of an image, always (Zuiderveld, 1994)."""

    reads = VALUES
    keeps = True
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    clip_limit: float = 4.0
    """Limit of the contrast; none if 0 or less."""
    tile_grid_size: _Grid = (8, 8)
    """Number of parts along height and width."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        for size, parts, name in zip(shape, self.tile_grid_size, ("height", "width"), strict=False):
            # The image is padded by its own mirror image to a multiple of the parts.
            if size is not None and -size % parts > size:
                raise ShapeError(
                    f"a {name} of {size} is too small for {parts} parts",
                    argument="tile_grid_size",
                )
        return shape

    def reach(self, *inputs: Shape) -> None:
        return None  # a value is looked up in the histograms of the parts around it
