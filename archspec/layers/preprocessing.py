"""Preprocessing: numbers into the range that a network takes.

Left out are layers that look words or numbers up in a vocabulary (Hashing, HashedCrossing,
IntegerLookup, StringLookup, TextVectorization), which belong in front of a network, and
spectrograms.

Source: keras/src/layers/preprocessing/.
"""

from archspec.layers.base import Elementwise
from archspec.records.arguments import Axes, Numbers
from archspec.records.record import ArgumentError
from archspec.shapes.axes import axis_indices
from archspec.shapes.dtypes import VALUES
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known


class Rescaling(Elementwise):
    """Multiplies every value by `scale` and adds `offset`: 1/255 brings bytes to 0…1."""

    reads = VALUES
    family = "norm"

    scale: Numbers
    """Factor, or a list with one for each channel."""
    offset: Numbers = 0.0
    """Added after that, or a list with one number for each channel."""

    def check(self) -> None:
        counts = [len(v) if isinstance(v, tuple) else 1 for v in (self.scale, self.offset)]
        if 1 not in counts and counts[0] != counts[1]:
            message = f"`scale` has {counts[0]} numbers, but `offset` has {counts[1]}"
            raise ArgumentError("offset", message)

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        for argument, value in (("scale", self.scale), ("offset", self.offset)):
            if isinstance(value, tuple) and len(value) > 1:
                if not shape:
                    message = (
                        f"a list in `{argument}` needs inputs with channels, not single numbers"
                    )
                    raise ShapeError(message, argument=argument)
                if shape[-1] not in (None, len(value)):
                    raise ShapeError(
                        f"`{argument}` has {len(value)} numbers for the {shape[-1]} channels of"
                        f" {format_shape(shape)}",
                        argument=argument,
                    )
        return shape


class Normalization(Elementwise):
    """Subtracts a mean and divides by the root of a variance, for each channel.

    Without `mean` and `variance` the layer learns them from data before training (`adapt` in
    Keras), and has them as weights that training does not change.
    """

    reads = VALUES
    family = "norm"

    axis: Axes | None = (-1,)
    """Axis, or axes, with a mean for each position, the batch being 0; null for one mean of all."""
    mean: Numbers | None = None
    """The mean, or a list with one for each position of the last of the axes."""
    variance: Numbers | None = None
    """The variance, or a list as for `mean`."""
    invert: bool = False
    """Whether to multiply and add instead: from normalised values back."""

    def check(self) -> None:
        mean, variance = self.mean, self.variance
        if (mean is None) != (variance is None):
            missing, other = ("mean", "variance") if mean is None else ("variance", "mean")
            raise ArgumentError(other, f"`{other}` needs `{missing}` beside it")
        counts = [len(v) if isinstance(v, tuple) else None for v in (mean, variance)]
        if counts[0] != counts[1]:
            told = [f"a list of {c}" if c is not None else "one number" for c in counts]
            message = f"`mean` is {told[0]}, but `variance` is {told[1]}"
            raise ArgumentError("variance", message)
        if counts[0] is not None and self.axis is None:
            raise ArgumentError("mean", "`mean` is one number if `axis` is null")

    def output_shape(self, *inputs: Shape) -> Shape:
        sizes = self._sizes(inputs[0])
        if isinstance(self.mean, tuple) and len(self.mean) not in (1, sizes[-1]):
            raise ShapeError(
                f"`mean` has {len(self.mean)} numbers for an axis of size {sizes[-1]}",
                argument="mean",
            )
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        if self.mean is not None:
            return ()
        sizes = self._sizes(inputs[0])
        return (
            Weight("mean", sizes, False),
            Weight("variance", sizes, False),
            Weight("count", (), False, "int64"),
        )

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        """Sizes of the axes that have a mean for each position."""
        indices = sorted(axis_indices(self.axis or (), shape))
        return tuple(known(shape[n], f"the size of axis {n + 1}", "axis") for n in indices)
