"""Models from elsewhere: saved files, and those that keras.applications builds."""

import ast
import json
import math
import os
import tempfile
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.diagnostics.spelling import suggest
from archspec.emit.keras.backend import use_backend
from archspec.emit.keras.build import declaring, undisturbed
from archspec.emit.keras.raised import first_lines
from archspec.layers import Layer, layer_types
from archspec.weights.stored.clean import check_modules, count_values, write_clean
from archspec.weights.stored.error import ModelError as ModelError
from archspec.weights.stored.model_file import ModelFile
from archspec.weights.structure.nodes import count_layers

_MOST_ADAPTERS = 10
"""Parameters of adapters (LoRA) for each weight: a rank of all channels has two."""


def load_model(path: "str | os.PathLike[str]") -> Any:
    """Load a ``.keras`` file, or a whole model of Keras 2: as ``keras.models.load_model``.

    But of any depth: Keras alone stops with a RecursionError at a thousand layers in a row, and
    must be told of the layers that it lacks. And nothing in the file is believed: Keras reads a
    copy, made of what has been looked through; it executes nothing that is in it.

    Raises:
        ModelError: there is no such file, or Keras cannot load it.
    """
    with ModelFile(path) as file:
        if file.config is None:
            raise file.refused("it holds weights, but no model")
        check_modules(file)
        use_backend()
        import keras

        for layer in layer_types().values():
            own = any("keras_type" in vars(base) for base in layer.__mro__ if base is not Layer)
            if layer.keras_class or own:
                layer.keras_type()  # Keras finds it once its class has been registered
        try:
            with (
                undisturbed(count_layers(file.config.whole)),
                tempfile.TemporaryDirectory(prefix="archspec-") as folder,
            ):
                _check_size(file)
                return keras.models.load_model(write_clean(file, folder), compile=False)
        except ModelError:
            raise
        except Exception as error:  # every layer has errors of its own
            told = visible(first_lines(error, 1)[0])
            raise ModelError(f"`{visible(file.path)}` cannot be loaded: {told}") from error


def _check_size(file: ModelFile) -> None:
    """Refuse a file that has not all weights of its model, before these take memory.

    A small file may have a config of a model of any size; and some layers without weights would
    keep those that chance gives them, with a warning.

    Raises:
        ModelError: the model has more weights than the file.
    """
    import keras

    assert file.config is not None
    whole = json.loads(json.dumps(file.config.whole))  # Keras changes it
    try:
        with declaring(values=False):
            if file.is_legacy:
                kind = keras.Sequential if file.config.kind == "Sequential" else keras.Model
                model = kind.from_config(whole["config"])
            else:
                model = keras.saving.deserialize_keras_object(whole)
            adapters = sum(math.prod(w.shape) for w in model.weights if "lora_" in w.name)
            params = model.count_params() - adapters
    except Exception as error:
        if "stateless scope" in str(error):  # a layer that makes a variable of an array
            return
        raise
    most = count_values(file)
    # Keras adds adapters of low rank to the weights before it saves these.
    if adapters > _MOST_ADAPTERS * most:
        raise file.refused(
            f"its config has {adapters:,} parameters of adapters for {most:,} weights"
        )
    if params > most:
        raise file.refused(f"its config has {params:,} parameters, but it has {most:,} weights")


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
        near = suggest(name, known)
        raise ModelError(f"keras.applications has no {name}" + (f"; {near}" if near else ""))
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
