"""Recipes with anything anywhere: `check` reports, and never falls over."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics.report import report
from archspec.diagnostics.sink import MOST_DIAGNOSTICS, Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.train.check.read import read_recipe
from tests.train.test_recipe_schema import problems

FOLDER = Path(__file__).parent.parent / "cases" / "recipes"
FULL: dict[str, Any] = {
    "archspec": 1,
    "name": "all",
    "title": "All keys",
    "spec": "specs/transfer.yaml",
    "params": {},
    "weights": "keras:MobileNetV2",
    "data": {"image_folder": {"path": "data/pets", "memory_mb": 100}},
    "validation_split": 0.1,
    "prepare": {"size": [32, 32], "pad": 0, "rescale": "1/127.5", "offset": -1, "flatten": False},
    "augment": [{"RandomFlip": "horizontal"}, {"RandomRotation": {"factor": "10/360"}}],
    "loss": {"CategoricalCrossentropy": {"label_smoothing": 0.1}},
    "optimizer": {
        "SGD": {
            "learning_rate": {"PiecewiseConstantDecay": {"boundaries": [1], "values": [0.1, 0.01]}}
        }
    },
    "metrics": ["accuracy", {"AUC": {"num_thresholds": 50}}],
    "epochs": 3,
    "batch_size": 2,
    "callbacks": [{"EarlyStopping": {"monitor": "val_auc", "patience": 1}}, "TerminateOnNaN"],
    "fine_tune": {"from": "conv2", "epochs": 2, "optimizer": "Adam"},
    "seed": 1,
    "show": ["samples", "confusion_matrix"],
}
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, 1e308, "", "x", "1/0", "2*n", "$x", "1e", "a\x00b", "\U0001f600",
    [], {}, [[]], [None], {"x": 1}, {"": None}, {"Adam": 3}, {"Adam": {"x": []}}, [{"AUC": [1]}],
    {"a": 1, "b": 2},
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Everything that stands in a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, key))


def check(value: Any) -> Sink:
    sink = Sink()
    text = json.dumps(value)
    document = parse(Source(str(FOLDER / "recipe.json"), text), sink)
    if document is not None:
        read_recipe(document, sink, needed=False)
    report(sink.diagnostics, "text", False)
    return sink


def changed(path: tuple[Any, ...], junk: Any) -> Any:
    value = copy.deepcopy(FULL)
    inner: Any = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = junk
    return value


def test_the_recipe_is_sound() -> None:
    assert check(FULL).diagnostics == []


@pytest.mark.parametrize("path", list(paths(FULL)), ids=lambda p: ".".join(map(str, p)))
def test_anything_anywhere(path: tuple[Any, ...]) -> None:
    """And what is accepted is valid for editors."""
    for junk in JUNK:
        value = changed(path, junk)
        if not check(value).errors:
            assert problems(value) == [], junk


def test_a_key_less_or_renamed() -> None:
    for path in paths(FULL):
        value = changed(path, None)
        inner: Any = value
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        check(value)
        if isinstance(inner, dict):
            inner[f"{path[-1]}x"] = 1
            assert check(value).errors


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_anything_in_place_of_a_recipe(junk: Any) -> None:
    assert check(junk).errors


def test_very_many_mistakes() -> None:
    sink = check({**FULL, "metrics": ["nothing"] * 3000})
    assert sink.full
    assert len(sink.diagnostics) == MOST_DIAGNOSTICS
