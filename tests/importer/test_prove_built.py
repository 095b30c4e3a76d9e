"""The second proof: what Keras builds of a spec, held against the config of another model."""

import copy
import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

pytest.importorskip("keras")

import keras

from archspec.emit.keras.build import declaring
from archspec.importer.prove_built import BuiltProof, prove_built, prove_outputs, prove_structure
from archspec.importer.prove_settings import plain_setting
from archspec.infer.infer import ShapedGraph
from tests.importer.mutations import load

TEXT = """archspec: 1
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3, kernel_initializer: he_normal, kernel_regularizer: l2}
  - BatchNormalization
  - {ReLU: {name: r}}
  - Add: {from: [r, r]}
  - Flatten
  - Dense: {units: 2, trainable: false}
"""


def _model() -> Any:
    layers = keras.layers
    with declaring(values=False):
        x = keras.Input((8, 8, 3))
        y = layers.Conv2D(
            4,
            3,
            kernel_initializer=keras.initializers.VarianceScaling(2.0),
            kernel_regularizer=keras.regularizers.L1L2(0, 0.01),
        )(x)
        y = layers.BatchNormalization(axis=3)(y)
        y = layers.ReLU()(y)
        y = layers.Flatten()(y + y)
        model = keras.Model(x, layers.Dense(2)(y))
        model.layers[-1].trainable = False
    return model


def _shaped() -> ShapedGraph:
    found = load(TEXT)
    assert found is not None
    return found


def _proof(config: dict[str, Any], **options: bool) -> BuiltProof:
    return prove_structure(_shaped(), "Functional", config, **options)


def test_the_same_in_other_words() -> None:
    assert _proof(_model().get_config()) == BuiltProof(
        [
            "built by Keras, the same structure: 7 operations, 418 parameters",
            "the same initial values, regularizers, constraints and what is frozen",
        ],
        [],
        [],
    )


def _change(config: dict[str, Any], kind: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(config)
    entry = next(e for e in found["layers"] if e["class_name"] == kind)
    entry["config"].update(changes)
    return found


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("Conv2D", {"strides": [2, 2]}, "strides 2 → default"),
        ("Conv2D", {"kernel_initializer": "zeros"}, "kernel_initializer Zeros() → VarianceScaling"),
        ("Conv2D", {"kernel_regularizer": None}, "kernel_regularizer nothing → L1L2"),
        ("Conv2D", {"bias_constraint": "non_neg"}, "bias_constraint NonNeg() → nothing"),
        ("Dense", {"trainable": True}, "trainable true → false"),
        ("BatchNormalization", {"momentum": 0.9}, "momentum 0.9 → default"),
    ],
)
def test_what_the_source_says_otherwise(kind: str, changes: dict[str, Any], told: str) -> None:
    found = _proof(_change(_model().get_config(), kind, **changes))
    assert not found.sound
    assert not found.proved
    assert told in " ".join(found.differences)


def test_settings_that_were_left_out_are_not_proved() -> None:
    config = _change(_model().get_config(), "Conv2D", kernel_initializer="zeros")
    found = _proof(config, settings=False)
    assert found.sound
    assert len(found.proved) == len(found.unproved) == 1


def test_what_is_no_model() -> None:
    found = prove_structure(_shaped(), "Functional", {"layers": []})
    assert found.sound
    assert found.proved == []
    assert "cannot be read" in found.unproved[0]


def test_another_form_is_decided_by_outputs() -> None:
    x = keras.Input((8, 8, 3))
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    other = keras.Model(x, keras.layers.Conv2D(3, 8)(y))
    padded = "- {ZeroPadding2D: {padding: 1}}\n- Conv2D: {filters: 4, kernel_size: 3}\n"
    shaped = load(
        f"archspec: 1\ninput: [8, 8, 3]\nlayers:\n{padded}- Conv2D: {{filters: 3, kernel_size: 8}}"
    )
    assert shaped is not None
    told = "only in the spec: `zero_padding2d` ZeroPadding2D"
    found = prove_built(shaped, "Functional", other.get_config())
    assert not found.sound
    assert told in found.differences
    assert "outputs were not compared" in found.unproved[0]
    found = prove_built(shaped, "Functional", other.get_config(), other)
    assert found.sound
    assert found.unproved == []
    assert found.proved[0].startswith("another structure, but in form only: ")
    found = prove_built(
        _shaped(), "Functional", _model().get_config(), keras.models.clone_model(_model())
    )
    assert len(found.proved) == 3


def test_outputs() -> None:
    assert prove_outputs(_shaped(), keras.models.clone_model(_model())).proved == ["equal outputs"]
    x = keras.Input((8, 8, 3))
    other = keras.Model(x, keras.layers.Dense(3)(keras.layers.Flatten()(x)))
    assert not prove_outputs(_shaped(), other).sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("he_normal", {"class_name": "HeNormal", "config": {"seed": None}}),
        (
            "glorot_uniform",
            {
                "class_name": "VarianceScaling",
                "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform"},
            },
        ),
        ("orthogonal", {"class_name": "OrthogonalInitializer", "config": {"gain": 1}}),
    ],
)
def test_one_form(one: Any, other: Any) -> None:
    first = plain_setting("Dense", "kernel_initializer", one)
    assert first == plain_setting("Dense", "kernel_initializer", other)
    assert first != plain_setting("Dense", "kernel_initializer", "zeros")


def test_numbers_of_old_files_are_32_bits_long() -> None:
    old = {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.009999999776482582}}
    new = {"class_name": "L2", "config": {"l2": 0.01}}
    assert plain_setting("Dense", "kernel_regularizer", old) == plain_setting(
        "Dense", "kernel_regularizer", new
    )
