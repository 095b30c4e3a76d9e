"""What a trained model is given, and what it is judged by: the same as in training, and said so."""

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Run, RunProcess
from tests.forked import ForkServer
from tests.training_data import MNIST, make_folder, make_table, write_recipe

DIGITS = 100


@pytest.fixture(scope="module")
def floats(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A run on digits from 0 to 1 in an npz file, of which a share is held out."""
    folder = tmp_path_factory.mktemp("floats")
    with np.load(MNIST) as file:
        x, y = file["x_train"] / np.float32(255), file["y_train"]
        np.savez(folder / "a.npz", x_train=x, y_train=y)
        np.savez(
            folder / "new.npz",
            x_train=file["x_test"][:120] / np.float32(255),
            y_train=file["y_test"][:120],
        )
        for number in range(DIGITS):
            Image.fromarray(file["x_test"][number]).save(folder / f"{number}.png")
    held_out = {"path": "a.npz", "x_test": None, "y_test": None, "held_out": 0.2}
    recipe = write_recipe(folder / "recipe.yaml", data={"arrays": held_out}, prepare=None, epochs=6)
    done = run("train", str(recipe), "-o", str(folder / "run"))
    assert done.status == 0, done.err
    return folder


def ask(folder: Path, run: Any, *more: str) -> Any:
    pictures = [str(folder / f"{number}.png") for number in range(DIGITS)]
    return run("predict", str(folder / "run"), *pictures, "--format", "json", *more)


def test_predict_on_floats_as_on_arrays(floats: Path, forks: ForkServer) -> None:
    """As a process: the same answers for 100 digits, whether they come as files or as arrays."""
    from archspec.weights.loading.models import load_model

    status, said = ask(floats, partial(forks.run, cwd=floats))
    assert status == 0, said
    answers = [int(a["classes"][0][0]) for a in json.loads(said)]
    with np.load(MNIST) as file:
        x, y = file["x_test"][:DIGITS], file["y_test"][:DIGITS]
    model = load_model(floats / "run" / "model.keras")
    expected = np.asarray(model(x[..., None] / np.float32(255), training=False)).argmax(axis=1)
    assert answers == expected.tolist()
    assert np.mean(answers == y) > 0.5


def with_about(folder: Path, name: str, **changes: Any) -> Path:
    """A copy of a run whose model says other things of itself; None takes a word out."""
    copy = folder / name
    copy.mkdir()
    with (
        zipfile.ZipFile(folder / "run" / "model.keras") as old,
        zipfile.ZipFile(copy / "model.keras", "w") as new,
    ):
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "archspec.json":
                about = {**json.loads(content), **changes}
                kept = {k: v for k, v in about.items() if v != "gone"}
                content = changes.get("whole", json.dumps(kept)).encode()
            new.writestr(info, content)
    return copy


def test_predict_on_another_range(floats: Path, run: Run) -> None:
    """What was trained on decides: converted rightly, or refused."""
    picture = str(floats / "0.png")
    said = {}
    ranges: dict[str, Any] = {
        "bytes": {"dtype": "uint8", "low": 0, "high": 255},
        "floats like bytes": {"dtype": "float32", "low": 0, "high": 255},
        "an old run": {"dtype": "gone", "low": "gone", "high": "gone"},
        "floats": {"dtype": "float64", "low": 0, "high": 0.99},
    }
    for name, about in ranges.items():
        told = run("predict", str(with_about(floats, name, **about)), picture, "--format", "json")
        assert told.status == 0, told.err
        said[name] = json.loads(told.out)[0]["classes"][0][1]
    assert said["bytes"] == said["floats like bytes"] == said["an old run"] != said["floats"]
    refused: dict[str, Any] = {
        "both signs": {"dtype": "float32", "low": -1, "high": 1},
        "standardised": {"dtype": "float32", "low": -0.4, "high": 2.8},
        "sixteen": {"dtype": "float64", "low": 0, "high": 16},
        "bits": {"dtype": "uint8", "low": 0, "high": 1},
        "deep": {"dtype": "uint16", "low": 0, "high": 65535},
    }
    for name, about in refused.items():
        told = run("predict", str(with_about(floats, name, **about)), picture)
        assert told.status == 2, name
        assert "AS609" in told.err
        assert f"{about['low']:g} to {about['high']:g}" in told.err


def test_what_a_model_says_of_itself_is_checked(floats: Path, run: Run) -> None:
    """A foreign or damaged ``archspec.json``: one error, before Keras."""
    picture = str(floats / "0.png")
    bad: dict[str, Any] = {
        "names no list": {"class_names": "abc"},
        "names no text": {"class_names": [1, 2]},
        "names too many": {"class_names": [str(n) for n in range(11)]},
        "channels": {"channels": 2},
        "channels as text": {"channels": "3"},
        "outputs": {"outputs": "all"},
        "range": {"low": 3, "high": 1},
        "range as text": {"low": "0"},
        "dtype": {"dtype": 8},
        "more": {"x": 1},
        "less": {"outputs": "gone"},
        "no object": {"whole": "[1, 2, 3]"},
        "nested": {"whole": "[" * 100_000},
        "padded": {"whole": json.dumps({"class_names": None}) + " " * 20_000_000},
        "nan": {"whole": '{"class_names": null, "channels": 1, "outputs": "scores", "low": NaN}'},
    }
    for name, about in bad.items():
        told = run("predict", str(with_about(floats, name, **about)), picture)
        assert told.status == 2, (name, told.out)
        assert "AS609" in told.err, name
        assert told.out == ""


def test_predict_shows_names_and_paths(floats: Path, run: Run) -> None:
    """And a model without numbers is no success."""
    names = ["\x1b[31mred\n::error::x", *map(str, range(9))]
    shown = with_about(floats, "shown", class_names=names)
    told = run("predict", str(shown), str(floats / "0.png"), "--top", "10")
    assert told.status == 0
    assert "\x1b" not in told.out
    assert told.out.count("\n") == 1


def test_evaluate_says_of_how_many(floats: Path, run_process: RunProcess, run: Run) -> None:
    """All new data are judged where the recipe holds out a share of its own."""
    told = run_process("evaluate", str(floats / "run"), "--data", str(floats / "new.npz"))
    assert told.status == 0, told.err
    assert "examples 120" in told.out.splitlines()
    assert "part all" in told.out.splitlines()
    own = run("evaluate", str(floats / "run"), "--format", "json")
    found = json.loads(own.out)
    assert (found.pop("examples"), found.pop("part")) == (120, "held_out")
    assert found == pytest.approx(
        json.loads((floats / "run" / "metrics.json").read_text()), rel=1e-4
    )


def folder_run(folder: Path, run: Run, held_out: bool) -> Path:
    network = (
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: {units: 3, activation: softmax}]\n"
    )
    (folder / "net.yaml").write_text(network)
    make_folder(folder / "data", 3, 6, 4, parts=not held_out)
    data = {"path": "data", **({"held_out": 0.4} if held_out else {})}
    recipe = write_recipe(folder / "recipe.yaml", data={"image_folder": data}, epochs=1)
    assert run("train", str(recipe), "-o", str(folder / "run")).status == 0
    return folder / "run"


@pytest.mark.parametrize("held_out", [True, False])
def test_evaluate_on_folders(held_out: bool, tmp_path: Path, run: Run) -> None:
    """Classes alone are judged whole, a folder with parts by its test part; other classes not at all."""
    done = folder_run(tmp_path, run, held_out)
    make_folder(tmp_path / "whole", 3, 5, 0, parts=False)
    make_folder(tmp_path / "parts", 3, 1, 9)
    for name, examples, part in (("whole", 15, "all"), ("parts", 27, "test")):
        told = run("evaluate", str(done), "--data", str(tmp_path / name), "--format", "json")
        assert told.status == 0, told.err
        found = json.loads(told.out)
        assert (found["examples"], found["part"]) == (examples, part)
    make_folder(tmp_path / "other", 3, 2, 0, parts=False)
    (tmp_path / "other" / "class0").rename(tmp_path / "other" / "zebra")
    told = run("evaluate", str(done), "--data", str(tmp_path / "other"))
    assert told.status == 1
    assert "zebra" in told.err
    own = json.loads(run("evaluate", str(done), "--format", "json").out)
    assert (own["examples"], own["part"]) == (12, "held_out" if held_out else "test")


def test_evaluate_on_a_table(tmp_path: Path, run: Run) -> None:
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: 1]\n"
    )
    make_table(tmp_path / "food")
    make_table(tmp_path / "new", 9)
    table = {"path": "food/scores.csv", "images": "pictures", "image": "id", "ending": ".jpg"}
    recipe = write_recipe(
        tmp_path / "recipe.yaml", data={"image_table": table}, loss="mse", metrics=None, epochs=1
    )
    assert run("train", str(recipe), "-o", str(tmp_path / "run")).status == 0
    told = run("evaluate", str(tmp_path / "run"), "--data", str(tmp_path / "new" / "scores.csv"))
    assert told.status == 0, told.err
    assert "examples 9" in told.out.splitlines()
