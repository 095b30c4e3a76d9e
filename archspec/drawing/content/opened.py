"""What is in the cards of a drawing: for each block a drawing of its own, and so on inward."""

from collections.abc import Iterable
from typing import NamedTuple

from archspec.drawing.content import words
from archspec.drawing.content.cards import _Drawing as Drawing
from archspec.drawing.content.diagram import Card, Diagram, Wire
from archspec.drawing.content.fold import refold
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.levels import items
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph

_MOST_MARKS = 8
"""Most marks for what comes in, and for what goes out."""


class Inside(NamedTuple):
    """A block, opened: what comes in, its cards, what goes out."""

    drawing: Diagram
    inside: dict[str, "Inside"]
    """Key of a card → what is in it, for those that are blocks."""


def insides(
    shaped: ShapedGraph, detail: str = "auto", expand: tuple[str, ...] = ()
) -> dict[str, Inside]:
    """What is in the cards of ``diagram(shaped, detail, expand)``, by their keys.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    return _Opener(shaped).all(detail, expand)


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
        found, opened = items(self.shaped, detail, expand, self.drawing.readers)
        self.drawing.opened = opened
        cards: list[Group] = []
        stack = list(reversed(found))
        while stack:
            item = stack.pop()
            if isinstance(item, Unit):
                continue
            if id(item) in opened:
                stack += reversed(self.drawing.inside(item))
            else:
                cards.append(item)
        return {_key(group): self.of(group) for group in cards}

    def of(self, group: Group) -> Inside:
        """A block and what is in it; its cards are made before those within, as they change counts."""
        content = self.content(group)
        cards = [self.card(item) for item in content]
        diagram = self.diagram(group, content, cards)
        inner = [item for item in content if isinstance(item, Group)]
        return Inside(diagram, {_key(item): self.of(item) for item in inner})

    def card(self, item: OutlineItem) -> Card:
        """A card as it is seen from the block around it: a block in it has its own name alone."""
        card = self.drawing.card(item)
        if isinstance(item, Group) and card.foot.endswith("." + item.name):
            card.foot = item.name
        return card

    def content(self, group: Group) -> list[OutlineItem]:
        """What is drawn: not a single block in a block, but what is in that."""
        found = refold(self.drawing.inside(group), self.drawing.readers, longest=1)
        while len(found) == 1 and isinstance(found[0], Group):
            found = refold(self.drawing.inside(found[0]), self.drawing.readers, longest=1)
        return found

    def diagram(self, group: Group, content: list[OutlineItem], cards: list[Card]) -> Diagram:
        card_of = {
            node.index: card
            for item, card in zip(content, cards, strict=True)
            for node in item.nodes
        }
        order = {card.key: k for k, card in enumerate(cards)}
        labels: dict[tuple[str, str], dict[str, None]] = {}
        sources: dict[Ref, Card] = {}
        given: dict[Ref, str] = {}
        for index in sorted(card_of):
            target = card_of[index].key
            for ref in self.shaped.graph.nodes[index].inputs:
                label = words.shape(self.shaped.shape(ref))
                if ref[0] not in card_of:
                    if ref not in sources and len(sources) < _MOST_MARKS:
                        sources[ref] = self.mark(f"in{len(sources)}", "In", ref)
                    if ref in sources:
                        labels.setdefault((sources[ref].key, target), {})  # the mark says the shape
                    continue
                source = card_of[ref[0]].key
                if source != target and order[source] < order[target]:
                    labels.setdefault((source, target), {})[label] = None
            for ref in self.leaving(index, card_of):
                given[ref] = target
        wires = [Wire(a, b, ", ".join(shapes), True) for (a, b), shapes in labels.items()]
        targets = []
        for number, (ref, source) in enumerate(list(given.items())[:_MOST_MARKS]):
            targets.append(self.mark(f"out{number}", "Out", ref))
            wires.append(Wire(source, f"out{number}", "", True))
        for marks in (list(sources.values()), targets):
            for number, card in enumerate(marks, 1):
                card.title += f" {number}" if len(marks) > 1 else ""
        content_of = [*sources.values(), *cards, *targets]
        return Diagram(self.shaped.name, group.name or group.word, (), content_of, wires, [])

    def leaving(self, index: int, card_of: dict[int, Card]) -> Iterable[Ref]:
        """Outputs of a layer that are read outside."""
        for output in range(len(self.shaped.facts[index].outputs)):
            ref = (index, output)
            readers = self.read_by.get(ref, ())
            if ref in self.outputs or any(reader not in card_of for reader in readers):
                yield ref

    def mark(self, key: str, title: str, ref: Ref) -> Card:
        card = Card(key, "io", title)
        card.details = [words.shape(self.shaped.shape(ref))]
        name = self.shaped.graph.nodes[ref[0]].name
        card.tooltip = f"from {name}" if title == "In" else f"made by {name}"
        return card


def _key(item: OutlineItem) -> str:
    return f"n{item.nodes[0].index}"
