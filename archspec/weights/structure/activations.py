"""Activations in one form, whichever layer, operation or argument they are."""

from typing import Any

from archspec.records.arguments import ACTIVATIONS

_ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "relu": {"negative_slope": 0, "max_value": None, "threshold": 0},
    "leaky_relu": {"negative_slope": 0.2},
    "elu": {"alpha": 1},
    "celu": {"alpha": 1},
    "gelu": {"approximate": False},
    "softmax": {"axis": -1},
    "log_softmax": {"axis": -1},
    "sparsemax": {"axis": -1},
    "squareplus": {"b": 4},
    "hard_shrink": {"threshold": 0.5},
    "soft_shrink": {"threshold": 0.5},
}
"""What the functions of keras.activations take if they are not told."""
_LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ReLU": ("relu", {}),
    "LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
    "ELU": ("elu", {}),
    "Softmax": ("softmax", {}),
}
"""Layers that are an activation, and where their defaults are others than the function's."""


def activation_name(value: Any) -> Any:
    """The one name of an activation that has several; none is `linear`."""
    if isinstance(value, str):
        return _ALIASES.get(value, value)
    return "linear" if value is None else value


def is_activation(name: str) -> bool:
    """Whether Keras has an activation of that name that can stand alone."""
    return name in ACTIVATIONS


def activation_of(kind: str, arguments: dict[str, Any]) -> Any:
    """The activation that a layer is, in one form; None if it is none."""
    if kind == "Activation":
        name = arguments.get("activation")
        rest = {key: value for key, value in arguments.items() if key != "activation"}
        return activation(name, rest)
    if kind not in _LAYERS:
        return None
    name, defaults = _LAYERS[kind]
    given = dict(arguments)
    if kind == "LeakyReLU" and "alpha" in given:  # of Keras 2
        given["negative_slope"] = given.pop("alpha")
    return activation(name, {**defaults, **given})


def activation(name: Any, settings: dict[str, Any] | None = None) -> Any:
    """An activation in one form: its name, or a map of its name and what is not as usual."""
    if isinstance(name, dict) and name.get("class_name") in (*_LAYERS, "Activation"):
        inner = {key: value for key, value in name.items() if key != "class_name"}
        return activation_of(name["class_name"], inner)
    name, settings = activation_name(name), settings or {}
    if name == "relu6":
        name, settings = "relu", {**settings, "max_value": 6}
    if name == "leaky_relu":
        name, settings = "relu", {**_DEFAULTS[name], **settings}
    usual = _DEFAULTS.get(name, {}) if isinstance(name, str) else {}
    other = {k: v for k, v in settings.items() if k not in usual or v != usual[k]}
    return {"activation": name, **other} if other else name
