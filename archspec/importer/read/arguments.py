"""The config of a layer as an archspec layer with the same arguments."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.importer.read.left_out import has_no_effect
from archspec.importer.read.older import OLD_HARD_SIGMOID, modern, older_kind
from archspec.importer.read.shorten import shorten
from archspec.importer.read.told import Told, Where
from archspec.importer.read.values import (
    CodeError,
    UnknownError,
    UnsayableError,
    activation_of,
    is_policy,
    plain,
    policy_name,
    setting,
    short_float,
)
from archspec.layers import Layer, layer_type
from archspec.layers.plugins import find_layer
from archspec.layers.settings import setting_type
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import ArgumentError, ValidationError, fields
from archspec.shapes.shape import Shape
from archspec.weights.structure.nodes import MODELS
from archspec.weights.structure.plain import is_known

_CODE = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")
"""Layers that hold code, or a program of another library."""
_VOCABULARY = ("TextVectorization", "StringLookup", "IntegerLookup", "Hashing", "HashedCrossing")
_OWN = (
    "write it with archspec's layers and operations, or make it known as a plugin (docs/plugins.md)"
)
_FUNCTION = "write what it does with layers and operations: Rescaling, Multiply, Reshape …"
_SPLIT = "give it as a layer of its own after this one, and save the model again"


class Read(NamedTuple):
    """What a config comes to."""

    layer: Layer
    trainable: bool
    after: tuple[Layer, ...] = ()
    """Layers that follow it: an activation that is a layer."""


class Inputs(NamedTuple):
    """What is known of the inputs of a layer."""

    shapes: tuple[Shape | None, ...] = ()
    """Without the batch; None where it is not known."""

    @property
    def first(self) -> Shape | None:
        """The shape of the first one, if it is known."""
        return self.shapes[0] if self.shapes else None


NetworkReader = Callable[[dict[str, Any], Where, Shape | None], Layer | Reported]
"""Reads a model in a wrapper as a layer, for steps of a shape."""


class LayerReader:
    """Makes layers of configs; equal ones are one object."""

    def __init__(self, told: Told, version: int, network: NetworkReader) -> None:
        """``version``: the first number of the version of Keras that wrote the file."""
        self._told = told
        self._version = version
        self._network = network
        self._known: dict[str, Read] = {}

    def read(
        self,
        entry: dict[str, Any],
        where: Where,
        inputs: Inputs,
        call: dict[str, Any] | None = None,
    ) -> Read | Reported:
        """The layer of an entry; reports what cannot be said of it.

        Args:
            entry: its class and its config.
            where: the layer.
            inputs: what it reads.
            call: other arguments of its call.
        """
        kind, config = entry["class_name"], entry["config"]
        plainly = {k: v for k, v in config.items() if k != "name"}
        key = json.dumps([kind, entry.get("module"), plainly, call, inputs.shapes], default=str)
        if key in self._known:
            return self._known[key]
        before = self._told.count
        found = self._read(entry, where, inputs, call or {})
        if found is not REPORTED and before == self._told.count:
            self._known[key] = found  # of which there is nothing to say
        return found

    def _read(
        self, entry: dict[str, Any], where: Where, inputs: Inputs, call: dict[str, Any]
    ) -> Read | Reported:
        type = self.type_of(entry, where)
        if type is REPORTED:
            return REPORTED
        kind, config = entry["class_name"], entry["config"]
        given = _Given(type, where, inputs)
        trainable = config.get("trainable") is not False
        if kind == "CuDNNLSTM":
            message = f"`{where.path}` is a CuDNNLSTM, which has two biases; an LSTM has their sum"
            help = "the network answers the same, with fewer parameters; Keras adds the biases up"
            self._told.note(where.below("class_name"), message, help, kind)
        for name, value in self._values(kind, config).items():
            self._take(given, name, value)
        if given.trainable is not None:
            trainable = trainable and given.trainable
        found = self._make(given, call)
        if found is REPORTED:
            return REPORTED
        return Read(found, trainable, tuple(given.after))

    def type_of(self, entry: dict[str, Any], where: Where) -> type[Layer] | Reported:
        """The class of an entry; reports one that holds code, or is not known."""
        kind, module = entry["class_name"], entry.get("module")
        own = is_known(module) and not (module is None and entry.get("registered_name"))
        if kind in _CODE and (own or not module):
            message = f"`{where.path}` is a {kind}, which holds code: nothing in a file is executed"
            return self._told.refuse("AS702", where.below("class_name"), message, help=_FUNCTION)
        found = (layer_type(older_kind(kind)) if own else None) or _of_plugin(kind)
        if found is not None and not found.operation and found.__name__ != "Input":
            return found
        if kind in MODELS:
            message = f"`{where.path}` is a model at a place where a spec has none"
            help = "save it as a part of the whole model, or on its own"
            return self._told.refuse("AS704", where.below("class_name"), message, help=help)
        what = kind if own or not module else f"{module}.{kind}"
        help = _OWN
        if kind in _VOCABULARY:
            help = "it looks words up: that belongs in front of a network; let the model begin behind it"
        article = "an" if what[:1] in "AEIOU" else "a"
        message = f"`{where.path}` is {article} {what}, which archspec does not know"
        return self._told.refuse(
            "AS703", where.below("class_name"), message, help=help, reason=what
        )

    def _values(self, kind: str, config: dict[str, Any]) -> dict[str, Any]:
        """The config with the names of today."""
        if self._version < 3:
            return modern(kind, config, self._version)
        return {
            "negative_slope" if k == "alpha" and kind == "LeakyReLU" else k: v
            for k, v in config.items()
        }

    def _take(self, given: "_Given", name: str, value: Any) -> None:
        """Take one argument of a config."""
        type, where = given.type, given.where.below("config", name)
        kind = type.__name__
        field = fields(type).get(name)
        if name == "dtype":
            self._take_dtype(given, value, field is not None)
            return
        if name == "quantization_config":
            return  # what has been quantised has a type that says so
        if field is None or name in type.call_arguments:
            if name in type.call_arguments and value is not None:
                given.values[name] = value
            elif not has_no_effect(kind, name, value):
                self._unsayable(given, name, value)
            return
        try:
            kind_of_setting = setting_type(field.annotation)
            if kind_of_setting is not None:
                value = setting(value, kind_of_setting, field.default)
            elif field.type.nested:
                value = self._nested(given, name, value)
            elif name.endswith("activation"):
                value = self._activation(given, name, value)
            else:
                value = plain(value)
                value = short_float(value) if self._version < 3 else value
        except CodeError as error:
            message = f"`{name}` of `{where.path}` is {error}: nothing in a file is executed"
            self._told.refuse("AS702", where, message, help=_FUNCTION)
            given.lost = True
            return
        except UnknownError as error:
            message = f"`{name}` of `{where.path}` is `{error}`, which archspec does not know"
            self._told.refuse("AS703", where, message, help=_OWN, reason=f"{name} {error}")
            given.lost = True
            return
        except UnsayableError as error:
            message = f"`{name}` of `{where.path}` is {error}, which a spec cannot say"
            help = "leave it out of the model, if it has no effect there, and save it again"
            self._told.refuse("AS704", where, message, help=help, reason=f"{name} {error}")
            given.lost = True
            return
        if value is REPORTED:
            given.lost = True
        elif value is not None or field.default is not None:
            given.values[name] = value

    def _take_dtype(self, given: "_Given", value: Any, takes: bool) -> None:
        try:
            name = policy_name(value)
        except UnsayableError as error:
            message = f"`{given.where.path}` has {error}, which a spec cannot say"
            help = "a spec has the types of Keras by their names, such as `mixed_float16`"
            self._told.refuse("AS704", given.where.below("config", "dtype"), message, help=help)
            given.lost = True
            return
        if name is None or (not is_policy(name) and self._version < 3):
            return  # of Keras 2: the type of what it reads, if it is no type of floats
        if takes:
            given.values["dtype"] = name
        else:
            self._unsayable(given, "dtype", name)

    def _activation(self, given: "_Given", name: str, value: Any) -> Any:
        found = activation_of(value)
        default = fields(given.type)[name].default
        if isinstance(found, dict):
            entry = {**found, "config": found["config"]}
            read = self.read(entry, given.where.below("config", name), given.inputs)
            if read is REPORTED:
                return REPORTED
            if name != "activation" or default is not None:
                message = f"the `{name}` of `{given.where.path}` is a layer, {found['class_name']}"
                self._told.refuse("AS704", given.where.below("config", name), message, help=_SPLIT)
                return REPORTED
            given.after.append(read.layer)
            return None
        if found is None or (
            found == "linear" and default is None and given.type.__name__ != "Activation"
        ):
            return "linear" if given.type.__name__ == "Activation" or default is not None else None
        if found not in ACTIVATIONS:
            raise UnknownError(found)
        if found == "hard_sigmoid" and self._version < 3:
            message = f"`{given.where.path}` has the `hard_sigmoid` of Keras {self._version}, which"
            help = "trained weights will answer a little otherwise: compare first, or train on"
            where = given.where.below("config", name)
            self._told.note(where, f"{message} {OLD_HARD_SIGMOID}", help, found)
        return found

    def _nested(self, given: "_Given", name: str, value: Any) -> Any:
        """The layer in a wrapper."""
        if value is None:
            return None
        where = Where(given.where.path, (*given.where.at, "config", name))
        if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
            raise UnknownError(str(value)[:60])
        inner = given.inputs.first
        steps = given.type.takes_networks
        step = None if inner is None else inner[1:] if steps else inner
        if value["class_name"] in MODELS:
            if not steps:
                message = (
                    f"`{where.path}` wraps a model, which {given.type.__name__} cannot in a spec"
                )
                return self._told.refuse("AS704", where, message, help="wrap its layers one by one")
            return self._network(value, where, step)
        if not isinstance(value.get("config"), dict):
            raise UnknownError(value["class_name"])
        if given.type.__name__ == "Bidirectional":  # which sets it, so that its halves fit together
            config = {k: v for k, v in value["config"].items() if k != "zero_output_for_mask"}
            value = {**value, "config": config}
        read = self.read(value, where, Inputs((step,)))
        if read is REPORTED:
            return REPORTED
        if read.after:
            message = f"the `activation` of the layer in `{where.path}` is a layer"
            return self._told.refuse("AS704", where, message, help=_SPLIT)
        if given.trainable is not None and given.trainable != read.trainable:
            message = f"one of the layers in `{where.path}` is frozen, and the other is not"
            help = "a spec freezes both, or none: set `trainable` of the wrapper"
            return self._told.refuse("AS704", where, message, help=help)
        given.trainable = read.trainable
        return read.layer

    def _unsayable(self, given: "_Given", name: str, value: Any) -> None:
        kind, path = given.type.__name__, given.where.path
        told = _told(plain(value))
        message = f"`{path}`: {kind} with `{name}: {told}` cannot be said in a spec"
        self._told.refuse(
            "AS704",
            given.where.below("config", name),
            message,
            help=f"archspec's {kind} takes {_listed(given.type)}: `archspec layers {kind}`",
            reason=f"{kind} {name} {told}",
        )
        given.lost = True

    def _make(self, given: "_Given", call: dict[str, Any]) -> Layer | Reported:
        if given.lost:
            return REPORTED
        shorten(given.type, given.values, given.inputs.first)
        if given.values.get("data_format") == "channels_first":
            message = (
                f"`{given.where.path}` has channels first, and shapes of a spec have them last"
            )
            help = 'build the model with `data_format="channels_last"`, and save it again'
            where = given.where.below("config", "data_format")
            return self._told.refuse("AS704", where, message, help=help, reason="channels_first")
        type = given.type
        try:
            return type(**given.values, **call)
        except ValidationError as error:
            for each in error.errors():
                name = str(each["loc"][0]) if each["loc"] else ""
                value = given.values.get(name, call.get(name))
                if each["type"] == "missing":
                    message = f"`{given.where.path}`: {type.__name__} lacks `{name}`"
                    where = given.where.below("config")
                    self._told.refuse("AS704", where, message, help="the file is not whole")
                else:
                    self._unsayable(given, name, value)
        except ArgumentError as error:
            message = f"`{given.where.path}`: {error.message}"
            where = given.where.below("config", error.argument)
            self._told.refuse("AS704", where, message, help=error.help, reason=error.message)
        except (TypeError, ValueError) as error:
            message = f"`{given.where.path}`: {type.__name__} cannot be made of its config: {error}"
            self._told.refuse("AS704", given.where.below("config"), message)
        return REPORTED


def _of_plugin(kind: str) -> type[Layer] | None:
    """The layer of a plugin that has the name of a class; without the package that Keras writes."""
    found = find_layer(kind.rpartition(">")[2])
    return None if found is None or found.__module__.startswith("archspec.") else found


class _Given:
    """The arguments of one layer, as far as they have been read."""

    def __init__(self, type: type[Layer], where: Where, inputs: Inputs) -> None:
        self.type = type
        self.where = where
        self.inputs = inputs
        self.values: dict[str, Any] = {}
        self.after: list[Layer] = []
        self.trainable: bool | None = None
        """Whether the layers in a wrapper are trained, if it has any."""
        self.lost = False


def _told(value: Any) -> str:
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(type: type[Layer]) -> str:
    own = [f"`{name}`" for name in fields(type)]
    return ", ".join(own[:6]) + (" …" if len(own) > 6 else "") if own else "no arguments"
