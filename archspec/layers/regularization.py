"""Regularisation: layers that act in training only.

Source: keras/src/layers/regularization/.
"""

from typing import Annotated, Any

from archspec.layers.base import Elementwise
from archspec.layers.calls import InTraining
from archspec.records.arguments import DataFormat, Fraction, NonNegativeFloat, Seed, Sizes
from archspec.records.record import ArgumentType
from archspec.records.schemas import number
from archspec.shapes.dtypes import ANY, FLOATS, NUMBERS, VALUES, DtypeError
from archspec.shapes.shape import Shape, ShapeError, format_shape

_Rate = Annotated[
    float,
    ArgumentType(
        number(ge=0, lt=1),
        "a number, 0 or more, below 1",
    ),
]
"""A share of less than all: the outputs are divided by what is left."""


def _check_noise(noise: tuple[int | None, ...], shape: Shape) -> None:
    """Raise ShapeError if a mask of that shape, batch included, does not fit over an input.

    A size is that of the input, 1, or null; a mask with fewer axes fits from the last one on.
    """
    full = (None, *shape)
    missing = len(full) - len(noise)
    if missing >= 0:
        # Keras counts null from the front, also in a mask with fewer axes.
        sizes = [full[n] if size is None else size for n, size in enumerate(noise)]
        pairs = zip(full[missing:], sizes, strict=True)
        if all(size in (1, own) or own is None for own, size in pairs):
            return
    raise ShapeError(
        f"`noise_shape` {format_shape(noise)} does not fit the batch with the input,"
        f" {format_shape(full)}: each of its sizes is that of the input, 1, or null",
        argument="noise_shape",
    )


class _Regularization(Elementwise):
    abstract = True
    reads = FLOATS
    keeps = True
    family = "dropout"


class _Dropout(_Regularization, InTraining):
    abstract = True

    def kinds_read(self) -> frozenset[str]:
        """Where nothing is dropped, or all, anything goes through."""
        strength: Any = getattr(self, "rate", None) or getattr(self, "stddev", 0)
        drops_all = strength == 1 and hasattr(self, "rate")
        return self.reads if strength and not drops_all else ANY


class Dropout(_Dropout):
    """Sets a share of the inputs to zero while training (Srivastava et al., 2014)."""

    rate: Fraction
    """Share of the inputs that is dropped."""
    noise_shape: Sizes | None = None
    """Shape of the mask with the batch, such as [null, 1, 64]: 1 where an axis shares it."""
    seed: Seed | None = None
    """Seed of the mask."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.noise_shape is not None:
            _check_noise(self.noise_shape, inputs[0])
        return inputs[0]


class SpatialDropout1D(_Dropout):
    """Drops whole channels of a sequence, (steps, channels), while training."""

    dims = (2, 2)

    rate: Fraction
    """Share of the channels that is dropped."""
    seed: Seed | None = None
    """Seed of the mask."""


class SpatialDropout2D(_Dropout):
    """Drops whole channels of an image, (height, width, channels), while training."""

    dims = (3, 3)

    rate: Fraction
    """Share of the channels that is dropped."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the mask."""


class SpatialDropout3D(_Dropout):
    """Drops whole channels of a volume, (depth, height, width, channels), while training."""

    dims = (4, 4)

    rate: Fraction
    """Share of the channels that is dropped."""
    data_format: DataFormat | None = None
    """`channels_last`, as all shapes here."""
    seed: Seed | None = None
    """Seed of the mask."""


class AlphaDropout(_Dropout):
    """Dropout that keeps mean and variance, for SELU (Klambauer et al., 2017)."""

    rate: _Rate
    """Share of the inputs that is dropped."""
    noise_shape: Sizes | None = None
    """Shape of the mask with the batch, such as [null, 1, 64]: 1 where an axis shares it."""
    seed: Seed | None = None
    """Seed of the mask."""

    def output_shape(self, *inputs: Shape) -> Shape:
        if self.noise_shape is not None:
            _check_noise(self.noise_shape, inputs[0])
        return inputs[0]


class GaussianDropout(_Dropout):
    """Multiplies by normal noise around 1 while training (Srivastava et al., 2014)."""

    reads = FLOATS | {"bool"}

    rate: _Rate
    """Strength: the noise has the standard deviation √(rate / (1 − rate))."""
    seed: Seed | None = None
    """Seed of the noise."""


class GaussianNoise(_Dropout):
    """Adds normal noise around 0 while training."""

    stddev: Fraction
    """Standard deviation of the noise, at most 1."""
    seed: Seed | None = None
    """Seed of the noise."""


class ActivityRegularization(_Regularization):
    """Gives its input on and adds a penalty on it to the loss."""

    l1: NonNegativeFloat = 0.0
    """Factor of the sum of the absolute values."""
    l2: NonNegativeFloat = 0.0
    """Factor of the sum of the squares."""

    def kinds_read(self) -> frozenset[str]:
        return NUMBERS if self.l1 or self.l2 else VALUES

    def output_dtype(self, *inputs: str) -> str:
        if (self.l1 or self.l2) and inputs[0] in ("int8", "int16", "uint8", "uint16"):
            raise DtypeError(
                f"ActivityRegularization does not calculate with {inputs[0]}",
                "int32 goes, or floats",
            )
        return super().output_dtype(*inputs)
