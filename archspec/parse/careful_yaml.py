"""The careful way through YAML: values, where each of them stands, and all that is wrong.

It reads what :mod:`archspec.parse.quick_yaml` gives up at, and every text of which a position is
asked for. PyYAML's own composer and constructor are not used because the former crashes on deep
nesting and the latter is slow and follows YAML 1.1.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import REPORTED, Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.parse.document import MAX_ALIASED, MAX_DEPTH, Mark, Marks, Position
from archspec.parse.refused_yaml import Refusals
from archspec.parse.scalars import NUMBER_START, WORDS, OddNumber, read_number
from archspec.parse.yaml_collections import (
    At,
    Bare,
    HoleEvent,
    OpenCollection,
    OpenMapping,
    OpenSequence,
    ParsedValue,
    ReadEvent,
    after,
    join,
)

_ODD_KEY = re.compile(r"[{\[=]|\w+:\S")
_GLUED_ITEM = re.compile(r"[A-Z]\w*[a-z0-9]\w*:[^\s/:]")
_GLUED_LINE = re.compile(r"[A-Za-z_]\w*:[-0-9.\[{]")
_MERGE = "\0<<"
"""Stands for a merge key: no text has this character."""


class Stop(Exception):
    """An error after which the rest of the text means nothing."""


class Composer(Refusals):
    """Builds values and marks from events, without recursion."""

    def __init__(self, source: Source, sink: Sink) -> None:
        super().__init__(source, sink)
        self.open: list[OpenCollection] = []
        """The collections around what is read, from the outermost to the innermost."""
        self.anchors: dict[str, ParsedValue] = {}
        self.aliased = 0
        self.odd = False
        """Whether something is YAML, but looks as if something else was meant."""

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
        root: ParsedValue = None, Marks((At(0, 0), At(0, 0))), 1
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if inner is not None and inner.key is None:
                    self._take_key(inner, event)
                    continue
                if not event.value and event.implicit[0] and _take_bare(inner):
                    continue
                node = self._scalar(event, inner)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                inner = self._begin(event, inner)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node = self._end(event)
                inner = self.open[-1] if self.open else None
            elif kind is AliasEvent:
                node = self._alias(event)
            elif kind is HoleEvent:
                node = REPORTED, Marks((event.start_mark, event.end_mark)), 1
            elif kind is ReadEvent:
                node = event.value, event.marks, 1
            else:  # the end of the document
                break
            if inner is None:
                root = node
            elif type(inner) is OpenMapping:
                self._add(inner, node)
            else:
                inner.add(*node)
        value, marks, _ = root
        following = get_event()
        if type(following) is DocumentStartEvent and self._goes_on(following, value):
            self.odd = True
        elif type(following) is not StreamEndEvent:
            at = after(following.start_mark, 3)
            end = At(len(self.lines) - 1, len(self.lines[-1]))
            said = "one file is one spec: the rest goes, or into another file"
            fix = Fix(said, (self._edit((following.start_mark, end), ""),))
            self._fail("AS016", at, "a second document begins here", fix)
        return value, marks

    def _take_key(self, mapping: OpenCollection, event: Any) -> None:
        assert type(mapping) is OpenMapping
        key = event.value
        if event.implicit[0] and not key.isidentifier():
            if key == "<<":
                key = _MERGE
            elif _ODD_KEY.search(key):
                self.odd = True
        mapping.key = key
        mapping.position = event.start_mark, event.end_mark

    def _add(self, mapping: OpenMapping, node: ParsedValue) -> None:
        """Take a value into a mapping, or, where a key must come, what was reported there."""
        key, position = mapping.key, mapping.position
        if key is None:
            mapping.key, mapping.position = "", None  # whose value nobody shall have
        elif position is None or (key is not _MERGE and key not in mapping.values):
            mapping.add(*node)
        else:
            mapping.key = None
            if key is _MERGE:
                mapping.merged.append((*node, position))
                return
            self._tell_twice(mapping, key, position, node)
            known = mapping.values[key], mapping.marks[key], 0
            mapping.values[key], mapping.marks[key], _ = join(known, node)

    def _scalar(self, event: Any, inner: OpenCollection | None) -> ParsedValue:
        """A value that is no collection."""
        position = (event.start_mark, event.end_mark)
        text = value = event.value
        if event.tag is not None:
            value = self._refuse_tag(event.tag, event.start_mark, event)
        if not event.implicit[0]:
            pass  # in quotes
        elif text in WORDS:
            value = WORDS[text]
        elif text[0] in NUMBER_START:
            value = self._number(text, position)
        elif _ends_oddly(text) or self._is_glued(text, position[0], inner):
            self.odd = True
        if event.anchor is None:
            return value, Marks(position), 1
        node = self.anchors[event.anchor] = value, Marks(position), 1 + len(text) // 100
        return node

    def _is_glued(self, text: str, start: Mark, inner: OpenCollection | None) -> bool:
        """Whether a text looks like a key and its value: ``units:10``."""
        if ":" not in text:
            return False
        if type(inner) is OpenSequence:
            return bool(_GLUED_ITEM.match(text))
        alone = not self.lines[start.line][: start.column].strip()
        return alone and bool(_GLUED_LINE.match(text))

    def _number(self, text: str, position: Position) -> Any:
        try:
            value = read_number(text)
            if value is text and _ends_oddly(text):
                self.odd = True
            return value
        except OddNumber as odd:
            certain = len(odd.meant) == 1
            fixes = [
                Fix(
                    odd.help if certain else f"write `{meant}`",
                    (self._edit(position, meant),),
                    certain,
                )
                for meant in odd.meant
            ]
            lost = self._fail("AS017", position, odd.message, *fixes)
            return _meant(odd.meant[0]) if certain else lost

    def _begin(self, event: Any, inner: OpenCollection | None) -> OpenCollection:
        """Open a collection."""
        start, anchor = event.start_mark, event.anchor
        if len(self.open) >= MAX_DEPTH:
            message = f"collections are nested more than {MAX_DEPTH} deep"
            self._fail("AS014", after(start, 1), message, "move inner parts into `blocks:`")
            raise Stop
        if event.tag is not None:
            self._refuse_tag(event.tag, start)
        if inner is not None and inner.key is None:
            self._refuse_key(after(start, 1))
            self.odd = True
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
        ended, end = self.open.pop(), event.end_mark
        listed = None
        if isinstance(ended, OpenMapping):
            if ended.bare:
                around = self.open[-1] if self.open else None
                word = around.key if isinstance(around, OpenMapping) else None
                listed = self._missing.mend(ended, end, word if isinstance(word, str) else "")
            for value, marks, _, position in ended.merged:
                self._tell_merge(ended, value, marks, position)
        node = ended.close(end)
        if listed is not None:
            marks = Marks((ended.start, end))
            node = listed, marks, 0
            if isinstance(listed, list):
                node = listed, marks._replace(items=[marks for _ in listed]), len(listed)
        if ended.anchor is not None:
            self.anchors[ended.anchor] = node
        return node

    @cached_property
    def _missing(self) -> Any:
        from archspec.parse.missing_values import MissingValues  # for what is wrong only

        return MissingValues(self.source, self.sink, self.lines)

    def _alias(self, event: Any) -> ParsedValue:
        """What an alias stands for; a hole, if there is no such anchor."""
        anchor, position = event.anchor, (event.start_mark, event.end_mark)
        if self.open and self.open[-1].key is None:
            return self._refuse_key(position), Marks(position), 1
        found = self.anchors.get(anchor)
        if found is None:
            if self.open and self.open[-1].key is _MERGE:  # that is refused, whatever it stands for
                return REPORTED, Marks(position), 1
            message = f"there is no `&{anchor}` before `*{anchor}`"
            help: str | Fix = "a formula cannot begin with `*`"
            if anchor.isidentifier():
                sentence = f"a parameter stands without a sign: `{anchor}`"
                help = Fix(sentence, (self._edit(position, anchor),), certain=True)
            if any(collection.anchor == anchor for collection in self.open):
                message = f"`*{anchor}` stands inside what `&{anchor}` names"
                help = "nothing can contain itself"
            return self._fail("AS016", position, message, help), Marks(position), 1
        value, marks, weight = found
        self.aliased += weight
        if self.aliased > MAX_ALIASED:
            message = f"the aliases in this spec stand for more than {MAX_ALIASED:,} values"
            help = "say it with `repeat` or a block instead of aliases"
            self._fail("AS015", position, message, help)
            raise Stop
        return value, marks._replace(value=position), weight

    def _goes_on(self, following: Any, value: Any) -> bool:
        """Whether a second document has other keys than the first: its `---` is too much."""
        if not isinstance(value, dict):
            return False
        lines = self.lines[following.start_mark.line + 1 :]
        keys = {match[1] for line in lines if (match := re.match(r"([\w-]+):(?:\s|$)", line))}
        return bool(keys) and keys.isdisjoint(value)


def _meant(text: str) -> Any:
    """The number, or the list of numbers, that is certainly meant; a hole if it is odd too."""
    try:
        if text[0] != "[":
            return read_number(text)
        return [read_number(part.strip()) for part in text[1:-1].split(",")]
    except OddNumber:
        return REPORTED


def _ends_oddly(text: str) -> bool:
    """Whether a plain text has signs at its end that seem to be none of its own."""
    if text[0] in NUMBER_START and text[-1] in "]}":
        return {"]": "[", "}": "{"}[text[-1]] not in text
    if text[0] in NUMBER_START and "; " in text:
        return True
    return text[-1] in ",;\\" and (" " not in text or text[-1] == "\\")


def _take_bare(inner: OpenCollection | None) -> bool:
    """Whether a value that is not there belongs to a key in braces; it is kept for later then."""
    if type(inner) is not OpenMapping or not inner.flow or not inner.key or not inner.position:
        return False
    if inner.key is _MERGE:
        return False
    inner.bare.append(Bare(inner.key, inner.position, next(reversed(inner.values), None)))
    inner.key = None
    return True
