"""Rows that are too many for a card: what is left out, and how much that is."""

import re

from archspec.drawing.content.art import Branches, Pill, Repeated, Row, Rows, every_pill, pills
from archspec.drawing.content.words import count
from archspec.infer.hierarchy import Counts

_LEFT_OUT = re.compile(r"… ([\d,]+) branches, ")
_SHORTEST = 5
"""Longer rows may leave out what is in their middle."""
_HEAD, _TAIL = 2, 2
_FEWEST_COLUMNS = 6
"""Fewer branches than that are all shown: those that are left out are one to five by how they end."""


def shortened(rows: Rows, most: int, each: list[Counts]) -> Rows:
    """The rows with ``most`` pills about, the longest ones without their middle.

    Args:
        rows: what there is.
        most: number of pills; what cannot be shortened any more may have some more.
        each: what each layer adds to the totals.
    """
    while (too_many := pills(rows) - most) > 0:
        longest = max(_sizes(rows))
        if longest <= _SHORTEST:
            fewer = _fewer_columns(rows, most, each)
            if fewer is None or pills(fewer) >= pills(rows):
                return rows
            rows = fewer
            continue
        rows = _cut(rows, longest, max(_SHORTEST, longest - too_many), each)
    return rows


def _sizes(rows: Rows) -> list[int]:
    """Lengths of the rows and of all in them."""
    found = [len(rows)]
    for row in rows:
        if isinstance(row, Repeated):
            found += _sizes(row.rows)
        elif isinstance(row, Branches):
            for column in row.columns:
                found += _sizes(column)
    return found


def _cut(rows: Rows, longest: int, wanted: int, each: list[Counts]) -> Rows:
    """The rows in which those of a length leave out what is in their middle."""
    inner: list[Row] = []
    for row in rows:
        if isinstance(row, Repeated):
            row = row._replace(rows=_cut(row.rows, longest, wanted, each))
        elif isinstance(row, Branches):
            cut = tuple([_cut(c, longest, wanted, each) for c in row.columns])
            row = row._replace(columns=cut)
        inner.append(row)
    if len(inner) < longest:
        return tuple(inner)
    head = max(_HEAD, (wanted - 1) // 2)
    tail = max(_TAIL, wanted - 1 - head)
    more = _more(tuple(inner[head : len(inner) - tail]), "", each)
    return (*inner[:head], more, *inner[len(inner) - tail :])


def _fewer_columns(rows: Rows, most: int, each: list[Counts]) -> Rows | None:
    """The rows in which the widest branches leave out their last columns; None if all are narrow."""
    widest = max([len(b.columns) for b in _every_branches(rows)], default=0)
    if widest <= _FEWEST_COLUMNS:
        return None
    keep = max(_FEWEST_COLUMNS - 1, widest - max(2, pills(rows) - most + 1))

    def narrowed(rows: Rows) -> Rows:
        found: list[Row] = []
        for row in rows:
            if isinstance(row, Repeated):
                row = row._replace(rows=narrowed(row.rows))
            elif isinstance(row, Branches):
                row = row._replace(columns=tuple([narrowed(c) for c in row.columns]))
                if len(row.columns) == widest:
                    row = _without_last(row, keep, each)
            found.append(row)
        return tuple(found)

    return narrowed(rows)


def _without_last(row: Branches, keep: int, each: list[Counts]) -> Branches:
    """The first columns; of the others those that begin and end alike as one. Shortcuts stay."""
    flags = [(row.hangs(k), row.leads(k)) for k in range(len(row.columns))]
    columns = list(zip(row.columns, flags, strict=True))
    rest: dict[tuple[bool, bool], list[Rows]] = {}
    shortcuts = []
    for column, flag in columns[keep:]:
        if column:
            rest.setdefault(flag, []).append(column)
        else:
            shortcuts.append((column, flag))
    more: list[tuple[Rows, tuple[bool, bool]]] = []
    for flag, of in rest.items():
        number = sum([_branches_in(column) for column in of])
        what = f"{number:,} branches, " if number > 1 else ""
        more.append(((_more(tuple([r for c in of for r in c]), what, each),), flag))
    found = [*columns[:keep], *more, *shortcuts]
    return Branches(
        tuple([column for column, _ in found]),
        tuple([hangs for _, (hangs, _) in found]) if row.from_above else (),
        tuple([leads for _, (_, leads) in found]) if row.to_below else (),
        row.knotted,
    )


def _branches_in(column: Rows) -> int:
    """How many branches a column stands for: those that are left out already, or itself."""
    only = column[0] if len(column) == 1 else None
    found = _LEFT_OUT.match(only.text) if isinstance(only, Pill) else None
    return int(found[1].replace(",", "")) if found else 1


def _every_branches(rows: Rows) -> list[Branches]:
    found: list[Branches] = []
    for row in rows:
        if isinstance(row, Repeated):
            found += _every_branches(row.rows)
        elif isinstance(row, Branches):
            found.append(row)
            for column in row.columns:
                found += _every_branches(column)
    return found


def _more(rows: Rows, what: str, each: list[Counts]) -> Pill:
    """``… 12 more layers, 3.4 M params``: a pill for those that are left out."""
    left_out = list(every_pill(rows))
    nodes = tuple(sorted([n for pill in left_out for n in pill.nodes]))
    params = sum([each[n].params for n in nodes])
    weights = f", {count(params)} params" if params else ""
    layers = "layer" if len(nodes) == 1 else "layers"
    text = f"… {what}{len(nodes):,} more {layers}{weights}"
    return Pill("", text, (), 1, nodes, all(pill.faded for pill in left_out))
