"""Records: classes whose annotated fields say what arguments they take.

A record is checked by pydantic's core. Its validator is built when the first one is made: a spec
uses eight kinds of layer of more than a hundred, and the start-up time of `archspec check` is
a feature. The annotations come from :mod:`archspec.records.arguments`; each carries a core schema, the
words for messages, and whether it takes text (a field that does not, takes formulas).
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    NoReturn,
    Self,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from archspec.records import core_schema
from archspec.records.core import SchemaValidator
from archspec.records.core import ValidationError as ValidationError

T = TypeVar("T")


class ArgumentType:
    """What a field takes: a core schema (or one per class), words for it, and its nature.

    ``choices`` are the words that it takes, where ``expects`` does not list them, or what finds
    them.
    """

    __slots__ = ("_choices", "expects", "nested", "schema", "text")

    def __init__(
        self,
        schema: "core_schema.CoreSchema | Callable[[type], core_schema.CoreSchema]",
        expects: str,
        text: bool = False,
        nested: bool = False,
        choices: "tuple[str, ...] | Callable[[], tuple[str, ...]]" = (),
    ) -> None:
        self._choices = choices
        self.schema = schema
        self.expects = expects
        self.text = text
        self.nested = nested

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it takes, where ``expects`` does not list them."""
        return self._choices() if callable(self._choices) else self._choices

    def schema_for(self, owner: type) -> core_schema.CoreSchema:
        """The core schema of the field in a class (a window of Conv2D has two sizes)."""
        return self.schema(owner) if callable(self.schema) else self.schema

    def expects_for(self, owner: type) -> str:
        """The words for a message: what would be right."""
        rank = getattr(owner, "rank", 0)
        return self.expects.replace(
            "{rank}", {1: "a list of one", 2: "two", 3: "three"}.get(rank, "a list")
        )


LARGEST_FLOAT = 3.4028234663852886e38
"""Largest number that a 32-bit float holds, which all of Keras calculates with."""

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
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Makes a record a pydantic type: a field of a model, or a subject of a JSON Schema."""
        return core_schema.no_info_after_validator_function(lambda d: cls(**d), _schema(cls))


def _once(function: Callable[[type[Record]], T]) -> Callable[[type[Record]], T]:
    """Calculates once for each class: functools.cache, whose types do not take classes."""
    known: dict[type[Record], T] = {}

    @wraps(function)
    def remembered(cls: type[Record]) -> T:
        if cls not in known:
            known[cls] = function(cls)
        return known[cls]

    return remembered


@_once
def fields(cls: type[Record]) -> Mapping[str, Field]:
    """The fields of a record class, in the order in which they are written."""
    found: dict[str, Field] = {}
    for base in reversed(cls.__mro__):
        for name, annotation in getattr(base, "__annotations__", {}).items():
            if get_origin(annotation) is ClassVar or name.startswith("_"):
                continue
            default = getattr(cls, name, REQUIRED)
            written = name.rstrip("_")
            found[written] = Field(written, name, argument_type(annotation), default, annotation)
    return found


@_once
def required_fields(cls: type[Record]) -> frozenset[str]:
    """The names of the fields that have no default."""
    return frozenset(f.name for f in fields(cls).values() if f.required)


@_once
def _keywords(cls: type[Record]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls).values() if f.name != f.attribute)


@_once
def validator(cls: type[Record]) -> SchemaValidator:
    """The validator of a record class, built on first use."""
    return SchemaValidator(_schema(cls))


def _schema(cls: type[Record]) -> core_schema.CoreSchema:
    entries = {}
    for name, field in fields(cls).items():
        schema = field.type.schema_for(cls)
        if not field.required:
            schema = core_schema.with_default_schema(schema, default=field.default)
        entries[name] = core_schema.typed_dict_field(schema, required=field.required)
    return core_schema.typed_dict_schema(entries, extra_behavior="forbid")


def argument_type(annotation: Any) -> ArgumentType:
    """The argument type that an annotation stands for.

    Raises:
        TypeError: the annotation has none.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        for data in annotation.__metadata__:
            if isinstance(data, ArgumentType):
                return data
    elif origin is Literal:
        return _literal(get_args(annotation))
    elif origin is Union or origin is UnionType:
        inner = [a for a in get_args(annotation) if a is not type(None)]
        if len(inner) == 1 and len(get_args(annotation)) == 2:
            return _nullable(argument_type(inner[0]))
    elif annotation in _PLAIN:
        return _PLAIN[annotation]
    raise TypeError(f"no argument type for {annotation!r}")


@cache
def _literal(choices: tuple[Any, ...]) -> ArgumentType:
    words = [f"`{c}`" for c in choices]
    expects = " or ".join(words) if len(words) < 3 else "one of " + ", ".join(words)
    text = all(isinstance(c, str) for c in choices)
    return ArgumentType(core_schema.literal_schema(list(choices)), expects, text=text)


@cache
def _nullable(inner: ArgumentType) -> ArgumentType:
    return ArgumentType(
        lambda owner: core_schema.nullable_schema(inner.schema_for(owner)),
        f"{inner.expects}, or null",
        inner.text,
        inner.nested,
        lambda: inner.choices,
    )


_PLAIN: dict[Any, ArgumentType] = {
    bool: ArgumentType(core_schema.bool_schema(strict=True), "`true` or `false`"),
    int: ArgumentType(core_schema.int_schema(strict=True), "a whole number"),
    float: ArgumentType(
        core_schema.float_schema(
            strict=True, allow_inf_nan=False, ge=-LARGEST_FLOAT, le=LARGEST_FLOAT
        ),
        "a number",
    ),
    str: ArgumentType(core_schema.str_schema(strict=True), "text", text=True),
}


@cache
def snake_case(name: str) -> str:
    """A layer's automatic name as Keras forms it: MaxPooling2D → max_pooling2d."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
