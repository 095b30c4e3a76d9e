"""Configs of layers without what does not change what they calculate, in one form.

Names, seeds, initial values, regularisation, constraints, and what is frozen are left out, and
arguments that have their default; whole numbers are integers, axes are counted from the end, and
windows that are the same along all axes are one number.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from archspec.layers import Layer, layer_types
from archspec.layers.settings import takes_setting
from archspec.records.record import fields
from archspec.weights.structure.activations import activation_name

_NOT_FUNCTION = frozenset(
    (
        "name",
        "trainable",
        "seed",
        "init_values",
        "build_config",
        "registered_name",
        "module",
        "batch_shape",
        "batch_input_shape",
        "batch_size",
        "input_length",
        "implementation",
        "quantization_config",
    )
)
_LATER: dict[str, Any] = {
    "groups": 1,
    "keepdims": False,
    "synchronized": False,
    "ragged": False,
    "sparse": False,
    "time_major": False,
    "zero_output_for_mask": False,
    "renorm": False,
    "renorm_momentum": 0.99,
}
"""Arguments that only some versions of Keras have, with the values that change nothing."""
WINDOWS = frozenset(
    (
        "kernel_size",
        "pool_size",
        "strides",
        "dilation_rate",
        "size",
        "padding",
        "cropping",
        "output_padding",
    )
)
"""Arguments that have a number for each axis, or one for all."""
POLICY_CLASSES = ("DTypePolicy", "FloatDTypePolicy", "Policy")
"""Classes of policies of dtypes that are told by their name."""
_KNOWN = ("keras", "tf_keras", "keras_core", "archspec")
"""Packages whose layers archspec knows."""

Shapes = Sequence[Sequence[int | None] | None]
"""The shapes of the inputs with the batch, as far as they are known."""


def is_known(module: Any) -> bool:
    """Whether a module is of Keras, or of archspec; configs of Keras 2 have none."""
    return not module or str(module).partition(".")[0] in _KNOWN


def plain_config(value: Any) -> Any:
    """A config without what does not change the function, its classes with their names."""
    if isinstance(value, dict):
        if "class_name" in value and "config" in value:
            return _plain_class(value)
        return {
            key: plain_config(inner)
            for key, inner in value.items()
            if key not in _NOT_FUNCTION and not takes_setting(str(key))
        }
    if isinstance(value, list | tuple):
        return [plain_config(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _plain_class(value: dict[str, Any]) -> Any:
    """A class and its arguments: a layer in a wrapper, a function, an array."""
    kind, config = value["class_name"], value["config"]
    if kind == "function":
        return activation_name(plain_config(config))
    if not isinstance(config, dict):
        inner = {"of": plain_config(config)}
    elif is_known(value.get("module")):
        inner = plain_layer(kind, config)
    else:
        inner = foreign_layer(config, value["module"])
    return {"class_name": kind, **inner}


def plain_layer(kind: str, config: dict[str, Any], shapes: Shapes = ()) -> dict[str, Any]:
    """The arguments of a layer that count, in one form.

    Args:
        kind: its class.
        config: its config.
        shapes: the shapes of its inputs; where they are not known, axes stay as they are.
    """
    found = {key: value for key, value in plain_config(config).items() if key != "dtype"}
    known = fields(layer_types()[kind]) if kind in layer_types() else None
    if known is not None:
        found = {key: _one(value) if key in WINDOWS else value for key, value in found.items()}
    _normalise_axes(found, shapes)
    for key in found:
        if key.endswith("activation"):
            found[key] = activation_name(found[key])
    if "Pooling" in kind and not kind.startswith("Global"):
        found["strides"] = found.get("strides") or found.get("pool_size", 2)
    defaults = _LATER | {
        name: _default(name, field.default)
        for name, field in (known or {}).items()
        if not field.required
    }
    defaults["data_format"] = "channels_last"  # if it is left out, too
    if found.get("data_format", "") is None:
        del found["data_format"]
    found = {key: v for key, v in found.items() if not _same(v, defaults.get(key))}
    if found.get("kernel_size") == 1 and "Transpose" not in kind:
        found.pop("padding", None)  # such a kernel never reaches over the border
    return found | _dtype(config)


def foreign_layer(config: dict[str, Any], module: str) -> dict[str, Any]:
    """The arguments of a layer that is not known, as they are."""
    found = {key: value for key, value in plain_config(config).items() if key != "dtype"}
    return {**found, **_dtype(config), "module": module}


def _dtype(config: dict[str, Any]) -> dict[str, Any]:
    dtype = policy(config.get("dtype"))
    return {} if dtype == "float32" else {"dtype": dtype}


def policy(value: Any) -> Any:
    """The name of a dtype or of a policy of dtypes; one that is not told is float32."""
    if isinstance(value, dict):
        inner = value.get("config")
        named = isinstance(inner, dict) and {*inner} == {"name"}
        if isinstance(inner, dict) and named and value.get("class_name") in POLICY_CLASSES:
            return inner["name"]
        return json.dumps(value, sort_keys=True, default=str)
    return value or "float32"


def _default(name: str, value: Any) -> Any:
    value = plain_config(value)
    if name.endswith("activation"):
        return activation_name(value)
    if name == "axis":
        return from_the_end(value, 0)
    return _one(value) if name in WINDOWS else value


def _same(value: Any, default: Any) -> bool:
    """Whether two values are the same; True is not 1."""
    return value == default and json.dumps(value, default=str) == json.dumps(default, default=str)


def _one(value: Any) -> Any:
    """The number that stands for all axes, if they have the same."""
    if isinstance(value, list) and value:
        inner = [_one(v) for v in value]
        if any(isinstance(v, list) for v in inner):
            return value
        return inner[0] if all(_same(v, inner[0]) for v in inner) else inner
    return value


def _normalise_axes(found: dict[str, Any], shapes: Shapes) -> None:
    ranks = [len(shape) if shape is not None else 0 for shape in shapes]
    rank = ranks[0] if ranks else 0
    if "axis" in found:
        found["axis"] = from_the_end(found["axis"], rank)
    axes = found.get("axes")
    if axes is None:
        return
    both = axes if isinstance(axes, list) else [axes, axes]  # of Dot: an axis of each input
    if len(both) == len(ranks):
        found["axes"] = [from_the_end(a, r) for a, r in zip(both, ranks, strict=True)]


def from_the_end(axis: Any, rank: int) -> Any:
    """An axis, or a list of them, counted from the last one: -1; as it is if there is no rank."""
    if isinstance(axis, list):
        counted = [from_the_end(a, rank) for a in axis]
        if len(counted) == 1:
            return counted[0]
        return sorted(counted) if all(type(a) is int for a in counted) else counted
    return axis - rank if rank and type(axis) is int and 0 <= axis < rank else axis


def applies_it_last(kind: str) -> bool:
    """Whether the argument `activation` is the same as an activation after the layer.

    It is for layers that have none by default; those whose states pass through one have.
    """
    field = fields(layer_types()[kind]).get("activation") if kind in layer_types() else None
    return field is not None and field.default is None


def has_weights(kind: str, arguments: Mapping[str, Any]) -> bool:
    """Whether layers of a class may have weights; of one that is not known that is possible.

    Args:
        kind: the class.
        arguments: those of a layer, or its config: TimeDistributed has what its layer has.
    """
    inner = arguments.get("layer")
    if kind == "TimeDistributed" and isinstance(inner, dict):
        config = inner.get("config", inner)
        given = config if isinstance(config, dict) else {}
        return has_weights(str(inner.get("class_name")), given)
    if kind == "graph" and "vertices" in arguments:  # of a model in a wrapper
        return any(has_weights(*json.loads(vertex[0])) for vertex in arguments["vertices"][1:-1])
    type = layer_types().get(kind)
    return type is None or type.weights is not Layer.weights
