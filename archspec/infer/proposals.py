"""Proposals: changes of a graph that might mend it, with the edits that make them in the file."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Edit
from archspec.expand.edits import (
    Edits,
    declaration,
    is_formula,
    layer_entry,
    means_there,
    write_arguments,
    write_before,
    write_input,
    write_without,
    write_word,
    written_argument,
)
from archspec.expand.graph import Graph, Node
from archspec.infer.changes import Change, Changes, replaced
from archspec.infer.parameters_here import formulas_for
from archspec.layers import Layer, layer_types
from archspec.layers.core import Input
from archspec.records.record import fields
from archspec.shapes.shape import Shape
from archspec.spec.types import Item
from archspec.spec.written import flow, shortest


class Proposal(NamedTuple):
    """Something that might help."""

    message: str
    """What it is, without that it would fit."""
    changes: Changes
    edits: Edits
    certain: bool = False
    sentence: bool = False
    """Whether the message is whole: nothing is said after it."""
    alone: bool = False
    """Whether nothing else is offered if it helps."""


class Proposer:
    """Makes proposals for one node that fails."""

    def __init__(self, graph: Graph, index: int, of_item: Mapping[int, list[int]]) -> None:
        self.graph = graph
        self.index = index
        self._of_item = of_item

    def alike(self, at: int) -> list[int]:
        """The nodes that come from the same entry of the file as one."""
        return self._of_item[id(self.graph.nodes[at].item)]

    def of(self, at: int) -> str:
        """`` of `conv1```, for another node than the one that fails."""
        return "" if at == self.index else f" of `{self.graph.nodes[at].name}`"

    def arguments(
        self,
        at: int,
        values: Mapping[str, Any],
        origins: Mapping[str, tuple[int, str]] | None = None,
    ) -> Proposal | None:
        """Other values for arguments of a node, and of all that come from the same entry.

        ``origins`` are other nodes, and arguments of theirs, that have these values: where these are
        written as formulas, the formulas are written here too. A formula here is replaced by
        nothing else.
        """
        item = self.graph.nodes[at].item
        if item is None or values == {}:
            return None
        type_, place = type(self.graph.nodes[at].layer), item.place
        known = fields(type_)
        layer_, given_ = self.graph.nodes[at].layer, origins or {}
        values = {n: v for n, v in values.items() if n in given_ or _is_other(layer_, n, v)}
        written: dict[str, Any] = {}
        each: list[dict[str, Any]] = [{} for _ in self.alike(at)]
        for name, value in values.items():
            if name not in known:
                return None
            found = self._value(at, name, value, (origins or {}).get(name))
            if found is None:
                return None
            written[name], numbers = found
            for given, number in zip(each, numbers, strict=True):
                given[name] = number
        edits = write_arguments(place, type_, written)
        if not edits:
            return None
        changes: dict[int, Change] = {}
        for number, given in zip(self.alike(at), each, strict=True):
            layer = replaced(self.graph.nodes[number].layer, given)
            if layer is None:
                return None
            changes[number] = Change(layer)
        told = [f"{n}: {_told(type_, n, v)}" for n, v in written.items()]
        return Proposal(f"`{', '.join(told)}`{self.of(at)}", changes, edits)

    def _value(
        self, at: int, name: str, value: Any, origin: tuple[int, str] | None
    ) -> tuple[Any, list[Any]] | None:
        """What is written for a value, and what that is at each node of the entry."""
        node, alike = self.graph.nodes[at], self.alike(at)
        assert node.item is not None
        if origin is not None:
            source, argument = origin
            formula = self._formula(node.item, source, argument)
            of_each = self._of_each(at, source)
            if formula is not None:
                if of_each is None:
                    return None
                return formula, [getattr(other.layer, argument) for other in of_each]
        same = [value] * len(alike)
        type_ = type(node.layer)
        if fields(type_)[name].type.text:
            return value, same
        if not is_formula(written_argument(node.item.place, type_, name)):
            return value, same
        parts = self._parts(at, name, value)
        if parts is not None:
            return parts, same
        return next(formulas_for(self.graph, alike, at, value), None)

    def _parts(self, at: int, name: str, value: Any) -> list[Any] | None:
        """A list of sizes as it is written, but for those that are other numbers."""
        node = self.graph.nodes[at]
        now = getattr(node.layer, name)
        if node.item is None or not isinstance(value, tuple) or len(self.alike(at)) > 1:
            return None
        old = written_argument(node.item.place, type(node.layer), name)
        if not isinstance(old, list) or len(old) != len(value) or len(now) != len(value):
            return None
        parts = [o if v == n else v for o, v, n in zip(old, value, now, strict=True)]
        changed = [o for o, v, n in zip(old, value, now, strict=True) if v != n]
        return None if is_formula(changed) else parts

    def _formula(self, item: Item, source: int, argument: str) -> Any:
        """How an argument of another node is written, if that is a formula which means the same."""
        other = self.graph.nodes[source].item
        if other is None:
            return None
        value = written_argument(other.place, type(self.graph.nodes[source].layer), argument)
        if not is_formula(value) or not means_there(other.place, item.place):
            return None
        return value

    def _of_each(self, at: int, source: int) -> list[Node] | None:
        """For each node of an entry the one of another entry that belongs to it."""
        sources = self.alike(source)
        if len(sources) != len(self.alike(at)):
            return None
        return [self.graph.nodes[n] for n in sources]

    def before(self, at: int, *layers: Layer, **written: Any) -> Proposal | None:
        """Layers before a node that reads one, which then read what it has read."""
        item = self.graph.nodes[at].item
        if item is None or len(self.graph.nodes[at].inputs) != 1:
            return None
        edits: list[Edit] = []
        for layer in layers:
            made = write_before(item, layer_entry(layer, **written))
            if made is None or (item.sources is not None and len(layers) > 1):
                return None
            edits += made
        changes = {
            n: Change(self.graph.nodes[n].layer, tuple([(0, layer) for layer in layers]))
            for n in self.alike(at)
        }
        told = " and ".join(f"`{_one_line(layer_entry(layer, **written))}`" for layer in layers)
        where = "it" if at == self.index else f"`{self.graph.nodes[at].name}`"
        return Proposal(f"{told} before {where}", changes, tuple(edits))

    def without(self, *nodes: int) -> Proposal | None:
        """Without some nodes: who reads one reads what it has read."""
        edits: list[Edit] = []
        changes: dict[int, Change] = {}
        for at in nodes:
            item = self.graph.nodes[at].item
            if item is None or self._is_named(at):
                return None
            written = write_without(item)
            if written is None or item.sources is not None:
                return None
            edits += written
            changes.update({n: Change(None) for n in self.alike(at)})
        names = [self.graph.nodes[at].name for at in nodes if at != self.index]
        told = " and ".join(f"`{name}`" for name in names) or "it"
        return Proposal(f"without {told} it" if names else "leaving it out", changes, tuple(edits))

    def _is_named(self, at: int) -> bool:
        """Whether something reads a node by its name, as far as can be seen."""
        for node in self.graph.nodes:
            if node.item is not None and node.item.sources is not None:
                for source, _ in node.inputs:
                    if self.graph.nodes[source].item is self.graph.nodes[at].item:
                        return True
        return False

    def other_types(self, types: Mapping[int, str]) -> Proposal | None:
        """Layers of other types with the same arguments: Conv1D instead of Conv2D."""
        edits: list[Edit] = []
        changes: dict[int, Change] = {}
        done: set[int] = set()
        for at, word in types.items():
            item = self.graph.nodes[at].item
            type_ = layer_types().get(word)
            if item is None or type_ is None:
                return None
            if id(item) in done:
                continue
            done.add(id(item))
            edits += write_word(item, word)
            for number in self.alike(at):
                layer = _as_type(self.graph.nodes[number].layer, type_, item)
                if layer is None:
                    return None
                changes[number] = Change(layer)
        told: dict[str, str] = {}
        for at, word in types.items():
            told.setdefault(type(self.graph.nodes[at].layer).__name__, word)
        message = " and ".join(f"`{new}` instead of `{old}`" for old, new in told.items())
        return Proposal(message, changes, tuple(edits))

    def input_shape(self, number: int, shape: Shape, message: str) -> Proposal | None:
        """Another shape for an input; the message is a whole sentence."""
        node = self.graph.nodes[number]
        edits = write_input(self.graph, declaration(self.graph, node.name), shape)
        layer = replaced(node.layer, {"shape": shape})
        if layer is None:
            return None
        assert isinstance(layer, Input)
        return Proposal(message, {number: Change(layer)}, edits or (), sentence=True)


def _is_other(layer: Layer, name: str, value: Any) -> bool:
    """Whether an argument has another value now."""
    now = getattr(layer, name, None)
    return bool(now != value) or (value is None) != (now is None)


def _told(type_: type[Layer], name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    return flow(value if isinstance(value, list) else shortest(type_, name, value))


def join(*proposals: Proposal | None, message: str | None = None) -> Proposal | None:
    """Several proposals as one; None if one of them cannot be made, or if two touch the same node."""
    changes: dict[int, Change] = {}
    edits: list[Edit] = []
    told: list[str] = []
    for proposal in proposals:
        if proposal is None or not changes.keys().isdisjoint(proposal.changes):
            return None
        changes.update(proposal.changes)
        edits += proposal.edits
        told.append(proposal.message)
    return Proposal(message or " and ".join(told), changes, tuple(edits))


def _as_type(layer: Layer, type_: type[Layer], item: Item) -> Layer | None:
    """The layer of another type with the arguments that are written."""
    known = fields(type_)
    given: dict[str, Any] = {}
    for name, value in layer.arguments().items():
        if name not in known:
            return None
        if isinstance(value, tuple) and len(set(value)) == 1 and name != "target_shape":
            value = value[0]
        given[name] = value
    written = item.place.document.at(item.place.path)
    if isinstance(written, dict) and any(
        isinstance(written.get(n), list) for n in given if n in written
    ):
        return None  # a number for each axis
    try:
        return type_(**given)
    except ValueError:
        return None


def _one_line(entry: Any) -> str:
    return flow(entry)[1:-1] if isinstance(entry, dict) else str(entry)
