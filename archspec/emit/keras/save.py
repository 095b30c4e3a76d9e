"""Writing Keras models: what goes through Keras's exporters, and what its files do not keep."""

import contextlib
import io
import warnings
from typing import Any


def export(model: Any, path: str, format: str) -> None:
    """Export a model, without the words that exporters and converters print."""
    import keras

    # Keras exports only what has been called.
    model(keras.tree.map_structure(lambda x: keras.KerasTensor(x.shape, x.dtype), model.inputs))
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of converters, about NumPy
        model.export(path, format=format, verbose=False)


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
