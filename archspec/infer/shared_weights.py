"""What to say of weights that cannot be shared, for the inputs differ."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, guesses
from archspec.diagnostics.sink import Place, Sink
from archspec.expand.edits import declaration, write_input
from archspec.expand.graph import Graph, Node
from archspec.infer.blame import applied_by
from archspec.layers.base import Elementwise
from archspec.layers.core import Input
from archspec.layers.measure import Facts
from archspec.shapes.shape import Shape, format_shape


def report_other_weights(
    graph: Graph, node: Node, found: Facts, facts: list[Facts], sink: Sink
) -> None:
    """Report a node that would need weights of other shapes than those that it is to share.

    ``facts`` are those of the nodes before it.
    """
    assert node.item is not None
    owner = graph.nodes[node.shares]
    name = owner.name
    place = (applied_by(node) or node.item).place.key()
    message = f"`{node.name}` cannot have the weights of `{name}`: their shapes differ"
    notes = [
        f"`{name}` has {_weights(facts[node.shares])}",
        f"`{node.name}` needs {_weights(found)}",
    ]
    help: list[str | Fix] = ["what shares weights reads inputs of one shape"]
    help += _other_input(graph, len(facts) - 1, node.shares)
    help += _as_many(graph, node, owner)
    sink.report("AS308", place, message, notes=notes, help=help, node=node.name)


def _as_many(graph: Graph, node: Node, owner: Node) -> Iterator[Fix]:
    """As many units, or filters, of what one reads as of what the other reads."""
    ours, theirs = (_size_before(graph, n) for n in (node, owner))
    if ours is None or theirs is None or ours == theirs:
        return
    for (place, name, _), (_, _, size) in ((ours, theirs), (theirs, ours)):
        yield from guesses(place.at(name), [size])


def _size_before(graph: Graph, node: Node) -> tuple[Place, str, int] | None:
    """The number of units, or filters, that is written of the layer which a node reads."""
    while node.inputs:
        node = graph.nodes[node.inputs[0][0]]
        written = node.item.place.document.at(node.item.place.path) if node.item else None
        for name in ("units", "filters"):
            size = written.get(name) if isinstance(written, dict) else None
            if type(size) is int and node.item is not None:
                return node.item.place, name, size
        if not isinstance(node.layer, Elementwise):
            return None
    return None


def _other_input(graph: Graph, index: int, owner: int) -> list[Fix | str]:
    """The shape of the input that the owner's part of the network reads, for the other's input."""
    ours, theirs = _input_of(graph, index), _input_of(graph, owner)
    if ours is None or theirs is None or ours[0] == theirs[0] or ours[1] == theirs[1]:
        return []
    node = graph.nodes[ours[0]]
    edits = write_input(graph, declaration(graph, node.name), theirs[1])
    message = f"an input `{node.name}` of {format_shape(theirs[1])}, as `{graph.nodes[theirs[0]].name}` is?"
    return [Fix(message, edits)] if edits else []


def _input_of(graph: Graph, index: int) -> tuple[int, Shape] | None:
    """The input that a node depends on, if it is one, and its shape."""
    while graph.nodes[index].inputs:
        if len(graph.nodes[index].inputs) > 1:
            return None
        index = graph.nodes[index].inputs[0][0]
    layer = graph.nodes[index].layer
    return (index, layer.shape) if isinstance(layer, Input) else None


def _weights(facts: Facts) -> str:
    return ", ".join(f"{w.name} {'×'.join(map(str, w.shape))}" for w in facts.weights) or "none"
