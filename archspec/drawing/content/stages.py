"""Stages: units in a row that are drawn as one, with what differs told in words."""

from typing import NamedTuple

from archspec.drawing.content.art import Pill, Repeated, Row, Rows, every_pill, with_nodes
from archspec.drawing.content.fold import refold
from archspec.drawing.content.notes import difference, matched
from archspec.drawing.content.outline import Group, OutlineItem, rounds_of
from archspec.drawing.content.wires import web
from archspec.infer.hierarchy import Counts

_MOST_NOTES = 2
"""Most units of a stage that may differ from the one that is drawn."""


class Stage(NamedTuple):
    """What of a block is drawn."""

    drawn: Group
    """The block itself, or the unit in it that comes most often."""
    times: int
    """How often units as this one come, those that differ counted too."""
    alike: tuple[Group, ...] = ()
    """Units that differ in what the notes say, and in nothing else."""
    notes: tuple[str, ...] = ()
    """How single ones differ, a line each."""


def stage(group: Group, readers: list[list[int]], each: list[Counts]) -> Stage:
    """What of a block is drawn, and what is told of the rest."""
    whole = Stage(group, group.times)
    content = refold(group.content, readers)
    units = [i for i in content if isinstance(i, Group)]
    if group.times > 1 or len(units) < len(content) or not _in_a_row(content, readers):
        return whole
    words = {unit.word for unit in units}
    if len(words) > 1 or words == {""}:
        return whole
    drawn = max(units, key=lambda unit: unit.times)
    others = [unit for unit in units if unit is not drawn]
    if len(others) > _MOST_NOTES or (others and len(units) > 2 and drawn.times == 1):
        return whole
    count = sum(unit.times for unit in units)
    notes, alike, position = [], [], 0
    for unit in units:
        if unit is not drawn:
            which = _place(position, unit.times, count)
            note, listed = difference(which, unit, drawn, each)
            notes += [note] if note else []
            alike += [unit] if listed else []
        position += unit.times
    return Stage(drawn, count, tuple(alike), tuple(notes))


def spread(rows: Rows, found: Stage) -> Rows:
    """The rows of the unit that is drawn, with layers of the others on the pills that are alike."""
    alike: dict[int, list[int]] = {}
    for unit in found.alike:
        later = rounds_of(unit)
        for own, drawn in matched(unit, found.drawn).items():
            alike.setdefault(drawn, []).extend(later.get(own, (own,)))
    live = {n.index for unit in (found.drawn, *found.alike) for n in unit.nodes if n.live}
    return _faded(with_nodes(rows, {node: (node, *more) for node, more in alike.items()}), live)


def _faded(rows: Rows, live: set[int]) -> Rows:
    """The rows, with only that faded of which nothing leads to an output."""
    result: list[Row] = []
    for row in rows:
        if isinstance(row, Pill):
            result.append(row._replace(faded=live.isdisjoint(row.nodes)))
        elif isinstance(row, Repeated):
            result.append(row._replace(rows=_faded(row.rows, live)))
        else:
            columns = tuple([_faded(column, live) for column in row.columns])
            result.append(row._replace(columns=columns))
    return tuple(result)


def untold(rows: Rows, nodes: tuple[int, ...]) -> tuple[int, ...]:
    """The layers that stand on none of the pills."""
    told = {n for pill in every_pill(rows) for n in pill.nodes}
    return tuple([n for n in nodes if n not in told])


def _in_a_row(content: list[OutlineItem], readers: list[list[int]]) -> bool:
    """Whether each reads the one before it, and nothing else."""
    return all(sources == (k - 1,) for k, sources in enumerate(web(content, readers).reads) if k)


def _place(position: int, times: int, count: int) -> str:
    """What units are called by where they stand: ``first``, ``last two``."""
    number = {1: "", 2: " two", 3: " three"}.get(times, f" {times:,}")
    if position == 0:
        return f"first{number}"
    if position + times == count:
        return f"last{number}"
    return f"{position + 1:,}" if times == 1 else f"{position + 1:,} to {position + times:,}"
