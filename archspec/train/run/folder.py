"""The folder of a run at its start: new, or one that goes on."""

import os
import re

from archspec.files.folders import Folder, check_folder, is_marked, open_folder
from archspec.files.reading import read_regular, reason
from archspec.files.writing import leftovers
from archspec.train.objects.optimizers import Schedule
from archspec.train.recipe.keys import Recipe
from archspec.train.run.checkpoint import read_progress
from archspec.train.run.resolved import differences, write_resolved
from archspec.train.run.run import CHECKPOINT, MODEL, RECIPE, SPEC, Run, RunError

KIND = "run"
_MOST_TEXT = 64 * 2**20

_LINT = re.compile(r"(?m)^lint:.*\n(?:[ -].*\n)*")
"""The key of a spec that says nothing of its network."""


def open_run(
    path: str, recipe: Recipe, resume: bool = False, replace: bool = False, writes: bool = True
) -> Run:
    """The run in a folder, with its recipe written, and locked.

    One that replaces another is written beside it, in ``.NAME.new``, and takes its place when it
    is done; until then the old one stays as it is.

    Args:
        path: the folder.
        recipe: what is trained.
        resume: whether a run that is there goes on; a folder without one begins anew.
        replace: whether a run that is there gives way to this one.
        writes: whether this process writes, of several.

    Raises:
        RunError: the folder holds another run.
        WriteError: archspec does not write there, or somebody else does.
    """
    target = check_place(path, recipe, resume)
    before, new = Run(target), _beside(target)
    if not writes:
        _make(target)  # pictures that do not fit into memory go there
        return Run(new if resume and is_marked(new) else target)
    if resume and is_marked(new):
        run = Run(new, open_folder(new, KIND, path), open_folder(target, KIND, path))
    elif is_marked(target) and replace:
        final = open_folder(target, KIND, path)
        _discard(new, path)
        run = Run(new, open_folder(new, KIND, path), final)
    else:
        if is_marked(target) and not resume and (before.has(CHECKPOINT) or before.has(MODEL)):
            finished = "a finished" if before.has(MODEL) else "an unfinished"
            help = "--resume goes on with it; --output names another folder; --force begins anew"
            raise RunError(path, f"this folder holds {finished} run", help)
        run = Run(target, open_folder(target, KIND, path))
        _discard(new, path)
    try:
        if run.has(CHECKPOINT):
            _check_same(run, recipe)
        for name in leftovers(run.path):
            os.unlink(name)
        write_resolved(recipe, run)
    except BaseException:
        run.give_up()
        raise
    return run


def check_goes_on(path: str, recipe: Recipe) -> None:
    """Whether a run that is there can go on with a recipe; before anything heavy.

    Raises:
        RunError: it is of another recipe, or its checkpoint cannot be used.
    """
    target = os.path.realpath(path)
    for run in (Run(_beside(target)), Run(target)):
        if is_marked(run.path) and run.has(CHECKPOINT):
            _check_same(run, recipe)
            read_progress(run, recipe)
            return


def check_place(path: str, recipe: Recipe, resume: bool) -> str:
    """The folder of a run, links followed, if archspec may write there; before anything heavy.

    Raises:
        WriteError: it may not.
    """
    return check_folder(path, _inputs(path, recipe, resume))


def _inputs(path: str, recipe: Recipe, resume: bool) -> list[str]:
    """What is read, and so must not lie in the folder; a run may go on from its own recipe."""
    found = [recipe.place.document.source.name, recipe.spec]
    if data := getattr(recipe.data, "path", None):
        found.append(data)
        if images := getattr(recipe.data, "images", None):
            found.append(os.path.join(os.path.dirname(data), images))
    if recipe.keys.weights and not recipe.keys.weights.startswith("keras:"):
        found.append(recipe.keys.weights)
    if not resume or not is_marked(path):
        return found
    folder = Folder(os.path.realpath(path), KIND)
    own = {folder.file(name) for name in (RECIPE, SPEC) if folder.owns(name)}
    return [name for name in found if os.path.realpath(name) not in own]


def _beside(target: str) -> str:
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name}.new")


def _discard(new: str, path: str) -> None:
    """Remove what was left of a run that should have replaced another one."""
    if is_marked(new):
        open_folder(new, KIND, path).clear()


def _make(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise RunError(path, f"cannot make this folder: {reason(error)}") from None


def _check_same(run: Run, recipe: Recipe) -> None:
    """Whether the run is of this recipe and this network; more epochs may be wanted."""
    from archspec.emit.blocks import blocks_spec

    help = "--output names another folder; or train with the recipe that lies in this one"
    try:
        spec = read_regular(run.file(SPEC), _MOST_TEXT).decode()
    except (OSError, ValueError) as error:
        raise RunError(run.path, f"cannot read its `{SPEC}`: {reason(error)}", help) from None
    if _LINT.sub("", spec) != _LINT.sub("", blocks_spec(recipe.shaped)):
        raise RunError(run.path, "this run is of another network", help)
    free = ("lint",) if recipe.fine_tune is not None or _runs_down(recipe) else ("lint", "epochs")
    changed = [name for name in differences(run, recipe) if name not in free]
    if changed:
        raise RunError(run.path, f"this run has other values for {', '.join(changed)}", help)


def _runs_down(recipe: Recipe) -> bool:
    """Whether the learning rate depends on the number of epochs."""
    rate = recipe.optimizer.learning_rate
    return isinstance(rate, Schedule) and bool(rate.steps) and getattr(rate, rate.steps) is None
