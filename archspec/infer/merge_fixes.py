"""What would mend a merge of shapes that do not go together (AS402)."""

from collections.abc import Iterator
from typing import Any

from archspec.expand.walks import main_path
from archspec.infer.changes import Shapes, made, shapes_with
from archspec.infer.insertions import Inserter
from archspec.infer.proposals import Proposal, Proposer, join
from archspec.layers import Layer, layer_types
from archspec.layers.merging import Concatenate, Dot
from archspec.records.record import fields
from archspec.shapes.axes import axis_index
from archspec.shapes.shape import Shape, product

_MOST_INPUTS = 12
_MOST_ON_A_PATH = 12

Found = Iterator[Proposal | None]


def for_features(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """As many features in all branches, whatever else they have."""
    layer = proposer.graph.nodes[proposer.index].layer
    merge = _Merge(proposer, layer, tuple([(shape[-1],) for shape in inputs if shape]), shapes)
    for number, target in merge.odd:
        yield from merge.on_the_path(number, target)
    for number, target in merge.odd:
        yield from merge.projections(number, target)


def for_merge(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """Other arguments in the branches, and layers at their ends."""
    layer = proposer.graph.nodes[proposer.index].layer
    if isinstance(layer, Dot):
        yield from _other_axes(proposer, inputs)
        return
    if isinstance(layer, Concatenate):
        yield from _other_axis(proposer, layer, inputs)
    merge = _Merge(proposer, layer, inputs, shapes)
    if len({number for number, _ in merge.odd}) > 1 and len(inputs) > 2:
        yield merge.all_of_them()
    for number, target in merge.odd:
        if merge.is_empty(number):
            yield from merge.projections(number, target)
    for number, target in merge.odd:
        yield from merge.on_the_path(number, target)
    for number, target in merge.odd:
        if not merge.is_empty(number):
            yield from merge.projections(number, target)
    for number, target in merge.odd:
        yield from merge.at_the_end(number, target)


def _other_axes(proposer: Proposer, inputs: Shapes) -> Found:
    left, right = inputs
    pairs = [
        (a + 1, b + 1)
        for a in range(len(left) - 1, -1, -1)
        for b in range(len(right) - 1, -1, -1)
        if left[a] == right[b]
    ]
    for a, b in sorted(pairs, key=lambda p: p[0] != p[1]):
        yield proposer.arguments(proposer.index, {"axes": a if a == b else (a, b)})


def _other_axis(proposer: Proposer, layer: Concatenate, inputs: Shapes) -> Found:
    rank = len(inputs[0])
    if any(len(shape) != rank for shape in inputs):
        return
    here = axis_index(layer.axis, inputs[0])
    for axis in (-1, *range(1, rank)):
        if axis_index(axis, inputs[0]) != here:
            yield proposer.arguments(proposer.index, {"axis": axis})


class _Merge:
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
        self.odd = self._odd()
        """The inputs that may be the wrong one, and the shapes that they should have."""
        self.inserter = Inserter(proposer)

    def is_empty(self, number: int) -> bool:
        return not self.paths[number]

    def _odd(self) -> list[tuple[int, Shape]]:
        seen: dict[tuple[Any, ...], list[int]] = {}
        for number, shape in enumerate(self.inputs[:_MOST_INPUTS]):
            seen.setdefault(self._fixed(shape), []).append(number)
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

    def _fixed(self, shape: Shape) -> tuple[Any, ...]:
        if self.free < 0:
            return shape
        return (len(shape), *shape[: self.free], *shape[self.free + 1 :])

    def _differences(self, number: int, target: Shape) -> tuple[bool, bool]:
        """Whether the sizes before the channels differ from a shape, and whether the channels do."""
        shape = self.inputs[number]
        last = len(shape) - 1
        space = any(shape[n] != target[n] for n in range(last) if n != self.free)
        return space, shape[last] != target[last] and self.free != last

    def all_of_them(self) -> Proposal | None:
        """Something for each of several branches that do not go with the others."""
        parts: list[Proposal | None] = []
        for number, target in self.odd:
            fitting = (
                p for p in self.on_the_path(number, target) if p and self._fits(p, number, target)
            )
            parts.append(next(fitting, None))
        return join(*parts)

    def _fits(self, proposal: Proposal, number: int, target: Shape) -> bool:
        """Whether one branch gives a shape that goes with another one."""
        source, output = self.graph.nodes[self.proposer.index].inputs[number]
        found = shapes_with(self.graph, proposal.changes).shapes[source]
        return found is not None and self._fixed(found[output]) == self._fixed(target)

    # Arguments of what stands on a branch

    def on_the_path(self, number: int, target: Shape) -> Found:
        """Other arguments of layers of a branch, so that it gives another shape."""
        shape, path = self.inputs[number], self.paths[number][:_MOST_ON_A_PATH]
        if len(shape) != len(target):
            for at in path:
                yield self.proposer.arguments(at, {"return_sequences": True})
            if self.free < 0:
                yield self._other_channels(number, target)
            return
        space, channels = self._differences(number, target)
        if channels and not space:
            yield self._other_channels(number, target)
            return
        for size in self._other_sizes(number, target):
            if channels:
                yield self._with_channels(number, size, target)
            else:
                yield size and self.proposer.arguments(*size)
        if space and not channels:
            yield self._all_same(path)

    def _with_channels(
        self, number: int, size: tuple[int, dict[str, Any]], target: Shape
    ) -> Proposal | None:
        """Other arguments for the sizes, and for the channels, which may be of the same layer."""
        found = self._channels_of(number)
        if found is None:
            return None
        at, name = found
        origins = self._channel_origin(number, name, target)
        if size[0] == at:
            return self.proposer.arguments(at, {name: target[-1], **size[1]}, origins)
        return join(
            self.proposer.arguments(at, {name: target[-1]}, origins),
            self.proposer.arguments(*size),
        )

    def _other_channels(self, number: int, target: Shape) -> Proposal | None:
        found = self._channels_of(number)
        if found is None or target[-1] is None:
            return None
        at, name = found
        origins = self._channel_origin(number, name, target)
        return self.proposer.arguments(at, {name: target[-1]}, origins)

    def _channels_of(self, number: int) -> tuple[int, str] | None:
        """The last layer of a branch that makes channels, and the argument that says how many."""
        for at in self.paths[number]:
            known = fields(type(self.graph.nodes[at].layer))
            for name in ("filters", "units", "output_dim"):
                if name in known:
                    return at, name
        return None

    def _channel_origin(
        self, number: int, name: str, target: Shape
    ) -> dict[str, tuple[int, str]] | None:
        """The layer of another branch that has the wanted number of channels."""
        for other in range(len(self.paths)):
            if other != number and self.inputs[other] == target:
                found = self._channels_of(other)
                if found is not None:
                    at, argument = found
                    if getattr(self.graph.nodes[at].layer, argument) == target[-1]:
                        return {name: found}
        return None

    def _other_sizes(self, number: int, target: Shape) -> Iterator[tuple[int, dict[str, Any]]]:
        """Arguments of layers of a branch that may give it other sizes."""
        shape = self.inputs[number]
        for at in self.paths[number][:_MOST_ON_A_PATH]:
            layer: Any = self.graph.nodes[at].layer
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
                factor = _factor(shape[:-1], target[:-1])
                if factor and strides and "dilation_rate" in known:
                    yield at, {"strides": tuple([s * factor for s in strides])}
                    if now == "valid":
                        longer = tuple([s * factor for s in strides])
                        yield at, {"strides": longer, "padding": "same"}
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
        longer = _factor(target[:-1], before[:-1])
        if longer and layer.strides != (longer,) * layer.rank:
            yield at, {"strides": longer, "padding": "same"}
            yield at, {"strides": longer}
        for padding in range(max(layer.strides)):
            yield at, {"output_padding": padding}
        if max(layer.strides) > 1 and layer.padding == "valid":
            for padding in range(max(layer.strides)):
                yield at, {"padding": "same", "output_padding": padding}

    def _read_by(self, at: int) -> Shape | None:
        source, output = self.graph.nodes[at].inputs[0]
        shapes = self.shapes[source]
        return None if shapes is None else shapes[output]

    def _all_same(self, path: list[int]) -> Proposal | None:
        """`padding: same` of all windows on a branch."""
        cut = []
        for at in path[::-1]:
            layer: Any = self.graph.nodes[at].layer
            if (
                layer.windows()
                and getattr(layer, "padding", "") == "valid"
                and max(w.kernel for w in layer.windows() or ()) > 1
            ):
                cut.append(at)
        items = {id(self.graph.nodes[at].item): at for at in cut}
        if len(items) < 2:
            return None
        names = " and ".join(f"`{self.graph.nodes[at].name}`" for at in items.values())
        parts = [self.proposer.arguments(at, {"padding": "same"}) for at in items.values()]
        return join(*parts, message=f"`padding: same` of {names}")

    # Layers at the end of a branch

    def projections(self, number: int, target: Shape) -> Found:
        """A convolution of 1×1, or a Dense, that gives a branch the shape of another."""
        shape = self.inputs[number]
        rank = len(shape) - 1
        if None in shape or None in target or len(shape) != len(target):
            return
        space, channels = self._differences(number, target)
        if rank == 0 or rank > 3:
            if channels:
                yield self._projection(number, "Dense", {"units": target[-1]}, target)
            return
        shrunk = _shrunk(shape[:-1], target[:-1])
        if shrunk and (channels or (self.free < 0 and space)):
            arguments = {"filters": target[-1], "kernel_size": 1, "strides": shrunk}
            yield self._projection(number, f"Conv{rank}D", arguments, target)

    def at_the_end(self, number: int, target: Shape) -> Found:
        """A layer at the end of a branch that gives its output other sizes."""
        shape = self.inputs[number]
        rank = len(shape) - 1
        if None in shape or None in target:
            return
        if len(shape) != len(target):
            if len(target) == 1 and rank > 0:
                for word in (f"GlobalAveragePooling{rank}D", "Flatten"):
                    yield self.inserter.on_input(number, self._layer(word))
            return
        space, channels = self._differences(number, target)
        if channels or not space or not 0 < rank < 4:
            return
        yield from self._borders(number, target, rank)
        shrunk = _shrunk(shape[:-1], target[:-1])
        if shrunk and self.free >= 0:
            yield self.inserter.on_input(
                number, self._layer(f"MaxPooling{rank}D", pool_size=shrunk, padding="same")
            )
        factor = _factor(target[:-1], shape[:-1])
        if factor:
            yield self.inserter.on_input(number, self._layer(f"UpSampling{rank}D", size=factor))

    def _borders(self, number: int, target: Shape, rank: int) -> Found:
        """Rows and columns cut off or added, where the sizes differ by less than half."""
        shape = self.inputs[number]
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
        yield self.inserter.on_input(number, layer)

    def _projection(
        self, number: int, word: str, arguments: dict[str, Any], target: Shape
    ) -> Proposal | None:
        """A convolution of 1×1, or a Dense, that gives a branch other channels."""
        origins: dict[str, tuple[int, str]] = {}
        name = "filters" if "filters" in arguments else "units"
        origins.update(self._channel_origin(number, name, target) or {})
        if "strides" in arguments:
            striding = [
                at
                for path in self.paths
                for at in path
                if path is not self.paths[number]
                and max(getattr(self.graph.nodes[at].layer, "strides", (1,)) or (1,)) > 1
            ]
            if len(striding) == 1:
                origins["strides"] = (striding[0], "strides")
        return self.inserter.on_input(number, self._layer(word, **arguments), origins)

    def _layer(self, word: str, **arguments: Any) -> Layer | None:
        type_ = layer_types().get(word)
        return made(type_, arguments) if type_ else None


def _factor(large: Shape, small: Shape) -> int | None:
    """The whole number, 2 or more, by which all sizes are larger."""
    if len(large) != len(small):
        return None
    factors = {
        (a or 0) // b if b and (a or 0) % b == 0 else 0 for a, b in zip(large, small, strict=True)
    }
    factor = factors.pop() if len(factors) == 1 else 0
    return factor if factor > 1 else None


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
    if found:
        yield at, {"size": tuple(found) if isinstance(size, tuple) else found[0]}
