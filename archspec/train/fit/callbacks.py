"""Callbacks of ``fit``: those of the recipe, and the one that keeps the run."""

import math
import time
from typing import Any

from archspec.emit.keras.interrupts import check_interrupt, uninterrupted
from archspec.train.fit.chance import set_chance
from archspec.train.fit.errors import DivergedError
from archspec.train.fit.run_options import RunOptions
from archspec.train.objects.metrics import TensorBoard
from archspec.train.recipe.keys import Recipe
from archspec.train.run.checkpoint import Progress, callback_names, save_checkpoint
from archspec.train.run.curves import write_curves
from archspec.train.run.run import CHECKPOINT, LOGS, Run

_WORTH_SAYING = 60
"""Least seconds of a rest of the training that is told."""
_DRAWN_EVERY = 30
"""Seconds between drawings of the curves, which take a third of one."""


def make_callbacks(recipe: Recipe, run: Run, writes: bool) -> dict[str, Any]:
    """The recipe's callbacks by name; those that only write are for the process that writes."""
    found = {}
    for name, callback in zip(callback_names(recipe), recipe.callbacks, strict=True):
        if isinstance(callback, TensorBoard) and not writes:
            continue
        more = {"log_dir": run.file(LOGS)} if isinstance(callback, TensorBoard) else {}
        found[name] = callback.make(**more)
    return found


def watcher(
    recipe: Recipe,
    run: Run,
    progress: Progress,
    callbacks: dict[str, Any],
    best: dict[str, list[Any]],
    options: RunOptions,
) -> Any:
    """A callback that sets the chance of each epoch, and keeps history, curves and checkpoint.

    It comes last, so that it finds the others' state as the epoch leaves it. Its ``kept`` says how
    far the training is.
    """
    import keras

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kept = Kept(recipe, run, progress, callbacks)

        def on_train_begin(self, logs: Any = None) -> None:
            for name, values in self.kept.progress.callbacks.items():
                for key, value in values.items():
                    setattr(callbacks[name], key, value)
            for name, weights in best.items():
                callbacks[name].best_weights = weights

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            check_interrupt()

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            set_chance(self.model, recipe.keys.seed, epoch)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.kept.keep_epoch(self.model, epoch, logs or {})
            self.kept.say_time(options)

    return Watch()


class Kept:
    """How far a training is, and what is kept of it after every epoch."""

    def __init__(
        self, recipe: Recipe, run: Run, progress: Progress, callbacks: dict[str, Any]
    ) -> None:
        self.recipe = recipe
        self.run = run
        self.progress = progress
        self.callbacks = callbacks
        self.before = progress.epochs
        self.began = self.drawn = time.monotonic()

    def keep_epoch(self, model: Any, epoch: int, logs: dict[str, Any]) -> None:
        """Take up an epoch; write history and checkpoint, and now and then the curves.

        Raises:
            DivergedError: the loss is no number any more.
        """
        import numpy as np

        row = {name: float(value) for name, value in logs.items()}
        # A mirrored variable is an array, but no number.
        row["learning_rate"] = float(np.asarray(model.optimizer.learning_rate))
        states = self._states()
        _check_finite(row, epoch + 1, self.run)
        self.progress = self.progress._replace(
            epochs=epoch + 1,
            rows=[*self.progress.rows, row],
            callbacks=states,
            over=bool(model.stop_training),
        )
        if self.run.folder is None:
            return
        best_weights = {
            name: callback.best_weights
            for name, callback in self.callbacks.items()
            if getattr(callback, "best_weights", None) is not None
        }
        with uninterrupted():
            with self.run.folder.replacing(CHECKPOINT, state=True) as path:
                save_checkpoint(path, model, self.progress, best_weights)
            self.run.write_history(self.progress.rows)
        if time.monotonic() - self.drawn > _DRAWN_EVERY:
            write_curves(self.recipe, self.progress, self.run)
            self.drawn = time.monotonic()

    def _states(self) -> dict[str, dict[str, Any]]:
        """What the recipe's callbacks remember from epoch to epoch."""
        pairs = zip(callback_names(self.recipe), self.recipe.callbacks, strict=True)
        return {
            name: {key: _plain(getattr(self.callbacks[name], key, None)) for key in callback.state}
            for name, callback in pairs
        }

    def say_time(self, options: RunOptions) -> None:
        """How long the rest will take, where that is worth knowing."""
        done = self.progress.epochs - self.before
        left = self.recipe.epochs - self.progress.epochs
        each = (time.monotonic() - self.began) / done
        if left and not self.progress.over and left * each > _WORTH_SAYING:
            options.say(f"  {left} of {self.recipe.epochs} epochs left, {_about(left * each)}")


def _check_finite(row: dict[str, float], epoch: int, run: Run) -> None:
    """Whether the loss is a number still; once it is none, the weights are none either.

    Raises:
        DivergedError: it is not.
    """
    for name in ("loss", "val_loss"):
        value = row.get(name, 0.0)
        if not math.isfinite(value):
            raise DivergedError(name, value, epoch, epoch > 1 and run.has(CHECKPOINT))


def _about(seconds: float) -> str:
    """A duration in words."""
    if seconds < 90:
        return f"about {round(seconds)} seconds"
    if seconds < 5400:
        return f"about {round(seconds / 60)} minutes"
    return f"about {seconds / 3600:.1f} hours"


def _plain(value: Any) -> Any:
    """A number as JSON has it."""
    if value is None or isinstance(value, bool | int):
        return value
    number = float(value)
    return int(number) if not math.isinf(number) and number.is_integer() else number
