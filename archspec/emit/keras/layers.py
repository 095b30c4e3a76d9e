"""Records to Keras layers: the values of their arguments as Keras takes them."""

from typing import Any

from archspec.layers import Layer

_SETTINGS = ("initializer", "regularizer", "constraint")
"""Last words of arguments that take a class of Keras; its module has the word in the plural."""


def make_layer(layer: Layer, name: str | None = None) -> Any:
    """A new Keras layer. Raises whatever Keras raises about its arguments."""
    arguments = keras_arguments(layer)
    if name is not None:
        arguments["name"] = name
    return layer.keras_type()(**arguments)


def keras_arguments(layer: Layer) -> dict[str, Any]:
    """The arguments that differ from their default, as Keras takes them."""
    return {name: _value(name, value) for name, value in layer.arguments().items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Layer):
        return make_layer(value)
    if isinstance(value, dict):
        word = name.rpartition("_")[2]
        if word in _SETTINGS:
            ((kind, settings),) = value.items()
            return _setting(word, kind, settings or {})
    return value


def _setting(word: str, kind: str, settings: dict[str, Any]) -> Any:
    """``{L2: {l2: 0.01}}`` or, by its other name, ``{l2: {l2: 0.01}}``."""
    import keras

    get = getattr(keras, word + "s").get
    return get({"class_name": kind, "config": settings})
