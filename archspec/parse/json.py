"""JSON to a document: the standard library reads the values, a scanner finds the spans.

The scanner runs only when a span is asked for, so that a sound file is read at C speed.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import MAX_DEPTH, MAX_DIGITS, Document, Marks, Position, to_span

_SPACE = re.compile(r"[ \t\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONG = re.compile(r"[0-9.]{" + str(MAX_DIGITS) + "}")


class _Constant(Exception):
    pass


def parse_json(source: Source, sink: Sink) -> Document | None:
    """Parse JSON; reports and returns None when the text has an error."""
    text = source.text
    before = sink.count
    try:
        value, twice = _load(text)
    except RecursionError:
        _report_depth(source, sink)
        return None
    except (ValueError, _Constant) as error:
        from archspec.parse import json_syntax

        if isinstance(error, json.JSONDecodeError):
            json_syntax.report_syntax(source, sink, error)
        elif isinstance(error, _Constant):
            json_syntax.report_constant(source, sink, str(error))
        else:  # a number of more digits than Python converts
            json_syntax.report_long_numbers(source, sink, MAX_DIGITS)
        return None
    if _report_depth(source, sink):
        return None
    if twice:
        _Scanner(source, sink).scan()
    if _LONG.search(text):
        from archspec.parse.json_syntax import report_long_numbers

        report_long_numbers(source, sink, MAX_DIGITS)
    if _SURROGATE.search(text):
        from archspec.parse.json_syntax import report_surrogate

        report_surrogate(source, sink)
    if sink.count > before:
        return None
    return Document(source, value, _Scanner(source, None).scan)


def _load(text: str) -> tuple[Any, bool]:
    """The value, and whether a key stands twice in it."""
    twice = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        value = dict(found)
        twice = twice or len(value) != len(found)
        return value

    def constant(name: str) -> Any:
        raise _Constant(name)

    return json.loads(text, object_pairs_hook=pairs, parse_constant=constant), twice


def _report_depth(source: Source, sink: Sink) -> bool:
    """Report brackets that are nested too deep; whether there are any."""
    text = source.text
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                from archspec.parse.json_syntax import place_at

                message = f"collections are nested more than {MAX_DEPTH} deep"
                place = place_at(source, match.start(), match.end())
                sink.report("AS014", place, message, help=["move inner parts into `blocks`"])
                return True
        elif sign in "]}":
            depth -= 1
    return False


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
