"""Operations in models: built, saved, loaded, and compared with what people write in Keras."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from keras import layers, ops

import archspec
from archspec.weights.pairing.same import one_to_one
from archspec.weights.structure.structure import structure_of
from tests.layers.test_operations import CBAM


@pytest.fixture(scope="module")
def ours() -> Any:
    return archspec.build(archspec.loads(CBAM))


def theirs(shift: int = 1, stop: int | None = -12, scale: float = 2.0) -> Any:
    """The same network by functions of keras.ops, its axes and parts written in other ways."""
    x = keras.Input((8, 8, 16))
    left, right = ops.split(x, 2, axis=3)
    seen = [ops.mean(left, axis=[3], keepdims=True), ops.max(right, axis=-1, keepdims=True)]
    gate = layers.Conv2D(1, 7, padding="same", activation="sigmoid")(layers.Concatenate()(seen))
    y = layers.Multiply()([gate, x])
    y = ops.where(ops.greater(y, 0.5), y, 0.0)
    y = ops.power(ops.transpose(y[:, :, :, :stop], (0, 3, 1, 2)), scale)
    y = ops.take(ops.roll(y, (-1, shift), axis=(-1, 2)), [0, 2], axis=1)
    return keras.Model(x, layers.Dense(3)(y))


def test_the_same_graph(ours: Any) -> None:
    assert one_to_one(structure_of(ours), structure_of(theirs()))[1] == ""


@pytest.mark.parametrize("other", [{"shift": 2}, {"stop": 5}, {"stop": None}, {"scale": 3.0}])
def test_another_graph(ours: Any, other: dict[str, Any]) -> None:
    assert one_to_one(structure_of(ours), structure_of(theirs(**other)))[1]


def test_saved_and_loaded(ours: Any, tmp_path: Path) -> None:
    """Nothing in the file is ours: Keras alone reads it."""
    value = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 16)).astype("float32")
    ours.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert "archspec" not in again.to_json()
    assert [o.name for o in again.operations] == [o.name for o in ours.operations]
    assert np.array_equal(np.asarray(again(value)), np.asarray(ours(value)))
