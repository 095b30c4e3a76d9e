"""Where the reader looks for the mistake, if not at the layer that fails.

A layer in a block that fits in other calls is right: the call is not. A layer that fits with the
values that its file declares is right: the value that was given is not.
"""

from functools import cached_property
from typing import NamedTuple

from archspec.diagnostics.sink import Place, Sink
from archspec.expand.expand import expand
from archspec.expand.graph import Graph, Node
from archspec.infer.changes import shapes_with
from archspec.infer.trials import Work
from archspec.spec.check_values import Maker
from archspec.spec.types import ApplyItem, CallItem, ParallelItem, Spec

_MOST_VALUES = 8


class Cause(NamedTuple):
    """What a mistake is told at instead of the layer."""

    place: Place
    message: str
    """What it is, seen from the layer."""


class Blame:
    """Looks for what a layer that fails is not to blame for."""

    def __init__(self, graph: Graph, work: Work, sink: Sink) -> None:
        self._graph = graph
        self._work = work
        self._sink = sink

    def cause(self, index: int, code: str) -> Cause | None:
        """The value or the call that makes a node fail; None if it is the node itself."""
        node = self._graph.nodes[index]
        if node.item is None or self._sink.withholds(node.item.place):
            return None
        return self._value(node) or self._call(index, code)

    # Values from outside

    def _value(self, node: Node) -> Cause | None:
        for name, failing in self._without:
            if id(node.item) not in failing:
                place = self._graph.spec.given[name]
                return Cause(place, f"with `{name}` as it is declared it fits")
        return None

    @cached_property
    def _without(self) -> list[tuple[str, frozenset[int]]]:
        """The values that were given, each with the entries that fail without it."""
        spec = self._graph.spec
        found = []
        names = [n for n in spec.given if spec.values[n] != spec.params[n].default]
        for name in names[:_MOST_VALUES]:
            failing = self._failing(spec, name)
            if failing is not None:
                found.append((name, failing))
        return found

    def _failing(self, spec: Spec, name: str) -> frozenset[int] | None:
        """The entries that fail with the value that a parameter is declared with."""
        param = spec.params[name]
        if param.required or self._work.left < 2 * self._work.cost:
            return None
        self._work.left -= 2 * self._work.cost
        sink = Sink()
        graph = expand(
            spec._replace(values={**spec.values, name: param.default}), sink, Maker(sink)
        )
        if not isinstance(graph, Graph) or sink.errors:
            return None
        return frozenset(id(graph.nodes[n].item) for n in shapes_with(graph, {}).roots)

    # Calls

    def _call(self, index: int, code: str) -> Cause | None:
        node = self._graph.nodes[index]
        if code == "AS402" and _lacks_a_shortcut(node):
            return None
        alike = self._work.of_item[id(node.item)]
        before = self._work.before
        good = [n for n in alike if before.shapes[n] is not None]
        bad = [n for n in alike if n in before.roots]
        if not good or len(bad) > len(good):
            return None
        fits = {id(s.item) for n in good for s in self._graph.nodes[n].scope.chain()}
        for scope in node.scope.chain()[::-1]:
            item = scope.item
            if scope.kind != "block" or item is None or id(item) in fits:
                continue
            if isinstance(item, CallItem | ApplyItem):
                other = self._graph.nodes[good[0]].name
                return Cause(item.place.key(), f"`{node.name}` fails; `{other}` fits")
        return None


def _lacks_a_shortcut(node: Node) -> bool:
    """Whether it merges a residual without anything on its shortcut."""
    around = node.scope.item
    if not isinstance(around, ParallelItem) or around.word != "residual":
        return False
    return not around.branches["shortcut"].items


def applied_by(node: Node) -> ApplyItem | None:
    """The `apply` that makes a node of an earlier one."""
    if isinstance(node.item, ApplyItem):
        return node.item
    for scope in node.scope.chain():
        if isinstance(scope.item, ApplyItem):
            return scope.item
    return None
