"""The second proof, asked of whatever a spec was imported from."""

import os
from importlib.util import find_spec
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.importer.bring import REPORT
from archspec.importer.prove_built import BuiltProof, prove_built, prove_structure
from archspec.importer.read.files import open_config
from archspec.importer.sources import Origin, config_of
from archspec.infer.infer import ShapedGraph
from archspec.weights.loading.applications import KERAS
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
    model, why = _calculable(shaped, source, origin)
    version, kind, config = 3, *(origin.config or ("", {}))
    if origin.config is None:
        version, kind, config = _config_in(source)
        if version < 3 and model is not None:  # Keras has put it into words of today
            kind, config = config_of(model, source, sink) or (kind, config)
    found = prove_built(shaped, kind, config, model, settings)
    if model is None:
        found = _undecided(found, version)
    if why:
        found = found._replace(unproved=[*found.unproved, f"outputs not compared: {why}"])
    return found if _is_sound(found, source, sink) else None


def is_built_alike(shaped: ShapedGraph, origin: Origin, sink: Sink, settings: bool = True) -> bool:
    """Whether Keras makes of a spec a model of the same structure as one that is there in Python.

    Reports AS705 if not.

    Raises:
        BackendError: there is no backend.
    """
    assert origin.config is not None
    kind, config = origin.config
    found = _undecided(prove_structure(shaped, kind, config, settings))
    return _is_sound(found, origin.name, sink)


def _undecided(found: BuiltProof, version: int = 3) -> BuiltProof:
    """What was found without outputs: another form may be the same network all the same.

    What an older Keras has written differs in words too.
    """
    if found.differences and version < 3:
        why = f"that Keras builds what the file says: Keras {version} has other words for it"
        return BuiltProof([], [f"{why} ({found.differences[0]})"], [])
    if found.differences and found.unproved:
        return BuiltProof([], [f"{found.unproved[0]} ({found.differences[0]})"], [])
    return found


def _config_in(path: str) -> tuple[int, str, Any]:
    """The version of Keras, the class of a model and its config, read from its file once more."""
    opened = open_config(path, Sink())
    assert opened is not None, "it was read before"
    if isinstance(opened.config, list):  # Keras 1, and 2 before 2.2.3
        layers = {"name": "sequential", "layers": opened.config}
        return opened.version, opened.kind, layers
    return opened.version, opened.kind, opened.config


def _is_sound(found: BuiltProof, name: str, sink: Sink) -> bool:
    """Whether nothing differs; reports what does."""
    if found.sound:
        return True
    message = f"the network did not come out the same: {found.differences[0]}"
    more = found.differences[1:]
    help = [REPORT, "`--no-build` leaves this comparison, with what Keras builds, out"]
    sink.report("AS705", SourcePlace(Source(name, "")), message, notes=more, help=help)
    return False


def _calculable(shaped: ShapedGraph, source: str, origin: Origin) -> tuple[Any, str]:
    """The model of a source if outputs can be calculated with it; or None, and why not."""
    if not origin.has_weights:
        return None, ""
    if shaped.params > MOST_CALCULATED:
        return None, f"it has more than {MOST_CALCULATED:,} parameters"
    try:
        return _model(source), ""
    except ModelError as error:  # Keras no longer reads every file of its own
        return None, visible(str(error))


def _model(source: str) -> Any:
    """The model of a source.

    Raises:
        ModelError: Keras cannot load it.
    """
    from archspec.weights.loading.models import application, load_model

    if source.startswith(KERAS):
        return application(source.removeprefix(KERAS))
    return load_model(os.fspath(source))
