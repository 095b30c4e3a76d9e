"""Calls of layers in a model's config: in what order they come, and how they are counted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MODELS = ("Functional", "Sequential", "Model")
"""Classes of models in a model."""

Entries = Mapping[str, dict[str, Any]]
"""The layers of a model by name, as they stand in its config."""
Key = tuple[str, int]
"""A layer, and which of its calls."""


def order(sources: Mapping[Key, Iterable[Key]], done: Mapping[Key, object]) -> Iterator[Key]:
    """Calls of layers, each after those that it reads; the generator waits until one is done.

    Args:
        sources: the calls that each call reads.
        done: those that need not come.
    """
    waiting: list[Key] = []
    readers: dict[Key, list[Key]] = {}
    missing: dict[Key, int] = {}
    for key, read in sources.items():
        wanted = {*read} - done.keys()
        missing[key] = len(wanted)
        for source in sorted(wanted):
            readers.setdefault(source, []).append(key)
        if not wanted and key not in done:
            waiting.append(key)
    waiting.reverse()
    while waiting:
        key = waiting.pop()
        yield key
        for reader in reversed(readers.get(key, ())):
            missing[reader] -= 1
            if not missing[reader]:
                waiting.append(reader)


def references(value: Any) -> Iterator[tuple[str, int, int]]:
    """``["fc", 0, 0]``, a list of those, or a map of them, whose keys Keras sorts."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int):
        yield value[0], value[1], value[2]
        return
    for inner in value:
        yield from references(inner)


def call_number(entries: Entries, name: str, number: int) -> int:
    """The number of a call in a config's list of them.

    Models in the model begin to count at 1: what they are made of counts as their first call.
    """
    kind, config = entries[name]["class_name"], entries[name]["config"]
    inside = kind in MODELS and (isinstance(config, list) or "layers" in config)
    return number - 1 if inside and number else number


def output_number(entries: Entries, name: str, number: int) -> int:
    """The number of a call in a config's list of them, as it stands among the outputs of a model.

    Keras 3 counts the calls of a Sequential model there from 0, and those of a functional one from
    1; Keras 2 counts both from 1.
    """
    calls = entries[name].get("inbound_nodes") or ()
    chain = entries[name]["class_name"] == "Sequential"
    if chain and calls and isinstance(calls[0], dict) and number < len(calls):
        return number
    return call_number(entries, name, number)


def count_layers(config: Any) -> int:
    """Number of layers in a config, those of models in the model and in wrappers too."""
    found, waiting = 0, [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += "class_name" in value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


_CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}


def with_its_cell(entry: dict[str, Any]) -> dict[str, Any]:
    """An RNN around one cell of Keras's as the layer that it is; others as they are."""
    config = entry["config"]
    cell = config.get("cell") if isinstance(config, dict) else None
    if entry["class_name"] != "RNN" or not isinstance(cell, dict):
        return entry
    kind, inner = _CELLS.get(str(cell.get("class_name"))), cell.get("config")
    if kind is None or not isinstance(inner, dict):
        return entry
    inner = {key: value for key, value in inner.items() if key not in ("name", "trainable")}
    outer = {key: value for key, value in config.items() if key != "cell"}
    return {**entry, "class_name": kind, "config": {**inner, **outer}}
