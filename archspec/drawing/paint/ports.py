"""Where wires enter and leave a card at the side, and the lines from there to pills."""

from collections.abc import Iterable

from archspec.drawing.content.diagram import Wire
from archspec.drawing.layout.graph import Port
from archspec.drawing.paint.level import TURN, Level
from archspec.drawing.scene.scene import Rect, Shape, line

_APART = 4.0
"""How far from the middle of a pill a wire enters, and another one leaves, at one side."""


def ports(
    key: str, levels: dict[int, Level], wires: Iterable[Wire]
) -> tuple[dict[int, Port], dict[int, Port]]:
    """For layers of a card where wires to them enter, and where wires from them leave."""
    wires = list(wires)
    entered = [w.entry for w in wires if w.target == key and w.entry in levels]
    left = [w.tap for w in wires if w.source == key and w.tap in levels]
    entries: dict[int, Port] = {}
    taps: dict[int, Port] = {}
    taken: list[Port] = []
    for found, nodes, sides in ((entries, entered, "we"), (taps, left, "ew")):
        of_pill: dict[Level, Port] = {}
        for level in dict.fromkeys([levels[node] for node in nodes]):
            ways = [Port(h, s) for s in sides for h in (level.west if s == "w" else level.east)]
            ways.sort(key=lambda p: (p.y != level.y, _near(p, taken)))
            of_pill[level] = ways[0] if ways else Port(level.y, sides[0])
            taken.append(of_pill[level])
        found.update({node: of_pill[levels[node]] for node in nodes})
    for node, tap in taps.items():
        for other, entry in entries.items():
            if levels[other] == levels[node] and entry == tap and tap.y == levels[node].y:
                entries[other] = entry._replace(y=entry.y - _APART)
                taps[node] = tap._replace(y=tap.y + _APART)
    return entries, taps


def port_shapes(level: Level, port: Port, width: float, entering: bool) -> list[Shape]:
    """The line between the border of a card of a width and a pill, with an arrow or a dot at the pill."""
    west = port.side == "w"
    border = (0.0 if west else width, port.y)
    pill = (level.left if west else level.right, port.y)
    shapes: list[Shape] = []
    if abs(port.y - level.y) > _APART + 1:  # it goes along other pills, and turns
        turn = (level.left + TURN if west else level.right - TURN, port.y)
        shapes.append(line(border, turn, "edge", 1.3))
        border = turn
        pill = (turn[0], level.y + (8.5 if port.y > level.y else -8.5))
    start, end = (border, pill) if entering else (pill, border)
    shapes.append(line(start, end, "edge", 1.3, entering))
    if not entering:
        shapes.append(Rect(pill[0] - 2, pill[1] - 2, 4, 4, "edge", "", 2))
    return shapes


def _near(port: Port, taken: list[Port]) -> bool:
    return any(port.side == other.side and abs(port.y - other.y) < _APART for other in taken)
