"""Preprocessing: images to the size that a network takes.

Source: keras/src/layers/preprocessing/image_preprocessing/.
"""

from typing import Literal

from archspec.layers.base import Layer
from archspec.records.arguments import DataFormat, PositiveInt
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import FLOATS, NUMBERS, VALUES, WIDE_UNSIGNED
from archspec.shapes.reach import Reach, resized, resized_part, same, shifted
from archspec.shapes.shape import Shape


class _Resized(Layer):
    """An image of a given size."""

    abstract = True
    family = "reshape"
    dims = (3, 3)

    def output_shape(self, *inputs: Shape) -> Shape:
        size = self.__dict__
        return (size["height"], size["width"], inputs[0][2])


class Resizing(_Resized):
    """Scales images to a size."""

    reads = NUMBERS
    lacks = WIDE_UNSIGNED
    keeps = True
    height: PositiveInt
    """Height of the output."""
    width: PositiveInt
    """Width of the output."""
    interpolation: Literal["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"] = "bilinear"
    """How values between pixels are found."""
    crop_to_aspect_ratio: bool = False
    """Whether to cut off what does not fit rather than to distort."""
    pad_to_aspect_ratio: bool = False
    """Whether to fill what is left rather than to distort."""
    fill_mode: Literal["constant"] = "constant"
    """What a padding is filled with: `fill_value`."""
    fill_value: float = 0.0
    """Value of a padding."""
    antialias: bool = False
    """Whether to smooth before an image is made smaller."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def kinds_read(self) -> frozenset[str]:
        # What is filled up is filled with a floating-point number.
        return FLOATS if self.pad_to_aspect_ratio else NUMBERS

    def check(self) -> None:
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise ArgumentError(
                "pad_to_aspect_ratio",
                "an image is either cropped (`crop_to_aspect_ratio`) or padded"
                " (`pad_to_aspect_ratio`)",
            )

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        how = (self.interpolation, self.antialias)
        if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio:
            return (_of_part(inputs[0], (self.height, self.width), how, self.pad_to_aspect_ratio),)
        axes = enumerate(zip(inputs[0], (self.height, self.width), strict=False))
        return (Reach((*[resized(n, size, out, *how) for n, (size, out) in axes], same(2))),)


class CenterCrop(_Resized):
    """Cuts the middle out of images; smaller ones are scaled up first."""

    reads = VALUES
    height: PositiveInt
    """Height of the output."""
    width: PositiveInt
    """Width of the output."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""

    def reach(self, *inputs: Shape) -> tuple[Reach, ...] | None:
        height, width, _ = inputs[0]
        if height is None or width is None:
            return None
        left = height - self.height, width - self.width
        if min(left) < 0:
            return (_of_part(inputs[0], (self.height, self.width), ("bilinear", False)),)
        return (Reach((*[shifted(n, rest // 2) for n, rest in enumerate(left)], same(2))),)


def _of_part(
    shape: Shape, out: tuple[int, int], how: tuple[str, bool], padded: bool = False
) -> Reach:
    """What resizing without distortion sees: the middle of an image is kept, or it gets a border."""
    height, width, _ = shape
    if height is None or width is None:
        return Reach((None, None, same(2)))
    axes = []
    for n, (size, wanted) in enumerate(
        ((height, width * out[0] // out[1]), (width, height * out[1] // out[0]))
    ):
        kept = max(size, wanted) if padded else max(min(size, wanted), 1)
        first = -((kept - size) // 2) if padded else (size - kept) // 2
        part = (first, size - first) if padded else (first, first + kept)
        axes.append(resized_part(n, size, part, out[n], *how))
    return Reach((*axes, same(2)))
