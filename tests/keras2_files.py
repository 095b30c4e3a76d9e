"""Files as Keras 2 wrote them: HDF5 with a group for each layer, and configs with lists of nodes."""

import json
from pathlib import Path
from typing import Any


def write_keras2(path: Path, layers: dict[str, dict[str, Any]], config: Any = None) -> None:
    """Write weights, or a whole model if there is a config.

    Args:
        path: the file.
        layers: for each layer its weights by their names, ``conv1/kernel:0``, in Keras's order.
        config: the class and the config of the model.
    """
    import h5py  # type: ignore[import-untyped]
    import numpy as np

    with h5py.File(path, "w") as file:
        group = file
        if config is not None:
            file.attrs["model_config"] = json.dumps(config).encode()
            file.attrs["keras_version"] = b"2.2.4"
            group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in layers]
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = b"2.2.4"
        for name, weights in layers.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [weight.encode() for weight in weights]
            for weight, values in weights.items():
                layer.create_dataset(weight, data=np.asarray(values))


def weights_of(model: Any) -> dict[str, dict[str, Any]]:
    """The weights of a Keras model by layer, with the names that Keras 2 gave them.

    A model in the model is one layer there: all that is trained first, then the rest.
    """
    import keras

    found = {}
    for layer in model.layers:
        inside = layer.layers if isinstance(layer, keras.Model) else [layer]
        named = [
            (
                f"{one.name}/{'/'.join(w.path.split('/')[-1:])}:0",
                w,
                any(w is t for t in one.trainable_weights),
            )
            for one in inside
            for w in one.weights
        ]
        ordered = sorted(named, key=lambda entry: not entry[2])
        found[layer.name] = {name: weight.numpy() for name, weight, _ in ordered}
    return found


def functional_config(name: str, shape: list[int], layers: list[tuple[str, str, Any]]) -> Any:
    """A chain of layers as a functional model of Keras 2: classes, names, configs."""
    first = {"batch_input_shape": [None, *shape], "dtype": "float32", "sparse": False}
    entries: list[dict[str, Any]] = [
        {
            "class_name": "InputLayer",
            "name": "input_1",
            "config": {**first, "name": "input_1"},
            "inbound_nodes": [],
        }
    ]
    for kind, layer, config in layers:
        before = entries[-1]["name"]
        node = 1 if entries[-1]["class_name"] == "Model" else 0
        entries.append(
            {
                "class_name": kind,
                "name": layer,
                "config": {"name": layer, "trainable": True, **config},
                "inbound_nodes": [[[before, node, 0, {}]]],
            }
        )
    last = entries[-1]["name"]
    config = {
        "name": name,
        "layers": entries,
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    return {"class_name": "Model", "config": config}
