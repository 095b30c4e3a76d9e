"""Calls of layers in a model's config: what each reads, and in what order they come.

Keras 3 writes the arguments of a call as they were, with tensors in their places; Keras 2 wrote
lists of ``["conv1", 0, 0, {}]``: layer, number of its call, output, arguments by name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MODELS = ("Functional", "Sequential", "Model")
"""Classes of models in a model."""


def order(
    entries: dict[str, dict[str, Any]], done: Mapping[tuple[str, int], object]
) -> Iterator[tuple[str, int]]:
    """Calls of layers, each after those that it reads; the generator waits until one is done."""
    waiting: list[tuple[str, int]] = []
    readers: dict[tuple[str, int], list[tuple[str, int]]] = {}
    missing: dict[tuple[str, int], int] = {}
    for name, entry in entries.items():
        for number, arguments in enumerate(entry.get("inbound_nodes") or ()):
            key = (name, number)
            sources = {(n, k) for n, k, _ in tensors(arguments, entries)} - done.keys()
            missing[key] = len(sources)
            for source in sources:
                readers.setdefault(source, []).append(key)
            if not sources and key not in done:
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
    """``["fc", 0, 0]``, a list of those, or a map of them."""
    if isinstance(value, dict):
        value = list(value.values())
    if len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int):
        yield value[0], value[1], value[2]
        return
    for inner in value:
        yield from references(inner)


def call_number(entries: dict[str, dict[str, Any]], name: str, number: int) -> int:
    """The number of a call in a config's list of them.

    Models in the model begin to count at 1: what they are made of counts as their first call.
    """
    kind, config = entries[name]["class_name"], entries[name]["config"]
    inside = kind in MODELS and (isinstance(config, list) or "layers" in config)
    return number - 1 if inside and number else number


def tensors(arguments: Any, entries: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """The tensors in the arguments of a call: layer, number of the call, output."""
    if isinstance(arguments, list):  # Keras 2
        for name, number, output in _listed(arguments, entries):
            yield name, call_number(entries, name, number), output
        return
    for config in _tensor_configs(arguments):
        name, number, output = config["keras_history"]
        yield name, number, output


def _listed(value: Any, entries: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """``["conv1", 0, 0, {"mask": ["conv2", 0, 0]}]``, and lists and maps of those."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return
    if len(value) >= 3 and isinstance(value[0], str) and value[0] in entries:
        yield value[0], value[1], value[2]
        value = value[3:]
    for inner in value:
        yield from _listed(inner, entries)


def shapes_of(value: Any) -> Iterator[Any]:
    """The shapes of the tensors in the arguments of a call."""
    return (config["shape"] for config in _tensor_configs(value))


def _tensor_configs(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _tensor_configs(inner)


def options_of(arguments: Any, entries: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Arguments by name that are no tensors and not left out."""
    named = arguments.get("kwargs", {}) if isinstance(arguments, dict) else {}
    if isinstance(arguments, list):
        named = next((e[3] for e in arguments if isinstance(e, list) and len(e) == 4), {})
    return {
        key: value
        for key, value in named.items()
        if value is not None
        and key not in ("training", "mask")
        and not any(_tensor_configs(value))
        and not any(_listed(value, entries))
    }


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
