"""Lists and mappings of a YAML text while they are read, and values that are complete."""

from typing import Any, NamedTuple

from archspec.diagnostics.sink import REPORTED
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


class Bare(NamedTuple):
    """A key in braces that has no value, and the key before it that has one."""

    key: str
    position: Position
    before: str | None


class OpenMapping:
    """A mapping whose end has not come yet."""

    __slots__ = (
        "anchor",
        "bare",
        "broken",
        "flow",
        "key",
        "keys",
        "marks",
        "merged",
        "position",
        "start",
        "values",
        "weight",
    )

    def __init__(self, start: Mark, anchor: str | None, flow: bool) -> None:
        self.start = start
        self.anchor = anchor
        self.flow = flow
        """Whether it stands in braces."""
        self.values: dict[str, Any] = {}
        self.marks: dict[str, Marks] = {}
        self.keys: dict[str, Position] = {}
        """Where the keys stand."""
        self.key: str | None = None
        """The key that waits for its value; None: a key comes next."""
        self.position: Position | None = None
        """Where that key stands; None if it is one that was reported."""
        self.bare: list[Bare] = []
        self.merged: list[tuple[Any, Marks, int, Position]] = []
        """Values of merge keys, and where those stand."""
        self.broken = False
        """Whether it has a key that could not be read."""
        self.weight = 1

    def add(self, value: Any, marks: Marks, weight: int) -> None:
        """Take the value of the key that waits."""
        key, position = self.key, self.position
        self.key = None
        self.weight += weight
        if position is None:
            self.broken = True
        elif key is not None:
            self.values[key] = value
            self.marks[key] = marks
            self.keys[key] = position

    def close(self, end: Mark) -> ParsedValue:
        marks = Marks((self.start, end), self.marks, self.keys)
        for value, inner, _, _ in self.merged:
            self._take_merged(value, inner)
        return (REPORTED if self.broken else self.values), marks, self.weight

    def _take_merged(self, value: Any, marks: Marks) -> None:
        if not isinstance(value, dict) or not isinstance(marks.items, dict):
            self.broken = True
            return
        for key in [k for k in value if k not in self.values]:
            self.values[key] = value[key]
            self.marks[key] = marks.items[key]
            self.keys[key] = (marks.keys or {})[key]


OpenCollection = OpenSequence | OpenMapping


class At(NamedTuple):
    """A mark of our own."""

    line: int
    column: int


class HoleEvent:
    """A value that could not be read, among the events of a text: it was told."""

    def __init__(self, start: At, end: At) -> None:
        self.start_mark = start
        self.end_mark = end


class ReadEvent:
    """A value that has been read already, among the events of a text."""

    def __init__(self, value: Any, marks: Marks) -> None:
        self.value = value
        self.marks = marks
        self.start_mark, self.end_mark = marks.value


def after(start: Mark, width: int) -> Position:
    """The position of so many characters of a line."""
    return start, At(start.line, start.column + width)


def join(first: ParsedValue, second: ParsedValue) -> ParsedValue:
    """The value of a key that stands twice: what both say, and holes where they differ."""
    (value, marks, weight), (other, others, more) = first, second
    same = type(value) is type(other)
    if not (same and isinstance(value, dict) and marks.keys and others.keys):
        return (value if same and value == other else REPORTED), marks, weight + more
    values, items, keys = dict(value), dict(marks.items or {}), dict(marks.keys)  # type: ignore[arg-type]
    for key in other:
        inner = others.items[key]  # type: ignore[index]
        if key in values:
            values[key], items[key], _ = join((values[key], items[key], 0), (other[key], inner, 0))
        else:
            values[key], items[key], keys[key] = other[key], inner, others.keys[key]
    return values, Marks(marks.value, items, keys), weight + more
