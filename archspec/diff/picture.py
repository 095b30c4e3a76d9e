"""A comparison as a picture: the second network, with what was added, removed and changed.

Colours say what happened, and signs on the cards say it without colours. What was removed stands beside,
dashed, between the layers that it stood between.
"""

from collections.abc import Iterable

from archspec.diff.change import Change
from archspec.diff.compare import Comparison
from archspec.diff.words import follows, labels, more, totals, weights
from archspec.drawing.content import words
from archspec.drawing.content.art import Branches, Pill, Repeated, Rows
from archspec.drawing.content.cards import diagram
from archspec.drawing.content.diagram import Card, Cluster, Diagram, Wire
from archspec.drawing.options import Options
from archspec.drawing.render import Picture, of_diagram
from archspec.drawing.style.theme import LEGEND
from archspec.expand.graph import Ref

_SIGNS = {"added": "+ ", "removed": "− ", "changed": "~ ", "same": ""}
_MOST_NOTES = 3
_UNTOLD = ("renamed", "inputs", "outputs")
"""Kinds of changes that are of no card."""


def picture_of(found: Comparison, options: Options = Options()) -> Picture:  # noqa: B008
    """The picture, not yet laid out; :func:`archspec.drawing.render.render` makes a file of it."""
    drawing = _Marked(found, diagram(found.second.shaped, options.detail)).drawing()
    return of_diagram(found.second.shaped, options, drawing)


class _Marked:
    def __init__(self, found: Comparison, plain: Diagram) -> None:
        self.found = found
        self.plain = plain
        self.changes = found.changes
        index = {node.name: k for k, node in enumerate(self.changes.second.nodes)}
        self.card_of = {index[name]: card for card in plain.cards for name in card.layers}
        self.removed: dict[int, Card] = {}
        """Nodes of the first network and the cards on which they stand as removed."""

    def drawing(self) -> Diagram:
        """The drawing with marks, and with cards for what was removed."""
        touching: dict[str, list[Change]] = {}
        for change in self.changes.all:
            if change.kind in _UNTOLD:
                continue
            nodes = change.second or change.around
            for key in dict.fromkeys(self.card_of[b].key for b in nodes if b in self.card_of):
                touching.setdefault(key, []).append(change)
        for card in self.plain.cards:
            self._mark(card, touching.get(card.key, []))
        beside = [self._gone(c) for c in self.changes.all if c.sign == "-" and c.first]
        wires = [*self.plain.wires, *self._wires()]
        families = {card.family for card in (*self.plain.cards, *beside)}
        if self.found.same:
            told = ["the same network"]
        else:
            behind = follows(self.found)
            told = [totals(self.found), f"changes {behind}" if behind else "", weights(self.found)]
        return self.plain._replace(
            title=" → ".join(labels(self.found)),
            subtitle=tuple(t for t in told if t),
            content=self._content(beside, wires),
            wires=wires,
            families=[family for family in LEGEND if family in families],
        )

    def _content(self, beside: list[Card], wires: list[Wire]) -> list[Card | Cluster]:
        """The cards, each of what was removed behind the one that it read."""
        before = {wire.target: wire.source for wire in reversed(wires) if wire.gone}
        behind: dict[str, list[Card]] = {}
        known = {card.key for card in beside}
        for card in beside:
            source = before.get(card.key, "")
            while source in known:
                source = before.get(source, "")
            behind.setdefault(source, []).append(card)
        found: list[Card | Cluster] = list(behind.pop("", ()))
        for item in self.plain.content:
            found.append(item)
            inner = self.plain._replace(content=[item]).cards
            found += [card for c in inner for card in behind.pop(c.key, ())]
        return found

    def _mark(self, card: Card, changes: list[Change]) -> None:
        card.rows = _plain_rows(card.rows)
        card.chips = [chip._replace(family="same") for chip in card.chips]
        nodes = [b for b, other in self.card_of.items() if other is card]
        come = {b for c in changes if c.sign == "+" for b in c.second}
        if not changes:
            family = "same"
        elif nodes and come >= {*nodes}:
            family = "added"
        else:
            family = "changed"
            card.note = "\n".join(_notes(changes, {*nodes}))
        card.family = family
        card.title = _SIGNS[family] + card.title

    def _gone(self, change: Change) -> Card:
        first = self.changes.first
        node = first.nodes[change.first[0]]
        title = words.title(node.layer) if change.kind == "layer" else words.words(change.word)
        if change.kind == "layers":
            title = f"{len(change.first):,} layers"
        card = Card(f"r{change.first[0]}", "removed", _SIGNS["removed"] + title)
        if change.kind == "layer":
            card.details = list(words.details(node.layer))
        elif change.kind == "layers":
            card.note = change.word
        else:
            card.details = [change.what]
        card.foot = change.before
        card.params = -change.params
        card.tooltip = f"removed: {change.before}"
        self.removed.update(dict.fromkeys(change.first, card))
        return card

    def _wires(self) -> list[Wire]:
        """From what stood before the removed layers to them, and on to what stands behind them."""
        found: dict[tuple[str, str], Wire] = {}
        for index, node in enumerate(self.changes.first.nodes):
            for ref in node.inputs:
                if index not in self.removed and ref[0] not in self.removed:
                    continue
                source, target = self._source(ref), self._card((index, 0))
                if source is None or target is None or source is target:
                    continue
                key = source.key, target.key
                if key not in found and (key[1], key[0]) not in found:
                    label = words.shape(self.changes.first.shaped.shape(ref))
                    found[key] = Wire(*key, label, False, True)
        return list(found.values())

    def _source(self, ref: Ref) -> Card | None:
        """The card that an output of the first network comes from: of rounds that are gone, the last
        one that is left."""
        card = self._card(ref)
        while card is None and (inputs := self.changes.first.nodes[ref[0]].inputs):
            ref = inputs[0]
            card = self._card(ref)
        return card

    def _card(self, ref: Ref) -> Card | None:
        """The card on which an output of the first network stands."""
        if ref[0] in self.removed:
            return self.removed[ref[0]]
        b = self.changes.pairing.to_second.get(ref[0])
        return self.card_of.get(b) if b is not None else None


def _notes(changes: Iterable[Change], nodes: set[int]) -> list[str]:
    """What has changed on a card, a few lines."""
    told: dict[str, int] = {}
    params = 0
    for change in sorted(changes, key=lambda c: (c.sign != "+", c.kind != "rounds")):
        params += change.params
        if change.sign == "+":
            text = f"+ {change.word}"
        elif change.kind in ("arguments", "class", "rounds", "content", "trainable"):
            text = change.what
        else:
            text = change.what.replace("reads the same in", "inputs in")
        told[text] = told.get(text, 0) + 1
    found = [f"{text} (×{times})" if times > 1 else text for text, times in told.items()]
    if len(found) > _MOST_NOTES:
        found = [*found[: _MOST_NOTES - 1], f"and {len(found) - _MOST_NOTES + 1:,} more changes"]
    return [*found, more(params, " params")] if params else found


def _plain_rows(rows: Rows) -> Rows:
    """The inside of a block without the colours of layers."""
    found: list[Pill | Repeated | Branches] = []
    for row in rows:
        if isinstance(row, Pill):
            found.append(row._replace(family="same", marks=()))
        elif isinstance(row, Repeated):
            found.append(row._replace(rows=_plain_rows(row.rows)))
        else:
            columns = tuple(_plain_rows(column) for column in row.columns)
            found.append(row._replace(columns=columns))
    return tuple(found)
