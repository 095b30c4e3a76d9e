"""A first look at data, without NumPy: whether they are there, their shape and their classes."""

import os
from collections.abc import Callable
from typing import NamedTuple

from archspec.diagnostics.spelling import nearest
from archspec.files.archives import ArchiveError
from archspec.train.data.errors import DataError, Elsewhere
from archspec.train.data.folders import folder_parts
from archspec.train.data.npz import NUMBERS, Header, read_headers
from archspec.train.data.tables import look_at_table
from archspec.train.objects.data import Arrays, DataKind, ImageFolder, ImageTable, Mnist


class Seen(NamedTuple):
    """What is known of data before they are read."""

    shape: tuple[int, ...] | None = None
    """Shape of an example; None for pictures, which are resized."""
    class_names: tuple[str, ...] | None = None
    examples: int | None = None
    """How many are for training, those for validation among them."""


def look(data: DataKind, may_look: Callable[[str], bool] | None = None) -> Seen:
    """Whether data can be found, and what can be known at once.

    Args:
        data: where they are.
        may_look: says of a path whether it may be looked at; all may, if left out.

    Raises:
        Elsewhere: they may not be looked at.
        DataError: something is missing.
    """
    for path in _places(data):
        if may_look is not None and not may_look(path):
            raise Elsewhere(path)
    if isinstance(data, Mnist):
        return look_at_mnist(data)
    if isinstance(data, ImageFolder):
        parts = folder_parts(data, may_look)
        count = sum(map(len, parts[0].classes.values()))
        return Seen(None, tuple(parts[0].classes), _left(count, data.held_out))
    if isinstance(data, ImageTable):
        return Seen(examples=_left(look_at_table(data), data.held_out))
    assert isinstance(data, Arrays)
    arrays = npz_headers(data.path, "path")
    for key in ("x_train", "y_train", "x_test", "y_test"):
        name = getattr(data, key)
        if name is not None and name not in arrays:
            near = key if key in arrays else nearest(name, list(arrays)) or ""
            message = f"`{data.path}` has no array `{name}`"
            help = f"it has {near or ', '.join(arrays)}"
            raise DataError(message, help, key=key, without=message, meant=near)
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        if x is not None and y is not None:
            _check_pair(data.path, x, arrays[x], y, arrays[y])
    names = tuple(data.class_names) if data.class_names else None
    count, *shape = arrays[data.x_train].shape
    return Seen(tuple(shape), names, _left(count, data.held_out))


def _places(data: DataKind) -> list[str]:
    """Where data lie, whatever else is in them."""
    path: str | None = getattr(data, "path", None)
    if path is None:
        return []
    if isinstance(data, ImageFolder):
        return [path, os.path.join(path, data.train), os.path.join(path, data.test)]
    if isinstance(data, ImageTable):
        return [path, os.path.join(os.path.dirname(path), data.images)]
    return [path]


def _left(examples: int, held_out: float | None) -> int:
    """How many are left when a share is held out for testing."""
    return examples - round(examples * (held_out or 0))


def look_at_mnist(data: Mnist) -> Seen:
    """MNIST's shape, after a look at the file if there is one."""
    names, count = tuple(str(n) for n in range(10)), 60_000
    if data.path is not None:
        arrays = npz_headers(data.path, "path")
        for key in ("x_train", "y_train", "x_test", "y_test"):
            if key not in arrays:
                help = "MNIST as Keras caches it has x_train, y_train, x_test and y_test"
                raise DataError(f"`{data.path}` has no array `{key}`", help, key="path")
        for part in ("train", "test"):
            x, y = f"x_{part}", f"y_{part}"
            if arrays[x].shape[1:] != (28, 28):
                raise DataError(f"the pictures of `{data.path}` are not 28×28", key="path")
            _check_pair(data.path, x, arrays[x], y, arrays[y])
        count = arrays["x_train"].shape[0]
    return Seen((28, 28, 1), names, count)


def npz_headers(path: str, key: str = "") -> dict[str, Header]:
    """The headers of the arrays in an npz file.

    Raises:
        DataError: the file is missing, or is none.
    """
    try:
        return read_headers(path)
    except ArchiveError as error:
        raise DataError(f"cannot read `{path}`: {error}", key=key) from None


def _check_pair(path: str, x: str, examples: Header, y: str, labels: Header) -> None:
    """Whether examples and labels are numbers, and as many.

    Raises:
        DataError: they are not.
    """
    for name, header in ((x, examples), (y, labels)):
        if header.kind == "O":  # for which a file would have to be trusted
            raise DataError(f"cannot read `{path}`: `{name}` holds objects, not numbers")
        if header.kind not in NUMBERS:
            held = header.dtype or "records"
            message = f"`{name}` of `{path}` holds {held}, not numbers"
            raise DataError(message, code="AS607")
    try:
        check_lengths(x, examples.shape, y, labels.shape)
    except DataError as error:
        raise error.within(path) from None


def check_lengths(x: str, examples: tuple[int, ...], y: str, labels: tuple[int, ...]) -> None:
    """Whether there is a label for each example, of arrays of these shapes.

    Raises:
        DataError: there is not.
    """
    if not examples or not labels or examples[0] != labels[0]:
        message = f"`{x}` is {examples}, `{y}` is {labels}: a label for each example?"
        raise DataError(message, code="AS607")
    for name, shape in ((x, examples), (y, labels)):
        if 0 in shape:
            raise DataError(f"`{name}` is {shape}: there is nothing in it", code="AS607")
