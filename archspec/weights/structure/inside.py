"""Models in wrappers as arguments of these: their graphs in one form, without names."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from archspec.weights.structure.nodes import MODELS
from archspec.weights.structure.plain import has_weights
from archspec.weights.structure.vertices import Output, Structure


def with_graphs(value: Any, read: Callable[[str, dict[str, Any]], Structure]) -> Any:
    """A config with the graph in the place of each model that is an argument.

    Args:
        value: a config, or a part of it.
        read: gives the graph of a model from its class and config.
    """
    if isinstance(value, list):
        return [with_graphs(inner, read) for inner in value]
    if not isinstance(value, dict):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if kind in MODELS and isinstance(config, dict) and "layers" in config:
        return {"class_name": "graph", "config": {"vertices": _written(read(kind, config))}}
    return {key: with_graphs(inner, read) for key, inner in value.items()}


def _written(structure: Structure) -> list[Any]:
    """What is calculated of what, each after what it reads: equal for equal graphs.

    Where inputs of a sum calculate the same, they stay in their order.
    """
    digests = _digests(structure)
    numbers: dict[int, int] = {}
    layers: dict[str, int] = {}
    found: list[Any] = [len(structure.inputs)]

    def read(index: int) -> list[Output]:
        sources = [*structure.vertices[index].inputs]
        if structure.vertices[index].commutative:
            sources.sort(key=lambda output: (digests[output[0]], output[1]))
        return sources

    def add(index: int) -> None:
        vertex = structure.vertices[index]
        numbers[index] = len(numbers)
        own = vertex.layer and has_weights(vertex.kind, vertex.arguments)
        layer = layers.setdefault(vertex.layer, len(layers)) if own else -1
        start = structure.inputs.index(index) if index in structure.inputs else -1
        reads = [[numbers[source], output] for source, output in read(index)]
        found.append([vertex.label, reads, layer, start])

    waiting = [(index, False) for index, _ in reversed(structure.outputs)]
    while waiting:
        index, done = waiting.pop()
        if index in numbers:
            continue
        if done:
            add(index)
        else:
            waiting.append((index, True))
            waiting += [(source, False) for source, _ in reversed(read(index))]
    return [*found, [[numbers[index], output] for index, output in structure.outputs]]


def _digests(structure: Structure) -> list[str]:
    """For each vertex a digest of all that it calculates."""
    found: list[str] = []
    for index, vertex in enumerate(structure.vertices):
        sources = [[found[source], output] for source, output in vertex.inputs]
        if vertex.commutative:
            sources.sort()
        start = structure.inputs.index(index) if index in structure.inputs else -1
        text = json.dumps([vertex.label, sources, start])
        found.append(hashlib.sha256(text.encode()).hexdigest())
    return found
