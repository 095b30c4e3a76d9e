"""What would mend a number of dimensions that a layer does not take (AS403)."""

import re
from collections.abc import Iterator
from math import isqrt
from typing import Any

from archspec.diagnostics.fixes import Edit, How
from archspec.expand.edits import entry, write_arguments, written_argument
from archspec.expand.walks import dependents, main_path
from archspec.infer.changes import Change, Shapes, made, replaced
from archspec.infer.input_sizes import only_input
from archspec.infer.proposals import Proposal, Proposer
from archspec.layers import Layer, layer_types
from archspec.layers.base import Elementwise
from archspec.layers.recurrent import Recurrent
from archspec.layers.wrappers import Bidirectional, TimeDistributed
from archspec.shapes.shape import Shape, format_shape

_CHANNELS = (1, 2, 3, 4)
_LEAST_PICTURE = 8
_LONG = 4
"""A sequence is at least this many times as long as it has features, if its sizes are all there is."""
_USUAL_SIDES = (7, 4, 8, 6, 5, 16, 14, 12, 10, 3, 2)
"""Sides of the maps that generators begin with, the commonest first."""
_PRODUCT = re.compile(r" *\d+ *\* *\d+ *\* *\d+ *")
_SPATIAL = ("1D", "2D", "3D")

Found = Iterator[Proposal | None]


def for_rank(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """Another input, the layers before it, or another layer."""
    yield from _Rank(proposer, inputs, shapes).all()


class _Rank:
    """A layer that takes inputs of other numbers of dimensions than what it reads."""

    def __init__(self, proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> None:
        self.proposer = proposer
        self.graph = proposer.graph
        self.index = proposer.index
        self.node = self.graph.nodes[self.index]
        self.layer = self.node.layer
        self.shapes = shapes
        self.shape = inputs[0]
        least, most = _dims(self.layer)
        self.least, self.most = least, most
        source = self.node.inputs[0][0]
        self.path = main_path(self.graph, source)[::-1]
        """What leads to it, backwards."""

    def all(self) -> Found:
        if len(self.shape) > self.most:
            yield from self.too_many()
        elif len(self.shape) < self.least:
            yield from self.too_few()
        elif self.layer.auto_name() == "permute":
            yield self.permuted()

    # Too few dimensions

    def too_few(self) -> Found:
        """A vector where a sequence or a map is needed, a sequence where a map is."""
        name = self.layer.auto_name()
        yield self.sequences()
        if name.startswith("global_") and len(self.shape) == 1:
            yield self.proposer.without(self.index)
            return
        yield from self.missing_channels()
        yield self.later_flatten()
        yield self.without_flatten()
        yield self.other_rank()
        yield self.unwrapped()
        if isinstance(self.layer, TimeDistributed | Bidirectional) or self.layer.rank == 0:
            yield self.vectors()
        yield from self.reshaped()
        if name.startswith("global_"):
            yield self.proposer.without(self.index)

    def sequences(self) -> Proposal | None:
        """`return_sequences: true` of the recurrent layer before it."""
        for at in self.path:
            node = self.graph.nodes[at]
            if node.item is None:
                return None
            layer: Any = node.layer
            if isinstance(layer, Recurrent):
                if layer.return_sequences:
                    return None
                return self.proposer.arguments(at, {"return_sequences": True})
            if isinstance(layer, Bidirectional):
                return self._both_ways(at, layer)
            if not _keeps_shape(layer) and layer.auto_name() not in ("dense",):
                return None
        return None

    def _both_ways(self, at: int, layer: Bidirectional) -> Proposal | None:
        inner: Any = layer.layer
        item = self.graph.nodes[at].item
        if item is None or inner.return_sequences or layer.backward_layer is not None:
            return None
        word = type(inner).__name__
        place = item.place.at("layer")
        value = place.document.at(place.path)
        place = place if isinstance(value, str) else place.at(word)
        edits = write_arguments(place, type(inner), {"return_sequences": True})
        new = replaced(layer, {"layer": inner.replace(return_sequences=True)})
        if edits is None or new is None:
            return None
        message = f"`return_sequences: true` of the {word} of `{self.graph.nodes[at].name}`"
        return Proposal(message, {n: Change(new) for n in self.proposer.alike(at)}, edits)

    def missing_channels(self) -> Found:
        """The channels of pictures, or the one feature of a sequence, in the input."""
        only = only_input(self.graph, least=1)
        if only is None or not self._reads_input():
            return
        number, shape = only
        if len(shape) + 1 != self.least:
            return
        rank = len(shape)
        wanted = (*shape, 1)
        sizes = [size or 0 for size in shape]
        message = f"the channels come last: an input of {format_shape(wanted)} would fit"
        if rank == 1:
            message = f"a sequence has features: an input of {format_shape(wanted)} would fit"
        elif (
            sizes[-1] in _CHANNELS
            or min(sizes) < _LEAST_PICTURE
            or (rank == 2 and max(sizes) > _LONG * min(sizes))
        ):
            return
        yield self.proposer.input_shape(number, wanted, message)

    def _reads_input(self) -> bool:
        """Whether it reads the input as it is, but for layers that keep its shape."""
        return all(
            self.graph.nodes[at].item is None or _keeps_shape(self.graph.nodes[at].layer)
            for at in self.path
        )

    def without_flatten(self) -> Proposal | None:
        """Without the Flatten or the global pooling before it."""
        at = self._flatten()
        return None if at is None else self.proposer.without(at)

    def _flatten(self) -> int | None:
        for at in self.path:
            node = self.graph.nodes[at]
            if node.item is None:
                return None
            name = node.layer.auto_name()
            if name == "flatten" or name.startswith("global_"):
                return at
            if not _keeps_shape(node.layer) and name != "dense":
                return None
        return None

    def later_flatten(self) -> Proposal | None:
        """The Flatten before it after it: before the next Dense."""
        at = self._flatten()
        if at is None:
            return None
        nodes = self.graph.nodes
        item = nodes[at].item
        gone = self.proposer.without(at)
        if gone is None or item is None or len(self.proposer.alike(at)) > 1:
            return None
        here = entry(item)
        path = here.path[:-1] if here else ()
        for number in range(self.index + 1, len(nodes)):
            later = nodes[number].item
            if later is None or nodes[number].layer.auto_name() != "dense":
                continue
            there = entry(later)
            if there is None or there.path[:-1] != path or later.sources is not None:
                return None
            entry_ = item.place.document.at(here.path) if here else None
            change = Change(nodes[number].layer, ((0, nodes[at].layer),))
            return Proposal(
                f"`{nodes[at].name}` after it, before `{nodes[number].name}`,",
                {**gone.changes, number: change},
                (*gone.edits, Edit(there, entry_, How.BEFORE)),
            )
        return None

    def other_rank(self) -> Proposal | None:
        """The layer of the same name for the number of dimensions that there is."""
        rank = len(self.shape) - 1
        after = dependents(self.graph, self.index)
        types = {}
        for at in range(self.index, len(self.graph.nodes)):
            layer = self.graph.nodes[at].layer
            word = type(layer).__name__
            if not word.endswith(_SPATIAL) or at not in after:
                continue
            other = word[:-2] + f"{rank}D"
            if other not in layer_types():
                return None
            if word != other:
                types[at] = other
        return self.proposer.other_types(types) if self.index in types else None

    def unwrapped(self) -> Proposal | None:
        """The layer that a TimeDistributed holds, by itself."""
        layer = self.layer
        item = self.node.item
        if not isinstance(layer, TimeDistributed) or item is None:
            return None
        inner: Any = layer.layer
        value = item.place.document.at(item.place.path)
        if not isinstance(value, dict) or set(value) != {"layer"}:
            return None
        nested = value["layer"]
        at = entry(item)
        if at is None or not isinstance(inner, Layer):
            return None
        changes = {n: Change(inner) for n in self.proposer.alike(self.index)}
        word = type(inner).__name__
        return Proposal(f"the {word} alone, without TimeDistributed,", changes, (Edit(at, nested),))

    def vectors(self) -> Proposal | None:
        """A vector as a sequence: each value is a step of one feature."""
        if len(self.shape) != 1 or not self._reads_input():
            return None
        size = self.shape[0]
        if size is None or size < 2:
            return None
        layer = _reshape((size, 1))
        return self.proposer.before(self.index, layer) if layer else None

    def reshaped(self) -> Found:
        """A Reshape of a vector to a square map, as generators have it."""
        if len(self.shape) != 1 or self.layer.rank != 2 or self.shape[0] is None:
            return
        target = self._product() or _square(self.shape[0])
        layer = _reshape(target) if target else None
        if layer:
            yield self.proposer.before(self.index, layer)

    def _product(self) -> Shape | None:
        """The factors of the units of the Dense before it, if they are written as `7 * 7 * 64`."""
        for at in self.path:
            node = self.graph.nodes[at]
            if node.layer.auto_name() == "dense" and node.item is not None:
                written = written_argument(node.item.place, type(node.layer), "units")
                if isinstance(written, str) and _PRODUCT.fullmatch(written):
                    return tuple([int(factor) for factor in written.split("*")])
                return None
            if not _keeps_shape(node.layer):
                return None
        return None

    # Too many dimensions

    def too_many(self) -> Found:
        """A map where a sequence is needed, a sequence where a vector is; a batch in the shape."""
        name = self.layer.auto_name()
        yield from self.batch()
        yield self.embedded()
        yield self.other_rank()
        if self.most == 2:
            yield from self.rows()
        if self.most == 1:
            yield self.last_step()
            yield self._put(made(layer_types()["Flatten"], {}))
        if name.startswith("global_") or self.layer.family == "pool":
            return

    def batch(self) -> Found:
        """The input without the size of the batch."""
        only = only_input(self.graph, least=1, unknown=True)
        if only is None:
            return
        number, shape = only
        first = shape[0]
        usual = first is None or (first & (first - 1)) == 0
        if len(shape) != self.most + 1 or not usual or not self._reads_input():
            return
        wanted = shape[1:]
        message = f"shapes have no batch: an input of {format_shape(wanted)} would fit"
        yield self.proposer.input_shape(number, wanted, message)

    def embedded(self) -> Proposal | None:
        """Numbers of words one by one, not each in a list of its own, before an Embedding."""
        only = only_input(self.graph, least=1)
        if only is None or only[1][-1] != 1 or len(only[1]) != 2:
            return None
        if not any(self.graph.nodes[at].layer.auto_name() == "embedding" for at in self.path):
            return None
        number, shape = only
        message = f"an Embedding takes numbers: an input of {format_shape(shape[:-1])} would fit"
        return self.proposer.input_shape(number, shape[:-1], message)

    def rows(self) -> Found:
        """A map as a sequence of its rows, or of its places."""
        if len(self.shape) == 4:
            each = made(layer_types()["Flatten"], {})
            yield self._put(made(TimeDistributed, {"layer": each}))
        if len(self.shape) != 3 or None in self.shape:
            return
        height, width, channels = [size or 0 for size in self.shape]
        if width == 1 or channels == 1:
            yield self._put(_reshape((height, width * channels)))
        elif height == 1:
            yield self._put(_reshape((width, channels)))
        else:
            yield self._put(_reshape((height * width, channels)))
            yield self._put(_reshape((height, width * channels)))

    def last_step(self) -> Proposal | None:
        """The last step only of the recurrent layer before it."""
        for at in self.path:
            layer: Any = self.graph.nodes[at].layer
            if isinstance(layer, Recurrent) and layer.return_sequences:
                return self.proposer.arguments(at, {"return_sequences": False})
            if not _keeps_shape(layer):
                return None
        return None

    def _put(self, layer: Layer | None) -> Proposal | None:
        return None if layer is None else self.proposer.before(self.index, layer)

    def permuted(self) -> Proposal | None:
        """The order of as many axes as there are."""
        order: Any = self.layer.arguments()["dims"]
        rank = len(self.shape)
        dims = [axis for axis in order if axis <= rank]
        dims += [axis for axis in range(1, rank + 1) if axis not in dims]
        return self.proposer.arguments(self.index, {"dims": tuple(dims)})


def _dims(layer: Layer) -> tuple[int, int]:
    """Least and most number of dimensions that a layer takes."""
    if layer.dims is not None:
        return layer.dims
    name = layer.auto_name()
    if name == "permute":
        return 0, 99
    if name.startswith("conv_lstm"):
        rank = layer.rank + 2
        return rank, rank
    if isinstance(layer, Recurrent | Bidirectional):
        return 2, 2
    if isinstance(layer, TimeDistributed):
        return 2, 99
    return 2, 99


def _keeps_shape(layer: Layer) -> bool:
    return isinstance(layer, Elementwise)


def _reshape(shape: Shape) -> Layer | None:
    return made(layer_types()["Reshape"], {"target_shape": shape})


def _square(count: int) -> Shape | None:
    """A square map of that many values: of 1 or 3 channels if it is a picture, else the usual side."""
    for channels in (1, 3):
        side = isqrt(count // channels)
        if side >= _LEAST_PICTURE and side * side * channels == count:
            return side, side, channels
    for side in _USUAL_SIDES:
        if count % (side * side) == 0 and count // (side * side) >= _LEAST_PICTURE:
            return side, side, count // (side * side)
    return None


def for_unknown(proposer: Proposer, shapes: list[Shapes | None]) -> Found:
    """A global pooling instead of the Flatten that makes a size unknown (AS407)."""
    graph = proposer.graph
    inputs = graph.nodes[proposer.index].inputs
    for at in main_path(graph, inputs[0][0])[::-1] if inputs else ():
        node = graph.nodes[at]
        if node.layer.auto_name() != "flatten":
            continue
        source, output = node.inputs[0]
        before = shapes[source]
        if before is None or not 2 <= len(before[output]) <= 4:
            return
        yield proposer.other_types({at: f"GlobalAveragePooling{len(before[output]) - 1}D"})
        return
