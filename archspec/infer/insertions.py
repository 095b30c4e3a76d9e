"""Proposals that put a layer between a layer of several inputs and one of them."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.fixes import Edit, How
from archspec.diagnostics.place import Place
from archspec.expand.edits import (
    Edits,
    entry,
    has_comments,
    is_formula,
    layer_entry,
    means_there,
    written_argument,
)
from archspec.infer.changes import Change, made
from archspec.infer.proposals import Proposal, Proposer
from archspec.layers import Layer, layer_types
from archspec.records.record import bare_field
from archspec.spec.types import Item, ParallelItem
from archspec.spec.written import flow

_NAMES = {
    "Conv": "projection",
    "Dense": "projection",
    "Cropping": "cropped",
    "ZeroPadding": "padded",
    "UpSampling": "enlarged",
    "MaxPooling": "pooled",
    "Global": "pooled",
    "Flatten": "flat",
}
"""What a layer is called that is put in somewhere, by the beginning of its type."""


class Inserter:
    """Puts layers on the inputs of the node that fails."""

    def __init__(self, proposer: Proposer) -> None:
        self._proposer = proposer
        self._graph = proposer.graph

    def on_input(
        self,
        number: int,
        layer: Layer | None,
        origins: Mapping[str, tuple[int, str]] | None = None,
    ) -> Proposal | None:
        """A layer between an input and the node that reads it.

        ``origins`` are nodes, and arguments of theirs, whose formulas are written where they have
        the values that are needed.
        """
        index = self._proposer.index
        item = self._graph.nodes[index].item
        if layer is None or item is None:
            return None
        alike = self._proposer.alike(index)
        each: list[dict[str, Any]] = [{} for _ in alike]
        written: dict[str, Any] = {}
        for name, (source, argument) in (origins or {}).items():
            formula = self._formula(item, source, argument)
            sources = self._proposer.alike(source)
            if formula is None or len(sources) != len(alike):
                continue
            written[name] = formula
            for given, at in zip(each, sources, strict=True):
                given[name] = getattr(self._graph.nodes[at].layer, argument)
        changes: dict[int, Change] = {}
        for at, given in zip(alike, each, strict=True):
            inner = made(type(layer), {**layer.arguments(), **given}) if given else layer
            if inner is None:
                return None
            changes[at] = Change(self._graph.nodes[at].layer, ((number, inner),))
        new = layer_entry(layer, **written)
        found = self._write(item, number, new)
        if found is None:
            return None
        message, edits = found
        return Proposal(message, changes, edits)

    def on_all_inputs(self, layer: Layer | None, name: str) -> Proposal | None:
        """A layer before one that reads the same several times over, as self-attention does."""
        index = self._proposer.index
        item = self._graph.nodes[index].item
        if layer is None or item is None or len(self._proposer.alike(index)) > 1:
            return None
        at = entry(item)
        source = item.place.document.at((*item.place.path, "from"))
        if at is None or not isinstance(source, list) or len(set(map(str, source))) != 1:
            return None
        node = self._graph.nodes[index]
        if len(source) != len(node.inputs):
            return None
        word, arguments = next(iter(layer_entry(layer).items()))
        first = bare_field(type(layer))
        inner = arguments if isinstance(arguments, dict) else {first: arguments}
        new = {word: {"name": name, "from": source[0], **inner}}
        edits = (
            Edit(at, new, How.BEFORE),
            Edit(item.place.at("from"), [name] * len(source)),
        )
        changes = {index: Change(node.layer, tuple([(n, layer) for n in range(len(source))]))}
        message = f"`{_one_line(new)}` before it, which then reads `{name}`,"
        return Proposal(message, changes, edits)

    def _formula(self, item: Item, source: int, argument: str) -> Any:
        node = self._graph.nodes[source]
        if node.item is None:
            return None
        value = written_argument(node.item.place, type(node.layer), argument)
        if not is_formula(value) or not means_there(node.item.place, item.place):
            return None
        return value

    def _write(self, item: Item, number: int, layer: Any) -> tuple[str, Edits] | None:
        around = self._graph.nodes[self._proposer.index].scope.item
        if isinstance(around, ParallelItem) and around.merge is item:
            return self._at_branch(around, number, layer)
        return self._before(item, number, layer)

    def _at_branch(self, item: ParallelItem, number: int, layer: Any) -> tuple[str, Edits] | None:
        """At the end of a branch."""
        names = list(item.branches)
        reads = self._graph.nodes[self._proposer.index].inputs
        if item.word == "dense_block" or len(names) != len(reads):
            return None
        name = names[number]
        body = item.branches[name]
        document = item.place.document
        where = f"at the end of `{name}`" if name else "at the end of the main path"
        if item.word == "residual" and name:
            where = f"at the end of the `{name}`"
        told = f"`{_one_line(layer)}` {where}"
        if body.items and document.at(body.place.path) is not None:
            last = Place(document, (*body.place.path, len(body.items) - 1))
            return told, (Edit(last, layer, How.AFTER),)
        short = body.place.path == item.place.path  # `residual: [layers]`
        if document.at(body.place.path) is not None and not short:
            return told, (Edit(body.place, [layer]),)
        if item.word != "residual" or not name:
            return None
        told = f"`shortcut: {flow([layer])}` in the residual"
        written = document.at(item.place.path)
        if isinstance(written, list):
            if has_comments(item.place):
                return told, ()  # they would be lost
            return told, (Edit(item.place, {"layers": written, "shortcut": [layer]}),)
        return told, (Edit(item.place, [layer], How.ADD, "shortcut"),)

    def _before(self, item: Item, number: int, layer: Any) -> tuple[str, Edits] | None:
        """As an entry of its own, before a layer that names what it reads."""
        at = entry(item)
        source = item.place.document.at((*item.place.path, "from"))
        if at is None or not isinstance(source, list) or number >= len(source):
            return None
        if len(source) != len(self._graph.nodes[self._proposer.index].inputs):
            return None
        if self._stands_twice(item):
            return None
        word, arguments = next(iter(layer.items())) if isinstance(layer, dict) else (layer, {})
        if not isinstance(arguments, dict):
            arguments = {bare_field(layer_types()[word]): arguments}
        name = self._free_name(word)
        new = {word: {"name": name, "from": source[number], **arguments}}
        message = f"`{_one_line(new)}` before it, which then reads `{name}`,"
        return message, (Edit(at, new, How.BEFORE), Edit(item.place.at("from", number), name))

    def _stands_twice(self, item: Item) -> bool:
        """Whether a name before it would stand twice, for it is in a repeat without a name."""
        nodes = self._graph.nodes
        around = [
            nodes[n].name.rpartition(".")[0] for n in self._proposer.alike(self._proposer.index)
        ]
        return len(set(around)) < len(around)

    def _free_name(self, word: str) -> str:
        base = next((n for w, n in _NAMES.items() if word.startswith(w)), "fitted")
        used = {node.name.rpartition(".")[2] for node in self._graph.nodes}
        name, count = base, 1
        while name in used:
            count += 1
            name = f"{base}{count}"
        return name


def _one_line(entry: Any) -> str:
    return flow(entry)[1:-1] if isinstance(entry, dict) else str(entry)
