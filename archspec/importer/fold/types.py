"""Types of the parameters of blocks, from all values that their calls give."""

from typing import Any

from archspec.importer.fold.tree import REQUIRED, Blocks, Body, Call, Loop
from archspec.importer.fold.values import Chosen, Either, Scaled, When

Types = dict[tuple[str, str], set[str]]
"""Block and parameter → words for the types of its values."""
_ROUNDS = 8
"""How deep parameters are handed on from block to block."""


def types_of(main: Body, blocks: Blocks) -> Types:
    """The types of all parameters."""
    found: Types = {(name, param): set() for name, b in blocks.items() for param in b.params}
    for name, block in blocks.items():
        for param, default in block.params.items():
            if default is not REQUIRED:
                found[name, param] |= {_word(default)} - {""}
    for _ in range(_ROUNDS):
        before = {key: {*words} for key, words in found.items()}
        _visit(main, "", {}, found)
        for name, block in blocks.items():
            _visit(block.body, name, {}, found)
        if before == found:
            break
    for words in found.values():
        if {"int", "float"} <= words:
            words.remove("int")
    return found


def _visit(body: Body, owner: str, tables: dict[str, Any], found: Types) -> None:
    for item in body.items:
        if isinstance(item, Call):
            for name, value in item.arguments.items():
                found[item.word, name] |= _words(value, owner, tables, found)
        inner = {**tables, **item.table} if isinstance(item, Loop) else tables
        for below in item.bodies():
            _visit(below, owner, inner, found)


def _words(value: Any, owner: str, tables: dict[str, Any], found: Types) -> set[str]:
    if isinstance(value, Either):
        return {"bool"}
    if isinstance(value, Chosen | When):
        return _words(value.then, owner, tables, found) | _words(
            value.otherwise, owner, tables, found
        )
    if not isinstance(value, Scaled):
        return {_word(value)} - {""}
    if value.base in tables:
        column = tables[value.base]
        if not isinstance(column, list):  # a list of another table, or a parameter
            return _inside(column, tables)
        return set().union(*(_words(v, owner, {}, found) for v in column))
    if (owner, value.base) in found:
        return found[owner, value.base]
    return {"int"}


def _inside(value: Any, tables: dict[str, Any]) -> set[str]:
    """The types of what is in the lists of a column."""
    lists = tables.get(value.base) if isinstance(value, Scaled) else None
    if not isinstance(lists, list):
        return {"float"}
    return {_word(v) for inner in lists if isinstance(inner, list) for v in inner} - {""}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    words = {int: "int", float: "float", str: "str", list: "list"}
    return words.get(type(value), "")
