"""Specs to Keras models: names, sharing, freezing, inputs and outputs, arguments, depth."""

import gc
import os
import sys
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.keras import build as building
from archspec.emit.keras.names import layer_names
from archspec.layers import layer_types
from archspec.layers.base import Elementwise

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy


def build(text: str, **params: Any) -> Any:
    """The model of a spec that is given as text."""
    return archspec.build(archspec.loads("archspec: 1\nname: net\n" + text, **params))


def total(weights: list[Any]) -> int:
    return sum(int(np.prod(w.shape)) for w in weights)


def test_layers_are_named_after_their_paths() -> None:
    model = build(
        """
input: [8, 8, 3]
blocks:
  unit:
    layers: [Conv2D: {filters: 4, kernel_size: 3, padding: same}, BatchNormalization]
layers:
  - repeat: {name: stage, times: 2, layers: [unit: {}]}
  - Dense: {name: head, units: 2}
"""
    )
    assert [layer.name for layer in model.layers] == [
        "input",
        "stage1.unit.conv2d",
        "stage1.unit.batch_normalization",
        "stage2.unit.conv2d",
        "stage2.unit.batch_normalization",
        "head",
    ]
    assert model.name == "net"
    assert model.get_layer("head").kernel.path == "head/kernel"


def test_names_that_backends_refuse() -> None:
    assert layer_names(["a.b", "größe", "gr__e", "_x"]) == ["a.b", "gr__e_1", "gr__e", "x_x"]
    assert layer_names(["a.b", "a-b"], "-") == ["a-b_1", "a-b"]


def test_inserting_a_layer_keeps_the_other_names() -> None:
    before = "input: [4]\nlayers:\n  - Dense: {name: one, units: 4}\n"
    last = "  - Dense: {name: two, units: 2}\n"
    inserted = before + "  - Dense: {name: between, units: 4}\n" + last
    names = {layer.name for layer in build(before + last).layers}
    assert names < {layer.name for layer in build(inserted).layers}


def test_shared_weights_are_one_layer() -> None:
    model = build(
        """
inputs: {left: [4], right: [4]}
layers:
  - Dense: {name: encode, units: 3, from: left}
  - apply: {name: again, layer: encode, from: right}
  - Subtract: {from: [encode, again]}
"""
    )
    assert len(model.layers) == 4
    assert model.count_params() == 4 * 3 + 3
    assert [t.name for t in model.inputs] == ["left", "right"]
    same = np.ones((2, 4), "float32")
    assert np.abs(model([same, same])).max() == 0


def test_shared_blocks_share_every_layer() -> None:
    model = build(
        """
inputs: {left: [4], right: [4]}
blocks:
  tower: {layers: [Dense: 3, Dense: 2]}
layers:
  - tower: {name: first, from: left}
  - apply: {name: second, layer: first, from: right}
  - Concatenate: {from: [first, second]}
"""
    )
    assert model.count_params() == (4 * 3 + 3) + (3 * 2 + 2)
    assert [x.shape for x in model.inputs] == [(None, 4), (None, 4)]


FROZEN = """
input: [8, 8, 3]
blocks:
  base: {layers: [Conv2D: {filters: 4, kernel_size: 3}, BatchNormalization, GlobalAveragePooling2D]}
layers:
  - base: {trainable: false}
  - Dense: {name: head, units: 2}
"""


def test_frozen_layers_do_not_learn() -> None:
    model = build(FROZEN)
    assert total(model.trainable_weights) == 4 * 2 + 2
    before = model.get_layer("base.conv2d").get_weights()[0]
    fit_one_step(model)
    assert np.array_equal(model.get_layer("base.conv2d").get_weights()[0], before)


def test_frozen_layers_learn_once_they_are_thawed() -> None:
    """A TensorFlow variable that is created frozen would have no gradient for ever."""
    model = build(FROZEN)
    convolution = model.get_layer("base.conv2d")
    convolution.trainable = True
    before = convolution.get_weights()[0]
    fit_one_step(model)
    assert not np.array_equal(convolution.get_weights()[0], before)


def fit_one_step(model: Any) -> None:
    """Train on one random batch."""
    random = np.random.default_rng(0)
    inputs = [random.standard_normal((2, *x.shape[1:])).astype("float32") for x in model.inputs]
    outputs = [random.standard_normal((2, *y.shape[1:])).astype("float32") for y in model.outputs]
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=["mse"] * len(outputs))
    x = inputs if len(inputs) > 1 else inputs[0]
    history = model.fit(x, outputs, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])


def test_dead_layers_are_left_out() -> None:
    model = build(
        """
input: [4]
layers:
  - Dense: {name: used, units: 3}
  - Dense: {name: dead, units: 5, from: input}
  - Dense: {name: out, units: 2, from: used}
"""
    )
    assert [layer.name for layer in model.layers] == ["input", "used", "out"]


def test_several_inputs_and_outputs() -> None:
    model = build(
        """
inputs:
  image: [8, 8, 3]
  words: {shape: [null], dtype: int32}
layers:
  - Flatten: {from: image}
  - Dense: {name: seen, units: 4}
  - Embedding: {input_dim: 10, output_dim: 4, from: words}
  - GlobalAveragePooling1D: {name: read}
  - Add: {from: [seen, read]}
  - Dense: {name: kind, units: 3, activation: softmax}
  - Dense: {name: score, units: 1, from: add}
outputs: [kind, score]
"""
    )
    assert [t.dtype for t in model.inputs] == ["float32", "int32"]
    assert [t.shape for t in model.outputs] == [(None, 3), (None, 1)]
    kind, score = model([np.zeros((2, 8, 8, 3), "float32"), np.zeros((2, 5), "int32")])
    assert kind.shape == (2, 3)
    assert score.shape == (2, 1)


def test_states_of_recurrent_layers() -> None:
    model = build(
        """
inputs: {source: [null, 3], target: [null, 2]}
layers:
  - LSTM: {name: encoder, units: 4, return_state: true, from: source}
  - LSTM: {name: decoder, units: 4, return_sequences: true,
           from: [target, encoder.state_h, encoder.state_c]}
  - TimeDistributed: {layer: {Dense: {units: 2}}}
"""
    )
    source, target = np.ones((2, 5, 3), "float32"), np.ones((2, 7, 2), "float32")
    first = np.asarray(model([source, target]))
    assert first.shape == (2, 7, 2)
    assert np.abs(first - np.asarray(model([0 * source, target]))).max() > 1e-4


def test_wrappers_hold_layers() -> None:
    model = build(
        """
input: [6, 3]
layers:
  - Bidirectional: {layer: {GRU: {units: 4, return_sequences: true}}, merge_mode: sum}
  - TimeDistributed: {layer: {Dense: {units: 5, kernel_initializer: ones}}}
  - Flatten
  - SpectralNormalization: {layer: {Dense: {units: 2}}, power_iterations: 2}
"""
    )
    kinds = [type(layer).__name__ for layer in model.layers[1:]]
    assert kinds == ["Bidirectional", "TimeDistributed", "Flatten", "SpectralNormalization"]
    assert model.get_layer("bidirectional").merge_mode == "sum"
    assert np.all(model.get_layer("time_distributed").layer.kernel == 1)


def test_attention_takes_query_value_and_key() -> None:
    model = build(
        """
inputs: {query: [4, 8], value: [6, 8]}
layers:
  - Attention: {name: plain, from: [query, value]}
  - MultiHeadAttention: {name: self, num_heads: 2, key_dim: 4, from: query}
  - MultiHeadAttention: {name: cross, num_heads: 2, key_dim: 4, from: [query, value, value]}
  - Add: {from: [plain, self, cross]}
"""
    )
    assert model.output_shape == (None, 4, 8)
    query, value = np.ones((1, 4, 8), "float32"), np.ones((1, 6, 8), "float32")
    assert np.asarray(model([query, value])).shape == (1, 4, 8)


def test_settings_by_name_and_with_arguments() -> None:
    model = build(
        """
input: [4]
layers:
  - Dense:
      units: 3
      kernel_initializer: {Constant: {value: 0.5}}
      bias_initializer: ones
      kernel_regularizer: {L2: {l2: 0.01}}
      kernel_constraint: {MaxNorm: {max_value: 2}}
      activity_regularizer: l1
"""
    )
    layer = model.layers[1]
    assert isinstance(layer.kernel_regularizer, keras.regularizers.L2)
    assert layer.kernel_regularizer.l2 == pytest.approx(0.01)
    assert isinstance(layer.kernel_constraint, keras.constraints.MaxNorm)
    assert np.all(layer.kernel == 0.5)
    assert np.all(layer.bias == 1)
    assert isinstance(layer.activity_regularizer, keras.regularizers.L1)


def test_each_layer_draws_its_own_values() -> None:
    model = build(
        """
input: [4]
layers:
  - repeat: {times: 2, layers: [Dense: {units: 4, kernel_initializer: {HeNormal: {}}}]}
"""
    )
    first, second = (layer.kernel for layer in model.layers[1:])
    assert not np.array_equal(first, second)


SEEDED = """
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3}
  - BatchNormalization
  - Activation: relu
  - Flatten
  - Dropout: 0.5
  - Dense: 3
"""


def by_hand() -> Any:
    """SEEDED, written by hand."""
    layers = keras.layers
    x = inputs = keras.Input((8, 8, 3))
    for layer in (
        layers.Conv2D(4, 3),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(3),
    ):
        x = layer(x)
    return keras.Model(inputs, x)


def test_initial_weights_are_those_of_the_model_by_hand() -> None:
    keras.utils.set_random_seed(5)
    theirs = by_hand().get_weights()
    keras.utils.set_random_seed(5)
    ours = build(SEEDED).get_weights()
    assert len(ours) == len(theirs)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_variables_are_ordinary_ones() -> None:
    model = build(SEEDED)
    assert all(w._value is not None for w in model.variables)
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    random = np.random.default_rng(1)
    x, y = random.random((8, 8, 8, 3)), random.random((8, 3))
    before = model.get_weights()
    model.fit(x, y, batch_size=4, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert all(changed)  # the moving mean and variance too
    model.set_weights(before)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_layer_that_cannot_be_declared_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer that makes a variable of an array is built without the scope, from the same seed."""
    calls = []
    build_once = building._build

    def stubborn(shaped: Any) -> Any:
        calls.append(shaped)
        if len(calls) == 1:
            keras.initializers.GlorotUniform()  # draws a seed
            cause = ValueError("You are attempting to create a variable while in a stateless scope")
            raise building._RefusedError(shaped.nodes[1], cause)
        return build_once(shaped)

    monkeypatch.setattr(building, "_build", stubborn)
    keras.utils.set_random_seed(5)
    ours = build(SEEDED).get_weights()
    keras.utils.set_random_seed(5)
    assert all(np.array_equal(a, b) for a, b in zip(ours, by_hand().get_weights(), strict=True))
    assert len(calls) == 2


class Unbuildable(Elementwise):
    """A layer whose Keras class does not exist."""

    keras_class = "keras.layers.Unbuildable"


@pytest.fixture
def unbuildable(monkeypatch: pytest.MonkeyPatch) -> archspec.Network:
    """A network that Keras refuses."""
    monkeypatch.setitem(layer_types(), "Unbuildable", Unbuildable)
    return archspec.loads("archspec: 1\ninput: [4]\nlayers:\n  - Dense: 2\n  - Unbuildable\n")


def test_a_name_that_keras_takes_itself() -> None:
    """For a mask Keras puts an operation `not_equal` into the graph."""
    text = """
archspec: 1
input: [10, 4]
layers:
  - Masking
  - LSTM: {units: 4, return_sequences: true}
  - Dense: {name: not_equal, units: 2}
"""
    with pytest.raises(archspec.SpecError, match=r"AS504.*cannot build the Dense `not_equal`"):
        archspec.build(archspec.loads(text))


def test_what_keras_refuses_is_an_error_at_its_line(unbuildable: archspec.Network) -> None:
    with pytest.raises(archspec.SpecError, match="Unbuildable needs") as raised:
        archspec.build(unbuildable)
    (found,) = raised.value.diagnostics
    assert found.code == "AS504"
    assert found.span is not None
    assert found.span.line == 5


def test_the_collector_runs_again_after_an_error(unbuildable: archspec.Network) -> None:
    limit = sys.getrecursionlimit()
    assert building.build_model(unbuildable, Sink()) is None
    assert gc.isenabled()
    assert sys.getrecursionlimit() == limit


def test_errors_of_the_spec_are_raised() -> None:
    with pytest.raises(archspec.SpecError, match="AS201"):
        build("input: [4]\nlayers: [Dence: 2]\n")


DEEP = """
input: [4]
layers:
  - repeat: {times: times, layers: [residual: {layers: [Dense: 4]}]}
"""


def test_a_deep_chain(full: bool) -> None:
    """Keras alone stops with a RecursionError at a thousand layers in a row."""
    times = 3000 if full else 600
    limit = sys.getrecursionlimit()
    model = build("params: {times: 1}\n" + DEEP, times=times)
    assert len(model.layers) == 2 * times + 1
    assert model.count_params() == times * (4 * 4 + 4)
    assert sys.getrecursionlimit() == limit


def test_a_deep_chain_is_saved_and_loaded(tmp_path: Any) -> None:
    model = build("input: [4]\nlayers: [repeat: {times: 1050, layers: [Identity]}, Dense: 2]\n")
    path = tmp_path / "deep.keras"
    model.save(path)
    with pytest.raises(RecursionError):
        keras.models.load_model(path)
    again = archspec.load_model(path)
    x = np.ones((1, 4), "float32")
    assert np.array_equal(np.asarray(model(x)), np.asarray(again(x)))


NORMALIZED = """
input: [4, 4, 7]
layers:
  - LocalResponseNormalization: {depth_radius: radius, bias: 2, alpha: 0.1, beta: 0.75}
"""


@pytest.mark.parametrize("radius", [0, 2, 5, 9])
def test_local_response_normalization(radius: int, tmp_path: Any) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    model = build("params: {radius: 1}\n" + NORMALIZED, radius=radius)
    x = np.random.default_rng(0).standard_normal((2, 4, 4, 7)).astype("float32")
    theirs = tensorflow.nn.local_response_normalization(x, radius, 2.0, 0.1, 0.75)
    assert np.allclose(np.asarray(model(x)), theirs, rtol=1e-6)
    model.save(tmp_path / "lrn.keras")
    again = archspec.load_model(tmp_path / "lrn.keras")
    assert np.array_equal(np.asarray(again(x)), np.asarray(model(x)))
    assert again.layers[1].get_config()["depth_radius"] == radius


def test_a_loaded_network_takes_no_parameters() -> None:
    network = archspec.loads("archspec: 1\ninput: [4]\nlayers: [Dense: 2]\n")
    with pytest.raises(TypeError):
        archspec.build(network, classes=3)
