"""Where everything stands in a text that the quick reader reads: lines and columns, without PyYAML.

The values are known, so the text is only followed: each key and each entry is where it must be.
"""

import re
from typing import Any

from archspec.parse.document import Marks, Position
from archspec.parse.quick_yaml import COMMENT, KEY, PAIR, QUOTED, TOKEN
from archspec.parse.yaml_collections import At

_SPACES = re.compile(" *")


class Astray(Exception):
    """The text does not hold the values."""


def find_marks(text: str, value: Any) -> Marks:
    """Where a value stands that the quick reader has read from a text, and all that is in it.

    Raises:
        Astray: it is not what the text holds.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    rows = [
        (row, len(line) - len(content), line)
        for row, line in enumerate(lines)
        if (content := line.lstrip(" ")) and content[0] != "#"
    ]
    locator = Locator(rows, At(len(lines) - 1, len(lines[-1])))
    marks = locator.block(value)
    if locator.at < len(rows):
        raise Astray
    return marks


class Locator:
    """Follows lines with known values.

    Args:
        rows: the lines that have content: number, from 0, indentation, and text.
        end: where the text ends; None if a collection without brackets ends with its last value, and
            not where the next word begins, as it does for PyYAML.
    """

    def __init__(self, rows: list[tuple[int, int, str]], end: At | None) -> None:
        self.rows = rows
        self.end = end
        self.at = 0
        """The line that comes next."""
        self.row, self.column, self.text = 0, 0, ""
        """Where the rest of the line begins that is read; columns count from 0."""
        self.last = At(0, 0)
        """Where the last value ends."""

    def block(self, value: Any) -> Marks:
        """A collection whose first line is the next one.

        Raises:
            Astray: there is none such.
        """
        if self.at >= len(self.rows):
            raise Astray
        self.row, self.column, self.text = self.rows[self.at]
        return self._rows_of(value)

    def _rows_of(self, value: Any) -> Marks:
        """A collection without brackets that begins here."""
        if type(value) is list:
            return self._sequence(value)
        if type(value) is dict:
            return self._mapping(value)
        raise Astray

    def _ends(self, column: int) -> At:
        """Where a collection without brackets ends that begins in a column."""
        if self.end is None:
            return self.last
        if self.at < len(self.rows):
            return At(*self.rows[self.at][:2])
        if self.end.column and column <= self.end.column:
            return At(self.end.line + 1, 0)  # the line break that is missing is thought of
        return self.end

    def _sequence(self, values: list[Any]) -> Marks:
        start = At(self.row, self.column)
        items = []
        for number, value in enumerate(values):
            if number:
                if self.at >= len(self.rows):
                    raise Astray
                self.row, self.column, self.text = self.rows[self.at]
            items.append(self.entry(value))
        return Marks((start, self._ends(start.column)), items)

    def next_entry(self, value: Any) -> Marks:
        """An entry whose dash stands in the next line."""
        self.row, self.column, self.text = self.rows[self.at]
        return self.entry(value)

    def entry(self, value: Any) -> Marks:
        """An entry whose dash stands here.

        Raises:
            Astray: there is none.
        """
        text = self.text
        if text[self.column : self.column + 1] != "-":
            raise Astray
        self.column = _SPACES.match(text, self.column + 1).end()  # type: ignore[union-attr]
        if self.column >= len(text) or text[self.column] == "#":
            self.at += 1
            return self.block(value)
        if type(value) is dict and KEY.match(text, self.column):
            return self._mapping(value)
        self.at += 1
        return self._inline(value)

    def _mapping(self, values: dict[str, Any]) -> Marks:
        start = At(self.row, self.column)
        items: dict[str, Marks] = {}
        keys: dict[str, Position] = {}
        first = True
        for name, value in values.items():
            if not first:
                if self.at >= len(self.rows):
                    raise Astray
                self.row, self.column, self.text = self.rows[self.at]
            first = False
            row, text = self.row, self.text
            match = KEY.match(text, self.column)
            if match is None or name not in (match[1], match[1][1:-1]):
                raise Astray
            self.last = At(row, match.end(1))
            keys[name] = At(row, self.column), self.last
            self.at += 1
            self.column = end = match.end()
            if end < len(text) and text[end] != "#":
                items[name] = self._inline(value)
                continue
            if self.at >= len(self.rows):
                raise Astray
            self.row, self.column, self.text = self.rows[self.at]
            if self.text[self.column] in "[{":
                self.at += 1
                items[name] = self._inline(value)
            else:
                items[name] = self._rows_of(value)
        return Marks((start, self._ends(start.column)), items, keys)

    def _inline(self, value: Any) -> Marks:
        """A value in the rest of a line, and in those below if it has brackets."""
        row, text, start = self.row, self.text, self.column
        sign = text[start]
        if sign in "[{":
            return self._flow(value)
        if type(value) is dict or type(value) is list:
            raise Astray
        if sign in "\"'":
            match = QUOTED.match(text, start)
            if match is None:
                raise Astray
            end = match.end(match.lastindex or 0) + 1
        else:
            cut = text.find(" #", start)
            end = len((text if cut < 0 else text[:cut]).rstrip(" "))
        self.last = At(row, end)
        return Marks((At(row, start), self.last))

    def _flow(self, value: Any) -> Marks:
        """A collection in brackets that begins here."""
        start, opened = At(self.row, self.column), self.text[self.column]
        self.column += 1
        items: Any
        keys: Any = None
        if opened == "[" and type(value) is list:
            items = []
            for number, inner in enumerate(value):
                if number:
                    self._take(",")
                items.append(self._flow_item(inner))
            self._take("]")
        elif opened == "{" and type(value) is dict:
            items, keys = {}, {}
            self._pairs(value, items, keys)
            self._take("}")
        else:
            raise Astray
        self.last = At(self.row, self.column)
        return Marks((start, self.last), items, keys)

    def _pairs(self, value: dict[str, Any], items: Any, keys: Any) -> None:
        """The entries of braces."""
        for number, (name, inner) in enumerate(value.items()):
            if number:
                self._take(",")
            match = PAIR.match(self.text, self.column)
            if match is not None and match[1] == name:
                row = self.row
                keys[name] = At(row, match.start(1)), At(row, match.end(1))
                items[name] = Marks((At(row, match.start(2)), At(row, match.end(2))))
                self.column = match.start(3)
            else:
                keys[name] = self._key(name)
                items[name] = self._flow_value(inner)

    def _key(self, name: str) -> tuple[At, At]:
        """A key in brackets, and the colon behind it."""
        found, colon = self._token()
        start, end = found
        written = self.text[start.column : end.column]
        if not colon or name not in (written, written[1:-1]):
            raise Astray
        return found

    def _flow_item(self, value: Any) -> Marks:
        """An entry in brackets; one pair alone is a mapping."""
        self._skip()
        if type(value) is not dict or self.text[self.column] == "{":
            return self._flow_value(value)
        if len(value) != 1:
            raise Astray
        ((name, inner),) = value.items()
        key = self._key(name)
        marks = self._flow_value(inner)
        if self.end is None:
            end = self.last
        else:
            self._skip()
            end = At(self.row, self.column)
        return Marks((key[0], end), {name: marks}, {name: key})

    def _flow_value(self, value: Any) -> Marks:
        self._skip()
        if self.text[self.column] in "[{":
            return self._flow(value)
        found, colon = self._token()
        if colon or type(value) is dict or type(value) is list:
            raise Astray
        return Marks(found)

    def _token(self) -> tuple[tuple[At, At], bool]:
        """A scalar in brackets, and whether a colon follows."""
        self._skip()
        match = TOKEN.match(self.text, self.column)
        if match is None or match[1]:
            raise Astray
        group = 4 if match[4] else 2 if match[2] is not None else 3
        quote = group != 4
        self.column = match.end()
        self.last = At(self.row, match.end(group) + quote)
        return (At(self.row, match.start(group) - quote), self.last), bool(match[5])

    def _skip(self) -> None:
        """Go to the next sign, in one of the next lines if this one has ended."""
        while True:
            self.column = _SPACES.match(self.text, self.column).end()  # type: ignore[union-attr]
            if self.column < len(self.text) and not COMMENT.match(self.text, self.column - 1):
                return
            if self.at >= len(self.rows):
                raise Astray
            self.row, self.column, self.text = self.rows[self.at]
            self.at += 1

    def _take(self, sign: str) -> None:
        self._skip()
        if self.text[self.column] != sign:
            raise Astray
        self.column += 1
