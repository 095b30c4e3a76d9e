"""A diagram laid out by Graphviz: boxes of a given size, and room for the labels of wires.

Graphviz sees no text and no colour, so every engine that has the same algorithm gives the same places.
"""

import json
import re
from typing import NamedTuple

from archspec.drawing.content.diagram import Card, Cluster, Diagram, Wire
from archspec.drawing.layout.engine import Engine, EngineError, engines, run
from archspec.drawing.layout.places import Box, Places, Point, Route

CLUSTER_TITLE = 20.0
"""Height of the title of an opened block."""
_CLUSTER_MARGIN = 12
_LOST = re.compile(r"lost \S+ \S+ edge")
"""What Graphviz says when it finds no way from a port, as happens once in a thousand large networks."""
_PORT = re.compile(r"(?<=\d):[te]\d+:[we]\b")
_CELL = 4
"""Height of what Graphviz leads a wire to, in points."""


class Port(NamedTuple):
    """Where wires enter or leave a card at the side."""

    y: float
    """How far below the top."""
    side: str
    """``w`` or ``e``."""


class Size(NamedTuple):
    """What Graphviz knows of a card."""

    width: float
    height: float
    entries: dict[int, Port]
    """Layer → where wires to it enter."""
    taps: dict[int, Port]
    """Layer → where wires from it leave."""


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
            return _places(_run(engine, text), drawing, sizes, engine), failed
        except EngineError as error:
            if engine.chosen or engine.bundled:
                raise
            failed = error
    raise failed or EngineError("AS505", "there is no Graphviz to lay the picture out")


def _run(engine: Engine, text: str) -> bytes:
    """What Graphviz gives; where its search for ways goes wrong, with wires that end anywhere."""
    try:
        return run(engine, text, "-Tjson0")
    except EngineError as error:
        if not _LOST.search(error.message):
            raise
        return run(engine, _PORT.sub("", text), "-Tjson0")


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
    lines += _content(drawing.content, sizes)
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
        if tap := sizes.cards[source].taps.get(wire.tap):
            source += f":t{wire.tap}:{tap.side}"
        if entry := sizes.cards[target].entries.get(wire.entry):
            target += f":e{wire.entry}:{entry.side}"
        lines.append(f"{source} -> {target} [{' '.join(said)}]")
    return "\n".join([*lines, "}", ""])


def _whole(length: float) -> int:
    return int(length + 0.999)


def _content(content: list[Card | Cluster], sizes: Sizes) -> list[str]:
    lines = []
    for item in content:
        if isinstance(item, Card):
            size = sizes.cards[item.key]
            if size.entries or size.taps:
                said = f"shape=plain fixedsize=false label=<{_table(size)}>"
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
            *_content(item.content, sizes),
            "}",
        ]
    return lines


def _table(size: Size) -> str:
    """A card as two columns, each with a cell at the height of each port at its side."""
    width, height = _whole(size.width), _whole(size.height)
    half = width // 2
    named = [(f"e{node}", port) for node, port in size.entries.items()]
    named += [(f"t{node}", port) for node, port in size.taps.items()]
    sides = [
        _side([(name, port.y) for name, port in named if port.side == side], wide, height)
        for side, wide in (("w", half), ("e", width - half))
    ]
    return f"<TABLE {_BARE}><TR>{''.join(f'<TD>{side}</TD>' for side in sides)}</TR></TABLE>"


_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


def _side(ports: list[tuple[str, float]], width: int, height: int) -> str:
    rows = []
    at = 0
    for name, y in sorted(ports, key=lambda p: (p[1], p[0])):
        top = max(at, int(y) - _CELL // 2)
        if top > at:
            rows.append(_cell("", width, top - at))
        rows.append(_cell(f' PORT="{name}"', width, _CELL))
        at = top + _CELL
    if at < height:
        rows.append(_cell("", width, height - at))
    sized = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
    return f"<TABLE {_BARE} {sized}>{''.join(rows)}</TABLE>"


def _cell(port: str, width: int, height: int) -> str:
    return f'<TR><TD{port} FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"></TD></TR>'


def _places(data: bytes, drawing: Diagram, sizes: Sizes, engine: Engine) -> Places:
    try:
        return _read(data, drawing.wires, sizes)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        message = f"{engine.name} gave something else than a picture"
        help = "`--dot bundled` takes the one that pip installed"
        raise EngineError("AS505", message, help) from error


def _read(data: bytes, wires: list[Wire], sizes: Sizes) -> Places:
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
        source, target = boxes[wire.source], boxes[wire.target]
        tap = sizes.cards[wire.source].taps.get(wire.tap)
        entry = sizes.cards[wire.target].entries.get(wire.entry)
        # Graphviz writes five digits: far from the origin a wire ends some points beside its box.
        points[0] = _end(source, tap) if tap else source.nearest(points[0])
        points[-1] = _end(target, entry) if entry else target.nearest(points[-1])
        routes[int(edge["id"])] = Route(tuple(points), label)
    return Places(boxes, tuple([r for r in routes if r is not None]), clusters)


def _end(box: Box, port: Port) -> Point:
    return box.left if port.side == "w" else box.right, box.top + port.y


def _point(text: str) -> Point:
    x, y = text.split(",")[:2]
    return float(x), float(y)
