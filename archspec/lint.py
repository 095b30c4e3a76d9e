"""Warnings: what is allowed but is probably not meant."""

from archspec.diagnostics import Sink
from archspec.infer import ShapedGraph


def lint(shaped: ShapedGraph, sink: Sink) -> None:
    """Warn of layers that lead to no output: Keras leaves them out of the model."""
    for node in shaped.nodes if not all(shaped.live) else ():
        item = node.node.item
        if not node.live and item is not None:
            message = f"`{node.name}` leads to no output, so it is not part of the model"
            sink.report("AS901", item.place.key(), message, node=node.name)
