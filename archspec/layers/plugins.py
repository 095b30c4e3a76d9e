"""Layers of one's own: from a module that is named, or from packages that are installed.

A package offers layers by an entry point of the group ``archspec.layers``, whose value is a module
or a class. Packages are only searched when a spec has a word that nothing else explains.
"""

import importlib.util
import os
import sys
import warnings
from types import ModuleType

from archspec.layers import Layer, layer_type, layer_types, register
from archspec.records.record import fields

GROUP = "archspec.layers"
_searched: list[bool] = []


class PluginError(Exception):
    """A module that cannot be used as a plugin."""


def find_layer(word: str) -> type[Layer] | None:
    """The layer of a name; one that is not known is looked for in installed packages.

    So is one that gives way: a package may have a layer of its name that is older.
    """
    found = layer_type(word)
    if (found is None or found.gives_way) and word[:1].isupper() and not _searched:
        _searched.append(True)
        _load_installed()
        found = layer_type(word)
    return found


def load_plugin(name: str) -> list[str]:
    """Make the layers of a module known, and give their names.

    Args:
        name: of a module, found from the current folder too, or path of a ``.py`` file.

    Raises:
        PluginError: it cannot be imported, has no layers, or one of them is not complete.
    """
    try:
        module = _module(name)
    except PluginError:
        raise
    except Exception as error:  # whatever the module does
        raise PluginError(f"{name}: {type(error).__name__}: {error}") from error
    found = _layers_of(module)
    if not found:
        raise PluginError(f"{name} defines no layer: a class derived from archspec.layers.Layer")
    for layer in found:
        _take(layer)
    return [layer.__name__ for layer in found]


def _module(name: str) -> ModuleType:
    if name.endswith(".py") or os.sep in name:
        return _file(name)
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        folder = os.getcwd()
        if folder in sys.path:
            raise PluginError(f"there is no module `{name}`")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            sys.path.remove(folder)
            raise PluginError(f"there is no module `{name}`, not in this folder either")
    return importlib.import_module(name)


def _file(path: str) -> ModuleType:
    name = os.path.splitext(os.path.basename(path))[0]
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == os.path.abspath(path):
        return known
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(path))
    if spec is None or spec.loader is None or not os.path.isfile(path):
        raise PluginError(f"there is no Python file `{path}`")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _layers_of(module: ModuleType) -> list[type[Layer]]:
    """The layers that a module defines itself."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Layer)
        and not value.abstract
        and value.__module__ == module.__name__
    ]


def _take(layer: type[Layer]) -> None:
    """Register a layer after looking whether it is one."""
    name = layer.__name__
    known = layer_types().get(name)
    if known is not None and known.__module__.startswith("archspec.") and not known.gives_way:
        raise PluginError(f"{name} is a layer of archspec already: give yours another name")
    if not name[:1].isupper():
        raise PluginError(f"the name of a layer begins with a capital: not {name}")
    if layer.output_shape is Layer.output_shape and layer.output_shapes is Layer.output_shapes:
        raise PluginError(f"{name} has no `output_shape`")
    try:
        fields(layer)
    except TypeError as error:
        raise PluginError(f"{name}: {error}; archspec.records.arguments has the types") from error
    register(layer)


def _load_installed() -> None:
    if not any(map(_may_offer, sys.path)):
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        try:
            value = point.load()
            for layer in _layers_of(value) if isinstance(value, ModuleType) else [value]:
                _take(layer)
        except Exception as error:  # one broken package must not stop the others
            warnings.warn(f"plugin {point.name} ({point.value}): {error}", stacklevel=2)


def _may_offer(path: str) -> bool:
    """Whether a package in a folder of the path may have layers; in an archive, one always may.

    Importing what reads entry points costs more than this.
    """
    if os.path.isfile(path):
        return True
    try:
        names = os.listdir(path or os.curdir)
    except OSError:
        return False
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            try:
                with open(os.path.join(path, name, "entry_points.txt"), "rb") as file:
                    if GROUP.encode() in file.read():
                        return True
            except OSError:
                continue
    return False
