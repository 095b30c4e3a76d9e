"""Which scope and which layer of one network is which of the other.

Scopes come first, from outside to inside: those of a name that the spec gives, then, from left to right,
those that are most alike. Constructs without a partner (a repeat, a residual) are looked through: their
content stands where they stand. Then the layers in scopes that correspond, in the same way. What is left
then is looked for everywhere: by a name that the spec gives, by what is calculated from the inputs, by what
is near it; of scopes only those that are found again for the greater part.

Equal rows have several alignments that are equally good, so the two networks are compared in an order that
does not depend on which was given first: the other way round, the same layers are pairs.
"""

from collections.abc import Callable, Sequence
from typing import Any

from archspec.diff.align import Pairs, best, common, gaps, rising
from archspec.diff.side import Item, Numbers, Part, Side
from archspec.diff.wires import Wires
from archspec.infer.infer import ShapedGraph

_MOST_SCORES = 40_000
"""Pairs that are looked at one by one where two rows are aligned."""
_REPLACED = frozenset(("activation", "norm", "pool", "dropout", "merge", "conv"))
"""Families in which one layer may stand for another one of another class."""
_ALIKE = 0.5
"""Score from which two scopes correspond."""


class Pairing:
    """Pairs of nodes, and of scopes (:attr:`Part.mate`)."""

    def __init__(self, first: ShapedGraph, second: ShapedGraph) -> None:
        numbers = Numbers()
        self.first = Side(first, numbers)
        self.second = Side(second, numbers)
        self.to_second: dict[int, int] = {}
        self.to_first: dict[int, int] = {}
        if _comes_first(self.first, self.second):
            self.to_second = _Matcher(self.first, self.second).pairs
            self.to_first = {b: a for a, b in self.to_second.items()}
        else:
            self.to_first = _Matcher(self.second, self.first).pairs
            self.to_second = {a: b for b, a in self.to_first.items()}


def _comes_first(one: Side, other: Side) -> bool:
    """Whether one of two networks is the first, whichever was given first."""
    keys = [(len(s.nodes), s.shaped.params, s.shaped.macs) for s in (one, other)]
    if keys[0] != keys[1]:
        return keys[0] < keys[1]
    return _written(one) <= _written(other)


def _written(side: Side) -> list[tuple[Any, ...]]:
    texts: dict[int, str] = {}
    for node in side.nodes:
        if id(node.layer) not in texts:
            texts[id(node.layer)] = repr(node.layer)
    return [(n.name, texts[id(n.layer)], n.inputs, n.trainable, n.shares) for n in side.nodes]


class _Matcher:
    def __init__(self, first: Side, second: Side) -> None:
        self.first = first
        self.second = second
        self.pairs: dict[int, int] = {}
        self._taken: set[int] = set()
        self._loose: tuple[set[Item], set[Item]] = (set(), set())
        """What stands where it does only because a construct around it was looked through."""
        self._alike: dict[tuple[int, int], float] = {}
        self._parts(first.root, second.root)
        self._elsewhere()
        if 2 * len(self.pairs) < len(first.nodes) + len(second.nodes):
            self._flat()

    def _flat(self) -> None:
        """Pair layers whatever scopes they are in, if more correspond then."""
        first, second = self.first, self.second
        xs: list[Item] = list(range(len(first.nodes)))
        ys: list[Item] = list(range(len(second.nodes)))
        self._loose = set(), set()
        found = dict(self._row(xs, ys))
        if (
            not self._hangs_together(found)
            or self._worth(found) <= 1.1 * self._worth(self.pairs) + 1
        ):
            return
        self.pairs = found
        self._taken = set(found.values())
        for part in (*first.root.inner(), *second.root.inner()):
            part.mate = None
        back = {b: a for a, b in found.items()}
        for part in second.root.inner():
            nodes = {back[b] for b in part.nodes if b in back}
            if not nodes:
                continue
            around: Part | None = first.parent[min(nodes)]
            while around is not None and not nodes <= {*around.nodes}:
                around = around.parent
            if around is None or around.kind != part.kind or around.mate is not None:
                continue
            inside = {*part.nodes}
            if all(found[a] in inside for a in around.nodes if a in found):
                part.mate, around.mate = around, part

    def _hangs_together(self, pairs: dict[int, int]) -> bool:
        """Whether nearly all of the pairs are wired alike."""
        wires = Wires(self.first, self.second, pairs)
        return 50 * sum(wires.of_pair(a, b) is not None for a, b in pairs.items()) <= len(pairs)

    def _worth(self, pairs: dict[int, int]) -> float:
        first, second = self.first.layers, self.second.layers
        return sum([1.0 if first[a] == second[b] else 0.5 for a, b in pairs.items()])

    def _pair(self, a: int, b: int) -> bool:
        if a in self.pairs or b in self._taken:
            return False
        self.pairs[a] = b
        self._taken.add(b)
        return True

    def _parts(self, p: Part, q: Part) -> None:
        """Pair what is in two scopes that correspond."""
        waiting = [(p, q)]
        while waiting:
            p, q = waiting.pop()
            p.mate, q.mate = q, p
            if p.exact == q.exact:
                self._equal(p, q)
            else:
                waiting += self._siblings(p.content, q.content)

    def _equal(self, p: Part, q: Part) -> None:
        for a, b in zip(p.nodes, q.nodes, strict=True):
            self._pair(a, b)
        place_p = {n: k for k, n in enumerate(p.nodes)}
        place_q = {n: k for k, n in enumerate(q.nodes)}
        there: dict[Any, list[Part]] = {}
        for part in q.inner():
            span = place_q[part.nodes[0]], len(part.nodes), part.kind
            there.setdefault(span, []).append(part)
        for part in p.inner():
            same = there.get((place_p[part.nodes[0]], len(part.nodes), part.kind))
            if same:
                other = same.pop(0)
                part.mate, other.mate = other, part

    def _siblings(self, content: list[Item], others: list[Item]) -> list[tuple[Part, Part]]:
        """Pair two rows of layers and scopes; gives the pairs of scopes."""
        xs, ys = list(content), list(others)
        found: dict[Item, Item] = {}
        if self._alike_in_form(xs, ys):
            found = dict(zip(xs, ys, strict=True))
        while True:
            found = self._match(xs, ys, found)
            back = set(found.values())
            wider = self._opened(xs, found.keys(), 0), self._opened(ys, back, 1)
            if (len(wider[0]), len(wider[1])) == (len(xs), len(ys)) and wider == (xs, ys):
                break
            xs, ys = wider
        parts = []
        for x, y in found.items():
            if isinstance(x, Part) and isinstance(y, Part):
                parts.append((x, y))
            elif isinstance(x, int) and isinstance(y, int):
                self._pair(x, y)
        return parts

    def _alike_in_form(self, xs: list[Item], ys: list[Item]) -> bool:
        """Whether two rows differ in arguments only, so that each item corresponds to the one in its place.

        Where all widths are doubled, one stage may be what the next one was before.
        """
        if len(xs) != len(ys):
            return False
        for x, y in zip(xs, ys, strict=True):
            if isinstance(x, int) and isinstance(y, int):
                names = self.first.given_name(x), self.second.given_name(y)
                if self.first.kinds[x] != self.second.kinds[y] or (
                    all(names) and len({*names}) > 1
                ):
                    return False
            elif isinstance(x, Part) and isinstance(y, Part):
                if (x.skeleton, x.kind) != (y.skeleton, y.kind) or x.name != y.name:
                    return False
            else:
                return False
        return True

    def _opened(self, row: list[Item], matched: Any, side: int) -> list[Item]:
        """The row with the content of constructs that correspond to nothing in their place."""
        opened: list[Item] = []
        for item in row:
            if isinstance(item, Part) and item not in matched and item.kind != "block":
                opened += item.content
                self._loose[side].update(item.content)
            else:
                opened.append(item)
        return opened

    def _match(self, xs: list[Item], ys: list[Item], fixed: dict[Item, Item]) -> dict[Item, Item]:
        """Pairs of two rows: those that are known, by name, and then those that are most alike."""
        found = dict(fixed)
        taken = set(fixed.values())
        names = _by_name(self.second, ys)
        for name, x in _by_name(self.first, xs).items():
            y = names.get(name)
            if y is not None and x not in found and y not in taken and self._same_name(x, y):
                found[x] = y
                taken.add(y)
        place = {y: k for k, y in enumerate(ys)}
        anchors = rising([(k, place[found[x]]) for k, x in enumerate(xs) if x in found])
        for rows, columns in gaps(anchors, len(xs), len(ys)):
            free = [xs[k] for k in rows if xs[k] not in found]
            others = [ys[k] for k in columns if ys[k] not in taken]
            for i, j in self._row(free, others):
                found[free[i]] = others[j]
                taken.add(others[j])
        return found

    def _same_name(self, x: Item, y: Item) -> bool:
        """Whether two items of one name are taken as corresponding."""
        if isinstance(x, Part) and isinstance(y, Part):
            if x.kind != y.kind:
                return False
            return x.word == y.word or self._similar(x, y) > 0.2
        if isinstance(x, int) and isinstance(y, int):
            one, other = self.first.nodes[x].layer, self.second.nodes[y].layer
            return type(one) is type(other) or one.family == other.family in _REPLACED
        return False

    def _row(self, xs: Sequence[Item], ys: Sequence[Item]) -> Pairs:
        """The pairs of two rows in which no name is known."""
        if not xs or not ys:
            return []
        if len(xs) * len(ys) <= _MOST_SCORES:
            return self._scored(xs, ys)
        first, second = [self._exact(x, 0) for x in xs], [self._exact(y, 1) for y in ys]
        found = common(first, second)
        if found is None:
            return self._scored(xs, ys)
        more: Pairs = []
        for rows, columns in gaps(found, len(xs), len(ys)):
            inner, others = [xs[k] for k in rows], [ys[k] for k in columns]
            scored = self._scored(inner, others)
            more += [(rows[i], columns[j]) for i, j in scored]
        return sorted(found + more)

    def _scored(self, xs: Sequence[Item], ys: Sequence[Item]) -> Pairs:
        """The best alignment, or, of rows that are too long for it, one by kinds alone."""
        if len(xs) * len(ys) <= _MOST_SCORES:
            return best(len(xs), len(ys), lambda i, j: self._score(xs[i], ys[j]))
        kinds = [self._kind(x, 0) for x in xs], [self._kind(y, 1) for y in ys]
        return common(*kinds) or []

    def _exact(self, item: Item, side: int) -> Any:
        if isinstance(item, Part):
            return item.kind, item.exact
        return (self.second if side else self.first).layers[item]

    def _kind(self, item: Item, side: int) -> Any:
        if isinstance(item, Part):
            return item.kind, item.word
        return (self.second if side else self.first).kinds[item]

    def _score(self, x: Item, y: Item) -> float:
        """How much two items are alike; 0 if they cannot correspond."""
        if isinstance(x, Part):
            return self._score_of_parts(x, y) if isinstance(y, Part) else 0.0
        return self._score_of_nodes(x, y) if isinstance(y, int) else 0.0

    def _score_of_nodes(self, x: int, y: int) -> float:
        first, second = self.first, self.second
        named, other_name = first.given_name(x), second.given_name(y)
        bonus = 0.1 if first.name(x) == second.name(y) else 0.0
        if named != other_name:
            bonus -= 0.1
        if first.layers[x] == second.layers[y]:
            same = first.calculations[x] == second.calculations[y]
            return 1.0 + bonus + (0.15 if same else 0.0)
        if x in self._loose[0] or y in self._loose[1]:
            return 0.0
        one, other = first.nodes[x].layer, second.nodes[y].layer
        if type(one) is type(other):
            if one.family == "io" and named != other_name:
                return 0.0
            return 0.45 + bonus + 0.35 * _equal_arguments(one, other)
        return 0.2 + bonus if one.family == other.family in _REPLACED else 0.0

    def _score_of_parts(self, x: Part, y: Part) -> float:
        if x.kind != y.kind:
            return 0.0
        bonus = 0.1 if x.name == y.name else -0.1
        bonus += 0.25 if x.word == y.word and x.kind == "block" else 0.0
        if x.exact == y.exact:
            return 1.8 + bonus
        alike = self._similar(x, y) + bonus
        return 1.5 * alike if alike >= _ALIKE else 0.0

    def _similar(self, x: Part, y: Part) -> float:
        """How many layers two scopes share, from 0 to 1: equal ones count more than those of a kind."""
        key = x.exact, y.exact
        found = self._alike.get(key)
        if found is None:
            size = len(x.nodes) + len(y.nodes)
            equal = (x.counter & y.counter).total()
            kinds = (x.kinds & y.kinds).total()
            found = self._alike[key] = 2 * (0.6 * equal + 0.4 * kinds) / size
        return found

    # What has no partner in its scope

    def _elsewhere(self) -> None:
        """Pair what stands in another scope, or in none, in the other network."""
        left = [a for a in range(len(self.first.nodes)) if a not in self.pairs]
        right = [b for b in range(len(self.second.nodes)) if b not in self._taken]
        if not left or not right:
            return
        found: dict[int, int] = {}
        names = self._names(self.first, left), self._names(self.second, right)
        _take_equal(found, left, right, *names)
        _take_equal(found, left, right, self.first.calculations, self.second.calculations)
        paths = self._paths(self.first, left), self._paths(self.second, right)
        _take_equal(found, left, right, *paths, self._apart)
        rest = [a for a in left if a not in found]
        taken = set(found.values())
        others = [b for b in right if b not in taken]
        near = common(
            [self.first.surroundings[a] for a in rest],
            [self.second.surroundings[b] for b in others],
        )
        found.update({rest[i]: others[j] for i, j in near or () if self._apart(rest[i], others[j])})
        kept = self._for_the_greater_part(found)
        for a, b in kept.items():
            self._pair(a, b)
        if 2 * len(kept) >= min(len(left), len(right)):
            self._spread()

    def _spread(self) -> None:
        """Pair what stands between pairs, where one network has blocks and the other has not.

        Forward what reads the same as another layer of its class, backward what is read alike.
        """
        first, second = self.first, self.second
        readers: list[list[int]] = [[] for _ in first.nodes]
        for a, wires in enumerate(first.wires):
            for source, _ in wires:
                readers[source].append(a)
        back = {b: a for a, b in self.pairs.items()}
        for b, wires in enumerate(second.wires):
            if b in back or not wires or any(s not in back for s, _ in wires):
                continue
            read = tuple([(back[s], o) for s, o in wires])
            likely = [
                a
                for a in dict.fromkeys(readers[read[0][0]])
                if a not in self.pairs
                and first.kinds[a] == second.kinds[b]
                and sorted(first.wires[a]) == sorted(read)
            ]
            if len(likely) == 1 and self._apart(likely[0], b) and self._pair(likely[0], b):
                back[b] = likely[0]
        for a in range(len(first.nodes) - 1, -1, -1):
            b_reader = self.pairs.get(a)
            if b_reader is None or len(first.wires[a]) != len(second.wires[b_reader]):
                continue
            for (one, _), (other, _) in zip(
                first.nodes[a].inputs, second.nodes[b_reader].inputs, strict=True
            ):
                alike = first.kinds[one] == second.kinds[other] and self._apart(one, other)
                if alike and first.nodes[one].inputs:
                    self._pair(one, other)

    def _apart(self, a: int, b: int) -> bool:
        """Whether two nodes stand in scopes that do not correspond; if they do, it has been decided."""
        return _named(self.first.parent[a]).mate is not _named(self.second.parent[b])

    def _names(self, side: Side, nodes: list[int]) -> dict[int, Any]:
        """For each node its kind and the name that the spec gives it, if it has one."""
        return {n: (side.given_name(n), side.layers[n]) for n in nodes if side.given_name(n)}

    def _paths(self, side: Side, nodes: list[int]) -> dict[int, Any]:
        """For each node its class and its path, as one word."""
        return {n: (side.joined_name(n), side.kinds[n]) for n in nodes}

    def _for_the_greater_part(self, found: dict[int, int]) -> dict[int, int]:
        """The pairs without those of blocks of which hardly anything was found again."""
        while True:
            dropped = self._scattered(self.first, set(found), set(self.pairs))
            back = {b: a for a, b in found.items()}
            dropped |= {
                back[b] for b in self._scattered(self.second, set(back), self._taken) if b in back
            }
            dropped &= found.keys()
            if not dropped:
                return found
            found = {a: b for a, b in found.items() if a not in dropped}

    def _scattered(self, side: Side, found: set[int], known: set[int]) -> set[int]:
        """The nodes of those outermost scopes without a partner of which less than half is found."""
        result: set[int] = set()
        waiting: list[Item] = list(side.root.content)
        while waiting:
            item = waiting.pop()
            if not isinstance(item, Part):
                continue
            nodes = set(item.nodes)
            if nodes & known or item.mate is not None:
                waiting += item.content
            elif 2 * len(nodes & found) < len(nodes):
                result |= nodes
        return result


def _named(part: Part) -> Part:
    """The innermost scope with a name around what is in a scope."""
    while part.transparent and part.parent is not None:
        part = part.parent
    return part


def _by_name(side: Side, row: list[Item]) -> dict[tuple[str, bool], Item]:
    """The items of a row by the names that the spec gives them, where one alone has it."""
    found: dict[tuple[str, bool], Item] = {}
    several = set()
    for item in row:
        name = item.name if isinstance(item, Part) else side.given_name(item)
        if name:
            key = name, isinstance(item, Part)
            if key in found:
                several.add(key)
            found[key] = item
    return {key: item for key, item in found.items() if key not in several}


def _take_equal(
    found: dict[int, int],
    left: list[int],
    right: list[int],
    first: Any,
    second: Any,
    wanted: Callable[[int, int], bool] = lambda a, b: True,
) -> None:
    """Add pairs of nodes that have equal numbers, in their order; not of those that have none."""
    taken = set(found.values())
    known = isinstance(first, dict)
    there: dict[Any, list[int]] = {}
    for b in reversed(right):
        if b not in taken and (not known or b in second):
            there.setdefault(second[b], []).append(b)
    for a in left:
        if a not in found and (not known or a in first):
            same = there.get(first[a])
            if same and wanted(a, same[-1]):
                found[a] = same.pop()


def _equal_arguments(one: Any, other: Any) -> float:
    """Which share of the arguments that either of two layers is given is equal."""
    first, second = one.arguments(), other.arguments()
    names = first.keys() | second.keys()
    if not names:
        return 1.0
    return sum(repr(first.get(n)) == repr(second.get(n)) for n in names) / len(names)
