"""A run is a folder: recipe, network, model, history, figures, curves."""

import csv
import io
import json
import math
import os
import zipfile
from typing import Any

from archspec.emit.keras.interrupts import uninterrupted
from archspec.files.archives import ArchiveError, open_archive
from archspec.files.folders import Folder, files_in
from archspec.train.run.about import MOST_BYTES, About, parse_about

RECIPE, SPEC, MODEL = "recipe.yaml", "spec.yaml", "model.keras"
HISTORY, METRICS, FACTS, CHECKPOINT = "history.csv", "metrics.json", "run.json", "checkpoint.npz"
LOGS = "logs"
"""A folder in it, for TensorBoard."""
_ABOUT = "archspec.json"
"""A file in the model's archive, which Keras leaves alone: names of the classes."""


class RunError(Exception):
    """A folder that is not a run, or not one that can go on; AS609."""

    def __init__(self, path: str, message: str, help: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.help = help


class Run:
    """A folder of a run; one that is open for writing has a :class:`Folder`."""

    def __init__(self, path: str, folder: Folder | None = None, final: Folder | None = None):
        self.path = path
        self.folder = folder
        """The folder in which is written; None if the run is only read."""
        self.final = final
        """The folder of the run whose place it takes in the end; None if it takes none."""

    def file(self, *names: str) -> str:
        """Path of a file in it."""
        return os.path.join(self.path, *names)

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return os.path.isfile(self.file(name))

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file whole.

        Raises:
            WriteError: the system refuses.
        """
        assert self.folder is not None
        self.folder.write(name, content)

    def write_json(self, name: str, value: Any) -> None:
        """Write a file of JSON, in which a number that is not finite is null."""
        self.write(name, json.dumps(finite(value), indent=1, allow_nan=False) + "\n")

    def write_history(self, rows: list[dict[str, float]]) -> None:
        """Write the history: a row for each epoch, counted from 1."""
        names = list(dict.fromkeys(n for row in rows for n in row))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *names])
        for number, row in enumerate(rows, 1):
            writer.writerow([number, *(repr(row[n]) if n in row else "" for n in names)])
        self.write(HISTORY, text.getvalue())

    def save_model(self, model: Any, about: About) -> None:
        """Write the model, with the names of its classes in the same file.

        Raises:
            WriteError: the system refuses.
        """
        assert self.folder is not None
        with self.folder.replacing(MODEL) as beside:
            model.save(beside)
            with zipfile.ZipFile(beside, "a") as archive:
                archive.writestr(_ABOUT, json.dumps(about._asdict(), indent=1))

    def finish(self) -> None:
        """Take the place of the old run if there is one, and let others write.

        Raises:
            WriteError: the system refuses.
        """
        assert self.folder is not None
        with uninterrupted():
            self.folder.take_in(n for n in files_in(self.path) if n.startswith(f"{LOGS}/"))
            if self.final is not None:
                self.folder.become(self.final)
                self.path, self.folder, self.final = self.final.path, self.final, None
            self.folder.close()

    @property
    def goes_on(self) -> bool:
        """Whether a training can go on from what is there."""
        return self.has(CHECKPOINT)

    def give_up(self) -> None:
        """Let others write; a run that has come to nothing is removed, so far as it is ours."""
        if self.folder is None:
            return
        with uninterrupted():
            if not (self.goes_on or self.has(MODEL)):
                self.folder.clear()
            self.folder.close()
            if self.final is not None:
                self.final.close()

    def about(self) -> About:
        """What is known of the model.

        Raises:
            RunError: there is no model.
        """
        try:
            with open_archive(self.file(MODEL)) as archive:
                text = archive.read(_ABOUT, MOST_BYTES)
            return parse_about(text)
        except (ArchiveError, ValueError) as error:
            help = "archspec train makes runs; an unfinished one goes on with --resume"
            about = isinstance(error, ValueError)
            why = f"`{_ABOUT}` in it: {error}" if about else str(error)
            message = f"there is no trained model in this folder: `{MODEL}`: {why}"
            if not os.path.isdir(self.path):
                message = "there is no such folder"
            raise RunError(self.path, message, help) from None


def finite(value: Any) -> Any:
    """A value for JSON, which has no word for numbers that are not finite: null instead."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    return [finite(inner) for inner in value] if isinstance(value, list | tuple) else value


def versions() -> dict[str, str]:
    """Versions of what a result depends on."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in (
        "archspec-nn",
        "keras",
        "tensorflow",
        "jax",
        "torch",
        "numpy",
        "pillow",
        "matplotlib",
    ):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
