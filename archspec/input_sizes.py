"""Which sizes of the input every layer of a network can take: the smallest ones, and the next ones.

Along each axis a network asks for sizes of its own, unless a layer mixes the axes. So an axis is
searched with the others unknown: what fails then, fails whatever they are, and the first size that
does not fail is a lower bound. All bounds together are tried as they stand, and only what passes
is told.
"""

from collections.abc import Iterable, Iterator

from archspec.graph import Graph
from archspec.layers.core import Input
from archspec.measure import measure
from archspec.shapes import Shape, ShapeError

LARGEST = 4096
"""Largest size that is tried along an axis."""
_MOST_WORK = 100_000
"""Layers that are measured for one error: an error must not take seconds."""

Sizes = tuple[int, ...]


class Search:
    """Tries sizes of the only input of a network."""

    def __init__(self, graph: Graph, index: int, shape: Shape) -> None:
        self.graph = graph
        self.index = index
        self.given: Sizes = tuple([size or 0 for size in shape[:-1]])
        self.channels = shape[-1]
        self.work = 0
        self.beyond: frozenset[int] = frozenset()
        """Layers that no size of the input mends."""
        self.beyond = frozenset(self._failing((None,) * len(self.given)))

    @property
    def over(self) -> bool:
        """Whether the search took too long, so that nothing is known."""
        return self.work > _MOST_WORK

    def fits(self, sizes: Sizes) -> bool:
        """Whether every layer takes an input of these sizes."""
        return next(self._failing(sizes), None) is None

    def possible(self, axis: int, size: int) -> bool:
        """Whether the size is possible along an axis, whatever those along the others are."""
        sizes: list[int | None] = [None] * len(self.given)
        sizes[axis] = size
        return next(self._failing(tuple(sizes)), None) is None

    def first(self, axis: int, sizes: Iterable[int]) -> int | None:
        """The first of some sizes that is possible along an axis."""
        for size in sizes:
            if self.over:
                return None
            if self.possible(axis, size):
                return size
        return None

    def wrong(self) -> list[int]:
        """The axes along which the given size is not possible."""
        return [axis for axis, size in enumerate(self.given) if not self.possible(axis, size)]

    def _failing(self, sizes: tuple[int | None, ...]) -> Iterator[int]:
        """Layers that fail by themselves; not those that only lack a size that is not known."""
        shape = (*sizes, self.channels)
        found: list[tuple[Shape, ...] | None] = []
        for number, node in enumerate(self.graph.nodes):
            layer = Input(shape=shape) if number == self.index else node.layer
            read = [(found[i], output) for i, output in node.inputs]
            known = [outputs[o] for outputs, o in read if outputs is not None]
            outputs: tuple[Shape, ...] | None = None
            if len(known) == len(read):
                self.work += 1 + len(read)
                try:
                    outputs = measure(layer, tuple(known)).outputs
                except ShapeError as error:
                    if error.code != "AS407" and number not in self.beyond:
                        yield number
            found.append(outputs)


def smallest(search: Search) -> list[Sizes] | None:
    """The smallest sizes with which everything fits; several if they are as small as each other.

    Only the axes along which something fails are changed, the others are as they are given. Empty if
    there is none up to ``LARGEST``; None if that is not known.
    """
    wrong = search.wrong()
    if not wrong:
        return _alone(search)
    sizes = list(search.given)
    for axis in wrong:
        found = search.first(axis, range(1, LARGEST + 1))
        if found is None:
            return None if search.over else []
        sizes[axis] = found
    # Where layers mix axes, each bound may hold and all together not: then nothing is said.
    return [tuple(sizes)] if search.fits(tuple(sizes)) else None


def _alone(search: Search) -> list[Sizes] | None:
    """The same where every size by itself is possible: one axis is changed, the others as given."""
    found: list[Sizes] = []
    for axis in range(len(search.given)):
        for size in range(1, LARGEST + 1):
            sizes = (*search.given[:axis], size, *search.given[axis + 1 :])
            if search.over:
                return None
            if search.fits(sizes):
                found.append(sizes)
                break
    if not found:
        return None  # both might have to change
    least = min(_positions(sizes) for sizes in found)
    return [sizes for sizes in found if _positions(sizes) == least]


def _positions(sizes: Sizes) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product


def nearest(search: Search) -> list[Sizes]:
    """The next smaller and the next larger sizes with which everything fits."""
    wrong = search.wrong()
    if not wrong:
        return []
    found: list[Sizes] = []
    for step, end in ((-1, 0), (1, LARGEST + 1)):
        sizes = list(search.given)
        for axis in wrong:
            size = search.first(axis, range(sizes[axis] + step, end, step))
            if size is None:
                break
            sizes[axis] = size
        else:
            if search.fits(tuple(sizes)):
                found.append(tuple(sizes))
    return found
