"""The careful way through YAML: values, where each of them stands, and all that is wrong.

It reads what :mod:`archspec.parse.quick_yaml` gives up at, and every text of which a position is
asked for. PyYAML's own composer and constructor are not used because the former crashes on deep
nesting and the latter is slow and follows YAML 1.1.
"""

from collections.abc import Callable
from typing import Any

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import MAX_ALIASED, MAX_DEPTH, Mark, Marks, Position, to_span
from archspec.parse.missing_values import MissingValues
from archspec.parse.scalars import NUMBER_START, WORDS, OddNumber, read_number
from archspec.parse.yaml_collections import (
    OpenCollection,
    OpenMapping,
    OpenSequence,
    ParsedValue,
    after,
)


class Stop(Exception):
    """An error after which the rest of the text means nothing."""


class Composer:
    """Builds values and marks from events, without recursion."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.missing = MissingValues(source, sink)
        self.open: list[OpenCollection] = []
        """The collections around what is read, from the outermost to the innermost."""
        self.anchors: dict[str, ParsedValue] = {}
        self.aliased = 0

    def compose(self, get_event: Callable[[], Any]) -> tuple[Any, Marks]:
        """The value of the text and its marks; reports what is wrong.

        Raises:
            Stop: something was reported that leaves no value.
        """
        get_event()  # stream start
        if type(get_event()) is StreamEndEvent:
            help = ["`archspec new NAME` writes a spec to start from"]
            message = "the file has no content, only comments"
            self.sink.report("AS005", SourcePlace(self.source), message, help=help)
            raise Stop
        inner: OpenCollection | None = None
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if inner is not None and inner.key is None:
                    self._take_key(inner, event)
                    continue
                node = self._scalar(event, inner)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                inner = self._begin(event, inner)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node = self._end(event)
                inner = self.open[-1] if self.open else None
            elif kind is AliasEvent:
                node = self._alias(event, inner)
            else:  # the end of the document
                break
            if inner is not None:
                inner.add(*node)
            else:
                root = node
        self._refuse_second_document(get_event())
        value, marks, _ = root
        return value, marks

    def _take_key(self, mapping: OpenMapping, event: Any) -> None:
        key, position = event.value, (event.start_mark, event.end_mark)
        if key == "<<" and event.implicit[0]:
            message = "merge keys (`<<`) are not used in specs"
            help = "give the shared arguments a name: a block under `blocks:` with parameters"
            self._fail("AS016", position, message, help)
        elif key in mapping.keys:
            line = mapping.keys[key][0].line + 1
            self._fail("AS012", position, f"`{key}` stands twice here; first in line {line}")
        else:
            mapping.keys[key] = position
        mapping.key = key

    def _scalar(self, event: Any, inner: OpenCollection | None) -> ParsedValue:
        """A value that is no collection."""
        position = (event.start_mark, event.end_mark)
        text = value = event.value
        if event.tag is not None:
            self._refuse_tag(event.tag, event.start_mark)
        if not event.implicit[0]:
            pass  # in quotes
        elif text in WORDS:
            value = WORDS[text]
            if not text and isinstance(inner, OpenMapping) and inner.flow and inner.key:
                self.missing.report(inner, inner.key)
        elif text[0] in NUMBER_START:
            value = self._number(text, position)
        if event.anchor is None:
            return value, Marks(position), 1
        node = self.anchors[event.anchor] = value, Marks(position), 1 + len(text) // 100
        return node

    def _number(self, text: str, position: Position) -> Any:
        try:
            return read_number(text)
        except OddNumber as odd:
            self._fail("AS017", position, odd.message, odd.help)
            return odd.value

    def _begin(self, event: Any, inner: OpenCollection | None) -> OpenCollection:
        """Open a collection."""
        start, anchor = event.start_mark, event.anchor
        if len(self.open) >= MAX_DEPTH:
            message = f"collections are nested more than {MAX_DEPTH} deep"
            self._fail("AS014", after(start, 1), message, "move inner parts into `blocks:`")
            raise Stop
        if event.tag is not None:
            self._refuse_tag(event.tag, start)
        self._refuse_as_key(inner, after(start, 1))
        if anchor is not None:
            self.anchors.pop(anchor, None)
        mapping = isinstance(event, MappingStartEvent)
        begun = (
            OpenMapping(start, anchor, event.flow_style) if mapping else OpenSequence(start, anchor)
        )
        self.open.append(begun)
        return begun

    def _end(self, event: Any) -> ParsedValue:
        """Close the innermost collection."""
        ended = self.open.pop()
        node = ended.close(event.end_mark)
        if ended.anchor is not None:
            self.anchors[ended.anchor] = node
        return node

    def _alias(self, event: Any, inner: OpenCollection | None) -> ParsedValue:
        """What an alias stands for; None, if there is no such anchor."""
        anchor, position = event.anchor, (event.start_mark, event.end_mark)
        self._refuse_as_key(inner, position)
        found = self.anchors.get(anchor)
        if found is None:
            message = f"there is no `&{anchor}` before `*{anchor}`"
            help = "a formula cannot begin with `*`"
            if anchor.isidentifier():
                help = f"a parameter stands without a sign: `{anchor}`"
            if any(collection.anchor == anchor for collection in self.open):
                message = f"`*{anchor}` stands inside what `&{anchor}` names"
                help = "nothing can contain itself"
            self._fail("AS016", position, message, help)
            return None, Marks(position), 1
        value, marks, weight = found
        self.aliased += weight
        if self.aliased > MAX_ALIASED:
            message = f"the aliases in this spec stand for more than {MAX_ALIASED:,} values"
            help = "say it with `repeat` or a block instead of aliases"
            self._fail("AS015", position, message, help)
            raise Stop
        return value, marks._replace(value=position), weight

    def _refuse_as_key(self, inner: OpenCollection | None, at: Position) -> None:
        """Stop at what is no word where a key must come."""
        if inner is not None and inner.key is None:
            self._fail("AS016", at, "a key must be a plain word")
            raise Stop

    def _refuse_tag(self, tag: str, start: Mark) -> None:
        short = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"tags (`{short}`) are not used in specs"
        self._fail("AS016", after(start, len(short)), message, "leave it out")

    def _refuse_second_document(self, event: Any) -> None:
        if type(event) is not StreamEndEvent:
            at = after(event.start_mark, 3)
            self._fail("AS016", at, "a second document begins here", "one file is one spec")
            raise Stop

    def _fail(self, code: str, position: Position, message: str, help: str = "") -> None:
        place = SourcePlace(self.source, to_span(position))
        self.sink.report(code, place, message, help=[help] if help else [])
