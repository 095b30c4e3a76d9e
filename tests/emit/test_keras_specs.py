"""Every spec that ships becomes a Keras model that is what archspec says it is."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.keras import build_model
from archspec.emit.keras.build import declaring
from archspec.emit.keras.random_inputs import random_inputs
from archspec.files.shipped import shipped_specs
from archspec.pipeline import shape_file
from archspec.weights.comparison.verify import verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

SPECS = shipped_specs()
FEW_MACS = 2_000_000_000
"""Networks of fewer MACs calculate, unless all do. Others need no values of their weights."""
FEW_PARAMS, FEW_LAYERS = 1_500_000, 120
"""Networks of fewer of both are saved, loaded and trained, unless all of few parameters are."""

FEWER = {"papers/nasnet_mobile": {"cells": "1"}}
"""Networks that say the same many times say it once, unless all do."""


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Let Keras and Python give the memory of a network back: it collects the garbage too."""
    yield
    keras.backend.clear_session()


@pytest.mark.parametrize("name", SPECS)
def test_model_is_as_inferred(name: str, full: bool, tmp_path: Any) -> None:
    """Shapes, weights and totals; for small networks outputs, a file and a step of training too."""
    sink = Sink()
    shaped = shape_file(SPECS[name], sink, {} if full else FEWER.get(name, {}))
    assert not sink.errors
    if shaped is None:
        pytest.skip("blocks only")
    runs = full or shaped.macs < FEW_MACS
    saved = shaped.params < FEW_PARAMS and (full or len(shaped.nodes) < FEW_LAYERS)
    with nullcontext() if runs or saved else declaring(values=False):
        built = build_model(shaped, sink)
    assert built is not None
    verdict = verify(shaped, built, run=runs)
    assert [row for row in verdict.rows if row.problems] == []
    assert verdict.problems == []
    assert built.model.count_params() == shaped.params
    if saved:
        inputs = list((random_inputs(shaped, built, np.random.default_rng(0)) or {}).values())
        given = inputs[0] if len(inputs) == 1 else inputs
        check_file(built.model, given, tmp_path / "model.keras")
        check_step(built.model, given)


def check_file(model: Any, given: Any, path: Any) -> None:
    """A saved model is the same when it is loaded: names, weights, outputs."""
    model.save(path)
    again = archspec.load_model(path)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    for mine, others in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(mine, others)
    for mine, others in zip(outputs(model, given), outputs(again, given), strict=True):
        assert np.allclose(mine, others, rtol=1e-5, atol=1e-7)


def check_step(model: Any, given: Any) -> None:
    """A step of training gives a finite loss and changes what is to be trained, only that."""
    random = np.random.default_rng(1)
    targets = [random.random(value.shape).astype("float32") for value in outputs(model, given)]
    before = model.get_weights()
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss=["mse"] * len(targets))
    loss = model.train_on_batch(given, targets if len(targets) > 1 else targets[0])
    assert np.isfinite(loss).all()
    after = model.get_weights()
    changed = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    if model.trainable_weights:
        assert any(changed)
    frozen = [layer for layer in model.layers if not layer.trainable]
    kept = {id(w) for layer in frozen for w in layer.weights}
    assert not any(c for c, w in zip(changed, model.weights, strict=True) if id(w) in kept)


def outputs(model: Any, given: Any) -> list[Any]:
    """What a model gives, as arrays."""
    return [
        keras.ops.convert_to_numpy(value)
        for value in keras.tree.flatten(model(given, training=False))
    ]
