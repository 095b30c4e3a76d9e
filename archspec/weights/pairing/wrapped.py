"""A network in a model that only prepares for it, or goes on after it, without weights of its own.

A run's model is such a one: pictures are resized and prepared, then comes the network.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from archspec.weights.pairing.named import weighted_layers


def inner_configs(
    kind: str, config: dict[str, Any], weighted: Iterable[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A model and the networks in it that have all of its weights, from outside to inside.

    Args:
        kind: the class of the model.
        config: its config.
        weighted: paths of the layers with weights.

    Yields:
        The path before the names of a network's layers, its class, its config.
    """
    path, names = "", list(weighted)
    yield path, kind, config
    while names:
        name, slash, _ = names[0].removeprefix(path).partition("/")
        path += name + slash
        entry = _entry(config, name)
        if not slash or entry is None or not all(n.startswith(path) for n in names):
            return
        kind, config = entry
        yield path, kind, config


def _entry(config: dict[str, Any], name: str) -> tuple[str, dict[str, Any]] | None:
    """The class and the config of the layer of that name."""
    layers = config.get("layers")
    for entry in layers if isinstance(layers, list) else ():
        inner = entry.get("config") if isinstance(entry, dict) else None
        if isinstance(inner, dict) and (entry.get("name") or inner.get("name")) == name:
            return str(entry.get("class_name")), inner
    return None


def inner_models(model: Any) -> Iterator[Any]:
    """The networks in a Keras model that have all of its weights.

    Each first with the layers that come after it, if these are a chain, then alone.
    """
    import keras

    names, path = [name for name, _ in weighted_layers(model)], ""
    while names:
        name, slash, _ = names[0].removeprefix(path).partition("/")
        path += name + slash
        if not slash or not all(n.startswith(path) for n in names):
            return
        inner = model.get_layer(name)
        rest = model.layers[model.layers.index(inner) + 1 :]
        if rest and len(inner.outputs) == 1 and all(_reads_one(layer) for layer in rest):
            x = inner.outputs[0]
            for layer in rest:
                x = layer(x)
            yield keras.Model(inner.inputs, x, name=inner.name)
        yield inner
        model = inner


def _reads_one(layer: Any) -> bool:
    try:
        return not isinstance(layer.input, list)
    except (AttributeError, ValueError):  # it is called several times, or not at all
        return False
