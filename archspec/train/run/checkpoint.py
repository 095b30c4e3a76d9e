"""Checkpoints: everything that the next epoch depends on, in one file that is replaced whole."""

import json
from itertools import count, takewhile
from math import prod
from typing import Any, NamedTuple

from archspec.files.archives import ArchiveError
from archspec.train.data.npz import NUMBERS, Header, read_arrays, read_headers, read_octets
from archspec.train.recipe.keys import Recipe
from archspec.train.run.run import CHECKPOINT, Run, RunError

_MOST_PROGRESS = 64 * 2**20
"""Bytes: a million epochs."""
_BEST = "best-"
"""Begins the names of weights that callbacks keep."""


def callback_names(recipe: Recipe) -> list[str]:
    """Names of a recipe's callbacks, under which their state is kept."""
    return [f"{type(callback).__name__}{n}" for n, callback in enumerate(recipe.callbacks)]


class Progress(NamedTuple):
    """How far a training has come."""

    epochs: int
    """Finished epochs."""
    rows: list[dict[str, float]]
    """The history: one row for each of them."""
    callbacks: dict[str, dict[str, Any]]
    """State of callbacks by name."""
    phase: int = 0
    """Number of the phase: 0, or 1 for fine-tuning."""
    start: int = 0
    """Epochs that were finished when it began."""
    over: bool = False
    """Whether a callback has ended the phase before its last epoch."""
    data: str = ""
    """Digest of the data."""

    def next_phase(self) -> "Progress":
        """Where the next phase begins."""
        return Progress(self.epochs, self.rows, {}, self.phase + 1, self.epochs, data=self.data)


def save_checkpoint(path: str, model: Any, progress: Progress, best: dict[str, Any]) -> None:
    """Write a checkpoint.

    Args:
        path: a file that is not there yet.
        model: the compiled model; its weights and its optimizer's variables are kept.
        progress: how far it is.
        best: lists of weights that callbacks keep, by the callback's name.
    """
    import numpy as np

    arrays = {f"weight{n}": np.asarray(w) for n, w in enumerate(model.get_weights())}
    for number, variable in enumerate(model.optimizer.variables):
        arrays[f"optimizer{number}"] = np.asarray(variable)
    for name, weights in best.items():
        arrays |= {f"{_BEST}{name}-{n}": np.asarray(w) for n, w in enumerate(weights)}
    text = json.dumps(progress._asdict()).encode()
    arrays["progress"] = np.frombuffer(text, "uint8")
    with open(path, "xb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_progress(run: Run, recipe: Recipe) -> Progress:
    """How far the training of a run has come; all of its checkpoint is looked at, without NumPy.

    Raises:
        RunError: it is no checkpoint of this recipe, or it is damaged.
    """
    path = run.file(CHECKPOINT)
    try:
        headers = read_headers(path)
        text = read_octets(path, "progress", _MOST_PROGRESS)
    except ArchiveError as error:
        raise _unusable(run, str(error)) from None
    try:
        values = json.loads(text)
        progress = Progress(**values)
    except (ValueError, TypeError, RecursionError):
        raise _unusable(run, "it does not say how far it is") from None
    if wrong := _wrong(progress, recipe):
        raise _unusable(run, f"its `{wrong}` cannot be") from None
    _check_arrays(run, headers, recipe)
    return progress


def _wrong(progress: Progress, recipe: Recipe) -> str:
    """Which part of a progress is none of this recipe, or nothing."""
    epochs, rows, callbacks, phase, start, over, data = progress
    states = {n: c.state for n, c in zip(callback_names(recipe), recipe.callbacks, strict=True)}
    last = 1 if recipe.fine_tune else 0
    sound = {
        "rows": isinstance(rows, list) and all(map(_is_row, rows)),
        "epochs": type(epochs) is int and isinstance(rows, list) and epochs == len(rows) > 0,
        "phase": type(phase) is int and 0 <= phase <= last,
        "start": type(start) is int and 0 <= start <= (epochs if phase else 0),
        "over": type(over) is bool,
        "data": isinstance(data, str),
        "callbacks": isinstance(callbacks, dict)
        and all(
            isinstance(state, dict) and state.keys() <= set(states.get(name, ()))
            for name, state in callbacks.items()
        )
        and all(_is_plain(v) for state in callbacks.values() for v in state.values())
        and callbacks.keys() <= states.keys(),
    }
    return next((name for name, is_sound in sound.items() if not is_sound), "")


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and all(
        name.isprintable() and type(value) in (int, float) for name, value in row.items()
    )


def _is_plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float)


def _check_arrays(run: Run, headers: dict[str, Header], recipe: Recipe) -> None:
    """Whether the weights are as many as the network's, and those that callbacks keep are alike."""
    weights = [headers[name].shape for name in _numbered(headers, "weight")]
    if sum(map(prod, weights)) != recipe.shaped.params:
        raise _unusable(run, "its weights are of another network")
    known = callback_names(recipe)
    for name in {n.rpartition("-")[0] for n in headers if n.startswith(_BEST)}:
        kept = [headers[n].shape for n in _numbered(headers, f"{name}-")]
        if name.removeprefix(_BEST) not in known or kept != weights:
            raise _unusable(run, "the best weights in it are of another training")
    if any(header.kind not in NUMBERS for header in headers.values()):
        raise _unusable(run, "it holds what are no numbers")


def load_checkpoint(run: Run, model: Any) -> dict[str, list[Any]]:
    """Set the weights of a compiled model, and its optimizer's; gives lists that callbacks kept.

    Raises:
        RunError: the checkpoint is of another network or another optimizer, or it is damaged.
    """
    path = run.file(CHECKPOINT)

    def numbered(word: str) -> list[Any]:
        return read_arrays(path, tuple(_numbered(headers, word)))

    try:
        headers = read_headers(path)
        weights, variables = numbered("weight"), numbered("optimizer")
        names = {n.rpartition("-")[0] for n in headers if n.startswith(_BEST)}
        best = {name.removeprefix(_BEST): numbered(f"{name}-") for name in names}
    except ArchiveError as error:
        raise _unusable(run, str(error)) from None
    if [w.shape for w in weights] != [tuple(w.shape) for w in model.weights]:
        raise _unusable(run, "its weights are of another network")
    if [v.shape for v in variables] != [tuple(v.shape) for v in model.optimizer.variables]:
        raise _unusable(run, "it is of another optimizer")
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, variables, strict=True):
        variable.assign(value)
    return best


def _numbered(headers: dict[str, Header], word: str) -> list[str]:
    """Names of arrays that are numbered from 0."""
    return list(takewhile(headers.__contains__, (f"{word}{n}" for n in count())))


def _unusable(run: Run, why: str) -> RunError:
    help = "--force begins anew; --output names another folder"
    return RunError(run.path, f"its checkpoint cannot be read: `{CHECKPOINT}`: {why}", help)
