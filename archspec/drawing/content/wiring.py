"""Wires between cards: where each comes out of one, and where it goes into the other."""

from typing import NamedTuple

from archspec.drawing.content import words
from archspec.drawing.content.art import Pill, Repeated, Rows, every_pill
from archspec.drawing.content.diagram import Card, Wire
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph

_MOST_TAPS = 3
"""Most wires from the middle of one card to the same other one."""


class Wiring:
    """What the cards of a drawing read from each other."""

    def __init__(self, shaped: ShapedGraph, readers: list[list[int]], cards: list[Card]) -> None:
        self.nodes = shaped.graph.nodes
        self.shaped = shaped
        self.order = {card.key: k for k, card in enumerate(cards)}
        self.card_of = {node: card for card in cards for node in card.nodes}
        self.mains = {card.key: main_input(shaped, card.nodes) for card in cards if card.rows}
        self.ends = {card.key: _ends(card, readers) for card in cards}

        self.first_of: dict[int, int] = {}
        """For layers on pills the first one on the same pill: what a picture can point at."""
        for card in cards:
            for pill in every_pill(card.rows):
                self.first_of.update(dict.fromkeys(pill.nodes, min(pill.nodes, default=0)))

    def wires(self) -> list[Wire]:
        """One wire for each pair of cards and places on them, in the order of the file."""
        found: list[Wire] = []
        for (source, target), reads in self._between().items():
            taps = self._taps(source, {read.ref[0] for read in reads})
            places: dict[tuple[int, int], list[_Read]] = {}
            for read in reads:
                entry = self._entry(target, read)
                places.setdefault((self._pill(taps.get(read.ref[0], -1)), entry), []).append(read)
            tapped = [place for place in places if place[0] >= 0]
            if len(tapped) > _MOST_TAPS:  # all of them as one, from where the last one is
                joined = [read for place in tapped for read in places.pop(place)]
                places[tapped[-1][0], tapped[0][1]] = joined
            for (tap, entry), over in places.items():
                label = self._label(self._once(over))
                found.append(Wire(source, target, label, False, False, tap, entry))
        heaviest: dict[str, str] = {}
        for wire in found:
            before = heaviest.get(wire.target)
            if before is None or self.order[wire.source] > self.order[before]:
                heaviest[wire.target] = wire.source
        return [w._replace(straight=heaviest[w.target] == w.source) for w in found]

    def to_output(self, ref: Ref, key: str) -> Wire:
        """The wire to the card of an output."""
        source = self.card_of[ref[0]].key
        tap = self._taps(source, {ref[0]}).get(ref[0], -1)
        return Wire(source, key, "", True, False, self._pill(tap))

    def _between(self) -> dict[tuple[str, str], list["_Read"]]:
        """For each pair of cards what goes over, in the order of those that read it."""
        found: dict[tuple[str, str], list[_Read]] = {}
        for index in sorted(self.card_of):
            target = self.card_of[index].key
            inputs = self.nodes[index].inputs
            for ref in dict.fromkeys(inputs):
                source = self.card_of.get(ref[0])
                # What later times of an opened block read stands for the first time already.
                if source is not None and self.order[source.key] < self.order[target]:
                    read = _Read(ref, index, inputs.count(ref))
                    found.setdefault((source.key, target), []).append(read)
        return found

    def _taps(self, card: str, read: set[int]) -> dict[int, int]:
        """Of what is read the layers in the middle of a card, and those that are one of several ends."""
        for ends in self.ends[card]:
            if ends <= read:
                read = read - ends
        return {node: node for node in read}

    def _entry(self, card: str, read: "_Read") -> int:
        """The layer that reads it, if the card has a main input and this is another one."""
        if self.mains.get(card, read.ref[0]) == read.ref[0]:
            return -1
        return self._pill(read.by)

    def _once(self, reads: list["_Read"]) -> list["_Read"]:
        """The reads of the first time, where opened blocks come several times."""
        card = self.card_of[reads[0].by]
        if card.around == 1:
            return reads
        size = len(card.nodes) // card.around
        time = [card.nodes.index(read.by) // size for read in reads]
        return [read for read, t in zip(reads, time, strict=True) if t == min(time)]

    def _pill(self, node: int) -> int:
        """The first layer on the pill of a layer, which stands for all of it."""
        return self.first_of.get(node, node)

    def _label(self, reads: list["_Read"]) -> str:
        """``×3 · 8×8×16``: the shapes that go over, and how many of each."""
        most: dict[Ref, int] = {}
        for read in reads:
            most[read.ref] = max(read.times, most.get(read.ref, 0))
        counts: dict[str, int] = {}
        for (index, output), times in most.items():
            shape = words.shape(self.shaped.facts[index].outputs[output])
            counts[shape] = counts.get(shape, 0) + times
        return ", ".join([f"×{n:,} · {shape}" if n > 1 else shape for shape, n in counts.items()])


class _Read(NamedTuple):
    """That a layer reads an output of another card."""

    ref: Ref
    by: int
    times: int


def main_input(shaped: ShapedGraph, nodes: tuple[int, ...]) -> int:
    """The layer that a block reads at its top; -1 if it reads none.

    Of those with which something in the block begins, the last one: a skip comes from further away.
    """
    inside = set(nodes)
    found = -1
    for index in nodes:
        sources = [source for source, _ in shaped.graph.nodes[index].inputs]
        outer = [source for source in sources if source not in inside]
        if outer and (len(outer) == len(sources) or found < 0):
            found = max(found, *outer)
    return found


def _ends(card: Card, readers: list[list[int]]) -> list[set[int]]:
    """The layers that a card gives on at its bottom, each time that it comes."""
    inside = set(card.nodes)
    size = max(1, len(card.nodes) // card.around)
    last = [set(pill.nodes) for pill in _last_pills(card.rows)] if card.rows else [inside]
    found = []
    for start in range(0, len(card.nodes), size):
        once = card.nodes[start : start + size]
        out = {n for n in once if any(r not in inside for r in readers[n])}
        found.append({max(out & nodes) for nodes in last if out & nodes})
    return found


def _last_pills(rows: Rows) -> list[Pill]:
    """The pills from which something flows out below."""
    if not rows:
        return []
    last = rows[-1]
    if isinstance(last, Pill):
        return [last]
    if isinstance(last, Repeated):
        return _last_pills(last.rows)
    found: list[Pill] = []
    for k, column in enumerate(last.columns):
        if last.leads(k):
            found += _last_pills(column or rows[:-1])
    return found
