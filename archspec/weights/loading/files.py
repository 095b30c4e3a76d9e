"""Weights from the files that Keras writes, and that Keras 2 wrote.

Keras stores the weights of a layer under its class and a number, so that they go astray when a
layer is inserted; but it notes the layer's name beside them. So the model's own weights are
written to a file, those of the layers of the same names are copied into it, and Keras reads it
back. The file of somebody else is never read by Keras.
"""

import os
import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.weights.loading import keras2
from archspec.weights.loading.unnamed import names_of_keys
from archspec.weights.pairing.match import corresponding
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.pairing.pairs import Sides, pair
from archspec.weights.pairing.report import Shapes, WeightsReport
from archspec.weights.pairing.wrapped import inner_configs
from archspec.weights.stored.hdf5 import Array, Group
from archspec.weights.stored.model_file import ModelFile
from archspec.weights.structure.structure import StructureError, structure_of, structure_of_config

_OWN = "own.weights.h5"


class _Stored(NamedTuple):
    """The weights of a layer in a file."""

    group: str
    """The path of its group."""
    arrays: dict[str, Array]
    """Its arrays by their paths below that."""
    named: bool
    """Whether the file says the layer's name."""

    @property
    def shapes(self) -> Shapes:
        return tuple(array.shape for array in self.arrays.values())

    def like(self, other: "_Stored") -> bool:
        """Whether the arrays have the same paths and shapes."""
        return self.arrays.keys() == other.arrays.keys() and self.shapes == other.shapes


def load_from_file(model: Any, path: str, by_name: bool = True) -> WeightsReport:
    """Load the weights of a file into a model; nothing if none of them fits.

    By name first, unless the names of the file mean something else.

    Raises:
        ModelError: the file cannot be read.
    """
    with ModelFile(path) as file:
        load = _load_keras2 if file.is_legacy else _load
        return load(model, file, by_name)


def _load_keras2(model: Any, file: ModelFile, by_name: bool) -> WeightsReport:
    ours = dict(weighted_layers(model))
    theirs = keras2.stored_layers(file)
    shapes = {name: tuple(tuple(w.shape) for w in layer.weights) for name, layer in ours.items()}
    sides = Sides(
        shapes,
        {name: stored.shapes for name, stored in theirs.items()},
        lambda name, other: keras2.ordered(ours[name], theirs[other]) is not None,
    )
    pairs, report = pair(sides, lambda: _corresponding(model, file, theirs), by_name)
    values = {
        name: [file.read(array) for array in keras2.ordered(ours[name], theirs[other]) or ()]
        for name, other in pairs.items()
    }
    for name, arrays in values.items():  # only once all have been read
        ours[name].set_weights(arrays)
    return report


def _load(model: Any, file: ModelFile, by_name: bool) -> WeightsReport:
    import h5py  # type: ignore[import-untyped]

    theirs = _named(dict(_layers(file.weights)), file)
    with tempfile.TemporaryDirectory(prefix="archspec-") as folder:
        own = os.path.join(folder, _OWN)
        model.save_weights(own)
        with ModelFile(own) as written:
            known = dict(_layers(written.root))
        ours = {name: known[name] for name, _ in weighted_layers(model) if name in known}
        theirs = _like_ours(theirs, ours, file)
        with h5py.File(own, "r+") as opened:
            sides = Sides(
                {name: stored.shapes for name, stored in ours.items()},
                {name: stored.shapes for name, stored in theirs.items()},
                lambda name, other: ours[name].like(theirs[other]),
            )
            pairs, report = pair(sides, lambda: _corresponding(model, file, theirs), by_name)
            for name, other in pairs.items():
                for path, array in theirs[other].arrays.items():
                    opened[f"{ours[name].group}/{path}"][...] = file.read(array)
        if pairs:
            model.load_weights(own)
    return report


def _corresponding(model: Any, file: ModelFile, stored: Any) -> dict[str, str] | None:
    """Our layers, and those of the file that calculate the same; None if it does not say."""
    if file.config is None:
        return None
    found: dict[str, str] = {}
    for path, kind, config in inner_configs(file.config.kind, file.config.config, list(stored)):
        try:
            other = structure_of_config(kind, config, sizes=False)
            pairs = corresponding(structure_of(model, sizes=False), other)
        except StructureError:
            continue
        found = {name: path + partner for name, partner in pairs.items()} | found
    return found or None


def _named(theirs: dict[str, _Stored], file: ModelFile) -> dict[str, _Stored]:
    """Layers of a file that knows no names by those of its config."""
    if file.config is None or any(stored.named for stored in theirs.values()):
        return theirs
    names = names_of_keys(file.config.config)
    return {names.get(key, key): stored for key, stored in theirs.items()}


def _like_ours(
    theirs: dict[str, _Stored], ours: dict[str, _Stored], file: ModelFile
) -> dict[str, _Stored]:
    """Layers of a file that knows no names at all by ours, if these are the same layers."""
    if file.config is not None or any(stored.named for stored in theirs.values()):
        return theirs
    places = {stored.group: name for name, stored in ours.items()}
    names = {key: places.get(stored.group, "") for key, stored in theirs.items()}
    same = len(theirs) == len(ours) and all(
        name and ours[name].like(theirs[key]) for key, name in names.items()
    )
    return {names[key]: stored for key, stored in theirs.items()} if same else theirs


def _layers(group: Group, path: str = "", place: str = "") -> Iterator[tuple[str, _Stored]]:
    """The layers with weights, by the paths that their names make."""
    layers = group.group("layers") or group.group("_layer_checkpoint_dependencies")
    for key, layer in layers.members.items() if layers else ():
        if not isinstance(layer, Group):
            continue
        variables = layer.group("vars")
        told = variables.attributes.get("name") if variables else None
        name = path + str(told or key)
        there = f"{place}layers/{key}"
        below = list(_layers(layer, f"{name}/", f"{there}/"))
        if below:
            yield from below
            continue
        # The state of a random generator is no weight.
        arrays = {p: a for p, a in layer.arrays() if "seed_generator" not in p}
        if arrays:
            yield name, _Stored(there, arrays, bool(told))
