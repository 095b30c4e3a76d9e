"""A box as the layouts know it: how far it reaches from its middle, and how large its label is."""

from typing import NamedTuple

from archspec.drawing.scene.scene import Point
from archspec.drawing.volumes.boxes import Box
from archspec.drawing.volumes.labels import Said
from archspec.drawing.volumes.maps import Solid, largest, solids

CIRCLE = 9.0
"""Radius of a merge that is drawn as a sign."""
_LEADING = 1.27


class Body(NamedTuple):
    """What a layout places; lengths in points."""

    box: Box
    solids: tuple[Solid, ...]
    """Empty for a circle."""
    lines: tuple[Said, ...]

    @property
    def left(self) -> float:
        """Its left end, from its middle."""
        return min((s.left for s in self.solids), default=-CIRCLE)

    @property
    def right(self) -> float:
        """Its right end, from its middle."""
        return max((s.right for s in self.solids), default=CIRCLE)

    @property
    def reach(self) -> float:
        """How far it goes above, and below, its middle."""
        return max((s.reach for s in self.solids), default=CIRCLE)

    @property
    def label_width(self) -> float:
        """Width of its widest line."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def label_height(self) -> float:
        """Height of its lines, from the top of the first to the bottom of the last."""
        return sum(line.size * _LEADING for line in self.lines)

    @property
    def across(self) -> float:
        """Width of the column that it needs."""
        return max(2 * max(-self.left, self.right), self.label_width)

    @property
    def tap(self) -> Point:
        """A point on the side of its first size that the pooled map after it leaves to be seen."""
        first = [s for s in self.solids if s.map.shape == self.solids[0].map.shape]
        solid = first[-1] if first else self.solids[0]
        dx, dy = solid.shift
        x = solid.left + solid.width + 0.86 * dx
        return x, -solid.height / 2 - dy / 2 + 0.86 * dy + 0.12 * solid.height

    def edge(self, x: float, below: bool, last: bool = False) -> float:
        """Where a vertical line through it leaves it, from its middle.

        Args:
            x: where the line is, from the middle.
            below: whether it leaves at the bottom.
            last: whether the last solid is meant, not the first.
        """
        if not self.solids:
            return CIRCLE if below else -CIRCLE
        solid = self.solids[-1 if last else 0]
        dx, dy = solid.shift
        front = solid.height / 2 - dy / 2
        if below:
            past = x - (solid.left + solid.width)
            return front - max(0.0, past) / dx * -dy if dx else front
        before = solid.left + dx - x
        return -front + max(0.0, before) / dx * -dy if dx else -front


class Place(NamedTuple):
    """Where a box stands."""

    x: float
    y: float
    """Its middle."""
    label: Point
    """Top of its label: its middle, or the side by which it is aligned."""
    anchor: str = "middle"


class Layout(NamedTuple):
    """Places of boxes and ways of wires, in the order in which they were given."""

    places: list[Place]
    paths: list[tuple[Point, ...]]
    """A start and three points for each piece; a straight line that may become a kernel's is one piece."""
    width: float
    height: float


def bodies(found: list[Box], said: list[list[Said]], tallest: float) -> list[Body]:
    """The boxes with their sizes, the largest map ``tallest`` points high at most."""
    most = largest([m for box in found for m in box.maps if len(m.shape) > 1])
    scale = min(1.0, tallest / (16 * most**0.5))
    scale = min(scale, tallest / 245) if tallest < 245 else scale
    return [
        Body(box, () if box.symbol else solids(box.maps, scale), tuple(lines))
        for box, lines in zip(found, said, strict=True)
    ]


def baselines(lines: tuple[Said, ...], top: float) -> list[float]:
    """The base line of each line of a label that begins at ``top``."""
    found = []
    for line in lines:
        top += line.size * _LEADING
        found.append(top - line.size * (_LEADING - 1))
    return found
