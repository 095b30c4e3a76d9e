"""What is inside a block, as rows and columns: a small picture for its card."""

from typing import NamedTuple

from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.content.wires import Web, cuts, part, web
from archspec.drawing.content.words import own_activation, pill, words

MOST_PILLS = 14
"""Most pills on a card; longer rows leave out what is in the middle."""
_MOST_COLUMNS = 6
_DEEPEST = 6


class Mark(NamedTuple):
    """Something fused into a pill: a small square with a letter."""

    family: str
    letter: str
    """``B`` for batch normalization, ``R`` for ReLU, ``σ`` for sigmoid: what reads in grey too."""
    name: str
    """What it is in words: ``BN``, ``ReLU``."""


class Pill(NamedTuple):
    """One layer of a block, or a block in it, in a line."""

    family: str
    text: str
    marks: tuple[Mark, ...] = ()
    times: int = 1
    nodes: tuple[int, ...] = ()
    """The layers that it stands for, of all times, by their index in the graph, in order."""
    faded: bool = False
    """Whether nothing in it leads to an output."""


class Repeated(NamedTuple):
    """Rows that come several times."""

    rows: "Rows"
    times: int


class Branches(NamedTuple):
    """Rows beside each other, all from the same place to the same place; no rows is a shortcut."""

    columns: tuple["Rows", ...]


Row = Pill | Repeated | Branches
Rows = tuple[Row, ...]


def art(group: Group, readers: list[list[int]]) -> Rows:
    """The picture of a block."""
    rows = _rows(web(group.content, readers), readers, 0)
    return rows if pills(rows) <= MOST_PILLS else _closed(group.content)


def pills(rows: Rows) -> int:
    """Number of pills in all."""
    total = 0
    for row in rows:
        if isinstance(row, Pill):
            total += 1
        elif isinstance(row, Repeated):
            total += pills(row.rows)
        else:
            total += sum(pills(column) for column in row.columns)
    return total


def families(rows: Rows) -> set[str]:
    """Families of everything in the rows."""
    found: set[str] = set()
    for row in rows:
        if isinstance(row, Pill):
            found |= {row.family, *(mark.family for mark in row.marks)}
        elif isinstance(row, Repeated):
            found |= families(row.rows)
        else:
            for column in row.columns:
                found |= families(column)
    return found


def _rows(found: Web, readers: list[list[int]], depth: int) -> Rows:
    rows: list[Row] = []
    start = 0
    through = cuts(found)
    for cut in [*through, len(found.items)]:
        if cut > start:
            rows += _between(found, start, cut, readers, depth)
        if cut < len(found.items):
            rows += _item(found.items[cut], readers, depth)
        start = cut + 1
    return _merged(rows)


def _between(found: Web, start: int, end: int, readers: list[list[int]], depth: int) -> list[Row]:
    """What lies between two items that everything goes through: branches, or a row if it is knotted."""
    inner = part(found, start, end)
    threads = _threads(inner)
    closing = found.reads[end] if end < len(found.items) else ()
    shortcut = any(source < start for source in closing)
    if depth < _DEEPEST and len(threads) + shortcut > 1 and len(threads) < _MOST_COLUMNS:
        columns = [_rows(_thread(inner, thread), readers, depth + 1) for thread in threads]
        if shortcut:
            columns.append(())
        return [Branches(tuple(columns))]
    if len(threads) == 1 and len(inner.items) > 1 and len(cuts(inner)) > 0 and depth < _DEEPEST:
        return list(_rows(inner, readers, depth + 1))
    return [row for item in inner.items for row in _item(item, readers, depth + 1)]


def _threads(inner: Web) -> list[list[int]]:
    """Positions that hang together without what stands before and after, in order."""
    owner = list(range(len(inner.items)))

    def root(k: int) -> int:
        while owner[k] != k:
            owner[k] = owner[owner[k]]
            k = owner[k]
        return k

    for k, sources in enumerate(inner.reads):
        for source in sources:
            if source >= 0:
                a, b = root(source), root(k)
                owner[max(a, b)] = min(a, b)
    found: dict[int, list[int]] = {}
    for k in range(len(inner.items)):
        found.setdefault(root(k), []).append(k)
    return list(found.values())


def _thread(inner: Web, positions: list[int]) -> Web:
    place = {k: n for n, k in enumerate(positions)}
    reads = [tuple(place.get(s, -1) for s in inner.reads[k]) for k in positions]
    ends = frozenset(place[k] for k in positions if k in inner.ends)
    return Web([inner.items[k] for k in positions], reads, ends)


def _item(item: OutlineItem, readers: list[list[int]], depth: int) -> list[Row]:
    if isinstance(item, Unit):
        return [unit_pill(item)]
    rows = _rows(web(item.content, readers), readers, depth + 1)
    if item.times > 1:
        return [Repeated(rows, item.times)] if pills(rows) > 1 else [_times(rows, item.times)]
    return list(rows)


def _times(rows: Rows, times: int) -> Row:
    only = rows[0]
    return (
        only._replace(times=only.times * times) if isinstance(only, Pill) else Repeated(rows, times)
    )


def unit_pill(unit: Unit) -> Pill:
    """The pill of a layer with what is fused into it."""
    layer = unit.head.layer
    marks = [Mark(c.layer.family, "", "") for c in unit.chips]
    if own_activation(layer):
        marks.insert(0, Mark("activation", "", ""))
    nodes = tuple(sorted([n.index for n in unit.nodes]))
    return Pill(layer.family, pill(layer), tuple(marks), unit.times, nodes)


def _merged(rows: list[Row]) -> Rows:
    """Equal pills in a row as one."""
    found: list[Row] = []
    for row in rows:
        last = found[-1] if found else None
        if isinstance(row, Pill) and isinstance(last, Pill) and last[:3] == row[:3]:
            nodes = (*last.nodes, *row.nodes)
            found[-1] = last._replace(times=last.times + row.times, nodes=nodes)
        else:
            found.append(row)
    return tuple(found)


def _closed(content: list[OutlineItem]) -> Rows:
    """The blocks in a block by their names alone, in the order of the file."""
    rows: list[Row] = []
    for item in content:
        if isinstance(item, Unit):
            rows.append(unit_pill(item))
        else:
            rows.append(Pill("", words(item.word) if item.word else "Block", (), item.times))
    merged = _merged(rows)
    if len(merged) <= MOST_PILLS:
        return merged
    left_out = len(merged) - MOST_PILLS + 4
    more = Pill("", f"… {left_out:,} more", (), 1)
    return (*merged[: MOST_PILLS - 5], more, *merged[-2:])
