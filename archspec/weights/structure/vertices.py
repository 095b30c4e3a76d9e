"""The graph of a model: what calculates what from what, and its parts in one form."""

import json
from typing import Any, NamedTuple

from archspec.weights.stored.error import StructureError
from archspec.weights.structure.operations import COMMUTATIVE, OPERATION

Output = tuple[int, int]
"""Index of a vertex, and which of its outputs."""


class Vertex(NamedTuple):
    """One call of a layer, or what a layer does after its own work."""

    label: str
    """What it does, as text: equal for equal ones."""
    inputs: tuple[Output, ...]
    layer: str
    """Path of the layer in the model, ``base/conv1``; empty if it is not a layer's own."""
    commutative: bool
    """Whether the order of the inputs does not matter."""
    name: str
    """Path of the layer that it belongs to."""
    kind: str
    """Class of the layer."""
    arguments: dict[str, Any]
    """What the layer was told, without what does not count."""


class Structure(NamedTuple):
    """Vertices in an order in which each reads only earlier ones."""

    vertices: list[Vertex]
    inputs: list[int]
    outputs: list[Output]


class Vertices:
    """A graph that grows."""

    def __init__(self, precise: bool, most: int | None) -> None:
        """An empty one.

        Args:
            precise: whether numbers of another precision are other numbers.
            most: how many vertices there may be.
        """
        self.precise = precise
        self.most = most
        self.all: list[Vertex] = []
        self.shapes: dict[Output, tuple[int | None, ...]] = {}
        """Shapes with the batch, of outputs whose readers are not told."""
        self.dtypes: dict[Output, str] = {}
        """Dtypes of the inputs."""

    def add(
        self,
        kind: str,
        arguments: dict[str, Any],
        inputs: list[Output],
        name: str,
        layer: str = "",
    ) -> int:
        """A new vertex; gives its index.

        Raises:
            StructureError: models in models that are called again and again make too many.
        """
        if self.most is not None and len(self.all) >= self.most:
            raise StructureError(f"it has more than {self.most:,} operations")
        if not self.precise:
            arguments = _imprecise(arguments)
        text = json.dumps([kind, arguments], sort_keys=True, default=str)
        free = kind.removeprefix(OPERATION) in COMMUTATIVE
        self.all.append(Vertex(text, tuple(inputs), layer, free, name, kind, arguments))
        return len(self.all) - 1


def _imprecise(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without dtypes, those of layers in the layer too."""
    return {
        key: _imprecise(value) if isinstance(value, dict) else value
        for key, value in arguments.items()
        if key != "dtype"
    }
