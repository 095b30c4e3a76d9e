"""Shaped graph to drawing: what stands on each card."""

import re
from collections.abc import Iterable

from archspec.drawing.content import words
from archspec.drawing.content.art import families, with_nodes
from archspec.drawing.content.diagram import Card, Chip, Cluster, Diagram, Wire
from archspec.drawing.content.fold import piece_word
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.inside import MOST_PILLS, Insides
from archspec.drawing.content.levels import items
from archspec.drawing.content.notes import dead_ends, with_dead
from archspec.drawing.content.outline import Group, OutlineItem, rounds_of
from archspec.drawing.content.stages import spread, stage, untold
from archspec.drawing.content.tips import tip_of_group, tip_of_unit
from archspec.drawing.content.wiring import Wiring, main_input
from archspec.drawing.style.theme import LEGEND
from archspec.emit.names import output_name
from archspec.expand.graph import Ref
from archspec.expand.walks import readers
from archspec.infer.hierarchy import Counts, counts, total
from archspec.infer.infer import ShapedGraph

_TITLE = re.compile(r"(.+?) *\(([^()]+)\)([^()]*)")


def diagram(
    shaped: ShapedGraph,
    detail: str = "auto",
    expand: tuple[str, ...] = (),
    most_pills: int = MOST_PILLS,
) -> Diagram:
    """The drawing of a network.

    Args:
        shaped: the network.
        detail: ``auto``, ``layers``, ``fused``, ``blocks`` or ``stages``.
        expand: paths, or words, of blocks to draw opened.
        most_pills: most layers that a block's card shows one by one.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    return Drawing(shaped, most_pills).diagram(detail, expand)


class Drawing:
    """Makes the cards of a network."""

    def __init__(self, shaped: ShapedGraph, most_pills: int = MOST_PILLS) -> None:
        self.shaped = shaped
        self.each: list[Counts] = counts(shaped)
        self.readers = readers(shaped.graph)
        self.insides = Insides(shaped, self.readers, self.each, most_pills)
        self.opened: set[int] = set()
        self.keys: set[str] = set()
        """Those of the opened blocks."""

    def diagram(self, detail: str, expand: tuple[str, ...]) -> Diagram:
        found, self.opened = items(self.shaped, detail, expand, self.readers)
        content = [self.place(item) for item in found]
        drawing = Diagram(self.shaped.name, *self.heading(), content, [], [])
        for card in drawing.cards:
            self.add_up(card)
        wiring = Wiring(self.shaped, self.readers, drawing.cards)
        outputs, ends = self.outputs(wiring)
        drawing = drawing._replace(content=[*content, *outputs], wires=[*wiring.wires(), *ends])
        seen = {f for card in drawing.cards for f in families_of(card)}
        return drawing._replace(families=[f for f in LEGEND if f in seen])

    def place(self, item: OutlineItem, around: Group | None = None) -> Card | Cluster:
        """The card of an item, or an opened block; ``around`` is the opened block in which it stands."""
        if id(item) not in self.opened or isinstance(item, Unit):
            return self.card(item, around)
        name = _from_outside(item)
        title = f"{_group_title(item)}  ·  {name}" if item.block and name else name
        key = f"c{item.nodes[0].index}"
        while key in self.keys:  # of a block that begins with another one
            key += "i"
        self.keys.add(key)
        cluster = Cluster(key, title or _group_title(item), item.times)
        cluster.content = [self.place(i, item) for i in self.inside(item)]
        if item.times > 1:  # the first time stands for the later ones
            later = rounds_of(item)
            for card in Diagram("", "", (), cluster.content, [], []).cards:
                spread = [n for node in card.nodes for n in later.get(node, (node,))]
                card.nodes = tuple(sorted(spread))
                card.noted = tuple(sorted([n for k in card.noted for n in later.get(k, (k,))]))
                card.rows = with_nodes(card.rows, later)
                card.around *= item.times
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

    def card(self, item: OutlineItem, around: Group | None = None) -> Card:
        key = f"n{item.nodes[0].index}"
        if isinstance(item, Unit):
            card = self.of_unit(item, key, around)
        else:
            card = self.of_group(item, key)
        card.nodes = tuple(sorted([n.index for n in item.nodes]))
        return card

    def add_up(self, card: Card) -> None:
        """What the layers of a card come to, those of all times."""
        nodes = [self.shaped.nodes[n] for n in card.nodes]
        sums = total(nodes, self.each)
        card.params = sums.params
        card.frozen = bool(sums.params) and not any(n.node.trainable for n in nodes)
        card.faded = not any(n.live for n in nodes)
        card.layers = [n.name for n in nodes]
        if not all(n.live for n in nodes):
            card.rows = with_dead(card.rows, self.shaped.nodes)
        card.note = "\n".join([line for line in (card.note, dead_ends(nodes)) if line])

    def of_unit(self, unit: Unit, key: str, around: Group | None = None) -> Card:
        layer = unit.head.layer
        card = Card(key, layer.family, words.title(layer))
        card.times = unit.times
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
            card.foot = _within(around, unit) if around else node.name
        if node.shares >= 0:
            card.foot = f"shares {self.shaped.graph.nodes[node.shares].name}"
        card.tooltip = tip_of_unit(unit)
        return card

    def of_group(self, group: Group, key: str) -> Card:
        card = Card(key, "", _group_title(group))
        card.foot = _from_outside(group)
        found = stage(group, self.readers, self.each)
        card.title, card.times = _group_title(found.drawn), found.times
        if not found.drawn.word and (word := piece_word(found.drawn.content, self.readers)):
            card.title = words.words(word)
        card.note = "\n".join(found.notes)
        first = [n.index for item in found.drawn.content for n in item.nodes]
        rows = self.insides.art(found.drawn, main_input(self.shaped, tuple(sorted(first))))
        card.rows = spread(rows, found)
        card.noted = untold(card.rows, tuple(sorted([n.index for n in group.nodes])))
        if shared := self.shared_by(group):
            card.note = f"{card.note}\n{shared}" if card.note else shared
        if card.foot.replace("_", " ").lower() == card.title.lower():
            card.foot = ""
        card.tooltip = tip_of_group(group, self.each)
        return card

    def shared_by(self, group: Group) -> str:
        """Whose weights a block has; empty if they are its own. What shares within it says so itself."""
        inside = {n.index for n in group.nodes}
        foreign = [n for n in group.nodes if n.node.shares >= 0 and n.node.shares not in inside]
        if not foreign:
            return ""
        own = [n for n in group.nodes if n.node.shares < 0 and n.facts.weights]
        owner = self.shaped.graph.nodes[foreign[0].node.shares]
        whose = owner.scope.path or owner.name
        return f"some weights of {whose}" if own else f"weights of {whose}"

    def outputs(self, wiring: Wiring) -> tuple[list[Card], list[Wire]]:
        found, wires = [], []
        outputs: Iterable[Ref] = dict.fromkeys(self.shaped.graph.outputs)
        several = len(self.shaped.graph.outputs) > 1
        for number, ref in enumerate(outputs):
            card = Card(f"out{number}", "io", "Output")
            card.details = [words.shape(self.shaped.shape(ref))]
            card.foot = output_name(self.shaped, ref) if several else ""
            card.tooltip = f"output {output_name(self.shaped, ref)}: {card.details[0]}"
            found.append(card)
            wires.append(wiring.to_output(ref, card.key))
        return found, wires

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


def _within(around: Group, unit: Unit) -> str:
    """What a layer is called in an opened block."""
    name, path = unit.head.name, f"{around.path}."
    return name.removeprefix(path) if name.startswith(path) else unit.name


def _from_outside(group: Group) -> str:
    """``stage1.unit2 … unit3``: its name with those of the stages around it."""
    inner = [item for item in group.content if isinstance(item, Group)]
    if not group.name and len(inner) == 1:
        return _span(inner[0], group)
    first = group.name.partition(" … ")[0]
    around, found, _ = f".{group.path}.".partition(f".{first}.")
    return f"{around[1:]}.{group.name}" if first and found and around else group.name


def _span(block: Group, group: Group) -> str:
    """The names of the only block in a group without one: of the first time, and of the last one."""
    first = block.nodes[0]
    own = next((s for s in first.node.scope.chain() if s.path == block.path and s.path), None)
    if own is None or not group.times > 1 or block.times > 1:
        return _from_outside(block)
    at = rounds_of(group).get(first.index, (first.index,))[-1]
    last = next(n for n in group.nodes if n.index == at).node.scope.chain()
    depth = first.node.scope.chain().index(own)
    name = last[depth].path.rpartition(".")[2] if depth < len(last) else ""
    return f"{own.path} … {name}" if name else own.path


def _group_title(group: Group) -> str:
    if group.word:
        return words.words(group.word)
    return f"{len(group.nodes) // group.times:,} layers"


def families_of(card: Card) -> set[str]:
    """The families of everything on a card."""
    found = {card.family, *(c.family for c in card.chips)} | families(card.rows)
    return found - {""}
