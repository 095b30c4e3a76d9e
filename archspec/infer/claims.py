"""What a spec expects of its network, as claims that hold or do not, of changed graphs too."""

from functools import cached_property
from typing import Any, NamedTuple

from archspec.expand.graph import Expected, Graph
from archspec.expand.walks import ancestors
from archspec.formulas.explain import ExpressionError
from archspec.infer.changes import Shaped
from archspec.infer.matching import COUNTS, matches


class Claim(NamedTuple):
    """One number, or one shape, that is expected."""

    key: str
    """``shape``, or one of :data:`COUNTS`."""
    wanted: Any
    expected: Expected | None
    """Of which entry; None: of the whole network."""


class Claims:
    """All claims of a spec that count with the values that its parameters have."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @cached_property
    def all(self) -> list[Claim]:
        """Every claim, in the order of the graph, those of the whole network last."""
        spec = self._graph.spec
        found = []
        for expected in self._graph.expected:
            if spec.changed and not expected.expect.values.names:
                continue
            found += [Claim(k, v, expected) for k, v in expected.values.items() if v is not None]
        if spec.expect is not None and self._graph.whole:
            try:
                numbers = spec.expect.values.evaluate(self._graph.values)
            except ExpressionError:
                numbers = {}
            found += [Claim(k, v, None) for k, v in numbers.items() if v is not None]
        return [c for c in found if c.key == "shape" or c.key in COUNTS]

    @property
    def work(self) -> int:
        """Nodes that are looked at to see which claims hold."""
        every = len(self._graph.nodes)
        spans = [c.expected.end - c.expected.start if c.expected else every for c in self.all]
        return sum(spans)

    def unmet(self, shaped: Shaped) -> frozenset[int]:
        """The claims that do not hold, by their number; not those that cannot be looked at."""
        return frozenset(n for n, claim in enumerate(self.all) if not self._holds(claim, shaped))

    def _holds(self, claim: Claim, shaped: Shaped) -> bool:
        expected = claim.expected
        if claim.key == "shape":
            outputs = expected.output if expected else self._graph.outputs
            if len(outputs) != 1:
                return True
            source, output = outputs[0]
            shapes = shaped.shapes[source]
            return shapes is None or matches(shapes[output], claim.wanted)
        count = self.count(claim.key, expected, shaped)
        return count is None or count == claim.wanted

    def count(self, key: str, expected: Expected | None, shaped: Shaped) -> int | None:
        """A count of the whole network, or of the nodes that an entry became.

        None if a node of it has no shape.
        """
        start, end = (expected.start, expected.end) if expected else (0, len(shaped.facts))
        nodes, live = self._graph.nodes, self._live
        total = 0
        for index in range(start, end):
            facts, node = shaped.facts[index], nodes[index]
            if facts is None:
                return None
            if expected is None and not live[index]:
                continue
            if key != "macs" and node.shares >= 0:
                continue
            if key != "trainable_params" or node.trainable:
                total += getattr(facts, key)
        return total

    @cached_property
    def _live(self) -> list[bool]:
        outputs = (index for index, _ in self._graph.outputs)
        return ancestors(self._graph, (*outputs, *self._graph.inputs.values()))
