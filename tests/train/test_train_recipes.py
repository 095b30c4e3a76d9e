"""Every recipe that ships trains for an epoch on small data of the right layout."""

import json
from pathlib import Path

import pytest

import archspec
from tests.conftest import ROOT, Run
from tests.training_data import MNIST, RECIPES, make_folder, make_table

# For each recipe: what is added to the command line, and whether the network is large.
FOLDERS = {
    "alexnet_calligraphy": (2, [], True),
    "vgg16_birds": (3, ["--set", "classes=3"], True),
    "inception_v1_flowers": (3, ["--set", "classes=3"], True),
    # Batches of its own size, and as few pictures as can be. See `smaller`.
    "resnet50_flowers": (2, ["--set", "classes=2", "--set", "batch_size=1"], True),
    "densenet_gender": (2, [], False),
    "mobilenet_dogs": (10, [], False),
}
MNISTS = [
    "softmax_regression",
    "softmax_regression_unscaled",
    "lenet5_mnist",
    "lenet5_mnist_augmented",
]


def check_run(path: Path, pictures: list[str]) -> None:
    """The folder has everything that a run has, and its figures are finite."""
    metrics = json.loads((path / "metrics.json").read_text())
    assert metrics["loss"] == metrics["loss"]
    assert abs(metrics["loss"]) < 1e6
    history = (path / "history.csv").read_text().splitlines()
    assert len(history) == 2
    assert history[0].startswith("epoch,")
    for name in ("model.keras", "recipe.yaml", "spec.yaml", "run.json", "curves.svg", *pictures):
        assert (path / name).stat().st_size > 0, name


def test_every_recipe_is_tested() -> None:
    tested = {*FOLDERS, *MNISTS, "linear_regression", "inception_v3_catdog"}
    assert tested == {p.stem for p in RECIPES.glob("*.yaml")}


@pytest.mark.parametrize("name", MNISTS)
def test_mnist(name: str, run: Run, tmp_path: Path) -> None:
    done = run(
        "train", str(RECIPES / f"{name}.yaml"), "--data", str(MNIST), "--epochs", "1",
        "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.status == 0, done.err
    picture = "weight_maps.png" if name.startswith("softmax") else "confusion_matrix.csv"
    check_run(tmp_path / "run", [picture])


def smaller(name: str, folder: Path) -> Path:
    """A recipe whose network reads 64×64 pixels instead of 224×224, and is the same otherwise.

    For the maps of ``resnet50_flowers`` never shrink: at its own size each step calculates 12 times
    as long, which shows nothing more of the recipe.
    """
    shipped = ROOT / "specs" / "article" / f"{name}.yaml"
    text = shipped.read_text(encoding="utf-8")
    text = text.replace("[224, 224, 3]", "[64, 64, 3]").replace("[56, 56, ", "[16, 16, ")
    text = text.replace("6422528", "524288").replace("6_422_528", "524_288")
    text = text.replace("57_460_611", str(57_460_611 - 3 * (6_422_528 - 524_288)))
    spec = folder / "net.yaml"
    spec.write_text(text, encoding="utf-8")
    large, small = archspec.load(shipped), archspec.load(spec)
    assert large.nodes[0].output_shape == (224, 224, 3)
    assert small.nodes[0].output_shape == (64, 64, 3)
    assert [(n.name, n.layer) for n in large.nodes[1:]] == [
        (n.name, n.layer) for n in small.nodes[1:]
    ]
    text = (RECIPES / f"{name}.yaml").read_text(encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(text.replace(f"../specs/article/{name}.yaml", spec.name), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FOLDERS)
def test_folder(name: str, full: bool, run: Run, tmp_path: Path) -> None:
    classes, more, large = FOLDERS[name]
    data = make_folder(
        tmp_path / "data", classes, 1 if large else 2, 1, parts=name != "mobilenet_dogs"
    )
    recipe = RECIPES / f"{name}.yaml"
    if name == "resnet50_flowers" and not full:
        recipe = smaller(name, tmp_path)
    done = run(
        "train", str(recipe), "--data", str(data), "--epochs", "1",
        "--set", "batch_size=4", *more, "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.status == 0, done.err
    check_run(tmp_path / "run", ["samples.png", "confusion_matrix.svg"])
    picture = next(data.rglob("*.jpg"))
    told = run("predict", str(tmp_path / "run"), str(picture), "--top", "2")
    assert told.status == 0, told.err
    assert "class" in told.out


def test_table_of_scores(run: Run, tmp_path: Path) -> None:
    table = make_table(tmp_path / "food")
    done = run(
        "train", str(RECIPES / "linear_regression.yaml"), "--data", str(table), "--epochs", "1",
        "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.status == 0, done.err
    check_run(tmp_path / "run", ["samples.png", "histogram.svg"])
    picture = next((tmp_path / "food").rglob("*.jpg"))
    told = run("predict", str(tmp_path / "run"), str(picture))
    assert told.status == 0, told.err
    float(told.out.rpartition(":")[2])  # a number


def test_transfer(run: Run, tmp_path: Path) -> None:
    """The base has the weights of a file, and training leaves them alone."""
    import keras
    import numpy as np

    base = keras.applications.InceptionV3(weights=None, include_top=False)
    base.save(tmp_path / "base.keras")
    text = (RECIPES / "inception_v3_catdog.yaml").read_text(encoding="utf-8")
    text = text.replace("keras:InceptionV3", "base.keras")
    text = text.replace("../specs/", f"{RECIPES.parent}/specs/")
    (tmp_path / "recipe.yaml").write_text(text, encoding="utf-8")
    data = make_folder(tmp_path / "data", 2, 1, 1)
    done = run(
        "train", str(tmp_path / "recipe.yaml"), "--data", str(data), "--set", "batch_size=4",
        "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert done.status == 0, done.err
    check_run(tmp_path / "run", ["samples.png"])
    from archspec.weights.loading.models import load_model

    model = load_model(tmp_path / "run" / "model.keras")
    network = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    # Frozen: means of BatchNormalization too are those of the base.
    ours = [
        w for layer in network.layers if len(layer.get_weights()) > 2 for w in layer.get_weights()
    ]
    theirs = [
        w for layer in base.layers if len(layer.get_weights()) > 2 for w in layer.get_weights()
    ]
    assert len(ours) == len(theirs) > 100
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
