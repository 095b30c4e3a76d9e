"""What a layer is called on a picture: from its name, its arguments and its windows."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from archspec.layers import Layer
from archspec.layers.network import Network
from archspec.shapes.shape import format_shape

_PARTS = re.compile(r"(?<=[a-z])(?!LU)(?=[A-Z])|(?<=[A-Z])(?!ReLU)(?=[A-Z][a-z])")

_RANK = re.compile(r"([123])D(?=[A-Z]|$)")
"""1D, 2D or 3D in a layer's name; 2D goes without saying."""

_UNSAID = re.compile(
    r".*_(initializer|regularizer|constraint|dropout)"
    r"|activation|recurrent_activation|use_bias|data_format|dtype|epsilon|momentum|seed|scale|center"
    r"|kernel_size|pool_size|strides|padding|dilation_rate|axis|name|return_.*|keepdims"
    r"|x2|index|start|stop|step|indices_or_sections|outputs"
    r"|mask_zero|unroll|zero_output_for_mask|stateful|alpha|beta|bias|threshold|shape"
)
"""Arguments that are in the tooltip, not on the card, or that the card says in its own words."""
_COUNTED = {"filters": "filters", "groups": "groups", "num_heads": "heads"}
"""Arguments that count something: ``96 filters``."""
_TITLED = ("units", "output_dim", "rate", "stddev", "padding", "cropping", "size", "target_shape")
"""Arguments that stand in the title: ``Dense 4096``."""

_BORDERS = ("padding", "cropping")
_LISTED = ("axes", "indices", "pad_width", "repeats", "shift")
"""Arguments whose numbers are no sizes."""

_MOST_DETAILS = 10

_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "swish": "Swish",
    "glu": "GLU",
}


def words(name: str) -> str:
    """A class's or a block's name as words: ``MaxPooling2D`` is ``Max pooling``."""
    name = _RANK.sub(lambda m: "" if m[1] == "2" else f" {m[0]} ", name)
    if "_" in name or name.islower():
        parts = name.replace("_", " ").split()
    else:
        parts = _PARTS.sub(" ", name).split()
    rest = [_lower(p) for p in parts[1:]]
    first = parts[0] if parts else name
    return " ".join([first[:1].upper() + first[1:], *rest])


def _lower(part: str) -> str:
    if len(part) == 1:
        return part.upper()
    return part if part[:2].isupper() or "LU" in part or part[-1] == "D" else part.lower()


def activation_word(value: Any) -> str:
    """How an activation is written: ``ReLU``."""
    name = str(value)
    return _ACTIVATIONS.get(name) or words(name)


@lru_cache(4096)
def title(layer: Layer) -> str:
    """``Conv 11×11``, ``Dense 4096``, ``Max pooling 3×3``."""
    values = layer.arguments()
    said = layer.label()
    if not said and layer.family == "activation" and "activation" in values:
        said = activation_word(values["activation"])
    said = said or words(type(layer).__name__)
    windows = layer.windows()
    values = layer.arguments(defaults=True)
    if windows:
        said += " " + "×".join(str(w.kernel) for w in windows)
    elif isinstance(values.get("kernel_size"), tuple):
        said += " " + "×".join(map(str, values["kernel_size"]))
    for name in _TITLED:
        value = values.get(name)
        if name in _BORDERS and not isinstance(value, tuple):
            continue
        if value is not None:
            said += f" {value_text(value, ', ' if name in _BORDERS else '×')}"
            break
    return said


@lru_cache(4096)
def details(layer: Layer) -> tuple[str, ...]:
    """What a card says below the title: ``96 filters, stride 4``."""
    values = layer.arguments()
    found = [f"{values[name]} {word}" for name, word in _COUNTED.items() if name in values]
    windows = layer.windows()
    if windows:
        found += _of_windows(windows)
    elif isinstance(values.get("strides"), tuple):
        found.append(f"stride {equal(map(str, values['strides']))}")
    for name, value in values.items():
        if name in _COUNTED or name in _TITLED or _UNSAID.fullmatch(name):
            continue
        if isinstance(value, Layer):
            said = ", ".join([title(value), *details(value), *inner_activation(value)])
            found.append(said + inner_layers(value))
        elif isinstance(value, bool) or value is None:
            found.append(name.replace("_", " ") if value else f"{name.replace('_', ' ')} off")
        else:
            between = ", " if name in _LISTED else "×"
            found.append(f"{name.replace('_', ' ')} {value_text(value, between)}")
    # A layer with so many arguments is one of a plugin.
    return (*found[: _MOST_DETAILS - 1], "…") if len(found) > _MOST_DETAILS else tuple(found)


def inner_activation(layer: Layer) -> list[str]:
    """That of a layer in another one, which has no chip."""
    own = own_activation(layer)
    return [activation_word(own)] if own else []


def inner_layers(layer: Layer) -> str:
    """``  ·  6 layers`` of a block that is one layer; empty for others."""
    if not isinstance(layer, Network):
        return ""
    count = len(layer.nodes) - 1  # the first one is the input
    return f"  ·  {count:,} layers" if count != 1 else "  ·  1 layer"


@lru_cache(4096)
def chip(layer: Layer) -> str:
    """A layer that is fused into another one: ``BN``, ``ReLU``, ``Dropout 0.5``."""
    return layer.symbol or title(layer)


def own_activation(layer: Layer) -> str:
    """The activation that a layer has as an argument, or empty."""
    value = layer.arguments().get("activation")
    # Families whose layers are activations say it in their title.
    return "" if value in (None, "linear") or layer.family == "activation" else str(value)


def _of_windows(windows: Iterable[Any]) -> list[str]:
    windows = list(windows)
    found = []
    strides = [w.stride for w in windows]
    if any(s > 1 for s in strides):
        found.append(f"stride {equal(map(str, strides))}")
    if any(w.dilation > 1 for w in windows):
        found.append(f"dilation {equal(str(w.dilation) for w in windows)}")
    padding = windows[0].padding
    if padding != "valid" and any(w.kernel > 1 for w in windows):
        found.append(padding)
    return found


def equal(texts: Iterable[str], between: str = "×") -> str:
    """What all texts say, said once; all of them if they differ."""
    texts = list(texts)
    return texts[0] if len(set(texts)) == 1 else between.join(texts)


def value_text(value: Any, between: str = "×") -> str:
    """A value in few characters: nested pairs that say one thing say it once."""
    if isinstance(value, tuple):
        flat = equal((value_text(v, between) for v in value), between) if value else "none"
        return flat if len(flat) <= 24 else flat[:23] + "…"
    if isinstance(value, float):
        return f"{value:g}"
    if value is None:
        return "?"
    text = str(value)
    return text if len(text) <= 24 else text[:23] + "…"


def count(number: int) -> str:
    """Three digits: ``34.9 K``, ``62.4 M``."""
    for size, unit in ((10**12, " T"), (10**9, " G"), (10**6, " M"), (10**3, " K")):
        if number >= size * (0.9995 if size > 1000 else 1):  # not 1000 K
            value = number / size
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            text = f"{value:.{digits}f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) + unit
    return str(number)


def params(number: int, frozen: bool = False) -> str:
    """``34.9 K params``."""
    return f"{count(number)} params{', frozen' if frozen else ''}" if number else ""


def shape(sizes: tuple[int | None, ...]) -> str:
    """``55×55×96``."""
    return format_shape(sizes)
