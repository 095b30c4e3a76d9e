"""The same model in other words: as Keras 2 wrote it, renamed, reordered, by operations."""

import copy
import inspect
from functools import cache
from random import Random
from typing import Any

import keras

from tests.config_places import MODELS, SUMS, Config, models, references

_FUNCTIONS = {
    "Add": "__operators__.add",
    "Subtract": "math.subtract",
    "Multiply": "math.multiply",
    "Maximum": "math.maximum",
    "Minimum": "math.minimum",
    "Relu": "nn.relu",
    "Relu6": "nn.relu6",
    "Gelu": "nn.gelu",
    "LeakyRelu": "nn.leaky_relu",
    "Softmax": "nn.softmax",
    "Concatenate": "concat",
    "Reshape": "reshape",
    "Transpose": "transpose",
    "Mean": "math.reduce_mean",
    "Clip": "clip_by_value",
}
"""Operations and the functions of TensorFlow by which Keras 2 had them."""
_PARAMETERS = {
    "LeakyRelu": {"negative_slope": "alpha"},
    "Reshape": {"newshape": "shape"},
    "Transpose": {"axes": "perm"},
    "Clip": {"x_min": "clip_value_min", "x_max": "clip_value_max"},
}


def can_be_old(config: Config) -> bool:
    """Whether Keras 2 had all that is in a model in the same form: it kept no masks in the graph."""
    known = all(
        entry["class_name"] in _FUNCTIONS
        for model in models(config)
        for entry in model["layers"]
        if is_operation(entry)
    )
    return known and '"mask": {' not in str(config)


def is_operation(entry: Config) -> bool:
    """Whether an entry is an operation."""
    return str(entry.get("module")).startswith("keras.src.ops")


def old(config: Config) -> Config:
    """A functional config of Keras 3 as Keras 2 wrote it, with nodes in lists."""
    config = copy.deepcopy(config)
    if "input_layers" not in config:
        entries = [entry for entry in config["layers"] if entry["class_name"] != "InputLayer"]
        shape = config["layers"][0]["config"]["batch_shape"]
        config["layers"] = [_old_entry(entry, {}) for entry in entries]
        config["layers"][0]["config"]["batch_input_shape"] = shape
        return config
    names = {entry["name"]: entry["class_name"] in MODELS for entry in config["layers"]}
    config["layers"] = [_old_entry(entry, names) for entry in config["layers"]]
    return config


def _old_entry(entry: Config, names: dict[str, bool]) -> Config:
    kind, inner = entry["class_name"], entry["config"]
    told: Config = {"class_name": kind, "config": {}}
    if kind in MODELS:
        told["config"] = old(inner)
    else:
        told["config"] = {k: _old_value(k, v) for k, v in inner.items()}
        if "batch_shape" in inner:
            told["config"]["batch_input_shape"] = told["config"].pop("batch_shape")
    if is_operation(entry):
        told["class_name"] = "TFOpLambda"
        function = _FUNCTIONS.get(kind, f"any.{kind}")
        told["config"] = {"name": inner["name"], "trainable": True, "dtype": "float32"}
        told["config"]["function"] = function
    if "name" in entry:
        told["name"] = entry["name"]
        told["inbound_nodes"] = [_old_node(entry, n, names) for n in entry["inbound_nodes"]]
    return told


def _old_value(key: str, value: Any) -> Any:
    if key == "dtype" and isinstance(value, dict):
        return value["config"]["name"]
    if key == "axis" and isinstance(value, int) and value == 3:
        return [value]  # as BatchNormalization of TensorFlow 1 and 2 had it
    if isinstance(value, dict):
        return {
            k: _old_value(k, v) for k, v in value.items() if k not in ("module", "registered_name")
        }
    return [_old_value("", v) for v in value] if isinstance(value, list) else value


def _old_node(entry: Config, node: Config, names: dict[str, bool]) -> list[Any]:
    args, kwargs = list(node["args"]), dict(node["kwargs"])
    kind = entry["class_name"]
    if is_operation(entry):
        renamed = _PARAMETERS.get(kind, {})
        own = {renamed.get(k, k): v for k, v in entry["config"].items() if k != "name"}
        others = ("y",) if kind in (*SUMS, "Subtract") else [f"arg{n}" for n, _ in enumerate(args)]
        kwargs = {**own, **kwargs, **dict(zip(others, args[1:], strict=False)), "name": None}
        args = args[:1]
    elif "initial_state" in kwargs:
        args = [[*args, *kwargs.pop("initial_state")]]
    else:
        kwargs |= dict(zip(("value", "key"), args[1:], strict=False))
    told = {key: _old_tensors(value, names) for key, value in kwargs.items()}
    found = _old_first(args[0], told, names)
    single = isinstance(found[0], str)
    return [found] if single and not is_operation(entry) else found


def _old_tensor(value: Any, names: dict[str, bool]) -> list[Any] | None:
    if not isinstance(value, dict) or value.get("class_name") != "__keras_tensor__":
        return None
    name, number, output = value["config"]["keras_history"]
    return [name, number + 1 if names[name] else number, output]


def _old_tensors(value: Any, names: dict[str, bool]) -> Any:
    tensor = _old_tensor(value, names)
    if tensor:
        return tensor
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        return value["config"]["value"]
    if isinstance(value, dict):
        return {key: _old_tensors(v, names) for key, v in value.items()}
    return [_old_tensors(v, names) for v in value] if isinstance(value, list) else value


def _old_first(value: Any, kwargs: Config, names: dict[str, bool]) -> list[Any]:
    tensor = _old_tensor(value, names)
    if tensor:
        return [*tensor, copy.deepcopy(kwargs)]
    if isinstance(value, list):
        return [_old_first(inner, kwargs, names) for inner in value]
    return ["_CONSTANT_VALUE", -1, value, copy.deepcopy(kwargs)]


def rewrite(random: Random, config: Config) -> Config:
    """A functional config of Keras 3 in other words, which say the same."""
    config = copy.deepcopy(config)
    for model in models(config):
        if "input_layers" in model:
            _rename(random, model)
            _reorder(random, model)
        for entry in model["layers"]:
            if entry["class_name"] not in (*MODELS, "InputLayer"):
                _other_words(random, entry)
                _other_class(random, entry)
    return config


def _rename(random: Random, model: Config) -> None:
    numbers = random.sample(range(10_000), len(model["layers"]))
    names = {e["name"]: f"l{n}" for e, n in zip(model["layers"], numbers, strict=True)}
    for entry in model["layers"]:
        entry["name"] = entry["config"]["name"] = names[entry["name"]]
        for node in entry["inbound_nodes"]:
            for tensor in references(node):
                tensor[0] = names[tensor[0]]
    for end in ("input_layers", "output_layers"):
        for tensor in references(model[end]):
            tensor[0] = names[tensor[0]]


def _reorder(random: Random, model: Config) -> None:
    random.shuffle(model["layers"])
    for entry in model["layers"]:
        if entry["class_name"] in SUMS and not any(
            not isinstance(a, dict | list) for n in entry["inbound_nodes"] for a in n["args"]
        ):
            for node in entry["inbound_nodes"]:
                random.shuffle(
                    node["args"][0] if isinstance(node["args"][0], list) else node["args"]
                )


@cache
def _defaults(kind: str) -> dict[str, Any]:
    """The default arguments of a layer of Keras, as Keras has them."""
    made = getattr(keras.layers, kind, None)
    if made is None:
        return {}
    known = inspect.signature(made.__init__).parameters.values()
    return {p.name: p.default for p in known if p.default is not inspect.Parameter.empty}


def _rank(entry: Config) -> int:
    for node in entry.get("inbound_nodes") or ():
        found = str(node).find("'shape': [")
        if found >= 0:
            return str(node)[found:].partition("]")[0].count(",") + 1
    return 0


def _other_words(random: Random, entry: Config) -> None:
    """Arguments in another form."""
    config, rank = entry["config"], _rank(entry)
    for key, value in [*config.items()]:
        default = _defaults(entry["class_name"]).get(key, inspect.Parameter.empty)
        if key.endswith(("_initializer", "_regularizer", "_constraint")):
            config[key] = {"class_name": "Another", "config": {}}
        elif key == "trainable":
            config[key] = random.random() < 0.5
        elif value == default and type(value) is type(default) and key != "name":
            if random.random() < 0.5 and not is_operation(entry):
                del config[key]
        elif key in ("axis", "axes") and rank and random.random() < 0.5:
            config[key] = _from_other_end(value, rank)
        elif key in ("kernel_size", "strides", "dilation_rate", "pool_size"):
            if isinstance(value, list) and len({*value}) == 1 and random.random() < 0.5:
                config[key] = value[0]
        elif isinstance(value, float) and value.is_integer():
            config[key] = int(value)
        elif type(value) is int and random.random() < 0.5:
            config[key] = float(value)
    for node in entry.get("inbound_nodes") or ():
        if not is_operation(entry) and node["kwargs"].get("training") is None:
            node["kwargs"]["training"] = random.choice((None, False))


def _from_other_end(value: Any, rank: int) -> Any:
    if isinstance(value, list):
        return [_from_other_end(v, rank) for v in value]
    return value - rank if value >= 0 else value + rank


def _other_class(random: Random, entry: Config) -> None:
    """A layer as the operation that does the same, and the other way."""
    kind = entry["class_name"]
    nodes = entry.get("inbound_nodes") or ()
    if random.random() < 0.5 or any(n["kwargs"].get("training") for n in nodes) or not nodes:
        return
    tensors = [a for n in nodes for a in n["args"]]
    if kind in ("Add", "Subtract", "Multiply", "Maximum", "Minimum"):
        shapes = {str(t["config"]["shape"]) for n in nodes for t in _tensors(n)}
        numbers = any(isinstance(a, int | float) for a in tensors)
        if (
            len(shapes) > 1
            or numbers
            or len(nodes) > 1
            or any(len([*_tensors(n)]) != 2 for n in nodes)
        ):
            return
        if is_operation(entry):
            _as_layer(entry, kind, {}, [[*nodes[0]["args"]]])
        else:
            _as_operation(entry, "numpy", kind, {}, [*nodes[0]["args"][0]])
    elif (
        kind == "Activation"
        and entry["config"]["activation"] in ("relu", "tanh")
        and len(nodes) == 1
    ):
        name = entry["config"]["activation"].title()
        _as_operation(entry, "numpy" if name == "Tanh" else "nn", name, {}, nodes[0]["args"])
    elif kind == "Relu":
        _as_layer(entry, "ReLU", {}, nodes[0]["args"])
    elif kind == "Relu6":
        _as_layer(entry, "ReLU", {"max_value": 6.0}, nodes[0]["args"])
    elif kind == "Multiply" or kind == "Rescaling":
        return
    elif kind == "Concatenate" and is_operation(entry):
        _as_layer(entry, "Concatenate", {"axis": entry["config"]["axis"]}, nodes[0]["args"])


def _tensors(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _tensors(inner)


def _as_layer(entry: Config, kind: str, config: Config, args: list[Any]) -> None:
    entry |= {"module": "keras.layers", "class_name": kind}
    entry["config"] = {"name": entry["name"], **config}
    entry["inbound_nodes"] = [{"args": args, "kwargs": {}}]


def _as_operation(entry: Config, module: str, kind: str, config: Config, args: list[Any]) -> None:
    entry |= {"module": f"keras.src.ops.{module}", "class_name": kind}
    entry["config"] = {"name": entry["name"], **config}
    entry["inbound_nodes"] = [{"args": args, "kwargs": {}}]
