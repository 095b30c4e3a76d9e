"""Evaluation of a run's model on its test data, read again."""

import tempfile

from archspec.train.data.read import read_data
from archspec.train.feed import still_feed
from archspec.train.model import make_metrics
from archspec.train.predict import load_run
from archspec.train.recipe import Recipe
from archspec.train.run import Run


def evaluate(recipe: Recipe, run: Run) -> dict[str, float]:
    """Loss and metrics on the test part, by Keras's names.

    Raises:
        DataError: the data cannot be read.
        RunError: the run has no model.
        ModelError: Keras cannot load it.
    """
    model, _ = load_run(run)
    with tempfile.TemporaryDirectory() as folder:
        data = read_data(recipe, folder)
        # The saved model ends in probabilities, whatever it was trained to.
        loss = recipe.loss.replace(from_logits=False) if recipe.loss.logits else recipe.loss
        model.compile(loss=loss.make(), metrics=make_metrics(recipe), jit_compile=False)
        found = model.evaluate(still_feed(data.test, recipe), verbose=0, return_dict=True)
    return {name: float(value) for name, value in found.items()}
