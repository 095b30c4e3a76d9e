"""What may be written at a position.

A word that nobody writes is put there, and the text is read as it is meant; where the word turns up
says what is asked for.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from archspec.diagnostics.place import Path
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.live.answer import Answer
from archspec.live.blocks import KnownBlock, is_required, known_blocks, mapping
from archspec.live.hover import takes
from archspec.live.shapes import entries
from archspec.live.standing import (
    Entry,
    Keys,
    Named,
    Objects,
    State,
    Value,
    field_of,
    layer_names,
    record_of,
    state_at,
    top_of,
)
from archspec.parse import is_json, parse
from archspec.records.record import Field, Kind, Record, bare_field, fields
from archspec.reference.documentation import field_docs, summary_of
from archspec.spec.words import CONSTRUCTS
from archspec.spec.written import flow
from archspec.train.recipe.kind import is_recipe

_MARK = "zqxarchspeccursor"
_WORD = re.compile(r"[\w$.-]*$")
_PLAIN = (str, int, float, bool, list, dict, type(None))


class Completion(NamedTuple):
    """A word that may stand at a position."""

    label: str
    kind: str
    """``layer``, ``construct``, ``block``, ``argument``, ``parameter``, ``value``, ``wire``, ``key``, ``class``."""
    detail: str
    documentation: str
    text: str
    """What is written in place of the word that is begun there."""
    required: bool = False
    """Whether the entry around cannot be without it."""


class Completions(NamedTuple):
    """What may stand at a position, in place of the columns ``start`` to ``end`` of its line."""

    start: int
    end: int
    found: tuple[Completion, ...]


class _Asked(NamedTuple):
    """What is asked for: where the mark turned up in a text."""

    answer: Answer
    value: Any
    path: Path
    """Of the map or the list that holds it, or of the value that it is."""
    is_key: bool
    blocks: dict[str, KnownBlock]
    colon: bool
    """Whether a colon follows, so that a key needs none."""
    begins: bool
    """Whether it stands first on its line."""
    last: Answer | None


def complete(answer: Answer, line: int, column: int, last: Answer | None = None) -> Completions:
    """The words that may stand at a position.

    Args:
        answer: to the text as it is; it may be broken, and mostly is.
        line: from 1.
        column: from 1, in code points.
        last: the last answer without errors, which knows the names of layers.
    """
    written = answer.lines[line - 1] if 1 <= line <= len(answer.lines) else ""
    before, after = written[: column - 1], written[column - 1 :]
    begun = _WORD.search(before)
    start = begun.start() if begun else len(before)
    rest = re.match(r"[\w$.-]*", after)
    end = len(before) + (rest.end() if rest else 0)
    if _in_comment(before):
        return Completions(column, column, ())
    asked = _find(answer, line, written, start, end, last)
    found = tuple(_offered(asked)) if asked is not None else ()
    if is_json(Source(answer.name, answer.text)):
        found = tuple(each._replace(text=each.label) for each in found)  # in quotes that are there
    return Completions(start + 1, end + 1, found)


def _in_comment(before: str) -> bool:
    return re.search(r"(^|\s)#", before) is not None


def _find(
    answer: Answer, line: int, written: str, start: int, end: int, last: Answer | None
) -> _Asked | None:
    follows = written[end:].lstrip().startswith(":")
    lines = answer.lines
    for mark in (_MARK, _MARK + ":", _MARK + ": {}", _MARK + "}"):
        changed = written[:start] + mark + written[end:]
        text = "\n".join([*lines[: line - 1], changed, *lines[line:]])
        if not answer.text.strip():
            text = f"{mark}: 1" if ":" not in mark else text
        document = parse(Source(answer.name, text), Sink())
        if document is None:
            continue
        place = _mark_in(document.value)
        if place is not None:
            path, is_key = place
            blocks = known_blocks(answer, document)
            begins = not written[:start].strip()
            return _Asked(answer, document.value, path, is_key, blocks, follows, begins, last)
    return None


def _mark_in(value: Any) -> tuple[Path, bool] | None:
    """The path of the mark, without its own step if it is a key."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, inner = waiting.pop()
        if isinstance(inner, dict):
            for key, under in inner.items():
                if isinstance(key, str) and _MARK in key:
                    return path, True
                waiting.append(((*path, key), under))
        elif isinstance(inner, list):
            waiting += [((*path, number), under) for number, under in enumerate(inner)]
        elif isinstance(inner, str) and _MARK in inner:
            return path, False
    return None


def _offered(asked: _Asked) -> Iterator[Completion]:
    recipe = is_recipe(asked.value)
    state = state_at(asked.value, asked.path, top_of(recipe), asked.blocks)
    if asked.is_key or (isinstance(state, Keys) and not asked.path):
        yield from _keys(asked, state, recipe)
    elif isinstance(state, Entry):
        yield from _entry_words(asked, state, recipe)
    elif isinstance(state, Objects):
        yield from _objects(asked, state, False)
    elif isinstance(state, Keys):  # one value in place of the arguments, or the first of them
        short = field_of(state, bare_field(state.records[0]))
        if asked.begins:
            yield from _keys(asked, state, recipe)
        elif short is not None and not state.block:
            yield from _values(asked, *short)
    elif isinstance(state, Value) and state.record is not None and state.field is not None:
        yield from _values(asked, state.record, state.field)
    elif isinstance(state, Value):
        yield from _params(asked)


def _keys(asked: _Asked, state: State, recipe: bool) -> Iterator[Completion]:
    given = mapping(_at(asked.value, asked.path))
    if isinstance(state, Entry):
        yield from _entry_words(asked, state, recipe)
    elif isinstance(state, Objects):
        yield from _objects(asked, state, True)
    elif isinstance(state, Named) and state.what == "defaults":
        yield from _layers(asked, ())
    elif isinstance(state, Keys):
        block = asked.blocks.get(state.block)
        for name, default in (block.params if block else {}).items():
            if name not in given:
                detail = str(default) if is_required(default) else f"default {_short(default)}"
                yield _key(asked, name, "parameter", detail, "", is_required(default))
        for record in state.records:
            docs = field_docs(record)
            for name, field in fields(record).items():
                if name not in given:
                    kind = "argument" if asked.path else "key"
                    detail = _detail(record, field)
                    yield _key(asked, name, kind, detail, docs[name], field.required)
        alone = field_of(state, bare_field(state.records[0]))
        others = [key for key in given if not (isinstance(key, str) and _MARK in key)]
        if alone is not None and alone[1].type.nested and not others and not state.block:
            inner = state_at(
                asked.value, (*asked.path, alone[1].name), top_of(recipe), asked.blocks
            )
            if isinstance(inner, Entry):
                yield from _entry_words(asked, inner, recipe)


def _key(
    asked: _Asked, name: str, kind: str, detail: str, documentation: str, required: bool
) -> Completion:
    text = name if asked.colon else f"{name}: "
    return Completion(name, kind, detail, documentation, text, required)


def _entry_words(asked: _Asked, state: Entry, recipe: bool) -> Iterator[Completion]:
    if not recipe:
        for block in asked.blocks.values():
            required = [n for n, default in block.params.items() if is_required(default)]
            detail = f"block{': ' if block.params else ''}{', '.join(block.params)}"
            text = _call(asked, block.name, required)
            yield Completion(block.name, "block", detail, block.title, text)
    yield from _layers(asked, () if state.layers_only or recipe else CONSTRUCTS)


def _layers(asked: _Asked, constructs: Iterable[str]) -> Iterator[Completion]:
    for word in (*layer_names(), *constructs):
        if word in asked.blocks:
            continue
        record = record_of(word)
        if record is None:
            continue
        kind = "construct" if word in CONSTRUCTS else "layer"
        required = [n for n, field in fields(record).items() if field.required]
        yield Completion(word, kind, summary_of(record), "", _call(asked, word, required))


def _call(asked: _Asked, word: str, required: list[str]) -> str:
    """A word with a place for each argument that must be given."""
    if asked.colon or not required:
        return word
    if "layers" in required or "branches" in required:
        return f"{word}:"
    return f"{word}: {{{', '.join(f'{name}: ' for name in required)}}}"


def _objects(asked: _Asked, state: Objects, is_key: bool) -> Iterator[Completion]:
    for word, record in state.kinds.types.items():
        name = str(getattr(record, "word", None) or word)
        text = f"{name}: " if is_key and not asked.colon else name
        yield Completion(name, "class", summary_of(record), "", text)


def _values(asked: _Asked, record: type[Record], field: Field) -> Iterator[Completion]:
    if field.name == "from" or field.type.kind_for(record) is Kind.NAMES:
        yield from _wires(asked)
        return
    for word in field.type.choices:
        kind = "default" if word == field.default else ""
        yield Completion(word, "value", kind, "", word)
    if isinstance(field.default, bool):
        for word in ("true", "false"):
            yield Completion(word, "value", "", "", word)
    if not field.type.nested:
        yield from _params(asked, "$" if field.type.text else "")


def _params(asked: _Asked, sign: str = "") -> Iterator[Completion]:
    """The names of parameters that a formula may use; in a text, with a sign."""
    seen = set()
    for name, detail in _names_in_scope(asked):
        if name not in seen:
            seen.add(name)
            yield Completion(sign + name, "parameter", detail, "", sign + name)


def _names_in_scope(asked: _Asked) -> Iterator[tuple[str, str]]:
    value = asked.value
    owners: list[tuple[Any, str]] = [(value, "of the file")]
    for step in asked.path:
        value = _at(value, (step,))
        if step == "repeat" or (asked.path[:1] == ("blocks",) and step == asked.path[1]):
            owners.append((value, f"of `{step}`"))
    for owner, where in reversed(owners):
        keys = mapping(owner)
        for word in ("params", "let", "for"):
            for name, default in mapping(keys.get(word)).items():
                detail = str(default) if is_required(default) else _short(default)
                yield name, f"{detail} {where}"
        if isinstance(keys.get("as"), str):
            yield keys["as"], f"round {where}"


def _wires(asked: _Asked) -> Iterator[Completion]:
    """The names that an entry may read: those before it in its list, and the inputs."""
    body = next((n for n in range(len(asked.path), 0, -1) if isinstance(asked.path[n - 1], int)), 0)
    while body and not _is_entry(asked, asked.path[:body]):
        body -= 1
    path: Path = asked.path[: body - 1] if body else ("layers",)
    entries_here = _at(asked.value, path)
    everything = len(entries_here) if isinstance(entries_here, list) else 0
    before = int(asked.path[body - 1]) if body else everything
    named: dict[str, str] = {}
    for number, entry in enumerate(entries_here if isinstance(entries_here, list) else ()):
        if number < before and isinstance(entry, dict):
            for word, inner in entry.items():
                name = mapping(inner).get("name")
                if isinstance(name, str):
                    named[name] = str(word)
    for name, word in _automatic(asked, path, before):
        named.setdefault(name, word)
    owner = mapping(_at(asked.value, path[:2]) if path[:1] == ("blocks",) else asked.value)
    inputs = owner.get("inputs")
    names = list(inputs) if isinstance(inputs, dict | list) else [inputs or "input"]
    for name in (*reversed(named), *(n for n in names if isinstance(n, str))):
        yield Completion(name, "wire", named.get(name, "input"), "", name)


def _is_entry(asked: _Asked, path: Path) -> bool:
    state = state_at(asked.value, path, top_of(False), asked.blocks)
    return isinstance(path[-1], int) and isinstance(state, Entry)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _automatic(asked: _Asked, path: Path, before: int) -> Iterator[tuple[str, str]]:
    """Names of layers of a list that the network gives them, from the last one that was sound."""
    for answer in (asked.answer, asked.last):
        if answer is None or answer.shaped is None:
            continue
        graph = answer.shaped.graph
        for place, entry in entries(answer).items():
            inside = place[: len(path)] == path and len(place) in (len(path) + 1, len(path) + 2)
            if (
                not inside
                or not isinstance(place[len(path)], int)
                or int(place[len(path)]) >= before
            ):
                continue
            node = graph.nodes[entry.groups[0][0]]
            if node.item is entry.item:
                around = node.scope.path
                name = node.name[len(around) + 1 :] if around else node.name
            else:
                scope = next((s for s in node.scope.chain() if s.item is entry.item), None)
                if scope is None or scope.parent is None or scope.path == scope.parent.path:
                    continue
                around = scope.parent.path
                name = scope.path[len(around) + 1 :] if around else scope.path
            yield name, entry.item.word
        return


def _detail(record: type[Record], field: Field) -> str:
    return takes(record, field, _short)


def _short(value: Any) -> str:
    return flow(value) if isinstance(value, _PLAIN) else "…"
