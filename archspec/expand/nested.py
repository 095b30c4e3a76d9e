"""Blocks in wrappers: the layers of a block under the shape of one step, as one layer."""

from typing import Any

from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.expand.evaluate import Values
from archspec.expand.graph import Graph, Node, Scope
from archspec.expand.names import Frame
from archspec.expand.nodes import Expander
from archspec.expand.operations import GroupOperation
from archspec.expand.resolve import Resolver
from archspec.expand.work import TooLarge
from archspec.layers import Layer
from archspec.layers.core import Input
from archspec.layers.measure import measure
from archspec.layers.network import InnerNode, Network, live
from archspec.layers.plugins import find_layer
from archspec.shapes.shape import Shape, ShapeError
from archspec.spec.read_nested import STEP
from archspec.spec.types import CallItem, LayerItem, Spec

MAX_NESTED = 8
"""Deepest nesting of networks in wrappers."""


class Networks:
    """Makes the networks of wrappers, each different one only once."""

    def __init__(self, spec: Spec, resolver: Resolver, sink: Sink) -> None:
        self._spec = spec._replace(expect=None, outputs=None)
        self._resolver = resolver
        self._sink = sink
        self._made: dict[tuple[int, Shape], tuple[GroupOperation, Network | Reported]] = {}
        self._depth = 0

    def put(self, item: LayerItem, arguments: Values, values: Values) -> Values | Reported:
        """The arguments of a wrapper with the network in the place of the block's call."""
        assert item.call is not None
        shape = tuple(values[STEP])
        found = self._put(item.type, arguments, shape, values)
        return found if found is REPORTED else dict(found)

    def _put(self, type: type[Layer], value: Any, shape: Shape, values: Values) -> Any | Reported:
        if isinstance(value, CallItem):
            return self._network(value, shape, values)
        found = {}
        for name, inner in value.items():
            if isinstance(inner, CallItem):
                inner = self._network(inner, shape[1:], values)
            elif isinstance(inner, dict) and len(inner) == 1:
                ((word, given),) = inner.items()
                kind = find_layer(word)
                if kind is not None and kind.takes_networks and isinstance(given, dict):
                    made = self._put(kind, given, shape[1:], values)
                    inner = made if made is REPORTED else {word: made}
            if inner is REPORTED:
                return REPORTED
            found[name] = inner
        return found

    def _network(self, call: CallItem, shape: Shape, values: Values) -> Network | Reported:
        if self._depth >= MAX_NESTED:
            message = f"networks stand more than {MAX_NESTED} deep in wrappers"
            return self._sink.report("AS305", call.place.key(), message)
        group = self._resolver.call(call, values)
        if group is REPORTED:
            return REPORTED
        part = group.parts[0]
        key = id(part), shape
        if key not in self._made:
            self._depth += 1
            self._made[key] = group, self._expanded(call, group, shape, values)
            self._depth -= 1
        return self._made[key][1]

    def _expanded(
        self, call: CallItem, group: GroupOperation, shape: Shape, values: Values
    ) -> Network | Reported:
        block = call.block
        root = Scope(None, "root", block.name, "", title=block.title)
        nodes = [Node("input", Input(shape=shape), (), root, None, True, -1)]
        expander = Expander(nodes, self._sink, self._resolver)
        outer = Frame("", None)
        told = self._sink.reports
        try:
            output = expander.group(group, ((0, 0),), outer, root, True)
        except TooLarge:
            return REPORTED
        place = call.place
        if isinstance(place.document.at(place.path), dict) or place.path[-1] == block.name:
            place = place.key()
        if output is REPORTED or expander.losses or expander.lost:
            if self._sink.reports == told:  # what asks for a shape has none
                self._tell(call, nodes, place)
            return REPORTED
        notes = [Note("the block is here", block.place.key())]
        if len(output) != 1:
            message = (
                f"a wrapper takes a block with one output, and `{block.name}` has {len(output)}"
            )
            return self._sink.report("AS205", place, message, notes=notes)
        start = len(block.name) + 1
        made = [
            InnerNode(n.name[start:], n.layer, n.inputs, n.trainable, n.shares) for n in nodes[1:]
        ]
        first = InnerNode("input", nodes[0].layer, (), True, -1)
        given = {n: t.evaluate(values) if t.names else t.value for n, t in call.arguments.items()}
        written = {block.name: given} if given else block.name
        if 0 not in live((first, *made), output[0][0]):
            message = f"what comes out of `{block.name}` does not depend on its input"
            return self._sink.report("AS205", place, message, notes=notes)
        graph = Graph(self._spec, {}, nodes, {"input": 0}, output, expander.expected, root)
        return Network(block.name, (first, *made), output[0], written, graph)

    def _tell(self, call: CallItem, nodes: list[Node], place: Place) -> None:
        """Report the first layer that cannot take what it reads: no shapes come of it."""
        shapes: list[tuple[Shape, ...]] = []
        for node in nodes:
            read = [shapes[index][output] for index, output in node.inputs]
            try:
                shapes.append(measure(node.layer, tuple(read)).outputs)
            except ShapeError as error:
                name = node.name.partition(".")[2]
                message = f"in the block `{call.block.name}`: `{name}`: {error.message}"
                message += f": {error.arithmetic}" if error.arithmetic else ""
                notes = [Note(f"`{name}` is here", node.item.place.key())] if node.item else []
                self._sink.report(error.code, place, message, notes=notes)
                return
            except IndexError:
                return
