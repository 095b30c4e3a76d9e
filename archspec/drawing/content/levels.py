"""Levels of detail: which items of the outline become cards."""

from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.drawing.content.fold import piece_word, refold
from archspec.drawing.content.fuse import Unit, units
from archspec.drawing.content.outline import Group, OutlineItem, groups, outline
from archspec.drawing.content.wires import Web, make_group, pieces, web
from archspec.infer.infer import ShapedGraph

FEW = 17
"""Up to so many cards a drawing shows every layer."""
SOME = 26
"""Up to so many it shows every block."""
MOST = 36
"""Above that nobody reads it: rows of cards are drawn as one."""


_MOST_BESIDE = 3
"""Most layers that are drawn with the block that a way leads around: a dropout, the addition."""
_LARGE = 40
"""Layers of a block that is a network by itself."""


class UnknownBlock(LookupError):
    """A block to be opened that the network does not have; ``near`` is what was probably meant."""

    def __init__(self, name: str, near: str | None) -> None:
        meant = as_sentence(did_you_mean(near)) if near else ""
        super().__init__(f"there is no block `{name}`.{meant}")
        self.name = name
        self.near = near


def items(
    shaped: ShapedGraph, detail: str, expand: tuple[str, ...], readers: list[list[int]]
) -> tuple[list[OutlineItem], set[int]]:
    """The items that become cards at a level of detail, and the identities of those to open.

    Raises:
        UnknownBlock: a name in ``expand`` is neither a path of the network nor a block's word.
    """
    if detail in ("layers", "fused"):
        _opened(outline(shaped), expand)  # every block is open anyway, but must exist
        return list(units(shaped, fuse=detail == "fused")), set()
    if detail == "auto" and not expand:
        every = units(shaped)
        if len(every) <= FEW:
            return list(every), set()
    top = outline(shaped)
    opened = _opened(top, expand)
    found = _at(detail, top, opened, readers)
    _open_joined(found, top, opened)
    return found, opened


def _at(
    detail: str, top: list[OutlineItem], opened: set[int], readers: list[list[int]]
) -> list[OutlineItem]:
    folded = refold(_with_merges(_blocks(top, opened), opened, readers), readers, longest=1)
    if detail == "blocks":
        return folded
    folded = _unpacked(folded, opened, readers)
    stages = refold(_with_merges(top, opened, readers), readers, longest=1)
    if detail == "stages":
        return stages
    best = folded if len(folded) <= SOME or len(folded) <= len(stages) else stages
    if len(best) > SOME and not opened:
        best = refold(best, readers, blocks=True)
    if len(best) > MOST:
        best = _rows_of(best, readers)
    return best


def _open_joined(found: list[OutlineItem], top: list[OutlineItem], opened: set[int]) -> None:
    """Opens what several blocks have become of which one is to be opened, and the same within it."""
    every = [g for g in groups(top) if id(g) in opened]
    for item in found:
        if isinstance(item, Unit) or item.times == 1 or id(item) in opened:
            continue
        nodes, size = {n.index for n in item.nodes}, len(item.nodes) // item.times
        for group in every:
            alike = len(group.nodes) // group.times == size
            if alike and nodes.issuperset([n.index for n in group.nodes]):
                pairs = zip(groups([item]), groups([group]), strict=False)
                opened |= {id(own) for own, other in pairs if id(other) in opened}


def _unpacked(
    found: list[OutlineItem], opened: set[int], readers: list[list[int]]
) -> list[OutlineItem]:
    """A network that is hardly more than one large block is drawn as what is in the block."""
    for item in found:
        if isinstance(item, Unit) or item.times > 1 or len(item.nodes) < _LARGE:
            continue
        if len(item.nodes) * 2 > sum(len(i.nodes) for i in found) and id(item) not in opened:
            at = found.index(item)
            inner = _with_merges(_blocks(item.content, opened), opened, readers)
            parts = refold([*found[:at], *inner, *found[at + 1 :]], readers, longest=1)
            return parts if len(parts) <= SOME else found
    return found


def block_of(shaped: ShapedGraph, name: str) -> Group:
    """The first block of a word, or the smallest around a path.

    Raises:
        UnknownBlock: there is none.
    """
    every = groups(outline(shaped))
    exact = [g for g in every if name in (g.path, g.name)] or [g for g in every if g.word == name]
    if exact:
        return exact[0]
    below = {
        node.index for node in shaped.nodes if node.name == name or node.name.startswith(name + ".")
    }
    around = [g for g in every if below and below <= {n.index for n in g.nodes}]
    if around:
        return around[-1]  # inner ones come last
    for unit in units(shaped):
        scopes = unit.head.node.scope.chain()
        for scope in scopes:
            if name in (scope.word, scope.path):  # a block of one layer
                found = Group(scope.path.rpartition(".")[2], scope.path, scope.word, unit.nodes)
                found.content = [unit]
                return found
    if scoped := _scoped(outline(shaped), name):  # it has nothing but what is fused into others
        alone = [unit for unit in units(shaped, fuse=False) if unit.head.index in scoped]
        found = Group(name, name, "", [unit.head for unit in alone])
        found.content = [*alone]
        return found
    from archspec.layers import nearest

    names = dict.fromkeys([x for g in every for x in (g.path, g.word) if x])
    raise UnknownBlock(name, nearest(name, list(names)))


def _opened(top: list[OutlineItem], expand: tuple[str, ...]) -> set[int]:
    """The groups to open: those of a word, or the smallest around a path, and all around them."""
    every = groups(top)
    found: set[int] = set()
    for name in expand:
        inner = [g for g in every if name in (g.word, g.path)]
        if not inner:
            below = {
                node.index
                for item in top
                for node in item.nodes
                if node.name == name or node.name.startswith(name + ".")
            }
            around = [g for g in every if below and below <= {n.index for n in g.nodes}]
            inner = around[-1:]  # inner ones come last
        if not inner and (scoped := _scoped(top, name)):
            inner = [g for g in every if scoped <= {n.index for n in g.nodes}][-1:]
            if len(scoped) == 1 or not inner:
                continue  # a block of one layer is that
        if not inner:
            from archspec.layers import nearest

            names = [x for g in every for x in (g.path, g.word)]
            parts = [n.name.split(".") for item in top for n in item.nodes]
            names += [".".join(p[:k]) for p in parts for k in range(1, len(p))]
            raise UnknownBlock(name, nearest(name, list(dict.fromkeys(names))))
        for group in inner:
            first = group.nodes[0].index
            found |= {
                id(g)
                for g in every
                if len(g.nodes) >= len(group.nodes) and any(n.index == first for n in g.nodes)
            }
    return found


def _scoped(top: list[OutlineItem], name: str) -> set[int]:
    """The layers of the first block, or construct, of a word or path: none if there is none."""
    found: dict[str, set[int]] = {}
    for item in top:
        for node in item.nodes:
            for scope in node.node.scope.chain():
                called = scope.word if scope.kind == "block" else ""
                if name and name in (called, scope.path):
                    found.setdefault(scope.path, set()).add(node.index)
    return next(iter(found.values()), set())


def _blocks(found: list[OutlineItem], opened: set[int]) -> list[OutlineItem]:
    """Blocks as they are, stages opened."""
    result: list[OutlineItem] = []
    for item in found:
        if isinstance(item, Unit) or item.block or item.times > 1 or id(item) in opened:
            result.append(item)
        else:
            result += _blocks(item.content, opened)
    return result


def _with_merges(
    found: list[OutlineItem], opened: set[int], readers: list[list[int]]
) -> list[OutlineItem]:
    """Blocks together with the addition that closes a way around them, as in rows of such blocks.

    Layers too, if there are rows of such layers without a name.
    """
    whole = web(found, readers)
    rows = any(
        isinstance(i, Group) and i.times > 1 and piece_word(i.content, readers) == "residual_block"
        for i in found
    )
    result: list[OutlineItem] = []
    for start, end in pieces(whole):
        piece = found[start:end]
        blocks = [i for i in piece if isinstance(i, Group)]
        units = [i for i in piece if isinstance(i, Unit)]
        if blocks:
            alone = len(blocks) == 1 and blocks[0].times == 1 and id(blocks[0]) not in opened
            joins = alone and len(units) <= _MOST_BESIDE
        else:
            joins = rows and len(piece) > 1
        if not (joins and _goes_around(whole, start, end)):
            result += piece
            continue
        joined = make_group("residual_block", piece, 1, [n for i in piece for n in i.nodes])
        for block in blocks:
            joined.word, joined.name, joined.path = block.word, block.name, block.path
        result.append(joined)
    return result


def _goes_around(found: Web, start: int, end: int) -> bool:
    """Whether a piece ends where two ways are put together, one of them around all of it."""
    last = found.items[end - 1]
    if not isinstance(last, Unit) or last.head.layer.family != "merge" or last.times > 1:
        return False
    sources = found.reads[end - 1]
    return len(sources) == len(last.head.node.inputs) == 2 and start - 1 in sources


def _rows_of(found: list[OutlineItem], readers: list[list[int]]) -> list[OutlineItem]:
    """Few items of many: rows of layers together, cut where everything goes through."""
    result: list[OutlineItem] = []
    while found and isinstance(found[0], Unit) and not found[0].head.node.inputs:
        result.append(found[0])
        found = found[1:]
    ranges = pieces(web(found, readers))
    per_card = -(-len(ranges) // (MOST - 8))
    for first in range(0, len(ranges), per_card):
        row = ranges[first : first + per_card]
        within = found[row[0][0] : row[-1][1]]
        if len(within) < 3:
            result += within
        else:
            result.append(make_group("", within, 1, [n for i in within for n in i.nodes]))
    return result
