"""Pairing scopes from outside to inside, and the layers in scopes that correspond."""

from typing import Any

from archspec.diff.align import gaps, rising
from archspec.diff.likeness import Likeness
from archspec.diff.side import Item, Part, Side


class Matcher:
    """Pairs nodes of two networks, scope by scope."""

    def __init__(self, first: Side, second: Side) -> None:
        self.first = first
        self.second = second
        self.likeness = Likeness(first, second)
        self.pairs: dict[int, int] = {}
        self._parts(first.root, second.root)

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
            self.pairs[a] = b
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
        if self.likeness.in_form(xs, ys):
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
                self.pairs[x] = y
        return parts

    def _opened(self, row: list[Item], matched: Any, side: int) -> list[Item]:
        """The row with the content of constructs that correspond to nothing in their place."""
        opened: list[Item] = []
        for item in row:
            if isinstance(item, Part) and item not in matched and item.kind != "block":
                opened += item.content
                self.likeness.loose[side].update(item.content)
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
            if (
                y is not None
                and x not in found
                and y not in taken
                and self.likeness.of_one_name(x, y)
            ):
                found[x] = y
                taken.add(y)
        place = {y: k for k, y in enumerate(ys)}
        anchors = rising([(k, place[found[x]]) for k, x in enumerate(xs) if x in found])
        for rows, columns in gaps(anchors, len(xs), len(ys)):
            free = [xs[k] for k in rows if xs[k] not in found]
            others = [ys[k] for k in columns if ys[k] not in taken]
            for i, j in self.likeness.row(free, others):
                found[free[i]] = others[j]
                taken.add(others[j])
        return found


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
