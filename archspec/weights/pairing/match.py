"""Which call of one model corresponds to which of another.

Vertices that calculate the same from the inputs get the same number in both models, so that the
numbers of two outputs say whether all that leads to them is the same. From equal outputs the pairs
follow backwards: the inputs of a pair are pairs, in their order, or by number where the order
does not matter.
"""

from collections import deque
from typing import NamedTuple

from archspec.weights.structure.vertices import Output, Structure


class Match(NamedTuple):
    """Pairs of vertices, and where two models part."""

    pairs: dict[int, int]
    """Vertices of the first model, and those of the second that correspond to them."""
    conflict: str
    """Why the pairs do not fit together; empty if they do."""


class Numbering:
    """Numbers the vertices of several structures by what they calculate from the inputs."""

    def __init__(self) -> None:
        self._known: dict[object, int] = {}

    def of(self, structure: Structure) -> list[int]:
        """A number for each vertex, equal in all structures for equal calculations."""
        numbers: list[int] = []
        inputs = {index: position for position, index in enumerate(structure.inputs)}
        for index, vertex in enumerate(structure.vertices):
            sources = [(numbers[source], output) for source, output in vertex.inputs]
            if vertex.commutative:
                sources.sort()
            key = (vertex.label, tuple(sources), inputs.get(index))
            numbers.append(self._known.setdefault(key, len(self._known)))
        return numbers


def match(first: Structure, second: Structure) -> Match:
    """Pair all vertices of two models whose outputs are the same."""
    numbers = Numbering()
    matcher = _Matcher(first, second, numbers.of(first), numbers.of(second))
    if len(first.outputs) != len(second.outputs):
        counts = f"{len(first.outputs)} against {len(second.outputs)}"
        return Match({}, f"the numbers of outputs differ: {counts}")
    if len(first.inputs) != len(second.inputs):
        counts = f"{len(first.inputs)} against {len(second.inputs)}"
        return Match({}, f"the numbers of inputs differ: {counts}")
    for a, b in zip(first.outputs, second.outputs, strict=True):
        if matcher.first_numbers[a[0]] != matcher.second_numbers[b[0]] or a[1] != b[1]:
            return Match({}, "the outputs are calculated differently")
        matcher.pair(a, b)
    for one, other in zip(first.inputs, second.inputs, strict=True):
        if matcher.first_numbers[one] != matcher.second_numbers[other]:
            return Match({}, "the inputs differ")
        matcher.pair((one, 0), (other, 0))
    matcher.spread()
    matcher.pair_rest()
    return Match(matcher.pairs, matcher.conflict)


def match_parts(first: Structure, second: Structure) -> dict[int, int]:
    """Pair the vertices of two models that calculate the same from the inputs.

    It begins with the last ones, from which most others follow. Where several calculate the same,
    they are paired in their order.
    """
    numbers = Numbering()
    matcher = _Matcher(first, second, numbers.of(first), numbers.of(second))
    free: dict[int, list[int]] = {}
    for index, number in enumerate(matcher.first_numbers):
        free.setdefault(number, []).append(index)
    several: list[int] = []
    for other in range(len(second.vertices) - 1, -1, -1):
        same = free.get(matcher.second_numbers[other], [])
        if len(same) == 1 and other not in matcher.taken and same[0] not in matcher.pairs:
            matcher.pair((same[0], 0), (other, 0))
            matcher.spread()
        elif same:
            several.append(other)
    for other in reversed(several):
        same = [i for i in free[matcher.second_numbers[other]] if i not in matcher.pairs]
        if same and other not in matcher.taken:
            matcher.pair((same[0], 0), (other, 0))
            matcher.spread()
    return matcher.pairs


def corresponding(ours: Structure, theirs: Structure) -> dict[str, str]:
    """Layers of the first structure, and the layer of the second that calculates the same."""
    found: dict[str, str] = {}
    for a, b in match_parts(ours, theirs).items():
        name, other = ours.vertices[a].layer, theirs.vertices[b].layer
        if name and other:
            found.setdefault(name, other)
    return found


class _Matcher:
    def __init__(
        self,
        first: Structure,
        second: Structure,
        first_numbers: list[int],
        second_numbers: list[int],
    ) -> None:
        self.first = first
        self.second = second
        self.first_numbers = first_numbers
        self.second_numbers = second_numbers
        self.pairs: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.conflict = ""
        self._open: deque[tuple[int, int]] = deque()
        self._unclear: deque[tuple[list[Output], list[Output]]] = deque()

    def pair(self, one: Output, other: Output) -> None:
        """Take two vertices as corresponding."""
        a, b = one[0], other[0]
        if self.pairs.get(a) == b:
            return
        if a in self.pairs or b in self.taken:
            self.conflict = self.conflict or (
                f"`{self.first.vertices[a].layer}` and `{self.second.vertices[b].layer}` stand"
                " once in one model and several times in the other"
            )
            return
        self.pairs[a] = b
        self.taken[b] = a
        self._open.append((a, b))

    def spread(self) -> None:
        """Pair what the pairs read, the clear cases first."""
        while self._open or self._unclear:
            if self._open:
                a, b = self._open.popleft()
                self._inputs(list(self.first.vertices[a].inputs), b, a)
            else:
                self._settle(*self._unclear.popleft())

    def pair_rest(self) -> None:
        """Pair what leads to no output, as in a model in the model of which not all is used."""
        free: dict[int, list[int]] = {}
        for other in range(len(self.second.vertices)):
            if other not in self.taken:
                free.setdefault(self.second_numbers[other], []).append(other)
        for index in range(len(self.first.vertices) - 1, -1, -1):
            same = free.get(self.first_numbers[index], [])
            while same and same[-1] in self.taken:
                same.pop()
            if index not in self.pairs and same:
                self.pair((index, 0), (same.pop(), 0))
                self.spread()

    def _inputs(self, ours: list[Output], b: int, a: int) -> None:
        theirs = list(self.second.vertices[b].inputs)
        if not self.first.vertices[a].commutative:
            for one, other in zip(ours, theirs, strict=True):
                self.pair(one, other)
            return
        groups: dict[tuple[int, int], tuple[list[Output], list[Output]]] = {}
        for one in ours:
            groups.setdefault((self.first_numbers[one[0]], one[1]), ([], []))[0].append(one)
        for other in theirs:
            groups.setdefault((self.second_numbers[other[0]], other[1]), ([], []))[1].append(other)
        for mine, others in groups.values():
            if len(mine) == 1:
                self.pair(mine[0], others[0])
            else:
                self._unclear.append((mine, others))

    def _settle(self, ours: list[Output], theirs: list[Output]) -> None:
        """Equal inputs of a sum: those that are pairs already, the others in their order."""
        known = [o for o in ours if o[0] in self.pairs and (self.pairs[o[0]], o[1]) in theirs]
        for one in known:
            theirs.remove((self.pairs[one[0]], one[1]))
        for one, other in zip([o for o in ours if o not in known], theirs, strict=False):
            self.pair(one, other)
