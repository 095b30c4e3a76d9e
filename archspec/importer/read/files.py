"""Files of Keras models: what a file is, and the config in it. Weights are not read.

What a file is, its content says: a zip archive (`.keras`), HDF5 (`.h5` of Keras 1 and 2), or JSON:
what `model.to_json()` gives, `model.json` of TensorFlow.js, or either of them as a text in JSON.
"""

import json
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.diagnostics.place import Path
from archspec.diagnostics.source import Source
from archspec.files.reading import open_regular, read_regular, reason
from archspec.importer.read.told import Told
from archspec.weights.stored.error import ModelError
from archspec.weights.stored.hdf5 import SIGNATURE
from archspec.weights.stored.model_file import MOST_CONFIG, ModelFile, too_many_values

_ZIP = b"PK\x03\x04"
_KEYS = re.compile(rb'"(class_name|modelTopology|model_config)\\?"\s*:')
_LOOKED_AT = 1 << 16
_MOST_SHOWN = 1 << 20
"""Largest text of which lines are told: to find them takes ten times as long as to read it."""
_DEEPEST = 150
_WEIGHTS = 'the architecture is in the file of the whole model: `model.save("model.keras")`, or `model.to_json()`'
_SAVE = 'save the model with `model.save("model.keras")`, or write what `model.to_json()` gives'


class Opened(NamedTuple):
    """The config of a model, as a file has it."""

    kind: str
    config: Any
    """A map, or the list of layers of a Sequential model."""
    at: Path
    """Where the config stands in the JSON."""
    version: int
    """The first number of the version of Keras that wrote it."""
    told: Told


def is_model_file(path: "str | os.PathLike[str]") -> bool:
    """Whether a file looks like a model, by its first bytes: an archive, HDF5, or JSON with its keys."""
    try:
        with open_regular(path) as file:
            start = file.read(_LOOKED_AT)
            if start.startswith(_ZIP):
                return b"config.json" in start or b"model.weights.h5" in start
            if start.startswith(SIGNATURE):
                return True
            text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
            if text[:1] not in (b"{", b'"'):
                return False
            if text[:1] == b"{" and b'"archspec"' in text[:200]:
                return False
            return (
                _KEYS.search(start) is not None or _KEYS.search(file.read(_LOOKED_AT)) is not None
            )
    except (OSError, ValueError):
        return False


def open_config(path: str, sink: Any) -> Opened | None:
    """The config of the model in a file; None after reporting why there is none."""
    source = Source(path, "")
    told = Told(source, None, sink)
    try:
        with open_regular(path) as file:
            start = file.read(8)
    except IsADirectoryError:
        inside = os.path.join(path, "saved_model.pb")
        what = (
            "a SavedModel of TensorFlow, a program without layers"
            if os.path.isfile(inside)
            else "a folder"
        )
        told.refuse_file(f"this is {what}", _SAVE)
        return None
    except (OSError, ValueError) as error:
        told.refuse_file(f"this file cannot be read: {reason(error)}")
        return None
    if start.startswith(_ZIP) or start == SIGNATURE:
        return _stored(path, told)
    return _text(path, sink)


def _stored(path: str, told: Told) -> Opened | None:
    try:
        with ModelFile(path, weights=False) as file:
            found, version = file.config, file.keras_version
    except ModelError as error:
        told.refuse_file(str(error), _SAVE)
        return None
    if found is None:
        told.refuse_file("this file holds weights, and not what they belong to", _WEIGHTS)
        return None
    return _opened(found.whole, (), version, told)


def _text(path: str, sink: Any) -> Opened | None:
    told = Told(Source(path, ""), None, sink)
    try:
        data = read_regular(path, MOST_CONFIG)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        told.refuse_file("this is neither a `.keras` file, nor HDF5, nor JSON", _SAVE)
        return None
    except (OSError, ValueError) as error:
        told.refuse_file(f"this file cannot be read: {reason(error)}")
        return None
    value = _parsed(text, told)
    if value is None:
        return None
    if isinstance(value, dict) and len(text) <= _MOST_SHOWN:
        from archspec.parse.json import json_document

        source = Source(path, text.replace("\r\n", "\n"))
        told = Told(source, json_document(source, value), sink)
    if isinstance(value, str):  # JSON in JSON
        value = _parsed(value, told)
        if value is None:
            return None
    return _opened(value, (), "", told)


def _parsed(text: str, told: Told) -> Any:
    """The value of a text in JSON; None after reporting."""
    if too_many_values(text.encode("utf-8", "replace")):
        told.refuse_file("this JSON has more values than the config of any model")
        return None
    try:
        found = json.loads(text)
    except RecursionError:
        told.refuse_file("this JSON is nested deeper than any model")
        return None
    except ValueError as error:
        what = "it is empty" if not text.strip() else str(error)
        told.refuse_file(f"this is neither a `.keras` file, nor HDF5, nor JSON: {what}", _SAVE)
        return None
    if found is None:
        told.refuse_file("this JSON holds nothing")
    return found


def _opened(value: Any, at: Path, version: Any, told: Told) -> Opened | None:
    """The config in a value that was read."""
    found = _inside(value, at, version)
    if found is None:
        _tell_what(value, told)
        return None
    whole, at, version = found
    if _is_too_deep(whole):
        told.refuse_file("its config is nested deeper than any model")
        return None
    kind, config = whole.get("class_name"), whole.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict | list):
        _tell_what(whole, told)
        return None
    return Opened(kind, config, (*at, "config"), _version(version, whole), told)


def _inside(value: Any, at: Path, version: Any) -> tuple[dict[str, Any], Path, Any] | None:
    """The map with class and config, which may lie in others: of TensorFlow.js, or as a text."""
    for _ in range(4):
        if not isinstance(value, dict):
            return None
        version = value.get("keras_version") or version
        if "class_name" in value and "config" in value:
            return value, at, version
        key = next((k for k in ("modelTopology", "model_config") if k in value), None)
        if key is None:
            return None
        value, at = value[key], (*at, key)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return None
    return None


def _tell_what(value: Any, told: Told) -> None:
    """Report what a value is that is no config."""
    if isinstance(value, dict):
        topology = value.get("modelTopology", value)
        if isinstance(topology, dict) and "node" in topology:
            told.refuse_file("this is a graph of TensorFlow.js, a program without layers", _SAVE)
            return
        layers = value.get("layers")
        if (
            isinstance(layers, list) and isinstance(value.get("name"), str)
        ) or "node_config" in value:
            told.refuse_file(
                "this is a model of Keras 0, from before 2016",
                "Keras 1 reads it and writes it anew; its layers are few enough to write them by hand",
            )
            return
        if isinstance(value.get("class_name"), str):
            told.refuse_file(
                f"the model `{value['class_name']}` has no layers in the file: it is a class of its"
                " own, whose layers stand in its code",
                "build the same layers with `keras.Model(inputs, outputs)`, and save that",
            )
            return
        if "weightsManifest" in value or "paths" in value:
            told.refuse_file(
                "this file tells where weights are, and not what they belong to", _WEIGHTS
            )
            return
    told.refuse_file("this JSON is no Keras model: it has no `class_name` with a `config`", _SAVE)


def _version(text: Any, whole: dict[str, Any]) -> int:
    """The first number of a version; without one it follows from how the config is written."""
    match = re.match(r"\d+", str(text or ""))
    if match:
        return min(int(match[0]), 3)
    if "registered_name" in whole or "build_config" in whole:
        return 3
    for entry in _entries(whole):
        if "module" in entry or "registered_name" in entry:
            return 3
        config = entry.get("config")
        if (
            isinstance(config, dict)
            and {"nb_filter", "border_mode", "dim_ordering", "init", "W_regularizer"}
            & config.keys()
        ):
            return 1
    return 2


def _entries(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    config = whole.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    yield from (entry for entry in layers or () if isinstance(entry, dict))


def _is_too_deep(value: Any) -> bool:
    waiting, depth = [value], 0
    while waiting:
        depth += 1
        if depth > _DEEPEST:
            return True
        inner: list[Any] = []
        for each in waiting:
            if isinstance(each, dict):
                inner += [v for v in each.values() if isinstance(v, dict | list)]
            else:
                inner += [v for v in each if isinstance(v, dict | list)]
        waiting = inner
    return False
