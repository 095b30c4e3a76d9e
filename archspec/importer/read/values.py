"""Values of a layer's config as the fields of a record take them: settings, activations, types."""

import struct
from collections.abc import Mapping
from typing import Any

from archspec.layers.settings import SettingType, any_required
from archspec.records.record import Record, ValidationError, fields, snake_case
from archspec.shapes.dtypes import POLICIES
from archspec.weights.structure.plain import POLICY_CLASSES


class CodeError(Exception):
    """A value that would have to be executed; the text says what it is."""


class UnknownError(Exception):
    """A value that names a function or a class that archspec does not have; the text is its name."""


class UnsayableError(Exception):
    """A value that a spec has no words for; the text says what it is."""


_ARRAYS = ("__tuple__", "__numpy__", "__tensor__", "__ndarray__", "ndarray", "TensorShape")
"""Classes that stand around lists and numbers in the JSON of some versions of Keras."""
_CODE = ("__lambda__", "Lambda", "lambda")


def plain(value: Any) -> Any:
    """A value without the classes that only say in what it was kept: tuples, arrays, shapes."""
    if isinstance(value, dict):
        kind = value.get("class_name") or value.get("type")
        if kind in _ARRAYS:
            inner = value.get("config", value.get("items", value.get("value")))
            if isinstance(inner, dict) and "value" in inner:
                inner = inner["value"]
            return plain(inner)
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def short_float(value: Any) -> Any:
    """A number that a file has from float32, with as few digits as make the same float32.

    Keras 1 and 2 wrote 0.0005 as 0.0005000000237487257.
    """
    if isinstance(value, list):
        return [short_float(inner) for inner in value]
    if type(value) is not float or len(repr(value)) < 12 or not abs(value) < 3e38:
        return value
    single = struct.unpack("f", struct.pack("f", value))[0]
    if single != value:
        return value
    for digits in range(1, 9):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == value:
            return short
    return value


def policy_name(value: Any) -> str | None:
    """The name of a type, or of a policy of types; None for float32, which is the default.

    Raises:
        UnsayableError: it is more than a name.
    """
    if isinstance(value, dict):
        inner = value.get("config")
        known = value.get("class_name", POLICY_CLASSES[0]) in POLICY_CLASSES
        if not known or not isinstance(inner, dict) or {*inner} - {"name", "loss_scale"}:
            raise UnsayableError(f"the type {_told(value)}")
        value = inner.get("name", "")
    if value is None or value == "float32":
        return None
    if value == "_infer":  # of Keras 2 before anything is built
        return None
    if not isinstance(value, str):
        raise UnsayableError(f"the type {_told(value)}")
    return value


def is_policy(name: str | None) -> bool:
    """Whether layers can calculate with a type."""
    return name is None or name in POLICIES


def activation_of(value: Any) -> Any:
    """The name of an activation; None for none; the entry of a layer, if it is one.

    Raises:
        CodeError: it is code.
        UnknownError: it is a function of somebody's own.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        kind, config = value.get("class_name"), value.get("config")
        if kind == "function" and isinstance(config, str):
            return config
        if kind in _CODE:
            raise CodeError("a lambda")
        if isinstance(kind, str) and isinstance(config, dict):
            return value
        if isinstance(kind, str):
            raise UnknownError(kind)
    if isinstance(value, list) and value and isinstance(value[0], str):
        raise CodeError("a lambda")  # its code, as Keras 2 wrote it
    raise UnknownError(_told(value))


_OLD_NAMES = {
    "WeightRegularizer": "L1L2",
    "L1L2Regularizer": "L1L2",
    "L1Regularizer": "L1",
    "L2Regularizer": "L2",
    "ActivityRegularizer": "L1L2",
    "UnitNormalization": "UnitNorm",
    "RandomNormalV2": "RandomNormal",
    "RandomUniformV2": "RandomUniform",
    "ZerosV2": "Zeros",
    "OnesV2": "Ones",
    "l1_l2": "L1L2",
    "l1": "L1",
    "l2": "L2",
    "maxnorm": "MaxNorm",
    "max_norm": "MaxNorm",
    "unitnorm": "UnitNorm",
    "unit_norm": "UnitNorm",
    "nonneg": "NonNeg",
    "non_neg": "NonNeg",
}
"""Classes, and names, of initializers, regularizers and constraints in files of Keras 1 and 2.

Source: keras/regularizers.py and keras/constraints.py of Keras 1.2.2, and tf.keras of 1.14.
"""
_SCALED = {
    (1.0, "fan_avg", "truncated_normal"): "glorot_normal",
    (1.0, "fan_avg", "uniform"): "glorot_uniform",
    (2.0, "fan_in", "truncated_normal"): "he_normal",
    (2.0, "fan_in", "uniform"): "he_uniform",
    (1.0, "fan_in", "truncated_normal"): "lecun_normal",
    (1.0, "fan_in", "uniform"): "lecun_uniform",
}
"""What VarianceScaling is that has a name of its own."""


def setting(value: Any, type: SettingType, default: Any) -> Any:
    """An initializer, a regularizer or a constraint in its shortest form.

    Args:
        value: as the config has it.
        type: of which kind it is.
        default: what the layer has if it is not told.

    Raises:
        CodeError: it is code.
        UnknownError: it is none that archspec knows.
        UnsayableError: an argument of it cannot be said.
    """
    if value is None:
        return None
    kind, config = _named(value)
    kind = _OLD_NAMES.get(kind, kind)
    known = type.kinds.names
    if kind in _CODE:
        raise CodeError("a lambda")
    if kind not in known:
        raise UnknownError(kind)
    record = known[kind]
    given = _arguments(record, config)
    try:
        made = record(**given)
    except (ValidationError, ValueError, TypeError) as error:
        raise UnsayableError(f"{kind} with {_told(config)}") from error
    return _shortest(made, known, default)


def _named(value: Any) -> tuple[str, dict[str, Any]]:
    """The class of a setting, and its arguments."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict):
        kind, config = value.get("class_name"), value.get("config", {})
        if isinstance(kind, str) and isinstance(config, dict):
            return kind, config
        if kind == "function" and isinstance(config, str):
            return config, {}
        if isinstance(value.get("name"), str):  # of Keras 1
            return value["name"], {k: v for k, v in value.items() if k != "name"}
        if isinstance(kind, str):
            raise UnknownError(kind)
    raise UnknownError(_told(value))


def _arguments(record: type[Record], config: Mapping[str, Any]) -> dict[str, Any]:
    known, found = fields(record), {}
    for key, value in config.items():
        name = {"m": "max_value"}.get(key, key)  # of Keras 1
        value = short_float(plain(value))
        if name in known:
            if value is None and known[name].default is not None and name != "axis":
                continue
            found[name] = value
        elif value is not None and key not in ("dtype", "partition_shape"):
            raise UnsayableError(f"{record.__name__} with `{key}: {_told(value)}`")
    if record.__name__ == "VarianceScaling":
        if found.get("distribution") == "normal":
            found["distribution"] = "truncated_normal"
        if isinstance(found.get("mode"), str):
            found["mode"] = found["mode"].lower()
    return found


def _shortest(made: Record, known: Mapping[str, type[Record]], default: Any) -> Any:
    kind, given = type(made), made.arguments()
    if kind.__name__ == "VarianceScaling":
        whole = made.arguments(defaults=True)
        key = tuple(whole.pop(name) for name in ("scale", "mode", "distribution"))
        if key in _SCALED:
            kind = known[_SCALED[key]]
            given = {name: value for name, value in whole.items() if value is not None}
    if kind.__name__ == "L1L2" and given:
        rates = {name: value for name, value in given.items() if value}
        if len(rates) == 1:
            (name,) = rates
            kind = known[name.upper()]
            given = kind(**rates).arguments()
    if given or any_required(kind):
        return {kind.__name__: _lists(given)}
    if isinstance(default, str) and known.get(default) is kind:
        return default
    return snake_case(kind.__name__)


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple) else value


def _told(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
