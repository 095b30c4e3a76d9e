"""Graph to shaped graph: the output shapes, weights and operations of every node.

Equal layers with equal input shapes are calculated once.
"""

from functools import cached_property
from itertools import accumulate
from typing import Any

from archspec.diagnostics.sink import Sink
from archspec.expand.graph import Graph, Node, Ref
from archspec.expand.walks import ancestors
from archspec.layers import Layer
from archspec.layers.measure import Facts as Facts
from archspec.layers.measure import measure as measure
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import Shape, ShapeError


class ShapedNode:
    """A node and what inference found out about it."""

    __slots__ = ("facts", "index", "input_shapes", "live", "node")

    def __init__(
        self, index: int, node: Node, facts: Facts, input_shapes: tuple[Shape, ...], live: bool
    ) -> None:
        self.index = index
        self.node = node
        self.facts = facts
        self.input_shapes = input_shapes
        self.live = live
        """Whether an output depends on it; Keras leaves the others out of the model."""

    @property
    def name(self) -> str:
        """Path of the node."""
        return self.node.name

    @property
    def layer(self) -> Layer:
        """The layer."""
        return self.node.layer

    @property
    def output_shape(self) -> Shape:
        """Shape of its (first) output, without the batch."""
        return self.facts.outputs[0]

    @property
    def params(self) -> int:
        """Number of weights' values that it adds: 0 if it shares another node's."""
        return self.facts.params if self.node.shares < 0 else 0

    @property
    def trainable_params(self) -> int:
        """Those of them that training changes."""
        return self.facts.trainable_params if self.node.shares < 0 and self.node.trainable else 0

    @property
    def macs(self) -> int:
        """Multiply–accumulate operations for one example."""
        return self.facts.macs

    @property
    def margins(self) -> tuple[tuple[int, int], ...]:
        """What padding puts before and after each spatial axis, less than 0 if it cuts off."""
        return self.layer.margins(*self.input_shapes) if self.input_shapes else ()

    @property
    def macs_known(self) -> bool:
        """Whether the operations do not depend on a size that is not known."""
        if all(None not in shape for shape in self.input_shapes):
            return True
        filled = [tuple(64 if s is None else s for s in shape) for shape in self.input_shapes]
        try:
            return self.layer.macs(*filled) == self.macs
        except ShapeError:
            return False


class ShapedGraph:
    """A graph with all of its shapes, which are known to be right.

    In one with errors, of which nothing is made, ``broken`` are the nodes that have no shapes.
    """

    def __init__(
        self, graph: Graph, facts: list[Facts], broken: frozenset[int] = frozenset()
    ) -> None:
        self.graph = graph
        self.facts = facts
        self.broken = broken

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.graph.spec.name

    @property
    def title(self) -> str | None:
        """Title of the network."""
        return self.graph.spec.title

    @cached_property
    def nodes(self) -> list[ShapedNode]:
        """Every node, in the order of the file."""
        facts, live = self.facts, self.live
        found = []
        for n, node in enumerate(self.graph.nodes):
            read = () if n in self.broken else node.inputs
            shapes = tuple([facts[index].outputs[output] for index, output in read])
            found.append(ShapedNode(n, node, facts[n], shapes, live[n]))
        return found

    @cached_property
    def live(self) -> list[bool]:
        """For each node whether an output depends on it."""
        outputs = (index for index, _ in self.graph.outputs)
        return ancestors(self.graph, (*outputs, *self.graph.inputs.values()))

    @cached_property
    def _totals(self) -> tuple[int, int, int]:
        params = trainable = macs = 0
        counted: set[int] = set()
        lives = self.live
        for node, facts, live in zip(self.graph.nodes, self.facts, lives, strict=True):
            if live:
                macs += facts.macs
                if facts.params:
                    owner = node.shares
                    if owner >= 0:  # who has them comes first, and counted if it lives
                        if owner in counted or (lives[owner] and self.facts[owner].params):
                            continue
                        counted.add(owner)
                    params += facts.params
                    if node.trainable:
                        trainable += facts.trainable_params
        return params, trainable, macs

    @property
    def params(self) -> int:
        """Number of parameters, trainable or not, of the nodes that lead to an output."""
        return self._totals[0]

    @property
    def trainable_params(self) -> int:
        """Number of parameters that training changes."""
        return self._totals[1]

    @property
    def non_trainable_params(self) -> int:
        """Number of parameters that training does not change."""
        return self._totals[0] - self._totals[1]

    @property
    def macs(self) -> int:
        """Multiply–accumulate operations for one example."""
        return self._totals[2]

    @cached_property
    def macs_known(self) -> bool:
        """Whether no operations that count depend on a size that is not known."""
        different = {id(facts): facts for facts in self.facts}.values()
        if not any(None in shape for facts in different for shape in facts.outputs):
            return True
        return all(not node.live or node.macs_known for node in self.nodes)

    @cached_property
    def dtypes(self) -> list[str | None]:
        """Type of the values that each node gives; None if it is not known."""
        from archspec.infer.value_types import value_types

        return value_types(self.graph, self.facts)

    def total(self, key: str, start: int, end: int) -> int:
        """Sum of ``params``, ``trainable_params`` or ``macs`` over some of the nodes."""
        sums = self._sums.get(key)
        if sums is None:
            counts = (getattr(node, key) for node in self.nodes)
            sums = self._sums[key] = list(accumulate(counts, initial=0))
        return sums[end] - sums[start]

    @cached_property
    def _sums(self) -> dict[str, list[int]]:
        """For each kind of count the sums over the nodes from the first one."""
        return {}

    def shape(self, ref: Ref) -> Shape:
        """Shape of an output."""
        return self.facts[ref[0]].outputs[ref[1]]


_BROKEN = Facts((), (), 0, 0, 0)
"""Facts of a node whose error has been reported: whoever reads it is silent."""


def infer(graph: Graph, sink: Sink) -> ShapedGraph:
    """Shapes, weights and operations of all nodes but those with a mistake and what reads them."""
    facts: list[Facts] = []
    add = facts.append
    wrong: dict[tuple[Layer, tuple[Shape, ...]], ShapeError] = {}
    lost = graph.lost
    reporter: Any = None
    for node in graph.nodes:
        inputs = node.inputs
        if lost and len(facts) in lost:
            add(_BROKEN)
            continue
        try:
            if len(inputs) == 1:
                index, output = inputs[0]
                shapes: tuple[Shape, ...] = (facts[index].outputs[output],)
            else:
                shapes = tuple([facts[index].outputs[output] for index, output in inputs])
        except IndexError:  # the node that it reads is broken
            add(_BROKEN)
            continue
        error = wrong.get((node.layer, shapes)) if wrong else None
        if error is None:
            try:
                found = measure(node.layer, shapes)
            except ShapeError as caught:
                error = wrong[node.layer, shapes] = caught
        if error is not None:
            if reporter is None:
                from archspec.infer.shape_errors import ShapeErrors  # for what is wrong only

                reporter = ShapeErrors(graph, facts, sink)
            reporter.report(error, node, shapes)
            found = _BROKEN
        add(found)
        if node.shares >= 0:
            _check_shared(graph, node, found, facts, sink)
    if _other_values(graph):
        from archspec.infer.value_types import value_types

        value_types(graph, facts, sink)
    if not sink.errors:
        return ShapedGraph(graph, facts)
    return ShapedGraph(graph, facts, frozenset(n for n, f in enumerate(facts) if f is _BROKEN))


def _other_values(graph: Graph) -> bool:
    """Whether there is anything but floating-point numbers to follow."""
    for index in graph.inputs.values():
        if DTYPES[graph.nodes[index].layer.output_dtype()] != "float":
            return True
    return any(type.floats_matter for type in {type(node.layer) for node in graph.nodes})


def _check_shared(graph: Graph, node: Node, found: Facts, facts: list[Facts], sink: Sink) -> None:
    owner = facts[node.shares]
    if found is _BROKEN or owner is _BROKEN or node.item is None:
        return
    if [w.shape for w in found.weights] != [w.shape for w in owner.weights]:
        from archspec.infer.shared_weights import report_other_weights  # for what is wrong only

        report_other_weights(graph, node, found, facts, sink)
