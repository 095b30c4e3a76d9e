"""Preprocessing: numbers of categories, and numbers that fall into bins, as vectors.

Source: keras/src/layers/preprocessing/.
"""

from typing import Annotated, Literal

from archspec.layers.base import Layer
from archspec.records.arguments import PositiveFloat, PositiveInt
from archspec.records.record import ArgumentError, ArgumentType
from archspec.records.schemas import many, number
from archspec.shapes.dtypes import DTYPES, VALUES, DtypeError
from archspec.shapes.reach import ALL, Reach, pointwise
from archspec.shapes.shape import Shape, ShapeError, format_shape

_Boundaries = Annotated[
    tuple[float, ...],
    ArgumentType(
        many(number(), min_length=1),
        "a list of numbers",
    ),
]


def _one_hot(shape: Shape, depth: int) -> Shape:
    """Shape of a vector for each number; a last axis of size 1 is replaced by it."""
    return (*(shape[:-1] if shape[-1:] == (1,) else shape), depth)


def _check_counting(mode: str, dtype: str) -> None:
    """Raise ArgumentError if there is nothing that counts in numbers of that type."""
    if mode in ("multi_hot", "count") and dtype in ("float16", "bfloat16"):
        message = f"`{mode}` counts in float32 or float64, not in {dtype}"
        raise ArgumentError("dtype", message, "`one_hot` does without")


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
        _check_counting(self.output_mode, self.compute_dtype())

    def compute_dtype(self) -> str:
        """Keras takes the type of weights for the output, although there are none."""
        return self.weight_dtype()

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
        _check_counting(self.output_mode, self.compute_dtype())

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
