"""What a picture of rows and columns says of wires, against what they are."""

from archspec.drawing.content.art import Branches, Pill, Repeated, Rows

ABOVE: Pill | None = None
"""Stands for the main input of the block."""
Sources = frozenset[int]
"""Numbers of pills, in the order of the rows; -1 for the main input."""


def true_wires(rows: Rows, reads: dict[int, tuple[int, ...]]) -> bool:
    """Whether every wire that the rows show is there, and none is missing.

    Args:
        rows: the picture, with the layers of one time on its pills.
        reads: for each layer the layers of the block that it reads, -1 for its main input.
    """
    reader = _Reader()
    reader.rows(rows, frozenset((-1,)))
    number = {node: k for k, pill in enumerate(reader.pills) for node in pill.nodes}
    for k, (pill, claimed) in enumerate(zip(reader.pills, reader.claims, strict=True)):
        if claimed is None:
            continue
        sources = {number.get(s, -1) for node in pill.nodes for s in reads.get(node, ())}
        if sources - {k} != claimed:
            return False
    return True


class _Reader:
    """Reads rows from the top to the bottom, as a person does."""

    def __init__(self) -> None:
        self.pills: list[Pill] = []
        self.claims: list[Sources | None] = []
        """For each pill what it reads; None if the picture leaves it open."""

    def rows(self, rows: Rows, above: Sources | None) -> Sources | None:
        """What comes out below, if this flows in above."""
        for row in rows:
            if isinstance(row, Pill):
                self.claims.append(above)
                above = frozenset((len(self.pills),))
                self.pills.append(row)
            elif isinstance(row, Repeated):
                above = self.rows(row.rows, above)
            else:
                above = self.branches(row, above)
        return above

    def branches(self, row: Branches, above: Sources | None) -> Sources | None:
        found: Sources | None = frozenset()
        for k, column in enumerate(row.columns):
            begin = above if row.hangs(k) else frozenset()
            end = self.rows(column, None if row.knotted else begin)
            if row.leads(k):
                found = None if found is None or end is None else found | end
        return None if row.knotted else found
