"""Layers, operations and whole models through Keras's own files: what is read is what was written."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers as L  # noqa: N812
from keras import ops

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.emit.keras.build import build_model, declaring
from archspec.emit.keras.layers import call_layer, make_layer
from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.read import is_model_file, read_config, read_model
from archspec.layers import Layer, layer_types
from archspec.parse import parse
from archspec.pipeline import shape_document
from archspec.spec.written import document
from archspec.weights.pairing.same import one_to_one
from archspec.weights.structure.structure import structure_of
from tests.layers.test_layer_table import Row, make, rows

# Where a file of Keras says something else than what was written, or says it in another way.
OTHERWISE = {
    "RandomShear": "a range from 0 is written as one number is",
    "RandomColorDegeneration": "the same",
    "RandomCrop": "a seed is drawn",
    "GroupNormalization": "-1 groups become the number of channels",
    "Split": "names of outputs are nothing to Keras",
}
SHORTER = {
    "kernel_regularizer={'L2': {}}": "kernel_regularizer='l2'",
    "training=False": "",
    ", projection_dim=4": "",
}
"""What is left out because it is the default, or cannot be told from it."""


def _rows(full: bool) -> dict[str, list[Row]]:
    """Rows of the table of layers without an error, by layer: two of each, or all."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        if "error" not in row.rest and row.inputs and (full or len(found[row.layer]) < 2):
            found[row.layer].append(row)
    return found


def _dtype(layer: Layer, number: int) -> str:
    """A type of values that a layer takes for one of its inputs."""
    name = type(layer).__name__
    role = layer.roles[number] if layer.roles else ""
    if role.endswith("mask") or name.startswith("Logical") or (name == "Where" and not number):
        return "bool"
    return "int32" if name in ("Embedding", "CategoryEncoding") else "float32"


def _read(model: Any, path: Path, ending: str = "json") -> FlatGraph:
    path = path / f"model.{ending}"
    if ending == "json":
        path.write_text(model.to_json(), encoding="utf-8")
    else:
        model.save(path)
    assert is_model_file(path)
    sink = Sink()
    graph = read_model(str(path), sink)
    assert [d.message for d in sink.diagnostics] == []
    assert graph is not None
    return graph


def _plain(layer: Layer) -> str:
    text = repr(layer)
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    return text.replace("(, ", "(").replace(", )", ")")


@pytest.mark.parametrize("name", [n for n in layer_types() if n != "Input"])
def test_a_layer_is_read_as_it_was_written(name: str, tmp_path: Path, full: bool) -> None:
    found = _rows(full)[name]
    assert found
    for row in found:
        layer = make(row.layer, row.arguments).with_roles(tuple(row.rest.get("roles", ())))
        with declaring(values=False):
            inputs = [
                keras.Input(shape, dtype=_dtype(layer, n)) for n, shape in enumerate(row.inputs)
            ]
            model = keras.Model(inputs, call_layer(layer, make_layer(layer, "it"), inputs))
        graph = _read(model, tmp_path)
        node = graph.nodes[-1]
        assert len(graph.nodes) == len(inputs) + 1, str(row)
        assert node.inputs == tuple((n, 0) for n in range(len(inputs))), str(row)
        assert (type(node.layer), node.layer.roles) == (type(layer), layer.roles), str(row)
        if name not in OTHERWISE:
            assert _plain(node.layer) == _plain(layer), str(row)


def _lines(graph: FlatGraph) -> list[str]:
    """The nodes of a graph that are no inputs, a line each."""
    return [
        f"{node.layer!r} {[i if not o else (i, o) for i, o in node.inputs]}"
        + (f" like {node.shares}" if node.shares >= 0 else "")
        + ("" if node.trainable else " frozen")
        for index, node in enumerate(graph.nodes)
        if index not in graph.inputs
    ]


def _nested() -> Any:
    inside = keras.Input((4,))
    inner = keras.Model(inside, L.Dense(4)(L.BatchNormalization()(inside)), name="inner")
    inner.trainable = False
    chain = keras.Sequential([L.Dense(4)], name="chain")
    x = keras.Input((4,))
    y = inner(inner(x), training=False)
    z = chain(y)
    return keras.Model(x, [chain(z), y, z])


def _steps() -> Any:
    inside = keras.Input((8,))
    inner = keras.Model(inside, L.Add()([L.Dense(8)(inside), inside]), name="inner")
    x = keras.Input((5, 8))
    return keras.Model(x, L.TimeDistributed(inner)(x))


def _masked() -> Any:
    x = keras.Input((7,), dtype="int32")
    y = L.Dropout(0.1)(L.Embedding(20, 4, mask_zero=True)(x))
    z = L.Bidirectional(L.GRU(2, return_sequences=True))(y)
    return keras.Model(x, L.LSTM(3)(L.Concatenate()([y, z])))


def _own_mask() -> Any:
    x = keras.Input((7,), dtype="int32")
    return keras.Model(x, L.LSTM(3)(L.Embedding(20, 4)(x), mask=ops.not_equal(x, 0)))


def _operations() -> Any:
    x = keras.Input((8,))
    y = ops.relu(x * 3.0)[:, 1:7] / 2.0
    y = ops.where(y > 0, y, 0.5)
    y = ops.leaky_relu(3.0 - y, 0.1) + ops.mean(y, axis=1, keepdims=True)
    y = ops.reshape(ops.softmax(y), (-1, 3, 2))[:, 0]
    return keras.Model(x, y + ops.convert_to_tensor([1.0, 2.0]))


def _states() -> Any:
    x = keras.Input((8, 4))
    y, h, c = L.LSTM(4, return_sequences=True, return_state=True)(x)
    return keras.Model(x, L.RNN(L.LSTMCell(4))(L.LSTM(4)(y, initial_state=[h, c])[:, None]))


def _parts() -> Any:
    x = keras.Input((8, 6, 5))
    y = [x[..., None], x[:, 1:7:2, ::2], x[..., 0], x[:, 2, ..., 1], x[:, -2], x[:, 0, 1]]
    return keras.Model(x, [*y, ops.cast(ops.greater(3.0, x), "float32"), ops.where(x > 0, x, 0)])


MODELS: dict[Callable[[], Any], list[str]] = {
    _nested: [
        "BatchNormalization() [0] frozen",
        "Dense(units=4) [1] frozen",
        "BatchNormalization(training=False) [2] like 1 frozen",
        "Dense(units=4) [3] like 2 frozen",
        "Dense(units=4) [4]",
        "Dense(units=4) [5] like 5",
    ],
    _masked: [
        "Embedding(input_dim=20, output_dim=4, mask_zero=True) [0]",
        "Dropout(rate=0.1) [1]",
        "Bidirectional(layer=GRU(units=2, return_sequences=True)) [2]",
        "Concatenate() [2, 3]",
        "LSTM(units=3) [4]",
    ],
    _own_mask: [
        "Embedding(input_dim=20, output_dim=4) [0]",
        "NotEqual(x2=0.0) [0]",
        "LSTM(units=3) [1, 2]",
    ],
    _operations: [
        "Rescaling(scale=3.0) [0]",
        "Activation(activation='relu') [1]",
        "GetItem(axis=1, start=1, stop=7) [2]",
        "Divide(x2=2.0) [3]",
        "Greater(x2=0.0) [4]",
        "Where(x2=0.5) [5, 4]",
        "Rescaling(scale=-1.0, offset=3.0) [6]",
        "LeakyReLU(negative_slope=0.1) [7]",
        "Mean(axis=(1,), keepdims=True) [6]",
        "Add() [8, 9]",
        "Activation(activation='softmax') [10]",
        "Reshape(target_shape=(3, 2)) [11]",
        "GetItem(axis=1, index=0) [12]",
        "Rescaling(scale=1.0, offset=(1.0, 2.0)) [13]",
    ],
    _states: [
        "LSTM(units=4, return_sequences=True, return_state=True) [0]",
        "LSTM(units=4) [1, (1, 1), (1, 2)]",
        "ExpandDims(axis=(1,)) [2]",
        "LSTM(units=4) [3]",
    ],
}


@pytest.mark.parametrize("make_model", MODELS, ids=lambda f: f.__name__)
def test_a_model_is_read_as_it_is(make_model: Callable[[], Any], tmp_path: Path) -> None:
    with declaring(values=False):
        graph = _read(make_model(), tmp_path)
    assert _lines(graph) == MODELS[make_model]


def test_paths_and_outputs_of_models_in_a_model(tmp_path: Path) -> None:
    with declaring(values=False):
        graph = _read(_nested(), tmp_path)
    assert graph.nodes[2].name == "inner/dense" or graph.nodes[2].name.startswith("inner/dense")
    assert graph.outputs == [(6, 0), (4, 0), (5, 0)]


def test_a_model_in_a_wrapper_is_one_layer(tmp_path: Path) -> None:
    with declaring(values=False):
        graph = _read(_steps(), tmp_path)
    (node,) = graph.nodes[1:]
    network = node.layer.arguments()["layer"]
    assert network.title == "inner"
    assert [repr(n.layer) for n in network.nodes[1:]] == ["Dense(units=8)", "Add()"]
    assert node.layer.output_shape((5, 8)) == (5, 8)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_files_with_weights(ending: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(3, "relu"), L.Dense(2)], name="net")
    graph = _read(model, tmp_path, ending)
    assert graph.name == "net"
    assert _lines(graph) == ["Dense(units=3, activation='relu') [0]", "Dense(units=2) [1]"]


def test_weights_alone_are_no_model(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(3)])
    model.save_weights(tmp_path / "net.weights.h5")
    sink = Sink()
    assert read_model(str(tmp_path / "net.weights.h5"), sink) is None
    assert [d.code for d in sink.diagnostics] == ["AS701"]


def test_the_config_of_a_model() -> None:
    with declaring(values=False):
        model = _nested()
    sink = Sink()
    graph = read_config(type(model).__name__, model.get_config(), "keras:Net", sink)
    assert graph is not None
    assert _lines(graph) == MODELS[_nested]


def test_a_chain_without_an_input_has_the_shape_that_it_was_built_for(tmp_path: Path) -> None:
    model = keras.Sequential([L.Dense(3), L.Dense(2)])
    model.build((None, 5))
    graph = _read(model, tmp_path)
    assert graph.nodes[0].layer.arguments() == {"shape": (5,)}


def test_types_of_values(tmp_path: Path) -> None:
    with declaring(values=False):
        x = keras.Input((4,), dtype="float16")
        y = L.Dense(3, dtype="mixed_float16")(x)
        graph = _read(keras.Model(x, y * 2.0), tmp_path)
    assert _lines(graph) == [
        "Dense(units=3, dtype='mixed_float16') [0]",
        "Rescaling(scale=2.0, dtype='float16') [1]",
    ]
    assert graph.nodes[0].layer.arguments() == {"shape": (4,), "dtype": "float16"}


@pytest.mark.parametrize(
    "make_model", [*MODELS, _parts, _steps], ids=lambda make_model: make_model.__name__
)
def test_what_is_built_of_it_has_the_same_structure(
    make_model: Callable[[], Any], tmp_path: Path
) -> None:
    sink = Sink()
    with declaring(values=False):
        model = make_model()
        data = flat_data(_read(model, tmp_path))
        parsed = parse(Source("flat.yaml", document(data)), sink)
        assert parsed is not None
        shaped = shape_document(parsed, sink)
        assert shaped is not None
        built = build_model(shaped, sink)
    assert built is not None
    assert one_to_one(structure_of(built.model), structure_of(model))[1] == ""


def test_masks_that_keras_puts_there_are_no_part_of_a_structure() -> None:
    """A chain has none in its file, and the same layers as a functional model have."""
    layers = [L.Embedding(20, 4, mask_zero=True), L.Dropout(0.1), L.LSTM(3), L.Dense(2)]
    with declaring(values=False):
        chain = keras.Sequential([keras.Input((7,)), *layers])
        functional = _masked_chain()
    assert one_to_one(structure_of(chain), structure_of(functional))[1] == ""


def _masked_chain() -> Any:
    x = keras.Input((7,))
    y = L.LSTM(3)(L.Dropout(0.1)(L.Embedding(20, 4, mask_zero=True)(x)))
    return keras.Model(x, L.Dense(2)(y))
