"""Uses of layers: a call in the config of a model as nodes of a flat graph."""

from collections.abc import Sequence
from typing import Any

from archspec.diagnostics.sink import REPORTED
from archspec.importer.flat_graph import FlatNode
from archspec.importer.read import older
from archspec.importer.read.arguments import Inputs, LayerReader
from archspec.importer.read.calls import CallError, called
from archspec.importer.read.growing import GrowingGraph, Ref, Refusal
from archspec.importer.read.operations import parts_of
from archspec.importer.read.parts import UnknownOperation, UnsayableOperation
from archspec.importer.read.told import Told, Where
from archspec.layers import Layer
from archspec.layers.measure import measure
from archspec.layers.merging import Add
from archspec.records.record import ArgumentError
from archspec.shapes.shape import Shape, ShapeError
from archspec.weights.structure.calls import CallArguments, leaves
from archspec.weights.structure.masks import Mask
from archspec.weights.structure.nodes import with_its_cell
from archspec.weights.structure.operations import Operand


class Uses:
    """Adds uses of layers to a graph."""

    def __init__(self, told: Told, graph: GrowingGraph, layers: LayerReader) -> None:
        self._told = told
        self._graph = graph
        self._layers = layers
        self._first: dict[str, int] = {}
        """The first use of each layer that has weights."""

    def layer(
        self,
        entry: dict[str, Any],
        call: CallArguments,
        where: Where,
        frozen: bool = False,
        training: Any = None,
        mask: Mask | None = None,
    ) -> list[Ref]:
        """Add the use of a layer, and give its outputs.

        Args:
            entry: its class and its config.
            call: what it is called with.
            where: the layer.
            frozen: whether the model around it is.
            training: whether the model around it is called as in training, if that is said.
            mask: the mask that it is given, if it is given one.
        """
        if entry["class_name"] == "RNN":
            entry = with_its_cell(entry)
        if entry["class_name"] == "TimeDistributedDense":  # of Keras 1
            inner = {"class_name": "Dense", "config": entry["config"]}
            entry = {
                **entry,
                "class_name": "TimeDistributed",
                "config": {**_outer(entry), "layer": inner},
            }
        type = self._layers.type_of(entry, where)
        if type is REPORTED:
            return self._graph.lost()
        try:
            found = called(type, call, training)
        except CallError as error:
            message = f"the call of `{where.path}` cannot be said in a spec: {error}"
            self._told.refuse("AS704", where.below("inbound_nodes"), message)
            return self._graph.lost()
        shapes = tuple([_sizes(tensor) for tensor in found.inputs])
        read = self._layers.read(entry, where, Inputs(shapes), found.options)
        if read is REPORTED:
            return self._graph.lost()
        layer = read.layer
        if found.roles:
            try:
                layer = layer.with_roles(found.roles)
            except (ArgumentError, ValueError) as error:
                message = f"the inputs of `{where.path}` cannot be said in a spec: {error}"
                self._told.refuse("AS704", where.below("inbound_nodes"), message)
                return self._graph.lost()
        sources = tuple([tensor.source for tensor in found.inputs])
        trainable = read.trainable and not frozen
        index = self._use(layer, sources, where, trainable)
        self._check_output(entry, index, where)
        refs = self._graph.outputs_of(index)
        self._graph.masks.note_layer(entry, sources, mask, refs[0])
        for after in read.after:
            place = Where(f"{where.path}/activation", where.at)
            index = self._use(after, ((index, 0),), place, trainable)
            self._graph.masks.hand_on(refs[0], (index, 0))
            refs = self._graph.outputs_of(index)
        return refs

    def _use(self, layer: Layer, sources: tuple[Ref, ...], where: Where, trainable: bool) -> int:
        """Add a use of a layer, which may have been used before."""
        first = self._first.get(where.path, -1)
        weights = self._weights(layer, sources)
        if not weights:
            first = -1
        node = FlatNode(layer, sources, where.path, trainable or weights == 0, first)
        if first >= 0:
            node = node._replace(trainable=self._graph.nodes[first].trainable)
        index = self._graph.add(node)
        if weights:
            self._first.setdefault(where.path, index)
        return index

    def _weights(self, layer: Layer, sources: Sequence[Ref]) -> int:
        """How many weights a layer has: -1 if that is not known."""
        shapes = self._graph.shapes(sources)
        if shapes is None:
            return -1
        try:
            return len(measure(layer, shapes).weights)
        except ShapeError:
            return -1

    def merge(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """A `Merge` of Keras 1."""
        config = entry["config"]
        found = older.merge(config)
        if found is None:
            if older.is_code(config):
                message = (
                    f"`{where.path}` merges by a function of its own: nothing in a file is executed"
                )
                self._told.refuse("AS702", where.below("class_name"), message)
            else:
                message = (
                    f"`{where.path}` merges by `{config.get('mode')}`, which no layer does now"
                )
                self._told.refuse("AS704", where.below("class_name"), message)
            return self._graph.lost()
        kind, given = found
        modern = {"class_name": kind, "config": {"name": where.path, **given}}
        return self.layer(modern, call, where)

    def scaled(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """CustomScaleLayer of keras.applications (inception_resnet_v2.py): x + scale·y."""
        x, y = leaves([*call], Operand)
        rescaling = {"class_name": "Rescaling", "config": {"scale": entry["config"]["scale"]}}
        read = self._layers.read(rescaling, where, Inputs())
        if read is REPORTED:
            return self._graph.lost()
        scaled = self._graph.add(FlatNode(read.layer, (y.source,), f"{where.path}/scale"))
        index = self._graph.add(FlatNode(Add(), (x.source, (scaled, 0)), where.path))
        return self._graph.outputs_of(index)

    def operation(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """Add what an operation does, and give its outputs."""
        before = len(self._graph.nodes)
        found = self._parts(entry, call, where)
        self._graph.operations |= {*range(before, len(self._graph.nodes))}
        if found:
            self._graph.masks.note_operation(entry["class_name"], entry["config"], call, found[0])
        return found

    def _parts(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """Add what an operation does."""
        try:
            parts = parts_of(entry, call)
        except UnknownOperation as error:
            message = f"`{where.path}` is the operation {error}, which archspec does not have"
            help = "`archspec layers` lists the operations that there are"
            return self._graph.lost(
                call, Refusal("AS703", where.below("class_name"), message, help, str(error))
            )
        except UnsayableOperation as error:
            kind = entry["config"].get("function", entry["class_name"])
            message = (
                f"`{where.path}` is the operation {kind} with {error}, which a spec cannot say"
            )
            return self._graph.lost(call, Refusal("AS704", where.below("class_name"), message))
        current = [operand.source for operand in leaves([*call], Operand)][:1]
        for number, part in enumerate(parts):
            sources = tuple([o.source for o in part.inputs]) or tuple(current)
            name = where.path if number == len(parts) - 1 else f"{where.path}/{number + 1}"
            index = self._graph.add(FlatNode(part.layer, sources, name))
            current = self._graph.outputs_of(index)
        return current

    def _check_output(self, entry: dict[str, Any], index: int, where: Where) -> None:
        """Look whether a transposed convolution of Keras 1 has the output that it is told to have."""
        config = entry["config"]
        if entry["class_name"] not in ("Deconvolution2D", "Deconvolution3D", "Deconv2D"):
            return
        told, known = config.get("output_shape"), self._graph.shapes([(index, 0)])
        if isinstance(told, list) and known and [*known[0]] != told[1:]:
            message = f"`{where.path}` is to have an output of another size than it has now"
            self._told.refuse("AS704", where.below("config", "output_shape"), message)


def _sizes(tensor: Operand) -> Shape | None:
    return None if tensor.shape is None else tuple(tensor.shape[1:])


def _outer(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        k: v for k, v in entry["config"].items() if k in ("name", "trainable", "batch_input_shape")
    }
