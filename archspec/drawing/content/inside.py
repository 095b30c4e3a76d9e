"""The layers of a block as rows and columns that say how they are wired."""

from collections.abc import Iterable

from archspec.drawing.content.art import (
    Branches,
    Pill,
    Repeated,
    Row,
    Rows,
    pills,
    with_nodes,
)
from archspec.drawing.content.biases import Biases
from archspec.drawing.content.claims import true_wires
from archspec.drawing.content.flow import ABOVE, Flow, Segment, segments
from archspec.drawing.content.fold import refold
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.marks import Marks
from archspec.drawing.content.outline import Group, OutlineItem, rounds, rounds_of
from archspec.drawing.content.pill_text import pill_text
from archspec.drawing.content.shorten import shortened
from archspec.drawing.content.words import words
from archspec.infer.hierarchy import Counts
from archspec.infer.infer import ShapedGraph

MOST_PILLS = 20
"""Most pills on a card; what has more shows blocks by their names, and says what it leaves out."""
_DEEPEST = 6
"""Most branches in each other."""
_WIDEST_TOP = 8
"""Most layers that are looked at as what the columns of a knot begin at."""


class Insides:
    """Draws the insides of the blocks of a network."""

    def __init__(
        self,
        shaped: ShapedGraph,
        readers: list[list[int]],
        each: list[Counts],
        most: int = MOST_PILLS,
    ) -> None:
        self.shaped = shaped
        self.readers = readers
        self.each = each
        self.most = most
        self.biases = Biases(shaped, readers)
        self.marks = Marks([node.layer for node in shaped.nodes])

    def art(self, group: Group, main: int) -> Rows:
        """The picture of a block, with its layers of all times on the pills.

        Args:
            group: the block.
            main: the layer that its main input comes from; what else it reads comes in at the side.
        """
        items = group.content
        inside = {n.index for item in items for n in item.nodes}
        sides = {
            source
            for index in inside
            for source, _ in self.shaped.graph.nodes[index].inputs
            if source not in inside and source != main
        }
        rows = _Inside(self, items, inside, sides, closed=False).rows()
        if rows is None or pills(rows) > self.most:
            closed = _Inside(self, items, inside, sides, closed=True)
            rows = closed.rows()
            if rows is None or MOST_PILLS > self.most < pills(rows):
                rows = closed.listed()
        return with_nodes(shortened(rows, self.most, self.each), rounds_of(group))

    def unit_pill(self, unit: Unit, around: set[int]) -> Pill:
        """The pill of a layer with what is fused into it.

        Args:
            unit: the layer.
            around: the layers of the block, of which one may have the same weights.
        """
        layer = unit.head.layer
        marks = [self.marks.of_layer(chip.layer) for chip in unit.chips]
        own = self.marks.of_activation(layer)
        if own is not None:
            marks.insert(0, own)
        text = pill_text(layer) + self.biases.text(unit.head)
        if unit.head.node.shares in around:
            text += ", shared"
        again = equal_inputs(unit)
        if again > 1:
            text += f", one input {again} times"
        nodes = tuple(sorted([n.index for n in unit.nodes]))
        return Pill(layer.family, text, tuple(marks), unit.times, nodes, not unit.head.live)

    def merged(self, rows: list[Row]) -> Rows:
        """Equal pills in a row as one."""
        found: list[Row] = []
        last_key: object = None
        for row in rows:
            key = self._key(row) if isinstance(row, Pill) else None
            last = found[-1] if found else None
            if key is not None and key == last_key and isinstance(row, Pill):
                assert isinstance(last, Pill)
                nodes = tuple(sorted([*last.nodes, *row.nodes]))
                found[-1] = last._replace(times=last.times + row.times, nodes=nodes)
            else:
                found.append(row)
            last_key = key
        return tuple(found)

    def _key(self, pill: Pill) -> object:
        """What pills have in common that stand for equal layers: those, and not only the text."""
        once = pill.nodes[: len(pill.nodes) // pill.times]
        nodes = [self.shaped.nodes[n] for n in once]
        facts = [(id(n.layer), n.node.trainable, n.node.shares >= 0) for n in nodes]
        return pill[:3], pill.faded, facts


class _Inside:
    """The inside of one block, or of one repeat in it, while it is drawn."""

    def __init__(
        self,
        all_of_it: Insides,
        content: list[OutlineItem],
        around: set[int],
        sides: set[int],
        closed: bool,
    ) -> None:
        self.insides = all_of_it
        self.around = around
        """The layers of the whole block."""
        self.sides = sides
        """Layers elsewhere that are read at the side."""
        self.closed = closed
        """Whether blocks are shown by their names."""
        self.items = list(self._flat(content))
        nodes = all_of_it.shaped.graph.nodes
        self.position = {n.index: k for k, item in enumerate(self.items) for n in item.nodes}
        self.node_reads = {
            index: tuple(
                [
                    source if source in self.position else ABOVE
                    for source, _ in nodes[index].inputs
                    if source not in sides
                ]
            )
            for index in self.position
        }
        """For each layer those that it reads; ABOVE for the main input."""
        self.later: set[int] = set()
        """Layers of the later times of repeats in it: what they read is the same again."""
        found: list[dict[int, None]] = [{} for _ in self.items]
        for index, sources in self.node_reads.items():
            own = self.position[index]
            for source in sources:
                at = self.position.get(source, ABOVE)
                if at != own:
                    found[own][at] = None
        self.flow = Flow([tuple(sources) for sources in found])

    def _flat(self, content: list[OutlineItem]) -> Iterable[OutlineItem]:
        """The items, with what is in blocks that come once instead of those."""
        for item in refold(content, self.insides.readers):
            if isinstance(item, Group) and item.times == 1 and not (self.closed and item.block):
                yield from self._flat(item.content)
            else:
                yield item

    def rows(self) -> Rows | None:
        """The picture; None if it would show wires that are not there."""
        everything = list(range(len(self.items)))
        rows = self._series(everything, self._ends(), 0)
        reads = {index: s for index, s in self.node_reads.items() if index not in self.later}
        return rows if true_wires(rows, reads) else None

    def listed(self) -> Rows:
        """The items one by one, and nothing of how they are wired."""
        return (self._knot(list(range(len(self.items))), 0),)

    def _ends(self) -> frozenset[int]:
        """The items that the block gives on at last."""
        readers = self.insides.readers
        out = {
            at
            for index, at in self.position.items()
            if any(r not in self.position for r in readers[index])
        }
        live = {k for k in out if any(n.live for n in self.items[k].nodes)}
        out = live or out
        everything = list(range(len(self.items)))
        by_position = self.flow.readers(everything)
        if not out:
            return frozenset([k for k in everything if not by_position[k]])
        # What flows out earlier is tapped; the last one is what the block comes to, with those that
        # stand beside it: they have nothing in common since all flowed through one item.
        last = max(out)
        parts = segments(self.flow, everything, frozenset((last,)))
        before, inner, _ = next(s for s in parts if s.after == last or last in s.inner)
        threads = self.flow.threads(sorted({*inner, last}))
        beside = [t[-1] for t in threads if t[-1] in out and not by_position[t[-1]]]
        return frozenset((last, *[k for k in beside if k > before]))

    def _series(self, among: list[int], ends: frozenset[int], depth: int) -> Rows:
        """The rows of items that hang together, between what flows in and out of them."""
        rows: list[Row] = []
        for segment in segments(self.flow, among, ends):
            if segment.inner:
                rows += self._between(segment, set(among), ends, depth, rows)
            if segment.after is not None:
                rows += self._item(segment.after)
        return self.insides.merged(rows)

    def _between(
        self, segment: Segment, among: set[int], ends: frozenset[int], depth: int, before: list[Row]
    ) -> list[Row]:
        threads = self.flow.threads(segment.inner)
        after = segment.after
        if after is None:
            wanted, shortcut = ends, segment.before in ends
        else:
            wanted = frozenset(self.flow.reads[after])
            sources = {s if s in among else ABOVE for s in wanted}
            shortcut = segment.before in sources
        alone = len(threads) + shortcut == 1 and not wanted.isdisjoint(segment.inner)
        if depth >= _DEEPEST or alone:
            return [self._knot(segment.inner, depth)]
        columns = [self._series(t, self._wanted(t, wanted), depth + 1) for t in threads]
        hangs = [any(s not in t for k in t for s in self.flow.reads[k]) for t in threads]
        leads = [not wanted.isdisjoint(t) for t in threads]
        if shortcut:
            aside = self._beside(before, columns) if not any(hangs) and all(leads) else ()
            columns.insert(0, aside) if aside else columns.append(())
            hangs.insert(0 if aside else len(hangs), True)
            leads.insert(0 if aside else len(leads), True)
        return [_branches(columns, hangs, leads)]

    def _wanted(self, thread: list[int], wanted: frozenset[int]) -> frozenset[int]:
        found = wanted.intersection(thread)
        readers = self.flow.readers(thread)
        return found or frozenset([k for k in thread if not readers[k]])

    def _beside(self, before: list[Row], columns: list[Rows]) -> Rows:
        """The last rows so far, which can stand beside columns that hang from nothing."""
        most = max(len(column) for column in columns)
        found: list[Row] = []
        while before and len(found) < most and isinstance(before[-1], Pill):
            found.insert(0, before.pop())
        return self.insides.merged(found)

    def _knot(self, inner: list[int], depth: int) -> Branches | Repeated | Pill:
        """Items that no rows and columns can show as they are wired."""
        for size in range(1, min(len(inner) - 1, _WIDEST_TOP)):
            threads = self.flow.threads(inner[size:])
            if len(threads) > 1 and depth < _DEEPEST:
                nothing: frozenset[int] = frozenset()
                top = [
                    self._series(t, self._wanted(t, nothing), depth + 1)
                    for t in self.flow.threads(inner[:size])
                ]
                rest = [self._series(t, self._wanted(t, nothing), depth + 1) for t in threads]
                return Branches((*top, *rest), knotted=True)
        rows = [row for k in inner for row in self._item(k)]
        return Branches(tuple([(row,) for row in rows]), knotted=True)

    def _item(self, k: int) -> list[Row]:
        item = self.items[k]
        if isinstance(item, Unit):
            return [self.insides.unit_pill(item, self.around)]
        if not (self.closed and item.block):
            inner = _Inside(self.insides, item.content, self.around, self.sides, self.closed)
            rows = inner.rows()
            if rows is not None and rows:
                self.later.update(inner.later, *rounds(item)[1:])
                rows = with_nodes(rows, rounds_of(item))
                if len(rows) == 1 and isinstance(only := rows[0], Pill):
                    return [only._replace(times=only.times * item.times)]
                return [Repeated(rows, item.times)]
        count = len(item.nodes) // item.times
        layers = f"{count:,} layers" if count > 1 else "1 layer"
        text = f"{words(item.word)}  ·  {layers}" if item.word else layers
        nodes = tuple(sorted([n.index for n in item.nodes]))
        return [Pill("", text, (), item.times, nodes, not any(n.live for n in item.nodes))]


def _branches(columns: list[Rows], hangs: list[bool], leads: list[bool]) -> Branches:
    return Branches(
        tuple(columns),
        () if all(hangs) else tuple(hangs),
        () if all(leads) else tuple(leads),
    )


def equal_inputs(unit: Unit) -> int:
    """How often a layer reads the input that it reads most often."""
    inputs = unit.head.node.inputs
    return max([inputs.count(ref) for ref in set(inputs)], default=0) if len(inputs) > 1 else 1
