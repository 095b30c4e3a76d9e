"""Data of recipes: what is read, what is refused, and what is left out and said so."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document
from archspec.train.check.read import read_recipe
from archspec.train.data.errors import DataError
from archspec.train.data.parts import Data
from archspec.train.data.pictures import read_pictures
from archspec.train.data.read import read_data, read_test
from archspec.train.recipe.keys import Recipe
from tests.conftest import Outcome, Run
from tests.training_data import MNIST, make_folder, make_picture, make_table, write_recipe

NETWORK = """\
archspec: 1
params: {channels: 3, units: 3, activation: softmax}
input: [10, 12, channels]
layers:
  - Flatten
  - Dense: {units: units, activation: $activation}
"""


def recipe_for(folder: Path, data: Any, **changes: Any) -> Path:
    """A recipe on pictures of 10×12 for data in a folder."""
    (folder / "net.yaml").write_text(NETWORK, encoding="utf-8")
    return write_recipe(folder / "recipe.yaml", data=data, epochs=1, batch_size=4, **changes)


def folder_recipe(folder: Path, data: dict[str, Any] | None = None, **changes: Any) -> Path:
    return recipe_for(folder, {"image_folder": {"path": "data", **(data or {})}}, **changes)


def table_recipe(folder: Path, data: dict[str, Any] | None = None, **changes: Any) -> Path:
    table = {"path": "food/scores.csv", "images": "pictures", "image": "id", "ending": ".jpg"}
    return recipe_for(
        folder,
        {"image_table": {**table, **(data or {})}},
        loss="mse",
        metrics=["mae"],
        params={"units": 1, "activation": "linear"},
        **changes,
    )


def read(path: Path) -> Recipe:
    sink = Sink()
    document = open_document(str(path), sink)
    found = read_recipe(document, sink) if document else None
    assert found is not None, sink.diagnostics
    return found


def data_of(path: Path) -> Data:
    return read_data(read(path), str(path.parent))


def refused(run: Run, path: Path, code: str, *words: str) -> Outcome:
    """Training ends with an error before the first epoch, and says what is wrong."""
    told = run("train", str(path), "-o", str(path.parent / "run"))
    assert told.status == 1, told.out + told.err
    assert f"error[{code}]" in told.err
    for word in words:
        assert word in told.err
    assert "Epoch" not in told.out
    return told


def facts(path: Path) -> Any:
    return json.loads((path / "run.json").read_text())


def values(data: Any) -> Any:
    return data.x[np.arange(len(data.x))]


# Folders


def test_folder_with_parts(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 3, 4, 2)
    data = data_of(folder_recipe(tmp_path))
    assert data.class_names == ("class0", "class1", "class2")
    assert (data.train.examples, data.test.examples) == (12, 6)
    assert data.train.x.shape == (12, 10, 12, 3)
    assert data.train.y.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    # The bright channel tells the class: pictures and labels belong together.
    assert (values(data.train).mean(axis=(1, 2)).argmax(axis=1) == data.train.y).all()


def test_held_out_is_a_share_of_each_class_by_the_seed(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 3, 10, 0, parts=False)
    recipe = folder_recipe(tmp_path, {"held_out": 0.4})
    data, again = data_of(recipe), data_of(recipe)
    assert np.bincount(data.test.y).tolist() == [4, 4, 4]
    assert np.bincount(data.train.y).tolist() == [6, 6, 6]
    assert (values(data.test) == values(again.test)).all()
    other = data_of(folder_recipe(tmp_path, {"held_out": 0.4}, seed=1))
    assert (values(data.test) != values(other.test)).any()
    both = np.concatenate([values(data.train), values(data.test)])
    assert len({picture.tobytes() for picture in both}) == 30  # none is in both parts


def test_test_part_alone_is_the_same(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 3, 6, 0, parts=False)
    recipe = read(folder_recipe(tmp_path, {"held_out": 0.4}))
    whole, alone = read_data(recipe, str(tmp_path)).test, read_test(recipe, str(tmp_path)).test
    assert (values(whole) == values(alone)).all()
    assert (whole.y == alone.y).all()


def test_validation_split(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 3, 10, 1)
    data = data_of(folder_recipe(tmp_path, validation_split=0.3))
    assert np.bincount(data.validation.y).tolist() == [3, 3, 3]
    assert (data.train.examples, data.test.examples) == (21, 3)


def test_pictures_on_disk_train_alike_and_leave_nothing(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 4, 2)
    (tmp_path / "net.yaml").write_text(NETWORK)
    histories = []
    for name in ("memory", "disk"):
        recipe = folder_recipe(tmp_path, validation_split=0.25)
        output = tmp_path / name
        with pytest.MonkeyPatch.context() as patch:
            if name == "disk":
                patch.setattr(
                    "archspec.train.data.read.read_pictures",
                    lambda paths, shape, memory, *more: read_pictures(paths, shape, 0, *more),
                )
            done = run("train", str(recipe), "-o", str(output))
        assert done.status == 0, done.err
        histories.append((output / "history.csv").read_bytes())
        assert facts(output)["pictures_on_disk"] is (name == "disk")
    assert "kept on disk" in done.out
    assert histories[0] == histories[1]
    assert {p.name for p in (tmp_path / "disk").iterdir()} == {
        p.name for p in (tmp_path / "memory").iterdir()
    }


def test_memory_is_for_both_parts_together(tmp_path: Path) -> None:
    make_folder(tmp_path / "data", 2, 3, 3)
    (tmp_path / "net.yaml").write_text(NETWORK.replace("10, 12", "300, 400"))
    path = write_recipe(
        tmp_path / "recipe.yaml",
        data={"image_folder": {"path": "data", "memory_mb": 3}},
        params={"units": 2},
        epochs=1,
    )
    # Each part has 6 pictures of 360,000 bytes, 2.06 MiB, and both together have 4.1.
    assert data_of(path).on_disk


def test_disk_that_is_full_is_said(tmp_path: Path, run: Run) -> None:
    import os

    make_folder(tmp_path / "data", 3, 2, 1)
    recipe = folder_recipe(tmp_path)

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archspec.train.data.pictures.prod", lambda shape: 10**12)
        patch.setattr(os, "posix_fallocate", full, raising=False)
        refused(run, recipe, "AS606", "1000.0 GB", "no space left on device")


@pytest.mark.parametrize("damage", ["cut", "empty", "text"])
def test_bad_picture(damage: str, tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 4, 2)
    bad = tmp_path / "data" / "train" / "class1" / "2.jpg"
    content = {"cut": bad.read_bytes()[:300], "empty": b"", "text": b"not a picture"}[damage]
    bad.write_bytes(content)
    refused(run, folder_recipe(tmp_path), "AS607", "1 of 12 pictures", "2.jpg", "bad_pictures")
    # What ended before an epoch was finished is no run to be kept.
    done = run(
        "train", str(folder_recipe(tmp_path, {"bad_pictures": "skip"})),
        "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.status == 0, done.err
    assert "1 file left out" in done.out
    assert "2.jpg" in done.out
    (line,) = facts(tmp_path / "run")["skipped"]
    assert line.startswith(str(bad))
    assert facts(tmp_path / "run")["examples"]["train"] == 11


def test_class_without_a_readable_picture(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 2, 1)
    for picture in (tmp_path / "data" / "train" / "class1").iterdir():
        picture.write_bytes(b"")
    recipe = folder_recipe(tmp_path, {"bad_pictures": "skip"})
    refused(run, recipe, "AS607", "class `class1`", "that can be read")


def test_files_that_are_no_pictures_are_told(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 2, 1)
    (tmp_path / "data" / "train" / "class0" / "notes.txt").write_text("of the photographer")
    (tmp_path / "data" / "train" / "loose.jpg").write_bytes(b"")
    (tmp_path / "data" / "train" / ".DS_Store").write_bytes(b"")
    done = run("train", str(folder_recipe(tmp_path)), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert "2 files left out" in done.out
    lines = facts(tmp_path / "run")["skipped"]
    assert [Path(line.rpartition(": ")[0]).name for line in lines] == ["notes.txt", "loose.jpg"]


@pytest.mark.parametrize(
    ("break_", "data", "words"),
    [
        (lambda d: shutil.rmtree(d), {}, ["there is no folder"]),
        (lambda d: shutil.rmtree(d / "test"), {}, ["has no folder `test`", "held_out"]),
        (lambda d: shutil.rmtree(d / "test" / "class1"), {}, ["other classes: `class1`"]),
        (lambda d: (d / "train" / "class1" / "0.jpg").unlink(), {}, ["class `class1` has no pict"]),
        (lambda d: None, {"held_out": 0.5}, ["nothing is held out"]),
    ],
)
def test_folders_that_cannot_be_used(
    break_: Any, data: dict[str, Any], words: list[str], tmp_path: Path, run: Run
) -> None:
    make_folder(tmp_path / "data", 3, 1, 1)
    break_(tmp_path / "data")
    told = refused(run, folder_recipe(tmp_path, data), "AS606", *words)
    assert "recipe.yaml:" in told.err  # at file, line and column


def test_number_of_classes_is_checked_before_anything_is_read(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 2, 1, 1)
    refused(run, folder_recipe(tmp_path), "AS605", "3 outputs", "2 classes")


# Kinds of pictures


def picture_of(tmp_path: Path, image: Any, name: str = "0.png", **save: Any) -> Any:
    """How a picture is read: (height, width, channels) in the network's size."""
    image.save(tmp_path / name, **save)
    found = read_pictures([str(tmp_path / name)], (10, 12, 3), 2**20, str(tmp_path), False)
    return found.array[0]


def test_modes(tmp_path: Path) -> None:
    """Grey, 16 bits, palette, transparent, CMYK: all become red, green and blue."""
    red = Image.new("RGB", (12, 10), (255, 0, 0))
    for mode, name in (("P", "0.png"), ("RGBA", "0.png"), ("CMYK", "0.jpg")):
        found = picture_of(tmp_path, red.convert(mode), name)
        assert np.abs(found.astype(int) - (255, 0, 0)).max() <= 3, mode
    grey = Image.fromarray(np.full((10, 12), 128, "uint8"))
    assert (picture_of(tmp_path, grey) == 128).all()
    deep = Image.fromarray(np.full((10, 12), 128 * 257, "uint16"))
    assert np.abs(picture_of(tmp_path, deep).astype(int) - 128).max() <= 1


def test_turned_photos_stand_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (10, 12))
    image.paste((255, 255, 255), (0, 0, 10, 6))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is above lies to the right
    found = picture_of(tmp_path, image, "0.jpg", exif=exif, quality=95)
    assert found[:, 7:].mean() > 250
    assert found[:, :5].mean() < 5


# Tables


def test_table(tmp_path: Path) -> None:
    make_table(tmp_path / "food", 10)
    data = data_of(table_recipe(tmp_path, {"held_out": 0.3}))
    assert (data.train.examples, data.test.examples) == (7, 3)
    assert data.train.y.shape == (7, 1)
    assert data.train.y.dtype == "float32"
    bright = values(data.train).mean(axis=(1, 2)).argmax(axis=1)
    assert (bright == np.floor(data.train.y[:, 0]) - 1).all()  # rows and pictures belong together


def test_mean_of_several_scores(tmp_path: Path) -> None:
    make_table(tmp_path / "food", 4)
    table = tmp_path / "food" / "scores.csv"
    lines = [f"food{n},{n},{n + 1}" for n in range(4)]
    table.write_text("\n".join(["id,first,second", *lines]), encoding="utf-8")
    data = data_of(table_recipe(tmp_path, {"score": ["first", "second"], "held_out": 0.5}))
    scores = np.concatenate([data.train.y, data.test.y])[:, 0]
    assert sorted(scores.tolist()) == [0.5, 1.5, 2.5, 3.5]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("id,score\nfood0,high\nfood1,2\n", "AS607", ["line 2", "'high'"]),
        ("id,score\nfood0,nan\nfood1,2\n", "AS607", ["line 2", "'nan'"]),
        ("id,score\nfood0\nfood1,2\n", "AS607", ["line 2", "None"]),
        ("id,skore\nfood0,1\nfood1,2\n", "AS606", ["no column `score`", "`score: skore`?"]),
        ("id,score\n", "AS606", ["has no rows"]),
        ("id,score\nfood0,1\nfood77,2\n", "AS607", ["food77.jpg", "no such file"]),
    ],
)
def test_tables_that_cannot_be_used(
    text: str, code: str, words: list[str], tmp_path: Path, run: Run
) -> None:
    make_table(tmp_path / "food", 4)
    (tmp_path / "food" / "scores.csv").write_text(text, encoding="utf-8")
    refused(run, table_recipe(tmp_path), code, *words)


def test_missing_picture_of_a_table_is_skipped_if_asked(tmp_path: Path, run: Run) -> None:
    make_table(tmp_path / "food", 6)
    (tmp_path / "food" / "pictures" / "food2.jpg").unlink()
    done = run(
        "train", str(table_recipe(tmp_path, {"bad_pictures": "skip"})), "-o", str(tmp_path / "run")
    )
    assert done.status == 0, done.err
    assert "1 file left out" in done.out
    assert sum(facts(tmp_path / "run")["examples"][p] for p in ("train", "test")) == 5


# Arrays


def arrays_recipe(folder: Path, **arrays: Any) -> Path:
    random = np.random.default_rng(0)
    known: dict[str, Any] = {
        "x_train": random.integers(0, 256, (12, 10, 12, 3), "uint8"),
        "y_train": np.arange(12) % 3,
        "x_test": random.integers(0, 256, (6, 10, 12, 3), "uint8"),
        "y_test": np.arange(6) % 3,
    }
    np.savez(folder / "a.npz", allow_pickle=True, **{**known, **arrays})
    return recipe_for(folder, {"arrays": {"path": "a.npz"}})


def test_arrays(tmp_path: Path) -> None:
    data = data_of(arrays_recipe(tmp_path))
    assert data.class_names == ("0", "1", "2")
    assert data.train.y.tolist() == [0, 1, 2] * 4
    for labels in (np.eye(3)[np.arange(12) % 3], (np.arange(12) % 3)[:, None].astype("int8")):
        assert data_of(arrays_recipe(tmp_path, y_train=labels)).train.y.tolist() == [0, 1, 2] * 4


@pytest.mark.parametrize(
    ("arrays", "code", "words"),
    [
        ({"y_train": np.arange(12) % 4}, "AS607", ["3 labels of `y_train`", "number 3", "0 to 2"]),
        ({"y_test": np.arange(6) - 1}, "AS607", ["3 labels of `y_test`", "is -1"]),
        ({"y_train": np.arange(11) % 3}, "AS607", ["x_train", "(11,)"]),
        ({"y_train": np.full(12, 0.5)}, "AS607", ["a whole number for each example"]),
        ({"y_train": np.full((12, 3), 0.3)}, "AS607", ["not one-hot"]),
        ({"y_train": np.array(["a"] * 12)}, "AS607", ["not numbers"]),
        ({"x_train": np.full((12, 10, 12, 3), np.nan)}, "AS607", ["12 examples", "nan"]),
        ({"x_train": np.full((12, 10, 12, 3), None)}, "AS606", ["a.npz"]),
        ({"x_train": np.zeros((12, 7, 7, 3))}, "AS604", ["7×7×3"]),
    ],
)
def test_arrays_that_cannot_be_used(
    arrays: dict[str, Any], code: str, words: list[str], tmp_path: Path, run: Run
) -> None:
    refused(run, arrays_recipe(tmp_path, **arrays), code, *words)


def test_file_that_is_cut_off(tmp_path: Path, run: Run) -> None:
    content = MNIST.read_bytes()
    (tmp_path / "mnist.npz").write_bytes(content[: len(content) // 2])
    recipe = write_recipe(tmp_path / "recipe.yaml", data={"mnist": {"path": "mnist.npz"}})
    refused(run, recipe, "AS606", "mnist.npz")


def test_mnist_is_that_of_kerass_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And if it can be neither found nor fetched, the message names the way out."""
    import keras

    recipe = write_recipe(tmp_path / "recipe.yaml", data="mnist")

    def cached(path: str = "mnist.npz") -> Any:
        with np.load(MNIST) as file:
            return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])

    monkeypatch.setattr(keras.datasets.mnist, "load_data", cached)
    assert data_of(recipe).train.examples == 600

    def offline(path: str = "mnist.npz") -> Any:
        raise Exception("URL fetch failure: no route to host\nmore")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", offline)
    with pytest.raises(DataError, match="URL fetch failure") as raised:
        data_of(recipe)
    assert raised.value.help == "name the file: --data mnist.npz"


# What a trained model says


def test_predict_sees_what_training_saw(tmp_path: Path, run: Run) -> None:
    """The saved model resizes and prepares a file as training did: the same answers."""
    make_folder(tmp_path / "data", 3, 6, 4)
    recipe = folder_recipe(tmp_path, prepare={"preprocess": "resnet"})
    done = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    files = sorted((tmp_path / "data" / "test").rglob("*.jpg"))
    told = run("predict", str(tmp_path / "run"), *map(str, files), "--format", "json")
    assert told.status == 0, told.err
    answers = json.loads(told.out)
    right = sum(a["classes"][0][0] == Path(a["path"]).parent.name for a in answers)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert right / len(files) == pytest.approx(metrics["accuracy"])
    losses = [-np.log(dict(a["classes"])[Path(a["path"]).parent.name]) for a in answers]
    assert np.mean(losses) == pytest.approx(metrics["loss"], rel=0.02)


def test_predict_prints_the_best_classes(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 2, 1)
    assert run("train", str(folder_recipe(tmp_path)), "-o", str(tmp_path / "run")).status == 0
    picture = tmp_path / "data" / "test" / "class0" / "2.jpg"
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    told = run("predict", str(tmp_path / "run"), str(picture), str(tmp_path / "bad.jpg"),
               str(tmp_path / "none.jpg"), "--top", "2")  # fmt: skip
    assert told.status == 1
    assert told.out.count("class") == 2 + 1  # two names, and the folder's
    assert told.out.count("%") == 2
    assert "bad.jpg: cannot be read" in told.err
    assert "none.jpg: cannot be read: no such file" in told.err


def test_two_classes_with_one_output(tmp_path: Path, run: Run) -> None:
    """A probability is that of the second class; without sigmoid in the network too."""
    make_folder(tmp_path / "data", 2, 6, 3)
    for name, activation in (("sigmoid", "sigmoid"), ("logits", "linear")):
        logits = activation == "linear"
        recipe = folder_recipe(
            tmp_path,
            loss={"BinaryCrossentropy": {"from_logits": logits}},
            metrics=None if logits else ["accuracy"],
            params={"units": 1, "activation": activation},
            show=["confusion_matrix"],
        )
        output = tmp_path / name
        done = run("train", str(recipe), "-o", str(output), "--epochs", "12")
        assert done.status == 0, done.err
        metrics = json.loads((output / "metrics.json").read_text())
        rows = (output / "confusion_matrix.csv").read_text().splitlines()[1:]
        counts = [[int(n) for n in row.split(",")[1:]] for row in rows]
        share = (counts[0][0] + counts[1][1]) / 6
        assert share >= 5 / 6
        assert metrics.get("accuracy", share) == pytest.approx(share)
        picture = tmp_path / "data" / "test" / "class1" / "6.jpg"
        told = run("predict", str(output), str(picture), "--format", "json")
        assert json.loads(told.out)[0]["classes"][0][0] == "class1"
        told = run("evaluate", str(output), "--format", "json")
        found = json.loads(told.out)
        assert found.pop("examples") > 0
        assert found.pop("part") == "test"
        assert found == pytest.approx(metrics, rel=1e-3)


def test_scores(tmp_path: Path, run: Run) -> None:
    make_table(tmp_path / "food")
    recipe = table_recipe(tmp_path, show=["histogram"])
    done = run("train", str(recipe), "-o", str(tmp_path / "run"))
    assert done.status == 0, done.err
    told = run("predict", str(tmp_path / "run"), str(tmp_path / "food" / "pictures" / "food1.jpg"))
    assert float(told.out.rpartition(":")[2]) == pytest.approx(2, abs=20)


def test_evaluate_takes_other_data(tmp_path: Path, run: Run) -> None:
    make_folder(tmp_path / "data", 3, 6, 2)
    assert run("train", str(folder_recipe(tmp_path)), "-o", str(tmp_path / "run")).status == 0
    make_folder(tmp_path / "other", 3, 1, 9)
    told = run("evaluate", str(tmp_path / "run"), "--data", str(tmp_path / "other"))
    assert told.status == 0, told.err
    assert told.out.startswith("accuracy ")
    gone = run("evaluate", str(tmp_path / "run"), "--data", str(tmp_path / "gone"))
    assert gone.status == 1
    assert "there is no folder" in gone.err


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_what_is_no_run(command: str, tmp_path: Path, run: Run) -> None:
    make_picture(tmp_path / "p.jpg", 0, 0)
    more = [str(tmp_path / "p.jpg")] if command == "predict" else []
    for folder, words in ((tmp_path, "no trained model"), (tmp_path / "gone", "no such folder")):
        told = run(command, str(folder), *more)
        assert told.status == 2
        assert "AS609" in told.err
        assert words in told.err
