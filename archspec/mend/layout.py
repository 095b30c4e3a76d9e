"""Where values, keys and entries stand to the last character, in block collections too.

The marks of a document are those of its parser: a block collection ends, for it, where the next
word begins. Here everything ends with the last character of its last value. Counted in characters
from the start of the text.
"""

import re
from bisect import bisect_right
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from archspec.diagnostics.place import Path, Span
from archspec.parse import is_json
from archspec.parse.document import Document, Mark, Marks

_BREAK = re.compile("\r\n|\r|\n")
_GAP = re.compile(r"(?:\s|(?:^|(?<=\s))#[^\n\r]*)*")
"""Spaces, breaks and comments between two words."""


class Impossible(Exception):
    """There is nothing at the place that could be changed so."""


class Elsewhere(Exception):
    """The place lies in another text, or in what an anchor names: a change there changes more."""


class Lines:
    """A text by lines: characters counted from its start, and lines and columns, from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """The character at a line and a column.

        Raises:
            Impossible: the text has no such line, or the line no such column.
        """
        if not 1 <= line <= len(self.starts):
            raise Impossible
        offset = self.starts[line - 1] + column - 1
        if not self.starts[line - 1] <= offset <= self.end_of_line(self.starts[line - 1]):
            raise Impossible
        return offset

    def range(self, span: Span) -> tuple[int, int]:
        """Start and end of a span.

        Raises:
            Impossible: it does not lie in the text.
        """
        start = self.offset(span.line, span.column)
        end = self.offset(span.end_line, span.end_column)
        if end < start:
            raise Impossible
        return start, end

    def span(self, start: int, end: int) -> Span:
        """Lines and columns of a piece of the text."""
        line, end_line = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Span(
            line, start - self.starts[line - 1] + 1, end_line, end - self.starts[end_line - 1] + 1
        )

    def start_of_line(self, offset: int) -> int:
        """Where the line of a character begins."""
        return self.starts[bisect_right(self.starts, offset) - 1]

    def end_of_line(self, offset: int) -> int:
        """Where the line of a character ends, before its break."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Where the line after that of a character begins; the end of the text if there is none."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def before(self, offset: int) -> str:
        """What stands before a character on its line."""
        return self.text[self.start_of_line(offset) : offset]

    def rest_is_empty(self, offset: int) -> bool:
        """Whether nothing but a comment follows on the line."""
        rest = self.text[offset : self.end_of_line(offset)]
        return re.fullmatch(r"[ \t]*(?:(?:(?<=[ \t])|^)#.*)?", rest) is not None

    def after_gap(self, offset: int) -> int:
        """The next character that is no space, no break and not in a comment."""
        found = _GAP.match(self.text, offset)
        return found.end() if found else offset


@lru_cache(4)
def lines_of(text: str) -> Lines:
    """The lines of a text, of which many fixes are looked at."""
    return Lines(text)


class Style(Enum):
    """How a value is written, for what stands around it."""

    JSON = "JSON"
    FLOW = "YAML, in brackets"
    BLOCK = "YAML, and the line ends behind it"


class Range(NamedTuple):
    """Characters from the start of the text; the end is exclusive."""

    start: int
    end: int


class Piece(NamedTuple):
    """Characters that become others."""

    range: Range
    text: str


class Spot(NamedTuple):
    """What stands at a path: the marks there, and those around, from the outermost."""

    path: Path
    marks: Marks
    around: tuple[Marks, ...]
    flow: bool
    """Whether it stands in brackets."""


class Layout:
    """Values, keys and entries of a document as ranges of its text."""

    def __init__(self, document: Document, lines: Lines) -> None:
        self.document = document
        self.json = is_json(document.source)
        self.text = document.source.text
        self.lines = lines

    def spot(self, path: Path) -> Spot:
        """What stands at a path.

        Raises:
            Impossible: there is nothing.
            Elsewhere: an anchor names it, or what is around it, or an alias leads to it.
        """
        marks = self.document.marks
        around: list[Marks] = []
        flow = False
        for step in path:
            if self._is_shared(marks):
                raise Elsewhere
            around.append(marks)
            flow = flow or self.in_brackets(marks)
            marks = _inside(marks, step)
        if self.sign(marks) == "&":
            raise Elsewhere
        return Spot(path, marks, tuple(around), flow)

    def style(self, spot: Spot) -> Style:
        """How a value is written at a spot."""
        if self.json:
            return Style.JSON
        return Style.FLOW if spot.flow else Style.BLOCK

    def value(self, marks: Marks) -> Range:
        """Where a value stands; empty if it is left out."""
        start, end = (self.at(mark) for mark in marks.value)
        if self.is_block(marks):
            end = self.value(self.inner(marks)[-1]).end
        return Range(start, start + len(self.text[start:end].rstrip()))

    def key(self, spot: Spot) -> Range:
        """Where the key of a value stands.

        Raises:
            Impossible: it is an entry of a list.
        """
        keys = spot.around[-1].keys if spot.around else None
        step = spot.path[-1] if spot.path else 0
        if keys is None or not isinstance(step, str):
            raise Impossible
        start, end = keys[step]
        return Range(self.at(start), self.at(end))

    def entry(self, spot: Spot) -> Range:
        """Where a key stands with its value, or an entry of a list, with its dash if it has one."""
        value = self.value(spot.marks)
        if isinstance(spot.path[-1], str):
            return Range(self.key(spot).start, value.end)
        if spot.flow or self.in_brackets(spot.around[-1]):
            return value
        dash = self._dash(spot.around[-1].value[0].column, value.start)
        return Range(dash, max(value.end, dash + 1))

    def colon(self, key: Range) -> int:
        """Where the colon behind a key ends."""
        at = self.lines.after_gap(key.end)
        if self.text[at : at + 1] != ":":
            raise Impossible
        return at + 1

    def in_brackets(self, marks: Marks) -> bool:
        """Whether a value is a collection in brackets."""
        return marks.items is not None and self.sign(marks) in ("[", "{")

    def is_block(self, marks: Marks) -> bool:
        """Whether a value is a collection without brackets."""
        return bool(marks.items) and self.sign(marks) not in ("[", "{", "*")

    def inner(self, marks: Marks) -> list[Marks]:
        """What a collection holds, in the order of the text."""
        items = marks.items or ()
        return list(items.values() if isinstance(items, dict) else items)

    def sign(self, marks: Marks) -> str:
        """The character with which a value begins."""
        start = self.at(marks.value[0])
        return self.text[start : start + 1]

    def at(self, mark: Mark) -> int:
        """The character at a mark; the end of the text behind it."""
        if mark.line >= len(self.lines.starts):
            return len(self.text)
        return min(self.lines.starts[mark.line] + mark.column, len(self.text))

    def _is_shared(self, marks: Marks) -> bool:
        return not self.json and marks.items is not None and self.sign(marks) in ("*", "&")

    def _dash(self, column: int, value: int) -> int:
        """The dash of an entry, above or on the line on which its value begins."""
        line = bisect_right(self.lines.starts, value) - 1
        while line >= 0:
            at = self.lines.starts[line] + column
            if at < value and self.text[at] == "-" and self.text[at + 1 : at + 2].strip() == "":
                return at
            line -= 1
        raise Impossible


def _inside(marks: Marks, step: str | int) -> Marks:
    items = marks.items
    found: Marks | None = None
    if isinstance(items, dict) and isinstance(step, str):
        found = items.get(step)
    elif isinstance(items, list) and isinstance(step, int) and 0 <= step < len(items):
        found = items[step]
    if found is None:
        raise Impossible
    return found
