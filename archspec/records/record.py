"""Records: classes whose annotated fields say what arguments they take.

A record is checked by pydantic's core. Its validator is built when the first one is made: a spec
uses eight kinds of layer of more than a hundred, and the start-up time of `archspec check` is
a feature. The annotations come from :mod:`archspec.records.arguments`; each carries a schema, what
kind of value it takes, the words for messages, and whether it takes text (a field that does not,
takes formulas).
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import (
    Any,
    ClassVar,
    NamedTuple,
    NoReturn,
    Self,
    dataclass_transform,
    get_origin,
)

from archspec.records.argument_type import ArgumentType as ArgumentType
from archspec.records.argument_type import Kind as Kind
from archspec.records.argument_type import argument_type as argument_type
from archspec.records.cache import once_per_class
from archspec.records.core import SchemaValidator
from archspec.records.core import ValidationError as ValidationError
from archspec.records.schemas import LARGEST_FLOAT as LARGEST_FLOAT
from archspec.records.schemas import Schema, checked_by, default, key, keys_only

REQUIRED: Any = object()
"""The default of a field that has none."""


class Field(NamedTuple):
    """One argument of a record."""

    name: str
    """As it is written in a spec."""
    attribute: str
    """As Python has it: a name that is a Python keyword gets an underscore (`for_`)."""
    type: ArgumentType
    default: Any
    annotation: Any
    shared: bool = False
    """Whether all records of a family have it: it stands last, and a value alone never means it."""

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


class ArgumentError(ValueError):
    """Arguments that do not go together; ``argument`` is the one to underline."""

    def __init__(self, argument: str, message: str, help: str = "") -> None:
        super().__init__(message)
        self.argument = argument
        self.message = message
        self.help = help


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """A set of checked, unchangeable arguments."""

    shares_fields: ClassVar[bool] = False
    """Whether the fields that a class declares itself are shared by all that derive from it."""
    not_taken: ClassVar[frozenset[str]] = frozenset()
    """Shared fields that it does not have."""

    def __init__(self, **arguments: Any) -> None:
        """Check the arguments.

        Raises:
            ValidationError: an argument is unknown, missing or has a bad value.
            ArgumentError: the arguments do not go together.
        """
        values = validator(type(self)).validate_python(arguments)
        for name in _keywords(type(self)):
            values[name + "_"] = values.pop(name)
        self.__dict__.update(values)
        self.check()

    def check(self) -> None:
        """Raise ArgumentError if the arguments do not go together."""

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def arguments(self, defaults: bool = False) -> dict[str, Any]:
        """The arguments by name, in Keras's order; those that differ from their default."""
        values = self.__dict__
        return {
            name: values[field.attribute]
            for name, field in fields(type(self)).items()
            if defaults or values[field.attribute] != field.default
        }

    def replace(self, **changes: Any) -> Self:
        """A copy with other arguments, checked again."""
        return type(self)(**{**self.arguments(), **changes})

    def __repr__(self) -> str:
        inner = ", ".join(f"{k}={v!r}" for k, v in self.arguments().items())
        return f"{type(self).__name__}({inner})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Schema:
        """Makes a record a pydantic type: a field of a model, or a subject of a JSON Schema."""
        return checked_by(lambda d: cls(**d), _schema(cls))


@once_per_class
def fields(cls: type[Record]) -> Mapping[str, Field]:
    """The fields of a record class, in the order in which they are written.

    Those of a layer's call come after its own, although they stand in its bases; then those that
    all records of its family share.
    """
    found: dict[str, Field] = {}
    shared: dict[str, Field] = {}
    for base in reversed(cls.__mro__):
        common = base.__dict__.get("shares_fields", False)
        for name, annotation in getattr(base, "__annotations__", {}).items():
            if get_origin(annotation) is ClassVar or name.startswith("_"):
                continue
            default = getattr(cls, name, REQUIRED)
            written, type = name.rstrip("_"), argument_type(annotation)
            field = Field(written, name, type, default, annotation, common)
            (shared if common else found)[written] = field
    last: frozenset[str] = getattr(cls, "call_arguments", frozenset())
    own = {n: f for n, f in found.items() if n not in last}
    called = {n: f for n, f in found.items() if n in last}
    others = {n: f for n, f in shared.items() if n not in found and n not in cls.not_taken}
    return own | called | others


@once_per_class
def bare_field(cls: type[Record]) -> str:
    """The field that a value alone stands for: the first one; empty if there is none."""
    return next((f.name for f in fields(cls).values() if not f.shared), "")


@once_per_class
def required_fields(cls: type[Record]) -> frozenset[str]:
    """The names of the fields that have no default."""
    return frozenset(f.name for f in fields(cls).values() if f.required)


@once_per_class
def _keywords(cls: type[Record]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls).values() if f.name != f.attribute)


@once_per_class
def validator(cls: type[Record]) -> SchemaValidator:
    """The validator of a record class, built on first use."""
    return SchemaValidator(_schema(cls))


def _schema(cls: type[Record]) -> Schema:
    entries = {}
    for name, field in fields(cls).items():
        schema = field.type.schema_for(cls)
        if not field.required:
            schema = default(schema, field.default)
        entries[name] = key(schema, field.required)
    return keys_only(entries)


@cache
def snake_case(name: str) -> str:
    """A layer's automatic name as Keras forms it: MaxPooling2D → max_pooling2d."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
