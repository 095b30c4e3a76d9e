"""Lists and mappings of a YAML text while they are read, and values that are complete."""

from typing import Any, NamedTuple

from archspec.parse.document import Mark, Marks, Position

ParsedValue = tuple[Any, Marks, int]
"""A value that is complete, where it stands, and how many values it is, with those in it.

A plain tuple because there is one for each scalar of a text.
"""


class OpenSequence:
    """A list whose end has not come yet."""

    __slots__ = ("anchor", "marks", "start", "values", "weight")

    key = ""  # never None: no key comes next

    def __init__(self, start: Mark, anchor: str | None) -> None:
        self.start = start
        self.anchor = anchor
        self.values: list[Any] = []
        self.marks: list[Marks] = []
        self.weight = 1

    def add(self, value: Any, marks: Marks, weight: int) -> None:
        """Take the next item."""
        self.values.append(value)
        self.marks.append(marks)
        self.weight += weight

    def close(self, end: Mark) -> ParsedValue:
        return self.values, Marks((self.start, end), self.marks), self.weight


class OpenMapping:
    """A mapping whose end has not come yet."""

    __slots__ = ("anchor", "flow", "key", "keys", "marks", "start", "values", "weight")

    def __init__(self, start: Mark, anchor: str | None, flow: bool) -> None:
        self.start = start
        self.anchor = anchor
        self.flow = flow
        """Whether it stands in braces."""
        self.values: dict[str, Any] = {}
        self.marks: dict[str, Marks] = {}
        self.keys: dict[str, Position] = {}
        """Where the keys stand; without those that were reported."""
        self.key: str | None = None
        """The key that waits for its value; None: a key comes next."""
        self.weight = 1

    def add(self, value: Any, marks: Marks, weight: int) -> None:
        """Take the value of the key that waits; if the key stands twice, the first one stays."""
        key = self.key
        self.key = None
        self.weight += weight
        if key is not None and key not in self.values:
            self.values[key] = value
            self.marks[key] = marks

    def close(self, end: Mark) -> ParsedValue:
        return self.values, Marks((self.start, end), self.marks, self.keys), self.weight


OpenCollection = OpenSequence | OpenMapping


class At(NamedTuple):
    """A mark of our own."""

    line: int
    column: int


def after(start: Mark, width: int) -> Position:
    """The position of so many characters of a line."""
    return start, At(start.line, start.column + width)
