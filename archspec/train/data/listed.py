"""Lists of pictures and their labels, in two parts, before any picture is read."""

from typing import Any, NamedTuple

from archspec.train.data.errors import DataError
from archspec.train.data.folders import LeftOut, folder_parts
from archspec.train.data.parts import split
from archspec.train.data.tables import read_table
from archspec.train.objects.data import ImageFolder, ImageTable


class Listed(NamedTuple):
    """Pictures of one part."""

    where: str
    """The folder or the table that names them."""
    paths: list[str]
    labels: Any
    """Numbers of classes (pictures,) as int64, or scores (pictures, 1) as float32."""

    def take(self, rows: Any) -> "Listed":
        """Some of them, in the order given."""
        return Listed(self.where, [self.paths[r] for r in rows], self.labels[rows])


class Listing(NamedTuple):
    """All pictures of a recipe."""

    class_names: tuple[str, ...] | None
    train: Listed
    test: Listed
    others: list[LeftOut]
    """What is no picture by its name, or cannot be opened."""


def list_pictures(data: ImageFolder | ImageTable, seed: int) -> Listing:
    """The pictures of a folder or of a table; what is held out is drawn by the seed.

    Raises:
        DataError: something is missing, or there are too few.
    """
    found = list_parts(data)
    if data.held_out is None:
        return found
    classes = found.class_names is not None
    labels = found.train.labels if classes else None
    train, test = _held_out(found.train, data.held_out, seed, labels)
    return found._replace(train=train, test=test)


def list_parts(data: ImageFolder | ImageTable) -> Listing:
    """The pictures with nothing held out: of what has no parts, all are in both.

    Raises:
        DataError: something is missing.
    """
    import numpy as np

    if isinstance(data, ImageTable):
        rows = read_table(data)
        scores = np.array([[row.score] for row in rows], "float32")
        listed = Listed(data.path, [row.path for row in rows], scores)
        return Listing(None, listed, listed, [])
    found: list[Listed] = []
    others: list[LeftOut] = []
    names: tuple[str, ...] = ()
    for part in folder_parts(data):
        names = tuple(part.classes)
        counts = [len(files) for files in part.classes.values()]
        paths = [p for files in part.classes.values() for p in files]
        found.append(Listed(part.path, paths, np.repeat(np.arange(len(names)), counts)))
        others += part.others
    return Listing(names, found[0], found[-1], others)


def _held_out(listed: Listed, share: float, seed: int, labels: Any = None) -> tuple[Listed, Listed]:
    stay, held = held_out_rows(len(listed.paths), share, seed, labels)
    return listed.take(stay), listed.take(held)


def held_out_rows(count: int, share: float, seed: int, labels: Any = None) -> tuple[Any, Any]:
    """Rows for training and rows for testing.

    Raises:
        DataError: there are too few for both.
    """
    if count < 2:
        message = f"{count} example cannot be both for training and for testing"
        raise DataError(message, code="AS607")
    stay, held = split(count, share, seed, labels)
    if len(held) == 0:
        raise DataError("every class needs at least two examples with `held_out`", code="AS607")
    return stay, held
