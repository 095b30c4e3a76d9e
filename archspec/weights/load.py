"""Loading weights into a model: by name, then by structure, with a report."""

import os
from typing import Any

from archspec.weights.match import corresponding
from archspec.weights.named import weighted_layers
from archspec.weights.report import Difference, WeightsReport
from archspec.weights.structure import Structure, StructureError, structure_of

_KERAS = "keras:"


def load_weights(
    model: Any, source: Any, pretrained: str | None = "imagenet", include_top: bool | None = None
) -> WeightsReport:
    """Load weights into a Keras model and say what became of each layer.

    Args:
        model: the model whose weights change.
        source: a ``.keras`` or ``.weights.h5`` file, a Keras model, or ``keras:ResNet50``, a
            network of keras.applications, with arguments if need be:
            ``keras:MobileNet(alpha=0.25)``.
        pretrained: for the latter its weights: ``imagenet``, which Keras downloads, or a file.
        include_top: for the latter whether with its classifier; if left out, that is found out.

    A layer takes the weights of the layer of its name. One that has no such layer takes those of
    the layer that calculates the same, and is reported as renamed; so do all layers where the
    source is keras.applications. Nothing is loaded into a layer whose weights have other shapes.

    Raises:
        ModelError: the source cannot be read or downloaded.
    """
    if isinstance(source, str) and source.startswith(_KERAS):
        other = _application(model, source.removeprefix(_KERAS), pretrained, include_top)
        return load_from_model(model, other, by_name=False)
    if isinstance(source, str | os.PathLike):
        from archspec.weights.files import load_from_file

        return load_from_file(model, os.fspath(source))
    return load_from_model(model, source)


def check_source(source: str) -> None:
    """Whether keras.applications has what a source names; a file is looked for when it is read.

    Raises:
        ModelError: it has not.
    """
    from archspec.emit.keras.models import find_application

    if source.startswith(_KERAS):
        find_application(source.removeprefix(_KERAS))


def load_from_model(model: Any, other: Any, by_name: bool = True) -> WeightsReport:
    """Load the weights of another model; by name first, unless its names mean something else."""
    ours, theirs = dict(weighted_layers(model)), dict(weighted_layers(other))
    report = WeightsReport()
    structures = _structures(model, other)
    renamed = corresponding(*structures) if structures else {}
    free = dict(theirs)
    for name, layer in ours.items():
        found = free.get(name) if by_name else None
        if found is None:
            continue
        mine, others = _shapes(layer), _shapes(found)
        if mine == others:
            layer.set_weights(found.get_weights())
            report.loaded.append(name)
        else:
            report.different.append(Difference(name, mine, others))
        del free[name]
    told = {*report.loaded, *(d.name for d in report.different)}
    for name, layer in ours.items():
        if name in told:
            continue
        partner = renamed.get(name, "")
        found = free.get(partner)
        if found is not None and _shapes(found) == _shapes(layer):
            layer.set_weights(found.get_weights())
            report.renamed.append((name, partner))
            del free[partner]
        else:
            report.new.append(name)
    report.unused = list(free)
    return report


def _structures(model: Any, other: Any) -> tuple[Structure, Structure] | None:
    try:
        return structure_of(model, sizes=False), structure_of(other, sizes=False)
    except StructureError:
        return None


def _shapes(layer: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(w.shape) for w in layer.weights)


def _application(model: Any, call: str, pretrained: str | None, include_top: bool | None) -> Any:
    from archspec.emit.keras.models import application

    if include_top is None:
        whole = application(call)
        structures = _structures(model, whole)
        pairs = corresponding(*structures) if structures else {}
        *_, (last, _) = weighted_layers(whole)
        include_top = last in pairs.values()
        if pretrained is None and include_top:
            return whole
    return application(call, weights=pretrained, include_top=include_top)
