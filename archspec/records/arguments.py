"""Types of arguments: what the fields of layers and constructs are annotated with.

Each is an ordinary Python type with an :class:`~archspec.records.record.ArgumentType` that holds the
schema which checks it and the words which say what would be right.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from archspec.records import schemas
from archspec.records.record import ArgumentType, Kind
from archspec.records.schemas import LARGEST as LARGEST
from archspec.records.schemas import Schema, either, many, nullable, number, size, spread, tuple_of

number_schema = number
"""The name that plugins of version 0.1 know."""


def _per_axis(item: Schema) -> Callable[[type], Schema]:
    """One number for every spatial axis of the layer; a single one stands for all."""

    def build(owner: type) -> Schema:
        rank: int = owner.rank  # type: ignore[attr-defined]
        return spread(item, tuple_of(*[item] * rank), rank)

    return build


PositiveInt = Annotated[int, ArgumentType(size(gt=0), "a whole number above 0")]
NaturalInt = Annotated[int, ArgumentType(size(ge=0), "a whole number, 0 or more")]
PositiveFloat = Annotated[float, ArgumentType(number(gt=0), "a number above 0")]
NonNegativeFloat = Annotated[float, ArgumentType(number(ge=0), "a number, 0 or more")]
Fraction = Annotated[float, ArgumentType(number(ge=0, le=1), "a number from 0 to 1")]

Window = Annotated[
    tuple[int, ...],
    ArgumentType(_per_axis(size(gt=0)), "a whole number above 0, or {rank} of them"),
]
"""A kernel, a stride or a dilation: one number per spatial axis."""
NaturalWindow = Annotated[
    tuple[int, ...],
    ArgumentType(_per_axis(size(ge=0)), "a whole number, 0 or more, or {rank} of them"),
]
"""Something added along each spatial axis, such as an output padding."""


def _margin(owner: type) -> Schema:
    """The two sides of one axis; a single number stands for both."""
    return spread(size(ge=0), tuple_of(size(ge=0), size(ge=0)), 2)


def _margins(owner: type) -> Schema:
    rank: int = owner.rank  # type: ignore[attr-defined]
    return spread(size(ge=0), tuple_of(*[_margin(owner)] * rank), rank)


Margin = Annotated[
    tuple[int, int],
    ArgumentType(_margin, "a whole number, 0 or more, or two of them: before and after"),
]
"""What is added to, or cut off, the two ends of one axis."""
Margins = Annotated[
    tuple[tuple[int, int], ...],
    ArgumentType(
        _margins,
        "a whole number, 0 or more, or {rank}, each a number or a pair such as [0, 1]: before and after",
    ),
]
"""What is added to, or cut off, the two ends of every spatial axis."""

Size = Annotated[int, ArgumentType(size(gt=0), "a size above 0")] | None
Sizes = Annotated[
    tuple[int | None, ...],
    ArgumentType(many(nullable(size(gt=0))), "a list of sizes such as [224, 224, 3]"),
]
"""A shape without the batch; null is a size that is not known."""

Ints = Annotated[tuple[int, ...], ArgumentType(many(size()), "a list of whole numbers")]
Axes = Annotated[
    tuple[int, ...],
    ArgumentType(spread(size(), many(size(), min_length=1), 1), "an axis, or a list of axes"),
]
"""One axis or several, counted as Keras does: the batch is axis 0."""
AxisPair = Annotated[
    tuple[int, int],
    ArgumentType(
        spread(size(), tuple_of(size(), size()), 2), "an axis, or two of them: one of each input"
    ),
]


def _one_or_two(item: Schema, expects: str) -> ArgumentType:
    schema = schemas.one_or(item, tuple_of(item, item), 2)
    return ArgumentType(schema, f"{expects}, or two of them: from and to")


Numbers = Annotated[
    float | tuple[float, ...],
    ArgumentType(
        schemas.one_or(number(), many(number(), min_length=1), 1),
        "a number, or a list of numbers",
    ),
]
NumberPair = Annotated[
    tuple[float, float], ArgumentType(tuple_of(number(), number()), "two numbers: from and to")
]
"""A range of numbers, such as the values of a pixel."""

FractionRange = Annotated[
    float | tuple[float, float], _one_or_two(number(ge=0, le=1), "a number from 0 to 1")
]
"""How strongly something random acts: so much at most, or from the one to the other."""
SignedFractionRange = Annotated[
    float | tuple[float, float], _one_or_two(number(ge=-1, le=1), "a number from -1 to 1")
]
ZoomRange = Annotated[
    float | tuple[float, float],
    _one_or_two(number(gt=-1, le=1), "a number above -1, up to 1"),
]
BitRange = Annotated[
    int | tuple[int, int],
    _one_or_two(schemas.whole(ge=1, le=8), "a whole number from 1 to 8"),
]


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("not odd")
    return value


OddSizes = Annotated[
    int | tuple[int, int],
    _one_or_two(schemas.checked_by(_odd, size(gt=0)), "an odd number above 0"),
]
"""The size of a kernel that has a middle."""

Seed = Annotated[int, ArgumentType(size(ge=-LARGEST), "a whole number of at most 64 bits")]
Null = Annotated[None, ArgumentType(schemas.null(), "null")]
"""An argument of Keras that a spec leaves alone."""

PartialShape = Annotated[
    tuple[int | None, ...],
    ArgumentType(
        spread(size(gt=0), many(nullable(size(gt=0))), 1),
        "a size above 0, or a list of sizes in which null stands for those of the input",
    ),
]
"""Sizes of an output, some of which follow from the input."""

Padding = Literal["valid", "same"]
CausalPadding = Literal["valid", "same", "causal"]
DataFormat = Literal["channels_last"]
"""Shapes are channels-last; a channels-first file names a layout that the language does not have."""

ACTIVATIONS = (
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
)
"""Names that ``keras.activations.get`` knows (keras/src/activations/__init__.py).

Two of them cannot stand alone: ``glu`` halves the channels, of which no layer's output shape in
Keras knows, and ``threshold`` needs arguments.
"""


def one_of(words: tuple[str, ...], expects: str) -> ArgumentType:
    """One of many words, which a message does not list."""
    return ArgumentType(schemas.literal(words), expects, text=True, choices=words)


Activation = Annotated[str, one_of(ACTIVATIONS, "the name of an activation")]


def _layer(value: Any) -> Any:
    if isinstance(value, type) or not callable(getattr(value, "output_shapes", None)):
        raise ValueError("not a layer")
    if value.operation:
        raise ValueError("an operation, which Keras's wrappers do not take")
    return value


NestedLayer = Annotated[
    Any,
    ArgumentType(
        schemas.read_by(_layer),
        "a layer with its arguments, such as {LSTM: {units: 4}}",
        nested=True,
    ),
]
"""The layer inside a wrapper."""

UseCudnn = Annotated[
    Any,
    ArgumentType(
        # A literal schema would take 1 and 0 too, which equal True and False.
        either(schemas.literal(["auto"]), schemas.boolean()),
        "`auto`, `true` or `false`",
        text=True,
        choices=("auto", "true", "false"),
        kind=Kind.CHOICE,
    ),
]
"""Whether a recurrent layer calculates with cuDNN."""

ProjectionShape = Annotated[
    tuple[int, ...],
    ArgumentType(
        spread(size(gt=0), many(size(gt=0), min_length=1), 1),
        "a size above 0, or a list of them",
    ),
]
"""The last axes of an output."""
