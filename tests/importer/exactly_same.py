"""Whether two flat graphs are the same, asked of networkx: slow, exact, and nothing of the proof's own."""

import re
from collections.abc import Sequence
from typing import Any

import networkx as nx

from archspec.importer.flat_graph import FlatGraph
from archspec.layers.network import Network
from archspec.records.record import fields

_SEED = re.compile(r"'seed\\*', \\*'(?!None)")
"""Of a layer that draws by a seed it counts who shares it."""
_ROUNDS = 8
SUMS = ("Add", "Average", "Maximum", "Minimum", "Multiply")


def exactly_same(ours: FlatGraph, theirs: FlatGraph, weighted: Sequence[bool]) -> bool:
    """Whether there is any pairing of the nodes under which the graphs are equal.

    Args:
        ours: a graph.
        theirs: another one.
        weighted: which nodes of the second one have weights: of the others it does not count what
            is trained, nor who shares them.
    """
    texts = {text(n.layer) for n, has in zip(theirs.nodes, weighted, strict=True) if has}
    first, second = _encoded(ours, texts), _encoded(theirs, texts)
    for graph in (first, second):
        _sharpen(graph)
    return bool(nx.vf2pp_is_isomorphic(first, second, node_label="label"))


def _sharpen(graph: Any) -> None:
    """Labels that tell the surroundings too: equal graphs keep equal ones, and others part early."""
    labels = {vertex: hash(told["label"]) for vertex, told in graph.nodes(data=True)}
    for _ in range(_ROUNDS):
        labels = {
            vertex: hash(
                (
                    label,
                    tuple(sorted([labels[other] for other in graph.pred[vertex]])),
                    tuple(sorted([labels[other] for other in graph.succ[vertex]])),
                )
            )
            for vertex, label in labels.items()
        }
    for vertex, label in labels.items():
        graph.nodes[vertex]["label"] += f" {label}"


def text(value: Any) -> str:
    """A layer or an argument, such that only equal ones have the same text."""
    if isinstance(value, Network):
        inner = [(text(n.layer), n.inputs, n.trainable, n.shares) for n in value.nodes]
        return repr((inner, value.output))
    if hasattr(value, "arguments"):
        known = fields(type(value))
        inside = {
            name: text(v)
            for name, v in value.arguments(defaults=True).items()
            if v != known[name].default
            or isinstance(v, bool) != isinstance(known[name].default, bool)
        }
        return f"{type(value).__name__} {value.roles} {sorted(inside.items())}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}{[text(v) for v in value]}"
    if isinstance(value, dict):
        return str(sorted((key, text(inner)) for key, inner in value.items()))
    return repr(value)


def _encoded(graph: FlatGraph, weighted: set[str]) -> Any:
    """Wires, inputs, outputs and shared weights are vertices too, so that labels say everything."""
    found: Any = nx.DiGraph()
    for index, node in enumerate(graph.nodes):
        label = text(node.layer)
        counts = label in weighted
        trained = node.trainable if counts else None
        found.add_node(index, label=f"{label} {trained}")
        free = type(node.layer).__name__ in SUMS and not node.layer.roles
        for place, (source, output) in enumerate(node.inputs):
            told = f"reads output {output} as {'any' if free else place}"
            found.add_node((index, place), label=told)
            found.add_edge(source, (index, place))
            found.add_edge((index, place), index)
        if counts or _SEED.search(label):
            owner = node.shares if node.shares >= 0 else index
            found.add_node(("weights", owner), label="weights")
            found.add_edge(("weights", owner), index)
    named = len(graph.inputs) > 1
    for number, index in enumerate(graph.inputs):
        name = graph.nodes[index].name if named else ""
        found.add_node(("input", number), label=f"input {number} {name}")
        found.add_edge(("input", number), index)
    for number, (index, output) in enumerate(graph.outputs):
        found.add_node(("output", number), label=f"output {number} is {output}")
        found.add_edge(index, ("output", number))
    return found
