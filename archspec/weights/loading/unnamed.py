"""Files of Keras 3.0 to 3.6 and TensorFlow 2.12 on: they know layers by class and number only.

A model's layers are numbered for each class in their order: ``conv2d``, ``conv2d_1``. The config
says which layer that is; without a config only a model of the same layers does.
"""

import re
from typing import Any

from archspec.weights.structure.nodes import MODELS


def names_of_keys(config: dict[str, Any], path: str = "", keys: str = "") -> dict[str, str]:
    """The paths of the layers of a model by the paths under which a file has them."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    layers = config.get("layers")
    for entry in layers if isinstance(layers, list) else ():
        kind = entry.get("class_name") if isinstance(entry, dict) else None
        inner = entry.get("config") if isinstance(kind, str) else None
        if not isinstance(inner, dict):
            continue
        word = _snake_case(str(kind))
        number = counts[word] = counts.get(word, -1) + 1
        key = f"{keys}{word}_{number}" if number else f"{keys}{word}"
        name = f"{path}{entry.get('name') or inner.get('name')}"
        found[key] = name
        if kind in MODELS:
            found |= names_of_keys(inner, f"{name}/", f"{key}/")
    return found


def _snake_case(name: str) -> str:
    """As Keras does it: ``Conv2D`` is ``conv2d``, ``DepthwiseConv2D`` is ``depthwise_conv2d``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
