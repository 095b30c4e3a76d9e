"""A network as it comes from elsewhere: layers in a row, no blocks; it knows no file format.

Readers make it, folding makes a spec of it, and the proof compares it with what the spec says.
"""

from typing import NamedTuple

from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer


class FlatNode(NamedTuple):
    """The use of a layer."""

    layer: Layer
    """With the arguments of this call, and with the roles of its inputs if it is told any."""
    inputs: tuple[Ref, ...]
    """What it reads: index of a node, and which of its outputs."""
    name: str
    """Its path in the model that it comes from: ``base/conv1``; what the spec calls it may differ."""
    trainable: bool = True
    shares: int = -1
    """Index of the node whose weights it uses, the first use of the same layer; -1 if its own."""


class FlatGraph(NamedTuple):
    """Nodes in an order in which each reads only earlier ones; inputs of the network are nodes."""

    name: str
    nodes: list[FlatNode]
    inputs: list[int]
    """The nodes that are inputs, with the layer `Input`, in the order of the model."""
    outputs: list[Ref]


def flat_graph(shaped: ShapedGraph) -> FlatGraph:
    """The flat graph of a spec; its names are paths with dots."""
    graph = shaped.graph
    nodes = []
    for node, facts in zip(graph.nodes, shaped.facts, strict=True):
        trainable = node.trainable or not facts.params
        nodes.append(FlatNode(node.layer, tuple(node.inputs), node.name, trainable, node.shares))
    return FlatGraph(shaped.name, nodes, list(graph.inputs.values()), list(graph.outputs))
