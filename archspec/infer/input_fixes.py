"""Another input, with which a network would fit."""

from archspec.diagnostics.fixes import Fix
from archspec.expand.edits import declaration, write_input
from archspec.expand.graph import Graph
from archspec.expand.walks import dependents
from archspec.infer.input_sizes import LARGEST, Fitting, OutOfWork, only_input
from archspec.infer.trials import Work
from archspec.shapes.shape import Shape, format_shape

_MOST_EQUAL = 3
_MOST_CHANNELS = 4
_MANY_PIXELS = 16
_MANY_STEPS = 1024


def other_sizes_help(
    code: str, graph: Graph, index: int, work: Work
) -> tuple[list[Fix | str], list[str]]:
    """Other sizes that mend what any size does, with all that follows; and that none does.

    Nothing of it if it takes too long to find out.
    """
    sizes = work.other_sizes
    if sizes is None or sizes.hopeless is None:
        return [], []
    if not sizes.hopeless.isdisjoint(dependents(graph, index)):
        return [], []
    if code == "AS402":
        told = [f"an input of {format_shape(s)} would fit" for s in sizes.nearest or ()]
        near = zip(sizes.nearest or (), told, strict=True)
        return [input_fix(graph, shape, message) for shape, message in near], []
    small = sizes.smallest
    if small is None:
        return [], []
    if not small:
        return [], [f"no size of the input up to {LARGEST} would fit"]
    if len(small) == 1:
        message = f"the smallest input that fits is {format_shape(small[0])}"
        return [input_fix(graph, small[0], message)], []
    return _equally_small(graph, small), []


def _equally_small(graph: Graph, small: list[Shape]) -> list[Fix | str]:
    """Several inputs, and of them the one that is nearest to a square."""
    found = [format_shape(shape) for shape in small]
    told, more = found[:_MOST_EQUAL], len(found) - _MOST_EQUAL
    if more > 0:
        message = f"the smallest inputs that fit are {', '.join(told)} and {more} more"
    else:
        message = f"the smallest inputs that fit are {', '.join(told[:-1])} and {told[-1]}"
    near = min(small, key=lambda s: max(n or 0 for n in s[:-1]))
    return [message, input_fix(graph, near, f"an input of {format_shape(near)} would fit")]


def input_fix(graph: Graph, shape: Shape, message: str, certain: bool = False) -> Fix | str:
    """Another shape of the only input; a sentence only, where that cannot be written."""
    number = next(iter(graph.inputs.values()))
    edits = write_input(graph, declaration(graph, graph.nodes[number].name), shape)
    return Fix(message, edits, certain) if edits else message


def channels_first(graph: Graph, index: int) -> tuple[list[Fix | str], bool]:
    """An input whose channels stand first, as PyTorch has them; whether it can be nothing else.

    It is taken for one if it would have 1 to 4 channels and more of all other sizes. Two axes may
    be few steps of many features just as well, and three axes few pictures: of these only what is
    hardly that.
    """
    only = only_input(graph)
    if only is None:
        return [], False
    number, shape = only
    first, *rest = [size or 0 for size in shape]
    equal = len({*rest[-2:]}) == 1 and len(rest) > 1
    likely = {1: first == 1 or rest[0] >= _MANY_STEPS, 2: True, 3: equal}.get(len(rest), False)
    if not 1 <= first <= _MOST_CHANNELS < min(rest) or not likely:
        return [], False
    try:
        fitting = Fitting(graph, number, (*rest, first))
        if not fitting.hopeless.isdisjoint(dependents(graph, index)):
            return [], False
        if not fitting.fits(tuple(rest)):
            return [], False
    except OutOfWork:
        return [], False
    certain = min(rest) >= _MANY_PIXELS and (len({*rest}) == 1 or first in (1, 3))
    message = f"channels come last: an input of {format_shape((*rest, first))} would fit"
    return [input_fix(graph, (*rest, first), message, certain)], certain
