"""Trails: which part of one axis of the network's input the positions of a layer depend on.

A part is an interval, from the first position to the last one. Layers are followed one by one; each
says only what it sees of the layer before it (``archspec.shapes.reach``).
"""

from collections.abc import Iterable, Sequence
from math import gcd, inf, lcm
from typing import NamedTuple

from archspec.infer.receptive.tables import (
    MOST_CELLS,
    NOTHING,
    Interval,
    Table,
    merged_tables,
    seen_of,
    table_after,
    union,
)
from archspec.infer.receptive.tables import without_gaps as tables_without_gaps
from archspec.shapes.reach import Along, same
from archspec.shapes.shape import Shape, Size

_LONGEST_PERIOD = 4096
_MOST_PLACES = 1024


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
        return table_after(trail, axes, out)
    if trail.axis is None:
        return trail
    along = axes[trail.axis]
    if along is None:
        return None
    if along.axis is None:
        return constant(trail.hull)
    if along == same(trail.axis) and shape[trail.axis] == out[trail.axis]:
        return trail
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
    steps = 2 * len(along.reads) * max([read.step for read in along.reads])
    if any(low > high for low, high in trail.parts):
        steps *= len(trail.parts)
    if out > 2 * _MOST_PLACES and steps > _MOST_PLACES:
        return trail.hull
    low = _first_seen(trail, along, size, range(out), steps)
    high = _first_seen(trail, along, size, range(out - 1, -1, -1), steps)
    return union((low, high))


def _first_seen(trail: Even, along: Along, size: int, places: range, steps: int) -> Interval:
    """What the first places see that see something, as many as it may take until nothing is new."""
    found = NOTHING
    period = len(trail.parts)
    forward = places.step > 0
    for place in places[:_MOST_PLACES]:
        taps = seen_of(along, place, size)
        many = len(taps) > 4 * period and taps.step == 1
        if many or len(taps) > _MOST_PLACES:  # the inner ones lie between the outer
            part = clipped(union(map(trail.at, {*taps[:period], *taps[-period:]})), trail.hull)
            found = union((found, part))
        else:
            found = union((found, *[clipped(trail.at(tap), trail.hull) for tap in taps]))
        steps -= found != NOTHING
        end = found[0] <= trail.hull[0] if forward else found[1] >= trail.hull[1]
        if not steps or end:
            return found
    return found if found != NOTHING or len(places) <= _MOST_PLACES else trail.hull


def clipped(part: Interval, hull: Interval) -> Interval:
    """What of it lies within the borders."""
    return max(part[0], hull[0]), min(part[1], hull[1])


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
        low, high = union(trail.at(n + times * along.advance) for n in taps)
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


def merged(left: Trail, right: Trail, shape: Shape) -> Trail:
    """What is seen on either of two ways to the same layer, of this shape."""
    if left is None or right is None:
        return None
    if left == right:
        return left
    if isinstance(left, Even) and isinstance(right, Even):
        hull = union((left.hull, right.hull))
        for one in (left, right):
            if one.axis is None and one.hull == hull:
                return one
        a, b = len(left.parts), len(right.parts)
        if left.axis == right.axis and left.advance * b == right.advance * a:
            period = lcm(a, b)
            if period > _LONGEST_PERIOD:
                return None
            parts = [union((left.at(n), right.at(n))) for n in range(period)]
            advance = left.advance * period // a
            shortest = _shortest(parts, advance)
            return Even(left.axis, shortest, advance * len(shortest) // period, hull)
    return merged_tables(as_table(left, shape), as_table(right, shape), shape)


def sees_nothing(trail: Trail) -> bool:
    """Whether no position sees anything."""
    if isinstance(trail, Table):
        return all(low > high for low, high in trail.cells)
    return trail is not None and trail.hull[0] > trail.hull[1]


def without_gaps(trails: Sequence[Trail], shape: Shape) -> list[Trail]:
    """The trails of one input, with nothing seen along all axes where nothing is along one.

    They are told of only before a reshaping; elsewhere they change no extent.
    """
    tables = [as_table(trail, shape) for trail in trails]
    pairs = zip(trails, tables, tables_without_gaps(tables, shape), strict=True)
    return [trail if after == before else after for trail, before, after in pairs]


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
