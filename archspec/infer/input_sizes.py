"""Sizes of the input with which a network fits: the smallest ones, found by search.

What holds for one axis is found with the other axes unknown: a layer that does not fit then fits with
no size of theirs. So the least size of each axis by itself is at least needed, and where these sizes
fit together, nothing smaller does. Where they do not, as after a reshaping, combinations are tried in
the order of their number of values.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from heapq import heappop, heappush

from archspec.expand.graph import Graph
from archspec.layers import Layer
from archspec.layers.core import Input
from archspec.layers.measure import measure
from archspec.shapes.shape import Shape, ShapeError

MOST_WORK = 30_000
"""Nodes and reads that are inferred again for all errors of a graph: they must not take seconds."""
LARGEST = 4096
"""Sizes are searched up to this one."""

NEAR = 128
"""How far sizes are searched that all branches have in common: as often may they be halved."""

Sizes = tuple[int, ...]


class OutOfWork(Exception):
    """The search takes too long: nothing can be said."""


class Fitting:
    """Which sizes of the only input of a graph let it fit.

    What fits with no size, for it does not fit with unknown ones either, counts for nothing.
    """

    def __init__(self, graph: Graph, input: int, shape: Shape) -> None:
        self._input = input
        self._channels = shape[-1]
        self._axes = len(shape) - 1
        numbers: dict[Layer, int] = {}
        self._nodes = [
            (numbers.setdefault(node.layer, len(numbers)), node.layer, node.inputs)
            for node in graph.nodes
        ]
        self._known: dict[tuple[int, tuple[Shape, ...]], tuple[Shape, ...] | ShapeError] = {}
        self._work = 0
        self._lost = graph.lost
        self._cost = len(graph.nodes) + sum([len(node.inputs) for node in graph.nodes])
        # Only of the layers here it is known that a larger input makes nothing smaller.
        self._grows = all(type(n.layer).__module__.startswith("archspec.") for n in graph.nodes)
        self.hopeless: frozenset[int] = frozenset()
        self.hopeless, _ = self._failing((None,) * self._axes)

    def fits(self, sizes: Sizes) -> bool:
        """Whether these sizes of the axes before the channels fit.

        Raises:
            OutOfWork: too many have been tried.
        """
        return not self._failing(sizes)[0]

    def upward(self, axis: int, start: int, end: int = LARGEST) -> Iterator[int]:
        """The sizes of an axis from one on that fit if the other axes are not known, in order."""
        for size in range(self._windows_from(axis, start), end + 1):
            if not self._alone(axis, size)[0]:
                yield size

    def downward(self, axis: int, start: int) -> int | None:
        """The largest size up to one that fits if the other axes are not known."""
        for size in range(start, max(start - NEAR, 0), -1):
            failing, window = self._alone(axis, size)
            if not failing:
                return size
            if (window and self._grows) or 2 * size < start:
                return None
        return None

    def smallest(self, sizes: Sizes) -> list[Sizes]:
        """The sizes with the fewest values of those that fit, no axis smaller than given.

        Several if they have as many; none if no sizes up to :data:`LARGEST` fit.

        Raises:
            OutOfWork: it takes too long to find out.
        """
        axes = [_Row(self.upward(axis, size)) for axis, size in enumerate(sizes)]
        first = (0,) * len(axes)
        if any(row.at(0) is None for row in axes):
            return []
        waiting: list[tuple[int, Sizes, tuple[int, ...]]] = []
        seen = {first}
        found: list[Sizes] = []
        values = 0

        def add(places: tuple[int, ...]) -> None:
            those = [row.at(place) for row, place in zip(axes, places, strict=True)]
            at = tuple([size for size in those if size is not None])
            if len(at) == len(axes):
                heappush(waiting, (_product(at), at, places))

        add(first)
        while waiting:
            count, at, places = heappop(waiting)
            if found and count > values:
                break
            if self.fits(at):
                found.append(at)
                values = count
                if places == first:
                    break  # every other is larger along some axis
            for axis in range(len(axes)):
                after = (*places[:axis], places[axis] + 1, *places[axis + 1 :])
                if after not in seen:
                    seen.add(after)
                    add(after)
        return found

    def nearest(self, sizes: Sizes) -> list[Sizes]:
        """The next sizes that fit: those with no axis larger than given, then with none smaller.

        None is farther away than :data:`NEAR`.

        Raises:
            OutOfWork: it takes too long to find out.
        """
        below = [self.downward(axis, size) for axis, size in enumerate(sizes)]
        above = [
            next(self.upward(axis, size, size + NEAR), None) for axis, size in enumerate(sizes)
        ]
        found = [tuple([n for n in row if n is not None]) for row in (below, above)]
        return [at for at in found if len(at) == len(sizes) and self.fits(at)]

    def _alone(self, axis: int, size: int) -> tuple[frozenset[int], bool]:
        unknown: list[int | None] = [None] * self._axes
        unknown[axis] = size
        return self._failing(tuple(unknown))

    def _windows_from(self, axis: int, start: int) -> int:
        """A size below which some window does not fit; larger ones let all windows fit, if known."""
        if not self._grows:
            return start
        low, high = start, start
        while high <= LARGEST and self._alone(axis, high)[1]:
            low, high = high + 1, high * 2
        while low < high:
            middle = (low + high) // 2
            if self._alone(axis, middle)[1]:
                low = middle + 1
            else:
                high = middle
        return low

    def _failing(self, sizes: Shape) -> tuple[frozenset[int], bool]:
        """What fails that is not hopeless, with all that depends on it; whether a window does.

        Where sizes are not known, what fails is only what would fail with any.
        """
        self._work += self._cost
        if self._work > MOST_WORK:
            raise OutOfWork
        shape = (*sizes, self._channels)
        open = None in sizes
        failing, window = set(), False
        found: list[tuple[Shape, ...] | None] = []  # None: it fails, or is not known
        for index, (number, layer, inputs) in enumerate(self._nodes):
            if index == self._input:
                found.append((shape,))
                continue
            if index in self._lost:
                found.append(None)
                continue
            before = [found[source] for source, _ in inputs]
            if any(source in failing for source, _ in inputs):
                failing.add(index)
            if None in before:
                found.append(None)
                continue
            shapes = tuple([found[source][output] for source, output in inputs])  # type: ignore[index]
            after = self._after(number, layer, shapes)
            if isinstance(after, ShapeError):
                if not open or _certain(after, shapes):
                    failing.add(index)
                    window = window or (after.code == "AS401" and index not in self.hopeless)
                found.append(None)
            else:
                found.append(after)
        return frozenset(failing) - self.hopeless, window

    def _after(
        self, number: int, layer: Layer, shapes: tuple[Shape, ...]
    ) -> tuple[Shape, ...] | ShapeError:
        known = self._known.get((number, shapes))
        if known is None:
            try:
                known = measure(layer, shapes).outputs
            except ShapeError as error:
                known = error
            self._known[number, shapes] = known
        return known


class _Row:
    """Numbers that are worked out as they are asked for."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self._found: list[int] = []

    def at(self, place: int) -> int | None:
        """The number at a place; None after the last one."""
        while len(self._found) <= place:
            number = next(self._numbers, None)
            if number is None:
                return None
            self._found.append(number)
        return self._found[place]


def _certain(error: ShapeError, shapes: tuple[Shape, ...]) -> bool:
    """Whether an error would be one with any sizes in the place of those that are not known.

    It is so of windows, each along its axis, and of sizes that differ where both are known.
    """
    if all(None not in shape for shape in shapes):
        return True
    return error.code == "AS401" or (error.code == "AS402" and error.argument is None)


def _product(sizes: Sizes) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def only_input(graph: Graph, least: int = 2, *, unknown: bool = False) -> tuple[int, Shape] | None:
    """The only input and its shape, if it has that many dimensions, and known sizes and channels.

    With ``unknown`` sizes need not be known.
    """
    inputs = list(graph.inputs.values())
    if len(inputs) != 1:
        return None
    layer = graph.nodes[inputs[0]].layer
    assert isinstance(layer, Input)
    if len(layer.shape) < least or (None in layer.shape[:-1] and not unknown):
        return None
    return inputs[0], layer.shape


class OtherSizes:
    """Sizes of the only input with which a graph fits, searched once for all of its errors."""

    def __init__(self, graph: Graph, input: int, shape: Shape) -> None:
        self._graph, self._input, self._shape = graph, input, shape

    @cached_property
    def _fitting(self) -> Fitting | None:
        """None if it takes too long."""
        try:
            return Fitting(self._graph, self._input, self._shape)
        except OutOfWork:
            return None

    @property
    def hopeless(self) -> frozenset[int] | None:
        """What fits with no size; None if that is not known."""
        return self._fitting.hopeless if self._fitting else None

    @cached_property
    def smallest(self) -> list[Shape] | None:
        """The smallest inputs that fit, none if there are none; None if that is not known."""
        return self._searched(Fitting.smallest)

    @cached_property
    def nearest(self) -> list[Shape] | None:
        """The next inputs that fit; None if that is not known."""
        return self._searched(Fitting.nearest)

    def _searched(self, search: Callable[[Fitting, Sizes], list[Sizes]]) -> list[Shape] | None:
        *sizes, channels = self._shape
        given = tuple([size or 0 for size in sizes])
        if self._fitting is None:
            return None
        try:
            return [(*at, channels) for at in search(self._fitting, given)]
        except OutOfWork:
            return None


def other_sizes(graph: Graph) -> OtherSizes | None:
    """Of the only input, if there is one of known sizes."""
    only = only_input(graph)
    return OtherSizes(graph, *only) if only else None
