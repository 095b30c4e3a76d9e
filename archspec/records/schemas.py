"""Schemas that check one value, as pydantic's core takes them: what argument types are made of.

Layers, keys and settings with a type of their own make it of these; pydantic's core itself is
imported in this folder only. Nothing is converted but whole numbers where a fraction is wanted.

A schema is a plain dictionary, as ``pydantic_core.core_schema`` makes them; that module is not
imported for them, see :mod:`archspec.records.core`.
"""

from collections.abc import Callable, Iterable
from typing import Any

Schema = dict[str, Any]

LARGEST = 2**63 - 1
"""Largest size: what the backends' 64-bit integers hold."""
LARGEST_FLOAT = 3.4028234663852886e38
"""Largest number that a 32-bit float holds, which all of Keras calculates with."""


def _schema(type: str, **parts: Any) -> Schema:
    """A schema with those of its parts that are not None."""
    return {"type": type, **{name: part for name, part in parts.items() if part is not None}}


def anything() -> Schema:
    """Any value."""
    return _schema("any")


def null() -> Schema:
    """None alone."""
    return _schema("none")


def boolean() -> Schema:
    """True or False, and not 1 or 0."""
    return _schema("bool", strict=True)


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
    return _schema("float", strict=True, gt=gt, ge=ge, le=le, lt=lt, allow_inf_nan=False)


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
    return _schema("literal", expected=list(values))


def nullable(schema: Schema) -> Schema:
    """What the schema takes, or None."""
    return _schema("nullable", schema=schema)


def either(*schemas: Schema) -> Schema:
    """What one of them takes."""
    return _schema("union", choices=list(schemas))


def list_of(item: Schema, min_length: int | None = None) -> Schema:
    """A list, which stays one."""
    return _schema("list", items_schema=item, min_length=min_length)


def tuple_of(*items: Schema) -> Schema:
    """A list of just so many values, which becomes a tuple."""
    return _schema("tuple", items_schema=list(items))


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


def optional_keys(keys: dict[str, Schema]) -> Schema:
    """A mapping with any of these keys and no others."""
    return keys_only({name: key(schema, required=False) for name, schema in keys.items()})


def key(schema: Schema, required: bool) -> Schema:
    """An entry of a mapping with known keys, for :func:`keys_only`."""
    return _schema("typed-dict-field", schema=schema, required=required)


def keys_only(keys: dict[str, Schema]) -> Schema:
    """A mapping with these entries and no others."""
    return _schema("typed-dict", fields=keys, extra_behavior="forbid")


def default(schema: Schema, value: Any) -> Schema:
    """What the schema takes, and a value for what is not there."""
    return {"type": "default", "schema": schema, "default": value}


def instance(type: type) -> Schema:
    """An object of a class."""
    return _schema("is-instance", cls=type)


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
    """What the schema takes and the function does not raise ValueError at."""
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
    called = {"type": "no-info", "function": function}
    return _schema(f"function-{kind}", function=called, **parts)
