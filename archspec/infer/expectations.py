"""Checks what a spec expects against what inference found."""

from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.expand.graph import Expected, Graph
from archspec.formulas.explain import ExpressionError
from archspec.infer.infer import ShapedGraph
from archspec.infer.matching import COUNTS, matches
from archspec.shapes.shape import Shape, ShapeError
from archspec.spec.check_values import show
from archspec.spec.types import Expect


def check_expectations(shaped: ShapedGraph, sink: Sink) -> None:
    """Report every expectation that does not hold."""
    spec = shaped.graph.spec
    before = sink.count
    wrong, broken = _Wrong(shaped.graph), shaped.broken
    check = _Check(shaped, sink)
    for expected in shaped.graph.expected:
        if spec.changed and not expected.expect.values.names:
            continue  # plain numbers hold for the values for which they were written
        if not broken.isdisjoint(range(expected.start, expected.end)):
            continue  # the mistake in it has been told
        if not all(shaped.facts[index].outputs for index, _ in expected.output):
            continue  # a mistake before it has been told
        output = shaped.shape(expected.output[0]) if len(expected.output) == 1 else None
        values = expected.values
        at = expected.output[0][0]
        # A vector is as long as its layer says, whatever comes in: it tells nothing.
        known = output is not None and len(output) > 1
        if at in wrong and known and output and matches(output, values.get("shape")):
            wrong.clear(at)  # what was expected before it was the mistake, not the shape
        if at in wrong:
            check.counts_are_numbers(values, expected.expect)
            continue  # a shape before it is wrong, so its own, and its counts, are too
        if output is not None and "shape" in values and not matches(output, values["shape"]):
            wrong.add(at)
        check.compare(values, expected.expect, expected.name, output, expected)
    _check_networks(shaped, sink)
    # A layer that is not as expected explains totals that are not.
    if spec.expect is None or sink.count > before or broken or not shaped.graph.whole:
        return
    try:
        numbers = spec.expect.values.evaluate(shaped.graph.values)
    except ExpressionError as error:
        sink.report(error.code, spec.expect.place, error.message)
        return
    outputs = shaped.graph.outputs
    output = shaped.shape(outputs[0]) if len(outputs) == 1 else None
    check.compare(numbers, spec.expect, spec.name, output, None)


def _check_networks(shaped: ShapedGraph, sink: Sink) -> None:
    """What is expected in the blocks that stand in wrappers."""
    wrappers = [n.layer for n in shaped.graph.nodes if n.layer.takes_networks]
    if not wrappers:
        return
    from archspec.layers.network import network_in  # few specs have one

    networks = map(network_in, wrappers)
    for network in dict.fromkeys(n for n in networks if n is not None):
        try:
            facts = network.facts(network.nodes[0].layer.output_shape())
        except ShapeError:
            continue  # which has been told
        check_expectations(ShapedGraph(network.graph, list(facts)), sink)


class _Wrong:
    """The nodes whose shapes are not as expected, and all that depend on them."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        self._flags: list[bool] = []
        """For the nodes that were asked for, and those before."""
        self._some = False
        self._own: set[int] = set()
        """Those of which it was said."""

    def __contains__(self, index: int) -> bool:
        return self._some and self._is_wrong(index)

    def _is_wrong(self, index: int) -> bool:
        flags = self._flags
        for number in range(len(flags), index + 1):
            flags.append(any(flags[s] for s, _ in self._nodes[number].inputs))
        return flags[index]

    def add(self, index: int) -> None:
        """A node is wrong, and those are that depend on it."""
        self._some = True
        self._set(index, True)

    def clear(self, index: int) -> None:
        """A node is right after all, and those are that depend on it alone."""
        self._set(index, False)

    def _set(self, index: int, wrong: bool) -> None:
        if self._is_wrong(index) == wrong:
            return
        flags = self._flags
        flags[index] = wrong
        self._own.add(index)
        for number in range(index + 1, len(flags)):
            if number not in self._own:
                flags[number] = any(flags[s] for s, _ in self._nodes[number].inputs)


class _Check:
    """Compares what is expected with what is found, of one graph."""

    def __init__(self, shaped: ShapedGraph, sink: Sink) -> None:
        self._shaped = shaped
        self._sink = sink
        self._errors: Any = None

    def compare(
        self,
        numbers: dict[str, Any],
        expect: Expect,
        name: str,
        output: Shape | None,
        expected: Expected | None,
    ) -> None:
        """Report what of one expectation does not hold."""
        inner = isinstance(expect.place.document.at(expect.place.path), dict)
        right = True
        shape = numbers.get("shape")
        if shape is not None:
            place = expect.place.at("shape") if inner else expect.place
            right = output is not None and matches(output, shape)
            if not right:
                self.errors.shape(shape, expect, place, name, output, expected)
        for key in COUNTS:
            wanted = numbers.get(key)
            place = expect.place.at(key) if inner else expect.place
            if wanted is not None and (right or key != "macs"):
                self._count(key, wanted, expect, place, name, expected)

    def counts_are_numbers(self, numbers: dict[str, Any], expect: Expect) -> None:
        """Report what can be no count."""
        inner = isinstance(expect.place.document.at(expect.place.path), dict)
        for key in COUNTS:
            if numbers.get(key) is not None:
                self._is_number(key, numbers[key], expect.place.at(key) if inner else expect.place)

    def _is_number(self, key: str, wanted: Any, place: Place) -> bool:
        if isinstance(wanted, int) and not isinstance(wanted, bool):
            return True
        message = f"`{key}` must be a whole number, not {show(wanted)}"
        self._sink.report("AS104", place, message)
        return False

    def _count(
        self,
        key: str,
        wanted: Any,
        expect: Expect,
        place: Place,
        name: str,
        expected: Expected | None,
    ) -> None:
        if not self._is_number(key, wanted, place):
            return
        if expected is None:
            found = getattr(self._shaped, key)
        else:
            found = self._shaped.total(key, expected.start, expected.end)
        if wanted != found:
            self.errors.count(key, wanted, found, expect, place, name, expected)

    @property
    def errors(self) -> Any:
        """What says what is wrong."""
        if self._errors is None:
            from archspec.infer.expectation_errors import ExpectationErrors

            self._errors = ExpectationErrors(self._shaped, self._sink)
        return self._errors
