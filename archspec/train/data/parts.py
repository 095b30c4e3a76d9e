"""Data that have been read: arrays of examples and labels, in two or three parts."""

from typing import Any, NamedTuple


class Part(NamedTuple):
    """Examples and their labels."""

    x: Any
    """Array (examples, …), or a memory map of one; uint8 for pictures."""
    y: Any
    """Numbers of classes (examples,) as int64, or scores (examples, outputs) as float32."""

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.y)

    def take(self, rows: Any) -> "Part":
        """Some of the examples, in the order given."""
        return Part(self.x[rows], self.y[rows])


class Data(NamedTuple):
    """What a recipe trains on, is watched by and is judged by."""

    train: Part
    validation: Part
    test: Part
    class_names: tuple[str, ...] | None
    skipped: tuple[str, ...] = ()
    """Pictures left out because they cannot be read, each with the reason."""
    on_disk: bool = False
    """Whether the pictures did not fit into memory."""


def split(count: int, share: float, seed: int, labels: Any = None) -> tuple[Any, Any]:
    """Rows that stay and rows that are held out, drawn by a seed, each in rising order.

    With labels the share is held out of each class; at least one example stays and one goes.
    """
    import numpy as np

    random = np.random.default_rng([seed, 0x5EED])
    groups = (
        [np.arange(count)]
        if labels is None
        else [np.flatnonzero(labels == label) for label in np.unique(labels)]
    )
    out = []
    for rows in groups:
        number = min(max(1, round(share * len(rows))), max(len(rows) - 1, 0))
        out.append(random.permutation(rows)[:number])
    held = np.sort(np.concatenate(out))
    return np.setdiff1d(np.arange(count), held), held
