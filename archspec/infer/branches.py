"""The branches that lead to a merging layer, and which of them does not go with the others."""

from typing import Any

from archspec.expand.walks import main_path
from archspec.infer.changes import Shapes
from archspec.infer.proposals import Proposer
from archspec.layers import Layer
from archspec.layers.merging import Concatenate
from archspec.records.record import fields
from archspec.shapes.axes import axis_index
from archspec.shapes.shape import Shape, product

_MOST_INPUTS = 12


class Branches:
    """A merging layer and the branches that lead to it."""

    def __init__(
        self, proposer: Proposer, layer: Layer, inputs: Shapes, shapes: list[Shapes | None]
    ) -> None:
        self.proposer = proposer
        self.graph = proposer.graph
        self.inputs = inputs
        self.shapes = shapes
        self.free = -1
        """The axis along which the inputs may differ; -1 if none."""
        if isinstance(layer, Concatenate) and inputs:
            self.free = axis_index(layer.axis, inputs[0])
        reads = self.graph.nodes[proposer.index].inputs
        whole = [main_path(self.graph, source)[::-1] for source, _ in reads[:_MOST_INPUTS]]
        shared = set(whole[0]).intersection(*whole[1:])
        self.paths = [[at for at in path if at not in shared] for path in whole]
        """The nodes of each branch, from its end backwards to where the branches parted."""
        self.odd = self._odd_ones()
        """The inputs that may be the wrong one, and the shapes that they should have."""

    def is_empty(self, number: int) -> bool:
        """Whether nothing stands on a branch."""
        return not self.paths[number]

    def _odd_ones(self) -> list[tuple[int, Shape]]:
        seen: dict[tuple[Any, ...], list[int]] = {}
        for number, shape in enumerate(self.inputs[:_MOST_INPUTS]):
            seen.setdefault(self.fixed(shape), []).append(number)
        groups = sorted(seen.values(), key=lambda g: (-len(g), g[0]))
        if len(groups) < 2:
            return []
        if len(groups) > 2 and len(groups[0]) == 1:
            # No two are equal: the largest is what nothing has been taken off.
            groups.sort(key=lambda g: -product(s or 1 for s in self.inputs[g[0]][:-1]))
            target = self.inputs[groups[0][0]]
            return [(group[0], target) for group in groups[1:]]
        found = []
        for group in groups[1:] if len(groups[0]) > 1 else groups[::-1]:
            other = groups[0] if group is not groups[0] else groups[1]
            found += [(number, self.inputs[other[0]]) for number in group]
        if len(groups) == 2 and len(groups[0]) > 1 and len(groups[1]) == 1:
            return found[:1]
        return found[:4]

    def fixed(self, shape: Shape) -> tuple[Any, ...]:
        """What of a shape must be the same in all inputs."""
        if self.free < 0:
            return shape
        return (len(shape), *shape[: self.free], *shape[self.free + 1 :])

    def differences(self, number: int, target: Shape) -> tuple[bool, bool]:
        """Whether the sizes before the channels differ from a shape, and whether the channels do."""
        shape = self.inputs[number]
        last = len(shape) - 1
        space = any(shape[n] != target[n] for n in range(last) if n != self.free)
        return space, shape[last] != target[last] and self.free != last

    def channels_of(self, number: int) -> tuple[int, str] | None:
        """The last layer of a branch that makes channels, and the argument that says how many."""
        for at in self.paths[number]:
            known = fields(type(self.graph.nodes[at].layer))
            for name in ("filters", "units", "output_dim"):
                if name in known:
                    return at, name
        return None

    def channel_origin(
        self, number: int, name: str, target: Shape
    ) -> dict[str, tuple[int, str]] | None:
        """The layer of another branch that has the wanted number of channels."""
        for other, shape in enumerate(self.inputs[: len(self.paths)]):
            if other != number and shape == target:
                found = self.channels_of(other)
                if found is not None:
                    at, argument = found
                    if getattr(self.graph.nodes[at].layer, argument) == target[-1]:
                        return {name: found}
        return None

    def strides(self, at: int) -> bool:
        """Whether a layer, or one that comes from the same entry, goes by more than one."""
        layers = [self.graph.nodes[n].layer for n in self.proposer.alike(at)]
        return any(max(getattr(layer, "strides", (1,)) or (1,)) > 1 for layer in layers)


def whole_factor(large: Shape, small: Shape) -> int | None:
    """The whole number, 2 or more, by which all sizes are larger."""
    if len(large) != len(small):
        return None
    factors = {
        (a or 0) // b if b and (a or 0) % b == 0 else 0 for a, b in zip(large, small, strict=True)
    }
    factor = factors.pop() if len(factors) == 1 else 0
    return factor if factor > 1 else None
