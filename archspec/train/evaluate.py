"""Evaluation of a run's model on its test data, read again."""

import tempfile

from archspec.train.data.read import read_test
from archspec.train.feed import still_feed
from archspec.train.model import jit, make_metrics
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
    import keras

    model, _ = load_run(run)
    if recipe.loss.logits:  # the saved model ends with the activation that the loss contains
        model = keras.Model(model.inputs, model.layers[-1].input)
    with tempfile.TemporaryDirectory() as folder:
        feed = still_feed(read_test(recipe, folder), recipe)
        metrics = make_metrics(recipe)
        model.compile(loss=recipe.loss.make(), metrics=metrics, jit_compile=jit())
        found = model.evaluate(feed, verbose=0, return_dict=True)
    return {name: float(value) for name, value in found.items()}
