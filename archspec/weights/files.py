"""Weights from the files that Keras writes: ``.keras`` and ``.weights.h5``.

Keras stores the weights of a layer under its class and a number, so that they go astray when a
layer is inserted; but it notes the layer's name beside them. So the model's own weights are
written to a file, those of the layers of the same names are copied into it, and Keras reads it
back.
"""

import json
import os
import tempfile
import zipfile
from typing import Any, NamedTuple

from archspec.emit.keras.models import ModelError
from archspec.weights.match import corresponding
from archspec.weights.named import weighted_layers
from archspec.weights.report import Difference, Shapes, WeightsReport
from archspec.weights.structure import StructureError, structure_of, structure_of_config

_OWN = "own.weights.h5"
_OTHER = "model.weights.h5"


class _Stored(NamedTuple):
    """The weights of a layer in a file: the group of the layer, and its arrays by their paths."""

    group: str
    shapes: dict[str, tuple[int, ...]]

    @property
    def told(self) -> Shapes:
        return tuple(self.shapes.values())


def load_from_file(model: Any, path: str) -> WeightsReport:
    """Load the weights of a file into a model.

    Raises:
        ModelError: the file cannot be read.
    """
    import h5py  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="archspec-") as folder:
        own = os.path.join(folder, _OWN)
        model.save_weights(own)
        try:
            weights, config = _open(path, folder)
            with h5py.File(weights, "r") as theirs, h5py.File(own, "r+") as ours:
                report = _copy(model, ours, theirs, config)
        except (OSError, KeyError, zipfile.BadZipFile, json.JSONDecodeError) as error:
            raise ModelError(f"`{path}` cannot be read: {error}") from error
        model.load_weights(own)
    return report


def _open(path: str, folder: str) -> tuple[str, dict[str, Any] | None]:
    """The file of weights, and the config of the model if it is there."""
    if not os.path.isfile(path):
        raise ModelError(f"there is no file `{path}`")
    if not zipfile.is_zipfile(path):
        return path, None
    with zipfile.ZipFile(path) as archive:
        archive.extract(_OTHER, folder)
        return os.path.join(folder, _OTHER), json.loads(archive.read("config.json"))


def _copy(model: Any, ours: Any, theirs: Any, config: dict[str, Any] | None) -> WeightsReport:
    stored_as, free = _layers(ours), _layers(theirs)
    mine = {name: stored_as[name] for name, _ in weighted_layers(model) if name in stored_as}
    report = WeightsReport()
    rest: dict[str, _Stored] = {}
    for name, stored in mine.items():
        partner = next((n for n in (name, _dotted(name), _dashed(name)) if n in free), "")
        if not partner:
            rest[name] = stored
            continue
        found = free.pop(partner)
        if found.shapes == stored.shapes:
            _transfer(ours, theirs, stored, found)
            report.loaded.append(name)
        else:
            report.different.append(Difference(name, stored.told, found.told))
    renamed = _renamed(model, config, rest, free)
    for name, stored in rest.items():
        partner = renamed.get(name, "")
        if partner in free and free[partner].shapes == stored.shapes:
            _transfer(ours, theirs, stored, free.pop(partner))
            report.renamed.append((name, partner))
        else:
            report.new.append(name)
    report.unused = list(free)
    return report


def _dotted(name: str) -> str:
    """The name that a layer on PyTorch has elsewhere."""
    return name.replace("-", ".")


def _dashed(name: str) -> str:
    """The name that a layer has on PyTorch."""
    return name.replace(".", "-")


def _renamed(
    model: Any, config: dict[str, Any] | None, ours: dict[str, _Stored], theirs: dict[str, _Stored]
) -> dict[str, str]:
    """Which of the stored layers without a namesake corresponds to which.

    Without a config it is only known that there is one of these shapes on both sides, or not.
    """
    if config is not None:
        try:
            other = structure_of_config(config["class_name"], config["config"], sizes=False)
            return corresponding(structure_of(model, sizes=False), other)
        except StructureError:
            pass
    found: dict[str, str] = {}
    for shapes in {stored.told for stored in ours.values()}:
        mine = [n for n, s in ours.items() if s.told == shapes]
        others = [n for n, s in theirs.items() if s.told == shapes]
        if len(mine) == len(others) == 1:
            found[mine[0]] = others[0]
    return found


def _layers(file: Any) -> dict[str, _Stored]:
    """The layers with weights, by the paths that their names make."""
    found: dict[str, _Stored] = {}
    _collect(file, "", found)
    return found


def _collect(group: Any, path: str, found: dict[str, _Stored]) -> None:
    for key, layer in group.get("layers", {}).items():
        name = path + (layer["vars"].attrs.get("name", key) if "vars" in layer else key)
        if "layers" in layer and len(layer["layers"]):
            _collect(layer, f"{name}/", found)
            continue
        shapes: dict[str, tuple[int, ...]] = {}
        layer.visititems(lambda at, item, shapes=shapes: _note(at, item, shapes))
        if shapes:
            found[name] = _Stored(layer.name, shapes)


def _note(path: str, item: Any, shapes: dict[str, tuple[int, ...]]) -> None:
    # The state of a random generator is no weight.
    if hasattr(item, "shape") and "seed_generator" not in path:
        shapes[path] = tuple(item.shape)


def _transfer(ours: Any, theirs: Any, stored: _Stored, found: _Stored) -> None:
    for path in stored.shapes:
        ours[f"{stored.group}/{path}"][...] = theirs[f"{found.group}/{path}"][...]
