"""A diagram laid out by Graphviz: boxes of a given size, and room for the labels of wires.

Graphviz sees no text and no colour, so every engine that has the same algorithm gives the same places.
"""

import json
from typing import NamedTuple

from archspec.drawing.content.diagram import Card, Cluster, Diagram, Wire
from archspec.drawing.layout.engine import Engine, EngineError, engines, run
from archspec.drawing.layout.places import Box, Places, Point, Route

CLUSTER_TITLE = 20.0
"""Height of the title of an opened block."""
_CLUSTER_MARGIN = 12


class Size(NamedTuple):
    """What Graphviz knows of a card."""

    width: float
    height: float
    levels: dict[int, tuple[float, str, str]]
    """Layer → how far below the top its pill is, and at which side, ``w`` or ``e``, wires enter and
    leave there."""


class Sizes(NamedTuple):
    """What Graphviz knows of a diagram."""

    cards: dict[str, Size]
    labels: tuple[tuple[float, float] | None, ...]
    """For each wire the width and height of its label; None without one."""
    titles: dict[str, float]
    """Opened block → width of its title."""


def laid_out(
    drawing: Diagram, sizes: Sizes, direction: str, named: str | None = None, tight: bool = False
) -> tuple[Places, EngineError | None]:
    """The places of a diagram, and why the system's Graphviz did not give them, if it failed.

    Raises:
        EngineError: Graphviz is missing, failed, or took too long.
    """
    text = dot_text(drawing, sizes, direction, tight)
    failed: EngineError | None = None
    for engine in engines(named):
        try:
            return _places(run(engine, text, "-Tjson0"), drawing, engine), failed
        except EngineError as error:
            if engine.chosen or engine.bundled:
                raise
            failed = error
    raise failed or EngineError("AS505", "there is no Graphviz to lay the picture out")


def dot_text(drawing: Diagram, sizes: Sizes, direction: str, tight: bool = False) -> str:
    """What Graphviz is asked; ``tight`` if room is scarce."""
    down = direction == "TB"
    rank = ("0.17" if tight else "0.34") if down else "0.45"
    lines = [
        "digraph g {",
        f"graph [rankdir={direction} nodesep=0.3 ranksep={rank} splines=spline newrank=true compound=true]",
        'node [shape=box fixedsize=true label=""]',
        "edge [arrowhead=none]",
    ]
    sides = _sides(drawing, sizes)
    lines += _content(drawing.content, sizes, sides)
    for k, wire in enumerate(drawing.wires):
        said = [f"weight={3 if wire.straight else 1}", f'id="{k}"']
        label = sizes.labels[k]
        if label:
            width, height = label
            said.append(
                f'label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
                f' FIXEDSIZE="TRUE" WIDTH="{_whole(width)}" HEIGHT="{_whole(height)}">'
                "<TR><TD></TD></TR></TABLE>>"
            )
        source, target = wire.source, wire.target
        if wire.tap in sides.get(source, {}):
            side = sizes.cards[source].levels[wire.tap][2]
            source += f":{side}{wire.tap}:{side}"
        if wire.entry in sides.get(target, {}):
            side = sizes.cards[target].levels[wire.entry][1]
            target += f":{side}{wire.entry}:{side}"
        lines.append(f"{source} -> {target} [{' '.join(said)}]")
    return "\n".join([*lines, "}", ""])


def _whole(length: float) -> int:
    return int(length + 0.999)


def _sides(drawing: Diagram, sizes: Sizes) -> dict[str, dict[int, float]]:
    """Card → the layers at whose height wires leave or enter it at the side, and where that is."""
    found: dict[str, dict[int, float]] = {}
    for wire in drawing.wires:
        for key, node in ((wire.source, wire.tap), (wire.target, wire.entry)):
            level = sizes.cards[key].levels.get(node) if node >= 0 else None
            if level is not None:
                found.setdefault(key, {})[node] = level[0]
    return found


def _content(
    content: list[Card | Cluster], sizes: Sizes, sides: dict[str, dict[int, float]]
) -> list[str]:
    lines = []
    for item in content:
        if isinstance(item, Card):
            size = sizes.cards[item.key]
            ports = sides.get(item.key)
            if ports:
                said = f"shape=plain fixedsize=false label=<{_table(size, ports)}>"
            else:
                said = f"width={size.width / 72:.4f} height={size.height / 72:.4f}"
            lines.append(f"{item.key} [{said}]")
            continue
        width = _whole(sizes.titles[item.key])
        lines += [
            f"subgraph cluster_{item.key} {{",
            f"graph [margin={_CLUSTER_MARGIN} labeljust=l"
            f' label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
            f' FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{_whole(CLUSTER_TITLE)}">'
            "<TR><TD></TD></TR></TABLE>>]",
            *_content(item.content, sizes, sides),
            "}",
        ]
    return lines


def _table(size: Size, ports: dict[int, float]) -> str:
    """A card as a table that has a cell at the height of each port."""
    width, height = _whole(size.width), _whole(size.height)
    half = width // 2
    rows = []
    at = 0
    for node, level in sorted(ports.items(), key=lambda p: p[1]):
        top = max(at, int(level) - 3)
        if top > at:
            rows.append(_cells("", width, half, top - at))
        rows.append(_cells(str(node), width, half, 6))
        at = top + 6
    if at < height:
        rows.append(_cells("", width, half, height - at))
    return (
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE"'
        f' WIDTH="{width}" HEIGHT="{height}">{"".join(rows)}</TABLE>'
    )


def _cells(port: str, width: int, half: int, height: int) -> str:
    left, right = (f' PORT="w{port}"', f' PORT="e{port}"') if port else ("", "")
    return (
        f'<TR><TD{left} FIXEDSIZE="TRUE" WIDTH="{half}" HEIGHT="{height}"></TD>'
        f'<TD{right} FIXEDSIZE="TRUE" WIDTH="{width - half}" HEIGHT="{height}"></TD></TR>'
    )


def _places(data: bytes, drawing: Diagram, engine: Engine) -> Places:
    try:
        return _read(data, drawing.wires)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        message = f"{engine.name} gave something else than a picture"
        help = "`--dot bundled` takes the one that pip installed"
        raise EngineError("AS505", message, help) from error


def _read(data: bytes, wires: list[Wire]) -> Places:
    """The places in what Graphviz writes with ``-Tjson0``; there y goes up."""
    found = json.loads(data)
    _, _, _, high = (float(n) for n in found["bb"].split(","))
    boxes: dict[str, Box] = {}
    clusters: dict[str, Box] = {}
    for thing in found.get("objects", ()):
        if "bb" in thing:
            left, bottom, right, top = (float(n) for n in thing["bb"].split(","))
            key = thing["name"].removeprefix("cluster_")
            clusters[key] = Box(left, high - top, right, high - bottom)
        elif "pos" in thing:
            x, y = _point(thing["pos"])
            w, h = float(thing["width"]) * 36, float(thing["height"]) * 36
            boxes[thing["name"]] = Box(x - w, high - y - h, x + w, high - y + h)
    routes: list[Route | None] = [None] * len(wires)
    for edge in found.get("edges", ()):
        points = []
        for word in edge["pos"].split():
            if not word.startswith(("e,", "s,")):
                x, y = _point(word)
                points.append((x, high - y))
        label = None
        if "lp" in edge:
            x, y = _point(edge["lp"])
            label = x, high - y
        wire = wires[int(edge["id"])]
        ends = boxes[wire.source], boxes[wire.target]
        routes[int(edge["id"])] = Route(_snapped(points, *ends), label)
    return Places(boxes, tuple([r for r in routes if r is not None]), clusters)


def _snapped(points: list[Point], source: Box, target: Box) -> tuple[Point, ...]:
    """The points with both ends on the outlines of their boxes.

    Graphviz writes five digits: far from the origin a wire ends some points beside its box.
    """
    points[0] = source.nearest(points[0])
    points[-1] = target.nearest(points[-1])
    return tuple(points)


def _point(text: str) -> Point:
    x, y = text.split(",")[:2]
    return float(x), float(y)
