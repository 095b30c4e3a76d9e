"""Folding, in order."""

from typing import Any

from archspec.importer.flat_data import head, names_of
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.fold.entries import Entries
from archspec.importer.fold.structure import structure
from archspec.importer.fold.tree import Blocks


def fold(graph: FlatGraph) -> dict[str, Any]:
    """The spec of a graph as plain values, with blocks and repeats, without `expect`."""
    main = structure(graph)
    blocks: Blocks = {}
    names = names_of(graph)
    inputs = [names[node] for node in graph.inputs]
    return {**head(graph, names), **Entries(main, blocks).network(inputs)}
