"""What boxes are called: as in the spec, as short as tells them apart."""

from collections import Counter

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import OutlineItem
from archspec.drawing.volumes.boxes import Box
from archspec.infer.infer import ShapedNode

_BETWEEN = " … "


def names(found: list[Box]) -> list[str]:
    """Names as short as tells them apart: the ends of their paths."""
    paths = [_path(box) for box in found]
    often = Counter(paths)
    paths = [
        box.unit.head.name if often[path] > 1 and path and box.unit else path
        for box, path in zip(found, paths, strict=True)
    ]
    known: dict[str, set[str]] = {}
    for path in set(paths):
        parts = path.split(".")
        for k in range(len(parts)):
            known.setdefault(".".join(parts[k:]), set()).add(path)
    result = []
    for box, path in zip(found, paths, strict=True):
        parts = path.split(".")
        ends = [".".join(parts[k:]) for k in range(len(parts) - 1, -1, -1)]
        short = next((end for end in ends if len(known[end]) == 1), path)
        result.append(drawn(short) or _kind(box))
    return result


def _kind(box: Box) -> str:
    """What a box is that has no name."""
    item = box.item
    if item is None:
        if len(box.nodes) == 1:
            return words.words(type(box.nodes[0].layer).__name__)
        if not any(n.node.inputs for n in box.nodes):
            return f"… {len(box.nodes):,} inputs"
        return f"… {len(box.nodes):,} layers"
    if isinstance(item, Unit):
        layer = item.head.layer
        return "Input" if not item.head.node.inputs else words.words(type(layer).__name__)
    if item.word:
        return words.words(drawn(item.word))
    return f"… {len(box.nodes):,} layers"


def _path(box: Box) -> str:
    """The name in the spec from outside; empty if the spec gives none."""
    item = box.item
    if item is None:
        node = box.nodes[0]
        return _without_auto(node.name, node) if len(box.nodes) == 1 else ""
    if isinstance(item, Unit):
        path = _without_auto(item.head.name, item.head)
        if not item.head.node.inputs:
            return "" if item.head.name == "input" else item.head.name
        return _spanned(path, item) if path else ""
    path = _spanned(item.path, item)
    head, dot, last = path.rpartition(".")
    return head if dot and item.word and last.startswith(item.word) else path


def _spanned(path: str, item: OutlineItem) -> str:
    """``stage1.unit2 … unit3``: of several in a row the first and the last one."""
    first, between, last = item.name.partition(_BETWEEN)
    parts = path.split(".")
    if not between or first not in parts:
        return path
    kept = parts[: len(parts) - parts[::-1].index(first)]
    return ".".join(kept) + _BETWEEN + last.replace(".", "·")


def _without_auto(name: str, node: ShapedNode) -> str:
    """A path without its last part if that only says what kind of layer it is."""
    head, _, last = name.rpartition(".")
    return head if last.rstrip("0123456789").rstrip("_") == node.layer.auto_name() else name
