"""Builds that Keras refuses: an error at the layer, and nothing of them stays."""

import contextlib
import gc
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from keras.src.backend.common import global_state

import archspec
from tests.conftest import Run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

REFUSED = (
    "Conv2D: {filters: 4, kernel_size: 3, kernel_initializer: Identity}",
    "Conv2D: {filters: 4, kernel_size: 3, bias_initializer: orthogonal}",
    "Conv2D: {filters: 4, kernel_size: 3, kernel_initializer: STFT}",
)


@pytest.fixture(autouse=True)
def settings_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` knows what Keras refuses here: without that it is Keras that finds out."""
    monkeypatch.setattr("archspec.layers.base.check_settings", lambda *given: None)


@pytest.mark.parametrize("layer", REFUSED)
def test_a_refused_build_leaves_nothing_behind(layer: str) -> None:
    """Keras notes what it could not make, and would try again with the next model."""
    sound = "archspec: 1\nname: n\ninput: [6, 6, 3]\nlayers: [Conv2D: {filters: 4, kernel_size: 1}, LAYER]\n"
    good = archspec.loads(sound.replace("LAYER", "Flatten, Dense: 2, Dropout: 0.5"))
    keras.utils.set_random_seed(4)
    expected = archspec.build(good).get_weights()
    limit, state = sys.getrecursionlimit(), dict(vars(global_state.GLOBAL_STATE_TRACKER))
    keras.utils.set_random_seed(4)
    with pytest.raises(archspec.SpecError, match="AS504") as raised:
        archspec.build(archspec.loads(sound.replace("LAYER", layer)))
    (found,) = raised.value.diagnostics
    assert found.span is not None
    assert found.span.column > 40  # the second layer, not the first
    model = archspec.build(good)
    assert all(map(np.array_equal, expected, model.get_weights()))
    assert (sys.getrecursionlimit(), gc.isenabled()) == (limit, True)
    after = dict(vars(global_state.GLOBAL_STATE_TRACKER))
    assert after["uninitialized_variables"] == []
    assert after["stateless_scope"] is None
    names = {"object_name_uids", "uninitialized_variables"}  # names count on
    assert [k for k, v in after.items() if k not in names and v != state.get(k)] == []


def test_what_somebody_else_left_behind_does_no_harm() -> None:
    """A model that Keras refused outside of archspec."""
    with contextlib.suppress(ValueError), keras.StatelessScope():
        keras.layers.Conv2D(2, 3, kernel_initializer="identity").build((1, 6, 6, 3))
    assert archspec.build(archspec.loads("archspec: 1\ninput: [4]\nlayers: [Dense: 2]\n")).built


def test_compile(tmp_path: Path, run: Run) -> None:
    """It was a bug of archspec's: status 70."""
    text = f"archspec: 1\ninput: [6, 6, 3]\nlayers:\n  - {REFUSED[0]}\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    told = run("compile", str(tmp_path / "net.yaml"), "-o", str(tmp_path / "net.keras"))
    assert told.status == 2
    assert "error[AS504]: Keras on tensorflow cannot build the Conv2D `conv2d`" in told.err
    assert "net.yaml:4:" in told.err
    assert not (tmp_path / "net.keras").exists()
