"""What would mend arguments that do not suit the shapes (AS404), and a wrong number of inputs (AS303)."""

from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any

from archspec.diagnostics.fixes import Edit, How
from archspec.expand.edits import entry
from archspec.expand.graph import Node, Ref
from archspec.infer.changes import Change, Shapes, made
from archspec.infer.proposals import Proposal, Proposer
from archspec.layers import Layer, layer_types
from archspec.layers.base import Elementwise
from archspec.layers.operations.axes import Transpose
from archspec.layers.operations.borders import Pad, Tile
from archspec.layers.operations.parts import Split
from archspec.layers.recurrent import Recurrent
from archspec.layers.reshaping import Reshape
from archspec.layers.weights import PositionEmbedding
from archspec.records.field_values import takes
from archspec.shapes.shape import Shape, ShapeError, elements, format_shape, product

Found = Iterator[Proposal | None]
_MOST_GROUPS = 4096


def for_argument(error: ShapeError, proposer: Proposer, inputs: Shapes) -> Found:
    """Another value of the argument that does not fit."""
    index = proposer.index
    layer = proposer.graph.nodes[index].layer
    shape = inputs[0]
    if isinstance(layer, Reshape) and error.argument == "target_shape":
        yield from _targets(proposer, layer, shape)
    elif error.argument == "groups" and shape and shape[-1]:
        yield from _groups(proposer, layer, shape[-1])
    elif isinstance(layer, PositionEmbedding) and len(shape) > 1 and shape[-2]:
        yield proposer.arguments(index, {"sequence_length": shape[-2] + layer.start_index})
    elif isinstance(layer, Split) and isinstance(layer.indices_or_sections, int):
        if error.argument == "axis":
            yield from _axes(proposer, layer, len(shape))
        yield from _parts(proposer, layer.indices_or_sections)
    elif error.argument == "axis":
        yield from _axes(proposer, layer, len(shape))
    elif error.argument in ("axes", "pad_width", "repeats") and layer.operation:
        yield from _with_the_batch(proposer, layer, len(shape))
    elif error.argument is None and isinstance(layer, Recurrent) and len(inputs) > 1:
        yield from _states(proposer, layer)
    elif error.argument in ("mean", "variance"):
        yield _channels(proposer, layer, shape)
    elif error.argument == "attention_axes":
        yield proposer.arguments(index, {"attention_axes": None})
        for axis in range(1, len(shape)):
            yield proposer.arguments(index, {"attention_axes": (axis,)})


def _states(proposer: Proposer, layer: Any) -> Found:
    """As many units as the layer has whose states it begins with, or the other way round."""
    nodes = proposer.graph.nodes
    for source, _ in nodes[proposer.index].inputs[1:]:
        other: Any = nodes[source].layer
        if hasattr(other, "units") and hasattr(layer, "units") and other.units != layer.units:
            yield proposer.arguments(proposer.index, {"units": other.units})
            yield proposer.arguments(source, {"units": layer.units})
            return


def _groups(proposer: Proposer, layer: Any, channels: int) -> Found:
    """The nearest number of groups that divides the channels, and the filters if there are any."""
    count = gcd(channels, getattr(layer, "filters", channels))
    now = layer.groups
    fitting = [g for g in range(1, min(count, _MOST_GROUPS) + 1) if count % g == 0]
    for groups in sorted(fitting, key=lambda g: (abs(g - now), g))[:2]:
        yield proposer.arguments(proposer.index, {"groups": groups})


def _axes(proposer: Proposer, layer: Any, rank: int) -> Found:
    """The last axis, which is nearly always meant; or one that exists."""
    axis = getattr(layer, "axis", None)
    several = isinstance(axis, tuple)
    others = (*range(1, rank + 1),)
    if axis is None and others and takes(type(layer), "axis", [1, 1]):
        yield proposer.arguments(proposer.index, {"axis": others})
    if isinstance(axis, tuple) and not {0, -rank - 1}.isdisjoint(axis):
        rest = tuple([a for a in axis if a not in (0, -rank - 1)])
        yield proposer.arguments(proposer.index, {"axis": rest})
    for axis in (-1, *range(1, rank)):
        found = proposer.arguments(proposer.index, {"axis": (axis,) if several else axis})
        yield found and found._replace(alone=True)


def _with_the_batch(proposer: Proposer, layer: Any, rank: int) -> Found:
    """What stands for each axis, the batch first: as it is for that, where it was left out."""
    at = proposer.index
    if isinstance(layer, Transpose):
        order = layer.axes or (*range(rank, 0, -1),)
        shifted = tuple([axis + 1 for axis in order]) if 0 in order else order
        kept = tuple([axis for axis in order if axis])
        for axes in dict.fromkeys((shifted, kept, order)):
            if sorted(axes) == [*range(1, rank + 1)]:
                yield proposer.arguments(at, {"axes": (0, *axes)})
    elif isinstance(layer, Pad):
        widths = layer.pad_width
        rest = widths if len(widths) == rank else widths[1:]
        yield proposer.arguments(at, {"pad_width": ((0, 0), *rest)})
    elif isinstance(layer, Tile):
        yield proposer.arguments(at, {"repeats": (1, *layer.repeats[1:])})


def _targets(proposer: Proposer, layer: Reshape, shape: Shape) -> Found:
    """One size of the target that is another, or as many units of the Dense before it."""
    count = elements(shape)
    target = layer.target_shape
    if count is None:
        return
    index = proposer.index
    if -1 not in target:
        yield from _filling(proposer, count, product(target), dense=True)
        if count == product(target[1:]):  # the size of a batch stands first
            yield proposer.arguments(index, {"target_shape": target[1:]})
    for place in range(len(target) - 1, -1, -1):
        others = product(s for n, s in enumerate(target) if n != place and s != -1)
        if target[place] != -1 and -1 not in target and count % others == 0:
            size = count // others
            yield proposer.arguments(index, {"target_shape": _with(target, place, size)})
    for place in range(len(target) - 1, -1, -1):
        if target[place] == -1 or -1 not in target:
            continue
        others = product(s for n, s in enumerate(target) if n != place and s != -1)
        if count % others == 0:
            size = min(_divisors(count // others), key=lambda d: abs(d - target[place]))
            yield proposer.arguments(index, {"target_shape": _with(target, place, size)})
    if -1 not in target:
        square = _square(count, target)
        if square is not None:
            yield proposer.arguments(index, {"target_shape": square})
        yield proposer.arguments(index, {"target_shape": (*target[:-1], -1)})
        yield proposer.arguments(index, {"target_shape": (-1, *target[1:])})
        yield from _filling(proposer, count, product(target), dense=False)


def _square(count: int, target: Shape) -> tuple[int, ...] | None:
    """A target whose equal sizes are all others: [28, 28, 1] instead of [30, 30, 1]."""
    sizes = [size or 1 for size in target]
    if len(sizes) < 2 or sizes[0] != sizes[1]:
        return None
    rest = product(sizes[2:])
    side = round((count / rest) ** 0.5) if rest else 0
    return (side, side, *sizes[2:]) if side and side * side * rest == count else None


def _filling(proposer: Proposer, before: int, count: int, dense: bool) -> Found:
    """As many units, or filters, of the layer before a Reshape as fill it: of a Dense, or another."""
    nodes = proposer.graph.nodes
    at = nodes[proposer.index].inputs[0][0]
    while isinstance(nodes[at].layer, Elementwise) and nodes[at].inputs:
        at = nodes[at].inputs[0][0]
    if (nodes[at].layer.auto_name() == "dense") is not dense:
        return
    for name in ("units", "filters"):
        now = getattr(nodes[at].layer, name, None)
        if isinstance(now, int) and (count * now) % before == 0:
            yield proposer.arguments(at, {name: count * now // before})


def _channels(proposer: Proposer, layer: Any, shape: Shape) -> Proposal | None:
    """An input with as many channels as there are numbers for them."""
    source = proposer.graph.nodes[proposer.index].inputs[0][0]
    count = len(layer.mean) if isinstance(layer.mean, tuple) else 0
    last = layer.axis in ((-1,), (len(shape),))
    if proposer.graph.nodes[source].item is not None or not count or not last:
        return None
    wanted = (*shape[:-1], count)
    return proposer.input_shape(source, wanted, f"an input of {format_shape(wanted)} would fit")


def _parts(proposer: Proposer, count: int) -> Found:
    """The nearest number of units, or filters, that can be cut into so many parts."""
    nodes = proposer.graph.nodes
    at = nodes[proposer.index].inputs[0][0]
    while isinstance(nodes[at].layer, Elementwise) and nodes[at].inputs:
        at = nodes[at].inputs[0][0]
    for name in ("units", "filters"):
        now = getattr(nodes[at].layer, name, None)
        if isinstance(now, int) and now % count:
            near = sorted(
                (now - now % count, now + count - now % count), key=lambda n: abs(n - now)
            )
            for value in filter(None, near):
                yield proposer.arguments(at, {name: value})


def _with(target: tuple[int, ...], place: int, size: int) -> tuple[int, ...]:
    return (*target[:place], size, *target[place + 1 :])


def _divisors(count: int) -> list[int]:
    found = {d for n in range(1, int(count**0.5) + 1) if count % n == 0 for d in (n, count // n)}
    return sorted(found)


# A wrong number of inputs


def for_inputs(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """One input of several, or more than one."""
    node = proposer.graph.nodes[proposer.index]
    least, most = node.layer.inputs
    if len(inputs) > most and most == 1:
        yield from _each(proposer, node)
        yield _merged(proposer, node, "Concatenate")
        yield _merged(proposer, node, "Add")
    elif len(inputs) > most:
        yield _fewer(proposer, node, most)
    elif len(inputs) == 1 and least == 2:
        yield from _second(proposer, node, inputs[0], shapes)


def _each(proposer: Proposer, node: Node) -> Found:
    """The input of the network that nothing else reads, where an entry reads them all unasked."""
    if node.item is None or node.item.sources is not None or entry(node.item) is None:
        return
    nodes, place = proposer.graph.nodes, node.item.place
    elsewhere = {ref for other in nodes if other is not node for ref in other.inputs}
    alone = [ref for ref in node.inputs if ref not in elsewhere]
    all_inputs = all(nodes[ref[0]].item is None for ref in node.inputs)
    if len(alone) == 1 and all_inputs and isinstance(place.document.at(place.path), dict):
        name = nodes[alone[0][0]].name
        changes = {proposer.index: Change(node.layer, inputs=(alone[0],))}
        yield Proposal(f"`from: {name}`", changes, (Edit(place, name, How.ADD, "from"),))


def _fewer(proposer: Proposer, node: Node, most: int) -> Proposal | None:
    """The first of its inputs, as many as it takes."""
    if node.item is None:
        return None
    place = node.item.place.at("from")
    written = place.document.at(place.path)
    if not isinstance(written, list) or len(written) != len(node.inputs):
        return None
    names = written[:most]
    edits = (Edit(place, names[0] if most == 1 else names),)
    told = ", ".join(map(str, names))
    reads = node.inputs[:most]
    changes = {proposer.index: Change(node.layer, inputs=reads)}
    return Proposal(f"`from: {told if most == 1 else f'[{told}]'}`", changes, edits)


def _merged(proposer: Proposer, node: Node, word: str) -> Proposal | None:
    """One input made of all, before it."""
    item = node.item
    merge = made(layer_types()[word], {})
    at = entry(item) if item else None
    if item is None or at is None or merge is None:
        return None
    edits: tuple[Edit, ...] = (Edit(at, word, How.BEFORE),)
    if item.sources is not None:
        source = item.place.document.at((*item.place.path, "from"))
        edits = (
            Edit(at, {word: {"from": source}}, How.BEFORE),
            Edit(item.place.at("from"), how=How.REMOVE),
        )
    changes = {
        n: Change(proposer.graph.nodes[n].layer, merge=merge)
        for n in proposer.alike(proposer.index)
    }
    return Proposal(f"`{word}` before it", changes, edits)


def _second(proposer: Proposer, node: Node, shape: Shape, shapes: list[Shapes | None]) -> Found:
    """What nothing else reads, and else what has the same shape, as the second input."""
    graph, index = proposer.graph, proposer.index
    item = node.item
    if item is None or len(proposer.alike(index)) > 1:
        return
    if item.sources is not None and len(item.sources) > 1:
        return
    read = {source for other in graph.nodes for source, _ in other.inputs}
    read |= {source for source, _ in graph.outputs}
    prefix, _, _ = node.name.rpartition(".")
    inside = prefix + "." if prefix else ""
    here = [
        n
        for n in range(index)
        if n != node.inputs[0][0]
        and graph.nodes[n].name.startswith(inside)
        and _is_end(graph.nodes, n, inside)
    ]
    if node.layer.family == "attention":
        yield _reading(proposer, node, node.inputs[0][0], inside)
    ends = [n for n in here if n not in read]
    if len(ends) == 1:
        yield _reading(proposer, node, ends[0], inside)
    if not ends:
        alike = [n for n in here if shapes[n] == (shape,)]
        for other in alike[-3:]:
            yield _reading(proposer, node, other, inside)


def _is_end(nodes: Sequence[Node], index: int, inside: str) -> bool:
    """Whether a node stands in the list itself, or is the last one of a block that does."""
    head, dot, _ = nodes[index].name[len(inside) :].partition(".")
    after = nodes[index + 1 : index + 2]
    return not dot or not any(n.name.startswith(f"{inside}{head}.") for n in after)


def _reading(proposer: Proposer, node: Node, other: int, inside: str) -> Proposal | None:
    nodes = proposer.graph.nodes
    item = node.item
    source = node.inputs[0][0]
    if item is None or not nodes[source].name.startswith(inside):
        return None
    names = [nodes[n].name[len(inside) :].partition(".")[0] for n in (source, other)]
    reads: tuple[Ref, ...] = (node.inputs[0], (other, 0))
    value = item.place.document.at(item.place.path)
    layer: Layer = node.layer
    if isinstance(value, dict):
        edits: tuple[Edit, ...] = (Edit(item.place, names, How.ADD, "from"),)
        if "from" in value:
            edits = (Edit(item.place.at("from"), names),)
    elif value == item.word:
        edits = (Edit(item.place, names, How.ADD, "from"),)
    else:
        return None
    message = f"`from: [{', '.join(names)}]`"
    return Proposal(message, {proposer.index: Change(layer, inputs=reads)}, edits)
