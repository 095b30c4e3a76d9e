"""Changes of a graph, tried: whether they mend a node, and what may be spent on it."""

from enum import Enum
from functools import cached_property

from archspec.expand.graph import Graph
from archspec.infer.changes import Changes, Shaped, shapes_with
from archspec.infer.claims import Claims
from archspec.infer.input_sizes import OtherSizes, other_sizes

MOST_WORK = 50_000
"""Nodes and reads that are inferred again for one error: an error must not take seconds."""
MOST_WORK_OF_ALL = 100_000
"""The same for all errors of a run."""


class Verdict(Enum):
    """What a change comes to."""

    NONE = "the node fails as before, or another one does that did not"
    HERE = "the node does not fail, but something after it does"
    FITS = "nothing fails that follows, but an expectation does not hold"
    ALL = "nothing fails, and all is as expected"


class Work:
    """What may be inferred again in one run, for all errors of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.left = MOST_WORK_OF_ALL

    @cached_property
    def before(self) -> Shaped:
        """The graph as it is."""
        return shapes_with(self.graph, {})

    @cached_property
    def cost(self) -> int:
        """Nodes and reads of the graph, and what its claims look at."""
        nodes = self.graph.nodes
        return len(nodes) + sum([len(node.inputs) for node in nodes]) + self.claims.work

    @cached_property
    def other_sizes(self) -> OtherSizes | None:
        """Other sizes of its only input."""
        return other_sizes(self.graph)

    @cached_property
    def claims(self) -> Claims:
        """What is expected of it."""
        return Claims(self.graph)

    @cached_property
    def of_item(self) -> dict[int, list[int]]:
        """The nodes of each entry of the file, by its identity."""
        found: dict[int, list[int]] = {}
        for number, node in enumerate(self.graph.nodes):
            found.setdefault(id(node.item), []).append(number)
        return found


class Trials:
    """Tries changes that would mend one node, as long as that does not take too much work."""

    def __init__(self, work: Work, index: int) -> None:
        self._graph = work.graph
        self._index = index
        self._work = work
        self._cost = work.cost
        self._left = MOST_WORK
        item = self._graph.nodes[index].item
        self._alike = frozenset(work.of_item[id(item)])
        before = work.before
        self.shapes = before.shapes
        """The shapes as they are."""
        self._roots = before.roots
        self._unmet = work.claims.unmet(before)

    @property
    def spent(self) -> bool:
        """Whether nothing more is tried."""
        return self._left < self._cost or self._work.left < self._cost

    def judge(self, changes: Changes) -> Verdict:
        """What some changes come to."""
        if self.spent:
            return Verdict.NONE
        self._left -= self._cost
        self._work.left -= self._cost
        after = shapes_with(self._graph, changes)
        if after.shapes[self._index] is None:
            return Verdict.NONE
        new = after.roots - self._roots
        if any(self.shapes[n] is not None for n in new):
            return Verdict.NONE
        if new or not self._alike.isdisjoint(after.roots):
            return Verdict.HERE
        return Verdict.ALL if self._work.claims.unmet(after) <= self._unmet else Verdict.FITS
