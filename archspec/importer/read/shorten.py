"""Arguments that a layer would have without being told, and shorter ways to say the same."""

from collections.abc import Callable
from typing import Any

from archspec.layers import Layer
from archspec.layers.recurrent import Recurrent
from archspec.records.arguments import BitRange, FractionRange, OddSizes, SignedFractionRange
from archspec.records.record import Field, fields
from archspec.shapes.shape import Shape


def shorten(type: type[Layer], values: dict[str, Any], shape: Shape | None) -> None:
    """Leave out arguments that are what the layer would do without them."""
    kind, rank = type.__name__, 0 if shape is None else len(shape) + 1
    if values.get("data_format") == "channels_last":
        del values["data_format"]
    axis = values.get("axis")
    if isinstance(axis, list) and len(axis) == 1 and kind in ("BatchNormalization", "Concatenate"):
        values["axis"] = axis = axis[0]
    if rank and axis in (rank - 1, [rank - 1]) and axis is not True:
        default = fields(type)["axis"].default if "axis" in fields(type) else None
        if default in (-1, (-1,)):
            values["axis"] = -1
    if kind == "MultiHeadAttention":
        if values.get("value_dim") == values.get("key_dim"):
            values.pop("value_dim", None)
        axes = values.get("attention_axes")
        if rank and axes is not None and _as_list(axes) == [*range(1, rank - 1)]:
            del values["attention_axes"]
    if kind == "LayerScale" and shape and values.get("projection_dim") == shape[-1]:
        del values["projection_dim"]
    strides = values.get("strides")
    if "Pooling" in kind and strides and _same_windows(strides, values.get("pool_size", 2)):
        del values["strides"]
    if values.get("lora_alpha") is not None and values["lora_alpha"] == values.get("lora_rank"):
        del values["lora_alpha"]
    if values.get("renorm_clipping") == {}:
        del values["renorm_clipping"]
    if kind == "Normalization" and values.get("axis") == []:
        values["axis"] = None
    for name, value in values.items():
        if isinstance(value, list) and len(value) == 2 and kind not in _AS_GIVEN:
            values[name] = _range(fields(type).get(name), value)
    forward, backward = values.get("layer"), values.get("backward_layer")
    if isinstance(forward, Recurrent) and isinstance(backward, forward.__class__):
        turned = forward.replace(go_backwards=not forward.go_backwards)
        if turned.arguments() == backward.arguments():
            del values["backward_layer"]


_AS_GIVEN = ("RandomTranslation", "RandomZoom")
"""Layers that write a range, or a number for it, as it was given."""
_RANGES: dict[Any, Callable[[Any, Any], bool]] = {
    FractionRange: lambda low, high: low in (0, -high),
    SignedFractionRange: lambda low, high: low == -high,
    BitRange: lambda low, high: low == 1,
    OddSizes: lambda low, high: low == high,
}
"""Types of fields, and which of two numbers Keras makes of one: the second stands for both.

Source: `_set_factor` of keras/src/layers/preprocessing/image_preprocessing/.
"""


def _range(field: Field | None, value: list[Any]) -> Any:
    """One number for a range, where that means the same."""
    rule = _RANGES.get(field.annotation) if field is not None else None
    if rule is None or not all(type(v) in (int, float) for v in value):
        return value
    return value[1] if rule(*value) else value


def _as_list(value: Any) -> Any:
    return (
        [value]
        if isinstance(value, int)
        else list(value)
        if isinstance(value, list | tuple)
        else value
    )


def _same_windows(strides: Any, size: Any) -> bool:
    """Whether strides are those that a pooling has without them."""
    a, b = ({*v} if isinstance(v, list) else {v} for v in (strides, size))
    return strides == size or (len(a) == len(b) == 1 and a == b)
