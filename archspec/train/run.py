"""A run is a folder: recipe, network, model, history, figures, curves."""

import csv
import io
import json
import os
import zipfile
from typing import Any, NamedTuple

from archspec.files import replacing, write_safely

RECIPE, SPEC, MODEL = "recipe.yaml", "spec.yaml", "model.keras"
HISTORY, METRICS, FACTS, CHECKPOINT = "history.csv", "metrics.json", "run.json", "checkpoint.npz"
_ABOUT = "archspec.json"
"""A file in the model's archive, which Keras leaves alone: names of the classes."""


class RunError(Exception):
    """A folder that is not a run, or not one that can go on; AS609."""

    def __init__(self, path: str, message: str, help: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.help = help


class About(NamedTuple):
    """What is known of a saved model beside what Keras saves."""

    class_names: list[str] | None
    channels: int | None
    """Channels of the pictures that it takes; None if it takes none."""
    outputs: str
    """``probabilities``, ``probability`` of the second class, or ``scores``."""


class Run:
    """A folder of a run."""

    def __init__(self, path: str) -> None:
        self.path = path

    def file(self, *names: str) -> str:
        """Path of a file in it."""
        return os.path.join(self.path, *names)

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return os.path.isfile(self.file(name))

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file whole."""
        write_safely(self.file(name), content, force=True)

    def write_json(self, name: str, value: Any) -> None:
        """Write a file of JSON."""
        self.write(name, json.dumps(value, indent=1) + "\n")

    def read_json(self, name: str) -> Any:
        """Read one.

        Raises:
            RunError: there is none, or it is none.
        """
        try:
            with open(self.file(name), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError) as error:
            raise RunError(self.path, f"this is not a finished run: {name}: {error}") from None

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
        """Write the model, with the names of its classes in the same file."""
        with replacing(self.file(MODEL)) as beside:
            model.save(beside)
            with zipfile.ZipFile(beside, "a") as archive:
                archive.writestr(_ABOUT, json.dumps(about._asdict(), indent=1))

    def about(self) -> About:
        """What is known of the model.

        Raises:
            RunError: there is no model.
        """
        try:
            with zipfile.ZipFile(self.file(MODEL)) as archive:
                return About(**json.loads(archive.read(_ABOUT)))
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            help = "archspec train makes runs; an unfinished one goes on with --resume"
            message = f"there is no trained model in this folder ({error})"
            if not os.path.isdir(self.path):
                message = "there is no such folder"
            raise RunError(self.path, message, help) from None


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
