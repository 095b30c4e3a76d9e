"""Layers that are frozen in one network and trained in the other, told of the outermost scopes."""

from collections.abc import Iterator

from archspec.diff.came_and_went import word_of
from archspec.diff.change import Change
from archspec.diff.pairing import Pairing
from archspec.diff.side import Part


def frozen_or_not(pairing: Pairing) -> Iterator[Change]:
    """A change for each scope of which all weights are frozen, or thawed, and for each other layer."""
    return _Turned(pairing).changes()


class _Turned:
    def __init__(self, pairing: Pairing) -> None:
        self.pairing = pairing
        self.first, self.second = pairing.first, pairing.second

    def changes(self) -> Iterator[Change]:
        """Freezing and thawing, of the outermost scopes of which all weights are."""
        pairs = self.pairing.to_first
        turned = {
            b: self.second.trainable(b)
            for b, a in pairs.items()
            if self.first.trainable(a) != self.second.trainable(b) and self._has_weights(a, b)
        }
        if not turned:
            return
        scopes = [p for p in (self.second.root, *self.second.root.inner()) if p.mate is not None]
        weighted = {id(p): self._weighted(p) for p in scopes}
        scopes.sort(
            key=lambda p: (
                -len(weighted[id(p)]),
                -len(p.nodes) - len(p.mate.nodes if p.mate else ()),
            )
        )
        told: set[int] = set()
        for part in scopes:
            nodes = weighted[id(part)]
            states = {turned.get(b) for b in nodes}
            if len(nodes) > 1 and len(states) == 1 and None not in states and not told & {*nodes}:
                told |= {*nodes}
                yield self._turned(turned[nodes[0]], tuple(nodes), part)
        for b in sorted(turned.keys() - told):
            yield self._turned(turned[b], (b,))

    def _has_weights(self, a: int, b: int) -> bool:
        """Whether both of two layers that correspond have weights."""
        facts = self.first.shaped.facts[a], self.second.shaped.facts[b]
        return bool(facts[0].params and facts[1].params)

    def _weighted(self, part: Part) -> list[int]:
        """The nodes with weights in a scope; none if some of them stand elsewhere in the other network."""
        back, pairs = self.pairing.to_first, self.pairing.to_second
        ours = [b for b in part.nodes if b in back and self._has_weights(back[b], b)]
        inside = part.mate.nodes if part.mate else []
        theirs = {a for a in inside if a in pairs and self._has_weights(a, pairs[a])}
        return ours if {back[b] for b in ours} == theirs else []

    def _turned(self, trained: bool, nodes: tuple[int, ...], part: Part | None = None) -> Change:
        what = "frozen → trained" if trained else "trained → frozen"
        ours = tuple([self.pairing.to_first[b] for b in nodes])
        if part is None:
            (a,), (b,) = ours, nodes
            names, word = (
                (self.first.nodes[a].name, self.second.nodes[b].name),
                self.second.kinds[b],
            )
        else:
            what += f", {len(nodes):,} layers with weights"
            paths = part.mate.path if part.mate else "", part.path
            names = paths[0] or "the network", paths[1] or "the network"
            word = word_of(part, self.second) if part.parent else ""
        return Change("~", "trainable", word, *names, what, (), ours, nodes)
