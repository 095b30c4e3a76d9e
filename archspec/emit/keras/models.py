"""Models from elsewhere: saved files, and those that keras.applications builds."""

import json
import os
import zipfile
from typing import Any

from archspec.emit.keras.backend import use_backend
from archspec.emit.keras.build import undisturbed


class ModelError(Exception):
    """A model that cannot be had."""


def load_model(path: "str | os.PathLike[str]") -> Any:
    """Load a ``.keras`` file: as ``keras.models.load_model``, but of any depth.

    Keras alone stops with a RecursionError at a thousand layers in a row, and must be told of the
    layers that it lacks.

    Raises:
        ModelError: there is no such file, or Keras cannot load it.
    """
    use_backend()
    import keras

    import archspec.emit.keras.extra

    assert archspec.emit.keras.extra  # for what it registers
    try:
        with undisturbed(_depth(path)):
            return keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"`{os.fspath(path)}` cannot be loaded: {_first_line(error)}") from error


def _depth(path: "str | os.PathLike[str]") -> int:
    """Number of layers of a saved model, or 0 if it does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return len(json.loads(archive.read("config.json"))["config"].get("layers", ()))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return 0


def application(name: str, weights: str | None = None, include_top: bool = True) -> Any:
    """A model of keras.applications.

    Args:
        name: of the function, such as ``ResNet50``.
        weights: ``imagenet`` downloads; a path is a file of weights; None draws them.
        include_top: whether it has the classifier.

    Raises:
        ModelError: there is no such function, or the weights cannot be had.
    """
    use_backend()
    import keras

    make = getattr(keras.applications, name, None)
    if not callable(make):
        from archspec.layers import nearest

        known = [n for n in dir(keras.applications) if callable(getattr(keras.applications, n))]
        near = nearest(name, known)
        hint = f"; did you mean {near}?" if near else ""
        raise ModelError(f"keras.applications has no {name}{hint}")
    try:
        return make(weights=weights, include_top=include_top)
    except Exception as error:  # each backend and downloader has its own
        raise ModelError(f"keras.applications.{name}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
