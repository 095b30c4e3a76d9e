"""The config of a Keras model as a flat graph: models in it are dissolved, calls put in order."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.importer.flat_graph import FlatGraph, FlatNode
from archspec.importer.read.arguments import LayerReader
from archspec.importer.read.growing import GrowingGraph, Ref
from archspec.importer.read.networks import network_of
from archspec.importer.read.starts import has_own_input, input_layer, start_of_chain
from archspec.importer.read.told import Told, Where
from archspec.importer.read.uses import Uses
from archspec.layers import Layer
from archspec.layers.core import Input
from archspec.shapes.shape import Shape
from archspec.weights.stored.error import StructureError
from archspec.weights.structure.calls import CallArguments, Reference, leaves, read_call, replaced
from archspec.weights.structure.nodes import (
    MODELS,
    Entries,
    Key,
    order,
    output_number,
    references,
)
from archspec.weights.structure.operations import Operand, is_operation
from archspec.weights.structure.options import given_inputs, training_of

_MOST_LAYERS = 30_000
"""Most layers of a file: the largest networks have some thousands."""
_MOST_CALLS = 20
"""How often the layers of a model may be called, on average."""
_DEEPEST = 6
"""Deepest nesting of models in wrappers."""
_AGAIN = "save the model again, as a functional or sequential one"
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
        told.refuse_file(f"{error}", _AGAIN)
        return None
    except _DAMAGE as error:
        where = f", at or behind `{reader.reading}`" if reader.reading else ""
        told.refuse_file(f"its config is damaged{where} ({type(error).__name__})", _AGAIN)
        return None
    nodes, inputs, outputs = reader.graph.without_masks(outputs, told)
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


class ModelReader:
    """Makes nodes of the layers of a model."""

    def __init__(self, told: Told, version: int, most: int, depth: int = 0) -> None:
        self._told = told
        self._version = version
        self._most = most
        self._depth = depth
        self._training: Any = None
        """Whether the model that is read is called as in training, if that is said."""
        self._done = 0
        self.reading = ""
        """Path of the layer that was read last."""
        self.graph = GrowingGraph()
        self._uses = Uses(told, self.graph, LayerReader(told, version, self._network))

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
            return self.graph.operand(
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
        names: set[str] = set()
        if given is not None:
            current = [operand.source for operand in given_inputs(given, None, None)]
        for number, entry in enumerate(entries):
            inner = entry["config"]
            name = entry.get("name") or (isinstance(inner, dict) and inner.get("name"))
            if not isinstance(name, str) or name in names:  # of a file that was written by hand
                name = f"{name or entry['class_name'].lower()}_{number}"
            names.add(name)
            place = Where(where.path + name, (*where.at, number))
            if entry["class_name"] == "InputLayer":
                current = [self._input(inner, place)] if current is None else current
                continue
            if current is None and entry["class_name"] == "Merge":
                current = self._branches(entry, place, frozen)
                continue
            if current is None:
                current = self._begin(entry, config, place, frozen)
                if entry["class_name"] in MODELS and has_own_input(entry):
                    continue
            call = CallArguments([self.graph.operand(ref) for ref in current], {})
            if len(current) > 1:
                call = CallArguments([call.positional], {})
            found = self._call(entry, call, place, frozen)
            current = found if entry["class_name"] in MODELS else found[:1]
        if current is None:
            raise StructureError("a Sequential model without layers")
        return current if len(current) == 1 or given is not None else current[:1]

    def _begin(self, entry: dict[str, Any], config: Any, where: Where, frozen: bool) -> list[Ref]:
        """The input of a chain that begins without one; of a model that has its own, its outputs."""
        if entry["class_name"] in MODELS and has_own_input(entry):
            inner = Where(f"{where.path}/", (*where.at, "config"))
            return self.model(entry["class_name"], entry["config"], inner, None, frozen)
        start = start_of_chain(entry, config, self._version)
        return [self._input(start, Where(f"{where.path}_input", where.at))]

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
                start = self._begin(branch, None, place, frozen)
                call = CallArguments([self.graph.operand(ref) for ref in start], {})
                found += self._call(branch, call, place, frozen)[:1]
        call = CallArguments([[self.graph.operand(ref) for ref in found]], {})
        return self._uses.merge(entry, call, where)

    def _network(self, entry: dict[str, Any], where: Where, step: Shape | None) -> Layer | Reported:
        """A model in a wrapper, as one layer."""
        if self._depth > _DEEPEST:
            raise StructureError("models in wrappers are nested too deep")
        inner = ModelReader(self._told, self._version, self._most, self._depth + 1)
        config = entry["config"]
        name = str((isinstance(config, dict) and config.get("name")) or "network")
        given = None
        if step is not None:
            inner.graph.add(FlatNode(Input(shape=step), (), "input"))
            given = CallArguments([inner.graph.operand((0, 0))], {})
        place = Where(f"{where.path}/", (*where.at, "config"))
        outputs = inner.model(entry["class_name"], config, place, given, False)
        graph = FlatGraph(name, *inner.graph.without_masks(outputs, self._told))
        if self._told.errors:
            return REPORTED
        found = network_of(graph)
        if isinstance(found, str):
            help = "a spec's wrapper takes a network with one input and one output"
            message = f"the model in `{where.path}` {found}"
            return self._told.refuse("AS704", where, message, help=help)
        return found

    # Layers

    def _call(
        self, entry: dict[str, Any], call: CallArguments, where: Where, frozen: bool
    ) -> list[Ref]:
        """Add what a call of a layer does, and give its outputs."""
        self._count()
        self.reading = where.path
        kind, config = entry["class_name"], entry["config"]
        inside = isinstance(config, list) or "layers" in config
        call, mask = self.graph.masks.without_own(call)
        if kind in MODELS and inside:
            before, self._training = self._training, training_of(call, self._training)
            outputs = self.model(
                kind, config, Where(f"{where.path}/", (*where.at, "config")), call, frozen
            )
            self._training = before
            return outputs
        if kind == "Merge":
            return self._uses.merge(entry, call, where)
        if kind == "CustomScaleLayer":
            return self._uses.scaled(entry, call, where)
        if is_operation(entry):
            return self._uses.operation(entry, call, where)
        return self._uses.layer(entry, call, where, frozen, self._training, mask)

    # Nodes

    def _input(self, config: dict[str, Any], where: Where) -> Ref:
        layer = input_layer(config, where, self._told)
        index = self.graph.add(
            FlatNode(Input(shape=()) if layer is REPORTED else layer, (), where.path)
        )
        if layer is REPORTED:
            self.graph.forget(index)
        self.graph.inputs.append(index)
        return index, 0

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
