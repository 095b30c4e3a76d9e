"""A first look at data, without NumPy: whether they are there, their shape and their classes."""

import ast
import csv
import os
import struct
import zipfile
from typing import Any, NamedTuple

from archspec.layers import nearest
from archspec.train.data.kinds import Arrays, DataKind, ImageFolder, ImageTable, Mnist

ENDINGS = (
    ".jpg",
    ".jpeg",
    ".jfif",
    ".png",
    ".bmp",
    ".gif",
    ".webp",
    ".ppm",
    ".pgm",
    ".tif",
    ".tiff",
)
"""Endings of pictures."""


class DataError(Exception):
    """Data that cannot be used; ``code`` is the entry of the table of codes."""

    def __init__(self, message: str, help: str = "", code: str = "AS606", key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code
        self.key = key
        """The argument of the data that is wrong, if one is."""


class Seen(NamedTuple):
    """What is known of data before they are read."""

    shape: tuple[int, ...] | None = None
    """Shape of an example; None for pictures, which are resized."""
    class_names: tuple[str, ...] | None = None


def look(data: DataKind) -> Seen:
    """Whether data can be found, and what can be known at once.

    Raises:
        DataError: something is missing.
    """
    if isinstance(data, Mnist):
        return look_at_mnist(data)
    if isinstance(data, ImageFolder):
        parts = folder_parts(data)
        return Seen(None, tuple(parts[0].classes))
    if isinstance(data, ImageTable):
        read_table(data)
        return Seen()
    assert isinstance(data, Arrays)
    arrays = npz_shapes(data.path, "path")
    for key in ("x_train", "y_train", "x_test", "y_test"):
        name = getattr(data, key)
        if name is not None and name not in arrays:
            near = nearest(name, list(arrays)) or ", ".join(arrays)
            raise DataError(f"`{data.path}` has no array `{name}`", f"it has {near}", key=key)
    names = tuple(data.class_names) if data.class_names else None
    return Seen(arrays[data.x_train][1:], names)


def look_at_mnist(data: Mnist) -> Seen:
    """MNIST's shape, after a look at the file if there is one."""
    names = tuple(str(n) for n in range(10))
    if data.path is not None:
        arrays = npz_shapes(data.path, "path")
        for key in ("x_train", "y_train", "x_test", "y_test"):
            if key not in arrays:
                help = "MNIST as Keras caches it has x_train, y_train, x_test and y_test"
                raise DataError(f"`{data.path}` has no array `{key}`", help, key="path")
        if arrays["x_train"][1:] != (28, 28):
            raise DataError(f"the pictures of `{data.path}` are not 28×28", key="path")
    return Seen((28, 28, 1), names)


def npz_shapes(path: str, key: str = "") -> dict[str, tuple[int, ...]]:
    """Shapes of the arrays in an npz file, from their headers.

    Raises:
        DataError: the file is missing, or is none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                n.removesuffix(".npy"): _npy_shape(archive, n)
                for n in archive.namelist()
                if n.endswith(".npy")
            }
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"cannot read `{path}`: {reason}", key=key) from None
    except (zipfile.BadZipFile, ValueError, SyntaxError, KeyError, struct.error):
        raise DataError(f"`{path}` is not a npz file of NumPy", key=key) from None


def _npy_shape(archive: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    with archive.open(name) as file:
        start = file.read(8)
        if start[:6] != b"\x93NUMPY":
            raise ValueError(name)
        (length,) = (
            struct.unpack("<H", file.read(2))
            if start[6] == 1
            else struct.unpack("<I", file.read(4))
        )
        shape: tuple[int, ...] = ast.literal_eval(file.read(length).decode("latin1"))["shape"]
        return shape


class FolderPart(NamedTuple):
    """A folder with a folder for each class."""

    path: str
    classes: dict[str, list[str]]
    """The pictures of each class, sorted as Keras sorts them."""
    others: list[str]
    """Files that are no pictures by their names, or lie beside the classes."""


def folder_parts(data: ImageFolder) -> list[FolderPart]:
    """The parts of a folder: for training and for testing, or one from which a share is held out.

    Raises:
        DataError: a folder is missing, a class is empty, or the parts have other classes.
    """
    train, test = os.path.join(data.path, data.train), os.path.join(data.path, data.test)
    if not os.path.isdir(data.path):
        raise DataError(f"there is no folder `{data.path}`", "--data names another", key="path")
    if data.held_out is not None:
        if os.path.isdir(train) and os.path.isdir(test):
            help = "leave `held_out` out, or name one folder of classes"
            raise DataError(
                f"`{data.path}` has its own `{data.test}`, so nothing is held out",
                help,
                key="held_out",
            )
        return [_folder_part(data.path)]
    for folder, name, key in ((train, data.train, "train"), (test, data.test, "test")):
        if not os.path.isdir(folder):
            help = f"a folder `{name}` with a folder for each class, or `held_out: 0.2`"
            raise DataError(f"`{data.path}` has no folder `{name}`", help, key=key)
    parts = [_folder_part(train), _folder_part(test)]
    first, second = set(parts[0].classes), set(parts[1].classes)
    if first != second:
        names = ", ".join(f"`{n}`" for n in sorted(first ^ second)[:5])
        raise DataError(f"`{data.train}` and `{data.test}` have other classes: {names}", key="path")
    return parts


def _folder_part(folder: str) -> FolderPart:
    classes: dict[str, list[str]] = {}
    others: list[str] = []
    for name in sorted(n for n in os.listdir(folder) if not n.startswith(".")):
        below = os.path.join(folder, name)
        if not os.path.isdir(below):
            others.append(below)
            continue
        files: list[str] = []
        for root, folders, names in os.walk(below):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            for file in sorted(n for n in names if not n.startswith(".")):
                (files if is_picture(file) else others).append(os.path.join(root, file))
        if not files:
            endings = ", ".join(ENDINGS)
            raise DataError(
                f"class `{name}` has no pictures in `{below}`", f"known endings: {endings}"
            )
        classes[name] = files
    if len(classes) < 2:
        message = f"`{folder}` has {len(classes)} classes: at least two folders are needed"
        raise DataError(message, "one folder for each class, with its pictures in it", key="path")
    return FolderPart(folder, classes, others)


def is_picture(name: str) -> bool:
    """Whether a file is a picture by its name."""
    return name.lower().endswith(ENDINGS)


def read_table(data: ImageTable) -> list[tuple[str, float]]:
    """Paths of pictures and their scores.

    Raises:
        DataError: the table is missing, lacks a column, has no rows, or a score is no number.
    """
    try:
        with open(data.path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            columns = list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DataError(f"cannot read `{data.path}`: {reason}", key="path") from None
    scores = [data.score] if isinstance(data.score, str) else list(data.score)
    for key, names in (("image", [data.image]), ("score", scores)):
        for name in names:
            if name not in columns:
                near = nearest(name, columns)
                help = f"did you mean `{near}`?" if near else f"it has {', '.join(columns)}"
                raise DataError(f"`{data.path}` has no column `{name}`", help, key=key)
    if not rows:
        raise DataError(f"`{data.path}` has no rows", key="path")
    folder = os.path.join(os.path.dirname(data.path), data.images)
    if not os.path.isdir(folder):
        raise DataError(f"there is no folder `{folder}`", key="images")
    found = []
    for number, row in enumerate(rows, 2):
        path = os.path.join(folder, f"{row[data.image]}{data.ending}")
        found.append((path, sum(_score(row, n, data.path, number) for n in scores) / len(scores)))
    return found


def _score(row: dict[str, Any], column: str, path: str, line: int) -> float:
    import math

    text = row[column]
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        message = f"line {line} of `{path}`: `{column}` is {text!r}, not a number"
        raise DataError(message, code="AS607")
    return value
