"""From a folded tree to the plain values of a spec: entries, names, wires, types of parameters."""

import re
from typing import Any

from archspec.emit.flat_entries import wires
from archspec.importer.fold.branch_names import branch_names
from archspec.importer.fold.columns import BEFORE, BORDER
from archspec.importer.fold.entry_names import Names, automatic_names, names_of_items
from archspec.importer.fold.tree import (
    REQUIRED,
    Again,
    Block,
    Blocks,
    Body,
    Call,
    Item,
    Leaf,
    Loop,
    Split,
)
from archspec.importer.fold.types import Types, types_of
from archspec.importer.fold.values import Either, Formula, When
from archspec.layers import layer_types
from archspec.records.record import bare_field, fields

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Entries:
    """Makes the entries of all bodies of a network."""

    def __init__(self, main: Body, blocks: Blocks) -> None:
        self.main = main
        self.blocks = blocks
        self.types: Types = types_of(main, blocks)
        self.automatic = automatic_names(main, blocks)

    def network(self, inputs: list[str]) -> dict[str, Any]:
        """``blocks``, ``layers`` and ``outputs`` of the network.

        Args:
            inputs: the names of its inputs.
        """
        found: dict[str, Any] = {}
        if self.blocks:
            found["blocks"] = {name: self._block(block) for name, block in self.blocks.items()}
        names = Names(self.automatic, inputs)
        layers, outputs = self._body(self.main, inputs, names)
        found["layers"] = layers
        if outputs:
            found["outputs"] = outputs[0] if len(outputs) == 1 else outputs
        return found

    def _block(self, block: Block) -> dict[str, Any] | list[Any]:
        inputs = ["input"] if block.inputs == 1 else [*_LETTERS[: block.inputs]]
        names = Names(self.automatic, inputs)
        layers, outputs = self._body(block.body, inputs, names)
        if not block.params and block.inputs == 1 and not outputs:
            return layers
        found: dict[str, Any] = {}
        if block.params:
            found["params"] = {name: self._parameter(block, name) for name in block.params}
        if block.inputs > 1:
            found["inputs"] = inputs
        found["layers"] = layers
        if outputs:
            found["outputs"] = outputs[0] if len(outputs) == 1 else outputs
        return found

    def _parameter(self, block: Block, name: str) -> Any:
        default, words = block.params[name], self.types[block.name, name]
        if default is REQUIRED or len(words) > 1:
            return " | ".join(sorted(words)) or "int"
        return float(default) if words == {"float"} and type(default) is int else default

    def _body(self, body: Body, inputs: list[str], names: "Names") -> tuple[list[Any], list[str]]:
        """The entries of a body, and its outputs if they must be told."""
        told = [self._reads_by_name(body, place, inputs) for place in range(len(body.items))]
        wanted = {
            s for place, by_name in enumerate(told) if by_name for s, _ in body.items[place].sources
        }
        again = [(place, i) for place, i in enumerate(body.items) if isinstance(i, Again)]
        wanted |= {place for place, _ in again} | {item.owner for _, item in again}
        usual = body.outputs == [(len(body.items) - 1, 0)]
        wanted |= set() if usual else {source for source, _ in body.outputs}
        if body is self.main:  # recipes and other people know outputs by their names
            ends = {source for source, _ in body.outputs if source >= 0}
            wanted |= {end for end in ends if self._says_something(body.items[end])}
        known = {-1 - number: name for number, name in enumerate(inputs)}
        given = names_of_items([body.items[place] for place in sorted(wanted) if place >= 0])
        found = []
        for place, item in enumerate(body.items):
            keys: dict[str, Any] = {}
            if isinstance(item, Again):
                keys["layer"] = known[item.owner]
            if place in wanted:
                keys["name"] = known[place] = names.free(
                    given[id(item)], item.word if isinstance(item, Call) else ""
                )
            if told[place]:
                read = [self._wire(body, source, known) for source in item.sources]
                layer = item.layer if isinstance(item, Leaf | Again) else None
                keys["from"] = wires(layer, read) if layer else read if len(read) > 1 else read[0]
            entries = self._entries(item, keys, names)
            found += (
                entries if item.when is None else [_with(e, "when", item.when) for e in entries]
            )
        outputs = [] if usual else [self._wire(body, output, known) for output in body.outputs]
        return found, outputs

    def _says_something(self, item: Item) -> bool:
        """Whether a layer has a name that Keras did not give."""
        name = next(iter(names_of_items([item]).values()))
        return isinstance(item, Leaf) and re.sub(r"(_\d+)+$", "", name) not in self.automatic

    def _reads_by_name(self, body: Body, place: int, inputs: list[str]) -> bool:
        item = body.items[place]
        if isinstance(item, Leaf | Again) and item.layer is not None and item.layer.roles:
            return True
        if place == 0 and item.sources == [(-1 - n, 0) for n in range(len(inputs))]:
            return False
        return not item.reads_before(place) or (place == 0 and len(inputs) > 1)

    def _wire(self, body: Body, source: tuple[int, int], known: dict[int, str]) -> str:
        place, output = source
        if not output:
            return known[place]
        item = body.items[place]
        assert isinstance(item, Leaf | Again)
        assert item.layer is not None
        return f"{known[place]}.{item.layer.output_names()[output]}"

    def _entries(self, item: Item, keys: dict[str, Any], names: "Names") -> list[Any]:
        """The entry of an item; two if there is a layer before it that may be left out."""
        match item:
            case Leaf():
                return self._leaf(item, keys)
            case Again():
                inner = {**keys, **item.called}
                return [{"apply": inner["layer"] if len(inner) == 1 else inner}]
            case Call():
                block = self.blocks[item.word]
                given = {
                    n: self._written(item.arguments[n], (item.word, n))
                    for n in block.params
                    if n in item.arguments
                }
                return [_entry(item.word, {**keys, **given})]
            case Loop():
                return [self._loop(item, keys, names)]
            case Split():
                return [self._split(item, keys, names)]
        raise TypeError(item)

    def _leaf(self, item: Leaf, keys: dict[str, Any]) -> list[Any]:
        if isinstance(item.either, Either):
            chosen = item.either
            ((word, inner),) = chosen.then.items()
            ((other, rest),) = chosen.otherwise.items()
            return [
                _entry(word, {**keys, **inner, "when": chosen.base}),
                _entry(other, {**keys, **rest, "when": f"not {chosen.base}"}),
            ]
        if item.either is not None:
            ((word, inner),) = item.either.items()
            return [_entry(word, {**keys, **inner})]
        found: list[Any] = []
        arguments = dict(item.arguments)
        before = arguments.pop(BEFORE, None)
        if before is not None:
            when = {}
            if isinstance(before, When):
                when, before = {"when": before.condition}, before.then
            inner = {n: self._written(v, (BORDER, n)) for n, v in before.items()}
            first = {"from": keys.pop("from")} if "from" in keys else {}
            found.append(_entry(BORDER, {**first, **inner, **when}))
        written = {n: self._written(v, (item.word, n)) for n, v in arguments.items()}
        found.append(_entry(item.word, {**keys, **written}))
        return found

    def _loop(self, item: Loop, keys: dict[str, Any], names: "Names") -> dict[str, Any]:
        inner = item.body
        if item.times is not None and len(inner.items) == 1 and inner.is_chain():
            split = inner.items[0]
            if isinstance(split, Split) and _is_dense(split):
                found = {**keys, "times": self._written(item.times, ("repeat", "times"))}
                before = len(names.taken)
                found["layers"], _ = self._body(split.branches[1], ["input"], names)
                if len(names.taken) > before:
                    found = {"name": names.free("round"), **found}
                merge = self._merge(split.merge)
                if merge != "Concatenate":
                    found["merge"] = merge
                return {"dense_block": found}
        found = dict(keys)
        if item.times is not None:
            found["times"] = self._written(item.times, ("repeat", "times"))
        if item.table:
            found["for"] = {n: self._written(c, None) for n, c in item.table.items()}
        before = len(names.taken)
        found["layers"], _ = self._body(inner, ["input"], names)
        if len(names.taken) > before:  # names stand once: each round has its own
            found = {"name": names.free("round"), **found}
        return {"repeat": found}

    def _split(self, item: Split, keys: dict[str, Any], names: "Names") -> dict[str, Any]:
        merge = self._merge(item.merge)
        branches = [self._body(b, ["input"], names)[0] for b in item.branches]
        if len(branches) == 2 and item.merge.word in ("Add", "Multiply"):
            path, shortcut = branches
            if _leaves(item.branches[1], self.blocks) > _leaves(item.branches[0], self.blocks):
                path, shortcut = shortcut, path
            found: dict[str, Any] = {**keys, "layers": path}
            if shortcut:
                found["shortcut"] = shortcut
            if merge != "Add":
                found["merge"] = merge
            return {"residual": path if found == {"layers": path} else found}
        inner = {
            **keys,
            "branches": dict(zip(branch_names(item, self.blocks), branches, strict=True)),
        }
        if merge != "Concatenate":
            inner["merge"] = merge
        return {"parallel": inner}

    def _merge(self, merge: Leaf) -> Any:
        return self._leaf(merge, {})[0]

    def _written(self, value: Any, field: tuple[str, str] | None) -> Any:
        """A value as it stands in a spec; ``field`` says whether it is text that takes a `$`."""
        if isinstance(value, Formula):
            if field is not None and self._is_text(field):
                return f"${value.text}" if value.text.isidentifier() else f"$({value.text})"
            return value.text
        if isinstance(value, list):
            return [self._written(inner, field) for inner in value]
        return value

    def _is_text(self, field: tuple[str, str]) -> bool:
        if field in self.types:
            return self.types[field] == {"str"}
        kind = layer_types().get(field[0])
        found = fields(kind).get(field[1]) if kind else None
        return found is not None and found.type.text


def _entry(word: str, inner: dict[str, Any]) -> Any:
    """An entry with what it is told, as short as it can be."""
    if not inner:
        return word
    kind = layer_types().get(word)
    if len(inner) == 1 and kind is not None:
        ((name, value),) = inner.items()
        if name == bare_field(kind) and name in _BARE and not isinstance(value, dict | list):
            return {word: value}
    return {word: inner}


def _with(entry: Any, key: str, value: Any) -> Any:
    """An entry with one more key."""
    if isinstance(entry, str):
        return {entry: {key: value}}
    ((word, inner),) = entry.items()
    if word == "residual" and isinstance(inner, list):
        inner = {"layers": inner}
    if not isinstance(inner, dict):
        inner = {bare_field(layer_types()[word]): inner}
    return {word: {**inner, key: value}}


_BARE = ("activation", "rate")
"""Arguments that need no name, where they stand alone."""


def _is_dense(split: Split) -> bool:
    return (
        split.merge.word == "Concatenate"
        and len(split.branches) == 2
        and not split.branches[0].items
        and bool(split.branches[1].items)
    )


def _leaves(body: Body, blocks: Blocks) -> int:
    """The number of layers in a body."""
    found = 0
    for item in body.items:
        if isinstance(item, Call):
            found += _leaves(blocks[item.word].body, blocks)
        elif item.bodies():
            found += sum(_leaves(inner, blocks) for inner in item.bodies()) + 1
        else:
            found += 1
    return found
