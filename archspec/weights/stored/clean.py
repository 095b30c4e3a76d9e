"""Copies of model files that Keras may read: made anew of what has been looked through."""

import json
import os
from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.weights.stored.hdf5 import Group
from archspec.weights.stored.model_file import ModelFile

_IMPORTED = ("keras_hub", "keras_cv", "keras_nlp")
"""Packages that Keras imports by itself where a config names them."""


def write_clean(file: ModelFile, folder: str) -> str:
    """Write a copy of a file of a model into a folder; gives its path.

    Optimizers' variables are left out. A ``.keras`` file becomes a folder, which Keras reads too.

    Raises:
        ModelError: weights are not all there.
    """
    import h5py  # type: ignore[import-untyped]

    assert file.config is not None
    text = json.dumps(file.config.whole)
    if file.is_legacy:
        path = os.path.join(folder, "model.h5")
        with h5py.File(path, "w") as copy:
            copy.attrs["model_config"] = text
            _copy(file, file.weights, copy.create_group("model_weights"))
        return path
    path = os.path.join(folder, "model")
    os.mkdir(path)
    for name, content in (("config.json", text), ("metadata.json", "{}")):
        with open(os.path.join(path, name), "w", encoding="utf-8") as config:
            config.write(content)
    with h5py.File(os.path.join(path, "model.weights.h5"), "w") as copy:
        _copy(file, file.root, copy)
    for name, data in file.assets.items():
        place = os.path.join(path, *name.split("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as asset:
            asset.write(data)
    return path


def _copy(file: ModelFile, group: Group, copy: Any) -> None:
    for name, value in group.attributes.items():
        if value is not None:
            copy.attrs[name] = [v.encode() for v in value] if isinstance(value, list) else value
    for name, member in group.members.items():
        if isinstance(member, Group):
            if name != "optimizer" or group is not file.root:
                _copy(file, member, copy.create_group(name))
            continue
        values = file.read(member)
        copy[name] = values
        if member.type.name == "bfloat16":
            copy[name].attrs["dtype"] = "bfloat16"


def count_values(file: ModelFile) -> int:
    """How many numbers there are in the weights of a file; optimizers' are none."""
    arrays = file.weights.arrays()
    return sum(array.size for path, array in arrays if not path.startswith("optimizer/"))


def check_modules(file: ModelFile) -> None:
    """Refuse a config with which Keras would import more than itself.

    What it imports by itself are the packages of its own family, where a config names them, and
    it takes classes of nobody else that have not been registered.

    Raises:
        ModelError: it would.
    """
    import sys

    assert file.config is not None
    for module in _modules(file.config.whole):
        package = module.partition(".")[0]
        if package in _IMPORTED and package not in sys.modules:
            raise file.refused(f"its config is of {visible(package)}: import that before")


def _modules(config: Any) -> Iterator[str]:
    """Every module that a config names."""
    waiting = [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("module"), str):
                yield value["module"]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
