"""Fields as tables: for every position of a layer, the part of the input's axis that it depends on.

They are for what no pattern describes: reshaped axes, and parts that are joined.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from math import inf, prod
from typing import NamedTuple

from archspec.shapes.reach import Along, same
from archspec.shapes.shape import Shape

Interval = tuple[float, float]
NOTHING: Interval = (inf, -inf)

MOST_CELLS = 1 << 18
"""Largest table; larger ones are not known."""


class Table(NamedTuple):
    """What every position sees, within the borders, where there is no pattern."""

    axes: tuple[int, ...]
    """The layer's axes that it goes with, in order."""
    sizes: tuple[int, ...]
    cells: tuple[Interval, ...]
    """For each combination of positions, the last axis fastest."""


def union(parts: Iterable[Interval]) -> Interval:
    low, high = NOTHING
    for first, last in parts:
        if first <= last:
            low, high = min(low, first), max(high, last)
    return low, high


def table_after(table: Table, axes: Sequence[Along | None], out: Shape) -> Table | None:
    """The table after a layer that sees its input along its axes like this; None if too large."""
    found: Table | None = table
    for axis in table.axes:
        found = found and _table_along(found, axis, axes[axis], out)
    return found and _sorted(found)


def _table_along(field: Table, axis: int, along: Along | None, out: Shape) -> Table | None:
    """The table after a layer that sees one of its axes like this."""
    if along is None:
        return None
    at = field.axes.index(axis)
    size, inner = field.sizes[at], prod(field.sizes[at + 1 :])
    outer = prod(field.sizes[:at])
    if along.axis is None:
        taps = [*along.reads] or [range(size)]
        axes = field.axes[:at] + field.axes[at + 1 :]
        sizes = field.sizes[:at] + field.sizes[at + 1 :]
    else:
        count = out[along.axis]
        if count is None or outer * inner * count > MOST_CELLS:
            return None
        axes = (*field.axes[:at], ~along.axis, *field.axes[at + 1 :])
        sizes = (*field.sizes[:at], count, *field.sizes[at + 1 :])
        if along == same(along.axis) and count == size:
            return Table(axes, sizes, field.cells)
        taps = [seen_of(along, n, size) for n in range(count)]
    if outer * inner * sum([len(read) for read in taps]) > 4 * MOST_CELLS:
        return None
    cells = [
        union(field.cells[(o * size + tap) * inner + i] for tap in read)
        for o, read, i in product(range(outer), taps, range(inner))
    ]
    return Table(axes, sizes, tuple(cells))


def seen_of(along: Along, position: int, size: int) -> range:
    """The positions that one of the output sees, within the borders."""
    times, rest = divmod(position, len(along.reads))
    read, move = along.reads[rest], times * along.advance
    first = read[0] + move if read else 0
    step = read.step
    if along.before:
        first, step = 0, 1
    elif first < 0:
        first += -(first // step) * step
    last = read[-1] + move if read else -1
    return range(first, size if along.after else min(last + 1, size), 1 if along.after else step)


def _sorted(field: Table) -> Table:
    """With the axes in order again; those that were changed are written as ``~axis``."""
    axes = [~axis for axis in field.axes]
    order = sorted(range(len(axes)), key=axes.__getitem__)
    return arranged(Table(tuple(axes), field.sizes, field.cells), [axes[n] for n in order])


def arranged(field: Table, axes: Sequence[int], sizes: Sequence[int] = ()) -> Table:
    """The table over these axes, in this order; others than its own, of these sizes, change nothing."""
    if list(field.axes) == list(axes):
        return field
    steps = {axis: prod(field.sizes[n + 1 :]) for n, axis in enumerate(field.axes)}
    own = dict(zip(field.axes, field.sizes, strict=True))
    counts = [own.get(axis) or sizes[n] for n, axis in enumerate(axes)]
    places = [0]
    for axis, count in zip(axes, counts, strict=True):
        step = steps.get(axis, 0)
        places = [place + n * step for place in places for n in range(count)]
    return Table(tuple(axes), tuple(counts), tuple([field.cells[place] for place in places]))


def merged_tables(left: Table | None, right: Table | None, shape: Shape) -> Table | None:
    if left is None or right is None:
        return None
    axes = sorted({*left.axes, *right.axes})
    sizes = [shape[axis] or 0 for axis in axes]
    if prod(sizes) > MOST_CELLS:
        return None
    a, b = (arranged(one, axes, sizes).cells for one in (left, right))
    return Table(tuple(axes), tuple(sizes), tuple([union(p) for p in zip(a, b, strict=True)]))


def without_gaps(tables: Sequence[Table | None], shape: Shape) -> list[Table | None]:
    """The tables of one input, where what sees nothing along one axis sees nothing along the others.

    Such are places in a border of zeros. Where that takes too much, they are left as they are.
    """
    gaps = [table for table in tables if table and _has_gaps(table)]
    if not gaps:
        return list(tables)
    found = []
    for table in tables:
        axes = sorted({axis for one in (*gaps, table) if one for axis in one.axes})
        sizes = [shape[axis] or 0 for axis in axes]
        if table is None or prod(sizes) > MOST_CELLS:
            found.append(table)
            continue
        own, *others = [arranged(one, axes, sizes).cells for one in (table, *gaps)]
        seen = [all(low <= high for low, high in place) for place in zip(*others, strict=True)]
        cells = [cell if some else NOTHING for cell, some in zip(own, seen, strict=True)]
        found.append(Table(tuple(axes), tuple(sizes), tuple(cells)))
    return found


def _has_gaps(table: Table) -> bool:
    return any(low > high for low, high in table.cells)
