"""Models in wrappers, as networks that are one layer."""

from collections.abc import Sequence

from archspec.emit.flat_entries import flat_name
from archspec.importer.flat_graph import FlatGraph, FlatNode
from archspec.layers import layer_type
from archspec.layers.network import InnerNode, Network, live


def network_of(graph: FlatGraph) -> Network | str:
    """A graph as one layer, or why it cannot be one."""
    if len(graph.outputs) != 1 or len(graph.inputs) > 1:
        return "has several inputs or outputs"
    if graph.inputs not in ([], [0]):
        return "does not begin with its input"
    nodes = _inner_nodes(graph.nodes)
    if 0 not in live(nodes, graph.outputs[0][0]):
        return "does not depend on its input"
    word = flat_name(graph.name, "_")
    if layer_type(word) is not None or not word[:1].isalpha():
        word = f"network_{word}"
    return Network(word, nodes, graph.outputs[0], word)


def _inner_nodes(nodes: Sequence[FlatNode]) -> tuple[InnerNode, ...]:
    """Nodes of a graph as those of a network in a wrapper; the first one is the input."""
    taken: set[str] = set()
    found = []
    for index, node in enumerate(nodes):
        base = name = flat_name(node.name.rpartition("/")[2], "_-") if index else "input"
        count = 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        found.append(InnerNode(name, node.layer, node.inputs, node.trainable, node.shares))
    return tuple(found)
