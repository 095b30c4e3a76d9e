"""Models to files: a format for each ending.

Keras itself is imported only when a file is written.
"""

import contextlib
import io
import os
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

from archspec.emit.extras import install
from archspec.emit.keras.backend import BackendError


class Format(NamedTuple):
    """A kind of file that Keras writes."""

    ending: str
    title: str
    save: Callable[[Any, str], object]
    folder: bool = False
    weights: bool = True
    """Whether it holds the weights."""
    config: bool = False
    """Whether Keras makes the layers anew when it reads it."""


def _json(model: Any, path: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(model.to_json(indent=1) + "\n")


def _onnx(model: Any, path: str) -> None:
    import keras

    needed = {"tensorflow": "tf2onnx", "jax": "jax2onnx", "torch": "onnxscript"}
    package = needed.get(keras.backend.backend(), "")
    if package and find_spec(package) is None:
        help = install("onnx") if package == "tf2onnx" else f"pip install onnx {package}"
        raise BackendError(f"Keras needs {package} for ONNX", help)
    _export(model, path, "onnx")


def _saved_model(model: Any, path: str) -> None:
    if find_spec("tensorflow") is None:
        message = "a SavedModel needs TensorFlow"
        raise BackendError(message, install("keras"))
    _export(model, path, "tf_saved_model")


def _export(model: Any, path: str, format: str) -> None:
    import keras

    # Keras exports only what has been called.
    model(keras.tree.map_structure(lambda x: keras.KerasTensor(x.shape, x.dtype), model.inputs))
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of converters, about NumPy
        model.export(path, format=format, verbose=False)


FORMATS = (
    Format(".keras", "Keras model", lambda model, path: model.save(path), config=True),
    Format(".weights.h5", "Keras weights", lambda model, path: model.save_weights(path)),
    Format(".json", "Keras config", _json, weights=False, config=True),
    Format(".onnx", "ONNX model", _onnx),
    Format("", "SavedModel folder", _saved_model, True),
)
"""What Keras writes, the folder last."""


def thawed(model: Any) -> list[str]:
    """Names of frozen layers that are not frozen any more in a model that Keras reads from a file.

    A config says of a layer whether it is frozen, and nothing of the layers that it makes inside
    itself, such as the four of a MultiHeadAttention (seen in Keras 3.15).
    """
    import keras

    from archspec.emit.keras.build import declaring

    inner = [x for x in model.layers if not x.trainable and _inside(x)]
    if not inner:
        return []
    try:
        with declaring(values=False):
            again = keras.models.model_from_json(model.to_json())
    except Exception:  # Keras cannot read all that it writes, such as a RandomShear with one number
        return []
    return [x.name for x in inner if any(y.trainable for y in _inside(again.get_layer(x.name)))]


def _inside(layer: Any) -> list[Any]:
    """The layers in a layer that have weights."""
    return [x for x in layer._flatten_layers(include_self=False) if x.weights]


def format_of(path: str) -> Format | None:
    """The format for a path's ending; a path without one is a folder.

    None if Keras does not write files of that ending, or if the ending is all there is of a name.
    """
    name = os.path.basename(os.path.normpath(path)).lower()
    for format in FORMATS:
        if format.ending and name.endswith(format.ending) and name != format.ending:
            return format
    folder = "." not in name or name in (".", "..") or path.endswith(("/", os.sep))
    return FORMATS[-1] if folder else None
