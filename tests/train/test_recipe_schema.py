"""The JSON Schema of recipes: what `check` accepts it accepts, and much of what is wrong it finds."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source, read_source
from archspec.layers import layer_types
from archspec.parse import parse
from archspec.records.record import fields
from archspec.reference.documentation import example_of
from archspec.spec.written import item
from archspec.train.check.read import read_recipe
from archspec.train.recipe.keys import FineTuneKeys, Prepare, RecipeKeys
from archspec.train.recipe.schema import _KINDS, recipe_schema
from tests.conftest import ROOT, Run

SCHEMA = recipe_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))
CASES = sorted((ROOT / "tests" / "cases" / "recipes").glob("*.yaml"))
HEAD = "archspec: 1\nspec: specs/digits.yaml\n"
MNIST = HEAD + "data: mnist\nloss: categorical_crossentropy\nepochs: 3\n"


def problems(value: Any) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(value)]


def values(text: str) -> Any:
    found = parse(Source("<text>", text), Sink())
    assert found is not None, text
    return found.value


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


def test_every_definition_is_used_and_there() -> None:
    used = {part.split('"')[0] for part in json.dumps(SCHEMA).split('"#/$defs/')[1:]}
    assert used == SCHEMA["$defs"].keys()


def test_every_word_and_argument_is_there_with_its_description() -> None:
    for name, kinds in _KINDS.items():
        (entry,) = [s for s in SCHEMA["$defs"][name]["anyOf"] if "properties" in s]
        assert entry["properties"].keys() == kinds.types.keys()
        for word, kind in kinds.types.items():
            schema = SCHEMA["$defs"][f"{name}.{word}"]
            assert schema["description"]
            assert schema["properties"].keys() == fields(kind).keys()
            assert schema["additionalProperties"] is False
            for argument in fields(kind):
                assert schema["properties"][argument]["description"], f"{word}.{argument}"
    for record, schema in (
        (RecipeKeys, SCHEMA),
        (Prepare, SCHEMA["$defs"]["prepare"]),
        (FineTuneKeys, SCHEMA["$defs"]["fine_tune"]),
    ):
        assert schema["properties"].keys() == fields(record).keys()
        assert all(s["description"] for s in schema["properties"].values())


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.name)
def test_shipped_recipes_are_valid(path: Path) -> None:
    document = parse(read_source(str(path)), Sink())
    assert document is not None
    assert problems(document.value) == []


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_what_check_accepts_is_valid(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is wrong with a key, a word or an argument, is not."""
    monkeypatch.chdir(path.parent)
    sink = Sink()
    document = parse(read_source(path.name), sink)
    assert document is not None
    read_recipe(document, sink, needed=False)
    own = [d for d in sink.diagnostics if d.source.name == path.name]
    if not sink.errors:
        assert problems(document.value) == []
    codes = {d.code for d in own if "no figure" not in d.message}
    if codes & {"AS102", "AS103", "AS104", "AS105", "AS201", "AS202", "AS203", "AS204", "AS602"}:
        assert problems(document.value) != [], codes


@pytest.mark.parametrize("name", _KINDS)
def test_every_name_is_valid(name: str) -> None:
    key = {"metric": "metrics", "callback": "callbacks"}.get(name, name)
    required = {"initial_learning_rate": 0.1, "decay_rate": 0.5, "path": "data/x.npz"}
    required |= {"boundaries": [3], "values": [1, 0.1]}
    for word, kind in _KINDS[name].names.items():
        arguments = {f.name: required[f.name] for f in fields(kind).values() if f.required}
        ways: list[Any] = [{word: arguments}]
        if not arguments:
            ways += [word, {word: None}]
        for way in ways:
            value = values(MNIST)
            if name == "schedule":
                value["optimizer"] = {"Adam": {"learning_rate": way}}
            else:
                value[key] = [way] if key != name else way
            assert problems(value) == [], way


@pytest.mark.parametrize("name", sorted(n for n, c in layer_types().items() if c.inputs[1]))
def test_augmentations_that_check_accepts_are_valid(name: str) -> None:
    example = example_of(layer_types()[name])
    assert example is not None
    layer = json.loads(json.dumps(item(example.layer)))
    text = MNIST + "augment: " + json.dumps([layer]) + "\n"
    sink = Sink()
    folder = ROOT / "tests" / "cases" / "recipes"
    document = parse(Source(str(folder / "recipe.yaml"), text), sink)
    assert document is not None
    if read_recipe(document, sink, needed=False) is not None:
        assert problems(document.value) == []


@pytest.mark.parametrize(
    "text",
    [
        "[]\n",
        HEAD,
        MNIST.replace("archspec: 1", "archspec: 2"),
        MNIST.replace("mnist", "mnits"),
        MNIST.replace("mnist", "{image_folder: {}}"),
        MNIST.replace("mnist", "{image_folder: {path: x, held_out: 2}}"),
        MNIST.replace("categorical_crossentropy", "categorical_crosentropy"),
        MNIST.replace("categorical_crossentropy", "{CategoricalCrossentropy: {logits: true}}"),
        MNIST.replace("epochs: 3", "epochs: 0"),
        MNIST.replace("epochs", "epoch"),
        MNIST + "optimiser: Adam\n",
        MNIST + "optimizer: Adams\n",
        MNIST + "optimizer: {Adam: {lr: 0.1}}\n",
        MNIST + "optimizer: {Adam: 0.1}\n",
        MNIST + "optimizer: {Adam: {learning_rate: 0}}\n",
        MNIST + "optimizer: {Adam: {learning_rate: {CosinDecay: {}}}}\n",
        MNIST + "optimizer: {Adam: {learning_rate: {CosineDecay: {}}}}\n",
        MNIST + "optimizer: {Adam: {}, SGD: {}}\n",
        MNIST + "metrics: accuracy\n",
        MNIST + "metrics: [acuracy]\n",
        MNIST + "callbacks: [{EarlyStopping: {patience: -1}}]\n",
        MNIST + "callbacks: [{EarlyStopping: {mode: up}}]\n",
        MNIST + "prepare: {rescal: 2}\n",
        MNIST + "prepare: {preprocess: resnet152}\n",
        MNIST + "prepare: {size: [28]}\n",
        MNIST + "augment: [{RandomFlipp: horizontal}]\n",
        MNIST + "augment: [{RandomFlip: sideways}]\n",
        MNIST + "fine_tune: {epochs: 3}\n",
        MNIST + "show: [confusion]\n",
        MNIST + "seed: -1\n",
    ],
)
def test_what_is_wrong_is_not_valid(text: str) -> None:
    assert problems(values(text)) != []
    sink = Sink()
    document = parse(Source(str(ROOT / "tests" / "cases" / "recipes" / "x.yaml"), text), sink)
    assert document is not None
    read_recipe(document, sink, needed=False)
    assert sink.errors, "check finds it too"


def test_the_command(run: Run) -> None:
    assert json.loads(run("schema", "--recipe").out) == SCHEMA
    done = run("schema", "--recipe", str(RECIPES[0]))
    assert done.status == 2
    assert "give one of them" in done.err
