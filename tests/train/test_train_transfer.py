"""Transfer learning with a small base: frozen, a new head, then fine-tuning from a layer on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.forked import ForkServer
from tests.train.test_train_runs import check_same, history, kill_when
from tests.training_data import make_folder, write_recipe

BASE = """\
archspec: 1
name: base
params: {classes: 5, include_top: true}
input: [24, 24, 3]
layers:
  - Conv2D: {name: conv1, filters: 4, kernel_size: 3}
  - BatchNormalization: {name: norm1}
  - ReLU
  - Conv2D: {name: conv2, filters: 6, kernel_size: 3}
  - BatchNormalization: {name: norm2}
  - ReLU
  - Dense: {name: top, units: classes, when: include_top}
"""
NETWORK = """\
archspec: 1
name: transferred
input: [24, 24, 3]
use: {base: base.yaml}
layers:
  - base: {name: base, include_top: false, trainable: false}
  - GlobalAveragePooling2D
  - Dropout: 0.2
  - Dense: {name: head, units: 3, activation: softmax}
"""
CHANGES: dict[str, Any] = {
    "weights": "base.keras",
    "prepare": {"rescale": "1/255"},
    "epochs": 2,
    "batch_size": 6,
}
FINE_TUNE = {"from": "base.conv2", "epochs": 3, "optimizer": {"Adam": {"learning_rate": 0.001}}}


def make(folder: Path, **changes: Any) -> Path:
    """A base with weights of its own, and a recipe that transfers it."""
    import keras

    import archspec
    from archspec.weights.comparison.compare import randomize

    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / "net.yaml").write_text(NETWORK, encoding="utf-8")
    keras.utils.set_random_seed(5)
    base = archspec.build(archspec.load(folder / "base.yaml"))
    randomize(base, seed=1)
    base.save(folder / "base.keras")
    make_folder(folder / "data", 3, 8, 4)
    values = {**CHANGES, "data": {"image_folder": {"path": "data"}}, **changes}
    return write_recipe(folder / "recipe.yaml", **values)


def layers(path: Path) -> dict[str, list[Any]]:
    """Weights by layer, of a saved model and the networks in it."""
    import keras

    from archspec.weights.loading.models import load_model

    found: dict[str, list[Any]] = {}

    def collect(model: Any) -> None:
        for layer in model.layers:
            if isinstance(layer, keras.Model):
                collect(layer)
            elif layer.weights:
                found[layer.name] = layer.get_weights()

    collect(load_model(path))
    return found


def changed(before: list[Any], after: list[Any]) -> bool:
    return any((a != b).any() for a, b in zip(before, after, strict=True))


def test_frozen_base(tmp_path: Path, run: Run) -> None:
    """Nothing of the base moves, not even the means of its BatchNormalization."""
    done = run("train", str(make(tmp_path)), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert "4 of 5 layers took weights" in done.out
    base, ours = layers(tmp_path / "base.keras"), layers(tmp_path / "run" / "model.keras")
    assert len(ours) == 5
    for name in ("conv1", "norm1", "conv2", "norm2"):
        assert not changed(base[name], ours[f"base.{name}"]), name
    # The run needs the base no longer.
    (tmp_path / "base.keras").unlink()
    told = run("evaluate", str(tmp_path / "run"), "--format", "json")
    assert told.status == 0, told.err
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    found = json.loads(told.out)
    assert found.pop("examples") > 0
    assert found.pop("part") == "test"
    assert found == pytest.approx(metrics, rel=1e-4)


def test_unknown_application_is_said_before_data_are_read(tmp_path: Path, run: Run) -> None:
    told = run("train", str(make(tmp_path, weights="keras:ResNet5")), "-o", str(tmp_path / "run"))
    assert told.status == 1
    assert "error[AS606]: keras.applications has no network `ResNet5`" in told.err
    assert "did you mean `keras:ResNet50`?" in told.err
    assert "data:" not in told.out


def test_frozen_normalization_is_in_inference_mode(tmp_path: Path) -> None:
    """In training too it takes its own means, not those of the batch."""
    import keras
    import numpy as np

    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import open_document
    from archspec.train.check.read import read_recipe
    from archspec.train.fit.model import make_models

    sink = Sink()
    document = open_document(str(make(tmp_path)), sink)
    recipe = read_recipe(document, sink) if document else None
    assert recipe is not None, sink.diagnostics
    models = make_models(recipe, sink)
    assert models is not None
    network = models.built.model
    base = keras.Model(network.inputs, network.get_layer("global_average_pooling2d").input)
    x = np.random.default_rng(0).uniform(size=(4, 24, 24, 3)).astype("float32")
    np.testing.assert_array_equal(base(x, training=True), base(x, training=False))


def test_fine_tuning(tmp_path: Path, run: Run) -> None:
    """From the named layer on the base learns, but for BatchNormalization."""
    recipe = make(tmp_path, fine_tune=FINE_TUNE)
    done = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert "fine-tuning from epoch 3 on" in done.out
    assert len(history(tmp_path / "run")) == 5
    base, ours = layers(tmp_path / "base.keras"), layers(tmp_path / "run" / "model.keras")
    for name in ("conv1", "norm1", "norm2"):
        assert not changed(base[name], ours[f"base.{name}"]), name
    assert changed(base["conv2"], ours["base.conv2"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A run with fine-tuning that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    done = run("train", str(make(folder, fine_tune=FINE_TUNE)), "-o", str(folder / "run"))
    assert done.status == 0, done.err
    return folder / "run"


@pytest.mark.parametrize("word", ["Epoch 2/2", "Epoch 3/5", "Epoch 5/5"])
def test_fine_tuning_goes_on(
    word: str, whole: Path, tmp_path: Path, run: Run, forks: ForkServer
) -> None:
    """Killed before, at the start of, and in the middle of it."""
    recipe = make(tmp_path, fine_tune=FINE_TUNE)
    kill_when(forks.start("train", "recipe.yaml", "-o", "run", cwd=tmp_path), word)
    done = run("train", str(recipe), "-o", str(tmp_path / "run"), "--resume")
    assert done.status == 0, done.err
    check_same(whole, tmp_path / "run")


def test_stopped_early_then_fine_tuned(tmp_path: Path, run: Run, forks: ForkServer) -> None:
    """A callback ends the training of the head; fine-tuning then begins with the best weights."""
    stop = {"EarlyStopping": {"monitor": "loss", "mode": "max", "restore_best_weights": True}}
    recipe = make(tmp_path, fine_tune=FINE_TUNE, epochs=9, callbacks=[stop])
    done = run("train", str(recipe), "-o", str(tmp_path / "whole"))
    assert done.status == 0, done.err
    assert len(history(tmp_path / "whole")) < 9
    kill_when(forks.start("train", "recipe.yaml", "-o", "run", cwd=tmp_path), "fine-tuning")
    done = run("train", str(recipe), "-o", str(tmp_path / "run"), "--resume")
    assert done.status == 0, done.err
    check_same(tmp_path / "whole", tmp_path / "run")


def test_frozen_layers_without_weights_are_said(tmp_path: Path, run: Run) -> None:
    """Weights of another network leave the frozen layers as chance made them."""
    import keras

    recipe = make(tmp_path)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="other")])
    other.save(tmp_path / "base.keras")
    told = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert told.status == 1
    assert "reach no layer: the model has `base.conv1`" in told.err
    assert "there are weights of `other`" in told.err
    # Those of a part of it are not enough either.
    conv = keras.layers.Conv2D(4, 3, name="conv1")
    keras.Sequential([keras.Input((24, 24, 3)), conv]).save(tmp_path / "base.keras")
    told = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert told.status == 1
    assert "`base.norm1`" in told.err
    assert "took no weights" in told.err
