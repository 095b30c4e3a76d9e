"""A flat graph that grows while a model is read, with what is known of its values."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.importer.flat_graph import FlatNode
from archspec.importer.read.told import Told, Where
from archspec.layers import layer_type
from archspec.layers.measure import measure
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import Shape, ShapeError
from archspec.weights.structure.calls import CallArguments, Reference, leaves
from archspec.weights.structure.masks import Masks, without_masks
from archspec.weights.structure.operations import Operand

Ref = tuple[int, int]
"""Index of a node, and which of its outputs."""
_MOST_OUTPUTS = 1024


class Refusal(NamedTuple):
    """What is to be said of a layer."""

    code: str
    where: Where
    message: str
    help: str = ""
    reason: str = ""


class GrowingGraph:
    """Nodes of layers, each after those that it reads."""

    def __init__(self) -> None:
        self.nodes: list[FlatNode] = []
        self.inputs: list[int] = []
        self.masks = Masks()
        self.operations: set[int] = set()
        """Nodes that are of operations."""
        self._outputs: list[tuple[Shape, ...] | None] = []
        """The shapes of the outputs of each node; None if they are not known."""
        self._dtypes: list[str] = []
        self._refused: dict[int, Refusal] = {}
        """What is to be said of operations, if anything but a mask needs them."""

    def add(self, node: FlatNode) -> int:
        """Add a node; gives its index."""
        self.nodes.append(node)
        shapes = self.shapes(node.inputs)
        found: tuple[Shape, ...] | None = None
        dtype = ""
        if shapes is not None:
            try:
                found = measure(node.layer, shapes).outputs
            except ShapeError:
                found = None
        types = [self._dtypes[index] for index, _ in node.inputs]
        if all(types):
            try:
                dtype = node.layer.output_dtype(*types)
            except (DtypeError, KeyError):
                dtype = ""
        self._outputs.append(found)
        self._dtypes.append(dtype)
        return len(self.nodes) - 1

    def shapes(self, sources: Sequence[Ref]) -> tuple[Shape, ...] | None:
        """The shapes of what is read; None if one is not known."""
        found = []
        for index, output in sources:
            known = self._outputs[index]
            if known is None or output >= len(known):
                return None
            found.append(known[output])
        return tuple(found)

    def outputs_of(self, index: int) -> list[Ref]:
        """The outputs of a node."""
        return [(index, n) for n in range(len(self.nodes[index].layer.output_names()))]

    def lost(self, call: CallArguments | None = None, refusal: Refusal | None = None) -> list[Ref]:
        """What stands for the outputs of a layer that could not be read.

        Nothing is known of them, and so nothing is said.

        Args:
            call: what it reads, if it may be a part of a mask.
            refusal: what is to be said of it then.
        """
        type = layer_type("Identity")
        assert type is not None
        read = leaves([*call], Operand) if call is not None else ()
        self.nodes.append(FlatNode(type(), tuple([operand.source for operand in read]), ""))
        self._outputs.append(None)
        self._dtypes.append("")
        index = len(self.nodes) - 1
        if refusal is not None:
            self._refused[index] = refusal
        return [(index, n) for n in range(_MOST_OUTPUTS)]

    def forget(self, index: int) -> None:
        """Note that nothing is known of the outputs of a node."""
        self._outputs[index] = None

    def operand(self, ref: Ref, reference: Reference | None = None) -> Operand:
        """An output as a call reads it; ``reference`` is what the file says of it."""
        index, output = ref
        known = self._outputs[index]
        shape: tuple[int | None, ...] | None = None
        if known is not None and output < len(known):
            shape = (None, *known[output])
        elif reference is not None:
            shape = reference.shape
        dtype = self._dtypes[index] or (reference.dtype if reference is not None else "")
        return Operand(ref, shape, dtype)

    def without_masks(
        self, outputs: list[Ref], told: Told
    ) -> tuple[list[FlatNode], list[int], list[Ref]]:
        """Nodes, inputs and outputs without the operations that only masks are made of.

        What cannot be said of the other operations is told now.
        """
        sources = [node.inputs for node in self.nodes]
        kept = without_masks(sources, outputs, self.masks.left_out, self.operations)
        for index in sorted({*kept} & self._refused.keys()):
            code, where, message, help, reason = self._refused[index]
            told.refuse(code, where, message, help=help, reason=reason)
        if len(kept) == len(self.nodes):
            return self.nodes, self.inputs, outputs
        new = {old: index for index, old in enumerate(kept)}
        nodes = [
            node._replace(
                inputs=tuple([(new[i], o) for i, o in node.inputs]),
                shares=new.get(node.shares, -1),
            )
            for node in (self.nodes[index] for index in kept)
        ]
        return nodes, [new[i] for i in self.inputs], [(new[i], o) for i, o in outputs]
