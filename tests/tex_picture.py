"""Reading a TikZ picture back, as :mod:`tests.svg_picture` reads SVG."""

import re

from archspec.drawing.style.text_width import text_width
from tests.svg_picture import Area, Drawn, Point, _ranges

_BOX = re.compile(r"  % box (\w+):(?: layers ([\d -]+))?")
_WIRE = re.compile(r"  % wire (\w+): (\w+) -> (\w+)")
_OTHER = re.compile(r"  % (cluster|head|legend|note)\b ?(\w*)")
_TIMES = re.compile(r", (\d+) times")
_RECT = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\) rectangle \((-?[\d.]+),(-?[\d.]+)\)")
_POINT = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\)")
_NODE = re.compile(r"  \\node\[([^\]]*)\] at \((-?[\d.]+),(-?[\d.]+)\) \{(.*)\};")
_PLAIN = (
    (r"\texttimes{}", "×"),
    (r"\textperiodcentered{}", "·"),
    (r"\textellipsis{}", "…"),
    (r"\dots{}", "…"),
    (r"\%", "%"),
    (r"\_", "_"),
    (r"\&", "&"),
    (r"\#", "#"),
    ("{}", ""),
)


def read_tex(text: str) -> list[Drawn]:
    """Boxes, wires, opened blocks, heads and notes of a picture."""
    found: list[Drawn] = []
    lines: list[str] = []
    begun: Drawn | None = None
    for row in [*text.splitlines(), "  % note end"]:
        start = _begun(row)
        if start is None:
            lines.append(row)
            continue
        if begun is not None:
            found.append(_finished(begun, lines))
        begun, lines = start, []
    return found


def _begun(row: str) -> Drawn | None:
    nothing = Drawn("", "", None, [], "", (), ("", ""), [], False, 1, 0, [])
    times = int(found[1]) if (found := _TIMES.search(row)) else 1
    if match := _BOX.match(row):
        layers = tuple(_ranges((match[2] or "").strip()))
        faded = ", leads nowhere" in row
        return nothing._replace(kind="box", key=match[1], layers=layers, times=times, faded=faded)
    if match := _WIRE.match(row):
        return nothing._replace(kind="wire", key=match[1], ends=(match[2], match[3]))
    if match := _OTHER.match(row):
        return nothing._replace(kind=match[1], key=match[2], times=times)
    return None


def _finished(begun: Drawn, lines: list[str]) -> Drawn:
    area: Area | None = None
    ways: list[list[Point]] = []
    texts: list[tuple[str, Area]] = []
    dashed = 0
    for row in lines:
        dashed += "dashed" in row or "dash pattern" in row
        if node := _NODE.match(row):
            texts.append(_text(*node.groups()))
        elif rect := _RECT.search(row):
            x, y, u, v = (float(n) for n in rect.groups())
            area = area or Area(min(x, u), min(y, v), max(x, u), max(y, v))
        elif row.endswith("cycle;") and "fill=" in row:
            xs, ys = zip(*[(float(x), float(y)) for x, y in _POINT.findall(row)], strict=True)
            corners = Area(min(xs), min(ys), max(xs), max(ys))
            area = corners if area is None else _joined(area, corners)
        elif row.startswith("  \\path[draw="):
            points = [(float(x), float(y)) for x, y in _POINT.findall(row.partition("]")[2])]
            ways.append(points)
    return begun._replace(area=area, ways=ways, texts=texts, dashed=dashed)


def _joined(a: Area, b: Area) -> Area:
    return Area(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _text(how: str, x: str, y: str, said: str) -> tuple[str, Area]:
    for tex, plain in _PLAIN:
        said = said.replace(tex, plain)
    size = float(found[1]) if (found := re.search(r"letters=([\d.]+)", how)) else 10.0
    wide = text_width(said, size, "heavy" in how)
    left = float(x) - wide / 2
    return said, Area(left, float(y) - 0.72 * size, left + wide, float(y) + 0.21 * size)
