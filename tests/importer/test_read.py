"""Model files of Keras 1 to 3 and of TensorFlow.js, as they are in public places, read without Keras."""

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.read import is_model_file, read_config, read_model
from archspec.layers import layer_types
from archspec.layers.base import Elementwise
from tests.conftest import ROOT

Entry = dict[str, Any]


def read(
    path: Path, value: Any, chosen: Selection | None = None
) -> tuple[FlatGraph | None, list[Diagnostic]]:
    """What is read of a value in JSON, and what is said of it."""
    file = path / "model.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    sink = Sink(selection=chosen)
    return read_model(str(file), sink), sink.diagnostics


def lines(path: Path, value: Any) -> list[str]:
    """The nodes of a graph that is read without a word: layers, what they read, what else is said."""
    graph, told = read(path, value, Selection(ignore=["AS964"]))
    assert [d.message for d in told] == []
    assert graph is not None
    return [
        f"{node.layer!r} {[i if not o else (i, o) for i, o in node.inputs]}"
        + (f" like {node.shares}" if node.shares >= 0 else "")
        + ("" if node.trainable else " frozen")
        for node in graph.nodes
    ]


def codes(told: list[Diagnostic]) -> list[str]:
    return [d.code for d in told]


def layer(kind: str, name: str, **config: Any) -> Entry:
    return {"class_name": kind, "config": {"name": name, "trainable": True, **config}}


def node(kind: str, name: str, reads: Any, **config: Any) -> Entry:
    return {**layer(kind, name, **config), "name": name, "inbound_nodes": reads}


def start(name: str = "x", *sizes: int | None) -> Entry:
    return node("InputLayer", name, [], batch_input_shape=[None, *sizes], dtype="float32")


def chain(*entries: Entry, version: str = "2.2.4") -> Entry:
    return {"class_name": "Sequential", "config": list(entries), "keras_version": version}


def graph_of(*entries: Entry, reads: Any = (("x", 0, 0),), gives: Any = ()) -> Entry:
    last = [[entries[-1]["name"], 0, 0]]
    config = {
        "name": "net",
        "layers": list(entries),
        "input_layers": [list(r) for r in reads],
        "output_layers": [list(g) for g in gives] or last,
    }
    return {"class_name": "Model", "config": config, "keras_version": "2.4.0"}


KERAS_1 = chain(
    layer(
        "Convolution2D",
        "conv",
        batch_input_shape=[None, 28, 28, 1],
        input_dtype="float32",
        nb_filter=32,
        nb_row=3,
        nb_col=5,
        init="glorot_uniform",
        activation="relu",
        border_mode="same",
        subsample=[2, 1],
        dim_ordering="tf",
        W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.0005000000237487257},
        W_constraint={"name": "MaxNorm", "m": 3, "axis": 0},
        b_regularizer=None,
        activity_regularizer=None,
        b_constraint=None,
        bias=False,
    ),
    layer("ZeroPadding2D", "border", padding=[1, 2], dim_ordering="tf"),
    layer("BatchNormalization", "norm", mode=0, axis=3, epsilon=1e-5, momentum=0.9),
    layer("MaxPooling2D", "pool", pool_size=[2, 2], strides=[2, 2], border_mode="valid"),
    layer("Dropout", "drop", p=0.25),
    layer("Flatten", "flat"),
    layer("Dense", "out", output_dim=10, init="he_normal", activation="softmax", input_dim=None),
    version="1.1.0",
)
OF_KERAS_1 = [
    "Input(shape=(28, 28, 1)) []",
    "Conv2D(filters=32, kernel_size=(3, 5), strides=(2, 1), padding='same', activation='relu',"
    " use_bias=False, kernel_regularizer={'L2': {'l2': 0.0005}},"
    " kernel_constraint={'MaxNorm': {'max_value': 3.0}}) [0]",
    "ZeroPadding2D(padding=((1, 1), (2, 2))) [1]",
    "BatchNormalization(momentum=0.9, epsilon=1e-05) [2]",
    "MaxPooling2D() [3]",
    "Dropout(rate=0.25) [4]",
    "Flatten() [5]",
    "Dense(units=10, activation='softmax', kernel_initializer='he_normal') [6]",
]


def test_keras_1(tmp_path: Path) -> None:
    assert lines(tmp_path, KERAS_1) == OF_KERAS_1


def test_json_in_json(tmp_path: Path) -> None:
    assert lines(tmp_path, json.dumps(json.dumps(KERAS_1))) == OF_KERAS_1
    assert lines(tmp_path, {"model_config": json.dumps(KERAS_1)}) == OF_KERAS_1


def test_recurrent_layers_of_keras_1(tmp_path: Path) -> None:
    old = {"init": "glorot_uniform", "inner_init": "orthogonal", "consume_less": "cpu"}
    words = layer("Embedding", "words", input_dim=50, output_dim=8, init="uniform", dropout=0.0)
    words["config"] |= {"batch_input_shape": [None, 20], "input_length": 20, "W_constraint": None}
    lstm = layer("LSTM", "lstm", output_dim=16, inner_activation="hard_sigmoid", **old)
    lstm["config"] |= {"forget_bias_init": "one", "dropout_W": 0.1, "return_sequences": True}
    gru = layer("GRU", "gru", output_dim=4, inner_activation="sigmoid", input_dim=16, **old)
    each = layer("TimeDistributedDense", "each", output_dim=3, init="zero", activation="linear")
    assert lines(tmp_path, chain(words, lstm, each, gru, version="1.2.2")) == [
        "Input(shape=(20,)) []",
        "Embedding(input_dim=50, output_dim=8) [0]",
        "LSTM(units=16, recurrent_activation='hard_sigmoid', dropout=0.1, return_sequences=True) [1]",
        "TimeDistributed(layer=Dense(units=3, kernel_initializer='zeros')) [2]",
        "GRU(units=4, reset_after=False) [3]",
    ]


def test_a_chain_of_keras_1_that_begins_with_a_merge(tmp_path: Path) -> None:
    def branch(name: str) -> Entry:
        return chain(layer("Dense", name, output_dim=4, batch_input_shape=[None, 7]))

    merge = layer("Merge", "both", mode="concat", concat_axis=-1, mode_type="raw", dot_axes=-1)
    merge["config"]["layers"] = [branch("a"), branch("b")]
    out = layer("Dense", "out", output_dim=1)
    assert lines(tmp_path, chain(merge, out, version="1.0.3")) == [
        "Input(shape=(7,)) []",
        "Dense(units=4) [0]",
        "Input(shape=(7,)) []",
        "Dense(units=4) [2]",
        "Concatenate() [1, 3]",
        "Dense(units=1) [4]",
    ]


def test_tensorflow_js(tmp_path: Path) -> None:
    """As Teachable Machine writes it: chains in a chain, and a model in one of them."""
    conv = node("Conv2D", "conv", [[["x", 0, 0, {}]]], filters=16, kernel_size=[3, 3])
    conv["config"] |= {"use_bias": False, "data_format": "channels_last", "trainable": False}
    base = graph_of(
        start("x", 24, 24, 3), conv, node("ReLU", "relu", [[["conv", 0, 0, {}]]], max_value=6)
    )
    scaling = {"scale": 1, "mode": "fan_in", "distribution": "normal", "seed": None}
    head = layer("Dense", "dense", units=2, batch_input_shape=[None, 16])
    head["config"]["kernel_initializer"] = {"class_name": "VarianceScaling", "config": scaling}

    def part(name: str, *entries: Entry) -> Entry:
        return {"class_name": "Sequential", "config": {"name": name, "layers": list(entries)}}

    pool = layer("GlobalAveragePooling2D", "pool", data_format="channels_last")
    whole = part("all", part("features", base, pool), part("head", head))
    found = {
        "modelTopology": {**whole, "keras_version": "tfjs-layers 1.3.1"},
        "weightsManifest": [],
    }
    assert lines(tmp_path, found) == [
        "Input(shape=(24, 24, 3)) []",
        "Conv2D(filters=16, kernel_size=(3, 3), use_bias=False) [0] frozen",
        "ReLU(max_value=6.0) [1]",
        "GlobalAveragePooling2D() [2]",
        "Dense(units=2, kernel_initializer='lecun_normal') [3]",
    ]


def test_several_calls_and_states_of_keras_2(tmp_path: Path) -> None:
    states = {"return_state": True, "recurrent_activation": "sigmoid"}
    found = graph_of(
        start("x", None, 3),
        start("y", None, 3),
        node("LSTM", "enc", [[["x", 0, 0, {}]]], units=4, implementation=1, **states),
        node("LSTM", "dec", [[["y", 0, 0, {}], ["enc", 0, 1, {}], ["enc", 0, 2, {}]]], units=4),
        node("GRU", "gru", [[["y", 0, 0, {"initial_state": [["enc", 0, 1]]}]]], units=4),
        node("Dense", "out", [[["dec", 0, 0, {}]], [["gru", 0, 0, {}]]], units=2),
        reads=[("x", 0, 0), ("y", 0, 0)],
        gives=[("out", 1, 0), ("out", 0, 0)],
    )
    assert lines(tmp_path, found) == [
        "Input(shape=(None, 3)) []",
        "Input(shape=(None, 3)) []",
        "LSTM(units=4, return_state=True) [0]",
        "LSTM(units=4) [1, (2, 1), (2, 2)]",
        "Dense(units=2) [3]",
        "GRU(units=4, reset_after=False) [1, (2, 1)]",
        "Dense(units=2) [5] like 4",
    ]
    graph, _ = read(tmp_path, found)
    assert graph is not None
    assert graph.outputs == [(6, 0), (4, 0)]


def test_functions_of_tensorflow(tmp_path: Path) -> None:
    def function(name: str, reads: str, what: str, **more: Any) -> Entry:
        kind = "SlicingOpLambda" if what.endswith("getitem") else "TFOpLambda"
        call = [reads, 0, 0, {**more, "name": None}]
        return node(kind, name, [call], function=what, dtype="float32")

    whole = {"start": None, "stop": None, "step": None}
    found = graph_of(
        start("x", 8, 8, 3),
        function("a", "x", "math.truediv", y=127.5),
        function("b", "a", "math.subtract", y=1.0),
        function("c", "b", "__operators__.add", y=3.0),
        function("d", "c", "nn.relu6"),
        function("e", "d", "math.multiply", y=["b", 0, 0]),
        function("f", "e", "__operators__.getitem", slice_spec=[whole, {**whole, "stop": 4}, 2]),
        function("g", "f", "math.reduce_mean", axis=[1], keepdims=True),
        node("BatchNormalization", "h", [[["g", 0, 0, {"training": False}]]], axis=[2]),
        function("i", "h", "expand_dims", axis=-1),
        function("j", "i", "cast", dtype="float32"),
        function("k", "j", "split", num_or_size_splits=[1, 3], axis=1),
        function("l", "k", "pad", paddings=[[0, 0], [1, 1], [0, 0], [0, 0]], mode="CONSTANT"),
    )
    assert lines(tmp_path, found)[1:] == [
        "Divide(x2=127.5) [0]",
        "Rescaling(scale=1.0, offset=-1.0) [1]",
        "Rescaling(scale=1.0, offset=3.0) [2]",
        "Activation(activation='relu6') [3]",
        "Multiply() [4, 2]",
        "GetItem(axis=1, stop=4) [5]",
        "GetItem(axis=2, index=2) [6]",
        "Mean(axis=(1,), keepdims=True) [7]",
        "BatchNormalization(training=False) [8]",
        "ExpandDims(axis=(-1,)) [9]",
        "Split(indices_or_sections=(1,), axis=1) [10]",
        "Pad(pad_width=((0, 0), (1, 1), (0, 0), (0, 0))) [11]",
    ]


def test_nodes_of_tensorflow(tmp_path: Path) -> None:
    """As TensorFlow 2.1 to 2.3 wrote operations."""

    def op(name: str, reads: list[str], what: str, constants: Any = ()) -> Entry:
        inside = {"name": name, "op": what, "input": reads, "attr": {"T": {"type": "DT_FLOAT"}}}
        calls = [[[n, 0, 0, {}] for n in reads]]
        more = {"node_def": inside, "constants": dict(constants), "dtype": "float32"}
        return node("TensorFlowOpLayer", name, calls, **more)

    found = graph_of(
        start("x", 4),
        op("a", ["x"], "Mul", {"1": 2.0}),
        op("b", ["a"], "Sub", {"0": 1.0}),
        op("c", ["a", "b"], "AddV2"),
        op("d", ["c"], "Sigmoid"),
    )
    assert lines(tmp_path, found)[1:] == [
        "Rescaling(scale=2.0) [0]",
        "Rescaling(scale=-1.0, offset=1.0) [1]",
        "Add() [1, 2]",
        "Activation(activation='sigmoid') [3]",
    ]
    graph, told = read(tmp_path, graph_of(start("x", 4), op("a", ["x"], "MatrixInverse")))
    assert (graph, codes(told)) == (None, ["AS703"])


def test_an_activation_that_is_a_layer_follows(tmp_path: Path) -> None:
    slope = {"class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.10000000149011612}}
    found = chain(layer("Dense", "d", units=3, activation=slope, batch_input_shape=[None, 4]))
    assert lines(tmp_path, found)[1:] == ["Dense(units=3) [0]", "LeakyReLU(negative_slope=0.1) [1]"]


def test_x_plus_scale_times_y(tmp_path: Path) -> None:
    scale = node("CustomScaleLayer", "s", [[["x", 0, 0, {}], ["d", 0, 0, {}]]], scale=0.17)
    found = graph_of(start("x", 4), node("Dense", "d", [[["x", 0, 0, {}]]], units=4), scale)
    assert lines(tmp_path, found)[2:] == ["Rescaling(scale=0.17) [1]", "Add() [0, 2]"]


FIRST = layer("Dense", "first", units=3, batch_input_shape=[None, 4])


def test_all_that_cannot_be_imported_is_told_in_one_run(tmp_path: Path) -> None:
    code = ["4wEAAAAA\n", None, None]
    found = graph_of(
        start("x", 4),
        node("Lambda", "a", [[["x", 0, 0, {}]]], function=code),
        node("Mine", "b", [[["a", 0, 0, {}]]], secret=1),
        node("Mine", "c", [[["b", 0, 0, {}]]], secret=2),
        node("Dense", "d", [[["c", 0, 0, {}]]], units=3, activation="my_act", colour="red"),
        node("Dense", "e", [[["d", 0, 0, {}]]], units=3, kernel_initializer={"class_name": "Own"}),
        node("TFOpLambda", "f", [["e", 0, 0, {"name": None}]], function="image.resize"),
    )
    text = json.dumps(found, indent=1)
    graph, told = read(tmp_path, text)
    assert graph is None
    assert [(d.code, d.message.partition("`")[2].partition("`")[0]) for d in told] == [
        ("AS702", "a"),
        ("AS703", "b"),
        ("AS703", "activation"),
        ("AS704", "d"),
        ("AS703", "kernel_initializer"),
        ("AS703", "f"),
    ]
    assert [n.message for n in told[1].all_notes] == ["the same at `c`"]
    assert all(d.help for d in told)
    where = [d.span.line if d.span else 0 for d in told]
    assert text.split("\n")[where[0] - 1].strip() == '"class_name": "Lambda",'
    assert text.split("\n")[where[3] - 1].strip() == '"colour": "red"'
    assert where == sorted(where)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"activation": {"class_name": "__lambda__", "config": {}}}, "AS702"),
        ({"kernel_regularizer": {"class_name": "L3", "config": {}}}, "AS703"),
        ({"kernel_regularizer": {"class_name": "L2", "config": {"l3": 1.0}}}, "AS704"),
        ({"units": -1}, "AS704"),
        ({"units": None}, "AS704"),
        ({"dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8"}}}, "AS704"),
        ({"activation": {"class_name": "PReLU", "config": {"shared": 1}}}, "AS704"),
    ],
)
def test_what_a_layer_cannot_have(config: dict[str, Any], code: str, tmp_path: Path) -> None:
    graph, told = read(tmp_path, chain({**FIRST, "config": {**FIRST["config"], **config}}))
    assert (graph, codes(told)) == (None, [code])
    assert "`first`" in told[0].message


def test_layers_of_plugins_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Doubling(Elementwise):
        """Twice each value."""

        factor: float = 2.0
        """Factor."""

    monkeypatch.setitem(layer_types(), "Doubling", Doubling)
    double = layer("Custom>Doubling", "double", factor=3.0, dtype="float32")
    assert lines(tmp_path, chain(FIRST, double))[2:] == ["Doubling(factor=3.0) [1]"]
    other = {
        **layer("Dense", "mine", units=3),
        "module": "my.layers",
        "registered_name": "My>Dense",
    }
    graph, told = read(tmp_path, chain(FIRST, other))
    assert (graph, codes(told)) == (None, ["AS703"])


def test_channels_first_are_told_once(tmp_path: Path) -> None:
    conv = {"filters": 3, "kernel_size": 3, "data_format": "channels_first"}
    entries = [layer("Conv2D", f"c{n}", **conv) for n in range(3)]
    entries[0]["config"]["batch_input_shape"] = [None, 3, 8, 8]
    graph, told = read(tmp_path, chain(*entries))
    assert (graph, codes(told)) == (None, ["AS704"])
    assert [n.message for n in told[0].all_notes] == ["the same at `c1`, `c2`"]


def test_layers_that_were_others_are_told(tmp_path: Path) -> None:
    lstm = layer("LSTM", "a", units=3, recurrent_activation="hard_sigmoid", return_sequences=True)
    lstm["config"]["batch_input_shape"] = [None, 5, 4]
    graph, told = read(tmp_path, chain(lstm, layer("CuDNNLSTM", "b", units=3)))
    assert graph is not None
    assert codes(told) == ["AS964", "AS964"]
    assert [repr(n.layer) for n in graph.nodes[2:]] == ["LSTM(units=3)"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "it is empty"),
        ("{", "nor JSON"),
        ("null", "holds nothing"),
        ({"a": 1}, "no `class_name`"),
        ({"name": "Sequential", "layers": [{"name": "Dense"}], "loss": "mse"}, "Keras 0"),
        ({"format": "graph-model", "modelTopology": {"node": []}}, "a program without layers"),
        ({"class_name": "MyNet", "config": {}}, "a class of somebody's"),
        ({"class_name": "MyNet", "config": None}, "a class of its own"),
        ({"weightsManifest": []}, "where weights are"),
        (chain(), "without layers"),
        (chain(layer("Dense", "d", units=3)), "what shape its input has"),
        (graph_of(start("x", 4), node("Dense", "d", [[["z", 0, 0, {}]]])), "not understood"),
        (
            graph_of(start("x", 4), node("Dense", "d", [[["d", 0, 0, {}]]], units=1)),
            "reads nothing",
        ),
        (chain({"class_name": 3, "config": {}}), "no classes"),
    ],
)
def test_what_is_no_model(value: Any, told: str, tmp_path: Path) -> None:
    graph, found = read(tmp_path, value)
    assert (graph, codes(found)) == (None, ["AS701"])
    assert told in found[0].message


def test_files_that_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"\x08\x01")
    (tmp_path / "net.pb").write_bytes(b"\x08\xff\x01" * 100)
    (tmp_path / "spec.json").write_text('{"archspec": 1, "layers": [{"class_name": 1}]}')
    for name in ("saved", "net.pb", "missing.keras"):
        sink = Sink()
        assert read_model(str(tmp_path / name), sink) is None
        assert codes(sink.diagnostics) == ["AS701"]
        assert not is_model_file(tmp_path / name)
    assert not is_model_file(tmp_path / "spec.json")


def archive(path: Path, config: str, weights: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", '{"keras_version": "2.13.1"}')
        file.writestr("config.json", config)
        file.writestr("model.weights.h5", b"\x01" * weights)
    return path


def test_weights_of_an_archive_are_not_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "net.keras", json.dumps(KERAS_1), 1000)  # which are none at all
    sink = Sink(selection=Selection())
    graph = read_model(str(path), sink)
    assert graph is not None
    assert [repr(node.layer) for node in graph.nodes] == [x.rpartition(" ")[0] for x in OF_KERAS_1]


def nested(depth: int, inner: Entry) -> Entry:
    """A model that calls a model twice, which calls a model twice …"""
    for _ in range(depth):
        calls = [[["x", 0, 0, {}]], [["m", 1, 0, {}]]]
        model = {**inner, "name": "m", "inbound_nodes": calls}
        inner = graph_of(start("x", 4), model, gives=[("m", 2, 0)])
    return inner


def test_bombs_are_refused_quickly(tmp_path: Path) -> None:
    small = chain(FIRST)
    many = [layer("ReLU", f"r{n}") for n in range(60_000)]
    bombs: list[Any] = [
        json.dumps(chain(FIRST, *many)),
        '{"class_name": "Model", "config": ' + "[" * 100_000,
        '{"class_name": "Model", "config": ' + "[" * 900 + "]" * 900 + "}",
        '{"class_name": "Model", "config": [' + "[]," * 800_000 + "0]}",
        '{"class_name": "Model", "config": [' + "0," * 1_600_000 + "0]}",
        nested(40, small),
        nested(40, graph_of(start("x", 4), gives=[("x", 0, 0)])),
    ]
    for bomb in bombs:
        before = time.process_time()
        graph, told = read(tmp_path, bomb)
        assert (graph, codes(told)) == (None, ["AS701"])
        assert time.process_time() - before < 2
    path = archive(tmp_path / "bomb.keras", '{"a": "' + "x" * (20 << 20) + '"}')
    sink = Sink()
    assert read_model(str(path), sink) is None
    assert codes(sink.diagnostics) == ["AS701"]


def test_the_config_of_a_class_of_somebody_is_refused() -> None:
    sink = Sink()
    assert read_config("MyNet", {"input_layers": [], "layers": []}, "MyNet()", sink) is None
    assert codes(sink.diagnostics) == ["AS701"]


def test_a_thousand_layers_are_read_without_keras_and_numpy(tmp_path: Path) -> None:
    entries = [layer("Dense", f"d{n}", units=n + 1) for n in range(1000)]
    (tmp_path / "model.json").write_text(json.dumps(chain(FIRST, *entries)))
    code = (
        "import sys, time; from archspec.importer.read import read_model;"
        "from archspec.diagnostics.sink import Sink; before = time.process_time();"
        "graph = read_model('model.json', Sink());"
        "print(len(graph.nodes), time.process_time() - before,"
        " sorted({'numpy', 'keras', 'tensorflow', 'h5py', 'pydantic'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    count, seconds, heavy = done.stdout.split(maxsplit=2)
    assert (count, heavy.strip()) == ("1002", "[]")
    assert float(seconds) < 0.5
