"""Folders of pictures: a folder for each class, with what is in them and what is left out."""

import os
from collections.abc import Callable
from typing import NamedTuple

from archspec.files.reading import reason
from archspec.train.data.errors import DataError, Elsewhere
from archspec.train.objects.data import ImageFolder

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


class LeftOut(NamedTuple):
    """A file or a folder that is not taken, and why."""

    path: str
    reason: str


class FolderPart(NamedTuple):
    """A folder with a folder for each class."""

    path: str
    classes: dict[str, list[str]]
    """The pictures of each class, sorted as Keras sorts them."""
    others: list[LeftOut]
    """What is no picture by its name, lies beside the classes, or cannot be opened."""


def folder_parts(
    data: ImageFolder, may_look: Callable[[str], bool] | None = None
) -> list[FolderPart]:
    """The parts of a folder: for training and for testing, or one from which a share is held out.

    Args:
        data: the folder.
        may_look: says of a link whether it may be followed; all may, if left out.

    Raises:
        Elsewhere: one may not.
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
        return [_folder_part(data.path, may_look)]
    for folder, name, key in ((train, data.train, "train"), (test, data.test, "test")):
        if not os.path.isdir(folder):
            help = f"a folder `{name}` with a folder for each class, or `held_out: 0.2`"
            raise DataError(f"`{data.path}` has no folder `{name}`", help, key=key)
    parts = [_folder_part(train, may_look), _folder_part(test, may_look)]
    first, second = set(parts[0].classes), set(parts[1].classes)
    if first != second:
        names = ", ".join(f"`{n}`" for n in sorted(first ^ second)[:5])
        plain = f"`{data.train}` and `{data.test}` have other classes"
        raise DataError(f"{plain}: {names}", key="path", without=plain)
    return parts


def _folder_part(folder: str, may_look: Callable[[str], bool] | None) -> FolderPart:
    classes: dict[str, list[str]] = {}
    others: list[LeftOut] = []
    for entry in _entries(folder, others):
        if _is(entry.is_dir):
            pictures = _pictures_below(entry.path, others, may_look)
            if not pictures:
                message = f"class `{entry.name}` has no pictures in `{entry.path}`"
                help = f"known endings: {', '.join(ENDINGS)}"
                plain = f"a class has no pictures in `{folder}`"
                raise DataError(message, help, without=plain)
            classes[entry.name] = pictures
        else:
            others.append(LeftOut(entry.path, _unusable(entry) or "it lies beside the classes"))
    if len(classes) < 2:
        message = f"`{folder}` has {len(classes)} classes: at least two folders are needed"
        raise DataError(message, "one folder for each class, with its pictures in it", key="path")
    return FolderPart(folder, classes, others)


def _pictures_below(
    folder: str, others: list[LeftOut], may_look: Callable[[str], bool] | None
) -> list[str]:
    """The pictures of a folder, then those of the folders in it; links are followed.

    A folder to which several ways lead is taken once: else a link to one above would never end.
    """
    found: list[str] = []
    seen: dict[tuple[int, int], str] = {}
    todo = [folder]
    while todo:
        path = todo.pop()
        if may_look is not None and os.path.islink(path) and not may_look(path):
            raise Elsewhere(path)
        first = seen.setdefault(_number(path), path)
        if first is not path:
            others.append(LeftOut(path, f"the same folder as `{first}`"))
            continue
        below = []
        for entry in _entries(path, others):
            if _is(entry.is_dir):
                below.append(entry.path)
            elif not is_picture(entry.name):
                others.append(LeftOut(entry.path, "not a picture by its name"))
            elif why := _unusable(entry):
                others.append(LeftOut(entry.path, why))
            else:
                found.append(entry.path)
        todo += reversed(below)
    return found


def _entries(folder: str, others: list[LeftOut]) -> list["os.DirEntry[str]"]:
    """What is in a folder, by name; hidden pictures and folders are among what is left out.

    Raises:
        DataError: it cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error) from None
    hidden = [e for e in found if e.name.startswith(".")]
    others += [LeftOut(e.path, "hidden") for e in hidden if is_picture(e.name) or _is(e.is_dir)]
    return [e for e in found if not e.name.startswith(".")]


def _number(folder: str) -> tuple[int, int]:
    """What tells a folder from all others, whatever way leads to it."""
    try:
        status = os.stat(folder)
    except OSError as error:
        raise _unreadable(folder, error) from None
    return status.st_dev, status.st_ino


def _unreadable(folder: str, error: OSError) -> DataError:
    why = reason(error)
    plain = f"a folder in the data cannot be read: {why}"
    return DataError(f"cannot read `{folder}`: {why}", key="path", without=plain)


def _is(question: Callable[[], bool]) -> bool:
    """Whether an entry is a folder, or a file; a link to itself is neither."""
    try:
        return question()
    except OSError:
        return False


def _unusable(entry: "os.DirEntry[str]") -> str:
    """Why an entry that is no folder is not opened, or nothing."""
    if _is(entry.is_file):
        return ""
    nowhere = entry.is_symlink() and not os.path.exists(entry.path)
    return "a link that leads nowhere" if nowhere else "neither a file nor a folder"


def is_picture(name: str) -> bool:
    """Whether a file is a picture by its name."""
    return name.lower().endswith(ENDINGS)
