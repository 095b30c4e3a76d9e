"""What is inside a block, as rows and columns: a small picture for its card."""

from collections.abc import Iterator
from typing import NamedTuple


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
    """Rows beside each other; no rows is a shortcut.

    All begin at what stands above and lead to what stands below, unless it says something else.
    """

    columns: tuple["Rows", ...]
    from_above: tuple[bool, ...] = ()
    """For each column whether it begins at what stands above. If not, nothing hangs it there: its
    first pill reads another input of the block, or nothing. Empty if all do."""
    to_below: tuple[bool, ...] = ()
    """For each column whether it leads to what stands below: one that leads nowhere, or only out of
    the block, does not. Empty if all do."""
    knotted: bool = False
    """Whether the columns are wired across, to each other or each to some of what stands above: then
    no lines say how, and a reader must be told."""

    def hangs(self, column: int) -> bool:
        """Whether a column begins at what stands above."""
        return self.from_above[column] if self.from_above else True

    def leads(self, column: int) -> bool:
        """Whether a column leads to what stands below."""
        return self.to_below[column] if self.to_below else True


Row = Pill | Repeated | Branches
Rows = tuple[Row, ...]


def every_pill(rows: Rows) -> Iterator[Pill]:
    """The pills in the order of the rows, columns from left to right."""
    for row in rows:
        if isinstance(row, Pill):
            yield row
        elif isinstance(row, Repeated):
            yield from every_pill(row.rows)
        else:
            for column in row.columns:
                yield from every_pill(column)


def pills(rows: Rows) -> int:
    """Number of pills in all."""
    return sum(1 for _ in every_pill(rows))


def families(rows: Rows) -> set[str]:
    """Families of everything in the rows."""
    found: set[str] = set()
    for pill in every_pill(rows):
        found |= {pill.family, *(mark.family for mark in pill.marks)}
    return found


def with_nodes(rows: Rows, nodes: dict[int, tuple[int, ...]]) -> Rows:
    """The rows with other layers on their pills: those that stand for each one there is."""
    found: list[Row] = []
    for row in rows:
        if isinstance(row, Pill):
            all_times = [n for node in row.nodes for n in nodes.get(node, (node,))]
            found.append(row._replace(nodes=tuple(sorted(all_times))))
        elif isinstance(row, Repeated):
            found.append(row._replace(rows=with_nodes(row.rows, nodes)))
        else:
            columns = tuple([with_nodes(column, nodes) for column in row.columns])
            found.append(row._replace(columns=columns))
    return tuple(found)
