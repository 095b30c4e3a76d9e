"""Preprocessing: numbers and pictures into the form that a network takes.

Left out are layers that look words or numbers up in a vocabulary (Hashing, HashedCrossing,
IntegerLookup, StringLookup, TextVectorization), which belong in front of a network, and
spectrograms.

Source: keras/src/layers/preprocessing/.
"""

from typing import Annotated, Literal

from archspec.layers.base import Elementwise, Layer
from archspec.records.arguments import (
    Axes,
    DataFormat,
    Numbers,
    PositiveFloat,
    PositiveInt,
)
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import many, number
from archspec.shapes.axes import axis_indices
from archspec.shapes.dtypes import DTYPES, FLOATS, NUMBERS, VALUES, WIDE_UNSIGNED, DtypeError
from archspec.shapes.reach import ALL, Reach, pointwise, resized, resized_part, same, shifted
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape, known

_Boundaries = Annotated[
    tuple[float, ...],
    ArgumentType(
        many(number(), min_length=1),
        "a list of numbers",
    ),
]


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
            Weight("count", (), False),
        )

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        """Sizes of the axes that have a mean for each position."""
        indices = sorted(axis_indices(self.axis or (), shape))
        return tuple(known(shape[n], f"the size of axis {n + 1}", "axis") for n in indices)


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


def _one_hot(shape: Shape, depth: int) -> Shape:
    """Shape of a vector for each number; a last axis of size 1 is replaced by it."""
    return (*(shape[:-1] if shape[-1:] == (1,) else shape), depth)


class CategoryEncoding(Layer):
    """Numbers of categories as vectors: with 1 at the place of the number, or counts."""

    reads = VALUES
    floats_matter = True

    num_tokens: PositiveInt | None = None
    """Number of categories, which must be given; the numbers in the input are below it."""
    output_mode: Literal["multi_hot", "one_hot", "count"] = "multi_hot"
    """`one_hot`: a vector for each number; `multi_hot`, `count`: one for all of an example."""
    sparse: bool = False
    """Whether the output is a sparse tensor."""

    def check(self) -> None:
        if self.num_tokens is None:
            raise ArgumentError("num_tokens", "`num_tokens`, the number of categories, is missing")

    def output_shape(self, *inputs: Shape) -> Shape:
        shape, depth = inputs[0], self.num_tokens or 0
        if self.output_mode == "one_hot":
            return _one_hot(shape, depth)
        if len(shape) != 1:
            raise ShapeError(
                f"CategoryEncoding takes inputs of 1 dimension for `{self.output_mode}`, not"
                f" {len(shape)} ({format_shape(shape)})",
                argument="output_mode",
                code="AS403",
                help="`one_hot` makes a vector of each number",
            )
        return (depth,)

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        narrow = DTYPES[inputs[0]] == "int" and inputs[0] not in ("int32", "int64")
        if self.sparse and self.output_mode != "one_hot" and inputs[0] not in ("int32", "int64"):
            raise DtypeError(
                f"with `sparse: true`, CategoryEncoding takes int32 or int64, not {inputs[0]}"
            )
        if narrow and self.output_mode != "one_hot":
            raise DtypeError(
                f"for `{self.output_mode}`, CategoryEncoding takes int32 or int64, not {inputs[0]}"
            )
        return dtype

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (_counted(inputs[0], self.output_mode),)


class Discretization(Layer):
    """Numbers to the numbers of the bins that they fall into."""

    reads = VALUES
    lacks = frozenset({"uint64"})
    floats_matter = True

    bin_boundaries: _Boundaries | None = None
    """Where one bin ends and the next one begins; a list of n numbers makes n + 1 bins."""
    num_bins: PositiveInt | None = None
    """Number of bins, whose boundaries are learned from data before training (`adapt` in Keras)."""
    epsilon: PositiveFloat = 0.01
    """How exactly they are learned: smaller takes more time."""
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    """`int`: the number of the bin; `one_hot`: a vector for it; `multi_hot`, `count`: one vector
    for all numbers along the first axis after the batch."""
    sparse: bool = False
    """Whether the output is a sparse tensor."""

    def check(self) -> None:
        if (self.bin_boundaries is None) == (self.num_bins is None):
            argument = "bin_boundaries" if self.num_bins is None else "num_bins"
            message = "Discretization takes either `bin_boundaries` or `num_bins`"
            raise ArgumentError(argument, message)
        if self.sparse and self.output_mode == "int":
            raise ArgumentError("sparse", "`sparse` goes with vectors, not with `int`")
        bounds = self.bin_boundaries or ()
        if list(bounds) != sorted(bounds):
            raise ArgumentError("bin_boundaries", "`bin_boundaries` do not rise from left to right")

    def output_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        if self.output_mode == "int":
            return shape
        bins = self.num_bins or len(self.bin_boundaries or ()) + 1
        if self.output_mode == "one_hot":
            return _one_hot(shape, bins)
        if not shape:
            raise ShapeError(
                f"`{self.output_mode}` takes several numbers for each example, not one",
                argument="output_mode",
                help="`one_hot` makes a vector of each number",
            )
        return (*shape[1:], bins)

    def output_dtype(self, *inputs: str) -> str:
        dtype = super().output_dtype(*inputs)
        return "int32" if self.output_mode == "int" else dtype

    def reach(self, *inputs: Shape) -> tuple[Reach, ...]:
        return (_counted(inputs[0], self.output_mode),)


def _counted(shape: Shape, mode: str) -> Reach:
    """What is seen where numbers become vectors: along the first axis all, if they are counted."""
    if mode in ("int", "one_hot"):
        return pointwise(shape)
    return Reach((ALL, *pointwise(shape[1:]).axes))
