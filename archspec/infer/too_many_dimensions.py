"""What would mend too many dimensions: a map where a sequence or a vector is needed, a batch."""

from collections.abc import Iterator
from typing import Any

from archspec.infer.changes import made
from archspec.infer.input_sizes import only_input
from archspec.infer.proposals import Proposal, join
from archspec.infer.rank import Rank, keeps_shape, reshape
from archspec.infer.too_few_dimensions import CHANNELS
from archspec.layers import layer_types
from archspec.layers.core import Input
from archspec.layers.recurrent import Recurrent
from archspec.layers.wrappers import TimeDistributed
from archspec.shapes.shape import Shape, format_shape

Found = Iterator[Proposal | None]


class TooMany(Rank):
    """A layer that reads too many dimensions."""

    def all(self) -> Found:
        """A map where a sequence is needed, a sequence where a vector is; a batch in the shape."""
        yield self.batch()
        if self.layer.rank > 1:
            yield self.batch(of_examples=True)
        yield self.embedded()
        yield self.other_rank()
        yield self.batch(of_examples=True)
        if self.most == 2:
            yield from self.rows()
        if self.most == 1:
            yield self.last_step()
            yield self.put(made(layer_types()["Flatten"], {}))

    def batch(self, of_examples: bool = False) -> Proposal | None:
        """The inputs without the size of the batch; ``of_examples``: that is a number here."""
        number = self.path[-1]
        layer = self.graph.nodes[number].layer
        if not isinstance(layer, Input) or not self.reads_input():
            return None
        shape = layer.shape
        if len(shape) != self.most + 1 or (shape[0] is None) == of_examples:
            return None
        if of_examples and not _may_be_examples(shape):
            return None
        parts = [self._without_batch(number, shape)]
        for other in self.graph.inputs.values():
            another = self.graph.nodes[other].layer
            assert isinstance(another, Input)
            same = another.shape[:1] == shape[:1] and len(another.shape) > 1
            if other != number and same:
                parts.append(self._without_batch(other, another.shape))
        found = join(*parts, message=parts[0].message if parts[0] else "")
        return found and found._replace(sentence=True)

    def _without_batch(self, number: int, shape: Shape) -> Proposal | None:
        message = f"shapes have no batch: an input of {format_shape(shape[1:])} would fit"
        return self.proposer.input_shape(number, shape[1:], message)

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
            yield self.put(made(TimeDistributed, {"layer": each}))
        if len(self.shape) != 3 or None in self.shape:
            return
        height, width, channels = [size or 0 for size in self.shape]
        if width == 1 or channels == 1:
            yield self.put(reshape((height, width * channels)))
        elif height == 1:
            yield self.put(reshape((width, channels)))
        else:
            yield self.put(reshape((height * width, channels)))
            yield self.put(reshape((height, width * channels)))

    def last_step(self) -> Proposal | None:
        """The last step only of the recurrent layer before it."""
        for at in self.path:
            layer: Any = self.graph.nodes[at].layer
            if isinstance(layer, Recurrent) and layer.return_sequences:
                return self.proposer.arguments(at, {"return_sequences": False})
            if not keeps_shape(layer):
                return None
        return None


def _may_be_examples(shape: Shape) -> bool:
    """Whether the first size of a shape may be the number of examples in a batch."""
    first, second, last = shape[0], shape[1], shape[-1]
    power = first is not None and first & (first - 1) == 0
    return power and first != second and (len(shape) > 3 or last not in CHANNELS)
