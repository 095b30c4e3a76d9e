"""Events as libyaml gives them, made by the loose reader; and one more: a hole."""

from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from archspec.parse.document import Marks
from archspec.parse.yaml_collections import At, HoleEvent, ReadEvent


def _mark(row: int, column: int) -> Any:
    """A mark of ours where PyYAML has its own: it has the same fields, as far as they are read."""
    return At(row, column)


class Events:
    """The events so far; rows and columns count from 0."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.anchor: str | None = None
        self.tag: str | None = None
        self.last: Any = At(0, 0)
        self.tail: list[Any] = []

    @property
    def has_content(self) -> bool:
        return bool(self.found)

    def has_key(self, name: str) -> bool:
        """Whether a key stands at the top."""
        depth, key = 0, True
        for event in self.found:
            kind = type(event)
            if depth == 1 and kind not in (MappingEndEvent, SequenceEndEvent):
                if key and kind is ScalarEvent and event.value == name:
                    return True
                key = not key
            depth += (kind is MappingStartEvent) + (kind is SequenceStartEvent)
            depth -= (kind is MappingEndEvent) + (kind is SequenceEndEvent)
        return False

    def take_property(self, sign: str, name: str) -> None:
        """An anchor or a tag of the value that comes next."""
        if sign == "&":
            self.anchor = name
        else:
            self.tag = f"tag:yaml.org,2002:{name[1:]}" if name[:1] == "!" else f"!{name}"

    def _properties(self) -> tuple[str | None, str | None]:
        found = self.anchor, self.tag
        self.anchor = self.tag = None
        return found

    def scalar(self, value: str, row: int, start: int, end: int, plain: bool = True) -> None:
        anchor, tag = self._properties()
        self.last = At(row, end)
        implicit = plain, not plain
        self.found.append(ScalarEvent(anchor, tag, implicit, value, _mark(row, start), self.last))

    def null(self) -> None:
        """A value that is left out, behind what stands last."""
        self.scalar("", self.last.line, self.last.column, self.last.column)

    def hole(self, row: int, start: int, end: int) -> None:
        self._properties()
        self.last = At(row, end)
        self.found.append(HoleEvent(At(row, start), self.last))

    def broken(self) -> None:
        """Nothing is known of the value that was complete."""
        self.make_hole(self.begin_of_last())

    def begin_of_last(self) -> int:
        """Where the last complete value begins among the events."""
        depth = 0
        for n in range(len(self.found) - 1, -1, -1):
            kind = type(self.found[n])
            depth += (kind is MappingEndEvent) + (kind is SequenceEndEvent)
            depth -= (kind is MappingStartEvent) + (kind is SequenceStartEvent)
            if depth == 0:
                return n
        return 0

    def make_hole(self, begin: int) -> None:
        """One hole in place of all events from one on."""
        start = self.found[begin].start_mark
        self.found[begin:] = [HoleEvent(start, self.last)]

    def wrap(self, begin: int, key: str) -> None:
        """A mapping, with one key so far, around the value that begins at an event."""
        mark = self.found[begin].start_mark
        name = ScalarEvent(None, None, (True, False), key, mark, mark)
        start = MappingStartEvent(None, None, True, mark, mark, flow_style=False)
        self.found[begin:begin] = [start, name]

    def alias(self, name: str, row: int, start: int, end: int) -> None:
        self._properties()
        self.last = At(row, end)
        self.found.append(AliasEvent(name, _mark(row, start), self.last))

    def read(self, value: Any, marks: Marks) -> None:
        """A value that has been read already; its last word ends where its marks do."""
        event = ReadEvent(value, marks)
        self.last = event.end_mark
        self.found.append(event)

    def begin(self, is_list: bool, row: int, at: int, flow: bool = False) -> None:
        anchor, tag = self._properties()
        kind = SequenceStartEvent if is_list else MappingStartEvent
        mark = _mark(row, at)
        self.found.append(kind(anchor, tag, True, mark, mark, flow_style=flow))

    def end(self, is_list: bool, row: int | None = None, at: int = 0) -> None:
        if row is not None:
            self.last = At(row, at)
        kind = SequenceEndEvent if is_list else MappingEndEvent
        self.found.append(kind(self.last, self.last))

    def second(self, row: int) -> None:
        """A second document begins."""
        self.tail = [DocumentStartEvent(_mark(row, 0), _mark(row, 3))]

    def complete(self) -> list[Any]:
        """All events of the stream."""
        if not self.found:
            return [StreamStartEvent(), StreamEndEvent()]
        begin = [StreamStartEvent(), DocumentStartEvent()]
        return [*begin, *self.found, DocumentEndEvent(), *(self.tail or [StreamEndEvent()])]
