"""What an annotation of a field says: a schema that checks values, their kind, and words for them."""

from collections.abc import Callable
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from archspec.records import schemas
from archspec.records.schemas import Schema


class Kind(Enum):
    """What kind of value an argument takes, for hints: its words are for people only."""

    WHOLE = "whole numbers"
    NUMBER = "numbers"
    TEXT = "text"
    NAME = "a name that the file gives"
    NAMES = "names that the file gives"
    CHOICE = "one of a few words, which a message lists"
    WORD = "one of many words, which a message does not list"
    LAYERS = "a list of layers"
    BRANCHES = "lists of layers by name"
    OTHER = "anything else"


class ArgumentType:
    """What a field takes: a schema (or one per class), words for it, and its nature.

    ``choices`` are the words that it takes, where ``expects`` does not list them, or what finds
    them. ``kind`` is said where the schema does not tell it.
    """

    __slots__ = ("_choices", "_kind", "expects", "nested", "schema", "text")

    null = False
    """Whether it takes null because its annotation says so: `Size | None`."""

    def __init__(
        self,
        schema: Schema | Callable[[type], Schema],
        expects: str,
        text: bool = False,
        nested: bool = False,
        choices: tuple[str, ...] | Callable[[], tuple[str, ...]] = (),
        kind: Kind | None = None,
    ) -> None:
        self._choices = choices
        self._kind = kind
        self.schema = schema
        self.expects = expects
        self.text = text
        self.nested = nested

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it takes."""
        if self._choices:
            return self._choices() if callable(self._choices) else self._choices
        if callable(self.schema) or self.schema["type"] != "literal":
            return ()
        return tuple(c for c in self.schema["expected"] if isinstance(c, str))

    def kind_for(self, owner: type) -> Kind:
        """What kind of value the field takes in a class."""
        if self._kind is not None:
            return self._kind
        return Kind.WORD if self._choices else kind_of(self.schema_for(owner))

    def schema_for(self, owner: type) -> Schema:
        """The schema of the field in a class (a window of Conv2D has two sizes)."""
        return self.schema(owner) if callable(self.schema) else self.schema

    def expects_for(self, owner: type) -> str:
        """The words for a message: what would be right."""
        rank = getattr(owner, "rank", 0)
        return self.expects.replace(
            "{rank}", {1: "a list of one", 2: "two", 3: "three"}.get(rank, "a list")
        )

    def value_for(self, owner: type) -> str:
        """The same without the word that it may be null too."""
        return self.expects_for(owner)


class _Nullable(ArgumentType):
    """What another type takes, or null."""

    __slots__ = ("inner",)

    null = True

    def __init__(self, inner: ArgumentType) -> None:
        super().__init__(
            lambda owner: schemas.nullable(inner.schema_for(owner)),
            f"{inner.expects}, or null",
            inner.text,
            inner.nested,
            lambda: inner.choices,
        )
        self.inner = inner

    def kind_for(self, owner: type) -> Kind:
        return self.inner.kind_for(owner)

    def value_for(self, owner: type) -> str:
        return self.inner.expects_for(owner)


def kind_of(schema: Any) -> Kind:
    """The kind of the values that a schema takes, as far as it tells.

    >>> kind_of(schemas.tuple_of(schemas.whole(), schemas.whole()))
    <Kind.WHOLE: 'whole numbers'>
    """
    kind = schema["type"]
    if kind in _SCALARS:
        return _SCALARS[kind]
    if kind == "literal" and all(isinstance(c, str) for c in schema["expected"]):
        return Kind.CHOICE
    if kind == "nullable":
        return kind_of(schema["schema"])
    if kind.startswith("function-"):
        inner = schema.get("json_schema_input_schema") or schema.get("schema")
        return Kind.OTHER if inner is None else kind_of(inner)
    parts = {kind_of(part) for part in _parts(schema)}
    several = kind in ("list", "tuple")
    only = parts.pop() if len(parts) == 1 else Kind.OTHER
    return Kind.OTHER if several and only not in (Kind.WHOLE, Kind.NUMBER) else only


_SCALARS = {"int": Kind.WHOLE, "float": Kind.NUMBER, "str": Kind.TEXT}


def _parts(schema: Any) -> list[Any]:
    """The schemas of the members of a union, or of the items of a list."""
    if schema["type"] == "union":
        return [c[0] if isinstance(c, tuple) else c for c in schema["choices"]]
    items = schema.get("items_schema", [])
    return items if isinstance(items, list) else [items]


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
    return ArgumentType(schemas.literal(choices), expects, text=text)


@cache
def _nullable(inner: ArgumentType) -> ArgumentType:
    return _Nullable(inner)


_PLAIN: dict[Any, ArgumentType] = {
    bool: ArgumentType(schemas.boolean(), "`true` or `false`"),
    int: ArgumentType(schemas.whole(), "a whole number"),
    float: ArgumentType(schemas.number(), "a number"),
    str: ArgumentType(schemas.text(), "text", text=True),
}
