"""Folding by structure: what comes several times in a row is drawn once, marked ×N."""

from copy import copy
from typing import Any

from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import OutlineItem
from archspec.drawing.content.wires import Web, look, make_group, part, pieces, web
from archspec.records.record import snake_case

LONGEST = 12
"""Most pieces that are looked at as one unit of repetition."""
_BOUNDED = frozenset(("sigmoid", "hard_sigmoid", "sparse_sigmoid", "softmax", "tanh", "hard_tanh"))


def fold(
    found: Web, readers: list[list[int]], blocks: bool = True, longest: int = LONGEST
) -> list[OutlineItem]:
    """The items, with repeats in a row as one item.

    The graph is cut at the items that everything goes through; pieces that look alike and are
    wired alike, or rows of pieces that come again, are one. With ``blocks`` a piece of several
    items becomes a block, even if it comes once. A row has ``longest`` pieces at most.
    """
    found = _neighbours(found, readers)
    ranges = pieces(found)
    names: dict[Any, int] = {}
    writes = found.writes()
    kinds = [names.setdefault(_kind(found, *r, writes), len(names)) for r in ranges]
    result: list[OutlineItem] = []
    position = 0
    while position < len(ranges):
        period, times = _repeat(kinds, position, longest)
        start = ranges[position][0]
        end = ranges[position + period - 1][1]
        last = ranges[position + period * times - 1][1]
        result += _folded(found, start, end, last, times, blocks)
        position += period * times
    return result


def refold(
    items: list[OutlineItem], readers: list[list[int]], blocks: bool = False, longest: int = LONGEST
) -> list[OutlineItem]:
    """:func:`fold` for items."""
    return fold(web(items, readers), readers, blocks, longest)


def _neighbours(found: Web, readers: list[list[int]]) -> Web:
    """The web with neighbours that are alike as one: a layer, and the same layer twice, are three."""
    alone = {start for start, end in pieces(found) if end - start == 1}
    result: list[OutlineItem] = []
    last: Any = None
    for k, item in enumerate(found.items):
        own = look(item, times=False) if k in alone and found.reads[k] == (k - 1,) else None
        if own is not None and own == last and k - 1 in alone:
            result[-1] = _joined([result[-1], item], result[-1].times + item.times)
        else:
            result.append(item)
        last = look(item, times=False) if k in alone else None
    return found if len(result) == len(found.items) else web(result, readers)


def _joined(items: list[OutlineItem], times: int) -> OutlineItem:
    """Items that are alike as one; the same items may be folded again at another level."""
    only = copy(items[0])
    only.times = times
    only.nodes = [n for item in items for n in item.nodes]
    first, last = items[0].name.partition(" … ")[0], items[-1].name.rpartition(" … ")[2]
    only.name = f"{first} … {last}" if first and last else ""
    return only


def _repeat(kinds: list[int], start: int, longest: int) -> tuple[int, int]:
    """The row of pieces at a place that comes again at once most often: its length and how often."""
    best = (1, 1)
    for period in range(1, min(longest, (len(kinds) - start) // 2) + 1):
        row = kinds[start : start + period]
        times = 1
        while kinds[start + period * times : start + period * (times + 1)] == row:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = (period, times)
    return best


def _folded(
    found: Web, start: int, end: int, last: int, times: int, blocks: bool
) -> list[OutlineItem]:
    items = found.items[start:end]
    if times == 1 and (len(items) == 1 or not blocks):
        return items
    nodes = [n for item in found.items[start:last] for n in item.nodes]
    if len(items) == 1:
        if times == 1:
            return items
        return [_joined(found.items[start:last], items[0].times * times)]
    return [make_group(_word(found, start, end), items, times, nodes)]


def piece_word(items: list[OutlineItem], readers: list[list[int]]) -> str:
    """What items are called that belong together, if the spec has no name for them; or empty."""
    found = web(items, readers)
    if len(items) < 2 or len(pieces(found)) != 1:
        return ""
    word = _word(found, 0, len(items))
    return "" if word == "block" else word


def _word(found: Web, start: int, end: int) -> str:
    """What a piece is called that the spec has no name for."""
    last = found.items[end - 1]
    if not isinstance(last, Unit) or last.head.layer.family != "merge":
        return "block"
    if not any(source < start for source in found.reads[end - 1]):
        return "branches"
    name = type(last.head.layer).__name__
    inner = found.items[start : end - 1]
    if name == "Add":
        return "residual_block"
    if name == "Multiply":
        return "gate" if any(_squashes(item) for item in inner) else "scale"
    if name == "Concatenate":
        convolves = any(n.layer.family == "conv" for item in inner for n in item.nodes)
        return "dense_layer" if convolves else "concat_block"
    return f"{snake_case(name)}_block"


def _squashes(item: OutlineItem) -> bool:
    """Whether it ends in numbers between two bounds, as what opens and closes a way does."""
    last = item.nodes[-1].layer
    activation = last.arguments().get("activation") or snake_case(type(last).__name__)
    return str(activation) in _BOUNDED


def _kind(found: Web, start: int, end: int, writes: list[list[int]]) -> Any:
    """What pieces have in common that may be folded: looks and wires."""
    if end - start == 1:
        # What it reads does not matter: everything comes through the item before.
        return look(found.items[start])
    inner = part(found, start, end, writes)
    return tuple([look(i) for i in inner.items]), tuple(inner.reads), inner.ends
