"""Layers and what they calculate as numbers: equal for equal ones, for those who look for pairs."""

from collections.abc import Hashable
from typing import Any

from archspec.importer.flat_graph import FlatGraph, FlatNode
from archspec.layers import Layer
from archspec.layers.merging import COMMUTATIVE
from archspec.layers.network import Network
from archspec.records.record import Record


def commutes(layer: Layer) -> bool:
    """Whether the order of its inputs does not matter."""
    return type(layer) in COMMUTATIVE and not layer.roles


def network_graph(network: Network) -> FlatGraph:
    """The network in a wrapper as a flat graph."""
    nodes = [FlatNode(n.layer, n.inputs, n.name, n.trainable, n.shares) for n in network.nodes]
    return FlatGraph("", nodes, [0], [network.output])


class Labels:
    """Numbers for layers: equal for those of the same class with the same arguments."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self._numbers: dict[int, int] = {}
        self._kept: list[Layer] = []

    def of(self, layer: Layer) -> int:
        """The number of a layer."""
        number = self._numbers.get(id(layer))
        if number is None:
            key = type(layer), layer.roles, self._text(layer)
            number = self._numbers[id(layer)] = self._known.setdefault(key, len(self._known))
            self._kept.append(layer)  # so that nothing else gets its id
        return number

    def _text(self, value: Any) -> str:
        if isinstance(value, Network):
            return f"network {calculations(network_graph(value), self)[value.output[0]]}"
        if isinstance(value, Record):
            inner = [f"{n}={self._text(v)}" for n, v in value.arguments().items()]
            return f"{type(value).__name__}({', '.join(inner)})"
        if isinstance(value, list | tuple):
            return f"{type(value).__name__}[{', '.join([self._text(v) for v in value])}]"
        if isinstance(value, dict):
            return repr([(key, self._text(value[key])) for key in sorted(value)])
        return repr(value)

    def number(self, key: Hashable) -> int:
        """A number for anything."""
        return self._known.setdefault(key, len(self._known))


def calculations(graph: FlatGraph, labels: Labels) -> list[int]:
    """Numbers by what the nodes calculate from the inputs."""
    found: list[int] = []
    position = {index: number for number, index in enumerate(graph.inputs)}
    for index, node in enumerate(graph.nodes):
        read = [(found[n], o) for n, o in node.inputs]
        if commutes(node.layer):
            read.sort()
        key = "reads", labels.of(node.layer), tuple(read), position.get(index)
        found.append(labels.number(key))
    return found
