"""Layers that lead to no output."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, add
from archspec.diagnostics.rules import Finding, rule
from archspec.expand.graph import Node, Scope
from archspec.infer.lint.network import Network

_MOST_OUTPUTS = 20


@rule("AS901")
def dead_layer(network: Network) -> Iterator[Finding]:
    """A layer that leads to no output, which Keras leaves out of the model.

    One finding for each layer that nothing reads, or each block none of whose layers lives. What
    only leads to such a layer is as dead, but it is not where the mistake is.
    """
    nodes, live = network.nodes, network.shaped.live
    if all(live) or not network.whole:
        return
    alive: set[int] = set()
    for node, lives in zip(nodes, live, strict=True):
        scope: Scope | None = node.scope if lives else None
        while scope is not None and id(scope) not in alive:
            alive.add(id(scope))
            scope = scope.parent
    known: dict[int, Scope | None] = {}
    wholes = [
        None if lives else _dead_scope(node.scope, alive, known) or node
        for node, lives in zip(nodes, live, strict=True)
    ]
    read_by_others: set[int] = set()
    for index, node in enumerate(nodes):
        for source, _ in node.inputs:
            if wholes[source] is not wholes[index] or wholes[source] is nodes[source]:
                read_by_others.add(id(wholes[source]))
    told: set[int] = set()
    for index, whole in enumerate(wholes):
        if whole is None or id(whole) in read_by_others or id(whole) in told:
            continue
        told.add(id(whole))
        name = whole.name if isinstance(whole, Node) else whole.path or whole.word
        item = whole.item
        if item is not None:
            message = f"`{name}` leads to no output, so it is not part of the model"
            help = _wanted(network, whole, index) if isinstance(whole, Node) else []
            yield Finding(item.place.key(), message, help=help, node=name)


def _wanted(network: Network, node: Node, index: int) -> list[Fix]:
    """The fix that makes a layer with a name an output too, or takes one without out."""
    spec, outputs = network.graph.spec, network.graph.outputs
    if node.item is None or node.item.name is None:
        return network.removal(index, "leave it out")
    if len(outputs) > _MOST_OUTPUTS:
        return []
    names = [network.name(n) for n, _ in outputs]
    if spec.outputs is not None or spec.base is not None or "." in "".join([*names, node.name]):
        return []
    message = "`outputs` makes it one of the outputs"
    return [add(message, spec.place, "outputs", [node.name, *names])]


def _dead_scope(scope: Scope, alive: set[int], known: dict[int, Scope | None]) -> Scope | None:
    """The outermost block or construct around a dead node that is dead altogether."""
    if id(scope) not in known:
        known[id(scope)] = next(
            (
                around
                for around in scope.chain()
                if id(around) not in alive and around.kind in ("block", "repeat", "parallel")
            ),
            None,
        )
    return known[id(scope)]


RULES = (dead_layer,)
