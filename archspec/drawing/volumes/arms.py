"""Whether a network goes down and up again with skips across, and which box is where."""

import itertools
from math import prod
from typing import NamedTuple

from archspec.drawing.volumes.boxes import Box, Boxes
from archspec.drawing.volumes.grid import Pair, grid


class NoSuchShape(LookupError):
    """A network that cannot be drawn as a U; its text says why."""


class Skip(NamedTuple):
    """A way across, from the left arm to the right one, by positions of boxes."""

    source: int
    target: int
    over: int = -1
    """The box on it, as of a cropping; -1 if there is none."""


class Arms(NamedTuple):
    """The boxes of a U, by their positions."""

    left: list[int]
    """From the top down."""
    bottom: list[int]
    right: list[int]
    """From the top down: the last ones of the network first."""
    skips: list[Skip]
    """The outermost first."""

    def next_to(self) -> set[Pair]:
        """The boxes on the way down and up that follow each other."""
        way = [*self.left, *self.bottom, *reversed(self.right)]
        return set(itertools.pairwise(way))


def arms(found: Boxes, asked: bool) -> Arms | None:
    """How a network is a U; None if it is none.

    Args:
        found: the network.
        asked: whether somebody wants a U.

    Raises:
        NoSuchShape: it is none, though somebody wants it.
    """
    try:
        return _arms(found)
    except NoSuchShape:
        if asked:
            raise
        return None


def _arms(found: Boxes) -> Arms:
    boxes = found.boxes
    pairs = [(w.source, w.target) for w in found.wires]
    way = [k for k, lane in enumerate(grid(len(boxes), pairs).lanes) if lane == 0]
    at = {k: n for n, k in enumerate(way)}
    known = set(pairs)
    if any((a, b) not in known for a, b in itertools.pairwise(way)):
        raise NoSuchShape("there is no way through all of it that goes down and up")
    if len(way) < len(boxes) / 2:
        raise NoSuchShape("most of it stands beside the way down and up")
    far = {(s, t): -1 for s, t in pairs if s in at and t in at and at[t] > at[s] + 1}
    for k in range(len(boxes)):
        if k not in at:
            far[_ends(boxes, pairs, k, at)] = k
    if not far:
        raise NoSuchShape("no map skips others on its way, so there are no two arms")
    skips = _nested([(at[s], at[t]) for s, t in far])
    skips = [(a, b) for a, b in skips if _shrinks([boxes[k] for k in way[a : b + 1]])]
    if len(skips) < 2:
        raise NoSuchShape(
            "fewer than two skips lead from a larger map over smaller ones to a larger one"
        )
    low = _bottom([boxes[k] for k in way], *skips[-1])
    across = {(way[a], way[b]) for a, b in skips}
    for (source, target), over in far.items():
        same = (at[source] < low[0]) == (at[target] < low[0]) and at[source] not in low
        if (source, target) not in across and (over >= 0 or not same):
            raise NoSuchShape(f"{_name(boxes[target])} is read in another order than a U's")
    return Arms(
        way[: low[0]],
        [way[n] for n in low],
        way[: low[-1] : -1],
        [Skip(way[a], way[b], far[way[a], way[b]]) for a, b in skips],
    )


def _ends(boxes: list[Box], pairs: list[Pair], k: int, at: dict[int, int]) -> Pair:
    """What the only box on a skip reads, and what reads it."""
    sources, targets = [s for s, t in pairs if t == k], [t for s, t in pairs if s == k]
    if len(sources) != 1 or len(targets) != 1 or sources[0] not in at or targets[0] not in at:
        raise NoSuchShape(f"{_name(boxes[k])} stands beside the way down and up")
    if boxes[k].faded or (sources[0], targets[0]) in pairs:
        raise NoSuchShape(f"{_name(boxes[k])} stands beside the way down and up")
    return sources[0], targets[0]


def _name(box: Box) -> str:
    return box.nodes[0].name[:80]


def _nested(far: list[Pair]) -> list[Pair]:
    """Of ways across those that lie in each other, the longest first."""
    found: list[Pair] = []
    for source, target in sorted(far):
        while found and not (found[-1][0] < source and target < found[-1][1]):
            if found[-1][1] - found[-1][0] >= target - source:
                break
            found.pop()
        else:
            found.append((source, target))
    return found


def _bottom(way: list[Box], source: int, target: int) -> list[int]:
    """Where on the way the arms meet: the smallest maps, one or two."""
    between = list(range(source + 1, target))
    if len(between) < 3:
        return between
    sizes = [_size(way[n]) for n in between]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return [between[len(between) // 2]]
    return [between[max(n for n, size in enumerate(known) if size == min(known))]]


def _size(box: Box) -> int | None:
    """Values in each channel of the first of its maps; None if that is not known, or if it has none."""
    shape = box.maps[0].shape[:-1]
    if not shape or None in shape:
        return None
    return prod([s for s in shape if s is not None])


def _shrinks(way: list[Box]) -> bool:
    """Whether maps between two boxes are smaller than both, as far as sizes are known."""
    if any(len(box.maps[0].shape) < 2 for box in (way[0], way[-1])):
        return False
    sizes = [_size(box) for box in way]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        inner = [n for box in way[:-1] for n in box.nodes]
        return any(w.stride > 1 for n in inner for w in n.layer.windows() or ())
    return min(known[1:-1]) * 2 <= min(known[0], known[-1])
