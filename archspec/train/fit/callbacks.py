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

    It comes last, so that it finds the others' state as the epoch leaves it. Its ``progress`` is
    how far the training is.
    """
    import keras
    import numpy as np

    states = {n: c.state for n, c in zip(callback_names(recipe), recipe.callbacks, strict=True)}

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.progress = progress
            self.began = self.drawn = time.monotonic()

        def on_train_begin(self, logs: Any = None) -> None:
            for name, values in self.progress.callbacks.items():
                for key, value in values.items():
                    setattr(callbacks[name], key, value)
            for name, weights in best.items():
                callbacks[name].best_weights = weights

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            check_interrupt()

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            set_chance(self.model, recipe.keys.seed, epoch)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            row = {name: float(value) for name, value in (logs or {}).items()}
            # A mirrored variable is an array, but no number.
            row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
            kept = {
                name: {key: _plain(getattr(callbacks[name], key, None)) for key in keys}
                for name, keys in states.items()
            }
            _check_finite(row, epoch + 1, run)
            self.progress = self.progress._replace(
                epochs=epoch + 1,
                rows=[*self.progress.rows, row],
                callbacks=kept,
                over=bool(self.model.stop_training),
            )
            if run.folder is not None:
                best_weights = {
                    name: callback.best_weights
                    for name, callback in callbacks.items()
                    if getattr(callback, "best_weights", None) is not None
                }
                with uninterrupted():
                    with run.folder.replacing(CHECKPOINT, state=True) as path:
                        save_checkpoint(path, self.model, self.progress, best_weights)
                    run.write_history(self.progress.rows)
                if time.monotonic() - self.drawn > _DRAWN_EVERY:
                    write_curves(recipe, self.progress, run)
                    self.drawn = time.monotonic()
            self._say_time()

        def _say_time(self) -> None:
            """How long the rest will take, where that is worth knowing."""
            done = self.progress.epochs - progress.epochs
            left = recipe.epochs - self.progress.epochs
            each = (time.monotonic() - self.began) / done
            if left and not self.progress.over and left * each > _WORTH_SAYING:
                options.say(f"  {left} of {recipe.epochs} epochs left, {_about(left * each)}")

    return Watch()


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
