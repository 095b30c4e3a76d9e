"""Other arguments of layers on a branch, so that it goes with the others."""

from collections.abc import Iterator
from typing import Any

from archspec.infer.branches import Branches, whole_factor
from archspec.infer.changes import shapes_with
from archspec.infer.proposals import Proposal, join
from archspec.records.record import fields
from archspec.shapes.shape import Shape

_MOST_ON_A_PATH = 12

Found = Iterator[Proposal | None]


class BranchArguments:
    """Proposals for the layers of the branches of a merge."""

    def __init__(self, branches: Branches) -> None:
        self._of = branches

    def all_of_them(self) -> Proposal | None:
        """Something for each of several branches that do not go with the others."""
        parts: list[Proposal | None] = []
        for number, target in self._of.odd:
            fitting = (
                p for p in self.on_the_path(number, target) if p and self._fits(p, number, target)
            )
            parts.append(next(fitting, None))
        return join(*parts)

    def _fits(self, proposal: Proposal, number: int, target: Shape) -> bool:
        """Whether one branch gives a shape that goes with another one."""
        source, output = self._of.graph.nodes[self._of.proposer.index].inputs[number]
        found = shapes_with(self._of.graph, proposal.changes).shapes[source]
        return found is not None and self._of.fixed(found[output]) == self._of.fixed(target)

    def on_the_path(self, number: int, target: Shape) -> Found:
        """Other arguments of layers of a branch, so that it gives another shape."""
        shape, path = self._of.inputs[number], self._of.paths[number][:_MOST_ON_A_PATH]
        if len(shape) != len(target):
            sequences = len(shape) < len(target)
            for at in path:
                yield self._of.proposer.arguments(at, {"return_sequences": sequences})
            if self._of.free < 0:
                yield self._other_channels(number, target)
            return
        space, channels = self._of.differences(number, target)
        if channels and not space:
            yield self._other_channels(number, target)
            return
        for size in self._other_sizes(number, target):
            if channels:
                yield self._with_channels(number, size, target)
            else:
                yield size and self._of.proposer.arguments(*size)
        if space and not channels:
            yield self.all_same(path)

    def _with_channels(
        self, number: int, size: tuple[int, dict[str, Any]], target: Shape
    ) -> Proposal | None:
        """Other arguments for the sizes, and for the channels, which may be of the same layer."""
        found = self._of.channels_of(number)
        if found is None:
            return None
        at, name = found
        origins = self._of.channel_origin(number, name, target)
        if size[0] == at:
            return self._of.proposer.arguments(at, {name: target[-1], **size[1]}, origins)
        return join(
            self._of.proposer.arguments(at, {name: target[-1]}, origins),
            self._of.proposer.arguments(*size),
        )

    def _other_channels(self, number: int, target: Shape) -> Proposal | None:
        found = self._of.channels_of(number)
        if found is None or target[-1] is None:
            return None
        at, name = found
        origins = self._of.channel_origin(number, name, target)
        return self._of.proposer.arguments(at, {name: target[-1]}, origins)

    def _other_sizes(self, number: int, target: Shape) -> Iterator[tuple[int, dict[str, Any]]]:
        """Arguments of layers of a branch that may give it other sizes."""
        shape = self._of.inputs[number]
        for at in self._of.paths[number][:_MOST_ON_A_PATH]:
            layer: Any = self._of.graph.nodes[at].layer
            known = fields(type(layer))
            rank = layer.rank
            if layer.windows() is not None and "padding" in known:
                now = layer.padding
                strides = getattr(layer, "strides", None)
                once = (1,) * rank
                if now == "valid":
                    yield at, {"padding": "same"}
                if "strides" in known and strides != once:
                    yield at, {"strides": once}
                    if now == "valid":
                        yield at, {"strides": once, "padding": "same"}
                factor = whole_factor(shape[:-1], target[:-1])
                if factor and strides and "dilation_rate" in known:
                    yield at, {"strides": tuple([s * factor for s in strides])}
                    if now == "valid":
                        longer = tuple([s * factor for s in strides])
                        yield at, {"strides": longer, "padding": "same"}
            elif "cropping" in known or (layer.rank and type(layer).__name__[:4] == "Zero"):
                yield from _other_borders(at, layer, shape, target)
            elif "output_padding" in known:
                yield from self._transposed(at, layer, shape, target)
            elif "size" in known:
                yield from _upsampled(at, layer, shape, target)

    def _transposed(
        self, at: int, layer: Any, shape: Shape, target: Shape
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        if layer.padding == "valid":
            yield at, {"padding": "same"}
        before = self._read_by(at)
        if before is None:
            return
        longer = whole_factor(target[:-1], before[:-1])
        if target[:-1] == before[:-1]:
            longer = 1
        if longer and layer.strides != (longer,) * layer.rank:
            yield at, {"strides": longer, "padding": "same"}
            yield at, {"strides": longer}
        for padding in range(max(layer.strides)):
            yield at, {"output_padding": padding}
        if max(layer.strides) > 1 and layer.padding == "valid":
            for padding in range(max(layer.strides)):
                yield at, {"padding": "same", "output_padding": padding}

    def _read_by(self, at: int) -> Shape | None:
        source, output = self._of.graph.nodes[at].inputs[0]
        shapes = self._of.shapes[source]
        return None if shapes is None else shapes[output]

    def all_same(self, path: list[int]) -> Proposal | None:
        """`padding: same` of all windows on a branch, or on several."""
        cut = []
        for at in path[::-1]:
            layer: Any = self._of.graph.nodes[at].layer
            if (
                layer.windows()
                and getattr(layer, "padding", "") == "valid"
                and max(w.kernel for w in layer.windows() or ()) > 1
            ):
                cut.append(at)
        items = {id(self._of.graph.nodes[at].item): at for at in cut}
        if len(items) < 2:
            return None
        names = " and ".join(f"`{self._of.graph.nodes[at].name}`" for at in items.values())
        parts = [self._of.proposer.arguments(at, {"padding": "same"}) for at in items.values()]
        return join(*parts, message=f"`padding: same` of {names}")


def _upsampled(
    at: int, layer: Any, shape: Shape, target: Shape
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Another factor for an upsampling."""
    size = layer.size
    now = size if isinstance(size, tuple) else (size,)
    found = []
    for factor, a, b in zip(now, shape[:-1], target[:-1], strict=False):
        if not a or not b or (factor * b) % a:
            return
        found.append(factor * b // a)
    if found and max(found) > 1:
        yield at, {"size": tuple(found) if isinstance(size, tuple) else found[0]}


def _other_borders(
    at: int, layer: Any, shape: Shape, target: Shape
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Wider or narrower borders, cut off or added."""
    name = "cropping" if hasattr(layer, "cropping") else "padding"
    margins = getattr(layer, name)
    pairs = [margins] if layer.rank == 1 else list(margins)
    found = []
    for margin, a, b in zip(pairs, shape[:-1], target[:-1], strict=False):
        if a is None or b is None or not isinstance(margin, tuple):
            return
        more = a - b if name == "cropping" else b - a
        before, after = margin[0] + more // 2, margin[1] + more - more // 2
        if before < 0 or after < 0:
            return
        found.append((before, after))
    if found:
        yield at, {name: found[0] if layer.rank == 1 else tuple(found)}
