"""Training: from a recipe and a folder to a model, a history and figures."""

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.train.data.parts import Data
from archspec.train.data.read import read_data
from archspec.train.fit.callbacks import make_callbacks, watcher
from archspec.train.fit.chance import set_chance
from archspec.train.fit.distribute import check_data
from archspec.train.fit.errors import DivergedError
from archspec.train.fit.feed import still_feed, train_feed
from archspec.train.fit.model import Models, alone, compile_model, make_models, thaw
from archspec.train.fit.run_options import RunOptions
from archspec.train.objects.optimizers import Optimizer
from archspec.train.recipe.keys import Recipe
from archspec.train.run.about import About
from archspec.train.run.checkpoint import Progress, load_checkpoint, read_progress
from archspec.train.run.resolved import resolved_values
from archspec.train.run.run import CHECKPOINT, FACTS, METRICS, Run, RunError, versions
from archspec.weights.loading.load import check_source, load_weights
from archspec.weights.pairing.report import WeightsReport

Say = Callable[[str], object]


class Trained(NamedTuple):
    """A finished training."""

    recipe: Recipe
    data: Data
    models: Models
    progress: Progress
    metrics: dict[str, float]


def train(recipe: Recipe, run: Run, options: RunOptions, sink: Sink) -> Trained | None:
    """Train; None after reporting the layer that Keras refuses.

    Raises:
        DataError: the data cannot be read.
        ModelError: the weights to begin with cannot be had.
        RunError: the run cannot go on.
        DistributeError: the data cannot be divided among the devices, or a process is gone.
        DivergedError: the loss is no longer a finite number.
        WriteError: the run cannot be written.
    """
    import keras

    began = time.monotonic()
    writes = options.share.number == 0
    if recipe.keys.weights is not None and not (options.resume and run.has(CHECKPOINT)):
        check_source(recipe.keys.weights)  # before minutes of reading
    data = read_data(recipe, run.path, options.watch)
    _tell_data(data, options.say)
    check_data(recipe, run, data, options)
    keras.utils.set_random_seed(recipe.keys.seed)
    with options.scope():
        models = make_models(recipe, sink)
        if models is None:
            return None
        progress = _begin(recipe, run, models, data, options)
        progress = _train(recipe, run, models, data, progress, options)
    if not writes:  # the others have gone on without this process
        return Trained(recipe, data, models, progress, {})
    if options.share.devices > 1:
        models = alone(models, recipe)
    metrics = _evaluate(models, data, recipe)
    if not math.isfinite(metrics["loss"]):
        raise DivergedError("loss", metrics["loss"], progress.epochs, False)
    run.save_model(models.saved, about(recipe, data))
    run.write_json(METRICS, metrics)
    run.write_json(FACTS, _facts(recipe, data, progress, options, time.monotonic() - began))
    return Trained(recipe, data, models, progress, metrics)


def about(recipe: Recipe, data: Data) -> About:
    """What the saved model says of itself."""
    outputs = {"binary": "probability", "": "scores"}.get(recipe.loss.classes, "probabilities")
    names = list(data.class_names) if data.class_names and recipe.loss.classes else None
    channels = recipe.picture[2] if recipe.is_picture else None
    return About(names, channels, outputs, *data.train.x.extent(recipe.reads_files))


def _tell_data(data: Data, say: Say) -> None:
    kept = ", kept on disk" if data.on_disk else ""
    if data.on_white:
        kept += f", {data.on_white:,} transparent and laid on white"
    apart = f", {data.validation.examples:,} to watch" if data.validation is not data.test else ""
    say(
        f"data: {data.train.examples:,} examples to train{apart}, {data.test.examples:,} to test{kept}"
    )
    if data.skipped:
        count = len(data.skipped)
        say(f"{count} file{'s' * (count > 1)} left out:")
        for line in data.skipped[:5]:
            say(f"  {line}")
        if count > 5:
            say(f"  and {count - 5} more, all in {FACTS}")


def _begin(recipe: Recipe, run: Run, models: Models, data: Data, options: RunOptions) -> Progress:
    """How far the run is; initial weights are loaded for a new one."""
    if options.resume and run.has(CHECKPOINT):
        progress = read_progress(run, recipe)
        if progress.epochs > recipe.epochs:
            message = f"it has {progress.epochs} epochs already, more than {recipe.epochs}"
            raise RunError(run.path, message)
        if progress.data != data.digest():
            message = "its data are not what they were: examples or labels have changed"
            help = "--force begins anew; --output names another folder"
            raise RunError(run.path, message, help)
        if options.share.number == 0:
            run.write_history(progress.rows)  # it may have been killed before it could
        options.say(f"going on after epoch {progress.epochs}")
        return progress
    if recipe.keys.weights is not None:
        options.say(str(_load_weights(models, recipe.keys.weights)))
    return Progress(0, [], {}, data=data.digest())


def _load_weights(models: Models, source: str) -> WeightsReport:
    """Load weights to begin with.

    Raises:
        ModelError: they cannot be had, none reaches a layer, or a frozen layer got none, so that it
            would never learn.
    """
    from archspec.weights.loading.models import ModelError

    report = load_weights(models.built.model, source)
    without = {*report.without}
    frozen = [
        layer.name
        for layer in models.built.layers.values()
        if layer.name in without and layer.weights and not layer.trainable
    ]
    if frozen:
        more = f" and {len(frozen) - 1} more" if len(frozen) > 1 else ""
        raise ModelError(f"{source}: the frozen layer `{frozen[0]}`{more} took no weights")
    return report


class _Phase(NamedTuple):
    """Epochs with the same layers learning and the same optimizer."""

    epochs: int
    optimizer: Optimizer
    first: int | None = None
    """Index of the first node that is no longer frozen."""


def _phases(recipe: Recipe) -> list[_Phase]:
    found = [_Phase(recipe.keys.epochs, recipe.optimizer)]
    if recipe.fine_tune:
        first, epochs, optimizer = recipe.fine_tune
        found.append(_Phase(epochs, optimizer, first))
    return found


def _train(
    recipe: Recipe, run: Run, models: Models, data: Data, progress: Progress, options: RunOptions
) -> Progress:
    """Train, then fine-tune.

    A run that goes on repeats the end of its phase with no epoch left in it, so that what Keras
    does then (best weights, averaged weights) is done again.
    """
    begun = progress.phase if progress.epochs else None
    for number, phase in enumerate(_phases(recipe)):
        if number < progress.phase:
            continue
        if number > progress.phase:
            progress = progress.next_phase()
        if phase.first is not None:
            thaw(models, phase.first)
            options.say(f"fine-tuning from epoch {progress.epochs + 1} on")
        end = progress.epochs if progress.over else progress.start + phase.epochs
        feed = train_feed(data.train, recipe, progress.epochs, end, options.share)
        steps = feed.steps * phase.epochs
        compile_model(models.trained, recipe, phase.optimizer, steps, feed.together)
        best = {}
        if number == begun:
            best = load_checkpoint(run, models.trained)
        callbacks = make_callbacks(recipe, run, options.share.number == 0)
        watch = watcher(recipe, run, progress, callbacks, best, options)
        models.trained.fit(
            feed.data,
            epochs=end,
            initial_epoch=progress.epochs,
            steps_per_epoch=feed.steps,
            validation_data=still_feed(data.validation, recipe, options.share),
            callbacks=[*callbacks.values(), watch],
            verbose=options.verbose,
            shuffle=False,
        )
        progress = watch.kept.progress
    return progress


def _evaluate(models: Models, data: Data, recipe: Recipe) -> dict[str, float]:
    set_chance(models.trained, recipe.keys.seed, recipe.epochs)
    feed = still_feed(data.test, recipe)
    found = models.trained.evaluate(feed, verbose=0, return_dict=True)
    return {name: float(value) for name, value in found.items()}


def _facts(
    recipe: Recipe, data: Data, progress: Progress, options: RunOptions, seconds: float
) -> dict[str, Any]:
    import keras

    return {
        "name": recipe.name,
        "seed": recipe.keys.seed,
        "recipe": resolved_values(recipe),
        "epochs": progress.epochs,
        "watched": recipe.watched,
        "stopped_early": progress.over,
        "examples": {
            "train": data.train.examples,
            "validation": data.validation.examples,
            "test": data.test.examples,
        },
        "skipped": list(data.skipped),
        "pictures_on_disk": data.on_disk,
        "laid_on_white": data.on_white,
        "params": recipe.shaped.params,
        "trainable_params": recipe.shaped.trainable_params,
        "backend": keras.backend.backend(),
        "devices": options.described,
        "seconds": round(seconds, 1),
        "versions": versions(),
    }
