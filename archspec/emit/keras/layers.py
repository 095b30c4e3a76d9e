"""Records to Keras layers: the values of their arguments as Keras takes them."""

from typing import Any

from archspec.layers import Layer
from archspec.layers.settings import settings_of


def make_layer(layer: Layer, name: str | None = None) -> Any:
    """A new Keras layer, or operation. Raises whatever Keras raises about its arguments."""
    arguments = keras_arguments(layer)
    if name is not None:
        arguments["name"] = name
    return layer.keras_type()(**arguments)


def keras_arguments(layer: Layer) -> dict[str, Any]:
    """The arguments that differ from their default, as Keras takes them where the layer is made."""
    settings = {name: type for name, _, _, type in settings_of(type(layer))}
    known = layer.constructor_fields()
    return {
        name: settings[name].make(value)
        if name in settings and isinstance(value, dict)
        else make_layer(value)
        if isinstance(value, Layer)
        else value
        for name, value in layer.arguments().items()
        if name in known
    }
