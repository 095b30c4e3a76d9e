"""The layers: one file per Keras family, one class per layer, found by its name."""

import difflib
import pkgutil
from importlib import import_module

from archspec.layers.base import Layer

_layers: dict[str, type[Layer]] = {}


def layer_types() -> dict[str, type[Layer]]:
    """Every layer by name: those of this package, in the order of its files, and registered ones."""
    if not _layers:
        for module in pkgutil.iter_modules(__path__):
            if module.name != "base":
                family = import_module(f"{__name__}.{module.name}")
                for value in vars(family).values():
                    if isinstance(value, type) and issubclass(value, Layer) and not value.abstract:
                        _layers[value.__name__] = value
    return _layers


def register(layer: type[Layer]) -> type[Layer]:
    """Make a layer of one's own known under its class name; usable as a decorator."""
    layer_types()[layer.__name__] = layer
    return layer


def nearest(word: str, words: list[str]) -> str | None:
    """The known word that someone probably meant."""
    lower = {w.lower(): w for w in words}
    if word.lower() in lower:
        return lower[word.lower()]
    plain = {w.lower().replace("_", "").replace("-", ""): w for w in words}
    bare = word.lower().replace("_", "").replace("-", "")
    if bare in plain:
        return plain[bare]
    found = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else None


__all__ = ["Layer", "layer_types", "nearest", "register"]
