"""The layers: one file per Keras family, one class per layer, found by its name."""

import pkgutil
from importlib import import_module

from archspec.layers.base import Layer
from archspec.spelling import nearest

_layers: dict[str, type[Layer]] = {}
_registered: list[type[Layer]] = []


def layer_types() -> dict[str, type[Layer]]:
    """Every layer by name: those of this package, in the order of its files, and registered ones."""
    if not _layers:
        found: dict[str, type[Layer]] = {}
        for module in pkgutil.iter_modules(__path__):
            if module.name != "base":
                family = import_module(f"{__name__}.{module.name}")
                for value in vars(family).values():
                    if isinstance(value, type) and issubclass(value, Layer) and not value.abstract:
                        found[value.__name__] = value
        _layers.update(found)
    return _layers


def register(layer: type[Layer]) -> type[Layer]:
    """Make a layer of one's own known under its class name; usable as a decorator."""
    layer_types()[layer.__name__] = layer
    _registered.append(layer)
    return layer


def registered() -> int:
    """How often a layer was registered: what was read before may mean something else now."""
    return len(_registered)


__all__ = ["Layer", "layer_types", "nearest", "register", "registered"]
