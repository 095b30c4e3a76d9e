"""Words of data elsewhere: what is wrong in them is said without a word that stands in them."""

from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document
from archspec.train.check.read import read_recipe
from archspec.train.check.suit import report_data_error
from archspec.train.data.errors import DataError
from archspec.train.data.read import read_data
from tests.conftest import RunProcess, examples
from tests.training_data import make_picture, write_recipe

SCORES = "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: 1]\n"
CLASSES = (
    "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: {units: 3, activation: softmax}]\n"
)


def token(random: Random) -> str:
    return "SECRET" + "".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=8))


def secret_table(folder: Path, random: Random) -> dict[str, Any]:
    """A table with columns, cells or names of pictures that nobody shall read."""
    columns = [random.choice(("id", token(random))), random.choice(("score", token(random)))]
    rows = [[token(random), random.choice(("1", token(random), ""))] for _ in range(3)]
    if random.random() < 0.2:
        rows.append(["\x00" + token(random)])
    (folder / "images").mkdir(exist_ok=True)
    text = "\n".join(map(",".join, [columns, *rows]))
    (folder / "t.csv").write_text(text if random.random() < 0.9 else text + '"')
    path = f"../{folder.name}/t.csv"
    return {"image_table": {"path": path, "image": "id", "bad_pictures": "error"}}


def secret_arrays(folder: Path, random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        name if random.random() < 0.75 else token(random): array
        for name, array in (
            ("x_train", np.zeros((4, 8, 8, 3), "uint8")),
            ("y_train", np.array([0, 1, 2, random.choice((0, 7654321))])),
            ("x_test", np.zeros((2, 8, 8, 3), random.choice(("uint8", "float32")))),
            (
                "y_test",
                np.array([token(random)] * 2) if random.random() < 0.3 else np.array([0, 1]),
            ),
        )
    }
    np.savez(folder / "a.npz", **found)
    return {"arrays": {"path": f"../{folder.name}/a.npz"}}


def secret_folder(folder: Path, random: Random) -> dict[str, Any]:
    root = folder / f"d{random.randrange(10**9)}"
    for part in ("train", "test"):
        for number in range(random.choice((2, 3, 3, 4))):
            name = token(random) if random.random() < 0.5 else f"class{number}"
            path = root / part / name / f"{token(random)}.jpg"
            make_picture(path, number, 0, 8)
            if random.random() < 0.2:
                path.write_bytes(f"P5 {token(random)} 3 255".encode())
            if random.random() < 0.1:
                path.rename(path.with_suffix(".txt"))
    held_out = {"held_out": 0.5} if random.random() < 0.2 else {}
    where = root / "train" if held_out else root
    return {"image_folder": {"path": f"../{folder.name}/{where.relative_to(folder)}", **held_out}}


def told(recipe: Path, roots: list[str] | None) -> str:
    """All that is said of a recipe and its data, in every format."""
    sink = Sink(roots)
    document = open_document(str(recipe), sink)
    assert document is not None
    read = read_recipe(document, sink)
    if read is not None:
        sink = Sink(sink.roots)
        try:
            read_data(read, str(recipe.parent))
        except DataError as error:
            report_data_error(error, read, sink)
    return "".join(report(sink.diagnostics, format) for format in FORMATS)


@pytest.mark.parametrize("kind", [secret_table, secret_arrays, secret_folder])
def test_no_word_of_data_elsewhere_is_told(kind: Any, tmp_path: Path) -> None:
    """Random data with unmistakable words in them; beside the recipe the same words are told."""
    inside, outside = tmp_path / "project", tmp_path / "elsewhere"
    seen = 0
    for number in range(examples(20)):
        random = Random(f"{kind.__name__}/{number}")
        for folder in (inside, outside):
            folder.mkdir(exist_ok=True)
        data = kind(outside, random)
        scores = kind is secret_table
        (inside / "net.yaml").write_text(SCORES if scores else CLASSES)
        loss = {"loss": "mse", "metrics": None} if scores else {}
        recipe = write_recipe(inside / "recipe.yaml", data=data, prepare=None, **loss)
        found = told(recipe, [str(inside)])
        assert "SECRET" not in found, found
        assert "7654321" not in found
        assert bool(found.replace("[]", "").strip()) == bool(
            told(recipe, None).replace("[]", "").strip()
        )
        seen += "SECRET" in told(recipe, None)
        assert told(recipe, [str(inside), str(outside)]) == told(recipe, None)
    assert seen > 1


def test_data_of_the_command_line_are_the_users_own(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "t.csv").write_text("name,rating\na,1\n")
    (inside / "net.yaml").write_text(SCORES)
    data = {"image_table": {"path": "t.csv", "image": "id"}}
    recipe = write_recipe(inside / "recipe.yaml", data=data, loss="mse", metrics=None)
    sink = Sink([str(inside)])
    document = open_document(str(recipe), sink)
    assert document is not None
    read_recipe(document, sink, data_path=str(tmp_path / "elsewhere" / "t.csv"))
    assert "rating" in report(sink.diagnostics, "text")


def test_a_link_leads_elsewhere(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "secrets.env").write_text("PASSWORD=SECRETONE,SECRETTWO\nSECRETTHREE,4\n")
    (inside / "t.csv").symlink_to(tmp_path / "secrets.env")
    (inside / "net.yaml").write_text(SCORES)
    data = {"image_table": {"path": "t.csv", "image": "id"}}
    recipe = write_recipe(inside / "recipe.yaml", data=data, loss="mse", metrics=None)
    found = told(recipe, [str(inside)])
    assert "no column `id`" in found
    assert "SECRET" not in found
    assert "--root" in found


@pytest.mark.skipif(find_spec("archspec.commands._root") is None, reason="--root is not there yet")
def test_secrets_as_a_process(tmp_path: Path, run_process: RunProcess) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "secrets.env").write_text("PASSWORD=SECRETONE,SECRETTWO\nSECRETTHREE,4\n")
    (inside / "net.yaml").write_text(SCORES)
    data = {"image_table": {"path": "../secrets.env", "image": "id"}}
    recipe = write_recipe(inside / "recipe.yaml", data=data, loss="mse", metrics=None)
    for command in ("check", "train"):
        found = run_process(command, str(recipe))
        assert found.status == 1
        assert "no column `id`" in found.out + found.err
        assert "SECRET" not in found.out + found.err
    assert "SECRET" in run_process("check", str(recipe), "--root", str(tmp_path)).out
