"""Shaped graph to drawing: what stands on each card."""

import re
from collections.abc import Iterable

from archspec.drawing.content import words
from archspec.drawing.content.art import art, families
from archspec.drawing.content.diagram import Card, Chip, Cluster, Diagram, Wire
from archspec.drawing.content.fold import refold
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.levels import items
from archspec.drawing.content.notes import difference
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.content.tips import tip_of_group, tip_of_unit
from archspec.drawing.style.theme import LEGEND
from archspec.emit.names import output_name
from archspec.expand.graph import Ref
from archspec.expand.walks import readers
from archspec.infer.hierarchy import Counts, counts, total
from archspec.infer.infer import ShapedGraph

_TITLE = re.compile(r"(.+?) *\(([^()]+)\)([^()]*)")


def diagram(shaped: ShapedGraph, detail: str = "auto", expand: tuple[str, ...] = ()) -> Diagram:
    """The drawing of a network.

    Args:
        shaped: the network.
        detail: ``auto``, ``layers``, ``fused``, ``blocks`` or ``stages``.
        expand: paths, or words, of blocks to draw opened.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    return _Drawing(shaped).diagram(detail, expand)


class _Drawing:
    def __init__(self, shaped: ShapedGraph) -> None:
        self.shaped = shaped
        self.each: list[Counts] = counts(shaped)
        self.readers = readers(shaped.graph)
        self.card_of: dict[int, Card] = {}
        self.order: dict[str, int] = {}
        self.opened: set[int] = set()

    def diagram(self, detail: str, expand: tuple[str, ...]) -> Diagram:
        found, self.opened = items(self.shaped, detail, expand, self.readers)
        content = [self.place(item) for item in found]
        wires = self.wires()
        outputs = self.outputs(wires)
        drawing = Diagram(self.shaped.name, *self.heading(), [*content, *outputs], wires, [])
        shown = drawing.cards
        seen = {f for card in shown for f in _families(card)}
        return drawing._replace(families=[f for f in LEGEND if f in seen])

    def place(self, item: OutlineItem) -> Card | Cluster:
        if id(item) not in self.opened or isinstance(item, Unit):
            card = self.card(item)
            for node in item.nodes:
                self.card_of[node.index] = card
            return card
        name = _from_outside(item)
        title = f"{_group_title(item)}  ·  {name}" if item.block and name else name
        cluster = Cluster(f"c{item.nodes[0].index}", title or _group_title(item), item.times)
        cluster.content = [self.place(i) for i in self.inside(item)]
        nodes = sorted(item.nodes, key=lambda n: n.index)
        size = len(nodes) // item.times
        for k, node in enumerate(nodes[size:], size):  # later times stand for the first one
            first = self.card_of.get(nodes[k % size].index)
            if first is not None:
                self.card_of.setdefault(node.index, first)
        return cluster

    def inside(self, group: Group) -> list[OutlineItem]:
        """What is drawn in an opened block: what its branches hold stands by itself."""
        found: list[OutlineItem] = []
        for item in group.content:
            if isinstance(item, Group) and not item.block and id(item) not in self.opened:
                found += self.inside(item) if item.times == 1 else [item]
            else:
                found.append(item)
        return found

    def card(self, item: OutlineItem) -> Card:
        key = f"n{item.nodes[0].index}"
        self.order[key] = len(self.order)
        card = self.of_unit(item, key) if isinstance(item, Unit) else self.of_group(item, key)
        card.times = item.times
        sums = total(item.nodes, self.each)
        card.params = sums.params
        card.frozen = bool(sums.params) and not any(n.node.trainable for n in item.nodes)
        card.faded = not any(n.live for n in item.nodes)
        card.layers = [n.name for n in item.nodes]
        card.nodes = tuple(sorted([n.index for n in item.nodes]))
        return card

    def of_unit(self, unit: Unit, key: str) -> Card:
        layer = unit.head.layer
        card = Card(key, layer.family, words.title(layer))
        node = unit.head.node
        card.details = list(words.details(layer))
        if not node.inputs:
            card.details = [words.shape(unit.head.output_shape)]
        if own := words.own_activation(layer):
            card.chips.append(Chip("activation", words.activation_word(own)))
        card.chips += [Chip(c.layer.family, words.chip(c.layer)) for c in unit.chips]
        named = node.item is not None and getattr(node.item, "name", None)
        if not node.inputs and len(self.shaped.graph.inputs) > 1:
            card.foot = node.name
        elif named and unit.times == 1:
            card.foot = unit.name
        if node.shares >= 0:
            card.foot = f"shares {self.shaped.graph.nodes[node.shares].name}"
        card.tooltip = tip_of_unit(unit)
        return card

    def of_group(self, group: Group, key: str) -> Card:
        card = Card(key, "", _group_title(group))
        card.foot = _from_outside(group)
        content = refold(group.content, self.readers)
        alike = [i for i in content if isinstance(i, Group) and i.word == _only_word(content)]
        typical = group
        if alike and len(alike) == len(content):
            # A stage of units: the unit that comes most often, and how the first one differs.
            typical = max(alike, key=lambda g: g.times)
            card.title = _group_title(typical)
            group.times *= sum(g.times for g in alike) if group.times == 1 else 1
            if alike[0] is not typical:
                card.note = difference(alike[0], typical)
        elif len(content) == 1 and content[0].times > 1 and group.times == 1:
            only = content[0]
            if isinstance(only, Group):
                group.times = only.times
                typical = only
        if typical is group:
            typical = Group(group.name, group.path, group.word, group.nodes)
            typical.content = content if group.times == 1 else group.content
        card.rows = art(typical, self.readers)
        shared = next((n.node.shares for n in group.nodes if n.node.shares >= 0), -1)
        if shared >= 0:
            owner = self.shaped.graph.nodes[shared]
            card.note = f"weights of {owner.scope.path or owner.name}"
        if card.foot.replace("_", " ").lower() == card.title.lower():
            card.foot = ""
        card.tooltip = tip_of_group(group, self.each)
        return card

    def wires(self) -> list[Wire]:
        """One wire for each pair of connected cards, in the order of the file."""
        labels: dict[tuple[str, str], dict[str, None]] = {}
        facts = self.shaped.facts
        for index, node in enumerate(self.shaped.graph.nodes):
            target = self.card_of[index].key
            for source_index, output in node.inputs:
                source = self.card_of[source_index].key
                if source != target and self.order[source] < self.order[target]:
                    label = words.shape(facts[source_index].outputs[output])
                    labels.setdefault((source, target), {})[label] = None
        heaviest: dict[str, str] = {}
        for source, target in labels:
            before = heaviest.get(target)
            if before is None or self.order[source] > self.order[before]:
                heaviest[target] = source
        return [
            Wire(source, target, ", ".join(shapes), heaviest[target] == source)
            for (source, target), shapes in labels.items()
        ]

    def outputs(self, wires: list[Wire]) -> list[Card]:
        found = []
        outputs: Iterable[Ref] = dict.fromkeys(self.shaped.graph.outputs)
        several = len(self.shaped.graph.outputs) > 1
        for number, ref in enumerate(outputs):
            card = Card(f"out{number}", "io", "Output")
            card.details = [words.shape(self.shaped.shape(ref))]
            card.foot = output_name(self.shaped, ref) if several else ""
            card.tooltip = f"output {output_name(self.shaped, ref)}: {card.details[0]}"
            found.append(card)
            source = self.card_of[ref[0]]
            wires.append(Wire(source.key, card.key, "", True))
        return found

    def heading(self) -> tuple[str, tuple[str, ...]]:
        """Title and subtitle: ``ResNet-50`` and ``He et al., 2015 · 25.6 M parameters``."""
        shaped = self.shaped
        title = shaped.title or shaped.name
        match = _TITLE.fullmatch(title)
        source = []
        if match:
            title, source = match[1] + match[3], [match[2]]
        facts = [f"{words.count(shaped.params)} parameters"] if shaped.params else []
        if shaped.macs and shaped.macs_known:
            facts.append(f"{words.count(shaped.macs)} MACs")
        layers = sum(bool(n.inputs) for n in shaped.graph.nodes)
        facts.append(f"{layers:,} layers" if layers != 1 else "1 layer")
        return title, (*source, "  ·  ".join(facts))


def _from_outside(group: Group) -> str:
    """``stage1.unit2 … unit3``: its name with those of the stages around it."""
    first = group.name.partition(" … ")[0]
    around, found, _ = f".{group.path}.".partition(f".{first}.")
    return f"{around[1:]}.{group.name}" if first and found and around else group.name


def _only_word(content: list[OutlineItem]) -> str | None:
    found = {i.word if isinstance(i, Group) else None for i in content}
    return found.pop() if len(found) == 1 else None


def _group_title(group: Group) -> str:
    if group.word:
        return words.words(group.word)
    return f"{len(group.nodes) // group.times:,} layers"


def _families(card: Card) -> set[str]:
    found = {card.family, *(c.family for c in card.chips)} | families(card.rows)
    return found - {""}
