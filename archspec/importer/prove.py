"""Proof that a spec says the same network as a flat graph: the same layers, wires, shared weights.

A pairing of their nodes is looked for (:mod:`archspec.importer.prove_pairs`), and then checked
here, from nothing but the two graphs. Who finds may fail; what is wrong does not pass the check.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from archspec.emit.flat_entries import flat_name
from archspec.expand.graph import Ref
from archspec.importer.flat_graph import FlatGraph, FlatNode, flat_graph
from archspec.importer.prove_labels import commutes, network_graph
from archspec.importer.prove_pairs import Pairs, find_pairs
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.network import Network
from archspec.records.field_values import read
from archspec.records.record import ValidationError
from archspec.spec.words import LONGEST_NAME

MOST_TOLD = 10


def differences(graph: FlatGraph, shaped: ShapedGraph) -> list[str]:
    """What differs between a graph and that of a spec, ``→`` from the first to the second.

    There is nothing only if they are the same up to the names of layers. A line for each layer,
    in the order of the graph; of many the first ones.
    """
    weighted = [bool(facts.weights) for facts in shaped.facts]
    found = apart(graph, flat_graph(shaped), weighted)
    more = len(found) - MOST_TOLD
    return [*found[:MOST_TOLD], f"and {more:,} more"] if more > 0 else found


def apart(ours: FlatGraph, theirs: FlatGraph, weighted: Sequence[bool]) -> list[str]:
    """All that differs; ``weighted`` says which nodes of the second graph have weights."""
    with_weights = {type(n.layer) for n, has in zip(theirs.nodes, weighted, strict=True) if has}
    pairs = find_pairs(ours, theirs, lambda layer: type(layer) in with_weights or _seeded(layer))
    return [*_told(ours, theirs, pairs, weighted)]


def _told(
    ours: FlatGraph, theirs: FlatGraph, pairs: Pairs, weighted: Sequence[bool]
) -> Iterator[str]:
    """What keeps these pairs from showing that both graphs are the same; nothing if they show it."""
    back = {b: a for a, b in pairs.items()}
    groups: tuple[dict[int, int], dict[int, int]] = {}, {}
    layers: dict[tuple[int, int], list[str]] = {}
    """What differs between two layer objects; the same ones stand at many nodes."""
    for a, node in enumerate(ours.nodes):
        if a not in pairs or back[pairs[a]] != a:
            yield f"{_name(node)}: not in the spec"
            continue
        b = pairs[a]
        other = theirs.nodes[b]
        objects = id(node.layer), id(other.layer)
        if objects not in layers:
            layers[objects] = [*_layers(node.layer, other.layer)]
        changes = [*layers[objects]]
        read = [(pairs.get(source, -1), output) for source, output in node.inputs]
        there = [*other.inputs]
        if commutes(node.layer) and commutes(other.layer):
            read, there = sorted(read), sorted(there)
        if read != there:
            changes.append(f"reads {_refs(ours, node.inputs)} → {_refs(theirs, other.inputs)}")
        if weighted[b] and node.trainable != other.trainable:
            changes.append(f"trainable {_value(node.trainable)} → {_value(other.trainable)}")
        if weighted[b] or _seeded(other.layer):
            owners = _owner(ours, a), _owner(theirs, b)
            for known, one, that in zip(groups, owners, reversed(owners), strict=True):
                if known.setdefault(one, that) != that:
                    changes.append("shares its weights with others")
                    break
        if changes:
            yield f"{_name(node)}: {', '.join(changes)}"
    for b, other in enumerate(theirs.nodes):
        if b not in back:
            yield f"{_name(other)}: only in the spec"
    if [pairs.get(index, -1) for index in ours.inputs] != theirs.inputs:
        yield f"inputs {_inputs(ours)} → {_inputs(theirs)}"
    elif not _same_names(ours, theirs):
        yield f"names of inputs {_inputs(ours)} → {_inputs(theirs)}"
    if [(pairs.get(index, -1), output) for index, output in ours.outputs] != theirs.outputs:
        yield f"outputs {_refs(ours, ours.outputs)} → {_refs(theirs, theirs.outputs)}"


def _layers(one: Layer, other: Layer) -> Iterator[str]:
    """What differs between two layers: class, arguments, what their inputs are to them."""
    if type(one) is not type(other):
        yield f"{type(one).__name__} → {type(other).__name__}"
        return
    if isinstance(one, Network) and isinstance(other, Network):
        inside = network_graph(other)
        yield from apart(network_graph(one), inside, [True] * len(inside.nodes))
        return
    ours, theirs = one.arguments(defaults=True), other.arguments(defaults=True)
    for name, value in ours.items():
        if not (_same(value, theirs[name]) or _same(*_read(one, name, value, theirs[name]))):
            yield from _argument(name, value, theirs[name])
    if one.roles != other.roles:
        yield f"reads as {', '.join(one.roles) or 'it comes'} → {', '.join(other.roles) or 'it comes'}"


def _same(one: Any, other: Any) -> bool:
    """Whether two arguments are the same, types too: True is not 1, and 3 is not 3.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Layer):
        return not [*_layers(one, other)]
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


def _read(layer: Layer, name: str, *values: Any) -> Iterator[Any]:
    """Values as their field reads them: where it takes numbers, a default of 255 is 255.0."""
    for value in values:
        try:
            yield read(type(layer), name, value)
        except ValidationError:
            yield value


def _owner(graph: FlatGraph, index: int) -> int:
    """The node that stands for all that share weights with one."""
    shares = graph.nodes[index].shares
    return shares if shares >= 0 else index


def _seeded(layer: Layer) -> bool:
    """Whether a layer draws by a seed: one that is called twice goes on, two begin alike."""
    return any(
        _seeded(value) if isinstance(value, Layer) else name == "seed" and value is not None
        for name, value in layer.arguments().items()
    )


def _same_names(ours: FlatGraph, theirs: FlatGraph) -> bool:
    """Whether several inputs have the same names, as far as a spec can have them.

    Of a name that something else has, the spec has a numbered one.
    """
    if len(ours.inputs) == 1:
        return True
    for a, b in zip(ours.inputs, theirs.inputs, strict=True):
        name, other = flat_name(ours.nodes[a].name, "_-"), theirs.nodes[b].name
        stem, _, number = other.rpartition("_")
        numbered = number.isdecimal() and stem in (name, name[: LONGEST_NAME - 8])
        if other != name and not numbered:
            return False
    return True


def _argument(name: str, ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, Layer) and type(ours) is type(theirs):
        yield from (f"{name}: {change}" for change in _layers(ours, theirs))
    else:
        yield f"{name} {_value(ours)} → {_value(theirs)}"


def _value(value: Any) -> str:
    """A value in words, its type too where that could be overlooked."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    told = value if isinstance(value, str) else repr(value)
    return told if len(told) <= 60 else f"{told[:57]}…"


def _name(node: FlatNode) -> str:
    return f"`{node.name}` {type(node.layer).__name__}"


def _refs(graph: FlatGraph, refs: Sequence[Ref]) -> str:
    shown = [
        f"`{graph.nodes[n].name}`" if not o else f"output {o} of `{graph.nodes[n].name}`"
        for n, o in refs
    ]
    return ", ".join(shown) or "nothing"


def _inputs(graph: FlatGraph) -> str:
    return _refs(graph, [(index, 0) for index in graph.inputs])
