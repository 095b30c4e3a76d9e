"""Layers that Keras lacks, and those that need an argument of their call: what they calculate."""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from keras.src.applications import convnext

import archspec
from archspec.infer.receptive.fields import receptive_fields
from archspec.weights.comparison.compare import compare
from archspec.weights.comparison.outputs import randomize

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy


def build(text: str, **values: Any) -> Any:
    """A model with random weights."""
    model = archspec.build(archspec.loads(f"archspec: 1\n{text}", **values))
    randomize(model)
    return model


def draw(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal((2, *shape)).astype("float32")


def test_layer_scale_is_that_of_convnext() -> None:
    ours = build("input: [4, 4, 3]\nlayers: [LayerScale: 0.5, Flatten]")
    inputs = keras.Input((4, 4, 3))
    scaled = convnext.LayerScale(1e-6, 3)(inputs)
    theirs = keras.Model(inputs, keras.layers.Flatten()(scaled))
    found = compare(ours, theirs, [draw(4, 4, 3)])
    assert found.same
    theirs.set_weights(ours.get_weights())
    assert np.allclose(ours(draw(4, 4, 3)), theirs(draw(4, 4, 3)))


def test_layer_scale_starts_as_it_is_told() -> None:
    model = archspec.build(archspec.loads("archspec: 1\ninput: [3]\nlayers: [LayerScale: 0.5]\n"))
    assert np.allclose(model(np.ones((1, 3))), 0.5)
    assert model.layers[1].get_config()["projection_dim"] == 3


@pytest.mark.parametrize("start", [0, 3])
def test_position_embedding_is_its_table(start: int) -> None:
    told = f"{{sequence_length: 8, start_index: {start}}}"
    model = build(f"input: [null, 3]\nlayers: [PositionEmbedding: {told}]")
    (table,) = model.get_weights()
    for length in (1, 5):
        out = np.asarray(model(draw(length, 3)))
        assert np.array_equal(out, np.stack([table[start : start + length]] * 2))


def test_weight_is_the_same_for_all_examples() -> None:
    model = build("input: [5]\nlayers: [Weight: [1, 4]]")
    (weight,) = model.get_weights()
    assert np.array_equal(model(draw(5)), np.stack([weight] * 2))


@pytest.mark.parametrize("text", ["PositionEmbedding: 5", "Weight: [5, 3]"])
def test_of_the_input_nothing_is_seen(text: str) -> None:
    network = archspec.loads(f"archspec: 1\ninput: [5, 3]\nlayers: [{{{text}}}]\n")
    assert receptive_fields(network)[-1].text() == ""


HEAD = """
input: {shape: [6], dtype: int32}
layers:
  - ReversibleEmbedding: {name: words, input_dim: 11, output_dim: 4, tie_weights: TIED, logit_soft_cap: CAP}
  - Dense: 4
  - apply: {layer: words, reverse: true}
"""


@pytest.mark.parametrize(("tied", "cap"), [("true", "null"), ("true", "2.5"), ("false", "null")])
def test_a_head_with_the_weights_of_the_embedding(tied: str, cap: str, tmp_path: Any) -> None:
    model = build(HEAD.replace("TIED", tied).replace("CAP", cap))
    tables = model.get_layer("words").get_weights()
    kernel, bias = model.get_layer("dense").get_weights()
    tokens = np.arange(12).reshape(2, 6) % 11
    scores = (tables[0][tokens] @ kernel + bias) @ (tables[0].T if tied == "true" else tables[1])
    wanted = scores if cap == "null" else 2.5 * np.tanh(scores / 2.5)
    assert np.allclose(model(tokens), wanted, atol=1e-5)
    model.save(tmp_path / "head.keras")
    again = keras.saving.load_model(tmp_path / "head.keras")  # Keras's own: nothing else is needed
    assert np.array_equal(again(tokens), model(tokens))


CAUSAL = """
params: {causal: true}
input: [6, 4]
layers: [ATTENTION]
"""
ATTENTIONS = {
    "MultiHeadAttention": "{num_heads: 2, key_dim: 3, use_causal_mask: causal}",
    "GroupQueryAttention": "{head_dim: 2, num_query_heads: 2, num_key_value_heads: 1, use_causal_mask: causal}",
    "Attention": "{from: [input, input], use_causal_mask: causal}",
    "AdditiveAttention": "{from: [input, input], use_causal_mask: causal}",
}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_causal_mask_hides_what_comes_later(name: str, tmp_path: Any) -> None:
    text = CAUSAL.replace("ATTENTION", f"{name}: {ATTENTIONS[name]}")
    model, other = build(text), build(text, causal=False)
    one, two = draw(6, 4), draw(6, 4)
    two[:, 4:] += 1
    assert np.allclose(model(one)[:, :4], model(two)[:, :4], atol=1e-6)
    assert not np.allclose(other(one)[:, :4], other(two)[:, :4], atol=1e-3)
    assert not compare(model, other, [one]).same
    model.save(tmp_path / "causal.keras")
    again = keras.saving.load_model(tmp_path / "causal.keras")
    assert np.array_equal(again(one), model(one))
    assert compare(model, again, [one]).same


MASKED = """
inputs: {x: [6, 4], m: {shape: [SHAPE], dtype: bool}}
layers: [LAYER]
"""


@pytest.mark.parametrize(
    ("shape", "layer"),
    [
        (
            "6, 6",
            "MultiHeadAttention: {num_heads: 2, key_dim: 3, from: {query: x, attention_mask: m}}",
        ),
        ("6", "MultiHeadAttention: {num_heads: 2, key_dim: 3, from: {query: x, value_mask: m}}"),
        ("6", "Attention: {from: {query: x, value: x, value_mask: m}}"),
        ("6", "LSTM: {units: 3, from: {sequences: x, mask: m}}"),
        ("6", "Bidirectional: {layer: {GRU: {units: 3}}, from: {sequences: x, mask: m}}"),
        ("6", "GlobalAveragePooling1D: {from: {inputs: x, mask: m}}"),
    ],
)
def test_what_a_mask_leaves_out_does_not_count(shape: str, layer: str) -> None:
    model = build(MASKED.replace("SHAPE", shape).replace("LAYER", f"{{{layer}}}"))
    mask = np.ones((2, *map(int, shape.split(", "))), bool)
    one, two = draw(6, 4), draw(6, 4)
    two[:, 5] += 1
    given = [0, 1, 2, 3, 4] if "Attention" in layer else slice(None)
    first, second = (np.asarray(model([x, mask]))[:, given] for x in (one, two))
    assert not np.allclose(first, second, atol=1e-4)
    mask[..., 5] = False
    first, second = (np.asarray(model([x, mask]))[:, given] for x in (one, two))
    assert np.allclose(first, second, atol=1e-6)


def test_initial_states_by_name_are_those_by_order() -> None:
    head = "inputs: {x: [6, 4], h: [3], c: [3]}\nlayers: "
    named = build(head + "[LSTM: {units: 3, from: {sequences: x, initial_state: [h, c]}}]")
    listed = build(head + "[LSTM: {units: 3, from: [x, h, c]}]")
    listed.set_weights(named.get_weights())
    given = [draw(6, 4), draw(3), draw(3) * 2]
    assert np.array_equal(named(given), listed(given))


def test_scores_of_attention_are_an_output() -> None:
    model = build(
        "inputs: {x: [6, 4], y: [3, 4]}\noutputs: [a, a.attention_scores]\n"
        "layers: [Attention: {name: a, from: [x, y], return_attention_scores: true}]"
    )
    out, scores = model([draw(6, 4), draw(3, 4)])
    assert out.shape == (2, 6, 4)
    assert scores.shape == (2, 6, 3)
    assert np.allclose(np.asarray(scores).sum(-1), 1)


def test_training_is_heeded_where_a_model_is_called_alone() -> None:
    """As Keras has it: `fit` and `predict` say it for all layers."""
    model = build("input: [100]\nlayers: [Dropout: {rate: 0.5, training: true}]")
    ones = np.ones((1, 100), "float32")
    assert (np.asarray(model(ones)) == 0).any()
    assert np.array_equal(model.predict(ones, verbose=0), ones)


def test_masks_of_other_sizes_are_told() -> None:
    wrong = MASKED.replace("SHAPE", "5").replace(
        "LAYER", "LSTM: {units: 3, from: {sequences: x, mask: m}}"
    )
    with pytest.raises(archspec.SpecError, match="the `mask` has the shape 6 here, not 5"):
        archspec.loads(f"archspec: 1\n{wrong}")
