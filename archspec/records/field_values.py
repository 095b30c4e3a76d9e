"""Values of single fields of records."""

from typing import Any

from archspec.records.core import SchemaValidator
from archspec.records.record import Record, ValidationError, fields


def takes(owner: type[Record], name: str, value: Any) -> bool:
    """Whether a field takes a value, as a spec has it."""
    try:
        _validator(owner, name).validate_python(value)
    except ValidationError:
        return False
    return True


def read(owner: type[Record], name: str, value: Any) -> Any:
    """What a field makes of a value: a window of 3 is (3, 3) in two dimensions.

    Raises:
        ValidationError: it does not take the value.
    """
    return _validator(owner, name).validate_python(value)


def _validator(owner: type[Record], name: str) -> SchemaValidator:
    key = (owner, name)
    if key not in _validators:
        _validators[key] = SchemaValidator(fields(owner)[name].type.schema_for(owner))
    return _validators[key]


_validators: dict[tuple[type[Record], str], SchemaValidator] = {}
