"""Reshaping, for receptive fields: where the values of an axis go when axes are cut and joined."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from archspec.infer.receptive.axis_fields import AxisField, Even, as_table, follow
from archspec.infer.receptive.field_tables import MOST_CELLS, Interval, Table
from archspec.shapes.reach import ALL, Along, repeated, same
from archspec.shapes.shape import Shape


class _Group(NamedTuple):
    """Axes of the old shape that become axes of the new one, with as many values."""

    old: tuple[int, ...]
    new: tuple[int, ...]


def folded(field: AxisField, shape: Shape, out: Shape, together: bool = False) -> AxisField:
    """The field after the same values were given another shape.

    ``together``: whether the last of the new axes need not be told apart, for all along it is seen.
    """
    if field is None or (isinstance(field, Even) and field.axis is None):
        return field
    groups = _groups(shape, out)
    if groups is None:
        return None
    if together and groups and groups[-1].new == (len(out) - 1,):
        field = _without(field, groups[-1], shape)
    if isinstance(field, Even):
        axes: list[Along | None] = [ALL] * len(shape)  # those of size 1 are nowhere
        for group in groups:
            if len(group.old) == len(group.new) == 1:
                axes[group.old[0]] = same(group.new[0])
            elif len(group.new) == 1:
                # The slowest of those that are joined: as if each position were repeated.
                axes[group.old[0]] = repeated(group.new[0], _size(shape, group.old[1:]))
        if axes[field.axis or 0] != ALL or all(field.axis not in group.old for group in groups):
            return follow(field, axes, shape, out)
    table = as_table(field, shape)
    return table and _folded(table, groups, shape, out)


def _without(field: AxisField, group: _Group, shape: Shape) -> AxisField:
    """The field when all along some axes is seen."""
    axes = [ALL if n in group.old else same(n) for n in range(len(shape))]
    return follow(field, axes, shape, shape)


def _folded(table: Table, groups: list[_Group], shape: Shape, out: Shape) -> Table | None:
    met = [group for group in groups if not set(group.old).isdisjoint(table.axes)]
    sizes = [_size(shape, group.old) for group in met]
    if prod(sizes) > MOST_CELLS:
        return None
    steps = {axis: prod(table.sizes[n + 1 :]) for n, axis in enumerate(table.axes)}
    places = [0]
    for group, size in zip(met, sizes, strict=True):
        inner = _places(group, steps, shape, size)
        places = [place + step for place in places for step in inner]
    new = tuple([axis for group in met for axis in group.new])
    cells = tuple([table.cells[place] for place in places])
    return _needed(Table(new, tuple([out[axis] or 0 for axis in new]), cells))


def _places(group: _Group, steps: dict[int, int], shape: Shape, size: int) -> list[int]:
    """Where each value of a group's axes stands in a table, as far as these axes say."""
    found = [0] * size
    inner = 1
    for axis in reversed(group.old):
        count, step = shape[axis] or 1, steps.get(axis, 0)
        if step:
            for place in range(size):
                found[place] += place // inner % count * step
        inner *= count
    return found


def _needed(table: Table) -> Table:
    """Without axes along which all is equal."""
    for n, axis in enumerate(table.axes):
        inner = prod(table.sizes[n + 1 :])
        block = inner * table.sizes[n]
        cells = table.cells
        starts = range(0, len(cells), block)
        if all(cells[s : s + block] == cells[s : s + inner] * table.sizes[n] for s in starts):
            kept: list[Interval] = []
            for s in starts:
                kept += cells[s : s + inner]
            rest = Table(
                tuple([a for a in table.axes if a != axis]),
                (*table.sizes[:n], *table.sizes[n + 1 :]),
                tuple(kept),
            )
            return _needed(rest)
    return table


def _groups(shape: Shape, out: Shape) -> list[_Group] | None:
    """Which axes became which, without those of size 1; None if unknown sizes leave it open."""
    old = [axis for axis, size in enumerate(shape) if size != 1]
    new = [axis for axis, size in enumerate(out) if size != 1]
    front = _matched(old, new, shape, out)
    for group in front:
        old, new = old[len(group.old) :], new[len(group.new) :]
    back = _matched(old[::-1], new[::-1], shape, out)
    for group in back:
        old, new = old[: -len(group.old)], new[: -len(group.new)]
    middle = []
    if old or new:
        if len(old) != 1 or len(new) != 1:
            return None
        middle = [_Group(tuple(old), tuple(new))]
    return [*front, *middle, *[_Group(g.old[::-1], g.new[::-1]) for g in reversed(back)]]


def _matched(old: Sequence[int], new: Sequence[int], shape: Shape, out: Shape) -> list[_Group]:
    """The least groups of equal size from the front, up to a size that is not known."""
    found = []
    i = j = a = b = 0  # how many axes are in groups, and in the group that is begun
    while i + a < len(old) or j + b < len(new):
        left, right = _size(shape, old[i : i + a]), _size(out, new[j : j + b])
        rest, sizes = (old[i + a :], shape) if left <= right else (new[j + b :], out)
        if not rest or sizes[rest[0]] is None:
            break
        a, b = (a + 1, b) if left <= right else (a, b + 1)
        if a and b and _size(shape, old[i : i + a]) == _size(out, new[j : j + b]):
            found.append(_Group(tuple(old[i : i + a]), tuple(new[j : j + b])))
            i, j, a, b = i + a, j + b, 0, 0
    return found


def _size(shape: Shape, axes: Sequence[int]) -> int:
    return prod([shape[axis] or 0 for axis in axes])
