"""Checkpoints: everything that the next epoch depends on, in one file that is replaced whole."""

import json
from typing import Any, NamedTuple


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
        arrays |= {f"best-{name}-{n}": np.asarray(w) for n, w in enumerate(weights)}
    text = json.dumps(progress._asdict()).encode()
    arrays["progress"] = np.frombuffer(text, "uint8")
    with open(path, "xb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_progress(path: str) -> Progress:
    """How far the training of a checkpoint has come.

    Raises:
        OSError, ValueError, KeyError: the file is no checkpoint.
    """
    import numpy as np

    with np.load(path) as file:
        return Progress(**json.loads(file["progress"].tobytes()))


def load_checkpoint(path: str, model: Any) -> dict[str, list[Any]]:
    """Set the weights of a compiled model, and its optimizer's; gives lists that callbacks kept.

    Raises:
        ValueError: the checkpoint is of another network or another optimizer.
    """
    import numpy as np

    with np.load(path) as file:
        weights = _numbered(file, "weight")
        variables = _numbered(file, "optimizer")
        names = {n.rsplit("-", 1)[0][5:] for n in file.files if n.startswith("best-")}
        best = {name: _numbered(file, f"best-{name}-") for name in names}
    model.set_weights(weights)
    if len(variables) != len(model.optimizer.variables):
        raise ValueError("the checkpoint is of another optimizer")
    for variable, value in zip(model.optimizer.variables, variables, strict=True):
        variable.assign(value)
    return best


def _numbered(file: Any, word: str) -> list[Any]:
    found: list[Any] = []
    while f"{word}{len(found)}" in file.files:
        found.append(file[f"{word}{len(found)}"])
    return found
