"""Recipes of tests: bases, with other keys in place of some, written in one line."""

from typing import Any

from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.train.check.read import read_recipe
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "cases" / "recipes"
"""Where they would stand: networks and data lie there."""

_DIGITS = {
    "archspec": "1",
    "spec": "specs/digits.yaml",
    "data": "mnist",
    "prepare": "{rescale: 1/255}",
    "loss": "categorical_crossentropy",
    "optimizer": "{Adam: {learning_rate: 0.001}}",
    "metrics": "[accuracy]",
    "epochs": "10",
    "batch_size": "100",
}
_PETS = {
    **_DIGITS,
    "spec": "specs/pets.yaml",
    "data": "{image_folder: {path: data/pets}}",
    "batch_size": "2",
}
BASES = {
    "digits": _DIGITS,
    "sums": {
        **_DIGITS,
        "spec": "specs/digits_sums.yaml",
        "loss": "{CategoricalCrossentropy: {from_logits: true}}",
    },
    "row": {**_DIGITS, "spec": "specs/row.yaml", "prepare": "{rescale: 1/255, flatten: true}"},
    "wide": {**_DIGITS, "spec": "specs/wide.yaml", "prepare": "{rescale: 1/255, pad: 2}"},
    "norm": {**_DIGITS, "spec": "specs/norm.yaml"},
    "scaling": {**_DIGITS, "spec": "specs/scaling.yaml", "prepare": "{rescale: 1}"},
    "pets": _PETS,
    "sigmoid": {**_PETS, "spec": "specs/pets_sigmoid.yaml", "loss": "binary_crossentropy"},
    "transfer": {
        **_PETS,
        "spec": "specs/transfer.yaml",
        "weights": "keras:VGG16",
        "prepare": "{preprocess: vgg16}",
    },
    "score": {
        **_PETS,
        "spec": "specs/score.yaml",
        "data": "{image_table: {path: data/scores.csv, images: pictures}}",
        "loss": "mse",
        "metrics": "[mae]",
        "batch_size": "1",
    },
    "numbers": {
        **_DIGITS,
        "spec": "specs/numbers.yaml",
        "data": "{arrays: {path: data/numbers.npz}}",
        "batch_size": "4",
        "!": "prepare",
    },
}
"""Recipes that are right, by name: keys with their values as text."""


def written(base: str, changes: str) -> tuple[str, int]:
    """The text of a recipe, and the line at which its mistake is told."""
    keys = {k: v for k, v in BASES[base].items() if k != "!" and k != BASES[base].get("!")}
    marked = ""
    for change in changes.split(";;"):
        change = change.strip()
        if change.startswith("!"):
            keys.pop(change[1:], None)
            continue
        key, _, value = change.removeprefix(">").strip().partition(":")
        if not key:
            continue
        keys[key] = value.strip()
        if change.startswith(">") or not marked:
            marked = key
    lines = [f"{k}: {v}" for k, v in keys.items()]
    line = next((n for n, each in enumerate(lines, 1) if each.startswith(f"{marked}:")), 1)
    return "\n".join(lines) + "\n", line


def diagnose_recipe(text: str, *select: str) -> tuple[Any, list[Diagnostic]]:
    """The values of a recipe, and what is said of it."""
    sink = Sink(selection=Selection(select=select))
    document = parse(Source(str(FOLDER / "recipe.yaml"), text), sink)
    assert document is not None, [d.message for d in sink.diagnostics]
    read_recipe(document, sink, needed=False)
    return document.value, sink.diagnostics


def read_table(name: str) -> list[tuple[str, str, str]]:
    """The rows of a table beside this file: base, keys, and what is on the right."""
    rows = []
    for line in (ROOT / "tests" / "train" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.rpartition("=>")
            base, _, changes = left.partition("|")
            rows.append((base.strip(), changes.strip(), right.strip()))
    return rows
