"""What folding works on: a tree of items, each of which reads others by their place in a list.

It begins as the flat graph, gets branches (structure.py), then blocks and loops, and ends as the
entries of a spec (entries.py). Items of a body read earlier items of the same body, or its inputs:
place ``-1 - n`` is input ``n``.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from archspec.layers import Layer

Source = tuple[int, int]
"""Place of an item in its body, or ``-1 - n`` for input n; and which of its outputs."""
Path = tuple[Any, ...]
"""Where a value stands, from the item on: ``(branch, place, "filters")``."""


class Slot(NamedTuple):
    """A value that may differ from one window to the next."""

    owner: str
    """The layer or block that takes it; ``repeat`` for a number of rounds or a column."""
    name: str
    """Its argument."""
    value: Any
    channels: int | None = None
    """The channels of what its layer reads."""


EITHER = "activation layer"
"""In the place of the word of a layer, and of its argument, for an activation of any kind."""


class Item:
    """An entry of a body."""

    __slots__ = ("layers", "sources", "when")

    def __init__(self, sources: list[Source], layers: list[str]) -> None:
        self.sources = sources
        self.layers = layers
        """Names of the layers in it, in the model that it comes from."""
        self.when: str | None = None
        """The parameter of its block that says whether it is there."""

    def bodies(self) -> "list[Body]":
        """The bodies in it."""
        return []

    def shape_key(self) -> Any:
        """What it is without its values: equal for items that differ in values only."""
        raise NotImplementedError

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        """Its values and where they stand."""
        raise NotImplementedError

    def put(self, path: Path, value: Any) -> None:
        """Set the value of a place."""
        raise NotImplementedError

    def copy(self) -> "Item":
        """A copy that shares nothing that changes."""
        found = copy.copy(self)
        found.sources = list(self.sources)
        found.layers = list(self.layers)
        return found

    def reads_before(self, place: int) -> bool:
        """Whether it reads only the first output of what stands right before its place."""
        return self.sources == [(place - 1, 0)]


class Leaf(Item):
    """A layer."""

    __slots__ = ("arguments", "channels", "either", "fixed", "layer")

    def __init__(
        self,
        layer: Layer,
        arguments: dict[str, Any],
        sources: list[Source],
        name: str,
        channels: int | None,
        fixed: bool = False,
    ) -> None:
        super().__init__(sources, [name] if name else [])
        self.layer = layer
        self.arguments = arguments
        """What is written: arguments that differ from their defaults, and ``trainable``."""
        self.channels = channels
        """The last size of what it reads first."""
        self.fixed = fixed
        """Whether it must stay where it is, as another one uses its weights."""
        self.either: Any = None
        """``{word: arguments}`` or a choice of two, for one of several kinds of activation."""

    @property
    def word(self) -> str:
        return type(self.layer).__name__

    def shape_key(self) -> Any:
        return (self.word, self.layer.roles) if self.either is None else (EITHER,)

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        if self.either is not None:
            yield (*path, EITHER), Slot(EITHER, EITHER, self.either)
            return
        for name, value in self.arguments.items():
            if name == "target_shape" and isinstance(value, list):  # channels among its sizes
                for number, size in enumerate(value):
                    yield (*path, name, number), Slot(self.word, name, size, self.channels)
            else:
                yield (*path, name), Slot(self.word, name, value, self.channels)

    def put(self, path: Path, value: Any) -> None:
        name, *rest = path
        if name == EITHER:
            self.either = value
        elif rest:
            sizes = list(self.arguments[name])
            sizes[rest[0]] = value
            self.arguments[name] = sizes
        else:
            self.arguments[name] = value

    def copy(self) -> "Leaf":
        found = super().copy()
        assert isinstance(found, Leaf)
        found.arguments = dict(self.arguments)
        return found


class Again(Item):
    """An earlier layer once more, with the same weights."""

    __slots__ = ("called", "layer", "owner")

    def __init__(
        self,
        owner: int,
        layer: Layer | None,
        called: dict[str, Any],
        sources: list[Source],
        name: str,
    ) -> None:
        super().__init__(sources, [name] if name else [])
        self.owner = owner
        """Place of the layer whose weights it uses."""
        self.layer = layer
        """None if it is a block that is applied again."""
        self.called = called
        """Other arguments of the call."""

    def shape_key(self) -> Any:
        return ("apply", id(self))

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        yield from ()


class Call(Item):
    """A block."""

    __slots__ = ("arguments", "channels", "fixed", "word")

    def __init__(
        self,
        word: str,
        arguments: dict[str, Any],
        sources: list[Source],
        layers: list[str],
        channels: int | None,
    ) -> None:
        super().__init__(sources, layers)
        self.word = word
        self.arguments = arguments
        self.channels = channels
        self.fixed = False
        """Whether it must stay where it is, as it is applied again."""

    def shape_key(self) -> Any:
        return ("block", self.word)

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        for name, value in self.arguments.items():
            yield (*path, name), Slot(self.word, name, value, self.channels)

    def put(self, path: Path, value: Any) -> None:
        self.arguments[path[0]] = value

    def copy(self) -> "Call":
        found = super().copy()
        assert isinstance(found, Call)
        found.arguments = dict(self.arguments)
        return found


class Split(Item):
    """Branches that read the same, and the layer that merges them."""

    __slots__ = ("branches", "merge")

    def __init__(self, branches: "list[Body]", merge: Leaf, sources: list[Source]) -> None:
        names = [name for branch in branches for name in branch.layers()]
        super().__init__(sources, names + merge.layers)
        self.branches = branches
        self.merge = merge

    def bodies(self) -> "list[Body]":
        return self.branches

    def shape_key(self) -> Any:
        return ("split", self.merge.shape_key(), tuple(b.shape_key() for b in self.branches))

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        for number, branch in enumerate(self.branches):
            yield from branch.slots((*path, number))
        yield from self.merge.slots((*path, "merge"))

    def put(self, path: Path, value: Any) -> None:
        if path[0] == "merge":
            self.merge.put(path[1:], value)
        else:
            self.branches[path[0]].items[path[1]].put(path[2:], value)

    def copy(self) -> "Split":
        found = super().copy()
        assert isinstance(found, Split)
        found.branches = [branch.copy() for branch in self.branches]
        found.merge = self.merge.copy()
        return found


class Loop(Item):
    """A body several times, or once for each row of a table."""

    __slots__ = ("body", "table", "times")

    def __init__(
        self,
        body: "Body",
        times: Any,
        table: dict[str, Any],
        sources: list[Source],
        layers: list[str],
    ) -> None:
        super().__init__(sources, layers)
        self.body = body
        self.times = times
        """How many rounds; None if the table says it."""
        self.table = table
        """Columns by name: lists, or names of what holds them."""

    def bodies(self) -> "list[Body]":
        return [self.body]

    def shape_key(self) -> Any:
        return ("repeat", self.body.shape_key(), tuple(sorted(self.table)))

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        yield from self.body.slots((*path, 0))
        if self.times is not None:
            yield (*path, "times"), Slot("repeat", "times", self.times)
        for name, column in self.table.items():
            yield (*path, "for", name), Slot("repeat", name, column)

    def put(self, path: Path, value: Any) -> None:
        if path[0] == "times":
            self.times = value
        elif path[0] == "for":
            self.table[path[1]] = value
        else:
            self.body.items[path[1]].put(path[2:], value)

    def copy(self) -> "Loop":
        found = super().copy()
        assert isinstance(found, Loop)
        found.body = self.body.copy()
        found.table = dict(self.table)
        return found


class Body:
    """A list of items, and which of them it gives."""

    __slots__ = ("changes", "items", "outputs")

    def __init__(self, items: list[Item], outputs: list[Source] | None = None) -> None:
        self.changes = 0
        """How often items were replaced."""
        self.items = items
        self.outputs = [(len(items) - 1, 0)] if outputs is None else outputs

    def layers(self) -> list[str]:
        """Names of the layers in it, in the model that it comes from."""
        return [name for item in self.items for name in item.layers]

    def is_chain(self) -> bool:
        """Whether each item reads the one before it, and the last one is what it gives."""
        chained = all(item.reads_before(place) for place, item in enumerate(self.items))
        return chained and self.outputs == [(len(self.items) - 1, 0)]

    def shape_key(self) -> Any:
        outer: list[Source] = []
        inner = [(i.shape_key(), relative(i.sources, 0, outer)) for i in self.items]
        return tuple(inner), tuple(self.outputs)

    def slots(self, path: Path) -> Iterator[tuple[Path, Slot]]:
        for place, item in enumerate(self.items):
            yield from item.slots((*path, place))

    def copy(self) -> "Body":
        return Body([item.copy() for item in self.items], list(self.outputs))

    def last_readers(self) -> list[int]:
        """For each item the last place that reads it; -1 if none does; beyond all if it is given."""
        found = [-1] * len(self.items)
        for place, item in enumerate(self.items):
            for source, _ in item.sources:
                if source >= 0:
                    found[source] = place
            if isinstance(item, Again):
                found[item.owner] = place
        for source, _ in self.outputs:
            if source >= 0:
                found[source] = len(self.items)
        return found

    def replace(self, start: int, count: int, items: list[Item]) -> None:
        """Put other items in the place of some, of which only the last one is read from outside."""
        moved = len(items) - count
        self.changes += 1

        def now(place: int) -> int:
            if place < start:
                return place
            return start + len(items) - 1 if place < start + count else place + moved

        for item in self.items[start + count :]:
            item.sources = [(now(place), output) for place, output in item.sources]
            if isinstance(item, Again):
                item.owner = now(item.owner)
        self.items[start : start + count] = items
        self.outputs = [(now(place), output) for place, output in self.outputs]


class Block:
    """Layers under a name, with parameters."""

    __slots__ = ("body", "inputs", "name", "params")

    def __init__(self, name: str, params: dict[str, Any], body: Body, inputs: int) -> None:
        self.name = name
        self.params = params
        """Parameter → default; REQUIRED if it has none."""
        self.body = body
        self.inputs = inputs


REQUIRED: Any = object()
"""In the place of a default that there is not."""
Blocks = dict[str, Block]


def is_fixed(item: Item) -> bool:
    """Whether it must stay where it is, for weights are shared."""
    return isinstance(item, Again) or (isinstance(item, Leaf | Call) and item.fixed)


def relative(sources: list[Source], start: int, outer: list[Source]) -> tuple[Any, ...]:
    """Sources counted from a place; those before it by the number under which ``outer`` has them."""
    found: list[Any] = []
    for source in sources:
        if source[0] >= start:
            found.append((source[0] - start, source[1]))
            continue
        if source not in outer:
            outer.append(source)
        found.append(("outer", outer.index(source)))
    return tuple(found)


def all_bodies(body: Body) -> list[Body]:
    """A body and those in its items, from the outside in."""
    found, waiting = [], [body]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting += reversed([inner for item in current.items for inner in item.bodies()])
    return found


def walk(body: Body, visit: Callable[[Item], None]) -> None:
    """Visit each item of a body, those in bodies and merges of its items too."""
    for inner in all_bodies(body):
        for item in inner.items:
            visit(item)
            if isinstance(item, Split):
                visit(item.merge)
