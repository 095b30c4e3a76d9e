"""A layer that takes inputs of other numbers of dimensions than what it reads."""

from archspec.expand.walks import dependents, main_path
from archspec.infer.changes import Shapes, made
from archspec.infer.proposals import Proposal, Proposer
from archspec.layers import Layer, layer_types
from archspec.layers.base import Elementwise
from archspec.layers.recurrent import Recurrent
from archspec.layers.wrappers import Bidirectional, TimeDistributed
from archspec.shapes.shape import Shape

_SPATIAL = ("1D", "2D", "3D")


class Rank:
    """The layer, what leads to it, and what may be done about both."""

    def __init__(self, proposer: Proposer, inputs: Shapes) -> None:
        self.proposer = proposer
        self.graph = proposer.graph
        self.index = proposer.index
        self.node = self.graph.nodes[self.index]
        self.layer = self.node.layer
        self.shape = inputs[0]
        least, most = _dims(self.layer)
        self.least, self.most = least, most
        source = self.node.inputs[0][0]
        self.path = main_path(self.graph, source)[::-1]
        """What leads to it, backwards."""

    def reads_input(self) -> bool:
        """Whether it reads the input as it is, but for layers that keep its shape."""
        return all(
            self.graph.nodes[at].item is None or keeps_shape(self.graph.nodes[at].layer)
            for at in self.path
        )

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

    def put(self, layer: Layer | None) -> Proposal | None:
        """A layer before it."""
        return None if layer is None else self.proposer.before(self.index, layer)


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


def keeps_shape(layer: Layer) -> bool:
    """Whether what a layer gives has the shape of what it reads."""
    return isinstance(layer, Elementwise)


def reshape(shape: Shape) -> Layer | None:
    """A Reshape to a shape."""
    return made(layer_types()["Reshape"], {"target_shape": shape})
