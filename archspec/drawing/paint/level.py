"""Where the pill of a layer is on a card, and how lines from the borders come to it past other pills."""

from typing import NamedTuple

from archspec.drawing.scene.scene import Rect

TURN = 9.0
"""How far from the end of a pill lines turn to it, in points."""
_ALONG, _CLOSE = 6.5, 2.0
"""Points between a pill and a line that goes along it, if there is room and if there is little."""


class Level(NamedTuple):
    """Where the pill of a layer is on a card, and how lines come to it."""

    y: float
    """Of its middle."""
    left: float
    right: float
    west: tuple[float, ...]
    """At what heights a line comes to it from the left border past all other pills, the best first:
    ``y``, or one above or below the pill, from where it turns to it."""
    east: tuple[float, ...]
    """The same from the right border."""


def level_of(area: Rect, pills: list[Rect]) -> Level:
    """Where a pill is among all of a card."""
    middle = area.y + area.height / 2
    ways = _west(area, pills), _east(area, pills)
    return Level(middle, area.x, area.x + area.width, *ways)


def _west(area: Rect, pills: list[Rect]) -> tuple[float, ...]:
    """Heights at which nothing is between the left border and a pill, or the turn to it."""
    end = area.x + TURN
    beside = [p for p in pills if p is not area and p.x < end]
    return _ways(area, beside, [p for p in beside if end < p.x + p.width])


def _east(area: Rect, pills: list[Rect]) -> tuple[float, ...]:
    end = area.x + area.width - TURN
    beside = [p for p in pills if p is not area and p.x + p.width > end]
    return _ways(area, beside, [p for p in beside if p.x < end])


def _ways(area: Rect, beside: list[Rect], over: list[Rect]) -> tuple[float, ...]:
    middle = area.y + area.height / 2
    rows = {area.y, *[p.y for p in beside]}
    heights = [h for y in rows for h in (y - _ALONG, y - _CLOSE, y + area.height + _CLOSE)]
    heights.sort(key=lambda h: (h > middle, abs(abs(h - middle) - area.height / 2 - _ALONG), h))
    found = []
    for h in (middle, *heights):
        low, high = sorted((h, middle))
        free = all(not p.y - 1 < h < p.y + area.height + 1 for p in beside)
        own = h != middle and area.y - 1 < h < area.y + area.height + 1
        if free and not own and all(p.y + area.height < low or p.y > high for p in over):
            found.append(h)
    return tuple(found)
