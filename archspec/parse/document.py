"""A document: plain values, and the span of each one under its path."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from archspec.diagnostics.place import Located
from archspec.diagnostics.sink import REPORTED, Path, Place, Span
from archspec.diagnostics.source import Source

MAX_DEPTH = 64
"""Deepest nesting of collections; the deepest shipped spec has fewer than 16."""

MAX_ALIASED = 100_000
"""Most values that aliases may stand for; guards against alias bombs."""

MAX_DIGITS = 40
"""Most characters of a number: a size has at most 19 digits."""


class Mark(Protocol):
    """A line and a column, both from 0 as the parsers count."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


Position = tuple[Mark, Mark]
"""Start and end; the end is exclusive."""


def to_span(position: Position) -> Span:
    """The span of a position: lines and columns from 1."""
    start, end = position
    if (end.line, end.column) < (start.line, start.column):  # PyYAML's, of an empty value
        return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 1)
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class _Start:
    line = 0
    column = 0


class Marks(NamedTuple):
    """Positions of a value, of what it holds, and of its keys if it is a mapping."""

    value: Position
    items: "dict[str, Marks] | list[Marks] | None" = None
    keys: dict[str, Position] | None = None

    @classmethod
    def nowhere(cls) -> "Marks":
        """The marks of a text of which nothing could be read."""
        return cls((_Start(), _Start()))


class Document(Located):
    """Values and spans of one source.

    ``REPORTED`` stands for a value that could not be read.
    """

    def __init__(
        self, source: Source, value: Any, marks: Callable[[], Marks], sound: bool = True
    ) -> None:
        self.source = source
        self.value = value
        self.sound = sound
        """Whether nothing was reported in it while it was read."""
        self._read_marks = marks
        self._marks: Marks | None = None
        self._lines: list[str] | None = None

    @property
    def root(self) -> Place:
        """The place of the whole document."""
        return Place(self, ())

    def at(self, path: Path) -> Any:
        """The value at a path; None if there is none."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def sign_at(self, span: Span) -> str:
        """The character with which a span begins."""
        if self._lines is None:
            self._lines = self.source.text.split("\n")
        line = self._lines[span.line - 1]
        return line[span.column - 1 : span.column]

    @property
    def marks(self) -> Marks:
        """Where everything stands; read when it is first asked for."""
        if self._marks is None:
            self._marks = self._read_marks()
        return self._marks

    def span(self, path: Path, part: str = "value") -> Span:
        """Where the value at a path stands, or its key; the nearest enclosing value's if unknown."""
        marks = self.marks
        position = marks.value
        for step in path:
            items = marks.items
            if isinstance(items, dict) and isinstance(step, str) and step in items:
                key = marks.keys[step] if marks.keys else None
                marks = items[step]
            elif isinstance(items, list) and isinstance(step, int) and step < len(items):
                key = None
                marks = items[step]
            else:
                part = "value"
                break
            position = key if part == "key" and key else marks.value
        # A block collection's end mark is the start of the next token: show its first key.
        if part == "value" and marks.keys and position[0].line != position[1].line:
            position = next(iter(marks.keys.values()))
        return to_span(position)


def holds_hole(value: Any) -> bool:
    """Whether something in a value could not be read, which was told."""
    kind = type(value)
    if kind is dict:
        return any(map(holds_hole, value.values()))
    if kind is list:
        return any(map(holds_hole, value))
    return value is REPORTED
