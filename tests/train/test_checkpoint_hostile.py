"""Checkpoints that were edited, cut off or put there by others: one error, before anything is trained."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Run, RunProcess
from tests.training_data import write_recipe


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A run of two epochs that can go on, with callbacks that have a state."""
    folder = tmp_path_factory.mktemp("stopped")
    recipe = write_recipe(
        folder / "recipe.yaml",
        epochs=2,
        validation_split=0.2,
        callbacks=[{"EarlyStopping": {"patience": 5, "restore_best_weights": True}}],
    )
    assert run("train", str(recipe), "-o", str(folder / "run")).status == 0
    return folder


def edited(arrays: dict[str, Any], **changes: Any) -> None:
    """Change what a checkpoint says of its progress."""
    progress = {**json.loads(arrays["progress"].tobytes()), **changes}
    kept = {k: v for k, v in progress.items() if v != "gone"}
    arrays["progress"] = np.frombuffer(json.dumps(kept).encode(), "uint8")


def first_row(arrays: dict[str, Any], row: Any) -> None:
    rows = json.loads(arrays["progress"].tobytes())["rows"]
    edited(arrays, rows=[row, *rows[1:]])


EDITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "phase below 0": lambda a: edited(a, phase=-1),
    "a phase that is none": lambda a: edited(a, phase=1),
    "epochs below 0": lambda a: edited(a, epochs=-1, rows=[]),
    "huge epochs": lambda a: edited(a, epochs=10**12),
    "epochs as text": lambda a: edited(a, epochs="2"),
    "a truth as epochs": lambda a: edited(a, epochs=True, rows=[{"loss": 1}]),
    "start beyond": lambda a: edited(a, start=3),
    "start before": lambda a: edited(a, start=-3),
    "over as text": lambda a: edited(a, over="no"),
    "rows of lists": lambda a: first_row(a, [1, 2]),
    "rows of text": lambda a: first_row(a, {"loss": "low"}),
    "no rows": lambda a: edited(a, rows=None),
    "fewer rows": lambda a: edited(a, rows=[]),
    "rows of signs": lambda a: first_row(a, {"\x1b[31mloss": 1.0}),
    "unknown callback": lambda a: edited(a, callbacks={"Lambda0": {"wait": 1}}),
    "unknown state": lambda a: edited(a, callbacks={"EarlyStopping0": {"model": 1}}),
    "state of text": lambda a: edited(a, callbacks={"EarlyStopping0": {"wait": "x"}}),
    "data as number": lambda a: edited(a, data=3),
    "unknown word": lambda a: edited(a, more=1),
    "missing word": lambda a: edited(a, rows="gone"),
    "no JSON": lambda a: a.update(progress=np.frombuffer(b"{", "uint8")),
    "deep JSON": lambda a: a.update(progress=np.frombuffer(b"[" * 100_000, "uint8")),
    "no progress": lambda a: a.pop("progress"),
    "floats as progress": lambda a: a.update(progress=np.zeros(3)),
    "weights of another shape": lambda a: a.update(weight0=np.zeros((3, 3), "float32")),
    "weights of the right size": lambda a: a.update(weight0=a["weight0"].T),
    "weights too few": lambda a: a.pop("weight3"),
    "weights too many": lambda a: a.update(weight4=np.zeros(3, "float32")),
    "weights of text": lambda a: a.update(weight0=np.array(["x"])),
    "objects": lambda a: a.update(weight0=np.array([None])),
    "optimizer too short": lambda a: a.pop("optimizer3"),
    "optimizer of another shape": lambda a: a.update(optimizer2=np.zeros(3, "float32")),
    "best of another callback": lambda a: a.update({"best-TerminateOnNaN7-0": a["weight0"]}),
    "best of another shape": lambda a: a.update({"best-EarlyStopping0-1": np.zeros(3, "float32")}),
}
AFTER_KERAS = ("weights of the right size", "optimizer too short", "optimizer of another shape")


def with_checkpoint(stopped: Path, target: Path, edit: Callable[[dict[str, Any]], Any]) -> Path:
    """A copy of the run with a checkpoint that was changed."""
    shutil.copytree(stopped / "run", target)
    with np.load(target / "checkpoint.npz") as file:
        arrays = dict(file)
    edit(arrays)
    np.savez(target / "checkpoint.npz", allow_pickle=True, **arrays)
    return target


def resume(stopped: Path, run: Any, folder: Path) -> Any:
    recipe = str(stopped / "recipe.yaml")
    return run("train", recipe, "-o", str(folder), "--resume", "--epochs", "3")


@pytest.mark.parametrize("kind", EDITS)
def test_edited_checkpoint(kind: str, stopped: Path, tmp_path: Path, run: Run) -> None:
    told = resume(stopped, run, with_checkpoint(stopped, tmp_path / "run", EDITS[kind]))
    assert told.status == 2, told.out + told.err
    assert "error[AS609]" in told.err
    assert "checkpoint" in told.err
    assert "Epoch" not in told.out
    assert "data:" not in told.out or kind in AFTER_KERAS  # known before the data are read


def test_unchanged_checkpoint_goes_on(stopped: Path, tmp_path: Path, run: Run) -> None:
    told = resume(stopped, run, with_checkpoint(stopped, tmp_path / "run", lambda arrays: None))
    assert told.status == 0, told.err
    assert "going on after epoch 2" in told.out


def test_damaged_checkpoint_as_a_process(
    stopped: Path, tmp_path: Path, run_process: RunProcess
) -> None:
    """Before Keras is imported: that alone takes 4 seconds and 700 MB."""
    shutil.copytree(stopped / "run", tmp_path / "run")
    path = tmp_path / "run" / "checkpoint.npz"
    data = path.read_bytes()
    for content in (data[: len(data) // 2], data[:-40] + b"\0" * 40, b""):
        path.write_bytes(content)
        told = resume(stopped, run_process, tmp_path / "run")
        assert told.status == 2, told.out + told.err
        assert "error[AS609]" in told.err
        assert "checkpoint.npz" in told.err
        assert told.megabytes < 200
