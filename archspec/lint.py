"""Warnings: what is allowed but is probably not meant."""

from archspec.diagnostics import Sink
from archspec.graph import Node, Scope
from archspec.infer import ShapedGraph


def lint(shaped: ShapedGraph, sink: Sink) -> None:
    """Warn of layers that lead to no output: Keras leaves them out of the model."""
    if not all(shaped.live):
        _warn_of_dead_layers(shaped, sink)


def _warn_of_dead_layers(shaped: ShapedGraph, sink: Sink) -> None:
    """One warning for each layer that nothing reads, or each block none of whose layers lives.

    What only leads to such a layer is as dead, but it is not where the mistake is.
    """
    nodes, live = shaped.graph.nodes, shaped.live
    alive = {id(s) for n, node in enumerate(nodes) if live[n] for s in node.scope.chain()}
    wholes = [None if live[n] else _dead_whole(node, alive) for n, node in enumerate(nodes)]
    read_by_others: set[int] = set()
    for index, node in enumerate(nodes):
        for source, _ in node.inputs:
            if wholes[source] is not wholes[index] or wholes[source] is nodes[source]:
                read_by_others.add(id(wholes[source]))
    told: set[int] = set()
    for whole in wholes:
        if whole is None or id(whole) in read_by_others or id(whole) in told:
            continue
        told.add(id(whole))
        name = whole.name if isinstance(whole, Node) else whole.path or whole.word
        item = whole.item
        if item is not None:
            message = f"`{name}` leads to no output, so it is not part of the model"
            sink.report("AS901", item.place.key(), message, node=name)


def _dead_whole(node: Node, alive: set[int]) -> Node | Scope:
    """The outermost block or construct around a dead node that is dead altogether."""
    for scope in node.scope.chain():
        if id(scope) not in alive and scope.kind in ("block", "repeat", "parallel"):
            return scope
    return node
