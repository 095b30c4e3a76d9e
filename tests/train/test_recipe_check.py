"""`archspec check` on recipes: alone, beside specs, with and without their data."""

import json
from pathlib import Path
from typing import Any

import pytest

from archspec.commands._check_file import is_recipe
from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document
from archspec.train.check.read import read_recipe
from archspec.train.objects.metrics import SparseTopKCategoricalAccuracy
from archspec.train.objects.optimizers import CosineDecay
from archspec.train.recipe.keys import Recipe
from tests.conftest import ROOT, Run
from tests.training_data import make_folder, write_recipe

PETS = (
    "archspec: 1\nparams: {classes: 2}\ninput: [32, 32, 3]\nlayers:\n  - Flatten: {}\n"
    "  - Dense: {units: classes, activation: softmax}\n"
)


def read(path: Path, needed: bool = True) -> tuple[Recipe | None, list[str]]:
    sink = Sink()
    document = open_document(str(path), sink)
    assert document is not None
    recipe = read_recipe(document, sink, needed=needed)
    return recipe, [d.code for d in sink.diagnostics]


def test_the_recipes_that_ship_are_sound(run: Run) -> None:
    done = run("check", str(ROOT / "recipes"))
    assert done.status == 0, done.out
    count = len(list((ROOT / "recipes").glob("*.yaml")))
    assert f"\n{count} of {count} recipes sound" in done.out


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"archspec": 1, "spec": "net.yaml"}, True),
        ({"archspec": 1, "data": "mnist", "loss": "mse", "epochs": 1}, True),
        ({"archspec": 1, "sepc": "net.yaml", "data": "mnist", "loss": "mse"}, True),
        ({"archspec": 1, "input": [1], "layers": []}, False),
        ({"archspec": 1, "input": [1], "layer": [], "epochs": 3}, False),
        ({"archspec": 1}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_what_is_a_recipe(value: Any, expected: bool) -> None:
    assert is_recipe(value) == expected


def test_specs_and_recipes_together(run: Run, tmp_path: Path) -> None:
    write_recipe(tmp_path / "recipe.yaml")
    write_recipe(tmp_path / "second.yaml", optimizer="Adan")
    done = run("check", str(tmp_path))
    assert done.status == 1
    assert "1 of 1 spec and 1 of 2 recipes sound, 1 error" in done.out
    assert done.out.count("AS602") == 2  # the error, and where more is said


def test_a_mistake_of_the_network_is_told_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("archspec: 1\ninput: [8]\nlayers:\n  - Danse: 3\n")
    write_recipe(tmp_path / "recipe.yaml")
    done = run("check", str(tmp_path))
    assert "0 of 1 spec and 0 of 1 recipe sound, 1 error" in done.out
    assert f"{tmp_path / 'recipe.yaml'}: its errors stand above" in done.out
    alone = run("check", str(tmp_path / "recipe.yaml"))
    assert "net.yaml:4:5" in alone.out
    found = json.loads(run("check", str(tmp_path), "--format", "json").out)
    assert len(found["diagnostics"] if isinstance(found, dict) else found) == 1


def test_data_that_are_here_are_looked_at(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(PETS)
    data = {"image_folder": {"path": "pets"}}
    path = write_recipe(tmp_path / "recipe.yaml", data=data, metrics=None)
    done = run("check", str(path))
    assert done.status == 0, done.out
    assert done.out.endswith(f"not here: {tmp_path / 'pets'}\n")
    assert read(path) == (None, ["AS606"])
    make_folder(tmp_path / "pets", 3, 1, 1)
    done = run("check", str(path))
    assert done.status == 1
    assert "has 2 outputs, but the data have 3 classes" in done.out
    assert run("check", str(path), "--set", "classes=3").status == 0


def test_a_table_without_its_pictures(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, {Dense: 1}]\n"
    )
    (tmp_path / "scores.csv").write_text("image,score\na.jpg,3\n")
    data = {"image_table": {"path": "scores.csv", "images": "photos"}}
    path = write_recipe(tmp_path / "recipe.yaml", data=data, loss="mse", metrics=["mae"])
    assert f"not here: {tmp_path / 'photos'}" in run("check", str(path)).out
    assert read(path) == (None, ["AS606"])


def test_arrays_that_are_not_here_may_have_any_shape(tmp_path: Path) -> None:
    data = {"arrays": {"path": "gone.npz", "class_names": list("0123456789")}}
    augment = [{"RandomFlip": "horizontal"}]
    show = ["samples", "weight_maps"]
    path = write_recipe(tmp_path / "recipe.yaml", data=data, augment=augment, show=show)
    recipe, codes = read(path, needed=False)
    assert codes == []
    assert recipe is not None
    assert recipe.picture == ()
    assert recipe.missing == (str(tmp_path / "gone.npz"),)


def test_standard_input(run: Run) -> None:
    text = (ROOT / "recipes" / "lenet5_mnist.yaml").read_text(encoding="utf-8")
    text = text.replace("../specs/", f"{ROOT}/specs/")
    done = run("check", "-", input=text)
    assert done.status == 0, done.out
    assert "lenet5_mnist 28×28×1 → 10" in done.out


def test_metrics_become_those_of_the_labels(tmp_path: Path) -> None:
    metrics = ["accuracy", {"TopKCategoricalAccuracy": {"k": 3}}]
    loss = "sparse_categorical_crossentropy"
    recipe, _ = read(write_recipe(tmp_path / "recipe.yaml", loss=loss, metrics=metrics))
    assert recipe is not None
    top = recipe.metrics[1]
    assert isinstance(top, SparseTopKCategoricalAccuracy)
    assert (top.k, top.figure) == (3, "top_k_categorical_accuracy")


def test_objects_inside_objects(tmp_path: Path) -> None:
    schedule = {"CosineDecay": {"initial_learning_rate": "1/100", "alpha": "1/2"}}
    optimizer = {"Adam": {"learning_rate": schedule}}
    recipe, codes = read(write_recipe(tmp_path / "recipe.yaml", optimizer=optimizer))
    assert codes == []
    assert recipe is not None
    assert isinstance(recipe.optimizer.learning_rate, CosineDecay)
    assert recipe.optimizer.learning_rate.alpha == 0.5


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"prepare": {"rescale": "1/255", "pad": 2}}, ["AS604"]),
        ({"prepare": {"rescale": "1/255", "size": [32, 32]}}, ["AS604"]),
        ({"augment": [{"RandomZoom": 0.1}, {"RandomCrop": {"height": 4, "width": 4}}]}, ["AS604"]),
        ({"augment": [3]}, ["AS206"]),
        ({"augment": [{"RandomRotation": ["10/360", "20/360"]}]}, []),
        ({"fine_tune": {"from": "top", "epochs": 3}}, ["AS610"]),
        ({"fine_tune": {"from": "nowhere", "epochs": 3, "optimizer": "Adan"}}, ["AS602", "AS301"]),
        ({"weights": "weights.h5"}, ["AS606"]),
        ({"weights": "keras:ResNet50"}, []),
        ({"show": ["weight_maps"]}, []),
        ({"show": ["histogram"]}, ["AS610"]),
        ({"spec": "."}, ["AS601"]),
        ({"spec": 3}, ["AS104"]),
        ({"prepare": 3}, ["AS104"]),
        ({"metrics": ["accuracy"], "callbacks": [{"EarlyStopping": "accuracy"}]}, []),
        ({"metrics": ["nothing"], "callbacks": [{"EarlyStopping": "val_nothing"}]}, ["AS602"]),
    ],
    ids=str,
)
def test_single_changes(changes: dict[str, Any], codes: list[str], tmp_path: Path) -> None:
    found = read(write_recipe(tmp_path / "recipe.yaml", **changes))[1]
    assert sorted(found) == sorted(codes)
