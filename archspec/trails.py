"""Trails: which part of one axis of the network's input the positions of a layer depend on.

A part is an interval, from the first position to the last one. Layers are followed one by one; each
says only what it sees of the layer before it (``archspec.reach``).
"""

from collections.abc import Iterable, Sequence
from itertools import product
from math import gcd, inf, lcm, prod
from typing import NamedTuple

from archspec.reach import Along, same
from archspec.shapes import Shape, Size

Interval = tuple[float, float]
NOTHING: Interval = (inf, -inf)

MOST_CELLS = 1 << 18
"""Largest table; larger ones are not known."""
_LONGEST_PERIOD = 4096


class Even(NamedTuple):
    """A pattern that repeats: it goes on, beyond the borders too.

    Position ``m·len(parts) + r`` sees ``parts[r]``, moved on by ``m·advance``.
    """

    axis: int | None
    """The layer's axis that it goes with; None: all positions see the same, and there is one part."""
    parts: tuple[Interval, ...]
    advance: int
    hull: Interval
    """All that any position of the layer sees, within the borders."""

    def at(self, position: int) -> Interval:
        """What a position sees; beyond the borders, if the pattern goes on there."""
        times, rest = divmod(position, len(self.parts))
        low, high = self.parts[rest]
        return low + times * self.advance, high + times * self.advance


class Table(NamedTuple):
    """What every position sees, within the borders, where there is no pattern."""

    axes: tuple[int, ...]
    """The layer's axes that it goes with, in order."""
    sizes: tuple[int, ...]
    cells: tuple[Interval, ...]
    """For each combination of positions, the last axis fastest."""


Trail = Even | Table | None
"""None where it is not known."""


def start(axis: int, size: Size) -> Even:
    """Each position of an input sees itself."""
    return Even(axis, ((0, 0),), 1, (0, inf if size is None else size - 1))


def follow(trail: Trail, axes: Sequence[Along | None], shape: Shape, out: Shape) -> Trail:
    """The trail after a layer that sees its input, of a shape, along its axes like this."""
    if trail is None:
        return None
    if isinstance(trail, Table):
        for at in reversed(trail.axes):  # for their numbers may change
            trail = _table_along(trail, at, axes[at], out)
            if trail is None:
                return None
        return _sorted(trail)
    if trail.axis is None:
        return trail
    along = axes[trail.axis]
    if along is None:
        return None
    if along.axis is None:
        return constant(trail.hull)
    if along.once:
        table = as_table(trail, shape)
        return table and follow(table, axes, shape, out)
    return _even_along(trail, along, shape[trail.axis], out[along.axis])


def constant(part: Interval) -> Even:
    """All positions see the same."""
    return Even(None, (part,), 0, part)


def _all_of(trail: Even, along: Along, size: int, out: int) -> Interval:
    """All that the positions of a layer see together, within the borders of what it reads."""
    if along.advance < 1 or along.before or along.after:
        return trail.hull
    # From the first place that does not see the border only, for as long as something may be new.
    steps = len(along.reads) * max([read.step for read in along.reads])
    ahead = min([-read[-1] for read in along.reads if read], default=0) // along.advance
    back = max([size - read[0] for read in along.reads if read], default=0) // along.advance
    first = max(ahead * len(along.reads), 0)
    last = min((back + 1) * len(along.reads), out - 1)
    places = {
        *range(first, min(first + 2 * steps, out)),
        *range(max(last - 2 * steps, 0), last + 1),
    }
    seen = [taps for place in places if (taps := _taps(along, place, size))]
    if not seen:
        return NOTHING
    low, high = min([taps[0] for taps in seen]), max([taps[-1] for taps in seen])
    period = len(trail.parts)
    ends = {*range(low, min(low + period, high + 1)), *range(max(high - period + 1, low), high + 1)}
    return clipped(_union(trail.at(n) for n in ends), trail.hull)


def clipped(part: Interval, hull: Interval) -> Interval:
    """What of it lies within the borders."""
    return max(part[0], hull[0]), min(part[1], hull[1])


def _union(parts: Iterable[Interval]) -> Interval:
    low, high = NOTHING
    for first, last in parts:
        if first <= last:
            low, high = min(low, first), max(high, last)
    return low, high


def _even_along(trail: Even, along: Along, size: Size, out: Size) -> Trail:
    period = len(trail.parts)
    rounds = period // gcd(period, abs(along.advance))
    count = rounds * len(along.reads)
    if count > _LONGEST_PERIOD:
        return None
    parts = []
    for position in range(count):
        times, rest = divmod(position, len(along.reads))
        read = along.reads[rest]
        # The outermost lie in the first or in the last round of the pattern.
        taps = {*read[:period], *read[-period:]}
        low, high = _union(trail.at(n + times * along.advance) for n in taps)
        # What runs backwards sees the later ones before itself.
        if along.before if trail.advance > 0 else along.after:
            low = -inf
        if along.after if trail.advance > 0 else along.before:
            high = inf
        parts.append((low, high))
    advance = trail.advance * (along.advance * rounds // period)
    found = Even(along.axis, _shortest(parts, advance), 0, trail.hull)
    found = found._replace(advance=advance * len(found.parts) // count)
    if size is None or out is None:
        return found
    return found._replace(hull=_all_of(trail, along, size, out))


def _shortest(parts: list[Interval], advance: int) -> tuple[Interval, ...]:
    """The shortest pattern that gives the same."""
    count = len(parts)
    for length in range(1, count):
        if count % length == 0 and advance * length % count == 0:
            step = advance * length // count
            pairs = zip(parts, parts[length:], strict=False)
            if all((a[0] + step, a[1] + step) == b for a, b in pairs):
                return tuple(parts[:length])
    return tuple(parts)


def as_table(trail: Trail, shape: Shape) -> Table | None:
    """The trail position by position, within the borders; None if there are too many, or unknown."""
    if trail is None or isinstance(trail, Table):
        return trail
    if trail.axis is None:
        return Table((), (), (trail.hull,))
    size = shape[trail.axis]
    if size is None or size > MOST_CELLS:
        return None
    cells = tuple([clipped(trail.at(n), trail.hull) for n in range(size)])
    return Table((trail.axis,), (size,), cells)


def _table_along(trail: Table, axis: int, along: Along | None, out: Shape) -> Table | None:
    """The table after a layer that sees one of its axes like this."""
    if along is None:
        return None
    at = trail.axes.index(axis)
    size, inner = trail.sizes[at], prod(trail.sizes[at + 1 :])
    outer = prod(trail.sizes[:at])
    if along.axis is None:
        taps = [range(size)]
        axes = trail.axes[:at] + trail.axes[at + 1 :]
        sizes = trail.sizes[:at] + trail.sizes[at + 1 :]
    else:
        count = out[along.axis]
        if count is None or outer * inner * count > MOST_CELLS:
            return None
        axes = (*trail.axes[:at], ~along.axis, *trail.axes[at + 1 :])
        sizes = (*trail.sizes[:at], count, *trail.sizes[at + 1 :])
        if along == same(along.axis) and count == size:
            return Table(axes, sizes, trail.cells)
        taps = [_taps(along, n, size) for n in range(count)]
    if outer * inner * sum([len(read) for read in taps]) > 8 * MOST_CELLS:
        return None
    cells = [
        _union(trail.cells[(o * size + tap) * inner + i] for tap in read)
        for o, read, i in product(range(outer), taps, range(inner))
    ]
    return Table(axes, sizes, tuple(cells))


def _taps(along: Along, position: int, size: int) -> range:
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


def _sorted(trail: Table) -> Table:
    """With the axes in order again; those that were changed are written as ``~axis``."""
    axes = [~axis for axis in trail.axes]
    order = sorted(range(len(axes)), key=axes.__getitem__)
    return arranged(Table(tuple(axes), trail.sizes, trail.cells), [axes[n] for n in order])


def arranged(trail: Table, axes: Sequence[int], sizes: Sequence[int] = ()) -> Table:
    """The table over these axes, in this order; others than its own, of these sizes, change nothing."""
    if list(trail.axes) == list(axes):
        return trail
    steps = {axis: prod(trail.sizes[n + 1 :]) for n, axis in enumerate(trail.axes)}
    own = dict(zip(trail.axes, trail.sizes, strict=True))
    counts = [own.get(axis) or sizes[n] for n, axis in enumerate(axes)]
    places = [0]
    for axis, count in zip(axes, counts, strict=True):
        step = steps.get(axis, 0)
        places = [place + n * step for place in places for n in range(count)]
    return Table(tuple(axes), tuple(counts), tuple([trail.cells[place] for place in places]))


def merged(left: Trail, right: Trail, shape: Shape) -> Trail:
    """What is seen on either of two ways to the same layer, of this shape."""
    if left is None or right is None:
        return None
    if left == right:
        return left
    if isinstance(left, Even) and isinstance(right, Even):
        hull = _union((left.hull, right.hull))
        for one in (left, right):
            if one.axis is None and one.hull == hull:
                return one
        a, b = len(left.parts), len(right.parts)
        if left.axis == right.axis and left.advance * b == right.advance * a:
            period = lcm(a, b)
            if period > _LONGEST_PERIOD:
                return None
            parts = [_union((left.at(n), right.at(n))) for n in range(period)]
            advance = left.advance * period // a
            shortest = _shortest(parts, advance)
            return Even(left.axis, shortest, advance * len(shortest) // period, hull)
    return _merged_tables(as_table(left, shape), as_table(right, shape), shape)


def _merged_tables(left: Table | None, right: Table | None, shape: Shape) -> Table | None:
    if left is None or right is None:
        return None
    axes = sorted({*left.axes, *right.axes})
    sizes = [shape[axis] or 0 for axis in axes]
    if prod(sizes) > MOST_CELLS:
        return None
    a, b = (arranged(one, axes, sizes).cells for one in (left, right))
    return Table(tuple(axes), tuple(sizes), tuple([_union(p) for p in zip(a, b, strict=True)]))


def without_gaps(trails: Sequence[Trail], shape: Shape) -> list[Trail]:
    """The trails of one input, where what sees nothing along one axis sees nothing along the others.

    Such are places in a border of zeros. They are told only of what is about to be reshaped:
    elsewhere they change no extent. Where that takes too much, they are left as they are.
    """
    gaps = [t for trail in trails if (t := as_table(trail, shape)) and _has_gaps(t)]
    found: list[Trail] = []
    for trail in trails:
        table = as_table(trail, shape) if gaps else None
        axes = sorted({axis for one in (*gaps, table) if one for axis in one.axes})
        sizes = [shape[axis] or 0 for axis in axes]
        if table is None or prod(sizes) > MOST_CELLS:
            found.append(trail)
            continue
        own, *others = [arranged(one, axes, sizes).cells for one in (table, *gaps)]
        seen = [all(low <= high for low, high in place) for place in zip(*others, strict=True)]
        cells = [cell if some else NOTHING for cell, some in zip(own, seen, strict=True)]
        found.append(Table(tuple(axes), tuple(sizes), tuple(cells)))
    return found


def _has_gaps(table: Table) -> bool:
    return any(low > high for low, high in table.cells)


def extent(trail: Trail, size: Size, shape: Shape) -> float | None:
    """The most steps, from the first to the last, that a position sees of an input of this size.

    Infinite if that is all of it, because something looks at all; None if it is not known. A
    pattern that goes on is told as if the input went on too.
    """
    if trail is None:
        return None
    if isinstance(trail, Even) and trail.axis is not None:
        count, period = shape[trail.axis], len(trail.parts)
        if max(high - low for low, high in trail.parts) < inf:
            return _longest(trail.parts[:count])
        if count is None:
            return inf
        ends = {*range(min(period, count)), *range(max(count - period, 0), count)}
        most = _longest(clipped(trail.at(n), trail.hull) for n in ends)
    else:
        most = _longest(trail.cells if isinstance(trail, Table) else trail.parts)
    return inf if most == (inf if size is None else size) else most


def _longest(parts: Iterable[Interval]) -> float:
    return max((high - low + 1 for low, high in parts if low <= high), default=0)
