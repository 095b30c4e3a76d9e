"""Items whose formulas have values: what expansion makes nodes of."""

from typing import Any, final

from archspec.layers import Layer
from archspec.spec.types import BlockOutput, Body, Item


class Resolved:
    """What all operations have; an :data:`Operation` is one of the classes below."""

    __slots__ = ("count", "expect", "item", "name", "roles", "sources", "trainable")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.name: str | None = None
        self.sources: tuple[str, ...] | None = None
        self.roles = item.roles
        self.trainable = True
        self.expect: dict[str, Any] | None = None
        self.count = 1
        """Number of nodes."""


@final
class LayerOperation(Resolved):
    __slots__ = ("base", "layer")

    def __init__(self, item: Item, layer: Layer) -> None:
        super().__init__(item)
        self.layer = layer
        self.base = layer.auto_name()


class ApplyOperation(Resolved):
    __slots__ = ("arguments", "target")

    def __init__(self, item: Item, target: str, arguments: dict[str, Any]) -> None:
        super().__init__(item)
        self.target = target
        self.arguments = arguments
        """Other values for arguments of the layer's call."""


class GroupOperation(Resolved):
    """A block, the rounds of a repeat, or the branches of a parallel."""

    __slots__ = ("depth", "kind", "labels", "merge", "outputs", "parts")

    def __init__(self, item: Item, kind: str, parts: "list[Operations]", labels: list[str]) -> None:
        super().__init__(item)
        self.kind = kind
        self.parts = parts
        self.labels = labels
        self.merge: LayerOperation | LostOperation | OpenOperation | None = None
        self.outputs: list[tuple[BlockOutput, str]] | None = None
        """The wires that a block gives, if it says so."""
        self.count: int = sum([p.count for p in parts])
        self.depth: int = max([p.depth for p in parts], default=0)


class LostOperation(Resolved):
    """In the place of what cannot be made, because of a mistake that has been told."""

    __slots__ = ("base", "open")

    def __init__(self, item: Item, base: str, open: bool) -> None:
        super().__init__(item)
        self.base = base
        self.open = open
        """Whether names in it would be seen from outside."""


class OpenOperation(Resolved):
    """An item whose formulas ask for shapes: it is settled where it is wired."""

    __slots__ = ("settled", "values")

    def __init__(self, item: Item, values: dict[str, Any]) -> None:
        super().__init__(item)
        self.values = values
        self.settled: dict[str, Operation | None] = {}
        """What became of it, by the shapes that it asked for."""


Operation = LayerOperation | GroupOperation | ApplyOperation | LostOperation | OpenOperation
"""An item whose formulas have values."""


class Operations:
    """A list of operations, shared wherever the same layers with the same values stand."""

    __slots__ = ("count", "depth", "items", "sound", "values")

    def __init__(self, items: list[Operation], sound: bool) -> None:
        self.items = items
        self.sound = sound
        """Whether nothing in it is missing because of an error."""
        self.values: dict[str, Any] = {}
        """The names in it, if its `let` asked for shapes."""
        self.depth = 1 + max([i.depth for i in items if isinstance(i, GroupOperation)], default=0)
        self.count = sum([i.count for i in items]) or 1  # a round without layers is work too


class OpenOperations(Operations):
    """A list whose `let` asks for shapes: it is worked out where it stands."""

    __slots__ = ("body", "settled")

    def __init__(self, body: Body, values: dict[str, Any]) -> None:
        super().__init__([], True)
        self.body = body
        self.values = values
        self.settled: dict[str, Operations] = {}
        """What became of it, by the shapes that it asked for."""
