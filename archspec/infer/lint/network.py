"""A network arranged for rules: its layers by word, who reads whom, and places to speak of.

Made in one pass. Equal layers are one object, so a rule asks each of them once whether it matters.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from archspec.diagnostics.fixes import Fix, add, remove, replace
from archspec.diagnostics.rules import Finding
from archspec.diagnostics.sink import Place
from archspec.expand.graph import Graph, Node
from archspec.expand.walks import OUTPUT, readers
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.measure import Facts
from archspec.records.record import bare_field, fields
from archspec.shapes.shape import Shape
from archspec.spec.types import Entry, InputDeclaration, LayerItem

_MOST_STEPS = 100
"""Longest chain of layers that is followed."""
_UNREAD, _SEVERAL = -2, -3
"""Stand for no reader of a node, and for more than one; ``OUTPUT`` is -1."""


class Network:
    """A shaped graph, as rules look at it.

    Layers that share the weights of an earlier one are left out of what rules search: what is to
    be said of them is said of that one.
    """

    def __init__(self, shaped: ShapedGraph) -> None:
        self.whole = whole = shaped.graph.whole and not shaped.broken
        """Whether no layer of it is missing, or without shapes, because of an error."""
        self.shaped = shaped
        self.graph: Graph = shaped.graph
        self.nodes: list[Node] = shaped.graph.nodes
        self.facts: list[Facts] = shaped.facts
        self.softmaxes: list[int] | None = None
        """Nodes that end in a softmax, once they were looked for."""
        by_layer: dict[int, list[int]] = {}
        self._layers = layers = [id(node.layer) for node in self.nodes]
        for index, node in enumerate(self.nodes):
            if node.shares < 0 and (whole or self.facts[index].outputs):
                if (layer := layers[index]) in by_layer:
                    by_layer[layer].append(index)
                else:
                    by_layer[layer] = [index]
        self.uses = [(self.nodes[found[0]].layer, found) for found in by_layer.values()]
        """Every layer once, with the indices of its nodes."""
        self._by_word: dict[str, list[tuple[Layer, list[int]]]] = {}
        for use in self.uses:
            word = type(use[0]).__name__
            if word in self._by_word:
                self._by_word[word].append(use)
            else:
                self._by_word[word] = [use]

    # Layers

    def of(self, *words: str) -> list[tuple[Any, list[int]]]:
        """The layers of some types, each with the indices of its nodes."""
        known = self._by_word
        return [use for word in words if word in known for use in known[word]]

    def has(self, words: Iterable[str]) -> bool:
        """Whether there is a layer of one of these types."""
        return not self._by_word.keys().isdisjoint(words)

    def word(self, index: int) -> str:
        """The type of a node's layer."""
        return type(self.nodes[index].layer).__name__

    def name(self, index: int) -> str:
        """Name of a node."""
        return self.nodes[index].name

    def layer(self, index: int) -> Any:
        """The layer of a node."""
        return self.nodes[index].layer

    # Shapes

    def shape(self, index: int) -> Shape:
        """Shape of a node's first output; empty if it is silent."""
        outputs = self.facts[index].outputs
        return outputs[0] if outputs else ()

    def read(self, index: int) -> Shape:
        """Shape of the first input of a node that reads something."""
        source, output = self.nodes[index].inputs[0]
        return self.facts[source].outputs[output]

    # Wires

    @cached_property
    def outputs(self) -> frozenset[int]:
        """The nodes whose outputs the network gives."""
        return frozenset(index for index, _ in self.graph.outputs)

    @cached_property
    def readers(self) -> list[list[int]]:
        """For each node who reads it; ``OUTPUT`` for an output of the network."""
        return readers(self.graph)

    @cached_property
    def unread(self) -> list[int]:
        """The nodes that nothing reads."""
        return [index for index, found in enumerate(self.readers) if not found]

    def source(self, index: int) -> int | None:
        """The only node that a node reads."""
        inputs = self.nodes[index].inputs
        return inputs[0][0] if len(inputs) == 1 else None

    def next(self, index: int) -> int | None:
        """The only reader of a node, if it reads nothing else; ``OUTPUT`` if the network gives it."""
        if not self.graph.whole:  # what reads it may be missing
            return None
        if index == len(self.nodes) - 1:  # nothing can read it
            return OUTPUT if index in self.outputs else None
        follower = self._followers[index]
        if follower < 0:
            return OUTPUT if follower == OUTPUT else None
        return follower if len(self.nodes[follower].inputs) == 1 else None

    @cached_property
    def _followers(self) -> list[int]:
        """For each node its only reader, as in ``readers``; another number for none or several."""
        found = [_UNREAD] * len(self.nodes)
        for index, node in enumerate(self.nodes):
            for source, _ in node.inputs:
                found[source] = index if found[source] == _UNREAD else _SEVERAL
        for source, _ in self.graph.outputs:
            found[source] = OUTPUT if found[source] == _UNREAD else _SEVERAL
        return found

    def after(self, index: int, through: Collection[str]) -> int | None:
        """The node that follows, past layers of some types, each the only reader of the last."""
        follower = self.next(index)
        for _ in range(_MOST_STEPS):
            if follower is None or follower == OUTPUT or self.word(follower) not in through:
                return follower
            follower = self.next(follower)
        return None

    def before(self, index: int, through: Collection[str]) -> int | None:
        """The node that comes before, past layers of some types."""
        source = self.source(index)
        for _ in range(_MOST_STEPS):
            if source is None or self.word(source) not in through:
                return source
            source = self.source(source)
        return None

    def gives(self, index: int) -> bool:
        """Whether the network gives a node's output, and nothing in it reads it."""
        return index in self.outputs and self.next(index) == OUTPUT

    def behind(self, firsts: Collection[int], seconds: Iterable[int]) -> list[int]:
        """Those of some nodes that read one node only, with one of some layers, by their ``id``."""
        if not firsts:
            return []
        nodes, layers = self.nodes, self._layers
        return [
            index
            for index in seconds
            if len(inputs := nodes[index].inputs) == 1 and layers[inputs[0][0]] in firsts
        ]

    # What is written

    def literal(self, index: int) -> bool:
        """Whether a node comes from an entry with no parameter in it.

        What a parameter makes of a layer is not a mistake: with another value it is another one.
        """
        item = self.nodes[index].item
        if not isinstance(item, LayerItem) or item.names:
            return False
        path = item.place.path
        return item.word in (path[-1], item.place.document.at(path))

    def agreed(self, found: Iterable[int]) -> list[int]:
        """Those of some nodes whose item makes no node that is not among them.

        An entry of a block is not wrong because it is too much in one of its uses.
        """
        chosen = list(found)
        if not chosen:
            return chosen
        counts: dict[int, int] = {}
        for index in chosen:
            key = id(self.nodes[index].item)
            counts[key] = counts.get(key, 0) + 1
        return [
            n
            for n in chosen
            if self._counts.get(id(self.nodes[n].item)) == counts[id(self.nodes[n].item)]
        ]

    @cached_property
    def _counts(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for node in self.nodes:
            if node.shares < 0:
                found[id(node.item)] = found.get(id(node.item), 0) + 1
        return found

    def declaration(self, index: int) -> InputDeclaration | None:
        """The declaration of an input."""
        return self._declarations.get(index)

    @cached_property
    def _declarations(self) -> dict[int, InputDeclaration]:
        by_name = {declared.name: declared for declared in self.graph.spec.inputs}
        inputs = self.graph.inputs.items()
        return {index: by_name[name] for name, index in inputs if name in by_name}

    # What is said

    def found(
        self,
        index: int,
        message: str,
        argument: str | None = None,
        help: Sequence[str | Fix] = (),
    ) -> Iterator[Finding]:
        """A finding at a layer, or at an argument of it."""
        item = self.nodes[index].item
        if item is not None:
            place = argument_place(item, argument) if argument else None
            yield Finding(place or item.place.key(), message, help=help, node=self.name(index))

    def entry(self, index: int) -> Place | None:
        """The entry of the list that makes a node, if it is a layer there."""
        item = self.nodes[index].item
        return entry_of(item) if isinstance(item, LayerItem) else None

    def argument(self, index: int, name: str) -> Place | None:
        """Where the value of an argument stands, if it is written."""
        item = self.nodes[index].item
        return argument_place(item, name) if isinstance(item, LayerItem) else None

    def setting(
        self, index: int, why: str, name: str, value: Any, certain: bool = False
    ) -> list[Fix]:
        """The fix that gives a node's layer an argument that is not written, or another value."""
        item = self.nodes[index].item
        if not isinstance(item, LayerItem):
            return []
        written = item.place.document.at(item.place.path)
        if isinstance(written, dict):
            here = item.place if name not in written else item.place.at(name)
            fix = add(why, here, name, value) if name not in written else replace(why, here, value)
        elif isinstance(item.place.path[-1], int):  # the word alone
            fix = add(why, item.place, name, value)
        else:  # its first argument without a name
            first = bare_field(item.type)
            fix = replace(why, item.place, {first: written, name: value})
        return [fix._replace(certain=certain)]

    def removal(self, index: int, message: str, certain: bool = False) -> list[Fix]:
        """The fix that takes a node's entry out of its list."""
        item = self.nodes[index].item
        place = self.entry(index)
        if item is None or place is None:
            return []
        plain = item.name is None and item.expect is None and item.sources is None
        return [remove(message, place, certain and plain)]


def entry_of(item: Entry) -> Place | None:
    """The entry of the list that an item stands in; None if it stands in none, as a merge does."""
    place = item.place
    path = place.path if isinstance(place.path[-1], int) else place.path[:-1]
    return Place(place.document, path) if path and isinstance(path[-1], int) else None


def argument_place(item: Entry, name: str) -> Place | None:
    """Where an argument's value stands: ``Dropout: 0.5`` is its first one without its name."""
    place = item.place
    written = place.document.at(place.path)
    if isinstance(written, dict):
        if name in written:
            return place.at(name)
        if len(written) == 1 and isinstance(item, LayerItem) and name == _wrapped(item):
            return place
        inner = written.get(item.word)  # the path of a word alone is that of its entry
        return place.at(item.word, name) if isinstance(inner, dict) and name in inner else None
    return None if isinstance(place.path[-1], int) else place


def _wrapped(item: LayerItem) -> str | None:
    """The argument that holds the layer of a wrapper, and may be left out before it."""
    first = next(iter(fields(item.type).values()), None)
    return first.name if first is not None and first.type.nested else None
