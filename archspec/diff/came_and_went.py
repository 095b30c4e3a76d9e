"""What came and what went: scopes of which no layer has a partner, rounds of repeats, and single layers."""

from collections.abc import Iterator

from archspec.diff.change import Change
from archspec.diff.pairing import Pairing
from archspec.diff.side import Item, Part, Side


def came_and_went(pairing: Pairing) -> Iterator[Change]:
    """A change for each scope, for each row of layers, and for each repeat of more or fewer rounds."""
    return _Scopes(pairing).changes()


class _Scopes:
    def __init__(self, pairing: Pairing) -> None:
        self.pairing = pairing
        self.first, self.second = pairing.first, pairing.second
        self.alone = (
            _whole_parts(self.first.root, pairing.to_second),
            _whole_parts(self.second.root, pairing.to_first),
        )
        """The outermost scopes of which no layer has a partner."""
        self.done: set[Part] = set()
        """Those of them that have been told."""

    def changes(self) -> Iterator[Change]:
        yield from self._replaced()
        for part in (self.second.root, *self.second.root.inner()):
            if part.kind == "repeat" and part.mate is not None:
                yield from self._rounds(part.mate, part)
        yield from self._one_sided("-", self.first, self.alone[0], self.pairing.to_second)
        yield from self._one_sided("+", self.second, self.alone[1], self.pairing.to_first)

    def _one_sided(
        self, sign: str, side: Side, alone: set[Part], pairs: dict[int, int]
    ) -> Iterator[Change]:
        waiting = [side.root]
        while waiting:
            row: list[Item] = []
            for item in waiting.pop().content:
                told = isinstance(item, Part) and item in self.done
                if isinstance(item, Part) and item in alone and not told:
                    row.append(item.nodes[0] if len(item.nodes) == 1 else item)
                elif isinstance(item, int) and item not in pairs:
                    row.append(item)
                else:
                    yield from _row(sign, side, row)
                    row = []
                    if isinstance(item, Part) and not told:
                        waiting.append(item)
            yield from _row(sign, side, row)

    def _replaced(self) -> Iterator[Change]:
        """Scopes of one name, of which nothing was found again in the other."""
        ours, theirs = self.alone
        there = {(p.path, p.kind): p for p in theirs if not p.transparent and p.kind != "round"}
        for p in sorted(ours, key=lambda part: part.nodes[0]):
            q = there.get((p.path, p.kind)) if not p.transparent else None
            if q is None or p.kind == "round":
                continue
            self.done |= {p, q}
            words = word_of(p, self.first), word_of(q, self.second)
            word = words[0] if words[0] == words[1] else f"{words[0]} → {words[1]}"
            what = f"{len(p.nodes):,} → {len(q.nodes):,} layers, all of them others"
            nodes = tuple(p.nodes), tuple(q.nodes)
            yield Change("~", "content", word, p.path, q.path, what, (), *nodes)

    def _rounds(self, p: Part, q: Part) -> Iterator[Change]:
        """Another number of rounds."""
        gone = [c for c in p.content if isinstance(c, Part) and c in self.alone[0]]
        come = [c for c in q.content if isinstance(c, Part) and c in self.alone[1]]
        if bool(gone) == bool(come) or all(len(c.nodes) == 1 for c in (*gone, *come)):
            return
        self.done |= {*gone, *come}
        yield Change(
            "~",
            "rounds",
            word_of((come or gone)[0], self.second if come else self.first),
            p.path or _path(p, self.first),
            q.path or _path(q, self.second),
            f"{len(p.content):,} → {len(q.content):,} rounds",
            first=tuple([n for c in gone for n in c.nodes]),
            second=tuple([n for c in come for n in c.nodes]),
            around=tuple(q.nodes),
        )


def _row(sign: str, side: Side, row: list[Item]) -> Iterator[Change]:
    """What came, or went, in a row: scopes one by one, layers together."""
    nodes: list[int] = []
    for item in [*row, None]:
        if isinstance(item, int):
            nodes.append(item)
            continue
        if nodes:
            kind = "layer" if len(nodes) == 1 else "layers"
            words = ", ".join(_words(side, nodes))
            yield _change(sign, kind, words, _span(side, nodes), "", nodes)
        nodes = []
        if item is not None:
            kind = "construct" if item.kind in ("repeat", "parallel") else item.kind
            word = item.word if kind == "construct" else word_of(item, side)
            what = f"{len(item.nodes):,} layers"
            yield _change(sign, kind, word, _path(item, side), what, item.nodes)


def _change(sign: str, kind: str, word: str, name: str, what: str, nodes: list[int]) -> Change:
    if sign == "+":
        return Change(sign, kind, word, "", name, what, second=tuple(nodes))
    return Change(sign, kind, word, name, "", what, first=tuple(nodes))


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
