"""What is done in a box, in a line or two: windows and activation, or what a block holds."""

from collections import Counter

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group
from archspec.drawing.volumes.boxes import Box
from archspec.expand.graph import Scope
from archspec.infer.infer import ShapedNode
from archspec.layers import Layer
from archspec.shapes.shape import Window


def operation(box: Box) -> list[str]:
    """What is done, in a line or two: ``3×3, stride 2``, ``ReLU``; ``bottleneck ×3``."""
    item = box.item
    if item is None:
        inputs = not any(n.node.inputs for n in box.nodes)
        return [f"{len(box.nodes):,} layers"] if len(box.nodes) > 1 and not inputs else []
    if isinstance(item, Unit):
        return _of_unit(item)
    parts: list[str] = []
    inner = _content(item) if len(item.nodes) == len(box.nodes) else ""
    if inner:
        parts.append(inner)
    else:
        word = _lower(drawn(item.word)) if item.word else ""
        last = item.path.rpartition(".")[2]
        if word and not item.word.startswith(last.rstrip("0123456789_")):
            parts.append(word + (f" ×{item.times}" if item.times > 1 else ""))
        elif item.times > 1 and " … " not in item.name:
            parts.append(f"×{item.times}")
        parts.append(f"{len(box.nodes):,} layers")
    return [", ".join(parts)]


def _lower(name: str) -> str:
    """A name as words that begin with a small letter: ``conv 3D``."""
    found = words.words(name)
    return found[:1].lower() + found[1:]


def _content(group: Group) -> str:
    """``bottleneck ×3``, or ``conv ×2, max pooling``; empty if it would not be all of it."""
    found: Counter[str] = Counter()
    for item in group.content:
        if isinstance(item, Group):
            if not item.word or not _is_block(item):
                return ""
            found[_lower(drawn(item.word))] += item.times
        else:
            found[_lower(type(item.head.layer).__name__)] += item.times
    if len(found) > 2 or (len(found) > 1 and group.times > 1):
        return ""
    times = group.times if len(found) == 1 else 1
    return ", ".join(f"{n} ×{c * times}" if c * times > 1 else n for n, c in found.items())


def _is_block(group: Group) -> bool:
    """Whether all of it is in blocks, or rounds, of its word."""
    for node in group.nodes:
        ends = [(s.word, s.path.rpartition(".")[2].rstrip("0123456789_")) for s in _scopes(node)]
        if not any(group.word in names for names in ends):
            return False
    return True


def _scopes(node: ShapedNode) -> list[Scope]:
    return [s for s in node.node.scope.chain() if s.kind in ("block", "round", "parallel")]


def _of_unit(unit: Unit) -> list[str]:
    layer = unit.head.layer
    parts: list[str] = []
    values = layer.arguments(defaults=True)
    windows = layer.windows()
    if windows:
        kernel = "×".join(str(w.kernel) for w in windows)
        parts = [f"kernel {kernel}" if len(windows) == 1 else kernel, *_steps(windows)]
    elif isinstance(values.get("kernel_size"), tuple):
        parts.append("×".join(map(str, values["kernel_size"])))
        strides = values.get("strides")
        if isinstance(strides, tuple) and any(s != 1 for s in strides):
            parts.append(f"stride {_equal(strides)}")
    inner = [v for v in values.values() if isinstance(v, Layer)]
    parts += [drawn(words.title(v) + words.inner_layers(v)) for v in inner]
    groups = values.get("groups")
    if isinstance(groups, int) and not isinstance(groups, bool) and groups > 1:
        parts.append(f"{groups} groups")
    if unit.times > 1:
        word = _lower(type(layer).__name__)
        parts = [" ".join([f"{unit.times} × {word}", *parts[:1]]), *parts[1:]]
    lines = [", ".join(parts)] if parts else []
    own = words.own_activation(layer)
    chips = [words.activation_word(drawn(own))] if own else []
    chips += [drawn(words.chip(c.layer)) for c in unit.chips]
    said = ", ".join(dict.fromkeys(chips))
    if lines and said and len(lines[0]) + len(said) < 13:
        return [f"{lines[0]}, {said}"]
    return lines + ([said] if said else [])


def _steps(windows: tuple[Window, ...]) -> list[str]:
    found = []
    for word, values in (
        ("stride", [w.stride for w in windows]),
        ("dilation", [w.dilation for w in windows]),
    ):
        if any(v > 1 for v in values):
            found.append(f"{word} {_equal(tuple(values))}")
    return found


def _equal(values: tuple[int, ...]) -> str:
    return str(values[0]) if len(set(values)) == 1 else "×".join(map(str, values))
