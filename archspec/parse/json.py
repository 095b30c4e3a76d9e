"""JSON to a document: the standard library reads the values, a scanner finds the spans.

The scanner runs only when a span is asked for, so that a sound file is read at C speed.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from archspec.diagnostics import Sink, SourcePlace, Span
from archspec.parse.document import MAX_DEPTH, Document, Marks, Position, to_span
from archspec.source import Source

_SPACE = re.compile(r"[ \t\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


class _Twice(Exception):
    pass


def parse_json(source: Source, sink: Sink) -> Document | None:
    """Parse JSON; reports and returns None when the text has an error."""
    text = source.text
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        span = Span(error.lineno, error.colno, error.lineno, error.colno + 1)
        help = []
        if "property name enclosed in double quotes" in error.msg:
            help.append("JSON wants every key in double quotes, and no comma after the last entry")
        sink.report("AS011", SourcePlace(source, span), error.msg.lower(), help=help)
        return None
    except RecursionError:
        _report_depth(source, sink)
        return None
    except _Twice:
        _Scanner(source, sink).scan()
        return None
    except ValueError as error:  # NaN, Infinity, a number of thousands of digits
        sink.report("AS011", SourcePlace(source), str(error))
        return None
    if _too_deep(text):
        _report_depth(source, sink)
        return None
    return Document(source, value, _Scanner(source, None).scan)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Twice
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _too_deep(text: str) -> bool:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    depth = 0
    for sign in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def _report_depth(source: Source, sink: Sink) -> None:
    message = f"collections are nested more than {MAX_DEPTH} deep"
    help = ["move inner parts into `blocks`"]
    sink.report("AS014", SourcePlace(source), message, help=help)


class _At(NamedTuple):
    line: int
    column: int


class _Scanner:
    """Reads well-formed JSON once more, for positions."""

    def __init__(self, source: Source, sink: Sink | None) -> None:
        self.source = source
        self.sink = sink
        self.text = source.text
        self.starts = [0]
        for match in re.finditer("\n", self.text):
            self.starts.append(match.end())

    def scan(self) -> Marks:
        """Marks of the whole text; reports keys that stand twice if there is a sink."""
        marks, _ = self._value(self._skip(0))
        return marks

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def _position(self, start: int, end: int) -> Position:
        from bisect import bisect_right

        line = bisect_right(self.starts, start) - 1
        end_line = bisect_right(self.starts, end) - 1
        return (
            _At(line, start - self.starts[line]),
            _At(end_line, end - self.starts[end_line]),
        )

    def _value(self, start: int) -> tuple[Marks, int]:
        sign = self.text[start]
        if sign == "{":
            return self._object(start)
        if sign == "[":
            return self._array(start)
        if sign == '"':
            _, end = scanstring(self.text, start + 1)
        else:
            match = _SCALAR.match(self.text, start)
            end = match.end() if match else start + 1
        return Marks(self._position(start, end)), end

    def _array(self, start: int) -> tuple[Marks, int]:
        items: list[Marks] = []
        at = self._skip(start + 1)
        while self.text[at] != "]":
            marks, at = self._value(at)
            items.append(marks)
            at = self._skip(at)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        return Marks(self._position(start, at + 1), items), at + 1

    def _object(self, start: int) -> tuple[Marks, int]:
        items: dict[str, Marks] = {}
        keys: dict[str, Position] = {}
        at = self._skip(start + 1)
        while self.text[at] != "}":
            key, end = scanstring(self.text, at + 1)
            position = self._position(at, end)
            if key in keys and self.sink:
                span = to_span(position)
                first = keys[key][0].line + 1
                message = f"`{key}` stands twice here; first in line {first}"
                self.sink.report("AS012", SourcePlace(self.source, span), message)
            keys[key] = position
            at = self._skip(self._skip(end) + 1)  # the colon
            items[key], at = self._value(at)
            at = self._skip(at)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        return Marks(self._position(start, at + 1), items, keys), at + 1
