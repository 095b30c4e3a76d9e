"""``archspec import`` with Keras: what it builds, weights, and models in Python."""

import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

import archspec
from archspec.importer import second_proof
from archspec.importer.prove_built import BuiltProof
from tests.conftest import Run
from tests.keras_json import write_model

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy


_PROVED = (
    "; the same graph; built by Keras, the same structure; the same initial values, regularizers,"
    " constraints and what is frozen; equal outputs"
)


def make_model() -> Any:
    """A model in which automatic names stand in another order than a spec would give them."""
    import keras

    inputs = keras.Input((6,), name="seen")
    wide = keras.layers.Dense(6, activation="relu", name="dense_1")(inputs)
    again = keras.layers.Dense(6, activation="relu", name="dense")(wide)
    both = keras.layers.Add(name="sum")([again, inputs])
    return keras.Model(inputs, keras.layers.Dense(2, name="answer")(both), name="tangled")


def test_the_weights_come_along(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.chdir(tmp_path)
    model = make_model()
    model.save("net.keras")
    done = run("import", "net.keras", "-o", "net.yaml", "--weights", "net.weights.h5")
    assert (done.status, done.err) == (0, "")
    first, second = done.out.splitlines()
    assert first.startswith("ok net.yaml: ")
    assert first.endswith(_PROVED)
    assert second == "wrote net.weights.h5  3 of 3 layers took weights"
    built = archspec.build("net.yaml")
    report = archspec.load_weights(built, "net.weights.h5")
    assert report.complete
    assert not report.renamed
    x = np.random.default_rng(0).normal(size=(3, 6)).astype("float32")
    np.testing.assert_allclose(built.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    assert run("import", "net.keras", "--weights", "net.weights.h5").status == 2


def test_words_of_an_old_keras_are_no_difference(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = {"name": "one", "batch_input_shape": [None, 8], "output_dim": 4, "init": "he_normal"}
    layers = [{"class_name": "Dense", "config": first}]
    old = {"class_name": "Sequential", "config": layers, "keras_version": "1.2.2"}
    Path("old.json").write_text(json.dumps(old))
    done = run("import", "old.json", "-o", "old.yaml")
    assert (done.status, Path("old.yaml").exists()) == (0, True)
    assert done.err.startswith("warning: not proved: that Keras builds what the file says: Keras 1")
    assert done.out == "ok old.yaml: 6 lines for 2 layers, 36 parameters; the same graph\n"


def test_what_keras_builds_of_it_decides(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_model(Path("net.json"))

    def wrong(*_: Any) -> BuiltProof:
        return BuiltProof([], [], ["`conv1` Conv2D: strides 2 → 1", "and 3 more"])

    monkeypatch.setattr(second_proof, "prove_built", wrong)
    done = run("import", "net.json", "-o", "net.yaml")
    assert (done.status, done.out) == (2, "")
    assert "AS705" in done.err
    assert "strides 2 → 1" in done.err
    assert "--no-build" in done.err
    assert not Path("net.yaml").exists()


def test_a_model_in_python(tmp_path: Path) -> None:
    import keras

    model = make_model()
    text = archspec.import_model(model, tmp_path / "net.yaml")
    assert (tmp_path / "net.yaml").read_text("utf-8") == text
    last = text.splitlines()[-1]
    assert last.endswith(f"source: imported from the model tangled (Keras {keras.__version__})}}")
    assert archspec.loads(text).params == model.count_params()
    again = archspec.import_model(archspec.build(tmp_path / "net.yaml"))
    assert again.splitlines()[:-1] == text.splitlines()[:-1], "imported again it is the same"

    class Own(keras.Model):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x

    with pytest.raises(TypeError, match="not int"):
        archspec.import_model(5)
    with pytest.raises(archspec.SpecError, match="AS701"):
        archspec.import_model(Own())
    with pytest.raises(archspec.SpecError, match="AS70"):
        archspec.import_model(keras.Sequential([keras.Input((2,)), keras.layers.Lambda(abs)]))


def test_a_model_in_a_wrapper_becomes_a_block(tmp_path: Path) -> None:
    import keras
    from keras import layers

    step = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.ReLU()], name="step")
    inputs = keras.Input((5, 4))
    model = keras.Model(inputs, layers.LSTM(2)(layers.TimeDistributed(step)(inputs)))
    for flat in (False, True):
        text = archspec.import_model(model, flat=flat)
        assert "  step:\n    layers:\n      - Dense" in text
        assert archspec.loads(text).params == model.count_params()


def test_a_network_of_keras(run: Run) -> None:
    done = run("import", "keras:MobileNet(alpha=0.25)", "--no-build")
    assert done.status == 0
    assert archspec.loads(done.out).params == 475_544
    assert 'source: "imported from keras:MobileNet(alpha=0.25) (Keras ' in done.out
    assert run("import", "keras:MobileNt").status == 2
