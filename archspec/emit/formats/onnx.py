"""An ONNX model, which Keras makes with a converter for its backend."""

from importlib.util import find_spec
from typing import Any

from archspec.emit.extras import install
from archspec.emit.formats import Format
from archspec.emit.keras.backend import BackendError
from archspec.emit.keras.save import export


def _save(model: Any, path: str) -> None:
    import keras

    needed = {"tensorflow": "tf2onnx", "jax": "jax2onnx", "torch": "onnxscript"}
    package = needed.get(keras.backend.backend(), "")
    if package and find_spec(package) is None:
        help = install("onnx") if package == "tf2onnx" else f"pip install onnx {package}"
        raise BackendError(f"Keras needs {package} for ONNX", help)
    export(model, path, "onnx")


FORMAT = Format(".onnx", "ONNX model", _save)
