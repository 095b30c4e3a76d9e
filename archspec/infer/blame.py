"""Where the reader looks for the mistake, if not at the layer that fails.

A layer in a block that fits in other calls is right: the call is not. A layer that fits with the
values that its file declares is right: the value that was given is not.
"""

from functools import cached_property
from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Fix, replace
from archspec.diagnostics.sink import Place, Sink, TooMany
from archspec.expand.edits import declaration
from archspec.expand.expand import expand
from archspec.expand.graph import Graph, Node
from archspec.expand.walks import main_path
from archspec.infer.changes import Change, shapes_with
from archspec.infer.trials import Work
from archspec.layers.core import Input
from archspec.spec.check_values import Maker
from archspec.spec.types import ApplyItem, CallItem, ParallelItem, Spec

_MOST_VALUES = 8
_COST_OF_EXPANDING = 10


class Cause(NamedTuple):
    """What a mistake is told at instead of the layer."""

    place: Place
    message: str
    """What it is, seen from the layer."""
    fixes: tuple[Fix, ...] = ()


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
        return (
            self._value(node)
            or self._network(node)
            or self._call(index, code)
            or (self._batch(index) if code == "AS403" else None)
        )

    def _batch(self, index: int) -> Cause | None:
        """The only input, if its first size is not known and it fits without."""
        number = main_path(self._graph, index)[0]
        layer = self._graph.nodes[number].layer
        if not isinstance(layer, Input) or len(layer.shape) < 3 or layer.shape[0] is not None:
            return None
        without = {number: Change(Input(shape=layer.shape[1:]))}
        if shapes_with(self._graph, without).shapes[index] is None:
            return None
        declared = declaration(self._graph, self._graph.nodes[number].name)
        return Cause(declared.place, "this layer fits without the first size of the input")

    def _network(self, node: Node) -> Cause | None:
        """The call of a network of another file, which fits its own input."""
        for scope in node.scope.chain():
            item = scope.item
            if isinstance(item, CallItem) and item.block.whole is not None:
                return Cause(item.place.key(), "this layer of it does not fit")
        return None

    # Values from outside

    def _value(self, node: Node) -> Cause | None:
        for name, failing in self._without:
            if id(node.item) not in failing:
                place = self._graph.spec.given[name]
                message = f"this layer fits with `{name}` as it is declared"
                return Cause(place, message, self._other_values(node, name, place))
        return None

    def _other_values(self, node: Node, name: str, place: Place) -> tuple[Fix, ...]:
        """The nearest whole number with which the entry fits, and the declared value."""
        spec = self._graph.spec
        if place.document.at(place.path) != spec.values[name]:
            return ()
        found = []
        good, bad = spec.params[name].default, spec.values[name]
        if isinstance(good, int) and isinstance(bad, int) and not isinstance(bad, bool):
            while abs(bad - good) > 1:
                middle = (good + bad) // 2
                failing = self._failing(spec, name, middle)
                good, bad = (good, middle) if failing is None or failing else (middle, bad)
            found.append(replace(f"`{name}: {good}` would fit", place, good))
        else:
            found.append(replace(f"`{name}: {good}`, as declared, would fit", place, good))
        return tuple(found)

    @cached_property
    def _without(self) -> list[tuple[str, frozenset[int]]]:
        """The values that were given, each with the entries that fail without it."""
        spec = self._graph.spec
        found = []
        names = [n for n in spec.given if spec.values[n] != spec.params[n].default]
        for name in names[:_MOST_VALUES]:
            if spec.params[name].required:
                continue
            failing = self._failing(spec, name, spec.params[name].default)
            if failing is not None:
                found.append((name, failing))
        return found

    def _failing(self, spec: Spec, name: str, value: Any) -> frozenset[int] | None:
        """The entries that fail with a value of a parameter; None if that is not known."""
        cost = _COST_OF_EXPANDING * self._work.cost
        if self._work.left < cost:
            return None
        self._work.left -= cost
        sink = Sink()
        changed = spec._replace(values={**spec.values, name: value})
        try:
            graph = expand(changed, sink, Maker(sink))
        except TooMany:
            return None
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
                return Cause(
                    item.place.key(), f"this layer fits as `{other}`, but not as `{node.name}`"
                )
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
