"""How single units of a stage differ from the others, a line each; what leads nowhere."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from archspec.drawing.content.art import Pill, Repeated, Row, Rows
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.content.pill_text import fused_text, pill_text
from archspec.drawing.content.words import activation_word, count, own_activation
from archspec.infer.hierarchy import Counts, total
from archspec.infer.infer import ShapedNode
from archspec.layers import Layer

_MOST = 2
"""Most layers that a line names on either side."""


def difference(which: str, one: Group, other: Group, each: list[Counts]) -> tuple[str, bool]:
    """``first: + Conv 1×1, 256 /2``, and whether what is not in the line is alike.

    What the drawing does not show is named all the same.

    Args:
        which: what the unit is called in the line.
        one: the unit that differs.
        other: the one that is drawn.
        each: what each layer adds to the totals.
    """
    own, theirs = _texts(one.content), _texts(other.content)
    more, less = _without(own, theirs), _without(theirs, own)
    # A layer that only steps further is the same layer with a stride.
    steps: list[str] = []
    for text in list(more):
        plain, slash, stride = text.head.partition(" /")
        if slash and (same := _Text(plain, text.fused)) in less:
            more.remove(text)
            less.remove(same)
            steps.append(stride)
    parts = [
        sign + ", ".join([t.said(against) for t in texts])
        for sign, texts, against in (("+ ", more, less), ("− ", less, more))
        if texts
    ]
    if steps:
        parts.append(f"stride{'s' * (len(set(steps)) > 1)} {', '.join(dict.fromkeys(steps))}")
    if len(more) > _MOST or len(less) > _MOST:
        nodes = one.nodes[: len(one.nodes) // one.times]
        params = total(nodes, each).params
        weights = f", {count(params)} params" if params else ""
        return f"{which}: {len(nodes):,} other layers{weights}", False
    return f"{which}: {'; '.join(parts) or _unseen(one, other)}", True


def _unseen(one: Group, other: Group) -> str:
    """What differs between units that look alike: arguments, whether they are trained, wires."""
    pairs = list(zip(_sorted(one), _sorted(other), strict=False))
    names = {name for own, theirs in pairs for name in _differing(own.layer, theirs.layer)}
    if names:
        return f"other {', '.join(sorted(names)[:_MOST]).replace('_', ' ')}"
    if any(own.live != theirs.live for own, theirs in pairs):
        return dead_ends([own for own, _ in pairs]) or "leads on"
    if any(own.node.trainable != theirs.node.trainable for own, theirs in pairs):
        return "frozen" if not one.nodes[0].node.trainable else "trained"
    return "wired otherwise"


def _differing(own: Layer, theirs: Layer) -> set[str]:
    """The arguments in which two layers of a kind differ; of wrapped ones their own."""
    if own is theirs or type(own) is not type(theirs):
        return set()
    others = theirs.arguments(defaults=True)
    found: set[str] = set()
    for name, value in own.arguments(defaults=True).items():
        other = others.get(name)
        if isinstance(value, Layer) and isinstance(other, Layer):
            found |= _differing(value, other)
        elif value != other:
            found.add(name)
    return found


def matched(one: Group, other: Group) -> dict[int, int]:
    """Layers of a unit that are drawn as layers of another one: those that are alike, in order."""
    own, theirs = _sorted(one), _sorted(other)
    matcher = SequenceMatcher(
        None, [_plain(n) for n in own], [_plain(n) for n in theirs], autojunk=False
    )
    return {
        own[a + k].index: theirs[b + k].index
        for a, b, size in matcher.get_matching_blocks()
        for k in range(size)
    }


def dead_ends(nodes: list[ShapedNode]) -> str:
    """``3 layers lead nowhere``; empty if all of them lead to an output."""
    dead = sum(not n.live for n in nodes)
    if not dead:
        return ""
    if dead == len(nodes):
        return "leads nowhere"
    return f"{dead:,} layers lead nowhere" if dead > 1 else "1 layer leads nowhere"


def with_dead(rows: Rows, nodes: Sequence[ShapedNode]) -> Rows:
    """The rows with pills that say so where some of their layers lead nowhere; the note says how many."""
    found: list[Row] = []
    for row in rows:
        if isinstance(row, Pill):
            dead = sum(not nodes[n].live for n in row.nodes)
            if 0 < dead < len(row.nodes):
                row = row._replace(text=f"{row.text}, some dead", faded=False)
            found.append(row)
        elif isinstance(row, Repeated):
            found.append(row._replace(rows=with_dead(row.rows, nodes)))
        else:
            columns = tuple([with_dead(column, nodes) for column in row.columns])
            found.append(row._replace(columns=columns))
    return tuple(found)


def _sorted(group: Group) -> list[ShapedNode]:
    once = group.nodes[: len(group.nodes) // group.times]
    return sorted(once, key=lambda n: n.index)


def _plain(node: ShapedNode) -> str:
    return f"{type(node.layer).__name__} {pill_text(node.layer).partition(' /')[0]}"


class _Text(NamedTuple):
    """What a layer is called, and what is fused into it."""

    head: str
    fused: tuple[str, ...]

    def said(self, others: list["_Text"]) -> str:
        """The layer, with what of it is fused into it where only that differs."""
        alike = [other for other in others if other.head == self.head]
        if not alike:
            return self.head
        own = [name for name in self.fused if name not in alike[0].fused]
        theirs = [name for name in alike[0].fused if name not in self.fused]
        shown = own if own and theirs else self.fused or ("alone",)
        return " · ".join([self.head, *shown])


def _without(texts: list[_Text], others: list[_Text]) -> list[_Text]:
    found = list(texts)
    for text in others:
        if text in found:
            found.remove(text)
    return found


def _texts(content: list[OutlineItem]) -> list[_Text]:
    found: list[_Text] = []
    for item in content:
        if isinstance(item, Unit):
            own = own_activation(item.head.layer)
            names = [activation_word(own)] if own else []
            fused = (*names, *[fused_text(c.layer) for c in item.chips])
            found += [_Text(pill_text(item.head.layer), fused)] * item.times
        else:
            found += _texts(item.content) * item.times
    return found
