"""JSON to a document: the standard library reads the values, a scanner finds the spans.

The scanner runs only when a span is asked for, so that a sound file is read at C speed.
"""

import json
import re
from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse.document import MAX_DEPTH, MAX_DIGITS, Document, Marks, Position

_SPACE = re.compile(r"[ \t\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


_YAML = re.compile(r"(?:\s*#[^\n]*\n)*\s*([a-z]\w*:|---\s|- )")
"""How YAML begins, and JSON does not."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONG = re.compile(r"[0-9.]{" + str(MAX_DIGITS) + "}")


class _Constant(Exception):
    pass


def parse_json(source: Source, sink: Sink) -> Document | None:
    """Parse JSON; reports what is wrong, and returns None if nothing can be made of it."""
    text = source.text
    error: Exception | None = None
    value, twice = None, False
    try:
        value, twice = _load(text)
    except RecursionError:
        _report_depth(source, sink)
        return None
    except (ValueError, _Constant) as found:
        error = found
    if _report_depth(source, sink):
        return None
    if error and (begin := _YAML.match(text)):
        return _parse_as_yaml(source, sink, begin.start(1))
    if error or twice or _LONG.search(text) or _SURROGATE.search(text):
        document, told = _parse_loosely(source, sink)
        if told:
            return document
    if error is not None:
        from archspec.parse.json_syntax import report_syntax

        report_syntax(source, sink, error)
        return None
    return Document(source, value, _Scanner(source).scan)


def json_document(source: Source, value: Any) -> Document:
    """A document of a text in JSON that has been read, with the value that it came to."""
    return Document(source, value, _Scanner(source).scan)


def _parse_as_yaml(source: Source, sink: Sink, at: int) -> Document | None:
    """YAML in a file whose name says that it is JSON; what else is wrong in it is told as well."""
    from archspec.parse.json_syntax import place_at
    from archspec.parse.slips import is_ours
    from archspec.parse.yaml import parse_yaml

    within = Sink()
    document = parse_yaml(source, within)
    ours = document is not None and is_ours(document.value)
    message = (
        "this is YAML, and the name of the file ends in `.json`" if ours else "this is not JSON"
    )
    help = ["a spec in YAML has a name that ends in `.yaml`"] if ours else []
    sink.report("AS011", place_at(source, at, at + 1), message, help=help)
    if document is None or not ours:
        return None
    for told in within.diagnostics:
        sink.report(told.code, told.place, told.message, notes=told.notes, help=told.advice)
    document.sound = False
    return document


def _parse_loosely(source: Source, sink: Sink) -> tuple[Document | None, bool]:
    """What was meant by a text; and whether something was told."""
    from archspec.parse.loose_json import LooseJson, TooDeep
    from archspec.parse.slips import LARGEST, Slips, TooManySlips, is_ours

    if len(source.text) > LARGEST:
        return None, False
    slips = Slips(source, "AS011")
    value: Any = None
    marks = Marks.nowhere()
    with suppress(TooDeep, TooManySlips):
        value, marks = LooseJson(slips).read()
    if not slips.found:
        return None, False
    ours = is_ours(value)
    slips.report(sink) if ours else slips.report(sink, most=1)
    return Document(source, value, lambda: marks, sound=False) if ours else None, True


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

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.starts = [0]
        for match in re.finditer("\n", self.text):
            self.starts.append(match.end())

    def scan(self) -> Marks:
        """Marks of the whole text."""
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
            keys[key] = position
            at = self._skip(self._skip(end) + 1)  # the colon
            items[key], at = self._value(at)
            at = self._skip(at)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        return Marks(self._position(start, at + 1), items, keys), at + 1
