"""Augmentation by geometry: pictures moved, turned, cut and bent at random while training.

Left out are CutMix and MixUp, which mix the labels of a batch too and so belong into the data,
and MaxNumBoundingBoxes, which does not touch pictures.

Source: keras/src/layers/preprocessing/image_preprocessing/.
"""

from typing import ClassVar, Literal

from archspec.layers.base import Elementwise
from archspec.layers.calls import InTraining
from archspec.records.arguments import (
    DataFormat,
    Fraction,
    FractionRange,
    NumberPair,
    PositiveInt,
    Seed,
    SignedFractionRange,
    ZoomRange,
)
from archspec.shapes.dtypes import VALUES
from archspec.shapes.reach import Reach
from archspec.shapes.shape import Shape, ShapeError, format_shape

FillMode = Literal["reflect", "wrap", "constant", "nearest"]
Interpolation = Literal["nearest", "bilinear"]


class Augmentation(Elementwise, InTraining):
    """Changes images, (height, width, channels), while training."""

    reads = VALUES
    abstract = True
    dims = (3, 3)

    channels: ClassVar[tuple[int, ...]] = ()
    """Numbers of channels that it takes, if not all."""

    def output_shape(self, *inputs: Shape) -> Shape:
        self.check_channels(inputs[0], self.channels)
        return inputs[0]

    def check_channels(self, shape: Shape, channels: tuple[int, ...]) -> None:
        """Raise ShapeError if an image has another number of channels than these."""
        if channels and shape[2] is not None and shape[2] not in channels:
            wanted = " or ".join(map(str, channels))
            kind = "RGB images" if channels == (3,) else "images"
            raise ShapeError(
                f"{type(self).__name__} takes {kind} of {wanted} channels, not {shape[2]}"
                f" ({format_shape(shape)})"
            )


class RandomFlip(Augmentation):
    """Mirrors images, each with a chance of one half."""

    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    """Left to right, upside down, or both."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomRotation(Augmentation):
    """Turns images."""

    factor: SignedFractionRange
    """Largest angle as a share of a whole turn, counterclockwise; 0.2 is 72° to either side."""
    fill_mode: FillMode = "reflect"
    """What stands outside of the image."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    seed: Seed | None = None
    """Seed of the chance."""
    fill_value: float = 0.0
    """Value outside of the image for `constant`."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomTranslation(Augmentation):
    """Moves images."""

    height_factor: SignedFractionRange
    """Largest shift as a share of the height; positive is down."""
    width_factor: SignedFractionRange
    """Largest shift as a share of the width; positive is right."""
    fill_mode: FillMode = "reflect"
    """What stands outside of the image."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    seed: Seed | None = None
    """Seed of the chance."""
    fill_value: float = 0.0
    """Value outside of the image for `constant`."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomZoom(Augmentation):
    """Makes what is in images larger or smaller."""

    height_factor: ZoomRange
    """Largest change as a share of the height; positive makes it smaller."""
    width_factor: ZoomRange | None = None
    """The same for the width; left out, it is that of the height."""
    fill_mode: FillMode = "reflect"
    """What stands outside of the image."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    seed: Seed | None = None
    """Seed of the chance."""
    fill_value: float = 0.0
    """Value outside of the image for `constant`."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomShear(Augmentation):
    """Slants images."""

    x_factor: FractionRange = 0.0
    """Largest slant along the width."""
    y_factor: FractionRange = 0.0
    """Largest slant along the height."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    fill_mode: FillMode = "reflect"
    """What stands outside of the image."""
    fill_value: float = 0.0
    """Value outside of the image for `constant`."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the chance."""


class RandomPerspective(Augmentation):
    """Looks at images from another side."""

    factor: FractionRange = 1.0
    """Chance that an image is changed."""
    scale: Fraction = 1.0
    """How far the corners move."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    fill_value: float = 0.0
    """Value outside of the image."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        if 1 in shape[:2]:
            message = f"an image of {format_shape(shape)} has no four corners to move"
            raise ShapeError(message, help="height and width are 2 or more")
        return shape


class RandomElasticTransform(Augmentation):
    """Bends images here and there (Simard et al., 2003)."""

    factor: FractionRange = 1.0
    """Chance that an image is changed."""
    scale: FractionRange = 1.0
    """How strongly it is bent."""
    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""
    fill_mode: FillMode = "reflect"
    """What stands outside of the image."""
    fill_value: float = 0.0
    """Value outside of the image for `constant`."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomErasing(Augmentation):
    """Covers a rectangle of images (Zhong et al., 2020)."""

    factor: FractionRange = 1.0
    """Chance that an image is changed."""
    scale: FractionRange = (0.02, 0.33)
    """Size of the rectangle as a share of the image's area."""
    fill_value: float | None = None
    """Value of the rectangle; noise if left out."""
    value_range: NumberPair = (0, 255)
    """Least and most of the values of a pixel."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""


class RandomCrop(Augmentation):
    """Cuts a piece out of images while training; otherwise scales and cuts out the middle."""

    family = "reshape"

    height: PositiveInt
    """Height of the output."""
    width: PositiveInt
    """Width of the output."""
    seed: Seed | None = None
    """Seed of the chance."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return (self.height, self.width, inputs[0][2])

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        # Keras gives the image on as it is when it does not train, whatever its size.
        return super().reach(*inputs) if self.output_shape(*inputs) == inputs[0] else None
