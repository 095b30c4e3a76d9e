"""The config of a Keras model as a flat graph: models in it are dissolved, calls put in order."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.emit.flat_entries import flat_name
from archspec.importer.flat_graph import FlatGraph, FlatNode
from archspec.importer.read import older
from archspec.importer.read.arguments import Inputs, LayerReader
from archspec.importer.read.calls import CallError, called
from archspec.importer.read.masks import Mask, Masks, without_masks
from archspec.importer.read.operations import (
    UnknownOperation,
    UnsayableOperation,
    is_operation,
    parts_of,
)
from archspec.importer.read.told import Told, Where
from archspec.importer.read.values import UnsayableError, plain, policy_name
from archspec.layers import Layer, layer_type
from archspec.layers.core import Input
from archspec.layers.measure import measure
from archspec.layers.merging import Add
from archspec.layers.network import InnerNode, Network, live
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import Shape, ShapeError
from archspec.weights.stored.error import StructureError
from archspec.weights.structure.calls import CallArguments, Reference, leaves, read_call, replaced
from archspec.weights.structure.nodes import (
    MODELS,
    Entries,
    Key,
    order,
    output_number,
    references,
    with_its_cell,
)
from archspec.weights.structure.operations import Operand
from archspec.weights.structure.options import given_inputs, training_of

Ref = tuple[int, int]
_MOST_LAYERS = 30_000
"""Most layers of a file: the largest networks have some thousands."""
_MOST_CALLS = 20
"""How often the layers of a model may be called, on average."""
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, RecursionError, AssertionError)


def read_graph(
    kind: str,
    config: dict[str, Any],
    at: tuple[str | int, ...],
    name: str,
    told: Told,
    version: int,
) -> FlatGraph | None:
    """The flat graph of a model; None after reporting why there is none.

    Args:
        kind: its class.
        config: its config.
        at: where that stands in the JSON.
        name: what the network is called, if the config does not say.
        told: takes what cannot be imported.
        version: the first number of the version of Keras that wrote it.
    """
    count = sum(1 for _ in islice(_entries(config), _MOST_LAYERS + 1))
    if count > _MOST_LAYERS:
        told.refuse_file(f"it has more than {_MOST_LAYERS:,} layers")
        return None
    most = min(1000 + _MOST_CALLS * count, 2 * _MOST_LAYERS)
    if isinstance(config, dict) and isinstance(config.get("name"), str):
        name = config["name"]
    reader = ModelReader(told, version, most)
    try:
        outputs = reader.model(kind, config, Where("", at), None, False)
    except StructureError as error:
        told.refuse_file(f"{error}", "save the model again, as a functional or sequential one")
        return None
    except _DAMAGE as error:
        told.refuse_file(f"its config is none of a model that is a graph ({type(error).__name__})")
        return None
    nodes, inputs, outputs = reader.without_masks(outputs)
    if told.errors:
        return None
    told.apply_rules()
    return FlatGraph(name, nodes, inputs, outputs)


def _entries(config: Any) -> Iterator[None]:
    """Each layer of a model, and of the models in it."""
    waiting = [config]
    while waiting:
        config = waiting.pop()
        layers = config.get("layers") if isinstance(config, dict) else config
        for entry in layers if isinstance(layers, list) else ():
            yield None
            if isinstance(entry, dict) and entry.get("class_name") in (*MODELS, "Merge"):
                waiting.append(entry.get("config"))


class Refusal(NamedTuple):
    """What is to be said of a layer."""

    code: str
    where: Where
    message: str
    help: str = ""
    reason: str = ""


class ModelReader:
    """Makes nodes of the layers of a model."""

    def __init__(self, told: Told, version: int, most: int, depth: int = 0) -> None:
        self._told = told
        self._version = version
        self._most = most
        self._depth = depth
        self._layers = LayerReader(told, version, self._network)
        self.nodes: list[FlatNode] = []
        self.inputs: list[int] = []
        self._outputs: list[tuple[Shape, ...] | None] = []
        """The shapes of the outputs of each node; None if they are not known."""
        self._dtypes: list[str] = []
        self._first: dict[str, int] = {}
        """The first use of each layer that has weights."""
        self._training: Any = None
        self._masks = Masks()
        self._operations: set[int] = set()
        """Nodes that are of operations."""
        self._refused: dict[int, Refusal] = {}
        """What is to be said of operations, if anything but a mask needs them."""
        self._done = 0

    def without_masks(self, outputs: list[Ref]) -> tuple[list[FlatNode], list[int], list[Ref]]:
        """Nodes, inputs and outputs without the operations that only masks are made of.

        What cannot be said of the other operations is told now.
        """
        kept = without_masks(self.nodes, outputs, self._masks.left_out, self._operations)
        for index in sorted({*kept} & self._refused.keys()):
            code, where, message, help, reason = self._refused[index]
            self._told.refuse(code, where, message, help=help, reason=reason)
        if len(kept) == len(self.nodes):
            return self.nodes, self.inputs, outputs
        new = {old: index for index, old in enumerate(kept)}
        nodes = [
            node._replace(
                inputs=tuple([(new[i], o) for i, o in node.inputs]),
                shares=new.get(node.shares, -1),
            )
            for node in (self.nodes[index] for index in kept)
        ]
        return nodes, [new[i] for i in self.inputs], [(new[i], o) for i, o in outputs]

    # Models

    def model(
        self,
        kind: str,
        config: Any,
        where: Where,
        given: CallArguments | None,
        frozen: bool,
    ) -> list[Ref]:
        """Add the layers of a model, and give its outputs.

        Args:
            kind: its class.
            config: its config.
            where: the model, and where its config stands.
            given: with what it is called; None if it has inputs of its own.
            frozen: whether the model around it is.

        Raises:
            StructureError: it is no graph of layers.
        """
        self._count()
        entries = config if isinstance(config, list) else config.get("layers") or []
        if isinstance(config, dict):
            where = where.below("layers")
            frozen = frozen or config.get("trainable") is False
        if not all(isinstance(e, dict) and isinstance(e.get("class_name"), str) for e in entries):
            raise StructureError("its layers have no classes")
        if kind == "Sequential":
            return self._chain(entries, config, where, given, frozen)
        if not entries or "input_layers" not in config:
            what = "it is empty" if not entries else "it has no inputs"
            raise StructureError(
                f"the model `{where.path.rstrip('/') or kind}` is no graph of layers: {what}"
            )
        by_name = {e.get("name") or e["config"]["name"]: e for e in entries}
        if len(by_name) < len(entries):
            raise StructureError("several layers have the same name")
        numbers = {name: n for n, name in enumerate(by_name)}
        done = self._starts(config["input_layers"], by_name, numbers, where, given)
        self._calls(by_name, numbers, done, where, frozen)
        found = []
        for name, number, output in references(config["output_layers"]):
            found.append(self._pick(done[name, output_number(by_name, name, number)], output))
        return found

    def _starts(
        self,
        starts: Any,
        entries: Entries,
        numbers: dict[str, int],
        where: Where,
        given: CallArguments | None,
    ) -> dict[Key, list[Ref]]:
        keys = [(name, node) for name, node, _ in references(starts)]
        if given is None:
            found = [
                self._input(
                    entries[name]["config"], Where(where.path + name, (*where.at, numbers[name]))
                )
                for name, _ in keys
            ]
        else:
            names = None if isinstance(starts, dict) else [name for name, _ in keys]
            found = [operand.source for operand in given_inputs(given, names, len(keys))]
        return {key: [source] for key, source in zip(keys, found, strict=True)}

    def _calls(
        self,
        entries: Entries,
        numbers: dict[str, int],
        done: dict[Key, list[Ref]],
        where: Where,
        frozen: bool,
    ) -> None:
        """Add all calls, each after those that it reads."""
        calls: dict[Key, CallArguments] = {}
        for name, entry in entries.items():
            for number, node in enumerate(entry.get("inbound_nodes") or ()):
                if isinstance(node, list) and not node:
                    continue  # of an input, in some files of Keras 1
                calls[name, number] = read_call(node, entries)
        read = {key: [(r.layer, r.number) for r in leaves(call)] for key, call in calls.items()}

        def operand(reference: Reference) -> Operand:
            return self._operand(
                self._pick(done[reference.layer, reference.number], reference.output), reference
            )

        for key in order(read, done):
            name, _ = key
            call = CallArguments(*replaced(calls[key], Reference, operand))
            done[key] = self._call(
                entries[name], call, Where(where.path + name, (*where.at, numbers[name])), frozen
            )
        lost = {*calls, *((name, 0) for name in entries)} - done.keys()
        if lost:
            raise StructureError(f"`{where.path}{min(lost)[0]}` reads nothing that is there")

    def _chain(
        self,
        entries: list[dict[str, Any]],
        config: Any,
        where: Where,
        given: CallArguments | None,
        frozen: bool,
    ) -> list[Ref]:
        current: list[Ref] | None = None
        if given is not None:
            current = [operand.source for operand in given_inputs(given, None, None)]
        for number, entry in enumerate(entries):
            inner = entry["config"]
            name = entry.get("name") or (isinstance(inner, dict) and inner.get("name"))
            name = name or f"{entry['class_name'].lower()}_{number}"
            place = Where(where.path + str(name), (*where.at, number))
            if entry["class_name"] == "InputLayer":
                current = [self._input(inner, place)] if current is None else current
                continue
            if current is None and entry["class_name"] == "Merge":
                current = self._branches(entry, place, frozen)
                continue
            if current is None:
                current = self._first_of_chain(entry, config, place, frozen)
                if entry["class_name"] in MODELS and _has_own_input(entry):
                    continue
            call = CallArguments([self._operand(ref) for ref in current], {})
            if len(current) > 1:
                call = CallArguments([call.positional], {})
            found = self._call(entry, call, place, frozen)
            current = found if entry["class_name"] in MODELS else found[:1]
        if current is None:
            raise StructureError("a Sequential model without layers")
        return current if len(current) == 1 or given is not None else current[:1]

    def _first_of_chain(
        self, entry: dict[str, Any], config: Any, where: Where, frozen: bool
    ) -> list[Ref]:
        """The input of a chain that begins without one; of a model that has its own, its outputs."""
        inner = entry["config"]
        if entry["class_name"] in MODELS and _has_own_input(entry):
            path = where.path + "/"
            return self.model(
                entry["class_name"], inner, Where(path, (*where.at, "config")), None, frozen
            )
        own = inner if isinstance(inner, dict) else {}
        layer = own.get("layer")
        inside = layer.get("config", {}) if isinstance(layer, dict) else {}
        built = config.get("build_input_shape") if isinstance(config, dict) else None
        first = (entry.get("build_config") or {}).get("input_shape")
        known: Any = (
            own.get("batch_input_shape")
            or own.get("batch_shape")
            or inside.get("batch_input_shape")
            or built
            or first
        )
        if known is None and own.get("input_shape") is not None:
            known = [None, *own["input_shape"]]
        if known is None and isinstance(own.get("input_dim"), int):
            known = [None, own["input_dim"]]
            if entry["class_name"] == "Embedding":
                known = [None, own.get("input_length")]
        if known is None:
            raise StructureError(
                "it does not say what shape its input has: build the model before it is saved,"
                " with an `Input` as its first layer"
            )
        dtype = own.get("input_dtype") or (own.get("dtype") if self._version < 3 else None)
        dtype = dtype if isinstance(dtype, str) else None
        if entry["class_name"] == "Embedding" and self._version == 3:
            dtype = "float32"
        return [
            self._input(
                {"batch_shape": known, "dtype": dtype}, Where(f"{where.path}_input", where.at)
            )
        ]

    def _branches(self, entry: dict[str, Any], where: Where, frozen: bool) -> list[Ref]:
        """The `Merge` with which a chain of Keras 1 begins: of models that stand in it."""
        found: list[Ref] = []
        for number, branch in enumerate(entry["config"].get("layers") or ()):
            config = branch["config"]
            name = config.get("name") if isinstance(config, dict) else None
            path = f"{where.path}/{name or f'branch{number + 1}'}"
            place = Where(path, (*where.at, "config", "layers", number))
            if branch["class_name"] in MODELS:
                inner = place.below("config")
                found += self.model(
                    branch["class_name"], config, Where(path + "/", inner.at), None, frozen
                )
            elif branch["class_name"] == "InputLayer":
                found.append(self._input(config, place))
            else:
                start = self._first_of_chain(branch, None, place, frozen)
                call = CallArguments([self._operand(ref) for ref in start], {})
                found += self._call(branch, call, place, frozen)[:1]
        call = CallArguments([[self._operand(ref) for ref in found]], {})
        return self._merge(entry, call, where)

    def _network(self, entry: dict[str, Any], where: Where, step: Shape | None) -> Layer | Reported:
        """A model in a wrapper, as one layer."""
        if self._depth > 6:
            raise StructureError("models in wrappers are nested too deep")
        inner = ModelReader(self._told, self._version, self._most, self._depth + 1)
        config = entry["config"]
        name = str((isinstance(config, dict) and config.get("name")) or "network")
        frozen = isinstance(config, dict) and config.get("trainable") is False
        given = None
        if step is not None:
            inner._add(FlatNode(Input(shape=step), (), "input"), None)
            given = CallArguments([inner._operand((0, 0))], {})
        outputs = inner.model(
            entry["class_name"],
            config,
            Where(f"{where.path}/", (*where.at, "config")),
            given,
            frozen,
        )
        inner.nodes, inner.inputs, outputs = inner.without_masks(outputs)
        if self._told.errors:
            return REPORTED
        problem = ""
        if len(outputs) != 1 or (given is None and len(inner.inputs) != 1):
            problem = "has several inputs or outputs"
        elif given is None and inner.inputs != [0]:
            problem = "does not begin with its input"
        elif 0 not in live(tuple(inner._inner_nodes()), outputs[0][0]):
            problem = "does not depend on its input"
        if problem:
            message = f"the model in `{where.path}` {problem}"
            help = "a spec's wrapper takes a network with one input and one output"
            return self._told.refuse("AS704", where, message, help=help)
        word = flat_name(name, "_")
        if layer_type(word) is not None or not word[:1].isalpha():
            word = f"network_{word}"
        return Network(word, tuple(inner._inner_nodes()), outputs[0], word)

    def _inner_nodes(self) -> list[InnerNode]:
        taken: set[str] = set()
        found = []
        for index, node in enumerate(self.nodes):
            base = name = flat_name(node.name.rpartition("/")[2], "_-") if index else "input"
            count = 1
            while name in taken:
                count += 1
                name = f"{base}_{count}"
            taken.add(name)
            found.append(InnerNode(name, node.layer, node.inputs, node.trainable, node.shares))
        return found

    # Layers

    def _call(
        self, entry: dict[str, Any], call: CallArguments, where: Where, frozen: bool
    ) -> list[Ref]:
        """Add what a call of a layer does, and give its outputs."""
        self._count()
        kind, config = entry["class_name"], entry["config"]
        inside = isinstance(config, list) or "layers" in config
        call, mask = self._masks.without_own(call)
        if kind in MODELS and inside:
            before, self._training = self._training, training_of(call, self._training)
            outputs = self.model(
                kind, config, Where(f"{where.path}/", (*where.at, "config")), call, frozen
            )
            self._training = before
            return outputs
        if kind == "Merge":
            return self._merge(entry, call, where)
        if kind == "CustomScaleLayer":
            return self._scaled(entry, call, where)
        if is_operation(entry):
            return self._operation(entry, call, where)
        return self._layer(entry, call, where, frozen, mask)

    def _layer(
        self,
        entry: dict[str, Any],
        call: CallArguments,
        where: Where,
        frozen: bool,
        mask: Mask | None = None,
    ) -> list[Ref]:
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
            return self._lost(call)
        try:
            found = called(type, call, self._training)
        except CallError as error:
            message = f"the call of `{where.path}` cannot be said in a spec: {error}"
            self._told.refuse("AS704", where.below("inbound_nodes"), message)
            return self._lost(call)
        shapes = tuple([_sizes(tensor) for tensor in found.inputs])
        read = self._layers.read(entry, where, Inputs(shapes), found.options)
        if read is REPORTED:
            return self._lost(call)
        layer = read.layer
        if found.roles:
            try:
                layer = layer.with_roles(found.roles)
            except (ArgumentError, ValueError) as error:
                message = f"the inputs of `{where.path}` cannot be said in a spec: {error}"
                self._told.refuse("AS704", where.below("inbound_nodes"), message)
                return self._lost(call)
        sources = tuple([tensor.source for tensor in found.inputs])
        trainable = read.trainable and not frozen
        index = self._use(layer, sources, where, trainable)
        self._check_output(entry, index, where)
        refs = self._outputs_of(index)
        self._masks.note_layer(layer, sources, mask, refs)
        for after in read.after:
            index = self._add(FlatNode(after, ((index, 0),), f"{where.path}/activation"), None)
            self._masks.hand_on(refs[0], (index, 0))
            refs = self._outputs_of(index)
        return refs

    def _use(self, layer: Layer, sources: tuple[Ref, ...], where: Where, trainable: bool) -> int:
        """Add a use of a layer, which may have been used before."""
        first = self._first.get(where.path, -1)
        weights = self._weights(layer, sources)
        if not weights:
            first = -1
        node = FlatNode(layer, sources, where.path, trainable or weights == 0, first)
        if first >= 0:
            node = node._replace(trainable=self.nodes[first].trainable)
        index = self._add(node, None)
        if weights:
            self._first.setdefault(where.path, index)
        return index

    def _weights(self, layer: Layer, sources: Sequence[Ref]) -> int:
        """How many weights a layer has: -1 if that is not known."""
        shapes = self._shapes(sources)
        if shapes is None:
            return -1
        try:
            return len(measure(layer, shapes).weights)
        except ShapeError:
            return -1

    def _merge(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
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
            return self._lost(call)
        kind, given = found
        modern = {"class_name": kind, "config": {"name": where.path, **given}}
        return self._layer(modern, call, where, False)

    def _scaled(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """CustomScaleLayer of keras.applications (inception_resnet_v2.py): x + scale·y."""
        x, y = leaves([*call], Operand)
        rescaling = {"class_name": "Rescaling", "config": {"scale": entry["config"]["scale"]}}
        read = self._layers.read(rescaling, where, Inputs())
        if read is REPORTED:
            return self._lost(call)
        scaled = self._add(FlatNode(read.layer, (y.source,), f"{where.path}/scale"), None)
        index = self._add(FlatNode(Add(), (x.source, (scaled, 0)), where.path), None)
        return self._outputs_of(index)

    def _operation(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        before = len(self.nodes)
        found = self._parts(entry, call, where)
        self._operations |= {*range(before, len(self.nodes))}
        if found:
            self._masks.note_operation(entry["class_name"], entry["config"], call, found[0])
        return found

    def _parts(self, entry: dict[str, Any], call: CallArguments, where: Where) -> list[Ref]:
        """Add what an operation does."""
        try:
            parts = parts_of(entry, call)
        except UnknownOperation as error:
            message = f"`{where.path}` is the operation {error}, which archspec does not have"
            help = "`archspec layers` lists the operations that there are"
            return self._unable(
                call, Refusal("AS703", where.below("class_name"), message, help, str(error))
            )
        except UnsayableOperation as error:
            kind = entry["config"].get("function", entry["class_name"])
            message = (
                f"`{where.path}` is the operation {kind} with {error}, which a spec cannot say"
            )
            return self._unable(call, Refusal("AS704", where.below("class_name"), message))
        current = [operand.source for operand in leaves([*call], Operand)][:1]
        for number, part in enumerate(parts):
            sources = tuple([o.source for o in part.inputs]) or tuple(current)
            name = where.path if number == len(parts) - 1 else f"{where.path}/{number + 1}"
            index = self._add(FlatNode(part.layer, sources, name), None)
            current = self._outputs_of(index)
        return current

    def _unable(self, call: CallArguments, refusal: Refusal) -> list[Ref]:
        """What stands for an operation that cannot be said: it may be part of a mask."""
        type = layer_type("Absolute")
        assert type is not None
        sources = tuple([operand.source for operand in leaves([*call], Operand)])
        index = self._add(FlatNode(type(), sources, ""), None)
        self._outputs[index], self._dtypes[index] = None, ""
        self._refused[index] = refusal
        return [(index, n) for n in range(1024)]

    def _check_output(self, entry: dict[str, Any], index: int, where: Where) -> None:
        """Look whether a transposed convolution of Keras 1 has the output that it is told to have."""
        config = entry["config"]
        if entry["class_name"] not in ("Deconvolution2D", "Deconvolution3D"):
            return
        told, known = config.get("output_shape"), self._outputs[index]
        if isinstance(told, list) and known and [*known[0]] != told[1:]:
            message = f"`{where.path}` is to have an output of another size than it has now"
            self._told.refuse("AS704", where.below("config", "output_shape"), message)

    # Nodes

    def _input(self, config: dict[str, Any], where: Where) -> Ref:
        batch = plain(config.get("batch_shape") or config.get("batch_input_shape"))
        if batch is None and isinstance(config.get("input_shape"), list):
            batch = [None, *config["input_shape"]]
        values: dict[str, Any] = {}
        problem = next((key for key in ("sparse", "ragged", "optional") if config.get(key)), "")
        try:
            dtype = policy_name(config.get("dtype"))
        except UnsayableError:
            problem, dtype = "dtype", None
        if dtype is not None:
            values["dtype"] = dtype
        if isinstance(batch, list) and batch and isinstance(batch[0], list) and len(batch) == 1:
            batch = batch[0]
        if not isinstance(batch, list) or problem:
            what = f"is {problem}" if problem else "has no shape"
            message = f"the input `{where.path}` {what}, which a spec cannot say"
            self._told.refuse("AS704", where.below("config"), message)
            return self._add_input(Input(shape=()), where, None)
        try:
            layer = Input(shape=tuple(batch[1:]), **values)
        except (ValidationError, ArgumentError):
            message = f"the input `{where.path}` has the shape {batch[1:]}, or the type {dtype}: a spec cannot say it"
            self._told.refuse("AS704", where.below("config"), message)
            return self._add_input(Input(shape=()), where, None)
        return self._add_input(layer, where, layer)

    def _add_input(self, layer: Layer, where: Where, known: Layer | None) -> Ref:
        index = self._add(FlatNode(layer, (), where.path), None)
        if known is None:
            self._outputs[index] = None
        self.inputs.append(index)
        return index, 0

    def _add(self, node: FlatNode, _: None) -> int:
        self.nodes.append(node)
        shapes = self._shapes(node.inputs)
        found: tuple[Shape, ...] | None = None
        dtype = ""
        if shapes is not None:
            try:
                found = measure(node.layer, shapes).outputs
            except ShapeError:
                found = None
        types = [self._dtypes[index] for index, _ in node.inputs]
        if all(types):
            try:
                dtype = node.layer.output_dtype(*types)
            except (DtypeError, KeyError):
                dtype = ""
        self._outputs.append(found)
        self._dtypes.append(dtype)
        return len(self.nodes) - 1

    def _shapes(self, sources: Sequence[Ref]) -> tuple[Shape, ...] | None:
        found = []
        for index, output in sources:
            known = self._outputs[index]
            if known is None or output >= len(known):
                return None
            found.append(known[output])
        return tuple(found)

    def _outputs_of(self, index: int) -> list[Ref]:
        return [(index, n) for n in range(len(self.nodes[index].layer.output_names()))]

    def _lost(self, call: CallArguments) -> list[Ref]:
        """What stands for the outputs of a layer that could not be read: nothing is said of it again."""
        type = layer_type("Identity")
        assert type is not None
        index = self._add(FlatNode(type(), (), ""), None)
        self._outputs[index], self._dtypes[index] = None, ""
        return [(index, n) for n in range(1024)]

    def _operand(self, ref: Ref, reference: Reference | None = None) -> Operand:
        index, output = ref
        known = self._outputs[index]
        shape: tuple[int | None, ...] | None = None
        if known is not None and output < len(known):
            shape = (None, *known[output])
        elif reference is not None:
            shape = reference.shape
        dtype = self._dtypes[index] or (reference.dtype if reference is not None else "")
        return Operand(ref, shape, dtype)

    def _pick(self, found: list[Ref], output: int) -> Ref:
        if not 0 <= output < len(found):
            raise StructureError("a layer is read at an output that it does not have")
        return found[output]

    def _count(self) -> None:
        self._done += 1
        if self._done > self._most:
            raise StructureError(
                f"models in it are called so often that it has more than {self._most:,} layers"
            )


def _sizes(tensor: Operand) -> Shape | None:
    return None if tensor.shape is None else tuple(tensor.shape[1:])


def _outer(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        k: v for k, v in entry["config"].items() if k in ("name", "trainable", "batch_input_shape")
    }


def _has_own_input(entry: dict[str, Any]) -> bool:
    """Whether a model that a chain begins with says what its input is."""
    config = entry["config"]
    if isinstance(config, dict) and "input_layers" in config:
        return True
    layers = config if isinstance(config, list) else config.get("layers") or []
    if isinstance(config, dict) and config.get("build_input_shape"):
        return True
    if not layers:
        return False
    first = layers[0]
    if first.get("class_name") in MODELS:
        return _has_own_input(first)
    inner = first.get("config") or {}
    return first.get("class_name") in ("InputLayer", "Merge") or "batch_input_shape" in inner
