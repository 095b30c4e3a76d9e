"""How the first unit of a stage differs from the others, in a line."""

from archspec.drawing.content.art import unit_pill
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group, OutlineItem


def difference(first: Group, other: Group) -> str:
    """``first: + Conv 1×1, 256 /2``; empty if the drawing shows no difference."""
    own, theirs = _texts(first.content), _texts(other.content)
    more = list(own)
    for text in theirs:
        if text in more:
            more.remove(text)
    less = list(theirs)
    for text in own:
        if text in less:
            less.remove(text)
    if not more and not less:
        return ""
    # A layer that only steps further is the same layer with a stride.
    stepping = [t for t in more if t.partition(" /")[0] in less]
    added = [t for t in more if t not in stepping]
    parts = []
    if added:
        parts.append("+ " + ", ".join(added[:2]))
    if stepping:
        parts.append(f"stride {stepping[0].partition(' /')[2]}")
    return f"first: {'; '.join(parts)}" if parts and len(added) < 3 else "the first one differs"


def _texts(content: list[OutlineItem]) -> list[str]:
    found: list[str] = []
    for item in content:
        if isinstance(item, Unit):
            found.append(unit_pill(item).text)
        else:
            found += _texts(item.content)
    return found
