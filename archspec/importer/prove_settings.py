"""What the structure of a model leaves out: initial values, regularizers, constraints, what is frozen.

Read from the configs of two models, without Keras and without anything of theirs being made.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.layers import layer_types
from archspec.layers.settings import setting_type, takes_setting
from archspec.records.record import Record, fields
from archspec.weights.structure.nodes import MODELS

_VARIANCES = {
    "GlorotNormal": (1.0, "fan_avg", "truncated_normal"),
    "GlorotUniform": (1.0, "fan_avg", "uniform"),
    "HeNormal": (2.0, "fan_in", "truncated_normal"),
    "HeUniform": (2.0, "fan_in", "uniform"),
    "LecunNormal": (1.0, "fan_in", "truncated_normal"),
    "LecunUniform": (1.0, "fan_in", "uniform"),
}
"""Scale, mode and distribution of the initializers that are a VarianceScaling."""
_SCALING = ("scale", "mode", "distribution")
_INNER = ("layer", "forward_layer", "backward_layer")
_NOT_SAID = object()


class LayerConfig(NamedTuple):
    """A layer of a model, as its config has it."""

    kind: str
    config: dict[str, Any]
    trainable: bool
    """Whether it is trained, with the models that it belongs to."""


def layer_configs(
    kind: str, config: Any, path: str = "", trainable: bool = True
) -> Iterator[tuple[str, LayerConfig]]:
    """The layers of a model by their paths, ``base/conv1``, those of models in the model too."""
    entries = config if isinstance(config, list) else config.get("layers", ())
    for entry in entries:
        inner = entry["config"]
        own = inner if isinstance(inner, dict) else {}
        name = path + str(entry.get("name") or own.get("name") or "sequential")
        trained = trainable and own.get("trainable", True) is not False
        if entry["class_name"] in MODELS and (isinstance(inner, list) or "layers" in inner):
            yield from layer_configs(entry["class_name"], inner, f"{name}/", trained)
        else:
            yield name, LayerConfig(entry["class_name"], own, trained)


def settings_apart(ours: LayerConfig, theirs: LayerConfig, weighted: bool) -> Iterator[str]:
    """What differs between two layers; what one of them does not say is not compared.

    Args:
        ours: a layer.
        theirs: that of the source.
        weighted: whether it has weights, so that it matters whether it is trained.
    """
    if weighted and ours.trainable != theirs.trainable:
        yield f"trainable {_word(theirs.trainable)} → {_word(ours.trainable)}"
    yield from _inside(ours.kind, ours.config, theirs.config)


def _inside(kind: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for name in ours:
        one, other = ours[name], theirs.get(name, _NOT_SAID)
        if name in _INNER and isinstance(one, dict) and isinstance(other, dict):
            if isinstance(one.get("config"), dict) and isinstance(other.get("config"), dict):
                yield from (
                    f"{name}: {text}"
                    for text in _inside(str(one.get("class_name")), one["config"], other["config"])
                )
        elif takes_setting(name) and other is not _NOT_SAID:
            first, second = plain_setting(kind, name, one), plain_setting(kind, name, other)
            if first != second:
                yield f"{name} {_told(second)} → {_told(first)}"


def plain_setting(kind: str, name: str, value: Any) -> Any:
    """An initializer, a regularizer or a constraint of a layer's config, in one form.

    Numbers are as 32-bit floats hold them, which is how older files have them. What is not known
    stays as it is.
    """
    field = fields(layer_types()[kind]).get(name) if kind in layer_types() else None
    type = setting_type(field.annotation) if field else None
    if value is None or type is None:
        return value
    if isinstance(value, dict) and "class_name" in value:
        inner = value.get("config")
        value = {value["class_name"]: inner if isinstance(inner, dict) else {}}
    found = type.find(value)
    if found is None:
        return value
    _, made, arguments = found
    return _one_form(made, arguments or {})


def _one_form(type: type[Record], given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    known = {f.name: None if f.required else f.default for f in fields(type).values()}
    values = {**known, **{k: v for k, v in given.items() if k not in ("name", "dtype")}}
    name = type.__name__
    if name in _VARIANCES:
        values |= dict(zip(_SCALING, _VARIANCES[name], strict=True))
        name = "VarianceScaling"
    if name in ("L1", "L2"):
        values = {"l1": 0.0, "l2": 0.0, **values}
        name = "L1L2"
    if name == "VarianceScaling" and values.get("distribution") == "normal":
        values["distribution"] = "truncated_normal"  # what Keras makes of it
    return name, {key: _single(value) for key, value in sorted(values.items())}


def _single(value: Any) -> Any:
    """A number as a 32-bit float holds it, within lists too."""
    if isinstance(value, list | tuple):
        return [_single(inner) for inner in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except (OverflowError, struct.error):
        return float(value)


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        name, given = value
        return f"{name}({', '.join(f'{k}={v}' for k, v in given.items() if v is not None)})"
    return "nothing" if value is None else str(value)[:80]


def _word(trained: bool) -> str:
    return "true" if trained else "false"
