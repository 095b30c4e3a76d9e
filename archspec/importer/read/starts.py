"""Where a model begins: its inputs, and what a chain says of the shape of what it reads."""

from typing import Any

from archspec.diagnostics.sink import Reported
from archspec.importer.read.told import Told, Where
from archspec.importer.read.values import UnsayableError, plain, policy_name
from archspec.layers import Layer
from archspec.layers.core import Input
from archspec.records.record import ArgumentError, ValidationError
from archspec.weights.stored.error import StructureError
from archspec.weights.structure.nodes import MODELS


def input_layer(config: dict[str, Any], where: Where, told: Told) -> Layer | Reported:
    """The input of a config of an InputLayer."""
    batch = plain(config.get("batch_shape") or config.get("batch_input_shape"))
    if batch is None and isinstance(config.get("input_shape"), list):
        batch = [None, *config["input_shape"]]
    if isinstance(batch, list) and len(batch) == 1 and isinstance(batch[0], list):
        batch = batch[0]
    problem = next((key for key in ("sparse", "ragged", "optional") if config.get(key)), "")
    dtype: str | None = None
    try:
        dtype = policy_name(config.get("dtype") or config.get("input_dtype"))
    except UnsayableError as error:
        problem = str(error)
    what = f"is {problem}" if problem else "has no shape"
    if isinstance(batch, list) and not problem:
        try:
            return Input(shape=tuple(batch[1:]), **({} if dtype is None else {"dtype": dtype}))
        except (ValidationError, ArgumentError):
            what = f"has the shape {batch[1:]} and the type {dtype or 'float32'}"
    message = f"the input `{where.path}` {what}, which a spec cannot say"
    return told.refuse("AS704", where.below("config"), message, help=_INPUT)


_INPUT = "an input of a spec has sizes, null where one is not known, and a type of Keras"


def start_of_chain(entry: dict[str, Any], config: Any, version: int) -> dict[str, Any]:
    """The config of the input of a chain that begins without one.

    Args:
        entry: its first layer.
        config: its own config.
        version: the first number of the version of Keras that wrote it.

    Raises:
        StructureError: it does not say what shape its input has.
    """
    own = entry["config"] if isinstance(entry["config"], dict) else {}
    layer = own.get("layer")
    inside = layer.get("config", {}) if isinstance(layer, dict) else {}
    shape: Any = (
        own.get("batch_input_shape")
        or own.get("batch_shape")
        or inside.get("batch_input_shape")
        or (config.get("build_input_shape") if isinstance(config, dict) else None)
        or (entry.get("build_config") or {}).get("input_shape")
    )
    if shape is None and own.get("input_shape") is not None:
        shape = [None, *own["input_shape"]]
    if shape is None and isinstance(own.get("input_dim"), int):
        words = entry["class_name"] == "Embedding"
        shape = [None, own.get("input_length") if words else own["input_dim"]]
    if shape is None:
        raise StructureError(
            "it does not say what shape its input has: build the model before it is saved,"
            " with an `Input` as its first layer"
        )
    dtype = own.get("input_dtype") or (own.get("dtype") if version < 3 else None)
    return {"batch_shape": shape, "dtype": dtype if isinstance(dtype, str) else None}


def has_own_input(entry: dict[str, Any]) -> bool:
    """Whether a model that a chain begins with says what its input is."""
    config = entry["config"]
    if isinstance(config, dict) and "input_layers" in config:
        return True
    layers = config if isinstance(config, list) else config.get("layers") or []
    if isinstance(config, dict) and config.get("build_input_shape"):
        return True
    if not layers:
        return False
    first = layers[0]
    if first.get("class_name") in MODELS:
        return has_own_input(first)
    inner = first.get("config") or {}
    return first.get("class_name") in ("InputLayer", "Merge") or "batch_input_shape" in inner
