"""Loading weights into a model: by name, then by structure, with a report."""

import os
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.weights.loading.applications import KERAS
from archspec.weights.loading.files import load_from_file
from archspec.weights.pairing.match import corresponding
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.pairing.pairs import Sides, pair
from archspec.weights.pairing.report import WeightsReport
from archspec.weights.stored.error import ModelError
from archspec.weights.stored.model_file import ModelFile
from archspec.weights.structure.structure import StructureError, structure_of
from archspec.weights.structure.vertices import Structure


def load_weights(
    model: Any,
    source: Any,
    pretrained: str | None = "imagenet",
    include_top: bool | None = None,
    by_name: bool = True,
) -> WeightsReport:
    """Load weights into a Keras model and say what became of each layer.

    Args:
        model: the model whose weights change.
        source: a ``.keras`` or ``.weights.h5`` file, an ``.h5`` file of Keras 2 (weights, or a
            whole model), a Keras model, or ``keras:ResNet50``, a network of keras.applications,
            with arguments if need be: ``keras:MobileNet(alpha=0.25)``.
        pretrained: for the latter its weights: ``imagenet``, which Keras downloads, or a file.
        include_top: for the latter whether with its classifier; if left out, that is found out.
        by_name: whether equal names mean anything.

    A layer takes the weights of the layer of its name, or of that name under a prefix where one
    network is a block or a model in the other (``base.conv1``, ``lenet/conv1``). One that has no
    such layer takes those of the layer that calculates the same, and is reported as renamed; so
    do all layers where the source is keras.applications. Nothing is loaded into a layer whose
    weights have other shapes.

    Raises:
        ModelError: the source cannot be read or downloaded, or no layer takes weights.
    """
    report = _load(model, source, pretrained, include_top, by_name)
    if not report.loaded and not report.renamed:
        named = f"`{visible(os.fspath(source))}`" if isinstance(source, str | os.PathLike) else "it"
        raise ModelError(f"weights of {named} reach no layer: {_compared(report)}")
    return report


def _load(
    model: Any, source: Any, pretrained: str | None, include_top: bool | None, by_name: bool
) -> WeightsReport:
    if isinstance(source, str) and source.startswith(KERAS):
        other = _application(model, source.removeprefix(KERAS), pretrained, include_top)
        return load_from_model(model, other, by_name=False)
    if isinstance(source, str | os.PathLike):
        return load_from_file(model, os.fspath(source), by_name)
    return load_from_model(model, source, by_name)


def _compared(report: WeightsReport) -> str:
    """What the layers without weights are, and those whose weights were left, in a few words."""
    left = [*(d.name for d in report.different), *report.unused]
    mine, others = _named(report.without), _named(left)
    return f"the model has {mine}, there are weights of {others}"


def _named(names: list[str]) -> str:
    """The first names, and that there are more."""
    told = ", ".join(f"`{visible(name)}`" for name in names[:3]) or "no layer"
    return told + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def check_source(source: str) -> None:
    """Whether there is what a source names: in keras.applications, or as a file of weights.

    Raises:
        ModelError: there is not.
    """
    from archspec.weights.loading.models import find_application

    if source.startswith(KERAS):
        find_application(source.removeprefix(KERAS))
    else:
        ModelFile(source).close()


def load_from_model(model: Any, other: Any, by_name: bool = True) -> WeightsReport:
    """Load the weights of another model; by name first, unless its names mean something else."""
    ours, theirs = dict(weighted_layers(model)), dict(weighted_layers(other))
    mine = {name: _shapes(layer) for name, layer in ours.items()}
    others = {name: _shapes(layer) for name, layer in theirs.items()}

    def corresponding_layers() -> dict[str, str]:
        structures = _structures(model, other)
        return corresponding(*structures) if structures else {}

    sides = Sides(mine, others, lambda name, partner: mine[name] == others[partner])
    pairs, report = pair(sides, corresponding_layers, by_name)
    for name, partner in pairs.items():
        ours[name].set_weights(theirs[partner].get_weights())
    return report


def _structures(model: Any, other: Any) -> tuple[Structure, Structure] | None:
    try:
        return structure_of(model, sizes=False), structure_of(other, sizes=False)
    except StructureError:
        return None


def _shapes(layer: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(w.shape) for w in layer.weights)


def _application(model: Any, call: str, pretrained: str | None, include_top: bool | None) -> Any:
    from archspec.weights.loading.models import application

    if include_top is None:
        whole = application(call)
        structures = _structures(model, whole)
        pairs = corresponding(*structures) if structures else {}
        *_, (last, _) = weighted_layers(whole)
        include_top = last in pairs.values()
        if pretrained is None and include_top:
            return whole
    if pretrained is None or not os.path.isfile(pretrained):
        return application(call, weights=pretrained, include_top=include_top)
    other = application(call, include_top=include_top)
    report = load_from_file(other, pretrained)
    if report.without:
        raise ModelError(f"`{visible(pretrained)}` has no weights for {_named(report.without)}")
    return other
