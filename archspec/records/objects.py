"""Classes of Keras that a file names: a word with its arguments, as a record.

Optimizers, losses and metrics of recipes, initializers, regularizers and constraints of layers.
Each record's fields have Keras's names, order and defaults, as those of layers have.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from archspec.records.record import Record, snake_case


class Kinds:
    """The classes that may stand at one place."""

    __slots__ = ("names", "types", "word")

    def __init__(
        self, word: str, types: dict[str, type[Record]], names: dict[str, type[Record]]
    ) -> None:
        self.word = word
        """What they are: an optimizer, a loss."""
        self.types = types
        self.names = names
        """All names for them, those of Keras's strings too."""


class KerasObject(Record):
    """A class of Keras with its arguments."""

    module: ClassVar[str]
    """Module of Keras that has the class."""
    objects: ClassVar[Mapping[str, Kinds]] = {}
    """Arguments that may be such objects themselves, and of which kinds."""

    @classmethod
    def keras_type(cls) -> Any:
        """The Keras class. Imports Keras."""
        from importlib import import_module

        return getattr(import_module(cls.module), cls.__name__)

    def make(self, **more: Any) -> Any:
        """The Keras object; ``more`` are arguments in place of its own."""
        return self.keras_type()(**{**self.arguments(), **more})


def kinds(word: str, *types: type[Record], **aliases: type[Record]) -> Kinds:
    """The kinds of a word: each by its class name and, as Keras has it, in snake_case."""
    names: dict[str, type[Record]] = {}
    for kind in types:
        names[kind.__name__] = kind
        names[snake_case(kind.__name__)] = kind
    return Kinds(word, {t.__name__: t for t in types}, {**names, **aliases})
