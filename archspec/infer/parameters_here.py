"""The values of parameters where a node stands, and short formulas of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from archspec.expand.graph import Graph, Node, Scope
from archspec.formulas.explain import ExpressionError
from archspec.spec.types import CallItem, RepeatItem

_FORMULAS: tuple[tuple[str, Callable[[int], int]], ...] = (
    ("{}", lambda n: n),
    ("{} * 2", lambda n: n * 2),
    ("{} * 4", lambda n: n * 4),
    ("{} // 2", lambda n: n // 2),
    ("{} // 4", lambda n: n // 4),
)


def formulas_for(
    graph: Graph, nodes: Sequence[int], here: int, value: int
) -> Iterator[tuple[str, list[int]]]:
    """Short formulas that have a value at one of several nodes of an entry; their values at each.

    Only parameters that the entry uses already are in them.
    """
    item = graph.nodes[here].item
    if item is None or not item.names:
        return
    scopes = [_values(graph, graph.nodes[n]) for n in nodes]
    if any(scope is None for scope in scopes):
        return
    known = [scope for scope in scopes if scope is not None]
    current = known[nodes.index(here)]
    for text, work_out in _FORMULAS:
        for name in sorted(item.names):
            if not _is_count(current.get(name)) or work_out(current[name]) != value:
                continue
            if all(_is_count(scope.get(name)) for scope in known):
                yield text.format(name), [work_out(scope[name]) for scope in known]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _values(graph: Graph, node: Node) -> dict[str, Any] | None:
    """The parameters that a node sees; None if they cannot be worked out."""
    values = dict(graph.values)
    try:
        for scope in node.scope.chain():
            values = _inside(scope, values)
    except (ExpressionError, IndexError, KeyError, TypeError):
        return None
    return values


def _inside(scope: Scope, values: dict[str, Any]) -> dict[str, Any]:
    item = scope.item
    if scope.kind == "block" and isinstance(item, CallItem):
        inner = dict(item.block.defaults)
        inner.update({n: t.evaluate(values) for n, t in item.arguments.items()})
        return inner
    if scope.kind == "round" and isinstance(item, RepeatItem):
        inner = dict(values)
        if item.index:
            inner[item.index] = scope.index
        for name, column in item.columns.items():
            inner[name] = column.evaluate(values)[scope.index]
        return inner
    return values
