"""Weights by name and by structure, and the report of what became of them."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.weights.comparison.compare import randomize
from archspec.weights.loading.models import ModelError
from archspec.weights.pairing.report import Difference, WeightsReport

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

SPEC = """\
archspec: 1
name: small
params: {classes: 3, extra: false}
input: [8, 8, 2]
layers:
  - Conv2D: {name: first, filters: 4, kernel_size: 3}
  - Conv2D: {name: between, when: extra, filters: 4, kernel_size: 1}
  - BatchNormalization: {name: norm}
  - Dropout: 0.5
  - Reshape: [4, 36]
  - Bidirectional: {name: both, layer: {LSTM: {units: 3}}}
  - Dense: {name: last, units: classes}
"""


def build(**params: Any) -> Any:
    """A model of the small network with random weights."""
    return archspec.build(archspec.loads(SPEC, **params))


def trained() -> Any:
    """A model whose weights are all different."""
    model = build()
    randomize(model, seed=3)
    return model


def equal(first: Any, second: Any, layer: str, other: str | None = None) -> bool:
    """Whether two models have the same weights in a layer."""
    mine = first.get_layer(layer).get_weights()
    others = second.get_layer(other or layer).get_weights()
    return all(np.array_equal(a, b) for a, b in zip(mine, others, strict=True))


@pytest.fixture(params=[".keras", ".weights.h5", "model"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A trained model, and what is left of it: a file, its weights only, or itself."""
    model = trained()
    if request.param == "model":
        return model, model
    path = tmp_path / f"trained{request.param}"
    (model.save if request.param == ".keras" else model.save_weights)(path)
    return model, path


def test_same_names(source: Any) -> None:
    model, where = source
    ours = build()
    report = archspec.load_weights(ours, where)
    assert report.loaded == ["first", "norm", "both", "last"]
    assert report.complete
    assert all(equal(ours, model, name) for name in report.loaded)
    assert str(report) == "4 of 4 layers took weights"


def test_an_inserted_layer_leads_nothing_astray(source: Any) -> None:
    """Keras itself stores layers by class and number."""
    model, where = source
    ours = build(extra=True)
    before = ours.get_layer("between").get_weights()
    report = archspec.load_weights(ours, where)
    assert report.new == ["between"]
    assert report.loaded == ["first", "norm", "both", "last"]
    assert all(equal(ours, model, name) for name in report.loaded)
    after = ours.get_layer("between").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_other_shapes(source: Any) -> None:
    model, where = source
    ours = build(classes=5)
    before = ours.get_layer("last").get_weights()
    report = archspec.load_weights(ours, where)
    (found,) = report.different
    assert found.name == "last"
    assert sorted(found.ours) == [(5,), (6, 5)]
    assert sorted(found.theirs) == [(3,), (6, 3)]
    assert not report.complete
    assert equal(ours, model, "both")
    after = ours.get_layer("last").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_renamed_layer(source: Any) -> None:
    model, where = source
    ours = archspec.build(archspec.loads(SPEC.replace("name: norm", "name: scaled")))
    report = archspec.load_weights(ours, where)
    assert report.renamed == [("scaled", "norm")]
    assert equal(ours, model, "scaled", "norm")
    assert "renamed  scaled ← norm" in str(report)


def test_layers_that_are_not_used(source: Any) -> None:
    _, where = source
    text = SPEC.replace("  - BatchNormalization: {name: norm}\n", "")
    report = archspec.load_weights(archspec.build(archspec.loads(text)), where)
    assert report.unused == ["norm"]
    assert report.complete


TWINS = """\
archspec: 1
input: [4]
layers: [Dense: {name: NAME1, units: 4}, Dense: {name: NAME2, units: 4}]
"""


def test_what_is_not_known_is_not_guessed(tmp_path: Path) -> None:
    """Without a config nothing says which of two equal layers is which."""
    theirs = archspec.build(archspec.loads(TWINS.replace("NAME", "old")))
    path = tmp_path / "old.weights.h5"
    theirs.save_weights(path)
    ours = archspec.build(archspec.loads(TWINS.replace("NAME", "new")))
    with pytest.raises(ModelError, match="reach no layer: the model has `new1`, `new2`"):
        archspec.load_weights(ours, path)
    theirs.save(tmp_path / "old.keras")
    report = archspec.load_weights(ours, tmp_path / "old.keras")
    assert report.renamed == [("new1", "old1"), ("new2", "old2")]
    assert equal(ours, theirs, "new2", "old2")


def test_a_model_in_a_model() -> None:
    """A tutorial's Sequential of a base and a head, into a flat spec."""
    inputs = keras.Input((8, 8, 2))
    x = keras.layers.Conv2D(4, 3, name="conv", activation="relu")(inputs)
    base = keras.Model(inputs, keras.layers.BatchNormalization(name="bn")(x), name="base")
    pool = keras.layers.GlobalAveragePooling2D()
    other = keras.Sequential(
        [keras.Input((8, 8, 2)), base, pool, keras.layers.Dense(3, name="head")]
    )
    randomize(other)
    ours = archspec.build(
        archspec.loads(
            """
archspec: 1
input: [8, 8, 2]
layers:
  - Conv2D: {filters: 4, kernel_size: 3}
  - Activation: relu
  - BatchNormalization
  - GlobalAveragePooling2D
  - Dense: 3
"""
        )
    )
    report = archspec.load_weights(ours, other)
    assert report.renamed == [
        ("conv2d", "base/conv"),
        ("batch_normalization", "base/bn"),
        ("dense", "head"),
    ]
    x = np.random.default_rng(0).standard_normal((2, 8, 8, 2)).astype("float32")
    assert np.allclose(np.asarray(ours(x)), np.asarray(other(x)), rtol=1e-5)


def test_a_file_with_a_model_in_a_model(tmp_path: Path) -> None:
    inputs = keras.Input((4,))
    base = keras.Model(inputs, keras.layers.Dense(4, name="inner")(inputs), name="base")
    other = keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(2, name="head")])
    randomize(other)
    other.save(tmp_path / "nested.keras")
    ours = archspec.build(archspec.loads("archspec: 1\ninput: [4]\nlayers: [Dense: 4, Dense: 2]\n"))
    report = archspec.load_weights(ours, tmp_path / "nested.keras")
    assert report.renamed == [("dense", "base/inner"), ("dense_1", "head")]
    assert np.allclose(np.asarray(ours(np.ones((1, 4)))), np.asarray(other(np.ones((1, 4)))))


def test_names_of_pytorch(tmp_path: Path) -> None:
    """A model on PyTorch has dashes for dots in its names."""
    text = "archspec: 1\ninput: [4]\nblocks: {unit: {layers: [Dense: 4]}}\nlayers: [unit: {}, unit: {}]\n"
    ours = archspec.build(archspec.loads(text))
    x = inputs = keras.Input((4,))
    for name in ("unit-dense", "unit_1-dense"):
        x = keras.layers.Dense(4, name=name)(x)
    theirs = keras.Model(inputs, x)
    theirs.save_weights(tmp_path / "torch.weights.h5")
    report = archspec.load_weights(ours, tmp_path / "torch.weights.h5")
    assert report.loaded == ["unit.dense", "unit_1.dense"]
    assert equal(ours, theirs, "unit_1.dense", "unit_1-dense")


def test_weights_fit_a_frozen_model(source: Any) -> None:
    model, where = source
    ours = archspec.build(
        archspec.loads(SPEC.replace("name: norm", "name: norm, trainable: false"))
    )
    assert archspec.load_weights(ours, where).complete
    assert equal(ours, model, "norm")
    assert not ours.get_layer("norm").trainable


@pytest.mark.parametrize("text", [None, b"no model", b"PK\x05\x06" + 18 * b"\0"])
def test_files_that_are_none(text: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "some.keras"
    if text is not None:
        path.write_bytes(text)
    ours = build()
    before = ours.get_weights()
    with pytest.raises(ModelError):
        archspec.load_weights(ours, path)
    assert all(np.array_equal(a, b) for a, b in zip(before, ours.get_weights(), strict=True))
    with pytest.raises(ModelError):
        archspec.load_model(path)


def test_networks_that_keras_does_not_have() -> None:
    with pytest.raises(ModelError, match="did you mean `ResNet50`"):
        archspec.load_weights(build(), "keras:Resnet50")


def test_long_reports_are_cut() -> None:
    report = WeightsReport()
    report.loaded = ["a"]
    report.new = [f"layer{n}" for n in range(20)]
    report.different = [Difference("b", ((), (2, 3)), ((4,),))]
    lines = str(report).splitlines()
    assert lines[0] == "1 of 22 layers took weights"
    assert lines[1] == "  shape    b: scalar, 2×3, not 4"
    rest = ", ".join(f"layer{n}" for n in range(8, 20))
    assert lines[-1] == f"  new      and 12 more: {rest}"  # every layer without weights is named
    assert repr(report) == "<WeightsReport: 1 of 22 layers took weights>"
