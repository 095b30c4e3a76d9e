"""A SavedModel, which is a folder of TensorFlow's."""

from importlib.util import find_spec
from typing import Any

from archspec.emit.extras import install
from archspec.emit.formats import Format
from archspec.emit.keras.backend import BackendError
from archspec.emit.keras.save import export


def _save(model: Any, path: str) -> None:
    if find_spec("tensorflow") is None:
        message = "a SavedModel needs TensorFlow"
        raise BackendError(message, install("keras"))
    export(model, path, "tf_saved_model")


FORMAT = Format("", "SavedModel folder", _save, folder=True)
