"""A spec: a validated file, its items still with formulas in them.

Everything here is made by :mod:`archspec.spec.validate` and never changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, assert_never

from archspec.diagnostics.sink import Place
from archspec.formulas.asks import is_ask
from archspec.formulas.templates import Template
from archspec.layers import Layer


class Expect(NamedTuple):
    """Numbers that must come out, with formulas: shape, params, trainable_params, macs."""

    values: Template
    place: Place
    source: str | None = None


class Module:
    """What the blocks of one file see of it: the values of its parameters and of its `let`."""

    __slots__ = ("outer", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.outer: frozenset[str] = frozenset()
        """Those names of the file that its blocks use."""


def outer(name: str) -> str:
    """Under which key a value of the file goes along with the values of a block."""
    return "::" + name


def values_outside(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a file, among those of a body in it."""
    start = len(outer(""))
    return {n[start:]: value for n, value in values.items() if n.startswith(outer(""))}


COMMON = ("name", "sources", "roles", "when", "expect", "trainable")
"""What the keys that every entry may have become, see ItemKeys in words.py."""


class Entry:
    """What all entries of a list of layers have; an :data:`Item` is one of the classes below."""

    __slots__ = (*COMMON, "asks", "names", "place", "unsure", "word")

    def __init__(self, word: str, place: Place) -> None:
        self.word = word
        """The word as it is written: ``Conv2D``, ``bottleneck``, ``repeat``."""
        self.place = place
        self.name: Template | None = None
        self.sources: tuple[Template, ...] | None = None
        self.roles: tuple[str, ...] = ()
        """For each of the sources what it is to the layer, where `from` says so: query, value."""
        self.when: Template | None = None
        self.expect: Expect | None = None
        self.trainable: Template | None = None
        self.names: frozenset[str] = frozenset()
        """Parameters that anything in it depends on, and what its own formulas ask of shapes."""
        self.asks: tuple[str, ...] = ()
        """What its own formulas ask of shapes, so that they wait until it is wired."""
        self.unsure = False
        """Whether a mistake hides what it reads, or whether it is there."""

    def templates(self) -> list[Template]:
        """All that is worked out anew for other values of the parameters."""
        found = [self.name, self.when, self.trainable, *(self.sources or ())]
        found.append(self.expect.values if self.expect else None)
        return [t for t in found if t is not None and t.names]


class Body:
    """A list of items."""

    __slots__ = (
        "asks",
        "items",
        "lets",
        "module",
        "names",
        "order",
        "place",
        "top",
        "walks",
        "work",
        "worked_out",
    )

    def __init__(
        self,
        items: "tuple[Item, ...]",
        place: Place,
        lets: tuple[tuple[str, Template], ...] = (),
        module: Module | None = None,
        top: bool = False,
    ) -> None:
        self.items = items
        self.lets = lets
        """Names that are worked out before its items, in this order."""
        self.module = module or Module(place)
        self.top = top
        """Whether it is the network of its file, and not a part of it or of a block."""
        templates = [item.templates() for item in items if item.names]
        self.place = place
        names: frozenset[str] = frozenset().union(*(i.names for i in items))
        if any(map(is_ask, names)):
            for item in items:
                item.asks = tuple(sorted(filter(is_ask, item.names)))
            names = frozenset(n for n in names if not is_ask(n))
        self.asks = frozenset[str]()
        """What its `let` asks of shapes."""
        if lets:
            templates.append([template for _, template in lets])
            for name, template in reversed(lets):
                names = (names - {name}) | template.names
            self.asks = frozenset(filter(is_ask, names))
            names -= self.asks
        self.names = names
        """Parameters that it depends on; what its items ask of shapes is their own affair."""
        self.walks = sum([t.walks for found in templates for t in found])
        """How often its formulas may go through a list."""
        self.work = len(items) + sum([sum([t.weight for t in f]) // 100 for f in templates])
        """What it takes to work out its formulas: 1 for an item with a few short ones."""
        self.order = tuple(sorted(self.names))
        self.worked_out: dict[str, Any] = {}
        """Its operations by the values of its parameters, kept by :mod:`archspec.expand.resolve`."""

    def walk(self) -> "Iterator[Item]":
        """Every item in it, in the bodies of its items, and in wrappers; calls are not followed."""
        waiting = [iter(self.items)]
        while waiting:
            item = next(waiting[-1], None)
            if item is None:
                waiting.pop()
                continue
            yield item
            if isinstance(item, LayerItem) and item.call is not None:
                yield item.call
            waiting += [iter(body.items) for body in reversed(bodies_of(item))]


class LayerItem(Entry):
    """A layer; ``layer`` is made already if nothing in its arguments is open."""

    __slots__ = ("arguments", "call", "layer", "type")

    def __init__(self, type: type[Layer], place: Place) -> None:
        super().__init__(type.__name__, place)
        self.type = type
        self.layer: Layer | None = None
        self.arguments: Template | None = None
        self.call: CallItem | None = None
        """The call of a block that stands among its arguments, in the place of a layer."""

    def templates(self) -> list[Template]:
        inner = self.call.templates() if self.call else []
        return [*super().templates(), *([self.arguments] if self.arguments else ()), *inner]


class LostItem(Entry):
    """An entry that cannot be made, because of a mistake that has been told.

    It keeps its name and what it reads; what reads it is silent.
    """

    __slots__ = ("base", "open")

    def __init__(self, word: str, place: Place, base: str = "", open: bool = False) -> None:
        super().__init__(word, place)
        self.base = base
        """The automatic name that it would have, or its beginning; empty if that is not known."""
        self.open = open
        """Whether names in it, which are not known, would be seen from outside."""

    @classmethod
    def of(cls, item: Entry, base: str = "", open: bool = False) -> "LostItem":
        """In the place of an entry that was begun: with its name, its condition and its wires."""
        lost = cls(item.word, item.place, base, open)
        lost.name, lost.sources, lost.when = item.name, item.sources, item.when
        found = (item.name, item.when, *(item.sources or ()))
        lost.names = frozenset().union(*(t.names for t in found if t is not None))
        return lost


class CallItem(Entry):
    """A call of a block."""

    __slots__ = ("arguments", "block")

    def __init__(self, block: "Block", arguments: dict[str, Template], place: Place) -> None:
        super().__init__(block.name, place)
        self.block = block
        self.arguments = arguments

    def templates(self) -> list[Template]:
        return [*super().templates(), *(t for t in self.arguments.values() if t.names)]


class Table(NamedTuple):
    """The columns of a repeat, and the rows, if that is how they are written."""

    columns: dict[str, Template]
    rows: tuple[tuple[Template, ...], ...] | Template | None = None


class RepeatItem(Entry):
    """A repeat: a number of times, or a table of columns."""

    __slots__ = ("body", "columns", "index", "rows", "times")

    def __init__(
        self,
        times: Template | None,
        columns: dict[str, Template],
        index: str | None,
        body: Body,
        place: Place,
        rows: tuple[tuple[Template, ...], ...] | Template | None = None,
    ) -> None:
        super().__init__("repeat", place)
        self.times = times
        self.columns = columns
        self.index = index
        self.body = body
        self.rows = rows
        """The table as it is written, if that is by rows, or a formula that gives them; the columns hold the same."""

    def templates(self) -> list[Template]:
        own = [*self.columns.values(), *([self.times] if self.times else ())]
        return [*super().templates(), *(t for t in own if t.names)]


class ParallelItem(Entry):
    """Branches by name and the layer that merges them."""

    __slots__ = ("branches", "merge", "skip")

    def __init__(
        self,
        word: str,
        branches: dict[str, Body],
        merge: LayerItem | LostItem | None,
        place: Place,
    ) -> None:
        super().__init__(word, place)
        self.branches = branches
        self.merge = merge
        self.skip: Template | None = None
        """Whether a residual has its shortcut; if not, it is its main path alone."""

    def templates(self) -> list[Template]:
        skip = [self.skip] if self.skip is not None and self.skip.names else []
        return [*super().templates(), *skip]


class ApplyItem(Entry):
    """An earlier layer or block once more."""

    __slots__ = ("arguments", "target")

    def __init__(self, target: Template, place: Place) -> None:
        super().__init__("apply", place)
        self.target = target
        self.arguments: dict[str, Template] = {}
        """Other values for arguments of the layer's call."""

    def templates(self) -> list[Template]:
        return [*super().templates(), *(t for t in self.arguments.values() if t.names)]


Item = LayerItem | CallItem | RepeatItem | ParallelItem | ApplyItem | LostItem
"""One entry of a list of layers."""


def bodies_of(item: Item) -> tuple[Body, ...]:
    """The bodies that stand in an item."""
    match item:
        case RepeatItem():
            return (item.body,)
        case ParallelItem():
            return tuple(item.branches.values())
        case LayerItem() | CallItem() | ApplyItem() | LostItem():
            return ()
        case _:
            assert_never(item)


class Parameter(NamedTuple):
    """A parameter of a spec or a block."""

    name: str
    type: str
    """int, float, bool, str, list or any; several with `` | `` between them."""
    default: Any
    required: bool
    place: Place

    @property
    def takes_text(self) -> bool:
        """Whether its values may be text, so that formulas are not looked for in them."""
        return self.type == "any" or "str" in self.type


class BlockOutput(NamedTuple):
    """A wire that a block gives, and its name outside if it has one of its own."""

    name: str | None
    wire: Template
    place: Place


class Given(NamedTuple):
    """What the names of another file stand for, for a block of it that is used."""

    params: tuple[tuple[str, Template, Place], ...]
    """Values for its parameters, worked out of the names of the file that uses it."""
    lets: tuple[tuple[str, Template], ...]
    """Its `let`, worked out of them."""
    declared: Mapping[str, Parameter]


class Block:
    """A named list of layers with parameters; also a whole network that another one uses."""

    __slots__ = (
        "body",
        "defaults",
        "given",
        "inputs",
        "lost",
        "module",
        "name",
        "outputs",
        "params",
        "place",
        "required",
        "title",
        "whole",
    )

    def __init__(
        self,
        name: str,
        params: dict[str, Parameter],
        place: Place,
        module: Module | None = None,
    ) -> None:
        self.name = name
        self.params = params
        self.module = module or Module(place)
        self.defaults = {p.name: p.default for p in params.values()}
        self.required = frozenset(p.name for p in params.values() if p.required)
        self.place = place
        self.inputs: tuple[str, ...] = ("input",)
        self.title: str | None = None
        self.body = Body((), place)
        self.outputs: tuple[BlockOutput, ...] | None = None
        """What it gives; what its last layer gives, if left out."""
        self.given: Given | None = None
        """For a block of another file: what the names of that file stand for."""
        self.whole: Spec | None = None
        """The spec, if the block is a network of its own file."""
        self.lost = False
        """Whether it cannot be used because of a mistake that has been told."""

    @property
    def names(self) -> frozenset[str]:
        """The parameters, and names of its file, that anything in it depends on."""
        return self.body.names.union(*(o.wire.names for o in self.outputs or ()))


class InputDeclaration(NamedTuple):
    """An input: arguments of the Input layer, with formulas."""

    name: str
    arguments: Template
    place: Place
    short: bool
    """Whether only its shape is written: ``input: [28, 28, 1]``."""


class Spec(NamedTuple):
    """A validated spec; ``values`` are the values of its parameters."""

    name: str
    title: str | None
    description: str | None
    params: dict[str, Parameter]
    values: dict[str, Any]
    inputs: tuple[InputDeclaration, ...]
    body: Body
    blocks: dict[str, Block]
    outputs: tuple[str, ...] | None
    outputs_place: Place
    outputs_listed: bool
    expect: Expect | None
    place: Place
    base: "Spec | None" = None
    """The spec that it extends."""
    lost_inputs: tuple[str, ...] = ()
    """Names of inputs with a mistake that has been told, what reads them is silent; empty: any."""
    changed: bool = False
    """Whether a parameter has another value than the one for which the file was written."""
    given: Mapping[str, Place] = {}
    """Where values of parameters come from that are not those of their declarations."""
