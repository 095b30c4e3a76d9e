"""Pairing what has no partner in its scope: it stands in another one, or one network has no scopes."""

from collections.abc import Callable
from typing import Any

from archspec.diff.align import common
from archspec.diff.calculated import calculated_alike, pair_scopes
from archspec.diff.likeness import Likeness
from archspec.diff.side import Item, Part, Side
from archspec.diff.wires import Wires

_MOST_TURNS = 20


class Elsewhere:
    """Adds pairs to those that were found scope by scope."""

    def __init__(self, first: Side, second: Side, pairs: dict[int, int]) -> None:
        self.first = first
        self.second = second
        self.pairs = pairs
        self._taken = set(pairs.values())
        self._search()
        if 2 * len(self.pairs) < len(first.nodes) + len(second.nodes):
            self._flat()

    def _pair(self, a: int, b: int) -> bool:
        if a in self.pairs or b in self._taken:
            return False
        self.pairs[a] = b
        self._taken.add(b)
        return True

    def _search(self) -> None:
        """Pair what stands in another scope, or in none, in the other network."""
        left = [a for a in range(len(self.first.nodes)) if a not in self.pairs]
        right = [b for b in range(len(self.second.nodes)) if b not in self._taken]
        if not left or not right:
            return
        found: dict[int, int] = {}
        names = self._names(self.first, left), self._names(self.second, right)
        _take_equal(found, left, right, *names)
        rest = (n for n in left if n not in found), set(right) - set(found.values())
        found |= calculated_alike(self.first, self.second, *rest)
        paths = self._paths(self.first, left), self._paths(self.second, right)
        _take_equal(found, left, right, *paths, self._apart)
        ours = [a for a in left if a not in found]
        taken = set(found.values())
        theirs = [b for b in right if b not in taken]
        near = common(
            [self.first.surroundings[a] for a in ours],
            [self.second.surroundings[b] for b in theirs],
        )
        found |= {ours[i]: theirs[j] for i, j in near or () if self._apart(ours[i], theirs[j])}
        kept = self._for_the_greater_part(found)
        for a, b in kept.items():
            self._pair(a, b)
        self._spread(strict=2 * len(kept) < min(len(left), len(right)))

    def _spread(self, strict: bool) -> None:
        """Pair what stands between pairs, where one network has blocks and the other has not.

        Forward what reads the same as another layer of its class, and, if ``strict``, is read by the
        same; else also backward what is read alike.
        """
        first, second = self.first, self.second
        readers_there: list[list[int]] = [[] for _ in second.nodes]
        for b, wires in enumerate(second.wires):
            for source, _ in wires:
                readers_there[source].append(b)
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
            if len(likely) != 1 or not self._apart(likely[0], b):
                continue
            readers_of = {self.pairs.get(r, -1) for r in readers[likely[0]]}
            if (not strict or readers_of & {*readers_there[b]}) and self._pair(likely[0], b):
                back[b] = likely[0]
        for a in () if strict else range(len(first.nodes) - 1, -1, -1):
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
        for _ in range(_MOST_TURNS):
            dropped = self._scattered(self.first, set(found), set(self.pairs))
            back = {b: a for a, b in found.items()}
            dropped |= {
                back[b] for b in self._scattered(self.second, set(back), self._taken) if b in back
            }
            dropped &= found.keys()
            if not dropped:
                return found
            found = {a: b for a, b in found.items() if a not in dropped}
        return {}

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

    def _flat(self) -> None:
        """Pair layers whatever scopes they are in, if more correspond then."""
        first, second = self.first, self.second
        found = calculated_alike(first, second, range(len(first.nodes)), range(len(second.nodes)))
        taken = set(found.values())
        xs: list[Item] = [a for a in range(len(first.nodes)) if a not in found]
        ys: list[Item] = [b for b in range(len(second.nodes)) if b not in taken]
        for i, j in Likeness(first, second).row(xs, ys):
            x, y = xs[i], ys[j]
            if isinstance(x, int) and isinstance(y, int):
                found[x] = y
        enough = self._worth(found) > 1.1 * self._worth(self.pairs) + 1
        if enough and self._hangs_together(found):
            self.pairs = found
            pair_scopes(first, second, found)

    def _hangs_together(self, pairs: dict[int, int]) -> bool:
        """Whether nearly all of the pairs are wired alike."""
        wires = Wires(self.first, self.second, pairs)
        return 50 * sum(wires.of_pair(a, b) is not None for a, b in pairs.items()) <= len(pairs)

    def _worth(self, pairs: dict[int, int]) -> float:
        first, second = self.first.layers, self.second.layers
        return sum([1.0 if first[a] == second[b] else 0.5 for a, b in pairs.items()])


def _named(part: Part) -> Part:
    """The innermost scope with a name around what is in a scope."""
    while part.transparent and part.parent is not None:
        part = part.parent
    return part


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
