"""Weights as Keras 2 laid them in HDF5: a group for each layer, and their order in attributes."""

import re
from typing import Any, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.weights.pairing.report import Shapes
from archspec.weights.stored.hdf5 import Array, Group
from archspec.weights.stored.model_file import Config, ModelFile, texts


class Stored(NamedTuple):
    """The weights of a layer, by their names below the layer, ``query/kernel``, in their order."""

    arrays: list[tuple[str, Array]]

    @property
    def shapes(self) -> Shapes:
        """Their shapes in order."""
        return tuple(array.shape for _, array in self.arrays)


def stored_layers(file: ModelFile) -> dict[str, Stored]:
    """The layers of a file that have weights; those of models in the model by their paths."""
    nested = _nested(file.config)
    found: dict[str, Stored] = {}
    for layer in texts(file.weights, "layer_names"):
        group = _find(file.weights, layer)
        if not isinstance(group, Group):
            continue
        named = [(name, _find(group, name)) for name in texts(group, "weight_names")]
        arrays = [(name, array) for name, array in named if isinstance(array, Array)]
        if len(arrays) < len(named):
            raise file.refused(f"weights of the layer `{visible(layer)}` are missing")
        for name, weights in _divided(layer, arrays, nested).items():
            found[name] = Stored(weights)
    return found


def _find(group: Group, path: str) -> "Group | Array | None":
    found: Group | Array | None = group
    for name in path.split("/"):
        found = found.members.get(name) if isinstance(found, Group) else None
    return found


def _divided(
    layer: str, arrays: list[tuple[str, Array]], nested: dict[str, dict[str, str]] | None
) -> dict[str, list[tuple[str, Array]]]:
    """The weights of a layer, or of the layers of a model in the model."""
    heads = {name.partition("/")[0] for name, _ in arrays if "/" in name}
    if nested is not None:
        divided = layer in nested
    else:  # a layer may have got a number after its name: conv1_2/kernel
        own = re.compile(re.escape(layer) + r"(_\d+)?")
        divided = len(heads) > 1 or not all(own.fullmatch(head) for head in heads)
    found: dict[str, list[tuple[str, Array]]] = {}
    for name, array in arrays:
        head, _, below = (
            name.rpartition(":")[0].partition("/") if ":" in name else name.partition("/")
        )
        if not divided:
            found.setdefault(layer, []).append((below or head, array))
            continue
        # Names of models further inside do not count, but an outer model's may: base/conv1/kernel.
        if head == layer and "/" in below:
            head, _, below = below.partition("/")
        path = (nested or {}).get(layer, {}).get(head, f"{layer}/{head}")
        found.setdefault(path, []).append((below or head, array))
    return found


def _nested(config: Config | None) -> dict[str, dict[str, str]] | None:
    """For each model in the model the paths of the layers in it, by their names."""
    if config is None:
        return None
    found: dict[str, dict[str, str]] = {}
    for layer, inside in _models(config.config):
        paths = found[layer] = {}
        waiting = [(f"{layer}/", inside)]
        while waiting:
            path, model = waiting.pop()
            for entry in _entries(model):
                paths.setdefault(entry[0], path + entry[0])
            waiting += [(f"{path}{name}/", inner) for name, inner in _models(model)]
    return found


def _entries(config: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Names and configs of the layers of a model."""
    found = []
    layers = config.get("layers")
    for entry in layers if isinstance(layers, list) else ():
        inner = entry.get("config") if isinstance(entry, dict) else None
        if entry and isinstance(inner, list):
            inner = {"layers": inner}
        if isinstance(inner, dict):
            found.append((str(entry.get("name") or inner.get("name")), inner))
    return found


def _models(config: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, inner) for name, inner in _entries(config) if "layers" in inner]


def ordered(layer: Any, stored: Stored) -> "list[Array] | None":
    """The stored arrays in the order of a Keras layer's weights; None if they do not fit.

    Names decide where they are the same: the vectors of a BatchNormalization look alike.
    """
    weights = [(_below(w.path, layer.name), tuple(w.shape)) for w in layer.weights]
    if len(weights) != len(stored.arrays):
        return None
    arrays = [array for _, array in stored.arrays]
    for own, theirs in (
        ([n for n, _ in weights], [n for n, _ in stored.arrays]),
        (
            [n.rpartition("/")[2] for n, _ in weights],
            [n.rpartition("/")[2] for n, _ in stored.arrays],
        ),
    ):
        if len({*own}) == len(own) and {*own} == {*theirs}:
            arrays = [stored.arrays[theirs.index(name)][1] for name in own]
            break
    return arrays if [a.shape for a in arrays] == [shape for _, shape in weights] else None


def _below(path: str, layer: str) -> str:
    """The path of a variable below its layer."""
    parts = path.split("/")
    return "/".join(parts[parts.index(layer) + 1 :]) if layer in parts[:-1] else parts[-1]
