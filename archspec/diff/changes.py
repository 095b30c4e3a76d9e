"""What differs between two networks that are paired: every layer is in at most one of what came and went."""

from collections.abc import Iterable
from typing import NamedTuple

from archspec.diff.arguments import Argument, changed_arguments
from archspec.diff.pairing import Pairing
from archspec.diff.side import Item, Part, Side
from archspec.diff.wires import Rewired, Wires
from archspec.emit.names import output_name
from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph


class Change(NamedTuple):
    """One change in one place."""

    sign: str
    """``+``, ``-`` or ``~``."""
    kind: str
    """layer, layers, block, branch, round, rounds, construct, arguments, class, content, wires, order,
    trainable, shares, renamed, inputs or outputs."""
    word: str
    """The layer's class, or the block's or the construct's word."""
    before: str
    """Name in the first network; empty if it has none."""
    after: str
    what: str = ""
    """What is said of it: ``units 1000 → 5``."""
    arguments: tuple[Argument, ...] = ()
    first: tuple[int, ...] = ()
    """Nodes of the first network that it is about."""
    second: tuple[int, ...] = ()
    params: int = 0
    """Parameters more in the second network."""
    macs: int = 0
    around: tuple[int, ...] = ()
    """Nodes of the second network among which something came or went: those of the repeat."""

    @property
    def name(self) -> str:
        """Name in the second network, or in the first one."""
        return self.after or self.before


class Follows(NamedTuple):
    """What follows from changes, in layers that are themselves the same."""

    shapes: list[tuple[int, int]]
    """Pairs of nodes whose outputs have other shapes."""
    weights: list[tuple[int, int]]
    """Pairs of nodes whose weights have another number of values, or count in one of the networks only."""
    params: int
    macs: int


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
        self._scopes()
        for b in range(len(self.second.nodes)):
            a = self.pairing.to_first.get(b)
            if a is not None:
                self._pair(a, b)
        self._trainable()
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

    # What came and went

    def _scopes(self) -> None:
        whole = (
            _whole_parts(self.first.root, self.pairing.to_second),
            _whole_parts(self.second.root, self.pairing.to_first),
        )
        done: set[Part] = set()
        self._replaced(whole[0], whole[1], done)
        for part in (self.second.root, *self.second.root.inner()):
            if part.kind == "repeat" and part.mate is not None:
                self._rounds(part.mate, part, whole[0], whole[1], done)
        for sign, side, alone, pairs in (
            ("-", self.first, whole[0], self.pairing.to_second),
            ("+", self.second, whole[1], self.pairing.to_first),
        ):
            waiting = [side.root]
            while waiting:
                part = waiting.pop()
                row: list[Item] = []
                for item in part.content:
                    if isinstance(item, Part) and item not in alone and item not in done:
                        waiting.append(item)
                    if isinstance(item, Part) and item in alone and item not in done:
                        row.append(item.nodes[0] if len(item.nodes) == 1 else item)
                    elif isinstance(item, int) and item not in pairs:
                        row.append(item)
                    else:
                        self._run(sign, side, row)
                        row = []
                self._run(sign, side, row)

    def _run(self, sign: str, side: Side, row: list[Item]) -> None:
        """Tell what came, or went, in a row: scopes one by one, layers together."""
        nodes: list[int] = []
        for item in [*row, None]:
            if isinstance(item, int):
                nodes.append(item)
                continue
            if nodes:
                self._one_sided(sign, "layer" if len(nodes) == 1 else "layers", side, nodes)
            nodes = []
            if item is not None:
                self._one_sided(sign, _KINDS.get(item.kind, item.kind), side, item.nodes, item)

    def _one_sided(
        self, sign: str, kind: str, side: Side, nodes: list[int], part: Part | None = None
    ) -> None:
        name = _span(side, nodes) if part is None else _path(part, side)
        if part is None:
            word = ", ".join(_words(side, nodes))
        else:
            word = part.word if kind == "construct" else word_of(part, side)
        what = f"{len(nodes):,} layers" if part is not None else ""
        add = sign == "+"
        self._add(
            Change(
                sign,
                kind,
                word,
                "" if add else name,
                name if add else "",
                what,
                first=() if add else tuple(nodes),
                second=tuple(nodes) if add else (),
            )
        )

    def _replaced(self, ours: set[Part], theirs: set[Part], done: set[Part]) -> None:
        """Scopes of one name, of which nothing was found again in the other."""
        there = {(p.path, p.kind): p for p in theirs if not p.transparent and p.kind != "round"}
        for p in sorted(ours, key=lambda part: part.nodes[0]):
            q = there.get((p.path, p.kind)) if not p.transparent else None
            if q is None or p.kind == "round":
                continue
            done |= {p, q}
            words = word_of(p, self.first), word_of(q, self.second)
            word = words[0] if words[0] == words[1] else f"{words[0]} → {words[1]}"
            what = f"{len(p.nodes):,} → {len(q.nodes):,} layers, all of them others"
            nodes = tuple(p.nodes), tuple(q.nodes)
            self._add(Change("~", "content", word, p.path, q.path, what, (), *nodes))

    def _rounds(
        self, p: Part, q: Part, ours: set[Part], theirs: set[Part], done: set[Part]
    ) -> None:
        """Another number of rounds."""
        gone = [c for c in p.content if isinstance(c, Part) and c in ours]
        come = [c for c in q.content if isinstance(c, Part) and c in theirs]
        before, after = len(p.content), len(q.content)
        if bool(gone) == bool(come) or all(len(c.nodes) == 1 for c in (*gone, *come)):
            return
        done |= {*gone, *come}
        what = f"{before:,} → {after:,} rounds"
        word = word_of((come or gone)[0], self.second if come else self.first)
        self._add(
            Change(
                "~",
                "rounds",
                word,
                p.path or _path(p, self.first),
                q.path or _path(q, self.second),
                what,
                (),
                tuple([n for c in gone for n in c.nodes]),
                tuple([n for c in come for n in c.nodes]),
                around=tuple(q.nodes),
            )
        )

    # Pairs

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
        if b is None:
            return output_name(self.first.shaped, ref)
        return output_name(self.second.shaped, (b, ref[1]))

    def _trainable(self) -> None:
        """Freezing and thawing, of the outermost scopes of which all weights are."""
        pairs = self.pairing.to_first
        turned = {
            b: self.second.trainable(b)
            for b, a in pairs.items()
            if self.first.trainable(a) != self.second.trainable(b)
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
                self._add(self._turned(turned[nodes[0]], tuple(nodes), part))
        for b in sorted(turned.keys() - told):
            self._add(self._turned(turned[b], (b,)))

    def _weighted(self, part: Part) -> list[int]:
        """The nodes with weights in a scope; none if some of them stand elsewhere in the other network."""
        pairs, facts = self.pairing.to_first, (self.first.shaped.facts, self.second.shaped.facts)
        ours = [
            b
            for b in part.nodes
            if b in pairs and (facts[1][b].params or facts[0][pairs[b]].params)
        ]
        inside = {*part.mate.nodes} if part.mate else set()
        back = self.pairing.to_second
        theirs = [
            a for a in inside if a in back and (facts[0][a].params or facts[1][back[a]].params)
        ]
        return ours if {pairs[b] for b in ours} == {*theirs} else []

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

    # Names, inputs and outputs

    def _ends(self) -> None:
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
                change = Change("~", "renamed", word, mate.path, part.path, what)
                self._found.append((place - 0.25, len(self._found), change))
        for b, a in self.pairing.to_first.items():
            given = self.first.given_name(a) or self.second.given_name(b)
            if given and b not in self._changed and not self._named_alike(a, b):
                names = self.first.nodes[a].name, self.second.nodes[b].name
                change = Change("~", "renamed", self.second.kinds[b], *names, "renamed")
                self._found.append((float(b) - 0.25, len(self._found), change))
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


_KINDS = {"repeat": "construct", "parallel": "construct"}


def word_of(part: Part, side: Side) -> str:
    """What a scope is: the block's word, or that of all that is in it if that is one."""
    if part.kind == "block" and part.word != "apply":
        return part.word
    words = {word_of(c, side) if isinstance(c, Part) else side.kinds[c] for c in part.content}
    if len(words) == 1:
        return words.pop()
    return part.kind if part.kind in ("branch", "round") else part.word


def _whole_parts(root: Part, pairs: dict[int, int]) -> set[Part]:
    """The outermost scopes of which no layer has a partner."""
    found: set[Part] = set()
    waiting = [root]
    while waiting:
        for item in waiting.pop().content:
            if isinstance(item, Part):
                if any(n in pairs for n in item.nodes):
                    waiting.append(item)
                else:
                    found.add(item)
    return found


def _words(side: Side, nodes: list[int]) -> list[str]:
    words = [side.kinds[n] for n in nodes]
    return words if len(words) <= 4 else [*words[:3], "…", words[-1]]


def _path(part: Part, side: Side) -> str:
    """The name of a scope; of one without a name that of what is in it."""
    while part.transparent and len(part.content) == 1 and isinstance(part.content[0], Part):
        part = part.content[0]
    if not part.transparent:
        return part.path
    inner = part.content[0], part.content[-1]
    ends = [_path(i, side) if isinstance(i, Part) else side.nodes[i].name for i in inner]
    return " … ".join([ends[0].partition(" … ")[0], ends[1].rpartition(" … ")[2]])


def _span(side: Side, nodes: list[int]) -> str:
    first, last = side.nodes[nodes[0]].name, side.nodes[nodes[-1]].name
    return first if len(nodes) == 1 else f"{first} … {last}"


def _names(names: list[str]) -> str:
    return ", ".join(names if len(names) <= 4 else [*names[:3], "…", names[-1]])
