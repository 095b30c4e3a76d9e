"""Where a network comes from: a file, a model in Python, or keras.applications."""

import json
import os
import re
from typing import Any, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.emit.flat_entries import flat_name
from archspec.files.reading import open_regular
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.read import read_config, read_model
from archspec.pipeline import no_collection
from archspec.spec.words import is_wire_name
from archspec.weights.loading.applications import KERAS

_AUTOMATIC = re.compile(r"(functional|model|sequential)(_\d+)?")
"""Names that Keras gives to models; they say less than the file's."""


class Origin(NamedTuple):
    """A network, and where it comes from."""

    graph: FlatGraph
    name: str
    """As messages and the spec speak of it: a file's name without its folders."""
    config: tuple[str, dict[str, Any]] | None = None
    """The class and the config of a model that is there in Python; of a file it stands there."""
    has_weights: bool = False
    """Whether there is a model with values to calculate with, or one can be made."""


def read_source(source: Any, sink: Sink) -> Origin | None:
    """The network of a path, of ``keras:NAME``, or of a model of Keras; None after reporting.

    Raises:
        BackendError: Keras is needed, and is not there.
        ModelError: keras.applications has no such network.
    """
    if isinstance(source, str) and source.startswith(KERAS):
        model = _application(source.removeprefix(KERAS))
        return _from_model(model, source, sink, has_weights=True)
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        with no_collection():
            graph = read_model(path, sink)
        if graph is None:
            return None
        name = visible(os.path.basename(path))
        stem = flat_name(name.partition(".")[0], "_-")
        if _AUTOMATIC.fullmatch(graph.name) and is_wire_name(stem):
            graph = graph._replace(name=stem)
        return Origin(graph, name, has_weights=_has_weights(path))
    if not hasattr(source, "to_json"):
        what = "takes a model of Keras, a path, or keras:NAME"
        raise TypeError(f"import_model() {what}, not {type(source).__name__}")
    return _from_model(source, f"the model {visible(str(getattr(source, 'name', source)))}", sink)


def _has_weights(path: str) -> bool:
    """Whether a model's file holds its weights too: all that are no text do."""
    with open_regular(path) as file:
        return file.read(4) in (b"PK\3\4", b"\x89HDF")


def _application(call: str) -> Any:
    """A network of keras.applications whose weights have no values."""
    from archspec.emit.keras.build import declaring
    from archspec.weights.loading.models import application, find_application

    find_application(call)  # which imports Keras
    with declaring(values=False):
        return application(call)


def _from_model(model: Any, name: str, sink: Sink, has_weights: bool = False) -> Origin | None:
    import keras

    config = config_of(model, name, sink)
    if config is None:
        return None
    with no_collection():
        graph = read_config(*config, name, sink)
    version = f"{name} (Keras {keras.__version__})"
    return None if graph is None else Origin(graph, version, config, has_weights)


def config_of(model: Any, name: str, sink: Sink) -> tuple[str, dict[str, Any]] | None:
    """The class of a model and its config, in values of JSON."""
    from archspec.emit.keras.build import undisturbed
    from archspec.emit.keras.raised import first_lines

    try:
        with undisturbed(len(model.layers)):
            found = json.loads(model.to_json())
        return found["class_name"], found["config"]
    except Exception as error:  # a layer's own get_config may do anything
        message = f"this model has no config: {first_lines(error, 1)[0]}"
        sink.report("AS701", SourcePlace(Source(name, "")), message)
        return None
