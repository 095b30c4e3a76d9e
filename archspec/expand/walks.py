"""Walks through a graph: back to an input, and on to all that depends on a node.

Nodes stand in an order in which each reads only earlier ones, so every walk is one pass.
"""

from collections.abc import Iterable

from archspec.expand.graph import Graph


def main_path(graph: Graph, index: int) -> list[int]:
    """From an input to a node, always along the first of the inputs."""
    nodes, found = graph.nodes, [index]
    while inputs := nodes[index].inputs:
        index = inputs[0][0]
        found.append(index)
    return found[::-1]


def ancestors(graph: Graph, ends: Iterable[int]) -> list[bool]:
    """For each node whether one of the ends is it or depends on it."""
    nodes = graph.nodes
    found = [False] * len(nodes)
    for index in ends:
        found[index] = True
    for index in range(len(found) - 1, -1, -1):
        if found[index]:
            for source, _ in nodes[index].inputs:
                found[source] = True
    return found


def dependents(graph: Graph, index: int) -> frozenset[int]:
    """A node and all that depends on it."""
    found = {index}
    for number in range(index + 1, len(graph.nodes)):
        if any(source in found for source, _ in graph.nodes[number].inputs):
            found.add(number)
    return frozenset(found)


OUTPUT = -1
"""Stands for an output of the network among the readers of a node."""


def readers(graph: Graph) -> list[list[int]]:
    """For each node the nodes that read it, once for each time; `OUTPUT` for an output."""
    found: list[list[int]] = [[] for _ in graph.nodes]
    for index, node in enumerate(graph.nodes):
        for source, _ in node.inputs:
            found[source].append(index)
    for source, _ in graph.outputs:
        found[source].append(OUTPUT)
    return found
