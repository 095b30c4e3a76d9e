"""Data that have been read: examples and labels, in two or three parts."""

import hashlib
import json
from typing import Any, NamedTuple

ALIGNMENT = 64
"""An array shared with a backend begins at a multiple of so many bytes."""
_AT_ONCE = 4096
"""Examples that are looked through together."""
_LOOKED_AT = 100
"""Examples of each part that are compared."""


class Examples:
    """Rows of an array, which lies in memory or on disk; only the rows asked for are copied.

    Parts of one array share it: what is held out of pictures takes no memory of its own, and
    pictures on disk stay there.
    """

    def __init__(self, array: Any, rows: Any = None) -> None:
        """Take rows of an array (examples, …) in the order given, or all of them."""
        self.array = array
        self.rows = rows
        """Numbers of the rows (examples,) as int64; None for all of them."""
        self.dtype = array.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of examples, then the shape of one."""
        return (len(self), *self.array.shape[1:])

    def __len__(self) -> int:
        return len(self.array) if self.rows is None else len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        """The example of a number, or the array of examples for an array of numbers."""
        found = index if self.rows is None else self.rows[index]
        return self.array[found]

    def extent(self, bytes_of_pictures: bool = False) -> tuple[str, float, float]:
        """The type of the values, the smallest and the largest one; all bytes for pictures of files."""
        import numpy as np

        if bytes_of_pictures:
            return str(self.dtype), 0, 255
        low, high = np.inf, -np.inf
        for start in range(0, len(self), _AT_ONCE):
            some = self[np.arange(start, min(start + _AT_ONCE, len(self)))]
            low, high = min(low, float(some.min())), max(high, float(some.max()))
        return str(self.dtype), low, high

    def part(self, rows: Any) -> "Examples":
        """Some of the examples, in the order given."""
        return Examples(self.array, rows if self.rows is None else self.rows[rows])


class Part(NamedTuple):
    """Examples and their labels."""

    x: Examples
    """Examples (examples, …); uint8 for pictures."""
    y: Any
    """Numbers of classes (examples,) as int64, or scores (examples, outputs) as float32."""

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.y)

    def take(self, rows: Any) -> "Part":
        """Some of the examples, in the order given."""
        return Part(self.x.part(rows), self.y[rows])


class Data(NamedTuple):
    """What a recipe trains on, is watched by and is judged by."""

    train: Part
    validation: Part
    test: Part
    class_names: tuple[str, ...] | None
    skipped: tuple[str, ...] = ()
    """Files left out, each with the reason."""
    on_disk: bool = False
    """Whether the pictures did not fit into memory."""
    on_white: int = 0
    """How many pictures are transparent, and lie on white."""

    def digest(self) -> str:
        """What tells data apart: sizes, names, all labels, and some examples of each part."""
        import numpy as np

        found = hashlib.sha256(json.dumps(self.class_names).encode())
        for part in (self.train, self.validation, self.test):
            found.update(repr((part.x.shape, str(part.x.dtype))).encode())
            found.update(np.ascontiguousarray(part.y).tobytes())
            some = np.linspace(0, part.examples - 1, min(part.examples, _LOOKED_AT), dtype=int)
            found.update(np.ascontiguousarray(part.x[some]).tobytes())
        return found.hexdigest()


def split(count: int, share: float, seed: int, labels: Any = None) -> tuple[Any, Any]:
    """Rows that stay and rows that are held out, drawn by a seed, each in rising order.

    With labels the share is held out of each class; at least one example stays and one goes, but
    for a single one, which stays.
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
