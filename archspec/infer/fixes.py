"""Changes that would mend a shape error.

Every change is tried, by inferring the whole graph again, before it is shown.
"""

from collections.abc import Iterator, Mapping
from math import gcd

from archspec.expand.graph import Graph, Scope
from archspec.expand.walks import dependents, main_path
from archspec.infer.input_sizes import LARGEST, MOST_WORK, Fitting, OutOfWork, only_input
from archspec.layers import Layer, layer_types
from archspec.layers.measure import measure
from archspec.records.record import ArgumentError, ValidationError, fields
from archspec.shapes.shape import Shape, ShapeError, format_shape

_MOST_MENDS = 3
_MOST_EQUAL = 3
_MOST_CHANNELS = 4
_MANY_PIXELS = 16
_MANY_STEPS = 1024

Shapes = tuple[Shape, ...]


def find_mends(error: ShapeError, graph: Graph, index: int, inputs: Shapes) -> list[str]:
    """Changes after which the node at ``index``, and all that follows it, gets shapes that fit.

    If there are none, those after which at least the node does.
    """
    if _size(graph) * 4 > MOST_WORK:
        return []
    tries = _Tries(graph, index)
    found = _shortcut(error, graph, index, inputs)
    for at, argument, value in _candidates(error, graph, index, inputs):
        if len(found) >= _MOST_MENDS:
            return found
        if tries.argument(at, argument, value):
            where = "" if at == index else f" of `{graph.nodes[at].name}`"
            found.append(f"`{argument}: {_written(value)}`{where} would fit")
    none: list[str] = []
    if error.code == "AS401" or (error.code == "AS402" and not found):
        found, none = _of_input(error.code, graph, index, found)
    partly = [f"{mend}, though not all that follows" for mend in tries.partly]
    return [*(found or partly), *none]


def _of_input(code: str, graph: Graph, index: int, found: list[str]) -> tuple[list[str], list[str]]:
    """What was found, with what of the input would mend it; and that no size does, if it is so.

    Nothing of it if it takes too long to find out.
    """
    try:
        first, certain = _channels_first(graph, index) if code == "AS401" else ([], False)
        if certain:
            return first, []
        sizes = _other_sizes(graph, index, code)
    except OutOfWork:
        return found, []
    if sizes is None:
        return [*first, *found], [f"no size of the input up to {LARGEST} would fit"]
    return [*first, *found, *sizes], []


def _size(graph: Graph) -> int:
    return len(graph.nodes) + sum([len(node.inputs) for node in graph.nodes])


def shapes_with(graph: Graph, layers: Mapping[int, Layer]) -> list[Shapes | None]:
    """The output shapes of every node when some layers are others; None for what fails."""
    known: dict[tuple[Layer, Shapes], Shapes | None] = {}
    found: list[Shapes | None] = []
    for index, node in enumerate(graph.nodes):
        layer = layers.get(index) or node.layer
        shapes: list[Shape] = []
        if index in graph.lost:
            found.append(None)
            continue
        for source, output in node.inputs:
            outputs = found[source] if source >= 0 else None
            if outputs is None:
                break
            shapes.append(outputs[output])
        if len(shapes) < len(node.inputs):
            found.append(None)
            continue
        key = (layer, tuple(shapes))
        if key not in known:
            try:
                known[key] = measure(layer, tuple(shapes)).outputs
            except ShapeError:
                known[key] = None
        found.append(known[key])
    return found


class _Tries:
    """Tries changes, as long as that does not take too much work."""

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph = graph
        self.partly: list[str] = []
        """Changes that help the node, but not all that follows it."""
        self._work = 0
        self._size = _size(graph)
        self._index = index
        self._before = self._failing({})
        self._after = dependents(graph, index)

    def argument(self, at: int, argument: str, value: object) -> bool:
        """Whether another argument helps, given to all layers that one item of the spec makes."""
        node = self.graph.nodes[at]
        changed: dict[int, Layer] = {}
        for number, other in enumerate(self.graph.nodes):
            if other.item is node.item:
                try:
                    changed[number] = other.layer.replace(**{argument: value})
                except (ArgumentError, ValidationError):
                    return False
        helps, partly = self._helps(changed)
        if partly:
            where = "" if at == self._index else f" of `{node.name}`"
            self.partly.append(f"`{argument}: {_written(value)}`{where} would fit here")
        return helps

    def _helps(self, changed: Mapping[int, Layer]) -> tuple[bool, bool]:
        """Whether nothing fails from the node on; whether it itself does not, but something does."""
        if self._work > MOST_WORK:
            return False, False
        failing = self._failing(changed)
        if self._index in failing or not failing < self._before:
            return False, False
        helps = failing.isdisjoint(self._after)
        return helps, not helps

    def _failing(self, changed: Mapping[int, Layer]) -> frozenset[int]:
        self._work += self._size
        found = shapes_with(self.graph, changed)
        return frozenset(n for n, shapes in enumerate(found) if shapes is None)


def _candidates(
    error: ShapeError, graph: Graph, index: int, inputs: Shapes
) -> Iterator[tuple[int, str, object]]:
    layer = graph.nodes[index].layer
    if error.code == "AS401":
        yield index, "padding", "same"
        windows = layer.windows()
        if windows and error.argument:
            sizes = [
                s if s is not None else w.span for s, w in zip(inputs[0], windows, strict=False)
            ]
            fitting = tuple(
                min(w.kernel, (size - 1) // w.dilation + 1)
                for size, w in zip(sizes, windows, strict=True)
            )
            if min(fitting) > 1:
                yield index, error.argument, fitting
    elif error.code == "AS402":
        yield from _candidates_before(graph, index)
    elif error.argument == "groups" and inputs[0][-1]:
        groups = getattr(layer, "groups", 1)
        yield from ((index, "groups", g) for g in sorted({1, gcd(groups, inputs[0][-1])}))


def _candidates_before(graph: Graph, index: int) -> Iterator[tuple[int, str, object]]:
    """Changes in the branches that lead to a merging layer, from its end backwards."""
    nodes = graph.nodes
    paths = [main_path(graph, source)[::-1] for source, _ in nodes[index].inputs]
    shared = set(paths[0]).intersection(*paths[1:])
    shapes = shapes_with(graph, {})
    for path in paths:
        others = [shapes[p[0]] for p in paths if p is not path]
        for at in path:
            if at in shared:
                break
            layer = nodes[at].layer
            names = fields(type(layer))
            if layer.windows() is not None:
                once = (1,) * layer.rank
                for argument, value in (("padding", "same"), ("strides", once)):
                    if argument in names and getattr(layer, argument) != value:
                        yield at, argument, value
            for argument in ("filters", "units"):
                if argument in names and at == path[0]:
                    yield from ((at, argument, o[0][-1]) for o in others if o and o[0][-1])


def _shortcut(error: ShapeError, graph: Graph, index: int, inputs: Shapes) -> list[str]:
    """The convolution that a residual's empty shortcut needs."""
    scope = graph.nodes[index].scope
    residual = scope.item is not None and scope.item.word == "residual"
    if error.code != "AS402" or not residual or len(inputs) != 2:
        return []
    main, shortcut = inputs
    kind = layer_types().get(f"Conv{len(main) - 1}D")
    if len(main) != len(shortcut) or kind is None or None in main + shortcut:
        return []
    if _starts_in(graph, index, scope):
        return []  # there is something on the shortcut already
    pairs = zip(main[:-1], shortcut[:-1], strict=True)
    strides = [max(1, round((size or 1) / (out or 1))) for out, size in pairs]
    arguments = {"filters": main[-1], "kernel_size": 1, "strides": strides}
    try:
        if measure(kind(**arguments), (shortcut,)).outputs != (main,):
            return []
    except (ShapeError, ArgumentError, ValidationError):
        return []
    stride = f", strides: {_written(tuple(strides))}" if max(strides) > 1 else ""
    call = f"{kind.__name__}: {{filters: {main[-1]}, kernel_size: 1{stride}}}"
    item = graph.nodes[index].item
    several = sum(node.item is item for node in graph.nodes) > 1
    return [f"`shortcut: [{{{call}}}]` in the residual would fit{' here' if several else ''}"]


def _starts_in(graph: Graph, index: int, scope: Scope) -> bool:
    source = graph.nodes[index].inputs[1][0]
    return scope in graph.nodes[source].scope.chain()


def _channels_first(graph: Graph, index: int) -> tuple[list[str], bool]:
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
    fitting = Fitting(graph, number, (*rest, first))
    if not fitting.hopeless.isdisjoint(dependents(graph, index)) or not fitting.fits(tuple(rest)):
        return [], False
    certain = min(rest) >= _MANY_PIXELS and (len({*rest}) == 1 or first in (1, 3))
    return [f"channels come last: an input of {format_shape((*rest, first))} would fit"], certain


def _other_sizes(graph: Graph, index: int, code: str) -> list[str] | None:
    """Other sizes of the input that mend what any size does, with all that follows.

    None if there should be some for a window, and no size is large enough.
    """
    only = only_input(graph)
    if only is None:
        return []
    number, (*sizes, channels) = only
    fitting = Fitting(graph, number, only[1])
    if not fitting.hopeless.isdisjoint(dependents(graph, index)):
        return []
    given = tuple([size or 0 for size in sizes])
    found = [
        format_shape((*at, channels))
        for at in (fitting.smallest(given) if code == "AS401" else fitting.nearest(given))
    ]
    if code == "AS402":
        return [f"an input of {' or '.join(found)} would fit"] if found else []
    if not found:
        return None
    told, more = found[:_MOST_EQUAL], len(found) - _MOST_EQUAL
    if more > 0:
        return [f"the smallest inputs that fit are {', '.join(told)} and {more} more"]
    *rest, last = told
    if rest:
        return [f"the smallest inputs that fit are {', '.join(rest)} and {last}"]
    return [f"the smallest input that fits is {last}"]


def _written(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    return value[0] if len(set(value)) == 1 else list(value)
