"""Folding, in order."""

from typing import Any

from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph


def fold(graph: FlatGraph, original: bool = False) -> dict[str, Any]:
    """The spec of a graph as plain values, with blocks and repeats, without `expect`.

    ``original`` is whether layers shall have the names of the model wherever they can.
    """
    return flat_data(graph, original=original)
