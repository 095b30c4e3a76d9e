"""A network as a layer: what a wrapper applies to each step, if that is a block.

Keras has a model there, whose layers it sorts by how far they are from the output
(keras/src/ops/function.py, `map_graph`); weights stand in that order.
"""

from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from archspec.layers.base import Layer
from archspec.layers.measure import Facts, measure
from archspec.records.record import fields
from archspec.shapes.dtypes import ANY, DtypeError
from archspec.shapes.shape import Shape, ShapeError, Weight, format_shape

_numbers = count()


class InnerNode(NamedTuple):
    """The use of a layer in a network that is a layer."""

    name: str
    layer: Layer
    inputs: tuple[tuple[int, int], ...]
    """The nodes that it reads, and which of their outputs."""
    trainable: bool
    shares: int
    """The node whose weights it uses; -1 if they are its own."""


class Network(Layer):
    """A block as one layer, with one input and one output.

    It has no arguments; two of them are equal only if they are the same.
    """

    abstract = True
    reads = ANY
    family = "other"

    def __init__(
        self,
        word: str,
        nodes: tuple[InnerNode, ...],
        output: tuple[int, int],
        written: Any,
        graph: Any = None,
    ) -> None:
        """``nodes`` begin with the input; ``written`` is the call of the block in plain values.

        ``graph`` is what it was made of, for those who know where its layers stand.
        """
        self.__dict__.update((f.attribute, f.default) for f in fields(type(self)).values())
        self.__dict__.update(
            word=word,
            nodes=nodes,
            output=output,
            written=written,
            graph=graph,
            number=next(_numbers),
            dtype=None,
        )

    def __repr__(self) -> str:
        return f"<network {self.title} {self.number}>"

    @property
    def number(self) -> int:
        """Tells it from all others."""
        return int(self.__dict__["number"])

    @property
    def title(self) -> str:
        """The name of the block."""
        return str(self.__dict__["word"])

    @property
    def nodes(self) -> tuple[InnerNode, ...]:
        """Its layers, each after what it reads; the first is the input."""
        found: tuple[InnerNode, ...] = self.__dict__["nodes"]
        return found

    @property
    def output(self) -> tuple[int, int]:
        """The node whose output it gives, and which of them."""
        found: tuple[int, int] = self.__dict__["output"]
        return found

    @property
    def graph(self) -> Any:
        """The graph of which it was made."""
        return self.__dict__["graph"]

    @property
    def written(self) -> Any:
        """The call of the block, as a spec has it."""
        return self.__dict__["written"]

    def failing(self, shape: Shape) -> int | None:
        """The first of its nodes that cannot take what it reads."""
        found: list[Facts] = [Facts((shape,), (), 0, 0, 0)]
        for index, node in enumerate(self.nodes[1:], 1):
            try:
                found.append(
                    measure(node.layer, tuple([found[i].outputs[o] for i, o in node.inputs]))
                )
            except ShapeError:
                return index
        return None

    def facts(self, shape: Shape) -> tuple[Facts, ...]:
        """Those of its nodes.

        Raises:
            ShapeError: a layer in it cannot take what it reads.
        """
        return _facts(self, shape)

    def output_shape(self, *inputs: Shape) -> Shape:
        node, output = self.output
        return self.facts(inputs[0])[node].outputs[output]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        facts = self.facts(inputs[0])
        return tuple(
            [
                weight._replace(
                    name=f"{self.nodes[index].name}/{weight.name}",
                    trainable=weight.trainable and self.nodes[index].trainable,
                )
                for index in _order(self.nodes, self.output[0])
                for weight in facts[index].weights
            ]
        )

    def label(self) -> str:
        return self.title

    def macs(self, *inputs: Shape) -> int:
        """Those of all of its layers that the output depends on."""
        facts = self.facts(inputs[0])
        return sum([facts[index].macs for index in live(self.nodes, self.output[0])])

    def output_dtype(self, *inputs: str) -> str:
        types = [inputs[0]]
        for node in self.nodes[1:]:
            try:
                types.append(node.layer.output_dtype(*[types[index] for index, _ in node.inputs]))
            except DtypeError as error:
                raise DtypeError(f"`{node.name}`: {error.message}", error.help) from None
        return types[self.output[0]]

    def derivation(self, *inputs: Shape) -> tuple[str, ...]:
        """Each of its layers, with what comes out of it."""
        facts = self.facts(inputs[0])
        shapes = [", ".join(map(format_shape, f.outputs)) for f in facts]
        named = [f"{n.name}: {s}" for n, s in zip(self.nodes[1:], shapes[1:], strict=True)]
        return (shapes[0], *named)


def network_in(layer: Layer) -> Network | None:
    """The network that a wrapper holds, however many of them are around it."""
    inner: Any = layer
    while isinstance(inner, Layer):
        if isinstance(inner, Network):
            return inner
        inner = inner.__dict__.get("layer")
    return None


def live(nodes: tuple[InnerNode, ...], output: int) -> list[int]:
    """The nodes on which one depends, and itself, in their order."""
    wanted = {output}
    for index in range(output, -1, -1):
        if index in wanted:
            wanted.update(source for source, _ in nodes[index].inputs)
    return sorted(wanted)


@lru_cache(5_000)
def _facts(network: Network, shape: Shape) -> tuple[Facts, ...]:
    found = [Facts((shape,), (), 0, 0, 0)]
    for node in network.nodes[1:]:
        try:
            facts = measure(node.layer, tuple([found[i].outputs[o] for i, o in node.inputs]))
        except ShapeError as error:
            raise ShapeError(
                f"`{node.name}`: {error.message}", arithmetic=error.arithmetic, code=error.code
            ) from None
        if node.shares >= 0:
            ours, theirs = ([w.shape for w in f.weights] for f in (facts, found[node.shares]))
            if ours != theirs:
                message = f"`{node.name}` cannot have the weights of another layer of other sizes"
                raise ShapeError(message, code="AS308")
        found.append(facts)
    return tuple(found)


@lru_cache(5_000)
def _order(nodes: tuple[InnerNode, ...], output: int) -> tuple[int, ...]:
    """The nodes that own weights, in the order of the layers of Keras's model."""
    owners = [index if node.shares < 0 else node.shares for index, node in enumerate(nodes)]
    first: dict[int, int] = {}
    after: list[int] = []
    waiting = [(output, False)]
    seen: set[int] = set()
    while waiting:  # first what a node reads, then the node
        index, done = waiting.pop()
        if done:
            after.append(index)
            continue
        if index in seen:
            continue
        seen.add(index)
        first.setdefault(owners[index], len(first))
        waiting.append((index, True))
        waiting += [(source, False) for source, _ in reversed(nodes[index].inputs)]
    depths: dict[int, int] = {}
    of_layers: dict[int, int] = {}
    for index in reversed(after):
        depth = max(depths.get(index, 0), of_layers.get(owners[index], 0))
        of_layers[owners[index]] = depths[index] = depth
        for source, _ in nodes[index].inputs:
            depths[source] = max(depth + 1, depths.get(source, 0))
    return tuple(sorted(of_layers, key=lambda owner: (-of_layers[owner], first[owner])))
