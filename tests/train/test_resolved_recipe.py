"""The resolved recipe of a run: nothing is left to look up, and it means the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from archspec.diagnostics.sink import Sink
from archspec.layers import layer_types
from archspec.pipeline import open_document
from archspec.records.record import Record, fields
from archspec.train.check.read import read_recipe
from archspec.train.objects.losses import LOSSES
from archspec.train.objects.metrics import CALLBACKS, METRICS
from archspec.train.objects.optimizers import OPTIMIZERS, SCHEDULES
from archspec.train.recipe.keys import Prepare, Recipe
from archspec.train.run.resolved import recipe_text, write_resolved
from archspec.train.run.run import Run
from tests.conftest import ROOT
from tests.conftest import Run as RunCommand
from tests.training_data import make_folder, write_recipe

SHIPPED = sorted((ROOT / "recipes").glob("*.yaml"))


def read(path: Path) -> Recipe:
    sink = Sink()
    document = open_document(str(path), sink)
    found = read_recipe(document, sink, needed=False) if document else None
    assert found is not None, [d.message for d in sink.diagnostics]
    return found


class Folder:
    """Takes what a run would write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str) -> None:
        (self.path / name).write_text(content, encoding="utf-8")


def resolved(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe that a run would keep, read again."""
    folder.mkdir(exist_ok=True)
    write_resolved(recipe, Run(str(folder), Folder(folder)))  # type: ignore[arg-type]
    return read(folder / "recipe.yaml")


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


PARTS = ("prepare", "augment", "loss", "optimizer", "metrics", "callbacks", "fine_tune", "picture")


def assert_same(one: Recipe, other: Recipe) -> None:
    for part in PARTS:
        assert same(getattr(one, part), getattr(other, part)), part
    assert one.keys.epochs == other.keys.epochs
    assert one.name == other.name
    assert one.data.arguments(defaults=True).keys() == other.data.arguments(defaults=True).keys()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_recipes_mean_the_same(path: Path, tmp_path: Path) -> None:
    recipe = read(path)
    again = resolved(recipe, tmp_path / "run")
    assert_same(recipe, again)
    assert recipe_text(again) == (tmp_path / "run" / "recipe.yaml").read_text()


def objects(kinds: Any, **needed: Any) -> list[Any]:
    return [
        {name: {k: v for k, v in needed.items() if k in fields(t)}}
        for name, t in kinds.types.items()
    ]


ARGUMENTS: dict[str, Any] = {
    "initial_learning_rate": 0.1, "decay_rate": 0.5, "boundaries": [3], "values": [1, 0.5],
}  # fmt: skip
LAYERS: dict[str, Any] = {
    "RandomFlip": "horizontal", "RandomRotation": 0.1, "RandomZoom": 0.1, "RandomContrast": 0.1,
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1}, "RandomBrightness": 0.2,
    "GaussianNoise": 1.0,
}  # fmt: skip


def assert_complete(written: Any, type_: type[Record]) -> None:
    """Every argument is there, those of objects in it too."""
    if fields(type_):
        ((name, arguments),) = written.items()
        assert name == type_.__name__
        assert arguments.keys() == fields(type_).keys()
    else:
        assert written == type_.__name__


@pytest.mark.parametrize(
    "key", ["optimizer", "schedule", "loss", "metrics", "callbacks", "augment"]
)
def test_every_object_is_written_with_all_its_arguments(key: str, tmp_path: Path) -> None:
    kinds: Any = {
        "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES, "metrics": METRICS,
        "callbacks": CALLBACKS,
    }.get(key)  # fmt: skip
    layers = {n: layer_types()[n] for n in LAYERS}
    given = [{n: v} for n, v in LAYERS.items()] if kinds is None else objects(kinds, **ARGUMENTS)
    for value in given:
        (word,) = value
        changes: dict[str, Any] = {
            key: [value] if key in ("metrics", "callbacks", "augment") else value
        }
        if key == "schedule":
            changes = {"optimizer": {"SGD": {"learning_rate": value}}}
        type_: Any = layers[word] if kinds is None else kinds.types[word]
        sink = Sink()
        document = open_document(str(write_recipe(tmp_path / "recipe.yaml", **changes)), sink)
        assert document is not None
        recipe = read_recipe(document, sink)
        if recipe is None:  # it does not suit these data
            continue
        again = resolved(recipe, tmp_path / "run")
        assert_same(recipe, again)
        written = yaml.safe_load((tmp_path / "run" / "recipe.yaml").read_text())
        found = written["optimizer"]["SGD"]["learning_rate"] if key == "schedule" else written[key]
        assert_complete(
            found[0] if isinstance(found, list) else found,
            type(again.metrics[0]) if key == "metrics" else type_,
        )
        assert written["prepare"].keys() == fields(Prepare).keys()


def test_run_tells_all_and_an_old_one_goes_on(tmp_path: Path, run: RunCommand) -> None:
    """A run whose recipe was kept with few words is the same as one with all of them."""
    make_folder(tmp_path / "data", 2, 3, 1)
    (tmp_path / "net.yaml").write_text(
        "archspec: 1\ninput: [8, 8, 3]\nlayers: [Flatten, Dense: {units: 2, activation: softmax}]\n"
    )
    changes: dict[str, Any] = {
        "data": {"image_folder": {"path": "data"}}, "augment": [{"RandomFlip": "horizontal"}],
        "fine_tune": None, "epochs": 1,
    }  # fmt: skip
    recipe = write_recipe(tmp_path / "recipe.yaml", **changes)
    assert run("train", str(recipe), "-o", str(tmp_path / "run")).status == 0
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["recipe"]["optimizer"]["Adam"]["beta_1"] == 0.9
    assert facts["recipe"]["batch_size"] == 100
    kept = tmp_path / "run" / "recipe.yaml"
    short = yaml.safe_load(recipe.read_text())
    short["data"]["image_folder"]["path"] = str(tmp_path / "data")
    for text, words in ((yaml.safe_dump({"name": "recipe", "seed": 0, **short, "spec": "spec.yaml"}), ""),
                        (kept.read_text().replace("beta_1: 0.9", "beta_1: 0.8"), "optimizer"),
                        ("nonsense: [", "recipe.yaml")):  # fmt: skip
        kept.write_text(text)
        told = run("train", str(recipe), "-o", str(tmp_path / "run"), "--resume", "--epochs", "2")
        assert (told.status, words in told.err) == (2 if words else 0, True), told.err
