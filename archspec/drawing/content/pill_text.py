"""A layer in one short line, with everything that makes its shapes and weights: ``Conv 3×3, 128 /2 g32``."""

import re
from functools import lru_cache
from typing import Any

from archspec.drawing.content.words import (
    chip,
    equal,
    inner_activation,
    inner_layers,
    title,
    value_text,
)
from archspec.layers import Layer

_UNSAID = re.compile(
    r".*_(initializer|regularizer|constraint|dropout)|dropout"
    r"|(recurrent_)?activation|data_format|dtype|epsilon|momentum|seed|x2|start|stop|step"
    r"|kernel_size|pool_size|strides|padding|dilation_rate|filters|groups|num_heads|key_dim|depth_multiplier|noise_shape"
    r"|use_bias|unit_forget_bias|training|name|index|indices_or_sections|outputs|interpolation|rms_scaling|shape"
    r"|keepdims|mask_zero|unroll|zero_output_for_mask|stateful|alpha|beta|bias|threshold|supports_masking"
    r"|units|output_dim|rate|stddev|cropping|size|target_shape"
)
"""Arguments that change neither shapes nor weights, or that the text says in its own words."""
_WORDS = {
    "return_sequences": "all steps",
    "return_state": "with states",
    "go_backwards": "backwards",
    "center": "center",
    "scale": "scale",
}


@lru_cache(4096)
def pill_text(layer: Layer) -> str:
    """The line; without its bias, of which what stands beside it decides whether it must be told."""
    values = layer.arguments()
    said = title(layer)
    if "filters" in values:
        said += f", {values['filters']}"
    if "num_heads" in values:
        size = f"×{values['key_dim']}" if "key_dim" in values else ""
        said += f", {values['num_heads']}{size} heads"
    return " ".join([said, *_windows(layer), *_counted(layer), *_further(layer)])


def fused_text(layer: Layer) -> str:
    """The same for a layer that is fused into another one: ``BN``, ``Leaky ReLU negative slope 0.1``."""
    return chip(layer) + pill_text(layer).removeprefix(title(layer))


def _windows(layer: Layer) -> list[str]:
    steps = _steps(layer)
    found = []
    if any(stride > 1 for _, stride, _ in steps):
        found.append(f"/{equal(str(stride) for _, stride, _ in steps)}")
    if any(dilation > 1 for _, _, dilation in steps):
        found.append(f"d{equal(str(dilation) for _, _, dilation in steps)}")
    if border := _border(layer, steps):
        found.append(border)
    return found


def _steps(layer: Layer) -> list[tuple[int, int, int]]:
    """Kernel, stride and dilation along each axis."""
    if windows := layer.windows():
        return [(w.kernel, w.stride, w.dilation) for w in windows]
    values = layer.arguments(defaults=True)
    found: list[tuple[int, ...]] = []
    for name in ("kernel_size", "strides", "dilation_rate"):
        value = values.get(name)
        if not isinstance(value, tuple) or not value:
            return []
        found.append(value * len(found[0]) if found and len(value) == 1 else value)
    kernel, strides, dilation = found
    return list(zip(kernel, strides, dilation, strict=False))


def _border(layer: Layer, steps: list[tuple[int, int, int]]) -> str:
    """The padding, where it matters and is not what one expects."""
    windows = layer.windows()
    padding = windows[0].padding if windows else layer.arguments(defaults=True).get("padding")
    if not steps or not isinstance(padding, str):
        return ""
    reach = [((kernel - 1) * dilation + 1, stride) for kernel, stride, dilation in steps]
    if not windows and layer.family == "conv":  # transposed: what is beyond a step adds to the size
        exact = layer.arguments().get("output_padding") is not None
        adds = exact or any(r > stride for r, stride in reach)
        return padding if padding != "same" and adds else ""
    if all(r == 1 for r, _ in reach):
        return ""
    pools = layer.family == "pool" and any(stride > 1 for _, stride in reach)
    return padding if padding != ("valid" if pools else "same") else ""


def _counted(layer: Layer) -> list[str]:
    values = layer.arguments(defaults=True)
    found = []
    for name, sign in (("groups", "g"), ("depth_multiplier", "×")):
        number = values.get(name)
        if isinstance(number, int) and number != 1:
            found.append(f"{sign}{number}")
    return found


def _further(layer: Layer) -> list[str]:
    """Arguments of which nobody thinks: not Keras's own, and not told yet."""
    found = []
    for name, value in layer.arguments().items():
        if isinstance(value, Layer):
            said = ", ".join([pill_text(value), *inner_activation(value)])
            found.append(said + inner_layers(value))
        elif value_text(value) in layer.label():
            continue
        elif not _UNSAID.fullmatch(name):
            found.append(_argument(name, value))
    return found


def _argument(name: str, value: Any) -> str:
    word = _WORDS.get(name) or name.removeprefix("use_").replace("_", " ")
    if value is None or value is False:
        return f"no {word}"
    if value is True:
        return word
    return f"{word} {value_text(value, ', ')}"
