"""Configs of layers without what does not change what they calculate."""

from typing import Any

from archspec.layers import layer_types
from archspec.record import fields
from archspec.weights.nodes import shapes_of

_NOT_FUNCTION = (
    "name",
    "trainable",
    "seed",
    "dtype",
    "build_config",
    "registered_name",
    "batch_input_shape",
    "implementation",
)
_SETTINGS = ("initializer", "regularizer", "constraint")
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


def plain_config(value: Any) -> Any:
    """A config without what does not change the function, its classes as names."""
    if isinstance(value, dict):
        if "class_name" in value and "config" in value:
            inner = plain_config(value["config"])
            return inner if value["class_name"] == "function" else [value["class_name"], inner]
        return {
            key: plain_config(inner)
            for key, inner in value.items()
            if key not in _NOT_FUNCTION
            and key.rpartition("_")[2] not in _SETTINGS
            and inner is not None
            and (key not in _LATER or inner != _LATER[key])
        }
    if isinstance(value, list | tuple):
        return [plain_config(inner) for inner in value]
    return value


def rank_of(entry: dict[str, Any]) -> int:
    """Number of dimensions of a layer's (first) input with the batch; 0 if it is not known."""
    shape: Any = (entry.get("build_config") or {}).get("input_shape")
    for value in entry.get("inbound_nodes") or ():
        shape = next(shapes_of(value), shape)
        break
    while isinstance(shape, list | tuple) and shape and isinstance(shape[0], list | tuple):
        shape = shape[0]
    return len(shape) if isinstance(shape, list | tuple) else 0


def from_the_end(axis: Any, rank: int) -> Any:
    """An axis, or a list of them, counted from the last one: -1.

    Where the rank is not known, as in configs of Keras 2, axes 2 to 4 are taken for the last one.
    """
    if isinstance(axis, list):
        if len(axis) == 1:
            return from_the_end(axis[0], rank)
        return [from_the_end(a, rank) for a in axis]
    if not rank:
        return -1 if isinstance(axis, int) and axis >= 2 else axis
    return axis - rank if isinstance(axis, int) and axis >= 0 else axis


def applies_it_last(kind: str) -> bool:
    """Whether the argument `activation` is the same as an activation after the layer.

    It is for layers that have none by default; those whose states pass through one have.
    """
    field = fields(layer_types()[kind]).get("activation") if kind in layer_types() else None
    return field is not None and field.default is None


def as_activation(kind: str, plain: dict[str, Any]) -> Any:
    """The activation that a layer is, by its name or its config; None if it has none."""
    if kind == "Activation":
        return plain.get("activation")
    if kind == "Softmax":
        return "softmax" if plain.get("axis", -1) in (-1, [-1]) else None
    if plain.get("negative_slope") or plain.get("threshold"):
        return None
    return {None: "relu", 6: "relu6"}.get(plain.get("max_value"))
