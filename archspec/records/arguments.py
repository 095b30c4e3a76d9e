"""Types of arguments: what the fields of layers and constructs are annotated with.

Each is an ordinary Python type with an :class:`~archspec.records.record.ArgumentType` that holds the
schema which checks it and the words which say what would be right.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from archspec.records import core_schema as cs
from archspec.records.record import LARGEST_FLOAT, ArgumentType

LARGEST = 2**63 - 1
"""Largest size: what the backends' 64-bit integers hold."""


def _int(gt: int | None = None, ge: int | None = None) -> cs.CoreSchema:
    return cs.int_schema(strict=True, gt=gt, ge=ge, le=LARGEST)


def number_schema(
    gt: float | None = None,
    ge: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> cs.CoreSchema:
    """A number that a 32-bit float holds."""
    if gt is None and ge is None:
        ge = -LARGEST_FLOAT
    if lt is None and le is None:
        le = LARGEST_FLOAT
    return cs.float_schema(strict=True, gt=gt, ge=ge, le=le, lt=lt, allow_inf_nan=False)


def _tuple(items: list[cs.CoreSchema]) -> cs.CoreSchema:
    return cs.tuple_schema(items)


def _many(item: cs.CoreSchema, min_length: int = 0) -> cs.CoreSchema:
    return cs.tuple_schema([item], variadic_item_index=0, min_length=min_length)


def _spread(item: cs.CoreSchema, many: cs.CoreSchema, count: int) -> cs.CoreSchema:
    """Several numbers; a single whole one stands for `count` of them."""
    return cs.no_info_before_validator_function(
        lambda v: (v,) * count if type(v) is int else v,
        many,
        json_schema_input_schema=cs.union_schema([item, many]),
    )


def _per_axis(item: cs.CoreSchema) -> Callable[[type], cs.CoreSchema]:
    """One number for every spatial axis of the layer; a single one stands for all."""

    def build(owner: type) -> cs.CoreSchema:
        rank: int = owner.rank  # type: ignore[attr-defined]
        return _spread(item, _tuple([item] * rank), rank)

    return build


PositiveInt = Annotated[int, ArgumentType(_int(gt=0), "a whole number above 0")]
NaturalInt = Annotated[int, ArgumentType(_int(ge=0), "a whole number, 0 or more")]
PositiveFloat = Annotated[float, ArgumentType(number_schema(gt=0), "a number above 0")]
NonNegativeFloat = Annotated[float, ArgumentType(number_schema(ge=0), "a number, 0 or more")]
Fraction = Annotated[float, ArgumentType(number_schema(ge=0, le=1), "a number from 0 to 1")]

Window = Annotated[
    tuple[int, ...],
    ArgumentType(_per_axis(_int(gt=0)), "a whole number above 0, or {rank} of them"),
]
"""A kernel, a stride or a dilation: one number per spatial axis."""
NaturalWindow = Annotated[
    tuple[int, ...],
    ArgumentType(_per_axis(_int(ge=0)), "a whole number, 0 or more, or {rank} of them"),
]
"""Something added along each spatial axis, such as an output padding."""


def _margin(owner: type) -> cs.CoreSchema:
    """The two sides of one axis; a single number stands for both."""
    return _spread(_int(ge=0), _tuple([_int(ge=0)] * 2), 2)


def _margins(owner: type) -> cs.CoreSchema:
    rank: int = owner.rank  # type: ignore[attr-defined]
    return _spread(_int(ge=0), _tuple([_margin(owner)] * rank), rank)


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

Size = Annotated[
    int | None, ArgumentType(cs.nullable_schema(_int(gt=0)), "a size above 0, or null")
]
Sizes = Annotated[
    tuple[int | None, ...],
    ArgumentType(_many(cs.nullable_schema(_int(gt=0))), "a list of sizes such as [224, 224, 3]"),
]
"""A shape without the batch; null is a size that is not known."""

Ints = Annotated[tuple[int, ...], ArgumentType(_many(_int()), "a list of whole numbers")]
Axes = Annotated[
    tuple[int, ...],
    ArgumentType(_spread(_int(), _many(_int(), min_length=1), 1), "an axis, or a list of axes"),
]
"""One axis or several, counted as Keras does: the batch is axis 0."""
AxisPair = Annotated[
    tuple[int, int],
    ArgumentType(
        _spread(_int(), _tuple([_int()] * 2), 2), "an axis, or two of them: one of each input"
    ),
]


def _one_or(item: cs.CoreSchema, many: cs.CoreSchema, count: int) -> cs.CoreSchema:
    """One number as it is, or several; `count` is a number of them that `many` takes."""

    def validate(value: Any, check: Callable[[Any], Any]) -> Any:
        return check((value,) * count)[0] if type(value) in (int, float) else check(value)

    return cs.no_info_wrap_validator_function(
        validate, many, json_schema_input_schema=cs.union_schema([item, many])
    )


def _one_or_two(item: cs.CoreSchema, expects: str) -> ArgumentType:
    schema = _one_or(item, _tuple([item] * 2), 2)
    return ArgumentType(schema, f"{expects}, or two of them: from and to")


Numbers = Annotated[
    float | tuple[float, ...],
    ArgumentType(
        _one_or(number_schema(), _many(number_schema(), min_length=1), 1),
        "a number, or a list of numbers",
    ),
]
NumberPair = Annotated[
    tuple[float, float], ArgumentType(_tuple([number_schema()] * 2), "two numbers: from and to")
]
"""A range of numbers, such as the values of a pixel."""

FractionRange = Annotated[
    float | tuple[float, float], _one_or_two(number_schema(ge=0, le=1), "a number from 0 to 1")
]
"""How strongly something random acts: so much at most, or from the one to the other."""
SignedFractionRange = Annotated[
    float | tuple[float, float], _one_or_two(number_schema(ge=-1, le=1), "a number from -1 to 1")
]
ZoomRange = Annotated[
    float | tuple[float, float],
    _one_or_two(number_schema(gt=-1, le=1), "a number above -1, up to 1"),
]
BitRange = Annotated[
    int | tuple[int, int],
    _one_or_two(cs.int_schema(strict=True, ge=1, le=8), "a whole number from 1 to 8"),
]


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("not odd")
    return value


OddSizes = Annotated[
    int | tuple[int, int],
    _one_or_two(cs.no_info_after_validator_function(_odd, _int(gt=0)), "an odd number above 0"),
]
"""The size of a kernel that has a middle."""

Seed = Annotated[int, ArgumentType(_int(ge=-LARGEST), "a whole number of at most 64 bits")]
Null = Annotated[None, ArgumentType(cs.none_schema(), "null")]
"""An argument of Keras that a spec leaves alone."""

PartialShape = Annotated[
    tuple[int | None, ...],
    ArgumentType(
        _spread(_int(gt=0), _many(cs.nullable_schema(_int(gt=0))), 1),
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
    return ArgumentType(cs.literal_schema(list(words)), expects, text=True, choices=words)


Activation = Annotated[str, one_of(ACTIVATIONS, "the name of an activation")]


def _layer(value: Any) -> Any:
    if isinstance(value, type) or not callable(getattr(value, "output_shapes", None)):
        raise ValueError("not a layer")
    return value


NestedLayer = Annotated[
    Any,
    ArgumentType(
        cs.no_info_plain_validator_function(_layer, json_schema_input_schema=cs.any_schema()),
        "a layer with its arguments, such as {LSTM: {units: 4}}",
        nested=True,
    ),
]
"""The layer inside a wrapper."""

UseCudnn = Annotated[
    Any,
    ArgumentType(
        # A literal schema would take 1 and 0 too, which equal True and False.
        cs.union_schema([cs.literal_schema(["auto"]), cs.bool_schema(strict=True)]),
        "`auto`, `true` or `false`",
        text=True,
    ),
]
"""Whether a recurrent layer calculates with cuDNN."""

ProjectionShape = Annotated[
    tuple[int, ...],
    ArgumentType(
        _spread(_int(gt=0), _many(_int(gt=0), min_length=1), 1),
        "a size above 0, or a list of them",
    ),
]
"""The last axes of an output."""
