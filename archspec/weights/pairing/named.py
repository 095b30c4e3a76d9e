"""The layers of a Keras model that have weights, by name."""

from collections.abc import Iterator
from typing import Any


def weighted_layers(model: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The layers that have weights, those of models in the model too, by their path."""
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from weighted_layers(layer, f"{path}{layer.name}/")
        elif layer.weights:
            yield path + layer.name, layer
