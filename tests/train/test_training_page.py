"""The page about training does what it says; the reference of recipes is fresh."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
from PIL import Image

from tests.conftest import ROOT, Run
from tests.documents import examples
from tests.training_data import MNIST

PAGE = ROOT / "docs" / "training.md"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the page has: specs, recipes, a digit, and few digits in Keras's cache."""
    import keras

    with np.load(MNIST) as file:
        parts = [(file[f"x_{p}"], file[f"y_{p}"]) for p in ("train", "test")]
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: tuple(parts))
    monkeypatch.chdir(tmp_path)
    for name in ("specs", "recipes"):
        (tmp_path / name).symlink_to(ROOT / name)
    Image.fromarray(parts[1][0][0]).save(tmp_path / "digit.png")
    return tmp_path


def test_commands(place: Path, run: Run) -> None:
    said = {}
    for example in examples(PAGE):
        if example.language == "console":
            for line in example.text.splitlines():
                arguments = shlex.split(line.removeprefix("$ archspec "))
                outcome = run(*arguments)
                assert outcome.status == 0, outcome.err
                said[arguments[0]] = outcome.out
    assert list(said) == ["check", "train", "evaluate", "predict"]
    assert "Epoch 10/10" in said["train"]
    assert said["predict"].count("%") == 3
    made = {p.name for p in (place / "runs" / "lenet5_mnist").iterdir()}
    text = PAGE.read_text(encoding="utf-8")
    # A picture of two formats is named once.
    told = [name for name in made if f"`{name}`" in text or Path(name).suffix in (".png", ".svg")]
    assert sorted(told) == sorted(made)


def test_recipes(place: Path, run: Run) -> None:
    (place / "here").mkdir()
    checked = 0
    for example in examples(PAGE):
        if example.language == "yaml":
            path = place / "here" / "recipe.yaml"
            path.write_text(example.text, encoding="utf-8")
            outcome = run("check", str(path))
            assert outcome.status == 0, outcome.out
            checked += 1
    assert checked == 2


def test_python(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    space: dict[str, Any] = {}
    for example in examples(PAGE):
        if example.language == "python":
            exec(example.text, space)
    assert 0 < float(capsys.readouterr().out.split()[-1]) < 1


def test_reference_is_fresh() -> None:
    made = [sys.executable, "docs/make_recipe_reference.py", "--check"]
    assert subprocess.run(made, cwd=ROOT, check=False).returncode == 0, made
