"""The folder of a run at its start: new, or one that goes on."""

import os
import shutil

from archspec.files import leftovers
from archspec.train.optimizers import Schedule
from archspec.train.recipe import Recipe
from archspec.train.resolved import recipe_text, write_resolved
from archspec.train.run import CHECKPOINT, MODEL, RECIPE, SPEC, Run, RunError


def open_run(
    path: str, recipe: Recipe, resume: bool = False, replace: bool = False, writes: bool = True
) -> Run:
    """The run in a folder, with its recipe written.

    Args:
        path: the folder.
        recipe: what is trained.
        resume: whether a run that is there goes on; a folder without one begins anew.
        replace: whether a run that is there is removed.
        writes: whether this process writes, of several.

    Raises:
        RunError: the folder holds another run, or something else.
    """
    run = Run(path)
    there = os.path.isdir(path) and bool(os.listdir(path))
    if os.path.exists(path) and not os.path.isdir(path):
        raise RunError(path, "this is a file, not a folder", "name another --output")
    if not writes:
        _make(path)  # pictures that do not fit into memory go there
        return run
    if there and not run.has(RECIPE):
        raise RunError(path, "this folder holds something else", "name another --output")
    if there and replace:
        shutil.rmtree(path)
    elif there and not resume and (run.has(CHECKPOINT) or run.has(MODEL)):
        finished = "a finished" if run.has(MODEL) else "an unfinished"
        help = "--resume goes on with it; --output names another folder; --force begins anew"
        raise RunError(path, f"this folder holds {finished} run", help)
    elif there:
        if run.has(CHECKPOINT):
            _check_same(run, recipe)
        for name in leftovers(path):
            os.unlink(name)
    _make(path)
    write_resolved(recipe, run)
    return run


def _make(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RunError(path, f"cannot make this folder: {reason}") from None


def _check_same(run: Run, recipe: Recipe) -> None:
    """Whether the run is of this recipe and this network; more epochs may be wanted."""
    from archspec.emit.blocks import blocks_spec

    with open(run.file(RECIPE), encoding="utf-8") as file:
        old = file.read()
    with open(run.file(SPEC), encoding="utf-8") as file:
        spec = file.read()
    new = recipe_text(recipe)
    help = "--output names another folder; or train with the recipe that lies in this one"
    if spec != blocks_spec(recipe.shaped):
        raise RunError(run.path, "this run is of another network", help)
    fixed = recipe.fine_tune is not None or _runs_down(recipe)
    if _lines(old, fixed) != _lines(new, fixed):
        changed = sorted(_lines(old, fixed) ^ _lines(new, fixed))
        keys = list(dict.fromkeys(c.strip().partition(":")[0] for c in changed))
        raise RunError(run.path, f"this run has other values for {', '.join(keys)}", help)


def _runs_down(recipe: Recipe) -> bool:
    """Whether the learning rate depends on the number of epochs."""
    rate = recipe.optimizer.learning_rate
    return isinstance(rate, Schedule) and bool(rate.steps) and getattr(rate, rate.steps) is None


def _lines(text: str, epochs: bool) -> set[str]:
    return {line for line in text.splitlines() if epochs or not line.startswith("epochs:")}
