"""Schemas that check one value, as pydantic's core takes them: what argument types are made of.

Layers, keys and settings with a type of their own make it of these; pydantic's core itself is
imported in this folder only. Nothing is converted but whole numbers where a fraction is wanted.
"""

from collections.abc import Callable, Iterable
from typing import Any

from archspec.records import core_schema as cs

Schema = cs.CoreSchema

LARGEST = 2**63 - 1
"""Largest size: what the backends' 64-bit integers hold."""
LARGEST_FLOAT = 3.4028234663852886e38
"""Largest number that a 32-bit float holds, which all of Keras calculates with."""


def anything() -> Schema:
    """Any value."""
    return cs.any_schema()


def null() -> Schema:
    """None alone."""
    return cs.none_schema()


def boolean() -> Schema:
    """True or False, and not 1 or 0."""
    return cs.bool_schema(strict=True)


def whole(
    gt: int | None = None, ge: int | None = None, lt: int | None = None, le: int | None = None
) -> Schema:
    """A whole number."""
    return cs.int_schema(strict=True, gt=gt, ge=ge, lt=lt, le=le)


def size(gt: int | None = None, ge: int | None = None) -> Schema:
    """A whole number of at most 64 bits."""
    return whole(gt=gt, ge=ge, le=LARGEST)


def finite(
    gt: float | None = None,
    ge: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Schema:
    """A number of any size; a whole one becomes a float."""
    return cs.float_schema(strict=True, gt=gt, ge=ge, le=le, lt=lt, allow_inf_nan=False)


def number(
    gt: float | None = None,
    ge: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Schema:
    """A number that a 32-bit float holds."""
    if gt is None and ge is None:
        ge = -LARGEST_FLOAT
    if lt is None and le is None:
        le = LARGEST_FLOAT
    return finite(gt, ge, le, lt)


def text(pattern: str | None = None, max_length: int | None = None) -> Schema:
    """Text, with a regular expression that it matches."""
    return cs.str_schema(strict=True, pattern=pattern, max_length=max_length)


def literal(values: Iterable[Any]) -> Schema:
    """One of these values, or what equals one."""
    return cs.literal_schema(list(values))


def nullable(schema: Schema) -> Schema:
    """What the schema takes, or None."""
    return cs.nullable_schema(schema)


def either(*schemas: Schema) -> Schema:
    """What one of them takes."""
    return cs.union_schema(list(schemas))


def list_of(item: Schema, min_length: int | None = None) -> Schema:
    """A list, which stays one."""
    return cs.list_schema(item, min_length=min_length)


def tuple_of(*items: Schema) -> Schema:
    """A list of just so many values, which becomes a tuple."""
    return cs.tuple_schema(list(items))


def many(item: Schema, min_length: int | None = None) -> Schema:
    """A list of any length, which becomes a tuple."""
    return cs.tuple_schema([item], variadic_item_index=0, min_length=min_length)


def mapping(
    value: Schema | None = None, min_length: int | None = None, max_length: int | None = None
) -> Schema:
    """Texts with a value each; with any if no schema is given."""
    values = anything() if value is None else value
    return cs.dict_schema(text(), values, min_length=min_length, max_length=max_length)


def optional_keys(keys: dict[str, Schema]) -> Schema:
    """A mapping with any of these keys and no others."""
    fields = {name: cs.typed_dict_field(schema, required=False) for name, schema in keys.items()}
    return cs.typed_dict_schema(fields, extra_behavior="forbid")


def instance(type: type) -> Schema:
    """An object of a class."""
    return cs.is_instance_schema(type)


def read_by(
    function: Callable[[Any], Any],
    json_schema: Callable[[], dict[str, Any]] | None = None,
) -> Schema:
    """What a function makes of a value; it raises ValueError at what it does not take.

    ``json_schema`` gives the JSON Schema of such values; without it they may be anything.
    """
    if json_schema is None:
        return cs.no_info_plain_validator_function(function, json_schema_input_schema=anything())
    return cs.no_info_plain_validator_function(function, metadata={"json_schema": json_schema})


def checked_by(function: Callable[[Any], Any], schema: Schema) -> Schema:
    """What the schema takes and the function does not raise ValueError at."""
    return cs.no_info_after_validator_function(function, schema)


def spread(item: Schema, many: Schema, count: int) -> Schema:
    """Several numbers; a single whole one stands for ``count`` of them."""
    return cs.no_info_before_validator_function(
        lambda v: (v,) * count if type(v) is int else v,
        many,
        json_schema_input_schema=cs.union_schema([item, many]),
    )


def one_or(item: Schema, many: Schema, count: int) -> Schema:
    """One number as it is, or several; ``count`` is a number of them that ``many`` takes."""

    def validate(value: Any, check: Callable[[Any], Any]) -> Any:
        return check((value,) * count)[0] if type(value) in (int, float) else check(value)

    return cs.no_info_wrap_validator_function(
        validate, many, json_schema_input_schema=cs.union_schema([item, many])
    )
