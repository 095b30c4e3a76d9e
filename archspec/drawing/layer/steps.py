"""At which positions a window is seen, and how many there are between them."""

from typing import NamedTuple

from archspec.drawing.layer.axis import Shown

_ALL = 18
"""Positions up to which each one is seen."""
_ROW, _SECOND, _LAST = 5, 3, 2
"""Positions that are seen of the first row, the second and the last one."""
_LINE = 10
"""Positions that are seen at the beginning of a sequence."""


class Stop(NamedTuple):
    """A position at which the window is seen."""

    row: int
    column: int
    skipped: int
    """How many positions come between the one before and this one, which are not seen."""


def stops(rows: Shown, columns: Shown) -> list[Stop]:
    """The positions at which the window is seen, row by row: the first ones, and the last ones."""
    high, wide = rows.axis.positions, columns.axis.positions
    if high * wide <= _ALL and len(rows.cells) == len(columns.cells) == 1:
        chosen = [(r, c) for r in range(high) for c in range(wide)]
    elif wide <= _ROW + 1 or high == 1:
        heads = [(r, c) for r in rows.heads for c in columns.heads]
        chosen = heads[: _LINE if high == 1 else 2 * wide + 2]
        chosen += [(high - 1, c) for c in columns.tails[-_LAST:]]
    else:
        head, tail = columns.heads, columns.tails
        chosen = [(0, c) for c in (*head[:_ROW], wide - 1)]
        chosen += [(1, c) for c in head[:_SECOND]]
        chosen += [(high - 1, c) for c in tail[-_LAST:]]
    found = []
    before = -1
    for row, column in sorted(set(chosen)):
        number = row * wide + column
        found.append(Stop(row, column, number - before - 1))
        before = number
    return found


def first_second_last(rows: Shown, columns: Shown) -> list[Stop]:
    """For a picture that does not move: at most three positions."""
    every = stops(rows, columns)
    wide = columns.axis.positions
    found = []
    before = -1
    for k in sorted({0, min(1, len(every) - 1), len(every) - 1}):
        number = every[k].row * wide + every[k].column
        found.append(every[k]._replace(skipped=number - before - 1))
        before = number
    return found
