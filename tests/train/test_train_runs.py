"""Runs: the same seed gives the same history; what was killed goes on as if it had not been."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run
from tests.forked import Forked
from tests.training_data import MNIST, write_recipe

CONVOLUTIONS = """\
archspec: 1
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 4, kernel_size: 5, strides: 2}
  - BatchNormalization
  - ReLU
  - Dropout: 0.3
  - Flatten
  - Dense: {name: top, units: 10, activation: softmax}
"""
AUGMENT = [
    {"RandomRotation": {"factor": "10/360"}},
    {"RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1}},
]
RICH: dict[str, Any] = {
    "augment": AUGMENT,
    "optimizer": {"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.01}}}},
    "validation_split": 0.2,
    "callbacks": [{"EarlyStopping": {"patience": 3, "restore_best_weights": True}}],
    "epochs": 5,
}
"""Everything that has a state which a resumed training must find again."""


def history(run: Path) -> list[dict[str, float]]:
    with open(run / "history.csv", encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def weights(run: Path) -> list[Any]:
    from archspec.weights.loading.models import load_model

    found: list[Any] = load_model(run / "model.keras").get_weights()
    return found


def check_same(one: Path, other: Path) -> None:
    """Both runs have the same history, figures and weights, within what floats allow."""
    import numpy as np

    first, second = history(one), history(other)
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        assert a == pytest.approx(b, rel=1e-5, abs=1e-6)
    figures = [json.loads((r / "metrics.json").read_text()) for r in (one, other)]
    assert figures[0] == pytest.approx(figures[1], rel=1e-5, abs=1e-6)
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def rich_recipe(folder: Path, **changes: Any) -> Path:
    (folder / "net.yaml").write_text(CONVOLUTIONS, encoding="utf-8")
    return write_recipe(folder / "recipe.yaml", **{**RICH, **changes})


def start(recipe: Path, output: Path, *more: str) -> "subprocess.Popen[str]":
    """``archspec train`` in a process of its own."""
    code = "from archspec.commands import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "train", str(recipe), "-o", str(output), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def kill_when(process: "subprocess.Popen[str] | Forked", word: str) -> None:
    """Kill a process, without any warning, when it prints a word."""
    assert process.stdout is not None
    for line in process.stdout:
        if word in line:
            process.send_signal(signal.SIGKILL)
            break
    else:
        raise AssertionError(f"it never said {word!r}")
    process.wait()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A run of the rich recipe that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    done = run("train", str(rich_recipe(folder)), "-o", str(folder / "run"))
    assert done.status == 0, done.err
    return folder / "run"


def test_same_seed_same_history(whole: Path, tmp_path: Path, run: Run) -> None:
    done = run("train", str(rich_recipe(tmp_path)), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert (tmp_path / "run" / "history.csv").read_bytes() == (whole / "history.csv").read_bytes()
    other = run("train", str(rich_recipe(tmp_path, seed=1)), "-o", str(tmp_path / "other"))
    assert other.status == 0, other.err
    assert history(tmp_path / "other") != history(whole)


def test_killed_and_resumed(whole: Path, tmp_path: Path, run: Run) -> None:
    recipe, output = rich_recipe(tmp_path), tmp_path / "run"
    kill_when(start(recipe, output), "Epoch 4/5")
    assert not (output / "model.keras").exists()
    assert len(history(output)) == 3
    (output / ".00000000.tmp.checkpoint.npz").write_bytes(b"half of it")
    done = run("train", str(recipe), "-o", str(output), "--resume")
    assert done.status == 0, done.err
    assert "going on after epoch 3" in done.out
    check_same(whole, output)
    assert [p.name for p in output.iterdir() if ".tmp" in p.name] == []


def test_killed_at_random(whole: Path, tmp_path: Path, full: bool) -> None:
    """Killed again and again, at moments that nobody has chosen, until it comes through."""
    if not full:
        pytest.skip("takes minutes: --full")
    chance, kills = random.Random(7), 0
    recipe = rich_recipe(tmp_path)
    for attempt in range(4):
        output = tmp_path / f"run{attempt}"
        while True:
            process = start(recipe, output, "--resume")
            try:
                process.communicate(timeout=chance.uniform(3, 11))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
                continue
            assert process.returncode == 0
            break
        check_same(whole, output)
    assert kills > 3


def test_finished_run_resumes_to_itself(whole: Path, tmp_path: Path, run: Run) -> None:
    """Killed after the last epoch, before the model was written: best weights are found again."""
    import shutil

    output = tmp_path / "run"
    shutil.copytree(whole, output)
    before = weights(output)
    (output / "model.keras").unlink()
    (output / "metrics.json").unlink()
    (output / "history.csv").unlink()
    done = run("train", str(rich_recipe(tmp_path)), "-o", str(output), "--resume")
    assert done.status == 0, done.err
    check_same(whole, output)
    assert all((a == b).all() for a, b in zip(before, weights(output), strict=True))


def test_more_epochs(tmp_path: Path, run: Run) -> None:
    """A finished run goes on with more epochs, as one that had them from the start."""
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=4)
    for arguments in (["--epochs", "2", "-o", "a"], ["-o", "a", "--resume"], ["-o", "b"]):
        arguments = [str(tmp_path / a) if a in "ab" else a for a in arguments]
        done = run("train", str(recipe), *arguments)
        assert done.status == 0, done.err
    check_same(tmp_path / "a", tmp_path / "b")
    fewer = run("train", str(recipe), "--epochs", "3", "-o", str(tmp_path / "b"), "--resume")
    assert fewer.status == 2
    assert "it has 4 epochs already" in fewer.err


def test_steps_of_a_schedule_are_those_of_the_whole_training(tmp_path: Path, run: Run) -> None:
    done = run("train", str(rich_recipe(tmp_path, callbacks=None)), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    rates = [row["learning_rate"] for row in history(tmp_path / "run")]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_folders_are_not_written_over(tmp_path: Path, run: Run) -> None:
    recipe = write_recipe(tmp_path / "recipe.yaml", epochs=1)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    for more in ([], ["--resume"], ["--force"]):
        told = run("train", str(recipe), "-o", str(foreign), *more)
        assert told.status == 2
        assert "AS502" in told.err
    assert [p.name for p in foreign.iterdir()] == ["thesis.txt"]

    output = tmp_path / "run"
    assert run("train", str(recipe), "-o", str(output)).status == 0
    again = run("train", str(recipe), "-o", str(output))
    assert again.status == 2
    assert "--force begins anew" in again.err
    other = run("train", str(recipe), "-o", str(output), "--resume", "--set", "batch_size=7")
    assert other.status == 2
    assert "batch_size" in other.err
    anew = run("train", str(recipe), "-o", str(output), "--force", "--set", "batch_size=50")
    assert anew.status == 0, anew.err
    assert "batch_size: 50" in (output / "recipe.yaml").read_text()


def test_broken_checkpoint_is_said(whole: Path, tmp_path: Path, run: Run) -> None:
    import shutil

    output = tmp_path / "run"
    shutil.copytree(whole, output)
    (output / "checkpoint.npz").write_bytes(b"PK nothing")
    told = run("train", str(rich_recipe(tmp_path)), "-o", str(output), "--resume")
    assert told.status == 2
    assert "its checkpoint cannot be read" in told.err


def test_other_data_are_said(tmp_path: Path, run: Run) -> None:
    """A run does not go on with examples or labels that are not those it began with."""
    import numpy as np

    with np.load(MNIST) as file:
        arrays = dict(file)
    np.savez(tmp_path / "digits.npz", **arrays)
    data = {"mnist": {"path": str(tmp_path / "digits.npz")}}
    recipe = write_recipe(tmp_path / "recipe.yaml", data=data)
    more = ("-o", str(tmp_path / "run"), "--resume")
    done = run("train", str(recipe), "--epochs", "1", *more)
    assert done.status == 0, done.err
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    arrays["y_train"][7] ^= 1
    np.savez(tmp_path / "digits.npz", **arrays)
    told = run("train", str(recipe), "--epochs", "2", *more)
    assert told.status == 2
    assert "its data are not what they were" in told.err
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_run_is_whole(whole: Path, run: Run) -> None:
    """What a run says of itself is true, and its own recipe trains again."""
    facts = json.loads((whole / "run.json").read_text())
    assert facts["seed"] == 0
    assert facts["epochs"] == len(history(whole))
    assert facts["examples"] == {"train": 480, "validation": 120, "test": 200}
    assert {"keras", "tensorflow", "numpy", "python", "archspec-nn"} <= facts["versions"].keys()
    with zipfile.ZipFile(whole / "model.keras") as archive:
        about = json.loads(archive.read("archspec.json"))
    assert about["class_names"] == [str(n) for n in range(10)]
    told = run("evaluate", str(whole), "--format", "json")
    assert told.status == 0, told.err
    metrics = json.loads((whole / "metrics.json").read_text())
    found = json.loads(told.out)
    assert found.pop("examples") > 0
    assert found.pop("part") == "test"
    assert found == pytest.approx(metrics, rel=1e-4)


def test_resolved_recipe_gives_the_same_run(whole: Path, tmp_path: Path, run: Run) -> None:
    done = run("train", str(whole / "recipe.yaml"), "-o", str(tmp_path / "again"))
    assert done.status == 0, done.err
    assert history(tmp_path / "again") == history(whole)


def test_tensorboard(tmp_path: Path, run: Run) -> None:
    """Its logs lie in the run; without it nothing begins."""
    recipe = write_recipe(tmp_path / "recipe.yaml", callbacks=["TensorBoard"], epochs=1)
    if find_spec("tensorboard") is None:
        told = run("train", str(recipe), "-o", str(tmp_path / "run"))
        assert told.status == 1
        assert "pip install tensorboard" in told.err
        assert not (tmp_path / "run").exists()
        return
    done = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert list((tmp_path / "run" / "logs").rglob("events*"))
