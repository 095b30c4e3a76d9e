"""Every layer and operation through Keras's own JSON: what is read is the layer that was written."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import keras
import pytest

from archspec.diagnostics.sink import Sink
from archspec.emit.keras.build import declaring
from archspec.emit.keras.layers import call_layer, make_layer
from archspec.importer.read import read_model
from archspec.layers import Layer, layer_types
from tests.layers.test_layer_table import Row, make, rows

_SAME: dict[str, str] = {}


def _rows(full: bool) -> dict[str, list[Row]]:
    """Rows of the table without an error, by layer: a few of each, or all."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        if "error" not in row.rest and row.inputs and (full or len(found[row.layer]) < 2):
            found[row.layer].append(row)
    return found


def _layer(row: Row) -> Layer:
    layer = make(row.layer, row.arguments)
    return layer.with_roles(tuple(row.rest.get("roles", ())))


def _dtype(layer: Layer, number: int, count: int) -> str:
    """A type of values that a layer takes for one of its inputs."""
    role = layer.roles[number] if layer.roles else ""
    if role.endswith("mask") or type(layer).__name__.startswith("Logical"):
        return "bool"
    if type(layer).__name__ == "Where" and not number:
        return "bool"
    if type(layer).__name__ in ("Embedding", "CategoryEncoding"):
        return "int32"
    return "float32"


def _through_keras(layer: Layer, shapes: tuple[Any, ...], path: Path) -> Any:
    inputs = [
        keras.Input(shape, dtype=_dtype(layer, n, len(shapes)), name=f"in{n}")
        for n, shape in enumerate(shapes)
    ]
    with declaring(values=False):
        outputs = call_layer(layer, make_layer(layer, "it"), inputs)
        model = keras.Model(inputs, outputs)
    path.write_text(model.to_json())
    sink = Sink()
    graph = read_model(str(path), sink)
    return graph, [d.message for d in sink.diagnostics]


@pytest.mark.parametrize("name", [n for n in layer_types() if n not in ("Input",)])
def test_read_is_what_was_written(name: str, tmp_path: Path, full: bool) -> None:
    for row in _rows(full)[name]:
        layer = _layer(row)
        try:
            graph, told = _through_keras(layer, row.inputs, tmp_path / "model.json")
        except (ValueError, TypeError, NotImplementedError, AttributeError):
            continue
        assert told == [], str(row)
        node = graph.nodes[-1]
        assert type(node.layer) is type(layer), str(row)
        assert (node.layer.arguments(), node.layer.roles) == (layer.arguments(), layer.roles), str(
            row
        )
        assert node.inputs == tuple((n, 0) for n in range(len(row.inputs))), str(row)
