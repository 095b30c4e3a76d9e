"""A graph: the layers of a network, flat and named, each after what it reads."""

from typing import Any, NamedTuple

from archspec.layers import Layer
from archspec.spec.types import Expect, Item, Spec

Ref = tuple[int, int]
"""An output: the index of a node, and which of its outputs."""


class Scope:
    """A block, construct, round or branch that nodes belong to: the hierarchy of the spec."""

    __slots__ = ("count", "index", "item", "kind", "parent", "path", "title", "word")

    def __init__(
        self,
        parent: "Scope | None",
        kind: str,
        word: str,
        path: str,
        item: Item | None = None,
        index: int = 0,
        count: int = 1,
        title: str | None = None,
    ) -> None:
        self.parent = parent
        self.kind = kind
        """root, block, repeat, round, parallel or branch."""
        self.word = word
        """The block's name, or the construct's word."""
        self.path = path
        """Its name from outside: ``stage2.unit1``; the surrounding one's if it has none."""
        self.item = item
        self.index = index
        """Which round of a repeat, from 0."""
        self.count = count
        """How many rounds a repeat has."""
        self.title = title

    def chain(self) -> "list[Scope]":
        """From the root to this scope."""
        found: list[Scope] = []
        scope: Scope | None = self
        while scope is not None:
            found.append(scope)
            scope = scope.parent
        return found[::-1]

    def __repr__(self) -> str:
        return f"<{self.kind} {self.path or self.word}>"


class Node:
    """The use of a layer in a graph."""

    __slots__ = ("inputs", "item", "layer", "name", "scope", "shares", "trainable")

    def __init__(
        self,
        name: str,
        layer: Layer,
        inputs: tuple[Ref, ...],
        scope: Scope,
        item: Item | None,
        trainable: bool,
        shares: int,
    ) -> None:
        self.name = name
        """Path from the root: ``stage2.unit1.add``."""
        self.layer = layer
        self.inputs = inputs
        self.scope = scope
        self.item = item
        """The item of the spec that it comes from; None for inputs."""
        self.trainable = trainable
        self.shares = shares
        """Index of the node whose weights it uses; -1 if they are its own."""

    def __repr__(self) -> str:
        return f"<{self.name} {self.layer!r}>"


class Expected(NamedTuple):
    """An expectation with its numbers worked out, for the nodes ``start`` to ``end``."""

    values: dict[str, Any]
    expect: Expect
    start: int
    end: int
    output: tuple[Ref, ...]
    name: str


class Graph(NamedTuple):
    """Nodes in the order of the file; every node reads only earlier ones."""

    spec: Spec
    values: dict[str, Any]
    """The values of the names at the top of the file: of its parameters, and of its `let`."""
    nodes: list[Node]
    inputs: dict[str, int]
    outputs: tuple[Ref, ...]
    expected: list[Expected]
    root: Scope
    lost: frozenset[int] = frozenset()
    """Nodes that read something that is missing because of a mistake; they have no inputs here."""
    whole: bool = True
    """Whether nothing is missing because of a mistake."""
