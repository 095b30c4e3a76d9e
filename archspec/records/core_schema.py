"""Schemas of pydantic's core: plain dictionaries, as ``pydantic_core.core_schema`` makes them.

Those of them that records use, with the same names; see :mod:`archspec.records.core` for why
they are not imported from there. A constraint that is None is none.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

CoreSchema = dict[str, Any]


def _schema(type: str, **parts: Any) -> CoreSchema:
    return {"type": type, **{name: part for name, part in parts.items() if part is not None}}


def any_schema() -> CoreSchema:
    """Takes everything."""
    return {"type": "any"}


def none_schema() -> CoreSchema:
    """Takes None."""
    return {"type": "none"}


def bool_schema(*, strict: bool | None = None) -> CoreSchema:
    """Takes true and false."""
    return _schema("bool", strict=strict)


def int_schema(
    *,
    strict: bool | None = None,
    gt: int | None = None,
    ge: int | None = None,
    lt: int | None = None,
    le: int | None = None,
) -> CoreSchema:
    """Takes whole numbers."""
    return _schema("int", strict=strict, gt=gt, ge=ge, lt=lt, le=le)


def float_schema(
    *,
    strict: bool | None = None,
    allow_inf_nan: bool | None = None,
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
) -> CoreSchema:
    """Takes numbers."""
    return _schema("float", strict=strict, allow_inf_nan=allow_inf_nan, gt=gt, ge=ge, lt=lt, le=le)


def str_schema(
    *, strict: bool | None = None, pattern: str | None = None, max_length: int | None = None
) -> CoreSchema:
    """Takes text."""
    return _schema("str", strict=strict, pattern=pattern, max_length=max_length)


def literal_schema(expected: list[Any]) -> CoreSchema:
    """Takes these values."""
    return {"type": "literal", "expected": expected}


def is_instance_schema(cls: Any) -> CoreSchema:
    """Takes instances of a class."""
    return {"type": "is-instance", "cls": cls}


def list_schema(items: CoreSchema, *, min_length: int | None = None) -> CoreSchema:
    """Takes lists of such items."""
    return _schema("list", items_schema=items, min_length=min_length)


def tuple_schema(
    items: list[CoreSchema],
    *,
    variadic_item_index: int | None = None,
    min_length: int | None = None,
) -> CoreSchema:
    """Takes tuples of such items, one of which may come any number of times; lists if not strict."""
    return _schema(
        "tuple",
        items_schema=items,
        variadic_item_index=variadic_item_index,
        min_length=min_length,
    )


def dict_schema(
    keys: CoreSchema,
    values: CoreSchema,
    *,
    min_length: int | None = None,
    max_length: int | None = None,
) -> CoreSchema:
    """Takes dictionaries."""
    return _schema(
        "dict", keys_schema=keys, values_schema=values, min_length=min_length, max_length=max_length
    )


def nullable_schema(schema: CoreSchema) -> CoreSchema:
    """Takes what a schema takes, and None."""
    return {"type": "nullable", "schema": schema}


def union_schema(choices: Sequence[CoreSchema]) -> CoreSchema:
    """Takes what one of the schemas takes."""
    return {"type": "union", "choices": list(choices)}


def with_default_schema(schema: CoreSchema, *, default: Any) -> CoreSchema:
    """Takes what a schema takes, or nothing."""
    return {"type": "default", "schema": schema, "default": default}


def typed_dict_field(schema: CoreSchema, *, required: bool) -> CoreSchema:
    """A field of a typed dictionary."""
    return {"type": "typed-dict-field", "schema": schema, "required": required}


def typed_dict_schema(
    fields: Mapping[str, CoreSchema], *, extra_behavior: str | None = None
) -> CoreSchema:
    """Takes dictionaries with these fields."""
    return _schema("typed-dict", fields=dict(fields), extra_behavior=extra_behavior)


def no_info_plain_validator_function(
    function: Callable[[Any], Any],
    *,
    json_schema_input_schema: CoreSchema | None = None,
    metadata: dict[str, Any] | None = None,
) -> CoreSchema:
    """Takes what a function does not refuse with a ValueError."""
    return _function(
        "plain",
        function,
        json_schema_input_schema=json_schema_input_schema,
        metadata=metadata,
    )


def no_info_before_validator_function(
    function: Callable[[Any], Any],
    schema: CoreSchema,
    *,
    json_schema_input_schema: CoreSchema | None = None,
) -> CoreSchema:
    """Takes a value whose image under a function the schema takes."""
    return _function(
        "before", function, schema=schema, json_schema_input_schema=json_schema_input_schema
    )


def no_info_after_validator_function(
    function: Callable[[Any], Any], schema: CoreSchema
) -> CoreSchema:
    """Takes what the schema takes, and then the function."""
    return _function("after", function, schema=schema)


def no_info_wrap_validator_function(
    function: Callable[[Any, Callable[[Any], Any]], Any],
    schema: CoreSchema,
    *,
    json_schema_input_schema: CoreSchema | None = None,
) -> CoreSchema:
    """Takes what a function does, which is given the value and what the schema does with one."""
    return _function(
        "wrap", function, schema=schema, json_schema_input_schema=json_schema_input_schema
    )


def _function(kind: str, function: Callable[..., Any], **parts: Any) -> CoreSchema:
    return _schema(f"function-{kind}", function={"type": "no-info", "function": function}, **parts)
