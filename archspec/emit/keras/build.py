"""Shaped graph to Keras model.

Keras spends half of its build time on creating variables one by one. Inside its StatelessScope
they are only declared; their values are made when the scope is left, from the same initializers
and so from the same seeds. Pausing the garbage collector, which would search all modules of the
backend again and again, saves the next largest part.
"""

import gc
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.emit.keras.backend import use_backend
from archspec.emit.keras.interrupts import check_interrupt
from archspec.emit.keras.layers import call_layer as call_layer
from archspec.emit.keras.layers import freeze_inside, keras_arguments, make_layer
from archspec.emit.keras.names import layer_names
from archspec.emit.keras.raised import first_lines
from archspec.expand.graph import Graph
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.layers.network import network_in


class Built(NamedTuple):
    """A model and what it was built of."""

    model: Any
    layers: dict[int, Any]
    """Keras layers by the index of the node that owns them."""
    outputs: dict[int, list[Any]]
    """Symbolic tensors of every live node, by its index."""


def build_model(shaped: ShapedGraph, sink: Sink) -> Built | None:
    """The uncompiled Keras model, or None after reporting the layer that Keras refuses.

    Layers have the paths of the nodes as names. Initial values are those that Keras draws for the
    same layers in the same order.

    Raises:
        BackendError: there is no backend.
    """
    use_backend()
    state = random.getstate()
    try:
        with undisturbed(len(shaped.graph.nodes)):
            try:
                built = _declared(shaped)
            except _RefusedError as refused:
                if "stateless scope" not in str(refused):
                    raise
                random.setstate(state)  # a layer that makes a variable of an array
                built = _build(shaped)
            # Only now: a variable that is created frozen stays so for TensorFlow's gradients.
            for index, layer in built.layers.items():
                freeze_inside(shaped.graph.nodes[index].layer, layer)
                node = shaped.graph.nodes[index]
                if not node.trainable and not node.layer.operation:
                    layer.trainable = False
    except _RefusedError as refused:
        random.setstate(state)
        refused.report(shaped.graph, sink)
        return None
    return built


def _declared(shaped: ShapedGraph) -> Built:
    """Call all layers, and only then make the values of their variables."""
    built = None
    try:
        with declaring():
            built = _build(shaped)
    except Exception as error:
        if built is None:
            raise
        # An initializer has refused a shape, or memory does not suffice: at the first one without.
        for node in shaped.nodes:
            made = built.layers.get(node.index)
            if made is None or node.layer.operation:
                continue
            if any(v._value is None for v in made.variables):
                raise _RefusedError(node, error) from error
        raise
    return built


def _build(shaped: ShapedGraph) -> Built:
    """Call every layer that an output depends on, in the order of the spec."""
    import keras

    graph = shaped.graph
    separator = "-" if keras.backend.backend() == "torch" else "."
    names = layer_names((n.name for n in graph.nodes), separator)
    layers: dict[int, Any] = {}
    outputs: dict[int, list[Any]] = {}
    for node in shaped.nodes:
        if node.live:
            check_interrupt()
            try:
                outputs[node.index] = _call(node, names, layers, outputs)
            except Exception as error:
                raise _RefusedError(node, error) from error
    inputs = [outputs[index][0] for index in graph.inputs.values()]
    found = [outputs[index][output] for index, output in graph.outputs]
    try:
        model = keras.Model(
            inputs[0] if len(inputs) == 1 else inputs,
            found[0] if len(found) == 1 else found,
            name=layer_names([shaped.name], separator)[0],
        )
    except ValueError as error:
        # Keras puts operations of its own into the graph, for masks: their names are taken then.
        taken = re.search(r'The name "([^"]*)" is used', str(error))
        if taken is None or taken[1] not in names:
            raise
        raise _RefusedError(shaped.nodes[names.index(taken[1])], error) from error
    return Built(model, layers, outputs)


def _call(
    node: ShapedNode, names: list[str], layers: dict[int, Any], outputs: dict[int, list[Any]]
) -> list[Any]:
    """The outputs of a node; makes its layer unless it is another node's."""
    layer = node.layer
    if not node.node.inputs:
        import keras

        return [keras.Input(**keras_arguments(layer), name=names[node.index])]
    inputs = [outputs[index][output] for index, output in node.node.inputs]
    owner = node.node.shares if node.node.shares >= 0 else node.index
    made = layers.get(owner)
    if made is None:
        reads = str(inputs[0].dtype) if network_in(layer) is not None else None
        made = layers[owner] = make_layer(layer, names[owner], reads)
    return call_layer(layer, made, inputs)


class _RefusedError(Exception):
    """Keras raised an error for a node."""

    def __init__(self, node: ShapedNode, cause: Exception) -> None:
        super().__init__(str(cause))
        self.node = node

    def report(self, graph: Graph, sink: Sink) -> None:
        """Report it at the node's item."""
        import keras

        node = self.node.node
        if node.item is not None:
            place = node.item.place.key()
        else:
            place = next(i.place for i in graph.spec.inputs if i.name == node.name)
        kind, backend = type(node.layer).__name__, keras.backend.backend()
        message = f"Keras on {backend} cannot build the {kind} `{node.name}`"
        sink.report("AS504", place, message, notes=first_lines(self, 3), node=node.name)


@contextmanager
def declaring(values: bool = True) -> Iterator[None]:
    """Variables are only declared inside; their values are made when the scope is left.

    Keras makes them even after an error, and keeps a list of those that it could not make, which
    then stands in the way of every other model: it is emptied, before too.

    Args:
        values: whether the values are made; without them a model can only be looked at.
    """
    import keras
    from keras.src.backend.common.stateless_scope import in_stateless_scope

    if in_stateless_scope():
        yield  # the outermost scope makes them
        return
    _forget()
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
        if values:
            with keras.StatelessScope():
                pass
    finally:
        _forget()


def _forget() -> None:
    """Drop variables that have been declared and have no values."""
    from keras.src.backend.common import global_state

    global_state.set_global_attribute("uninitialized_variables", [])


@contextmanager
def undisturbed(nodes: int) -> Iterator[None]:
    """No garbage collection, and room for Keras's search through that many nodes.

    Keras walks from the outputs to the inputs by recursion, a call for each layer on the way.
    These are calls from Python to Python, which take no space on the stack of the machine.
    """
    limit = sys.getrecursionlimit()
    collecting = gc.isenabled()
    gc.disable()
    sys.setrecursionlimit(limit + 2 * nodes)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
