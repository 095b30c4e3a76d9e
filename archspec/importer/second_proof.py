"""The second proof, asked of whatever a spec was imported from."""

import os
from importlib.util import find_spec
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.importer.bring import REPORT
from archspec.importer.prove_built import BuiltProof, prove_outputs, prove_structure
from archspec.importer.read.files import open_config
from archspec.importer.sources import KERAS, Origin
from archspec.infer.infer import ShapedGraph
from archspec.weights.stored.error import ModelError

MOST_CALCULATED = 100_000_000
"""Parameters of the largest network whose outputs are calculated: it stands in memory three times."""


def is_keras_there() -> bool:
    """Whether Keras can be found, without importing it."""
    return find_spec("keras") is not None


def prove_with_keras(
    shaped: ShapedGraph, source: str, origin: Origin, sink: Sink, settings: bool = True
) -> BuiltProof | None:
    """What Keras makes of a spec beside the model that it was imported from; None after reporting.

    The structure is compared, and the outputs where there are two models to calculate with.

    Args:
        shaped: the network of the spec.
        source: the file, or ``keras:NAME``.
        origin: what was read of it.
        sink: takes AS705.
        settings: whether initializers, regularizers and constraints were kept.

    Raises:
        BackendError: there is no backend.
    """
    found = prove_structure(shaped, *(origin.config or _config_in(source)), settings)
    if found.sound and "cannot build" not in "".join(found.unproved):
        found = _and(found, _outputs(shaped, source, origin))
    return found if is_sound(found, source, sink) else None


def _config_in(path: str) -> tuple[str, Any]:
    """The class of a model and its config, read from its file once more."""
    opened = open_config(path, Sink())
    assert opened is not None, "it was read before"
    if isinstance(opened.config, list):  # Keras 1, and 2 before 2.2.3
        return opened.kind, {"name": "sequential", "layers": opened.config}
    return opened.kind, opened.config


def is_sound(found: BuiltProof, name: str, sink: Sink) -> bool:
    """Whether nothing differs; reports what does."""
    if found.sound:
        return True
    message = f"the network did not come out the same: {found.differences[0]}"
    more = found.differences[1:]
    sink.report("AS705", SourcePlace(Source(name, "")), message, notes=more, help=[REPORT])
    return False


def _outputs(shaped: ShapedGraph, source: str, origin: Origin) -> BuiltProof:
    """What comes out of both models for random input, if the source is a model with weights."""
    if not origin.has_weights:
        return BuiltProof([], [], [])
    if shaped.params > MOST_CALCULATED:
        why = f"outputs not compared: more than {MOST_CALCULATED:,} parameters"
        return BuiltProof([], [why], [])
    try:
        return prove_outputs(shaped, _model(source))
    except ModelError as error:  # Keras no longer reads every file of its own
        return BuiltProof([], [f"outputs not compared: {visible(str(error))}"], [])


def _model(source: str) -> Any:
    """The model of a source.

    Raises:
        ModelError: Keras cannot load it.
    """
    from archspec.weights.loading.models import application, load_model

    if source.startswith(KERAS):
        return application(source.removeprefix(KERAS))
    return load_model(os.fspath(source))


def _and(first: BuiltProof, second: BuiltProof) -> BuiltProof:
    return BuiltProof(*(a + b for a, b in zip(first, second, strict=True)))
