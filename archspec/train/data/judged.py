"""Data in place of a run's own, by which its model is judged."""

import os

from archspec.files.archives import ArchiveError
from archspec.train.data.npz import read_headers
from archspec.train.objects.data import Arrays, DataKind, ImageFolder

_ANY = 0.5
"""A share that says that there are no parts; all is judged."""


def as_judged(data: DataKind) -> DataKind:
    """New data without what is for training: their own test part, or all if they have none.

    What a recipe holds out of its own data is no reason to judge by a share of others.
    """
    if isinstance(data, ImageFolder):
        test = os.path.join(data.path, data.test)
        return data.replace(path=test if _has_folders(test) else data.path, held_out=_ANY)
    if isinstance(data, Arrays) and data.held_out is not None:
        try:
            names = read_headers(data.path)
        except ArchiveError:  # which is said when they are looked at
            return data
        if {"x_test", "y_test"} <= names.keys():
            return data.replace(x_test="x_test", y_test="y_test", held_out=None)
    return data


def _has_folders(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() for entry in entries)
    except (OSError, ValueError):
        return False
