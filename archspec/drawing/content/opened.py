"""What is in the cards of a drawing: for each block a drawing of its own, and so on inward."""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.drawing.content import words
from archspec.drawing.content.cards import Drawing, families_of
from archspec.drawing.content.diagram import Card, Diagram, Wire
from archspec.drawing.content.fold import refold
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.levels import block_of, items
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.content.tips import tip_of_unit
from archspec.drawing.content.wiring import Wiring
from archspec.drawing.style.theme import LEGEND
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph

_MOST_MARKS = 12
"""Most marks for what comes in, and for what goes out; the last one says how many more there are."""


class Inside(NamedTuple):
    """A block, opened: what comes in, its cards, what goes out. Its title says what it is."""

    drawing: Diagram
    inside: dict[str, "Inside"]
    """Key of a card → what is in it, for those that are blocks."""


class LayerLine(NamedTuple):
    """A layer in a list."""

    name: str
    title: str
    shape: str
    params: int
    told: tuple[str, ...]
    """What it is and how its shape and its parameters come about, in lines."""


def insides(
    shaped: ShapedGraph, detail: str = "auto", expand: tuple[str, ...] = ()
) -> dict[str, Inside]:
    """What is in the cards of ``diagram(shaped, detail, expand)``, by their keys.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    return _Opener(shaped).all(detail, expand)


def openable(
    shaped: ShapedGraph, detail: str = "auto", expand: tuple[str, ...] = ()
) -> dict[str, str]:
    """The cards of ``diagram(shaped, detail, expand)`` that stand for a block, by their keys.

    Each with the name by which ``expand`` opens it.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    return _Opener(shaped).names(detail, expand)


def one_block(shaped: ShapedGraph, name: str) -> Diagram:
    """A block by itself: what comes in, its cards, what goes out.

    Raises:
        UnknownBlock: there is no block of that path or word.
    """
    group = block_of(shaped, name)
    opener = _Opener(shaped)
    card = opener.drawing.card(group)
    found = opener.of(group, card.title).drawing
    own = group.path.removesuffix(f".{group.word}")
    path = own if own.replace("_", " ").lower() != card.title.lower() else ""
    found = found._replace(title="  ·  ".join([part for part in (card.title, path) if part]))
    size = len(group.nodes) // max(1, group.times)
    layers = f"{size:,} layers" if size > 1 else "1 layer"
    params = sum({c.key: c.params for c in found.cards}.values())
    facts = [f"of {shaped.title or shaped.name}", words.params(params), layers]
    seen = {f for c in found.cards for f in families_of(c)}
    return found._replace(
        subtitle=tuple(fact for fact in facts if fact),
        families=[f for f in LEGEND if f in seen],
    )


def layer_lines(shaped: ShapedGraph) -> list[LayerLine]:
    """The layers of a network in the order of the graph."""
    return [
        LayerLine(
            node.name,
            words.title(node.layer),
            words.shape(node.output_shape),
            node.params,
            tuple(tip_of_unit(Unit(node)).split("\n")),
        )
        for node in shaped.nodes
    ]


class _Opener:
    def __init__(self, shaped: ShapedGraph) -> None:
        self.shaped = shaped
        self.drawing = Drawing(shaped)
        self.read_by: dict[Ref, list[int]] = {}
        for index, node in enumerate(shaped.graph.nodes):
            for ref in node.inputs:
                self.read_by.setdefault(ref, []).append(index)
        self.outputs = set(shaped.graph.outputs)

    def all(self, detail: str, expand: tuple[str, ...]) -> dict[str, Inside]:
        return {c.key: self.of(group, c.title) for c, group in self.closed(detail, expand)}

    def names(self, detail: str, expand: tuple[str, ...]) -> dict[str, str]:
        found = {}
        for card, group in self.closed(detail, expand):
            name = group.path or group.word
            if name and name not in expand:
                found[card.key] = name
        return found

    def closed(self, detail: str, expand: tuple[str, ...]) -> Iterator[tuple[Card, Group]]:
        """The blocks that are cards, with these."""
        found, opened = items(self.shaped, detail, expand, self.drawing.readers)
        self.drawing.opened = opened
        stack = list(reversed(found))
        while stack:
            item = stack.pop()
            if isinstance(item, Unit):
                continue
            if id(item) in opened:
                stack += reversed(self.drawing.inside(item))
            else:
                yield self.drawing.card(item), item

    def of(self, group: Group, title: str) -> Inside:
        """A block and what is in it."""
        content, times = self.content(group)
        cards = [self.card(item) for item in content]
        said = [title, group.name, f"first of {times:,}" if times > 1 else ""]
        if group.name.replace("_", " ").lower() == title.lower():
            said[1] = ""
        heading = "  ·  ".join([part for part in said if part])
        inner = {
            card.key: self.of(item, card.title)
            for item, card in zip(content, cards, strict=True)
            if isinstance(item, Group)
        }
        return Inside(self.diagram(heading, cards), inner)

    def content(self, group: Group) -> tuple[list[OutlineItem], int]:
        """What is drawn, and of how many times it is the first.

        Not a single block in a block, but what is in that.
        """
        times = group.times
        found = refold(self.drawing.inside(group), self.drawing.readers, longest=1)
        while len(found) == 1 and isinstance(found[0], Group):
            times *= found[0].times
            found = refold(self.drawing.inside(found[0]), self.drawing.readers, longest=1)
        return found, times

    def card(self, item: OutlineItem) -> Card:
        """A card as it is seen from the block around it: a block in it has its own name alone."""
        card = self.drawing.card(item)
        self.drawing.add_up(card)
        if isinstance(item, Group) and card.foot.endswith("." + item.name):
            card.foot = item.name
        return card

    def diagram(self, title: str, cards: list[Card]) -> Diagram:
        own = {node for card in cards for node in card.nodes}
        read = {
            ref: None
            for node in sorted(own)
            for ref in self.shaped.graph.nodes[node].inputs
            if ref[0] not in own
        }
        sources = self.marks("in", "In", list(read))
        given = self.given(own)
        targets = self.marks("out", "Out", given)
        wires = self.wires(cards, sources)
        wiring = Wiring(self.shaped, self.drawing.readers, cards)
        for ref in given:
            key = next(card.key for card in targets if ref[0] in card.nodes)
            wire = wiring.to_output(ref, key)
            wires += [] if wire in wires else [wire]
        for card in (*sources, *targets):
            card.nodes = ()  # they are elsewhere
        return Diagram(self.shaped.name, title, (), [*sources, *cards, *targets], wires, [])

    def wires(self, cards: list[Card], sources: list[Card]) -> list[Wire]:
        """Wires between the cards, and from the marks for what comes in."""
        rest = Card("rest", "", "")
        seen = {node for card in (*sources, *cards) for node in card.nodes}
        rest.nodes = tuple([n for n in range(len(self.shaped.nodes)) if n not in seen])
        wiring = Wiring(self.shaped, self.drawing.readers, [*sources, *cards, rest])
        keys = {card.key for card in cards}
        marks = {card.key for card in sources}
        return [
            wire._replace(label="", tap=-1) if wire.source in marks else wire
            for wire in wiring.wires()
            if wire.target in keys
        ]

    def given(self, own: set[int]) -> list[Ref]:
        """What is read outside of these layers."""
        return [
            (node, output)
            for node in sorted(own)
            for output in range(len(self.shaped.facts[node].outputs))
            if (node, output) in self.outputs
            or any(reader not in own for reader in self.read_by.get((node, output), ()))
        ]

    def marks(self, key: str, title: str, refs: list[Ref]) -> list[Card]:
        """A card for each layer that gives something; the last one for all that are too many."""
        shapes: dict[int, dict[str, None]] = {}
        for ref in refs:
            shapes.setdefault(ref[0], {})[words.shape(self.shaped.shape(ref))] = None
        found: list[Card] = []
        for number, (node, said) in enumerate(shapes.items()):
            if number >= _MOST_MARKS:
                last = found[-1]
                last.nodes = (*last.nodes, node)
                last.details = [f"and {len(last.nodes) - 1:,} more"]
                continue
            card = Card(f"{key}{number}", "io", title)
            card.title += f" {number + 1}" if len(shapes) > 1 else ""
            card.details = [", ".join(said)]
            name = self.shaped.graph.nodes[node].name
            card.tooltip = f"from {name}" if title == "In" else f"made by {name}"
            card.nodes = (node,)
            found.append(card)
        return found
