"""The layers: one file per Keras family, one class per layer, found by its name."""

import os
import pkgutil
from functools import cache
from importlib import import_module

from archspec.diagnostics.spelling import nearest
from archspec.layers.base import Layer

_layers: dict[str, type[Layer]] = {}
_single: dict[str, type[Layer] | None] = {}
_texts: dict[str, bytes] = {}
_registered: list[type[Layer]] = []


def layer_types() -> dict[str, type[Layer]]:
    """Every layer by name: those of this package, in the order of its files, and registered ones."""
    if not _layers:
        found: dict[str, type[Layer]] = {}
        for module in _modules():
            for value in vars(import_module(f"{__name__}.{module}")).values():
                if isinstance(value, type) and issubclass(value, Layer) and not value.abstract:
                    found[value.__name__] = value
        _layers.update(found)
    return _layers


def layer_type(name: str) -> type[Layer] | None:
    """The layer of a name. Only the file that holds it is imported: a spec uses a few of them."""
    if _layers or not name[:1].isupper():
        return _layers.get(name)
    if name not in _single:
        _single[name] = _look_for(name)
    return _single[name]


def _look_for(name: str) -> type[Layer] | None:
    sign = f"class {name}(".encode()
    for module in _modules():
        if module not in _texts:
            try:
                _texts[module] = _text(module)
            except OSError:  # an installation without sources
                return layer_types().get(name)
        if sign in _texts[module]:
            found = getattr(import_module(f"{__name__}.{module}"), name, None)
            if isinstance(found, type) and issubclass(found, Layer) and not found.abstract:
                return found
    return None


@cache
def _modules() -> list[str]:
    """Those with layers, and those with operations, which are in a folder of their own."""
    operations = [os.path.join(path, "operations") for path in __path__]
    found = [m.name for m in pkgutil.iter_modules(__path__) if m.name != "base" and not m.ispkg]
    return [*found, *(f"operations.{m.name}" for m in pkgutil.iter_modules(operations))]


def _text(module: str) -> bytes:
    with open(os.path.join(__path__[0], *module.split(".")) + ".py", "rb") as file:
        return file.read()


def register(layer: type[Layer]) -> type[Layer]:
    """Make a layer of one's own known under its class name; usable as a decorator."""
    layer_types()[layer.__name__] = layer
    _registered.append(layer)
    return layer


def registered() -> int:
    """How often a layer was registered: what was read before may mean something else now."""
    return len(_registered)


__all__ = ["Layer", "layer_type", "layer_types", "nearest", "register", "registered"]
