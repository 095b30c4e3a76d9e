"""What is told of the word at a position, and the calculation of its line, in Markdown."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.emit.markdown import code, words
from archspec.emit.worksheet import worksheet_of
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.live.answer import Answer
from archspec.live.blocks import KnownBlock, is_required, known_blocks, mapping
from archspec.live.places import Found, find
from archspec.live.shapes import Entry as Made
from archspec.live.shapes import entries_by_line, shapes_by_line
from archspec.live.standing import (
    Entry,
    Keys,
    Named,
    Objects,
    State,
    Value,
    arguments_of,
    field_of,
    record_of,
    state_at,
    top_of,
)
from archspec.records.record import Field, Record, bare_field, fields
from archspec.reference.documentation import description_of, field_docs
from archspec.spec.written import flow


def hover(answer: Answer, line: int, column: int) -> str:
    """What is told at a position, in Markdown; empty if there is nothing to tell.

    The page of a layer, the meaning of an argument, the parameters of a block, the value of a name,
    and then the calculation of the layer that starts on the line.
    """
    if answer.document is None or not answer.is_ours:
        return ""
    found = find(answer.document, line, column)
    told = "\n".join(_word(answer, found, line, column)).strip()
    sheet = line_calculation(answer, line) if _is_of_entry(answer, found) else ""
    parts = sorted((told, sheet), key=len)  # nobody scrolls for a few lines
    return "\n\n---\n\n".join(part for part in parts if part)


def _is_of_entry(answer: Answer, found: Found) -> bool:
    """Whether a place lies in a list of layers."""
    return any(isinstance(step, int) for step in found.path) and not answer.recipe


def line_calculation(answer: Answer, line: int) -> str:
    """The hand calculation of the layers that start on a line; of a block its sums. In Markdown."""
    shaped = answer.shaped
    made = entries_by_line(answer).get(line)
    if shaped is None or not made:
        return ""
    least = min(len(e.item.place.path) for e in made)
    parts = []
    for entry in made:
        if len(entry.item.place.path) > least + 1:
            continue
        parts.append("\n".join(_calculation(shaped, entry)))
    if len(parts) > 1 or len(made[0].groups) > 1 or len(made[0].groups[0]) > 1:
        parts.append(f"together {shapes_by_line(answer)[line].label.removeprefix('→ ')}")
    return "\n\n".join(parts)


def _calculation(shaped: ShapedGraph, entry: Made) -> Iterator[str]:
    first = entry.groups[0]
    if len(first) == 1:
        yield worksheet_of(shaped, shaped.nodes[first[0]].name) or ""
        if len(entry.groups) > 1:
            yield f"the first of {len(entry.groups):,}"
        return
    word = words(entry.item.word)
    times = f", {len(entry.groups):,} times" if len(entry.groups) > 1 else ""
    yield f"**{word}**: {len(first):,} layers{times}"
    if entry.macs:
        yield f"\n- MACs: {entry.macs:,}"
    if entry.params:
        yield f"- parameters: {entry.params:,}"


def _word(answer: Answer, found: Found, line: int, column: int) -> Iterator[str]:
    document = answer.document
    assert document is not None
    blocks = known_blocks(answer)
    value, top = document.value, top_of(answer.recipe)
    state = state_at(value, found.path, top, blocks)
    if found.part == "key" and found.path:
        name = str(found.path[-1])
        around = state_at(value, found.path[:-1], top, blocks)
        if isinstance(around, Named) and around.what in ("params", "let"):
            yield from _name(answer, found, name)
        yield from _key(around, name, blocks)
        return
    written = document.at(found.path)
    if isinstance(state, Entry) and isinstance(written, str):
        yield from _entry_word(written, blocks)
    elif isinstance(state, Objects) and isinstance(written, str):
        yield from _page(state.kinds.names.get(written))
    elif isinstance(state, Keys) and isinstance(written, str | int | float | bool):
        short = field_of(state, bare_field(state.records[0]))
        if short is not None and short[1].type.nested and record_of(str(written)):
            yield from _entry_word(str(written), blocks)
        elif short is not None:
            yield from _field(*short)
    elif isinstance(state, Value) and state.record is not None and state.field is not None:
        yield from _field(state.record, state.field)
    if isinstance(written, str):
        yield from _name(answer, found, identifier_at(answer.lines[line - 1], column))


def identifier_at(line: str, column: int) -> str:
    """The name in which a column of a line lies; empty if it lies in none."""
    for match in re.finditer(r"[^\W\d]\w*", line):
        if match.start() + 1 <= column <= match.end() + 1:
            return match[0]
    return ""


def _name(answer: Answer, found: Found, name: str) -> Iterator[str]:
    """What a parameter is, where it is used."""
    if not name or answer.recipe or answer.document is None:
        return
    for place in (found.path[:2], ()):
        if place and place[0] != "blocks":
            continue
        owner = mapping(answer.document.at(place))
        for kind, word in (("params", "parameter"), ("let", "let")):
            declared = mapping(owner.get(kind))
            if name in declared:
                where = f" of the block {words(visible(str(place[1])))}" if place else ""
                yield f"\n{code(visible(name))}: {word}{where}, {_written(declared[name])}"
                return


def _written(default: Any) -> str:
    if is_required(default):
        return f"{default}, must be given"
    return code(visible(flow(default))) if isinstance(default, _PLAIN) else "…"


_PLAIN = (str, int, float, bool, list, dict, type(None))


def _key(around: State, name: str, blocks: dict[str, KnownBlock]) -> Iterator[str]:
    """A key: the word of an entry, an argument, a name that the file gives."""
    if isinstance(around, Entry):
        yield from _entry_word(name, blocks)
    elif isinstance(around, Objects):
        yield from _page(around.kinds.names.get(name))
    elif isinstance(around, Named) and around.what in ("blocks", "use") and name in blocks:
        yield from _block(blocks[name])
    elif isinstance(around, Named) and around.what == "defaults":
        yield from _entry_word(name, {})
    elif isinstance(around, Keys):
        field = field_of(around, name)
        if around.block in blocks and name in blocks[around.block].params:
            default = blocks[around.block].params[name]
            yield f"**{words(visible(name))}**: parameter of the block {words(around.block)}"
            yield f"\n{_written(default)}"
        elif field is not None:
            yield from _field(*field)
        elif record_of(name) is not None or name in blocks:
            yield from _entry_word(name, blocks)  # a layer by itself, in a wrapper


def _entry_word(word: str, blocks: dict[str, KnownBlock]) -> Iterator[str]:
    if word in blocks:
        yield from _block(blocks[word])
        return
    state = arguments_of(word, blocks)
    if isinstance(state, Keys):
        yield from _page(state.records[0])


def _block(block: KnownBlock) -> Iterator[str]:
    file = os.path.basename(block.place.document.source.name)
    yield f"**{words(visible(block.name))}**: block of {words(visible(file))}"
    if block.title:
        yield f"\n{words(visible(block.title))}"
    yield ""
    for name, default in block.params.items():
        yield f"- {code(visible(name))}: {_written(default)}"


def _page(record: type[Record] | None) -> Iterator[str]:
    """A layer, a construct or a class of Keras: what it is, and its arguments."""
    if record is None:
        return
    yield f"**{getattr(record, 'word', None) or record.__name__}**"
    yield f"\n{description_of(record)}\n"
    docs = field_docs(record)
    for name, field in fields(record).items():
        yield f"- `{name}`{_takes(record, field)}{'. ' + docs[name] if docs[name] else ''}"


def _field(record: type[Record], field: Field) -> Iterator[str]:
    own = f" of {record.__name__}" if issubclass(record, Layer) else ""
    yield f"**{field.name}**{own}"
    yield f"\n{field_docs(record)[field.name]}"
    yield f"\n{_takes(record, field).removeprefix(': ')}"


def _takes(record: type[Record], field: Field) -> str:
    return ": " + takes(record, field, lambda value: code(flow(value)))


def takes(record: type[Record], field: Field, show: Callable[[Any], str]) -> str:
    """What an argument may be, and its default, as ``show`` writes it."""
    said = field.type.expects_for(record)
    if field.required:
        return f"{said}; must be given"
    if field.default is None:
        return said.removesuffix(", or null")
    return f"{said}; default {show(plain(field.default))}"


def plain(value: Any) -> Any:
    """A default as people write it: one number for a window that is the same along every axis."""
    while isinstance(value, tuple) and value and all(v == value[0] for v in value):
        value = value[0]
    return list(value) if isinstance(value, tuple) else value
