"""Schemas that check one value, as pydantic's core takes them: what argument types are made of.

Layers, keys and settings with a type of their own make it of these. They are plain dictionaries, as
``pydantic_core.core_schema`` makes them too; see :mod:`archspec.records.core` for why that is not
imported. Nothing is converted but whole numbers where a fraction is wanted.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

LARGEST = 2**63 - 1
"""Largest size: what the backends' 64-bit integers hold."""
LARGEST_FLOAT = 3.4028234663852886e38
"""Largest number that a 32-bit float holds, which all of Keras calculates with."""


def _schema(type: str, **parts: Any) -> Schema:
    """The parts that are not None: a constraint that is None is none."""
    return {"type": type, **{name: part for name, part in parts.items() if part is not None}}


def anything() -> Schema:
    """Any value."""
    return {"type": "any"}


def null() -> Schema:
    """None alone."""
    return {"type": "none"}


def boolean() -> Schema:
    """True or False, and not 1 or 0."""
    return {"type": "bool", "strict": True}


def whole(
    gt: int | None = None, ge: int | None = None, lt: int | None = None, le: int | None = None
) -> Schema:
    """A whole number."""
    return _schema("int", strict=True, gt=gt, ge=ge, lt=lt, le=le)


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
    return _schema("float", strict=True, allow_inf_nan=False, gt=gt, ge=ge, lt=lt, le=le)


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
    return _schema("str", strict=True, pattern=pattern, max_length=max_length)


def literal(values: Iterable[Any]) -> Schema:
    """One of these values, or what equals one."""
    return {"type": "literal", "expected": list(values)}


def nullable(schema: Schema) -> Schema:
    """What the schema takes, or None."""
    return {"type": "nullable", "schema": schema}


def either(*schemas: Schema) -> Schema:
    """What one of them takes."""
    return {"type": "union", "choices": list(schemas)}


def list_of(item: Schema, min_length: int | None = None) -> Schema:
    """A list, which stays one."""
    return _schema("list", items_schema=item, min_length=min_length)


def tuple_of(*items: Schema) -> Schema:
    """A list of just so many values, which becomes a tuple."""
    return {"type": "tuple", "items_schema": list(items)}


def many(item: Schema, min_length: int | None = None) -> Schema:
    """A list of any length, which becomes a tuple."""
    return _schema("tuple", items_schema=[item], variadic_item_index=0, min_length=min_length)


def mapping(
    value: Schema | None = None, min_length: int | None = None, max_length: int | None = None
) -> Schema:
    """Texts with a value each; with any if no schema is given."""
    values = anything() if value is None else value
    return _schema(
        "dict",
        keys_schema=text(),
        values_schema=values,
        min_length=min_length,
        max_length=max_length,
    )


def optional_keys(keys: Mapping[str, Schema]) -> Schema:
    """A mapping with any of these keys and no others."""
    return record({name: (schema, False) for name, schema in keys.items()})


def record(keys: Mapping[str, tuple[Schema, bool]]) -> Schema:
    """A mapping with these keys and no others, some of which are required."""
    fields = {
        name: {"type": "typed-dict-field", "schema": schema, "required": required}
        for name, (schema, required) in keys.items()
    }
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}


def with_default(schema: Schema, default: Any) -> Schema:
    """What the schema takes; the default where there is no value."""
    return {"type": "default", "schema": schema, "default": default}


def instance(type: type) -> Schema:
    """An object of a class."""
    return {"type": "is-instance", "cls": type}


def read_by(
    function: Callable[[Any], Any],
    json_schema: Callable[[], dict[str, Any]] | None = None,
) -> Schema:
    """What a function makes of a value; it raises ValueError at what it does not take.

    ``json_schema`` gives the JSON Schema of such values; without it they may be anything.
    """
    if json_schema is None:
        return _function("plain", function, json_schema_input_schema=anything())
    return _function("plain", function, metadata={"json_schema": json_schema})


def checked_by(function: Callable[[Any], Any], schema: Schema) -> Schema:
    """What a function makes of what the schema takes; it raises ValueError at what is wrong."""
    return _function("after", function, schema=schema)


def spread(item: Schema, many: Schema, count: int) -> Schema:
    """Several numbers; a single whole one stands for ``count`` of them."""
    return _function(
        "before",
        lambda v: (v,) * count if type(v) is int else v,
        schema=many,
        json_schema_input_schema=either(item, many),
    )


def one_or(item: Schema, many: Schema, count: int) -> Schema:
    """One number as it is, or several; ``count`` is a number of them that ``many`` takes."""

    def validate(value: Any, check: Callable[[Any], Any]) -> Any:
        return check((value,) * count)[0] if type(value) in (int, float) else check(value)

    return _function("wrap", validate, schema=many, json_schema_input_schema=either(item, many))


def _function(kind: str, function: Callable[..., Any], **parts: Any) -> Schema:
    return _schema(f"function-{kind}", function={"type": "no-info", "function": function}, **parts)
