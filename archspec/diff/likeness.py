"""How much scopes and layers of two networks are alike, and rows of them aligned by that."""

from collections.abc import Sequence
from typing import Any

from archspec.diff.align import Pairs, best, common, gaps
from archspec.diff.side import Item, Part, Side

_MOST_SCORES = 40_000
"""Pairs that are looked at one by one where two rows are aligned."""
_REPLACED = frozenset(("activation", "norm", "pool", "dropout", "merge", "conv"))
"""Families in which one layer may stand for another one of another class."""
_ALIKE = 0.5
"""Score from which two scopes correspond."""


class Likeness:
    """Two networks whose scopes and layers are compared."""

    def __init__(self, first: Side, second: Side) -> None:
        self.first = first
        self.second = second
        self.loose: tuple[set[Item], set[Item]] = (set(), set())
        """What stands where it does only because a construct around it was looked through."""
        self._alike: dict[tuple[int, int], float] = {}

    def row(self, xs: Sequence[Item], ys: Sequence[Item]) -> Pairs:
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

    def of_one_name(self, x: Item, y: Item) -> bool:
        """Whether two items of one name are taken as corresponding."""
        if isinstance(x, Part) and isinstance(y, Part):
            if x.kind != y.kind:
                return False
            return x.word == y.word or self._similar(x, y) > 0.2
        if isinstance(x, int) and isinstance(y, int):
            one, other = self.first.nodes[x].layer, self.second.nodes[y].layer
            return type(one) is type(other) or one.family == other.family in _REPLACED
        return False

    def in_form(self, xs: list[Item], ys: list[Item]) -> bool:
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
        if x in self.loose[0] or y in self.loose[1]:
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


def _equal_arguments(one: Any, other: Any) -> float:
    """Which share of the arguments that either of two layers is given is equal."""
    first, second = one.arguments(), other.arguments()
    names = first.keys() | second.keys()
    if not names:
        return 1.0
    return sum(repr(first.get(n)) == repr(second.get(n)) for n in names) / len(names)
