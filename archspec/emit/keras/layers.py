"""Records to Keras layers: the values of their arguments as Keras takes them."""

from typing import Any

from archspec.emit.keras.names import layer_names
from archspec.layers import Layer
from archspec.layers.network import Network, live, network_in
from archspec.layers.settings import settings_of


def make_layer(layer: Layer, name: str | None = None, reads: str | None = None) -> Any:
    """A new Keras layer, or operation. Raises whatever Keras raises about its arguments.

    ``reads`` is the type of what it reads, for a network in it.
    """
    arguments = keras_arguments(layer, name or "", reads)
    if name is not None:
        arguments["name"] = name
    return layer.keras_type()(**arguments)


def keras_arguments(layer: Layer, around: str = "", reads: str | None = None) -> dict[str, Any]:
    """The arguments that differ from their default, as Keras takes them where the layer is made."""
    settings = {name: type for name, _, _, type in settings_of(type(layer))}
    known = layer.constructor_fields()
    return {
        name: settings[name].make(value)
        if name in settings and isinstance(value, dict)
        else _inner(value, around, reads)
        if isinstance(value, Layer)
        else value
        for name, value in layer.arguments().items()
        if name in known
    }


def _inner(layer: Layer, around: str, reads: str | None) -> Any:
    """A layer in another one; a network is a model, whose layers begin with the name ``around``."""
    if isinstance(layer, Network):
        return _make_network(layer, around, reads)
    return layer.keras_type()(**keras_arguments(layer, around, reads))


def _make_network(network: Network, around: str, reads: str | None) -> Any:
    import keras

    names = _names(network, around)
    first = {**keras_arguments(network.nodes[0].layer), "dtype": reads}
    outputs: dict[int, list[Any]] = {0: [keras.Input(**first, name=names[0])]}
    made: dict[int, Any] = {}
    for index in live(network.nodes, network.output[0])[1:]:
        node = network.nodes[index]
        inputs = [outputs[source][output] for source, output in node.inputs]
        owner = index if node.shares < 0 else node.shares
        if owner not in made:
            made[owner] = make_layer(node.layer, names[owner], str(inputs[0].dtype))
        outputs[index] = call_layer(node.layer, made[owner], inputs)
    index, output = network.output
    return keras.Model(outputs[0][0], outputs[index][output], name=network.title)


def _names(network: Network, around: str) -> list[str]:
    import keras

    separator = "-" if keras.backend.backend() == "torch" else "."
    return layer_names((f"{around}.{node.name}" for node in network.nodes), separator)


def call_layer(layer: Layer, made: Any, inputs: list[Any], **options: Any) -> list[Any]:
    """The outputs of a Keras layer, symbolic or not."""
    arguments, named = layer.keras_call(inputs)
    result = made(*arguments, **{**named, **options})
    return list(result) if isinstance(result, list | tuple) else [result]


def freeze_inside(layer: Layer, made: Any) -> None:
    """Freeze the layers of a network in a Keras wrapper that are frozen in ours."""
    network = network_in(layer)
    if network is None:
        return
    names = _names(network, made.name)
    while hasattr(made, "layer"):
        made = made.layer
    by_name = {inner.name: inner for inner in made.layers}
    for index in live(network.nodes, network.output[0])[1:]:
        node = network.nodes[index]
        if node.shares < 0:
            freeze_inside(node.layer, by_name[names[index]])
            if not node.trainable:
                by_name[names[index]].trainable = False
