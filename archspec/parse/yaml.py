"""YAML to a document: PyYAML's events, composed here.

The events come from libyaml where PyYAML has it; its own composer and constructor are not used
because the former crashes on deep nesting and the latter is slow and follows YAML 1.1. Plain
scalars follow YAML 1.2's core rules: ``no`` and ``on`` are text, ``1e-3`` is a number.
"""

import re
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import (
    MAX_ALIASED,
    MAX_DEPTH,
    Document,
    Mark,
    Marks,
    Position,
    to_span,
)
from archspec.parse.scalars import NUMBER_START, WORDS, OddNumber, read_number

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
"""Line breaks in YAML 1.1, to libyaml, but neither in YAML 1.2 nor to editors."""


class _Stop(Exception):
    """An error after which the rest of the text means nothing."""


def parse_yaml(source: Source, sink: Sink) -> Document | None:
    """Parse YAML 1.2; reports and returns None when the text has an error."""
    before = sink.count
    try:
        value, marks = _Composer(source, sink).compose()
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        from archspec.parse.yaml_syntax import report_syntax

        report_syntax(source, sink, error)
        return None
    except yaml.reader.ReaderError as error:
        from archspec.parse.yaml_syntax import report_unprintable

        report_unprintable(source, sink, error)
        return None
    if sink.count > before:
        return None
    return Document(source, value, lambda: marks)


def marks_of(source: Source) -> Marks:
    """Where the values of a text stand that has no error."""
    return _Composer(source, Sink()).compose()[1]


class _At(NamedTuple):
    line: int
    column: int


def _after(start: Mark, width: int) -> Position:
    return start, _At(start.line, start.column + width)


class _Composer:
    """Builds values and marks from events, without recursion."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.anchors: dict[str, tuple[Any, Marks, int]] = {}
        self.cut: list[Mark] = []
        self.aliased = 0

    def fail(self, code: str, position: Position, message: str, help: str = "") -> None:
        place = SourcePlace(self.source, to_span(position))
        self.sink.report(code, place, message, help=[help] if help else [])

    def compose(self) -> tuple[Any, Marks]:
        loader = _LOADER(self.source.text.translate(_BREAKS))
        try:
            return self._compose(loader.get_event)
        finally:
            loader.dispose()

    def _compose(self, get_event: Any) -> tuple[Any, Marks]:
        get_event()  # stream start
        event = get_event()
        if type(event) is yaml.StreamEndEvent:
            help = ["`archspec new NAME` writes a spec to start from"]
            message = "the file has no content, only comments"
            self.sink.report("AS005", SourcePlace(self.source), message, help=help)
            raise _Stop
        # A frame: the container, marks of its items, of its keys, the key that waits for its
        # value, the start of the container, its anchor, the number of values in it, flow style.
        stack: list[list[Any]] = []
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                position = (event.start_mark, event.end_mark)
                frame = stack[-1] if stack else None
                if frame is not None and frame[2] is not None and frame[3] is None:
                    self._take_key(frame, event.value, event.implicit[0], position)
                    continue
                text = event.value
                if event.tag is not None:
                    self._refuse_tag(event.tag, event.start_mark)
                if not event.implicit[0]:
                    value: Any = text
                elif text in WORDS:
                    value = WORDS[text]
                    if not text and frame is not None and frame[3] and frame[7]:
                        self._refuse_missing_value(frame)
                elif text[0] in NUMBER_START:
                    value = self._number(text, position)
                else:
                    value = text
                marks = Marks(position)
                weight = 1
                if event.anchor is not None:
                    weight = 1 + len(text) // 100
                    self.anchors[event.anchor] = (value, marks, weight)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark
                if len(stack) >= MAX_DEPTH:
                    at = _after(start, 1)
                    message = f"collections are nested more than {MAX_DEPTH} deep"
                    self.fail("AS014", at, message, "move inner parts into `blocks:`")
                    raise _Stop
                if event.tag is not None:
                    self._refuse_tag(event.tag, start)
                mapping = kind is MappingStartEvent
                if stack and stack[-1][2] is not None and stack[-1][3] is None:
                    self._refuse_key(_after(start, 1))
                if event.anchor is not None:
                    self.anchors.pop(event.anchor, None)
                stack.append(
                    [
                        {} if mapping else [],
                        {} if mapping else [],
                        {} if mapping else None,
                        None,
                        start,
                        event.anchor,
                        1,
                        bool(event.flow_style),
                    ]
                )
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value, items, keys, _, start, anchor, weight, _ = stack.pop()
                marks = Marks((start, event.end_mark), items, keys)
                if anchor is not None:
                    self.anchors[anchor] = (value, marks, weight)
            elif kind is AliasEvent:
                position = (event.start_mark, event.end_mark)
                if stack and stack[-1][2] is not None and stack[-1][3] is None:
                    self._refuse_key(position)
                inside = any(f[5] == event.anchor for f in stack)
                value, marks, weight = self._alias(event.anchor, position, inside)
            else:  # the end of the document
                break
            if not stack:
                root = (value, marks)
                continue
            frame = stack[-1]
            frame[6] += weight
            if frame[2] is None:
                frame[0].append(value)
                frame[1].append(marks)
            else:
                key = frame[3]
                frame[3] = None
                if key in frame[0]:
                    continue  # reported when the key came
                frame[0][key] = value
                frame[1][key] = marks
        self._refuse_second_document(get_event)
        return root

    def _take_key(self, frame: list[Any], key: str, plain: bool, position: Position) -> None:
        if key == "<<" and plain:
            self.fail(
                "AS016",
                position,
                "merge keys (`<<`) are not used in specs",
                "give the shared arguments a name: a block under `blocks:` with parameters",
            )
        elif key in frame[0]:
            line = frame[2][key][0].line + 1
            self.fail("AS012", position, f"`{key}` stands twice here; first in line {line}")
        else:
            frame[2][key] = position
        frame[3] = key

    def _refuse_missing_value(self, frame: list[Any]) -> None:
        """``{filters:3}`` and ``{kernel_size: (3, 3)}``: a key in braces that has no value."""
        key: str = frame[3]
        position = frame[2].get(key)
        if position is None or self._cut_at_comma(frame, position[0]):
            return
        name, colon, rest = key.partition(":")
        assigned = re.fullmatch(r"([^\W\d]\w*) *= *([^=].*)", key)
        last, before = next(reversed(frame[0].items()), ("", None))
        if colon and rest:
            help = f"write a space after the colon: `{name}: {rest}`"
        elif assigned:
            help = f"write a colon and a space: `{assigned[1]}: {assigned[2]}`"
        elif key.isdecimal() and type(before) is int:
            help = f"a fraction has a point, `{last}: {before}.{key}`; a list brackets, `[{before}, {key}]`"
        else:
            help = f"write `{key}: value`"
        self.fail("AS013", position, f"`{key}` has no value", help)

    def _cut_at_comma(self, frame: list[Any], at: Mark) -> bool:
        """Whether a key is a piece of a value such as ``max(8, c)``; reports the value once."""
        name = next((k for k, v in reversed(frame[0].items()) if type(v) is str and "(" in v), None)
        if name is None:
            return False
        start = frame[1][name].value[0]
        line = self.source.text.split("\n")[start.line]
        end = _closing(line, start.column)
        if start.line != at.line or not start.column < at.column < end:
            return False
        if start in self.cut:
            return True
        self.cut.append(start)
        whole = line[start.column : end]
        message = f"`{whole}` is cut at its comma"
        help = f'quote what has a comma in it: `{name}: "{whole}"`'
        if whole.startswith("("):
            message = f"`{whole}` is not a list"
            help = f"a list stands in brackets: `{name}: [{whole[1:-1]}]`"
        self.fail("AS013", _after(start, end - start.column), message, help)
        return True

    def _refuse_key(self, at: Any) -> None:
        self.fail("AS016", at, "a key must be a plain word")
        raise _Stop

    def _refuse_tag(self, tag: str, start: Mark) -> None:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"tags (`{short}`) are not used in specs"
        self.fail("AS016", _after(start, len(short)), message, "leave it out")

    def _refuse_second_document(self, get_event: Any) -> None:
        event = get_event()
        if type(event) is not yaml.StreamEndEvent:
            start = event.start_mark
            at = _after(start, 3)
            self.fail("AS016", at, "a second document begins here", "one file is one spec")
            raise _Stop

    def _alias(self, anchor: str, position: Position, inside: bool) -> tuple[Any, Marks, int]:
        found = self.anchors.get(anchor)
        if found is None:
            message = f"there is no `&{anchor}` before `*{anchor}`"
            help = "a formula cannot begin with `*`"
            if anchor.isidentifier():
                help = f"a parameter stands without a sign: `{anchor}`"
            if inside:
                message = f"`*{anchor}` stands inside what `&{anchor}` names"
                help = "nothing can contain itself"
            self.fail("AS016", position, message, help)
            return None, Marks(position), 1
        value, marks, weight = found
        self.aliased += weight
        if self.aliased > MAX_ALIASED:
            message = f"the aliases in this spec stand for more than {MAX_ALIASED:,} values"
            help = "say it with `repeat` or a block instead of aliases"
            self.fail("AS015", position, message, help)
            raise _Stop
        return value, Marks(position, marks.items, marks.keys), weight

    def _number(self, text: str, position: Position) -> Any:
        try:
            return read_number(text)
        except OddNumber as odd:
            self.fail("AS017", position, odd.message, odd.help)
            return odd.value


def _closing(line: str, start: int) -> int:
    """Where the first bracket after a column is closed: the end of ``max(8, c)``."""
    depth = 0
    for column in range(start, len(line)):
        if line[column] == "(":
            depth += 1
        elif line[column] == ")":
            depth -= 1
            if depth <= 0:
                return column + 1
    return start
