"""Folding, in order."""

from typing import Any

from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph


def fold(graph: FlatGraph) -> dict[str, Any]:
    """The spec of a graph as plain values, with blocks and repeats, without `expect`."""
    return flat_data(graph, original=False)
