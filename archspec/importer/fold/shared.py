"""Layers that are applied again in the same order are a block that is applied again.

A siamese network has its encoder once, and uses it for both inputs.
"""

from typing import Any

from archspec.importer.fold.blocks import Found, Place, make_block
from archspec.importer.fold.columns import Columns, columns_of
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.tree import (
    Again,
    Blocks,
    Body,
    Call,
    Item,
    Leaf,
    Source,
    relative,
)

_FEWEST = 2
"""Least layers of such a block."""


def take_shared(main: Body, blocks: Blocks) -> None:
    """Make blocks of rows of layers that are applied again as a whole; equal rows are one block."""
    groups: dict[Any, list[list[Item]]] = {}
    place = 0
    while place < len(main.items):
        item = main.items[place]
        if isinstance(item, Leaf) and item.fixed:
            count, uses = _row(main, place)
            if count >= _FEWEST:
                row = main.items[place : place + count]
                key = (count, *(item.shape_key() for item in row))
                groups.setdefault(key, []).append(row)
                for use in sorted(uses, reverse=True):
                    last = main.items[use + count - 1]
                    again = Again(place, None, {}, main.items[use].sources, last.layers[-1])
                    main.replace(use, count, [again])
                place += count - 1
        place += 1
    for rows in groups.values():
        alike = _columns(rows, blocks) is not None
        for each in [rows] if alike else [[row] for row in rows]:
            _make(main, each, blocks)


def _columns(rows: list[list[Item]], blocks: Blocks) -> Columns | None:
    return columns_of(rows, blocks, True, Effort())


def _make(main: Body, rows: list[list[Item]], blocks: Blocks) -> None:
    for item in (item for row in rows for item in row):
        assert isinstance(item, Leaf)
        item.fixed = False
    places = []
    for row in rows:
        start = next(place for place, item in enumerate(main.items) if item is row[0])
        places.append(Place(main, start, [row[0].sources[0]]))
    columns = _columns(rows, blocks)
    assert columns is not None
    before = {*blocks}
    make_block(Found(0, places, len(rows[0]), columns), blocks, divide=True)
    for item in main.items:
        if isinstance(item, Call) and item.word not in before:
            item.fixed = True


def _row(body: Body, start: int) -> tuple[int, list[int]]:
    """How many layers from a place on are applied again together, and the places where."""
    uses = [p for p, i in enumerate(body.items) if isinstance(i, Again) and i.owner == start]
    if not uses:
        return 0, []
    count = 1
    while all(_follows(body, start, use, count) for use in uses):
        count += 1
    while count > 1 and not _is_closed(body, start, count, uses):
        count -= 1
    return count, uses


def _follows(body: Body, start: int, use: int, offset: int) -> bool:
    """Whether the item behind a use is that behind the layer, applied again and wired alike."""
    own, other = start + offset, use + offset
    if other >= len(body.items) or own >= min(use, len(body.items)):
        return False
    layer, again = body.items[own], body.items[other]
    if not (isinstance(layer, Leaf) and isinstance(again, Again) and again.owner == own):
        return False
    if again.called:
        return False
    first: list[Source] = list(body.items[start].sources)
    second: list[Source] = list(body.items[use].sources)
    return (
        relative(layer.sources, start, first) == relative(again.sources, use, second)
        and len(first) == len(second) == 1
    )


def _is_closed(body: Body, start: int, count: int, uses: list[int]) -> bool:
    """Whether only the last layer of each row is read from outside, and no other use is elsewhere."""
    for begin in (start, *uses):
        inside = range(begin, begin + count - 1)
        for place, item in enumerate(body.items):
            if begin <= place < begin + count:
                continue
            if any(source in inside for source, _ in item.sources):
                return False
        if any(source in inside for source, _ in body.outputs):
            return False
    owners = range(start, start + count)
    rows = {place for use in uses for place in range(use, use + count)}
    for place, item in enumerate(body.items):
        if isinstance(item, Again) and item.owner in owners and place not in rows:
            return False
    return all(len(body.items[begin].sources) == 1 for begin in (start, *uses))
