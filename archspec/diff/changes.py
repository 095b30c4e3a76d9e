"""What differs between two networks that are paired: every layer is in at most one of what came and went."""

from collections.abc import Iterable

from archspec.diff.arguments import Argument, changed_arguments
from archspec.diff.came_and_went import came_and_went
from archspec.diff.change import Change, Follows
from archspec.diff.frozen import frozen_or_not
from archspec.diff.pairing import Pairing
from archspec.diff.wires import Rewired, Wires
from archspec.emit.names import output_name
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph


class Changes:
    """All changes, in the order of the second network, and what follows from them."""

    def __init__(self, first: ShapedGraph, second: ShapedGraph) -> None:
        self.pairing = Pairing(first, second)
        self.first, self.second = self.pairing.first, self.pairing.second
        self.wires = Wires(self.first, self.second, self.pairing.to_second)
        self._found: list[tuple[float, int, Change]] = []
        self._changed: set[int] = set()
        """Nodes of the second network that are changed themselves."""
        self._told: tuple[set[int], set[int]] = (set(), set())
        for change in came_and_went(self.pairing):
            self._add(change)
        for b in range(len(self.second.nodes)):
            a = self.pairing.to_first.get(b)
            if a is not None:
                self._pair(a, b)
        for change in frozen_or_not(self.pairing):
            self._add(change)
        self._renamed()
        self._ends()
        self.follows = self._follows()
        self.all = [change for _, _, change in sorted(self._found, key=lambda entry: entry[:2])]

    @property
    def same(self) -> bool:
        """Whether both networks calculate the same; names may differ."""
        return all(change.kind == "renamed" for change in self.all)

    def _add(self, change: Change) -> None:
        if change.second:
            place = float(min(change.second))
        else:
            place = self._after(min(change.first)) if change.first else -1.0
        first, second = self.first.counts, self.second.counts
        if not change.params and change.kind not in ("renamed", "trainable"):
            gone = [first[a] for a in change.first if self._counts(a, 0)]
            come = [second[b] for b in change.second if self._counts(b, 1)]
            change = change._replace(
                params=sum(c.params for c in come) - sum(c.params for c in gone),
                macs=sum(c.macs for c in come) - sum(c.macs for c in gone),
            )
        self._found.append((place, len(self._found), change))

    def _counts(self, index: int, side: int) -> bool:
        """Whether a node's numbers belong to the change at hand, and to none before it."""
        if index in self._told[side]:
            return False
        self._told[side].add(index)
        return True

    def _after(self, a: int) -> float:
        """A place just behind the node of the second network that stands before one of the first."""
        pairs = self.pairing.to_second
        while a >= 0 and a not in pairs:
            a -= 1
        return pairs[a] + 0.5 if a >= 0 else -0.5

    def _pair(self, a: int, b: int) -> None:
        one, other = self.first.nodes[a].layer, self.second.nodes[b].layer
        if self.first.layers[a] != self.second.layers[b]:
            if type(one) is not type(other):
                self._node("class", a, b, f"{self.first.kinds[a]} → {self.second.kinds[b]}")
            else:
                found = tuple(changed_arguments(one, other))
                self._node("arguments", a, b, ", ".join(x.told() for x in found), found)
        shares = self.first.nodes[a].shares, self.second.nodes[b].shares
        owner = self.pairing.to_second.get(shares[0], -2) if shares[0] >= 0 else -1
        if owner != shares[1]:
            self._node("shares", a, b, self._told_shares(*shares))
        rewired = self.wires.of_pair(a, b)
        if rewired is not None:
            kind = "wires" if rewired.gone or rewired.come else "order"
            self._node(kind, a, b, self._told_wires(rewired))

    def _node(
        self, kind: str, a: int, b: int, what: str, arguments: Iterable[Argument] = ()
    ) -> None:
        self._changed.add(b)
        names = self.first.nodes[a].name, self.second.nodes[b].name
        word = self.second.kinds[b]
        self._add(Change("~", kind, word, *names, what, tuple(arguments), (a,), (b,)))

    def _told_shares(self, before: int, after: int) -> str:
        if after < 0:
            return f"has weights of its own, not those of {self.first.nodes[before].name}"
        told = f"has the weights of {self.second.nodes[after].name}"
        return told if before < 0 else f"{told}, not those of {self.first.nodes[before].name}"

    def _told_wires(self, rewired: Rewired) -> str:
        come = _names([output_name(self.second.shaped, ref) for ref in rewired.come])
        gone = _names([self._name_now(ref) for ref in rewired.gone])
        if come and gone:
            return f"reads {come} instead of {gone}"
        if come:
            return f"also reads {come}"
        return f"no longer reads {gone}" if gone else "reads the same in another order"

    def _name_now(self, ref: Ref) -> str:
        """The name of an output of the first network in the second one, if it is there."""
        b = self.pairing.to_second.get(ref[0])
        if b is None or ref[1] >= len(self.second.shaped.facts[b].outputs):
            return output_name(self.first.shaped, ref)
        return output_name(self.second.shaped, (b, ref[1]))

    # Names, inputs and outputs

    def _renamed(self) -> None:
        for part in (self.second.root, *self.second.root.inner()):
            mate = part.mate
            if mate is None or part.kind in ("root", "round"):
                continue
            local = [p.path.rpartition(".")[2] for p in (mate, part)]
            renamed = bool(mate.name or part.name) and local[0] != local[1]
            if renamed or (part.kind == "block" and mate.word != part.word):
                words = mate.word, part.word
                word = words[1] if words[0] == words[1] else f"{words[0]} → {words[1]}"
                what = f"renamed, {len(part.nodes):,} layers"
                place = float(part.nodes[0])
                told = [p.path if p.name or not p.transparent else "no name" for p in (mate, part)]
                change = Change("~", "renamed", word, told[0], told[1], what)
                self._found.append((place - 0.25, len(self._found), change))
        for b, a in self.pairing.to_first.items():
            given = self.first.given_name(a) or self.second.given_name(b)
            if given and b not in self._changed and not self._named_alike(a, b):
                names = self.first.nodes[a].name, self.second.nodes[b].name
                change = Change("~", "renamed", self.second.kinds[b], *names, "renamed")
                self._found.append((float(b) - 0.25, len(self._found), change))

    def _ends(self) -> None:
        first, second = self.first.shaped.graph, self.second.shaped.graph
        rewired = self.wires.between(first.outputs, second.outputs, ordered=True)
        if rewired is not None:
            what = self._told_wires(rewired).replace("reads", "are", 1)
            what = what.replace("are the same", "the same").replace("also are", "also")
            what = what.replace("no longer are", "without")
            self._tell_of_whole("outputs", what, len(second.nodes))
        inputs = [self.pairing.to_second.get(a) for a in first.inputs.values()]
        kept = [b for b in inputs if b is not None]
        others = [b for b in second.inputs.values() if b in self.pairing.to_first]
        if kept != others and sorted(kept) == sorted(others):
            told = [", ".join(graph.inputs) for graph in (first, second)]
            self._tell_of_whole("inputs", f"order {told[0]} → {told[1]}", -1)

    def _named_alike(self, a: int, b: int) -> bool:
        """Whether two nodes are called alike, or are but for what stands between the parts of a path."""
        if self.first.name(a) == self.second.name(b):
            return True
        return self.first.joined_name(a) == self.second.joined_name(b)

    def _tell_of_whole(self, kind: str, what: str, place: int) -> None:
        change = Change("~", kind, "", kind, kind, what)
        self._found.append((float(place), len(self._found), change))

    def _follows(self) -> Follows:
        found = Follows([], [], 0, 0)
        params = macs = 0
        first, second = self.first, self.second
        for b, a in sorted(self.pairing.to_first.items()):
            if b in self._changed:
                continue
            ours, theirs = first.shaped.facts[a], second.shaped.facts[b]
            if ours.outputs != theirs.outputs:
                found.shapes.append((a, b))
            more = second.counts[b].params - first.counts[a].params
            if more or [w.shape for w in ours.weights] != [w.shape for w in theirs.weights]:
                found.weights.append((a, b))
            params += more
            macs += second.counts[b].macs - first.counts[a].macs
        return found._replace(params=params, macs=macs)


def _names(names: list[str]) -> str:
    return ", ".join(names if len(names) <= 4 else [*names[:3], "…", names[-1]])
