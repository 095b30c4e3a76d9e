"""Models from elsewhere: saved files, and those that keras.applications builds."""

import ast
import json
import os
import zipfile
from typing import Any

from archspec.emit.keras.backend import use_backend
from archspec.emit.keras.build import undisturbed
from archspec.emit.keras.raised import first_lines
from archspec.layers import Layer, layer_types, nearest
from archspec.weights.error import ModelError as ModelError


def load_model(path: "str | os.PathLike[str]") -> Any:
    """Load a ``.keras`` file: as ``keras.models.load_model``, but of any depth.

    Keras alone stops with a RecursionError at a thousand layers in a row, and must be told of the
    layers that it lacks.

    Raises:
        ModelError: there is no such file, or Keras cannot load it.
    """
    use_backend()
    import keras

    for layer in layer_types().values():
        own = any("keras_type" in vars(base) for base in layer.__mro__ if base is not Layer)
        if layer.keras_class or own:
            layer.keras_type()  # Keras finds it once its class has been registered
    try:
        with undisturbed(_depth(path)):
            return keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"`{os.fspath(path)}` cannot be loaded: {first_lines(error, 1)[0]}"
        ) from error


def _depth(path: "str | os.PathLike[str]") -> int:
    """Number of layers of a saved model, or 0 if it does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return len(json.loads(archive.read("config.json"))["config"].get("layers", ()))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return 0


def application(call: str, **options: Any) -> Any:
    """A model of keras.applications.

    Args:
        call: name of the function, such as ``ResNet50``, or a call of it with literals, such as
            ``MobileNet(alpha=0.25)``.
        options: further arguments; weights are drawn unless they say otherwise.

    Raises:
        ModelError: there is no such function, or it refuses the arguments.
    """
    name, make, given = find_application(call)
    try:
        return make(**{"weights": None, **options, **given})
    except Exception as error:  # each backend and downloader has its own
        raise ModelError(f"keras.applications.{name}: {first_lines(error, 1)[0]}") from error


def find_application(call: str) -> tuple[str, Any, dict[str, Any]]:
    """Name, function and arguments of a call of keras.applications.

    Raises:
        ModelError: it is no call, or there is no such function.
    """
    use_backend()
    import keras

    name, given = _parse_call(call)
    make = getattr(keras.applications, name, None)
    if not callable(make):
        known = [n for n in dir(keras.applications) if callable(getattr(keras.applications, n))]
        near = nearest(name, known)
        hint = f"; did you mean {near}?" if near else ""
        raise ModelError(f"keras.applications has no {name}{hint}")
    return name, make, given


def _parse_call(call: str) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of ``MobileNet(alpha=0.25)``."""
    name, bracket, _ = call.partition("(")
    if not bracket:
        return name, {}
    try:
        tree = ast.parse(call, mode="eval").body
        if isinstance(tree, ast.Call) and not tree.args:
            return name, {str(k.arg): ast.literal_eval(k.value) for k in tree.keywords}
    except (SyntaxError, ValueError):
        pass
    raise ModelError(f"`{call}` is no call such as MobileNet(alpha=0.25)")
