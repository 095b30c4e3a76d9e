"""Names that a file gives: of blocks, parameters and layers. Where they are declared, and used.

A new name is put in only if it is proved that the network is the same with it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from archspec.diagnostics.place import Path, Place, Span
from archspec.expand.graph import Graph
from archspec.live.answer import Answer, answer
from archspec.live.blocks import file_of, known_blocks, mapping
from archspec.live.standing import (
    Entries,
    Entry,
    Keys,
    Named,
    State,
    Value,
    below,
    field_of,
    top_of,
)
from archspec.parse.document import Document
from archspec.records.record import Field, Kind, Record, bare_field
from archspec.spec.words import Apply, Expectation, ItemKeys, Repeat

_NAME = re.compile(r"[^\W\d]\w*")
_IN_TEXT = re.compile(r"\$\{?([^\W\d]\w*)")
_FORMULA = re.compile(r"\$\(([^)]*)\)?")


class Name(NamedTuple):
    """What a name stands for."""

    kind: str
    """``block``, ``parameter`` or ``layer``."""
    name: str
    owner: Path
    """Where it is known: the top of the file, a block, or a repeat."""
    file: str


class Use(NamedTuple):
    """A place in the text where a name stands."""

    name: Name
    span: Span
    declares: bool


class Target(NamedTuple):
    """Where a name is declared."""

    file: str
    span: Span


class Refused(Exception):
    """A name cannot be changed; says why."""


@lru_cache(4)
def uses(answer: Answer) -> list[Use]:
    """Every place of a spec where a name of a block, a parameter or a layer stands."""
    document = answer.document
    if document is None or answer.recipe or not answer.is_ours:
        return []
    reader = _Reader(answer, document)
    reader.walk((), document.value, top_of(False))
    return reader.resolved()


def use_at(answer: Answer, line: int, column: int) -> Use | None:
    """The name at a position."""
    for each in uses(answer):
        span = each.span
        if span.line == line and span.column <= column <= span.end_column:
            return each
    return None


def definition(answer: Answer, line: int, column: int) -> Target | None:
    """Where the name at a position is declared; in the other file, for a block that is used."""
    found = use_at(answer, line, column)
    if found is None:
        return None
    name = found.name
    if name.kind == "block":
        block = known_blocks(answer).get(name.name)
        return None if block is None else _target(block.place)
    if name.file != answer.name:
        other = answer.open(name.file)
        path = (*name.owner, "params", name.name)
        return None if other is None else _target(Place(other, path, "key"))
    own = [use for use in uses(answer) if use.name == name and use.declares]
    return Target(answer.name, own[0].span) if own else None


def _target(place: Place) -> Target | None:
    return Target(place.document.source.name, place.span())


def references(answer: Answer, line: int, column: int, declarations: bool = True) -> list[Span]:
    """Where in this text the name at a position stands."""
    same = same_uses(answer, line, column)
    return [use.span for use in same if declarations or not use.declares]


def same_uses(answer: Answer, line: int, column: int) -> list[Use]:
    """Every place of this text where the name at a position stands."""
    found = use_at(answer, line, column)
    return [] if found is None else [use for use in uses(answer) if use.name == found.name]


def rename(known: Answer, line: int, column: int, new: str) -> list[Span]:
    """The places that get another name.

    Raises:
        Refused: it is not certain that the network stays what it is.
    """
    found = use_at(known, line, column)
    if found is None:
        raise Refused("there is no name of a block, a parameter or a layer here")
    name = found.name
    if not re.fullmatch(_NAME, new):
        raise Refused(f"`{new}` cannot be a name: letters, digits and `_`")
    if known.sink.errors or known.shaped is None:
        raise Refused("only in a network without errors it is certain what a name stands for")
    own = [use for use in uses(known) if use.name == name]
    if name.file != known.name or not any(use.declares for use in own):
        raise Refused(f"`{name.name}` is declared in another file")
    document = known.document
    if (
        document is not None
        and name.kind == "block"
        and name.name in mapping(mapping(document.value).get("use"))
    ):
        raise Refused(f"`{name.name}` is the name of a block of another file")
    if sum(use.declares for use in own) > 1:
        raise Refused(f"several entries here are called `{name.name}`")
    if new in _NAME.findall(known.text):
        raise Refused(f"`{new}` stands in this file already")
    spans = sorted({use.span for use in own})
    text = replaced(known.text, spans, new)
    after = answer(known.name, text, known.read, selection=known.sink.selection)
    if after.shaped is None or after.sink.errors:
        raise Refused(f"`{name.name}` stands where it cannot be told what it means")
    if _structure(after.shaped.graph) != _structure(known.shaped.graph):
        raise Refused(f"with `{new}` it would be another network")
    return spans


def replaced(text: str, spans: list[Span], new: str) -> str:
    """A text with something else at some places, each within a line."""
    lines = text.split("\n")
    for span in sorted(spans, reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]
    return "\n".join(lines)


def _structure(graph: Graph) -> list[Any]:
    """All of a network but its names."""
    nodes = [(repr(n.layer), n.inputs, n.shares, n.trainable) for n in graph.nodes]
    return [nodes, list(graph.inputs.values()), graph.outputs]


class _Found(NamedTuple):
    """A word that may be a name, and what is known around it."""

    word: str
    span: Span
    block: Path
    scopes: tuple[Path, ...]
    wire: bool
    """Whether it stands where layers are named, and not in a formula."""


class _Reader:
    def __init__(self, answer: Answer, document: Document) -> None:
        self.answer = answer
        self.document = document
        self.lines = document.source.text.split("\n")
        self.blocks = known_blocks(answer)
        self.extended = file_of(document, mapping(document.value).get("extends"))
        self.found: list[Use] = []
        self.open: list[_Found] = []
        self.block: Path = ()
        self.scopes: tuple[Path, ...] = ((),)

    def resolved(self) -> list[Use]:
        """All uses; words of formulas are parameters if there are such, or layers."""
        declared = {use.name for use in self.found if use.declares}
        for each in self.open:
            names = [self.name("parameter", each.word, scope) for scope in each.scopes]
            layer = self.name("layer", each.word, each.block)
            for name in [layer] if each.wire else [*names, layer]:
                if name in declared:
                    self.found.append(Use(name, each.span, False))
                    break
        return sorted(set(self.found), key=lambda use: use.span)

    def name(self, kind: str, word: str, owner: Path) -> Name:
        return Name(kind, word, owner, self.document.source.name)

    def declare(self, kind: str, word: str, owner: Path, path: Path, part: str = "key") -> None:
        span = self.within(path, word, part)
        if span is not None:
            self.found.append(Use(self.name(kind, word, owner), span, True))

    def within(self, path: Path, word: str, part: str) -> Span | None:
        """Where a word stands in a key or a value, inside its quotes."""
        span = self.document.span(path, part)
        if span.line != span.end_line:
            return None
        text = self.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        start = text.find(word)
        if start < 0:
            return None
        column = span.column + start
        return Span(span.line, column, span.line, column + len(word))

    def walk(self, path: Path, value: Any, state: State) -> None:
        if isinstance(state, Entries | Entry) and isinstance(value, list):
            for number, inner in enumerate(value):
                self.walk((*path, number), inner, Entry())
        elif isinstance(state, Entry):
            self.entry(path, value)
        elif isinstance(state, Named) and isinstance(value, dict):
            self.named(path, value, state)
        elif isinstance(state, Keys):
            self.keys(path, value, state)
        elif isinstance(state, Value):
            self.value(path, value, state.record, state.field)

    def entry(self, path: Path, value: Any) -> None:
        if isinstance(value, str):
            self.word(path, value, "value")
            return
        for word, inner in mapping(value).items():
            self.word((*path, word), word, "key")
            self.walk((*path, word), inner, below(Entry(), word, value, self.blocks))

    def word(self, path: Path, word: str, part: str) -> None:
        span = self.within(path, word, part) if word in self.blocks else None
        if span is not None:
            self.found.append(Use(self.name("block", word, ()), span, False))

    def named(self, path: Path, value: dict[str, Any], state: Named) -> None:
        for name, inner in mapping(value).items():
            at = (*path, name)
            if state.what in ("blocks", "use"):
                self.declare("block", name, (), at)
            elif path == ("params",) and self.extended is not None:
                span = self.within(at, name, "key")
                if span is not None:
                    there = Name("parameter", name, (), self.extended)
                    self.found.append(Use(there, span, False))
            elif state.what in ("params", "let") and path[:1] != ("use",):
                self.declare("parameter", name, self.scopes[0], at)
            elif state.what == "inputs":
                self.declare("layer", name, self.block, at)
            if state.what == "blocks":
                self.block, self.scopes = at, (at, ())
                self.walk(
                    at,
                    inner,
                    Entries()
                    if isinstance(inner, list)
                    else below(state, name, value, self.blocks),
                )
                self.block, self.scopes = (), ((),)
            elif state.what != "params" or path[:1] == ("use",):
                self.walk(at, inner, below(state, name, value, self.blocks))

    def keys(self, path: Path, value: Any, state: Keys) -> None:
        if not isinstance(value, dict):
            alone = field_of(state, bare_field(state.records[0]))
            if state.records == (Expectation,):
                self.value(path, value, None, None)
            elif isinstance(value, list):
                self.walk(path, value, Entries())
            elif alone is not None and not state.block:
                self.value(path, value, *alone)
            return
        repeat = Repeat in state.records or any(r.__name__ == "DenseBlock" for r in state.records)
        before = self.scopes
        if repeat:
            self.scopes = (path, *self.scopes)
            self.columns(path, value)
        block = self.blocks.get(state.block)
        for key, inner in mapping(value).items():
            at = (*path, key)
            if block is not None and key in block.params:
                self.argument(at, key, block.place)
            if key == "name" and ItemKeys in state.records:
                if isinstance(inner, str) and re.fullmatch(r"[\w-]+", inner):
                    self.declare("layer", inner, self.block, at, "value")
                self.value(at, inner, *(field_of(state, key) or (None, None)))
                continue
            self.walk(at, inner, below(state, key, value, self.blocks))
        self.scopes = before

    def columns(self, path: Path, value: dict[str, Any]) -> None:
        """The names that a repeat gives in each of its rounds."""
        given = value.get("for")
        for name in mapping(given):
            self.declare("parameter", name, path, (*path, "for", name))
        for number, name in enumerate(given if isinstance(given, list) else ()):
            if isinstance(name, str):
                self.declare("parameter", name, path, (*path, "for", number), "value")
        if isinstance(value.get("as"), str):
            self.declare("parameter", value["as"], path, (*path, "as"), "value")

    def argument(self, path: Path, key: str, declared: Place) -> None:
        """A parameter of a block, where it gets a value."""
        span = self.within(path, key, "key")
        owner: Path = declared.path if declared.path[:1] == ("blocks",) else ()
        if span is not None:
            name = Name("parameter", key, owner, declared.document.source.name)
            self.found.append(Use(name, span, False))

    def value(
        self, path: Path, value: Any, record: type[Record] | None, field: Field | None
    ) -> None:
        if isinstance(value, dict | list):
            steps = value.items() if isinstance(value, dict) else enumerate(value)
            for step, inner in steps:
                self.value((*path, step), inner, record, field)
        elif isinstance(value, str):
            wire = field is not None and (
                field.name == "from"
                or (record is not None and field.type.kind_for(record) is Kind.NAMES)
                or (record is Apply and field.name == "layer")
            )
            text = field is not None and field.type.text
            self.open += self.words(path, wire, text or wire)

    def words(self, path: Path, wire: bool, text: bool) -> Iterator[_Found]:
        """The words of a value that may be names."""
        span = self.document.span(path)
        if span.line != span.end_line:
            return
        written = self.lines[span.line - 1][span.column - 1 : span.end_column - 1]

        def found(start: int, word: str, wire: bool = False) -> _Found:
            column = span.column + start
            at = Span(span.line, column, span.line, column + len(word))
            return _Found(word, at, self.block, self.scopes, wire)

        if not text:
            for match in _NAME.finditer(written):
                yield found(match.start(), match[0])
            return
        for match in _IN_TEXT.finditer(written):
            yield found(match.start(1), match[1])
        for formula in _FORMULA.finditer(written):
            for match in _NAME.finditer(formula[1]):
                yield found(formula.start(1) + match.start(), match[0])
        if wire and "$" not in written:
            for match in re.finditer(r"[\w-]+", written):
                yield found(match.start(), match[0], True)
