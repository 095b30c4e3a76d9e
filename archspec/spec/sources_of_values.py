"""Where the value of a parameter is written: in a cell of a table, in a call of a block, as a default."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Path, Place


class Written(NamedTuple):
    """The places at which one value is written that a name has."""

    places: tuple[Place, ...]
    is_given: bool = False
    """Whether it is given there to one round, or to one call, so that the mistake is there."""


def places_of_value(name: str, value: Any, place: Place) -> Written:
    """Where a value is written that a name has at a place of the same document."""
    for n in range(len(place.path) - 1, -1, -1):
        if place.path[n] == "repeat":
            path = place.path[: n + 1]
            cells = _cells(path, place.document.at(path), name, value)
            if cells is not None:
                return _written(cells, place, True)
    if place.path[:1] == ("blocks",) and len(place.path) > 1:
        block = str(place.path[1])
        params = place.document.at(("blocks", block, "params"))
        if isinstance(params, dict) and name in params:
            first = next(iter(params)) == name
            top = place.document.at(())
            calls = [*_calls(top, block, name if not first else "", name, value)]
            if calls:
                return _written(calls, place, True)
            passed = _passed_on(top, block, name, value, place)
            if passed:
                return Written(tuple(passed), True)
            default = ("blocks", block, "params", name)
            return _written([default] * (params[name] == value), place)
    declared = place.document.at(("params", name))
    return _written([("params", name)] * (declared is not None), place)


def _passed_on(top: Any, block: str, name: str, value: Any, place: Place) -> list[Place]:
    """Where a value is written that calls of a block pass on by a name of theirs."""
    found: list[Place] = []
    for path, given in arguments_of_calls(top, block, name):
        outer = re.fullmatch(r"\$?(\w+)|\$\{(\w+)\}", given) if isinstance(given, str) else None
        if outer is not None and block not in path[:-2]:
            source = places_of_value(outer[1] or outer[2], value, Place(place.document, path))
            found += [p for p in source.places if source.is_given and p not in found]
    return found


def arguments_of_calls(
    tree: Any, block: str, name: str, path: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """What calls of a block give to a parameter."""
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(tree, dict):
        inner = tree.items()
    elif isinstance(tree, list):
        inner = enumerate(tree)
    for step, each in inner:
        is_call = step == block and path and isinstance(path[-1], int)
        if is_call and isinstance(each, dict) and name in each:
            yield (*path, step, name), each[name]
        yield from arguments_of_calls(each, block, name, (*path, step))


def _written(paths: list[Path], place: Place, is_given: bool = False) -> Written:
    return Written(tuple(Place(place.document, path) for path in paths), is_given and bool(paths))


def _cells(path: Path, repeat: Any, name: str, value: Any) -> list[Path] | None:
    """The cells of a table that hold a value; None if the table has no such column."""
    table = repeat.get("for") if isinstance(repeat, dict) else None
    if isinstance(table, dict) and isinstance(table.get(name), list):
        return [(*path, "for", name, n) for n, cell in enumerate(table[name]) if cell == value]
    rows = repeat.get("rows") if isinstance(repeat, dict) else None
    if isinstance(table, list) and name in table and isinstance(rows, list):
        at = table.index(name)
        return [
            (*path, "rows", n, at)
            for n, row in enumerate(rows)
            if isinstance(row, list) and at < len(row) and row[at] == value
        ]
    return None


def _calls(
    tree: Any, block: str, key: str, name: str, value: Any, path: Path = ()
) -> Iterator[Path]:
    """The arguments of calls of a block that hold a value; ``key`` is empty for its first parameter."""
    if isinstance(tree, list):
        for n, inner in enumerate(tree):
            yield from _calls(inner, block, key, name, value, (*path, n))
    elif isinstance(tree, dict):
        for word, inner in tree.items():
            if word == block and path and isinstance(path[-1], int):
                if isinstance(inner, dict) and inner.get(name) == value:
                    yield (*path, word, name)
                elif not key and not isinstance(inner, dict) and inner == value:
                    yield (*path, word)
            yield from _calls(inner, block, key, name, value, (*path, word))
