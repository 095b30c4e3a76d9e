"""A mistake in one part of a recipe leaves the others checked, and what was told is silent."""

from typing import Any

import pytest

from archspec.diagnostics.sink import REPORTED, Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.parse.document import Document
from archspec.train.check.read import read_recipe
from tests.train.recipe_bases import FOLDER, diagnose_recipe, written

PLACES: list[tuple[str | int, ...]] = [
    (),
    ("archspec",),
    ("spec",),
    ("params",),
    ("params", "classes"),
    ("data",),
    ("prepare",),
    ("prepare", "rescale"),
    ("augment",),
    ("augment", 0),
    ("augment", 1, "RandomRotation"),
    ("loss",),
    ("loss", "CategoricalCrossentropy"),
    ("loss", "CategoricalCrossentropy", "label_smoothing"),
    ("optimizer",),
    ("optimizer", "Adam"),
    ("optimizer", "Adam", "learning_rate"),
    ("optimizer", "Adam", "learning_rate", "CosineDecay"),
    ("optimizer", "Adam", "learning_rate", "CosineDecay", "alpha"),
    ("metrics",),
    ("metrics", 0),
    ("epochs",),
    ("batch_size",),
    ("callbacks",),
    ("callbacks", 0, "EarlyStopping"),
    ("callbacks", 0, "EarlyStopping", "patience"),
    ("show",),
    ("show", 0),
    ("seed",),
    ("validation_split",),
]

TEXT = written(
    "row",
    "params: {classes: 10} ;; augment: [{RandomZoom: 0.1}, {RandomRotation: 0.02}]"
    " ;; loss: {CategoricalCrossentropy: {label_smoothing: 0.1}} ;; validation_split: 0.1"
    " ;; optimizer: {Adam: {learning_rate: {CosineDecay: {initial_learning_rate: 0.01, alpha: 0}}}}"
    " ;; callbacks: [{EarlyStopping: {patience: 3}}] ;; show: [samples] ;; seed: 3",
)[0]


def _with(value: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return REPORTED
    if isinstance(value, list):
        return [_with(v, path[1:]) if n == path[0] else v for n, v in enumerate(value)]
    return {**value, path[0]: _with(value[path[0]], path[1:])}


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_what_was_told_is_silent(path: tuple[str | int, ...]) -> None:
    sink = Sink()
    document = parse(Source(str(FOLDER / "recipe.yaml"), TEXT), sink)
    assert document is not None
    read_recipe(document, sink, needed=False)
    assert sink.diagnostics == []
    broken = Document(document.source, _with(document.value, path), lambda: document.marks)
    read_recipe(broken, sink, needed=False)
    assert [repr(d) for d in sink.diagnostics if d.severity == "error"] == []


def test_each_part_is_told_by_itself() -> None:
    text, _ = written(
        "digits",
        "optimizer: Adma ;; metrics: [accuraccy] ;; prepare: {resacle: 1/255} ;; epochs: -3"
        " ;; callbacks: [EarlyStoping] ;; loss: mse ;; spec: specs/wrong.yaml ;; batchsize: 3"
        " ;; show: [smaples] ;; augment: [RandomFlipp]",
    )
    found = [d for d in diagnose_recipe(text)[1] if d.severity == "error"]
    lines = [d.span.line for d in found if d.span and d.source.name.endswith("recipe.yaml")]
    assert lines == sorted(set(lines))
    assert len(lines) == 9
    assert [d.code for d in found if d.source.name.endswith("wrong.yaml")] == ["AS202"]
