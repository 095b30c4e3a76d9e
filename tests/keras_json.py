"""Models as Keras 3 writes them in JSON, by hand: no Keras is needed."""

import json
from pathlib import Path
from typing import Any

Row = tuple[str, str, dict[str, Any], list[str]]
"""The class of a layer, its name, its own arguments, the layers that it reads."""

UNIT: list[Row] = [
    ("Conv2D", "conv{}", {"filters": 8, "kernel_size": [3, 3], "padding": "same"}, ["act{-1}"]),
    ("BatchNormalization", "bn{}", {"axis": -1}, ["conv{}"]),
    ("Add", "add{}", {}, ["act{-1}", "bn{}"]),
    ("Activation", "act{}", {"activation": "relu"}, ["add{}"]),
]


def residual_rows(units: int) -> list[Row]:
    """A small residual network: 5 + 4·units layers."""
    first = {"filters": 8, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    rows: list[Row] = [("Conv2D", "act0", first, ["picture"])]
    for n in range(1, units + 1):
        for kind, name, config, inputs in UNIT:
            read = [i.replace("{-1}", str(n - 1)).replace("{}", str(n)) for i in inputs]
            rows.append((kind, name.replace("{}", str(n)), config, read))
    rows.append(("GlobalAveragePooling2D", "pool", {}, [f"act{units}"]))
    rows.append(("Dense", "answer", {"units": 4, "activation": "softmax"}, ["pool"]))
    return rows


def model_config(
    name: str, shape: list[int | None], rows: list[Row], outputs: list[str]
) -> dict[str, Any]:
    """The config of a functional model with one input, ``picture``."""
    first = {"batch_shape": [None, *shape], "dtype": "float32", "name": "picture"}
    layers = [_layer("InputLayer", "picture", first, [])]
    layers += [_layer(kind, own, {"name": own, **config}, read) for kind, own, config, read in rows]
    ends = [[output, 0, 0] for output in outputs]
    config = {"name": name, "trainable": True, "layers": layers}
    config |= {
        "input_layers": ["picture", 0, 0],
        "output_layers": ends[0] if len(ends) == 1 else ends,
    }
    module = "keras.src.models.functional"
    return {"module": module, "class_name": "Functional", "config": config}


def write_model(path: Path, rows: list[Row] | None = None, name: str = "small") -> Path:
    """Write the JSON of a model that ends with its last layer; a residual one if no rows are given."""
    rows = residual_rows(3) if rows is None else rows
    path.write_text(json.dumps(model_config(name, [16, 16, 3], rows, [rows[-1][1]]), indent=1))
    return path


def _layer(kind: str, name: str, config: dict[str, Any], read: list[str]) -> dict[str, Any]:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [r, 0, 0]}} for r in read
    ]
    nodes = [{"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": {}}] if read else []
    module = {"module": "keras.layers", "registered_name": None}
    return {**module, "class_name": kind, "config": config, "name": name, "inbound_nodes": nodes}
