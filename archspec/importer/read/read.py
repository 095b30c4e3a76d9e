"""Reading models: a file, or the config of a model, as a flat graph."""

from typing import Any

from archspec.diagnostics.sink import Sink, TooMany
from archspec.diagnostics.source import Source
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.read.files import open_config
from archspec.importer.read.models import read_graph
from archspec.importer.read.told import Told
from archspec.pipeline import no_collection
from archspec.weights.structure.nodes import MODELS


def read_model(path: str, sink: Sink) -> FlatGraph | None:
    """The network in a file of a Keras model; None after reporting why there is none."""
    try:
        with no_collection():
            opened = open_config(path, sink)
            if opened is None:
                return None
            name = path.replace("\\", "/").rpartition("/")[2].partition(".")[0] or "model"
            return _read(opened.kind, opened.config, opened.at, name, opened.told, opened.version)
    except TooMany:
        return None


def read_config(kind: str, config: Any, name: str, sink: Sink) -> FlatGraph | None:
    """The network of a model's own config, as its `get_config()` gives it in Keras 3.

    Args:
        kind: the class of the model.
        config: its config.
        name: what the model is called in messages, such as ``keras:ResNet50``.
        sink: takes what cannot be imported.
    """
    try:
        return _read(kind, config, (), name, Told(Source(name, ""), None, sink), 3)
    except TooMany:
        return None


def _read(
    kind: str, config: Any, at: tuple[str | int, ...], name: str, told: Told, version: int
) -> FlatGraph | None:
    if kind not in MODELS:
        graph = isinstance(config, dict) and "input_layers" in config
        message = f"`{kind}` is no model of Keras's own, but a class of somebody's"
        help = "`keras.Model(model.inputs, model.outputs)` is its graph as a plain model: save that"
        if not graph:
            help = "build the same layers with `keras.Model(inputs, outputs)`, and save that"
        told.refuse_file(message, help)
        return None
    return read_graph(kind, config, at, name, told, version)
