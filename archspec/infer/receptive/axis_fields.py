"""Fields along an axis: which part of an axis of the input the positions of a layer depend on.

A part is an interval, from the first position to the last one. Layers are followed one by one; each
says only what it sees of the layer before it (``archspec.shapes.reach``).
"""

from collections.abc import Iterable, Sequence
from math import gcd, inf, lcm
from typing import NamedTuple

from archspec.infer.receptive.field_tables import (
    MOST_CELLS,
    NOTHING,
    Interval,
    Table,
    merged_tables,
    seen_of,
    table_after,
    union,
)
from archspec.infer.receptive.field_tables import without_gaps as tables_without_gaps
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


AxisField = Even | Table | None
"""What the positions of a layer see along one axis of the input; None where it is not known."""


def start(axis: int, size: Size) -> Even:
    """Each position of an input sees itself."""
    return Even(axis, ((0, 0),), 1, (0, inf if size is None else size - 1))


def follow(field: AxisField, axes: Sequence[Along | None], shape: Shape, out: Shape) -> AxisField:
    """The field after a layer that sees its input, of a shape, along its axes like this."""
    if field is None:
        return None
    if isinstance(field, Table):
        return table_after(field, axes, out)
    if field.axis is None:
        return field
    along = axes[field.axis]
    if along is None:
        return None
    if along.axis is None:
        seen = [clipped(field.at(n), field.hull) for read in along.reads for n in read]
        return constant(union(seen) if along.reads else field.hull)
    if along == same(field.axis) and shape[field.axis] == out[field.axis]:
        return field
    if along.once:
        table = as_table(field, shape)
        return table and follow(table, axes, shape, out)
    return _even_along(field, along, shape[field.axis], out[along.axis])


def constant(part: Interval) -> Even:
    """All positions see the same."""
    return Even(None, (part,), 0, part)


def _all_of(field: Even, along: Along, size: int, out: int) -> Interval:
    """All that the positions of a layer see together, within the borders of what it reads."""
    if along.advance < 1 or along.before or along.after:
        return field.hull
    steps = 2 * len(along.reads) * max([read.step for read in along.reads])
    if any(low > high for low, high in field.parts):
        steps *= len(field.parts)
    if out > 2 * _MOST_PLACES and steps > _MOST_PLACES:
        return field.hull
    low = _first_seen(field, along, size, range(out), steps)
    high = _first_seen(field, along, size, range(out - 1, -1, -1), steps)
    return union((low, high))


def _first_seen(field: Even, along: Along, size: int, places: range, steps: int) -> Interval:
    """What the first places see that see something, as many as it may take until nothing is new."""
    found = NOTHING
    period = len(field.parts)
    forward = places.step > 0
    for place in places[:_MOST_PLACES]:
        taps = seen_of(along, place, size)
        many = len(taps) > 4 * period and taps.step == 1
        if many or len(taps) > _MOST_PLACES:  # the inner ones lie between the outer
            part = clipped(union(map(field.at, {*taps[:period], *taps[-period:]})), field.hull)
            found = union((found, part))
        else:
            found = union((found, *[clipped(field.at(tap), field.hull) for tap in taps]))
        steps -= found != NOTHING
        end = found[0] <= field.hull[0] if forward else found[1] >= field.hull[1]
        if not steps or end:
            return found
    return found if found != NOTHING or len(places) <= _MOST_PLACES else field.hull


def clipped(part: Interval, hull: Interval) -> Interval:
    """What of it lies within the borders."""
    return max(part[0], hull[0]), min(part[1], hull[1])


def _even_along(field: Even, along: Along, size: Size, out: Size) -> AxisField:
    period = len(field.parts)
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
        low, high = union(field.at(n + times * along.advance) for n in taps)
        # What runs backwards sees the later ones before itself.
        if along.before if field.advance > 0 else along.after:
            low = -inf
        if along.after if field.advance > 0 else along.before:
            high = inf
        parts.append((low, high))
    advance = field.advance * (along.advance * rounds // period)
    found = Even(along.axis, _shortest(parts, advance), 0, field.hull)
    found = found._replace(advance=advance * len(found.parts) // count)
    if size is None or out is None:
        return found
    return found._replace(hull=_all_of(field, along, size, out))


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


def as_table(field: AxisField, shape: Shape) -> Table | None:
    """The field position by position, within the borders; None if there are too many, or unknown."""
    if field is None or isinstance(field, Table):
        return field
    if field.axis is None:
        return Table((), (), (field.hull,))
    size = shape[field.axis]
    if size is None or size > MOST_CELLS:
        return None
    cells = tuple([clipped(field.at(n), field.hull) for n in range(size)])
    return Table((field.axis,), (size,), cells)


def merged(left: AxisField, right: AxisField, shape: Shape) -> AxisField:
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


def sees_nothing(field: AxisField) -> bool:
    """Whether no position sees anything."""
    if isinstance(field, Table):
        return all(low > high for low, high in field.cells)
    return field is not None and field.hull[0] > field.hull[1]


def without_gaps(fields: Sequence[AxisField], shape: Shape) -> list[AxisField]:
    """The fields of one input, with nothing seen along all axes where nothing is along one.

    They are told of only before a reshaping; elsewhere they change no extent.
    """
    tables = [as_table(field, shape) for field in fields]
    pairs = zip(fields, tables, tables_without_gaps(tables, shape), strict=True)
    return [field if after == before else after for field, before, after in pairs]


def extent(field: AxisField, size: Size, shape: Shape) -> float | None:
    """The most steps, from the first to the last, that a position sees of an input of this size.

    Infinite if that is all of it, because something looks at all; None if it is not known. A
    pattern that goes on is told as if the input went on too.
    """
    if field is None:
        return None
    if isinstance(field, Even) and field.axis is not None:
        count, period = shape[field.axis], len(field.parts)
        if max(high - low for low, high in field.parts) < inf:
            return _longest(field.parts[:count])
        if count is None:
            return inf
        ends = {*range(min(period, count)), *range(max(count - period, 0), count)}
        most = _longest(clipped(field.at(n), field.hull) for n in ends)
    else:
        most = _longest(field.cells if isinstance(field, Table) else field.parts)
    return inf if most == (inf if size is None else size) else most


def _longest(parts: Iterable[Interval]) -> float:
    return max((high - low + 1 for low, high in parts if low <= high), default=0)
