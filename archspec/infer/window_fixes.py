"""What would mend a window that does not fit (AS401)."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Edit
from archspec.infer.changes import Change, Shapes
from archspec.infer.proposals import Proposal, Proposer
from archspec.shapes.shape import Shape, ShapeError
from archspec.spec.types import RepeatItem


def for_window(error: ShapeError, proposer: Proposer, inputs: Shapes) -> Iterator[Proposal | None]:
    """Another window, other borders, without the layer, fewer rounds."""
    index = proposer.index
    layer = proposer.graph.nodes[index].layer
    if error.argument == "output_padding":
        yield proposer.arguments(index, {"output_padding": None})
        return
    if error.argument == "cropping":
        yield from _smaller_cropping(proposer, inputs[0])
        return
    windows = layer.windows()
    if not windows or not error.argument or error.argument == "layer":
        return
    sizes = [s if s is not None else w.span for s, w in zip(inputs[0], windows, strict=False)]
    nothing_left = layer.family == "pool" and min(sizes) == 1
    if nothing_left:
        yield _fewer_rounds(proposer)
        yield _left_out(proposer)
    yield proposer.arguments(index, {"padding": "same"})
    fitting = tuple(
        min(w.kernel, (size - 1) // w.dilation + 1) for size, w in zip(sizes, windows, strict=True)
    )
    if any(w.dilation > 1 for w in windows):
        dilations = tuple(
            min(w.dilation, max((size - 1) // max(w.kernel - 1, 1), 1))
            for size, w in zip(sizes, windows, strict=True)
        )
        yield proposer.arguments(index, {"dilation_rate": dilations})
    if min(fitting) > 1:
        yield proposer.arguments(index, {error.argument: fitting})
    if not nothing_left:
        yield _fewer_rounds(proposer)
        if layer.family == "pool":
            yield _left_out(proposer)


def _left_out(proposer: Proposer) -> Proposal | None:
    """Without the layer, if its entry makes no other."""
    if len(proposer.alike(proposer.index)) > 1:
        return None
    return proposer.without(proposer.index)


def last_resorts(
    error: ShapeError, proposer: Proposer, inputs: Shapes
) -> Iterator[Proposal | None]:
    """What is offered only if nothing else, a larger input included, would fit."""
    windows = proposer.graph.nodes[proposer.index].layer.windows()
    if windows and error.argument and error.argument != "layer":
        sizes = [s if s is not None else w.span for s, w in zip(inputs[0], windows, strict=False)]
        fitting = tuple(min(w.kernel, size) for size, w in zip(sizes, windows, strict=True))
        yield proposer.arguments(proposer.index, {error.argument: fitting})


def _smaller_cropping(proposer: Proposer, shape: Shape) -> Iterator[Proposal | None]:
    sizes = [size for size in shape[:-1] if size is not None]
    most = (min(sizes, default=1) - 1) // 2
    if most > 0:
        yield proposer.arguments(proposer.index, {"cropping": most})
    yield proposer.without(proposer.index)


def _fewer_rounds(proposer: Proposer) -> Proposal | None:
    """As many rounds of a repeat as fit."""
    graph = proposer.graph
    for scope in graph.nodes[proposer.index].scope.chain():
        item = scope.item
        if scope.kind != "round" or not isinstance(item, RepeatItem) or scope.index == 0:
            continue
        place = item.place.at("times")
        if not isinstance(place.document.at(place.path), int):
            continue
        changes = {
            number: Change(None)
            for number, node in enumerate(graph.nodes)
            if any(
                s.kind == "round" and s.item is item and s.index >= scope.index
                for s in node.scope.chain()
            )
        }
        message = f"`times: {scope.index}` of the `{item.word}` around it"
        return Proposal(message, changes, (Edit(place, scope.index),))
    return None
