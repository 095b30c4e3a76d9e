"""What would mend too few dimensions: a vector where a sequence or a map is needed."""

import re
from collections.abc import Iterator
from math import isqrt
from typing import Any

from archspec.diagnostics.fixes import Edit, How
from archspec.expand.edits import entry, write_arguments, written_argument
from archspec.infer.changes import Change, made, replaced
from archspec.infer.input_sizes import only_input
from archspec.infer.insertions import Inserter
from archspec.infer.proposals import Proposal
from archspec.infer.rank import Rank, keeps_shape, reshape
from archspec.layers import Layer, layer_types
from archspec.layers.recurrent import Recurrent
from archspec.layers.reshaping import Reshape
from archspec.layers.wrappers import Bidirectional, TimeDistributed
from archspec.shapes.shape import Shape, format_shape

CHANNELS = (1, 2, 3, 4)
"""What pictures have."""
_LEAST_PICTURE = 8
_LONG = 4
"""A sequence is at least this many times as long as it has features, if its sizes are all there is."""
_USUAL_SIDES = (7, 4, 8, 6, 5, 16, 14, 12, 10, 3, 2)
"""Sides of the maps that generators begin with, the commonest first."""
_EXAMPLE_EMBEDDING = {"input_dim": 10_000, "output_dim": 64}
_PRODUCT = re.compile(r" *\d+ *\* *\d+ *\* *\d+ *")

Found = Iterator[Proposal | None]


class TooFew(Rank):
    """A layer that reads too few dimensions."""

    def all(self) -> Found:
        """A vector where a sequence or a map is needed, a sequence where a map is."""
        name = self.layer.auto_name()
        tokens = self.tokens()
        if tokens is not None:
            yield tokens
            return
        yield self.sequences()
        if name.startswith("global_") and len(self.shape) == 1:
            yield self.proposer.without(self.index)
            return
        yield from self.missing_channels()
        yield self.steps()
        yield self.later_flatten()
        yield self.without_flatten()
        yield self.other_rank()
        yield self.unwrapped()
        if isinstance(self.layer, TimeDistributed | Bidirectional) or self.layer.rank == 0:
            yield self.vectors()
        yield from self.reshaped()
        yield from self.one_channel()
        yield self.vectors(anywhere=True)
        if name.startswith("global_"):
            yield self.proposer.without(self.index)

    def tokens(self) -> Proposal | None:
        """An Embedding of whole numbers, for a layer that reads a sequence."""
        only = only_input(self.graph, least=1)
        if only is None or len(self.shape) != 1 or self.least != 2 or not self.reads_input():
            return None
        if "int" not in str(getattr(self.graph.nodes[only[0]].layer, "dtype", "")):
            return None
        layer = made(layer_types()["Embedding"], _EXAMPLE_EMBEDDING)
        return self.proposer.before(self.index, layer) if layer else None

    def steps(self) -> Proposal | None:
        """An input of several pictures, for a recurrent layer of convolutions."""
        only = only_input(self.graph, least=1)
        if only is None or not self.layer.auto_name().startswith("conv_lstm"):
            return None
        if len(self.shape) != self.least - 1 or not self.reads_input():
            return None
        shape = (None, *only[1])
        message = f"the steps come first: an input of {format_shape(shape)} would fit"
        return self.proposer.input_shape(only[0], shape, message)

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
            if not keeps_shape(layer) and layer.auto_name() not in ("dense",):
                return None
        return None

    def _both_ways(self, at: int, layer: Bidirectional) -> Proposal | None:
        inner: Any = layer.layer
        item = self.graph.nodes[at].item
        if item is None or inner.return_sequences or layer.backward_layer is not None:
            return None
        word = type(inner).__name__
        place = item.place.below("layer")
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
        if only is None or not self.reads_input():
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
            sizes[-1] in CHANNELS
            or min(sizes) < _LEAST_PICTURE
            or (rank == 2 and max(sizes) > _LONG * min(sizes))
        ):
            return
        yield self.proposer.input_shape(number, wanted, message)

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
            if not keeps_shape(node.layer) and name != "dense":
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

    def unwrapped(self) -> Proposal | None:
        """The layer that a TimeDistributed holds, by itself."""
        layer = self.layer
        item = self.node.item
        if not isinstance(layer, TimeDistributed) or item is None:
            return None
        inner: Any = layer.layer
        value = item.place.document.at(item.place.path)
        if not isinstance(value, dict) or len(value) != 1:
            return None
        nested = value.get("layer", value)
        word, arguments = next(iter(nested.items())) if isinstance(nested, dict) else (nested, None)
        if arguments is None or not isinstance(inner, Layer):
            return None
        edits = (Edit(item.place.key(), word), Edit(item.place, arguments))
        changes = {n: Change(inner) for n in self.proposer.alike(self.index)}
        return Proposal(f"the {word} alone, without TimeDistributed,", changes, edits)

    def vectors(self, anywhere: bool = False) -> Proposal | None:
        """A vector as a sequence: each value is a step of one feature."""
        if len(self.shape) != 1 or not (anywhere or self.reads_input()) or self.least > 2:
            return None
        size = self.shape[0]
        if size is None or size < 2:
            return None
        layer = reshape((size, 1))
        if len(self.node.inputs) > 1:
            return Inserter(self.proposer).on_all_inputs(layer, "steps")
        return self.proposer.before(self.index, layer) if layer else None

    def reshaped(self) -> Found:
        """A Reshape of a vector to a square map, as generators have it."""
        if len(self.shape) != 1 or self.layer.rank != 2 or self.shape[0] is None:
            return
        target = self._product() or _square(self.shape[0])
        layer = reshape(target) if target else None
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
            if not keeps_shape(node.layer):
                return None
        return None

    def one_channel(self) -> Found:
        """One channel, or one feature, for what has none."""
        if len(self.shape) != self.least - 1 or len(self.shape) < 2 or None in self.shape:
            return
        if self.layer.rank + 1 != self.least:
            return  # it is the steps that are missing
        source = self.node.inputs[0][0]
        if isinstance(self.graph.nodes[source].layer, Reshape):
            yield self.proposer.arguments(source, {"target_shape": (*self.shape, 1)})
        layer = reshape((*self.shape, 1))
        if layer:
            yield self.proposer.before(self.index, layer)


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
