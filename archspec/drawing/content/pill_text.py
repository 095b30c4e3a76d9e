"""A layer in one short line, with everything that makes its shapes and weights: ``Conv 3×3, 128 /2 g32``."""

import re
from functools import lru_cache
from typing import Any

from archspec.drawing.content.words import chip, equal, inner_activation, title, value_text
from archspec.layers import Layer

_UNSAID = re.compile(
    r".*_(initializer|regularizer|constraint|dropout)|dropout"
    r"|(recurrent_)?activation|data_format|dtype|epsilon|momentum|seed|x2|start|stop|step"
    r"|kernel_size|pool_size|strides|padding|dilation_rate|filters|groups|num_heads|key_dim|depth_multiplier|noise_shape"
    r"|use_bias|name|index|indices_or_sections|outputs|interpolation|rms_scaling|shape"
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
    windows = layer.windows() or ()
    found = []
    if any(w.stride > 1 for w in windows):
        found.append(f"/{equal(str(w.stride) for w in windows)}")
    if any(w.dilation > 1 for w in windows):
        found.append(f"d{equal(str(w.dilation) for w in windows)}")
    padding = windows[0].padding if windows else ""
    # A window of one point needs no border; a pool that steps by its size has none as a rule.
    steps = layer.family == "pool" and any(w.stride > 1 for w in windows)
    if any(w.kernel > 1 for w in windows) and padding != ("valid" if steps else "same"):
        found.append(str(padding))
    return found


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
            found.append(", ".join([pill_text(value), *inner_activation(value)]))
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
