"""Evaluation of a run's model on its test data, read again, or on others."""

import tempfile
from typing import Any, NamedTuple

from archspec.diagnostics.sink import SourcePlace
from archspec.train.data.errors import DataError
from archspec.train.data.parts import Part
from archspec.train.data.read import Judged, read_test
from archspec.train.fit.feed import still_feed
from archspec.train.fit.model import jit, make_metrics
from archspec.train.recipe.keys import Recipe
from archspec.train.run.about import About
from archspec.train.run.run import Run, RunError
from archspec.train.use.predict import load_run


class Evaluated(NamedTuple):
    """How good a model is."""

    figures: dict[str, float]
    """Loss and metrics by Keras's names."""
    examples: int
    """How many it was judged by."""
    part: str
    """Which: the ``test`` part, what the recipe has ``held_out``, or ``all`` of other data."""
    skipped: tuple[str, ...]
    """Files left out, each with the reason."""


def evaluate(recipe: Recipe, run: Run) -> Evaluated:
    """Judge a model by the test part of its data, or by other data, of which nothing is held out.

    Raises:
        DataError: the data cannot be read, or have other classes.
        RunError: the run has no model, or one that cannot be asked.
        ModelError: Keras cannot load it.
    """
    others = isinstance(recipe.data_place, SourcePlace)
    has_parts = getattr(recipe.data, "held_out", None) is None
    with tempfile.TemporaryDirectory() as folder:
        data = read_test(recipe, folder, whole=others)
        _check_classes(data, run.about())
        model, _ = load_run(run)
        try:
            figures = _figures(model, data.test, recipe)
        except Exception as error:  # a model that somebody else made takes anything
            why = str(error).partition("\n")[0]
            raise RunError(run.path, f"its model cannot be asked: {why}") from None
    part = "test" if has_parts or is_part(recipe) else "all" if others else "held_out"
    return Evaluated(figures, data.test.examples, part, data.skipped)


def is_part(recipe: Recipe) -> bool:
    """Whether of a folder in place of the run's own only its test part is judged."""
    place = recipe.data_place
    return isinstance(place, SourcePlace) and getattr(recipe.data, "path", "") != place.source.text


def _check_classes(data: Judged, about: About) -> None:
    """Whether the folders are the classes that the model tells apart."""
    if data.class_names is None or about.class_names is None:
        return
    names = list(data.class_names)
    if names != about.class_names:
        other = ", ".join(f"`{n}`" for n in sorted(set(names) ^ set(about.class_names))[:5])
        message = "the data have other classes than the model was trained for"
        raise DataError(f"{message}: {other}", code="AS605", without=message)


def _figures(model: Any, part: Part, recipe: Recipe) -> dict[str, float]:
    import keras

    if recipe.loss.logits:  # the saved model ends with the activation that the loss contains
        model = keras.Model(model.inputs, model.layers[-1].input)
    metrics = make_metrics(recipe)
    model.compile(loss=recipe.loss.make(), metrics=metrics, jit_compile=jit())
    found = model.evaluate(still_feed(part, recipe), verbose=0, return_dict=True)
    return {name: float(value) for name, value in found.items()}
