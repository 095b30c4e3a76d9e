"""Layers at the end of a branch, so that it goes with the others."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit
from archspec.expand.graph import Node
from archspec.infer.branches import Branches, whole_factor
from archspec.infer.changes import Change, made
from archspec.infer.insertions import Inserter
from archspec.infer.proposals import Proposal
from archspec.layers import Layer, layer_types
from archspec.shapes.shape import Shape, format_shape

Found = Iterator[Proposal | None]


class BranchEnds:
    """Proposals for the ends of the branches of a merge."""

    def __init__(self, branches: Branches) -> None:
        self._of = branches
        self._inserter = Inserter(branches.proposer)

    def projections(self, number: int, target: Shape) -> Found:
        """A convolution of 1×1, or a Dense, that gives a branch the shape of another."""
        shape = self._of.inputs[number]
        rank = len(shape) - 1
        if None in shape or None in target or len(shape) != len(target):
            return
        space, channels = self._of.differences(number, target)
        if rank == 0 or rank > 3:
            if channels:
                yield self._projection(number, "Dense", {"units": target[-1]}, target)
            return
        shrunk = _shrunk(shape[:-1], target[:-1])
        if shrunk and (channels or (self._of.free < 0 and space)):
            arguments = {"filters": target[-1], "kernel_size": 1, "strides": shrunk}
            yield self._projection(number, f"Conv{rank}D", arguments, target)

    def at_the_end(self, number: int, target: Shape) -> Found:
        """A layer at the end of a branch that gives its output other sizes."""
        shape = self._of.inputs[number]
        rank = len(shape) - 1
        if None in shape or None in target:
            return
        if len(shape) != len(target):
            if len(target) == 1 and rank > 0:
                for word in (f"GlobalAveragePooling{rank}D", "Flatten"):
                    yield self._inserter.on_input(number, self._layer(word))
            elif len(target) == 2 and rank == 0:
                yield self._inserter.on_input(number, self._layer("RepeatVector", n=target[0]))
            return
        space, channels = self._of.differences(number, target)
        if channels or not space or not 0 < rank < 4:
            return
        yield from self._borders(number, target, rank)
        shrunk = _shrunk(shape[:-1], target[:-1])
        if shrunk and self._of.free >= 0:
            yield self._inserter.on_input(
                number, self._layer(f"MaxPooling{rank}D", pool_size=shrunk, padding="same")
            )
        factor = whole_factor(target[:-1], shape[:-1])
        if factor:
            yield self._inserter.on_input(number, self._layer(f"UpSampling{rank}D", size=factor))

    def _borders(self, number: int, target: Shape, rank: int) -> Found:
        """Rows and columns cut off or added, where the sizes differ by less than half."""
        shape = self._of.inputs[number]
        pairs = list(zip(shape[:-1], target[:-1], strict=True))
        if any(2 * abs((a or 0) - (b or 0)) > min(a or 0, b or 0) for a, b in pairs):
            return
        more = [(b or 0) - (a or 0) for a, b in pairs]
        halves = [(abs(m) // 2, abs(m) - abs(m) // 2) for m in more]
        margins: Any = halves if rank > 1 else halves[0]
        if all(m >= 0 for m in more):
            layer = self._layer(f"ZeroPadding{rank}D", padding=margins)
        elif all(m <= 0 for m in more):
            layer = self._layer(f"Cropping{rank}D", cropping=margins)
        else:
            return
        yield self._inserter.on_input(number, layer)

    def _projection(
        self, number: int, word: str, arguments: dict[str, Any], target: Shape
    ) -> Proposal | None:
        """A convolution of 1×1, or a Dense, that gives a branch other channels."""
        origins: dict[str, tuple[int, str]] = {}
        name = "filters" if "filters" in arguments else "units"
        origins.update(self._of.channel_origin(number, name, target) or {})
        if "strides" in arguments:
            striding = [
                at
                for path in self._of.paths
                for at in path
                if path is not self._of.paths[number] and self._of.strides(at)
            ]
            if len(striding) == 1:
                origins["strides"] = (striding[0], "strides")
        return self._inserter.on_input(number, self._layer(word, **arguments), origins)

    def other_input(self, number: int, target: Shape) -> Proposal | None:
        """Another shape of an input of the network that is read as it is."""
        at = self._of.graph.nodes[self._of.proposer.index].inputs[number][0]
        node = self._of.graph.nodes[at]
        more = len(target) - len(self._of.inputs[number])
        if node.item is not None or more < 0 or None in target:
            return None
        free = self._of.free
        if free >= 0:  # it counts the axes of the first input
            free += len(target) - len(self._of.inputs[0])
        shape = (*target[:more], *self._of.inputs[number])
        wanted = tuple(
            [s if n == free else t for n, (s, t) in enumerate(zip(shape, target, strict=True))]
        )
        message = f"an input `{node.name}` of {format_shape(wanted)} would fit"
        return self._of.proposer.input_shape(at, wanted, message)

    def other_source(self, number: int, target: Shape) -> Proposal | None:
        """Another layer to read, if only one gives a shape that goes with the others."""
        graph, index = self._of.graph, self._of.proposer.index
        node = graph.nodes[index]
        if node.item is None or len(self._of.proposer.alike(index)) > 1:
            return None
        place = node.item.place.at("from")
        written = place.document.at(place.path)
        if not isinstance(written, list) or len(written) != len(node.inputs):
            return None
        inside = "".join(node.name.rpartition(".")[:2])
        read = {source for source, _ in node.inputs}
        found = []
        for at in range(index):
            name = graph.nodes[at].name
            shapes = self._of.shapes[at]
            if at in read or not name.startswith(inside) or "." in name[len(inside) :]:
                continue
            if shapes and self._of.fixed(shapes[0]) == self._of.fixed(target):
                found.append(at)
        named = [at for at in found if _has_name(graph.nodes[at])]
        if len(named) > 1:  # of a series of names the other one of it
            series = str(written[number]).rstrip("0123456789")
            names = [(at, graph.nodes[at].name[len(inside) :]) for at in named]
            named = [at for at, name in names if name.rstrip("0123456789") == series]
        if len(named) != 1:
            return None
        name = graph.nodes[named[0]].name[len(inside) :]
        reads = (*node.inputs[:number], (named[0], 0), *node.inputs[number + 1 :])
        changes = {index: Change(node.layer, inputs=reads)}
        message = f"`{name}` instead of `{written[number]}`"
        return Proposal(message, changes, (Edit(place.at(number), name),))

    def _layer(self, word: str, **arguments: Any) -> Layer | None:
        type_ = layer_types().get(word)
        return made(type_, arguments) if type_ else None


def _has_name(node: Node) -> bool:
    """Whether somebody gave a node its name, so that others may read it."""
    return node.item is not None and node.item.name is not None


def _shrunk(sizes: Shape, target: Shape) -> tuple[int, ...] | None:
    """The strides with which windows of 1 make sizes smaller; None if there are none."""
    strides = []
    for size, out in zip(sizes, target, strict=True):
        if not size or not out or size < out:
            return None
        stride = max(1, round(size / out))
        if -(-size // stride) != out:
            return None
        strides.append(stride)
    return tuple(strides)
