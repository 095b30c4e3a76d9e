"""What would mend a merge of shapes that do not go together (AS402)."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Edit, Fix
from archspec.expand.graph import Node
from archspec.infer.branch_arguments import BranchArguments
from archspec.infer.branch_ends import BranchEnds
from archspec.infer.branches import Branches
from archspec.infer.changes import Shapes, made
from archspec.infer.insertions import Inserter
from archspec.infer.proposals import Proposal, Proposer
from archspec.layers import layer_types
from archspec.layers.merging import Concatenate, Dot
from archspec.layers.weights import Weight
from archspec.shapes.axes import axis_index
from archspec.shapes.shape import format_shape

Found = Iterator[Proposal | None]


def for_features(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """As many features in all branches, whatever else they have."""
    layer = proposer.graph.nodes[proposer.index].layer
    branches = Branches(proposer, layer, tuple([(shape[-1],) for shape in inputs if shape]), shapes)
    arguments, ends = BranchArguments(branches), BranchEnds(branches)
    for number, target in branches.odd:
        yield from arguments.on_the_path(number, target)
    for number, target in branches.odd:
        yield from ends.projections(number, target)


def for_lengths(proposer: Proposer, inputs: Shapes) -> Found:
    """Inputs of the network as long as the others that an attention reads."""
    graph = proposer.graph
    for number in range(len(inputs) - 1, -1, -1):
        at = graph.nodes[proposer.index].inputs[number][0]
        node = graph.nodes[at]
        for other in inputs:
            if node.item is None and other != inputs[number] and None not in other:
                message = f"an input `{node.name}` of {format_shape(other)} would fit"
                yield proposer.input_shape(at, other, message)


def for_merge(proposer: Proposer, inputs: Shapes, shapes: list[Shapes | None]) -> Found:
    """Other arguments in the branches, and layers at their ends."""
    layer = proposer.graph.nodes[proposer.index].layer
    if isinstance(layer, Dot):
        yield from _other_axes(proposer, layer, inputs, shapes)
        return
    if layer.auto_name() == "matmul" and len(inputs) == 2:
        yield from _transposed(proposer, inputs)
    if isinstance(layer, Concatenate):
        yield from _other_axis(proposer, layer, inputs)
    yield from _kept_axes(proposer, inputs)
    yield from _arrays(proposer, inputs)
    branches = Branches(proposer, layer, inputs, shapes)
    arguments, ends = BranchArguments(branches), BranchEnds(branches)
    odd = branches.odd
    if len({number for number, _ in odd}) > 1 and len(inputs) > 2:
        yield arguments.all_of_them()
    for number, target in odd:
        if branches.is_empty(number):
            yield from ends.projections(number, target)
    for number, target in odd:
        yield from arguments.on_the_path(number, target)
    yield arguments.all_same([at for path in branches.paths for at in path])
    for number, target in odd:
        if not branches.is_empty(number):
            yield from ends.projections(number, target)
    for number, target in odd:
        yield ends.other_source(number, target)
    for number, target in odd:
        yield from ends.at_the_end(number, target)
    for number, target in odd:
        yield ends.other_input(number, target)


def shortcut_left_out(node: Node) -> Iterator[Fix]:
    """The projection of a shortcut, where the channels differ too, and not only if `when` says so."""
    place = node.item.place if node.item is not None else None
    if place is not None and place.path[-1:] == ("merge",):  # of a residual
        place = place._replace(path=place.path[:-1])
    value = place.document.at(place.path) if place is not None else None
    shortcut = value.get("shortcut") if isinstance(value, dict) else None
    for number, entry in enumerate(shortcut if isinstance(shortcut, list) else ()):
        if place is None or not isinstance(entry, dict) or len(entry) != 1:
            continue
        ((word, given),) = entry.items()
        if isinstance(given, dict) and isinstance(given.get("when"), str) and "filters" in given:
            when = f"{given['when']} or channels() != {given['filters']}"
            at = place.at("shortcut", number, word, "when")
            yield Fix(f"`when: {when}` would fit", (Edit(at, when),), guess=True)


def _transposed(proposer: Proposer, inputs: Shapes) -> Found:
    """The second, or the first, of two matrices with its last axes the other way round."""
    inserter = Inserter(proposer)
    for number, others in ((1, inputs[0][-1:]), (0, inputs[1][-2:-1])):
        rank = len(inputs[number])
        if rank < 2 or inputs[number][-1 if number else -2] != others[0]:
            continue
        dims = (*range(1, rank - 1), rank, rank - 1)
        yield inserter.on_input(number, made(layer_types()["Permute"], {"dims": dims}))


def _kept_axes(proposer: Proposer, inputs: Shapes) -> Found:
    """Axes that were summed away on one way only."""
    most = max(map(len, inputs))
    for number, (at, _) in enumerate(proposer.graph.nodes[proposer.index].inputs):
        layer = proposer.graph.nodes[at].layer
        if len(inputs[number]) < most and getattr(layer, "keepdims", None) is False:
            yield proposer.arguments(at, {"keepdims": True})


def _arrays(proposer: Proposer, inputs: Shapes) -> Found:
    """An array of its own, as wide as what it is put beside."""
    for number, (at, _) in enumerate(proposer.graph.nodes[proposer.index].inputs):
        layer = proposer.graph.nodes[at].layer
        if isinstance(layer, Weight):
            for other in inputs:
                if other and other[-1] and other[-1:] != inputs[number][-1:]:
                    yield proposer.arguments(at, {"shape": (*layer.shape[:-1], other[-1])})


def _other_axes(
    proposer: Proposer, layer: Dot, inputs: Shapes, shapes: list[Shapes | None]
) -> Found:
    """Other axes to sum over, or as many features along those."""
    left, right = inputs
    pairs = [
        (a + 1, b + 1)
        for a in range(len(left) - 1, -1, -1)
        for b in range(len(right) - 1, -1, -1)
        if left[a] == right[b]
    ]
    for a, b in sorted(pairs, key=lambda p: p[0] != p[1]):
        yield proposer.arguments(proposer.index, {"axes": a if a == b else (a, b)})
    last = [axis in (-1, len(shape)) for axis, shape in zip(layer.axes, inputs, strict=True)]
    if all(last):
        yield from for_features(proposer, inputs, shapes)


def _other_axis(proposer: Proposer, layer: Concatenate, inputs: Shapes) -> Found:
    rank = len(inputs[0])
    if any(len(shape) != rank for shape in inputs):
        return
    here = axis_index(layer.axis, inputs[0])
    for axis in (-1, *range(1, rank)):
        if axis_index(axis, inputs[0]) != here:
            yield proposer.arguments(proposer.index, {"axis": axis})
