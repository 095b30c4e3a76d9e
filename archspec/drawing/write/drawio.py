"""A scene as a file of diagrams.net (draw.io): boxes that can be edited, and edges that stay with them.

The format is described at drawio.com/docs/reference/file-format. All texts are plain (``html=0``);
what is shown when the pointer rests on a box is HTML there, so it is escaped twice.
"""

from html import escape

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Curve, Group, Label, Point, Polygon, Rect, Scene, Shape
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.style.text_width import broadest
from archspec.drawing.write.bounds import bounds
from archspec.drawing.write.drawio_cells import (
    Area,
    exact,
    from_corner,
    holds,
    object_cell,
    share,
    simple,
    vertex,
    way_of,
)
from archspec.drawing.write.flatten import flat_curve
from archspec.drawing.write.svg import number
from archspec.shapes.ranges import ranges

_LAYER = "1"
"""The identifier of the layer of a drawing in which everything lies."""
_STEP = 6.0
"""About how far apart points on a curve are looked at, in points."""
_NEAR = 1.2
"""How far a line may run from the curve that it stands for, in points."""
_BESIDE = 1.0
"""How far from the middle of a rectangle a text may stand to be the rectangle's own."""
_TWICE = 8.0
"""How much narrower the second outline of a box may be, in points."""
_LONGEST_NAME = 100


def drawio(scene: Scene, theme: str = "light", stamp: dict[str, str] | None = None) -> str:
    """The text of a ``.drawio`` file.

    Args:
        scene: what is drawn.
        theme: ``light``, ``dark``, or ``auto``, which is light: diagrams.net turns its colours itself.
        stamp: what the picture says of itself, as properties of the page.
    """
    writer = _Writer(scene, palette("light" if theme == "auto" else theme))
    cells = "\n".join(writer.cells(stamp or {}))
    high = scene.page_height or scene.height
    page = "none" if theme != "dark" else writer.colors.color("page")
    name = escape(drawn(scene.name)[:_LONGEST_NAME] or "network")
    return (
        '<mxfile compressed="false">\n'
        f'<diagram id="network" name="{name}">\n'
        '<mxGraphModel grid="0" guides="1" tooltips="1" connect="1" arrows="1" fold="1" page="1"'
        f' pageScale="1" pageWidth="{number(scene.width)}" pageHeight="{number(high)}"'
        f' math="0" shadow="0" background="{page}">\n<root>\n{cells}\n</root>\n'
        "</mxGraphModel>\n</diagram>\n</mxfile>\n"
    )


class _Writer:
    def __init__(self, scene: Scene, colors: Palette) -> None:
        self.scene = scene
        self.colors = colors
        self.areas = {g.key: _outline(g) for g in scene.groups if g.kind in ("box", "cluster")}
        self.clusters = [g for g in scene.groups if g.kind == "cluster"]
        self.count = 1

    def cells(self, stamp: dict[str, str]) -> list[str]:
        about = {"label": drawn(self.scene.title), **stamp}
        found = [object_cell("0", about, "<mxCell/>"), f'<mxCell id="{_LAYER}" parent="0"/>']
        for group in self.scene.groups:
            if group.kind == "wire" and group.ends != ("", ""):
                found += self.wire(group)
            elif group.shapes:
                found += self.group(group)
        return found

    def group(self, group: Group) -> list[str]:
        """A group as a shape with shapes in it."""
        key = group.key or self.new()
        left, top, wide, high = self.areas.get(group.key) or _outline(group)
        shapes = list(group.shapes)
        frame = shapes[0] if group.key in self.areas and isinstance(shapes[0], Rect) else None
        label, style = "", "fillColor=none;strokeColor=none;"
        if frame is not None:
            shapes = shapes[1:]
            second = shapes[0] if shapes else None
            if isinstance(second, Rect) and second.width > frame.width - _TWICE:
                # Of a box with two outlines the inner one lies over its text: it has no colour.
                frame = frame._replace(fill=second.fill)
                shapes[0] = second._replace(fill="")
            own = next((s for s in shapes if isinstance(s, Label)), None)
            style = self.paint(frame)
            if own is not None:
                shapes.remove(own)
                label = drawn(own.text).strip()
                style += self.title(own, frame)
        style += "html=0;expand=0;collapsible=0;recursiveResize=0;"
        if group.kind == "cluster":
            style += "container=1;"
        parent, (x, y) = self.around(group)
        about = {"label": label, **_about(group)}
        if group.tip:
            lines = [escape(drawn(part)) for part in group.tip.split("\n")]
            about["tooltip"] = "<br>".join(lines)
        cell = vertex(style, parent, (left - x, top - y, wide, high))
        return [object_cell(key, about, cell), *self.inside(shapes, key, (left, top))]

    def around(self, group: Group) -> tuple[str, Point]:
        """The opened block that a group lies in, and where that begins."""
        if group.kind not in ("box", "cluster"):
            return _LAYER, (0.0, 0.0)
        own = self.areas[group.key]
        around = [g for g in self.clusters if g is not group and holds(self.areas[g.key], own)]
        if not around:
            return _LAYER, (0.0, 0.0)
        smallest = min(around, key=lambda g: self.areas[g.key][2] * self.areas[g.key][3])
        return smallest.key, self.areas[smallest.key][:2]

    def inside(self, shapes: list[Shape], parent: str, corner: Point) -> list[str]:
        """The shapes of a group as parts of it; a text in the middle of a rectangle is its own."""
        found = []
        used: set[int] = set()
        for k, shape in enumerate(shapes):
            if k in used:
                continue
            if isinstance(shape, Rect):
                label = _label_of(shape, shapes[k + 1 :])
                said, style = "", self.paint(shape)
                if label is not None:
                    used.add(k + 1 + label)
                    text = shapes[k + 1 + label]
                    assert isinstance(text, Label)
                    said = text.text
                    style += self.font(text) + "align=center;verticalAlign=middle;spacing=0;"
                area = (shape.x, shape.y, shape.width, shape.height)
                found.append(self.part(said, style, parent, from_corner(area, corner)))
            elif isinstance(shape, Label):
                if drawn(shape.text).strip():
                    style, area = self.text(shape)
                    found.append(self.part(shape.text, style, parent, from_corner(area, corner)))
            elif isinstance(shape, Polygon):
                style, area = self.polygon(shape)
                found.append(self.part("", style, parent, from_corner(area, corner)))
            else:
                found.append(self.line(shape, parent, corner))
        return found

    def part(self, said: str, style: str, parent: str, area: Area) -> str:
        text = escape(drawn(said).strip())
        cell = vertex(style, parent, area)
        own = f'<mxCell id="{self.new()}" value="{text}" connectable="0"'
        return cell.replace("<mxCell", own, 1)

    def wire(self, group: Group) -> list[str]:
        """An edge that stays with its boxes, and its label; more lines of it are lines."""
        curves = [s for s in group.shapes if isinstance(s, Curve)]
        rest = [s for s in group.shapes if not isinstance(s, Curve | Label)]
        labels = [s for s in group.shapes if isinstance(s, Label)]
        whole: list[Point] = []
        for curve in curves:
            whole += flat_curve(curve, _STEP)
        way = simple(whole, _NEAR)
        style = self.stroke(curves[0]) if curves else "endArrow=none;"
        if any(c.arrow for c in curves):
            style = style.replace("endArrow=none;", "endArrow=block;endFill=1;endSize=5;")
        style += "edgeStyle=none;rounded=1;html=0;" if len(way) > 2 else "edgeStyle=none;html=0;"
        source, target = group.ends
        for name, key, point in (("exit", source, way[0]), ("entry", target, way[-1])):
            x, y = share(self.areas[key], point)
            style += f"{name}X={exact(x)};{name}Y={exact(y)};{name}Perimeter=0;"
        cell = (
            f'<mxCell style="{style}" edge="1" parent="{_LAYER}" source="{escape(source)}"'
            f' target="{escape(target)}">{way_of(way)}</mxCell>'
        )
        found = [object_cell(group.key or self.new(), {"label": "", **_about(group)}, cell)]
        return found + self.inside([*rest, *labels], _LAYER, (0.0, 0.0))

    def line(self, curve: Curve, parent: str, corner: Point) -> str:
        """A line within a group."""
        x, y = corner
        way = simple([(a - x, b - y) for a, b in flat_curve(curve, _STEP)], _NEAR)
        style = self.stroke(curve) + "edgeStyle=none;html=0;"
        if curve.arrow:
            style = style.replace("endArrow=none;", "endArrow=block;endFill=1;endSize=5;")
        return (
            f'<mxCell id="{self.new()}" value="" style="{style}" edge="1" parent="{escape(parent)}">'
            f"{way_of(way)}</mxCell>"
        )

    def new(self) -> str:
        """An identifier that no group has: theirs have no dot."""
        self.count += 1
        return f"part.{self.count}"

    def paint(self, rect: Rect) -> str:
        round_ = f"rounded=1;absoluteArcSize=1;arcSize={number(2 * rect.radius)};"
        return (
            (round_ if rect.radius else "rounded=0;")
            + self.fill(rect.fill, rect.line, rect.stroke, rect.dashed)
            + "html=0;"
        )

    def fill(self, fill: str, line: str, width: float, dashed: bool) -> str:
        said = f"fillColor={self.colors.color(fill) if fill else 'none'};"
        said += f"strokeColor={self.colors.color(line) if line else 'none'};"
        said += f"strokeWidth={number(width)};" if line else ""
        return said + ("dashed=1;dashPattern=4 3;fixDash=1;" if dashed and line else "")

    def stroke(self, curve: Curve) -> str:
        dashed = "dashed=1;dashPattern=4 3;fixDash=1;" if curve.dashed else ""
        color = self.colors.color(curve.color)
        return f"endArrow=none;strokeColor={color};strokeWidth={number(curve.width)};{dashed}"

    def font(self, label: Label) -> str:
        bold = "fontStyle=1;" if label.bold else ""
        color = self.colors.color(label.color)
        return f"fontFamily=Helvetica;fontSize={number(label.size)};{bold}fontColor={color};"

    def title(self, label: Label, frame: Rect) -> str:
        """Where a box's own text stands in it."""
        # diagrams.net puts the first base line at 2 + spacingTop + the size - 1 below the top.
        above = label.y - frame.y - label.size - 1
        said = self.font(label) + f"verticalAlign=top;spacingTop={number(above)};"
        if label.anchor == "start":
            return said + f"align=left;spacingLeft={number(label.x - frame.x - 2)};"
        beside = 2 * (frame.x + frame.width / 2 - label.x)
        return said + f"align=center;spacingRight={number(beside)};" if beside else said

    def text(self, label: Label) -> tuple[str, Area]:
        wide = broadest(drawn(label.text).strip(), label.size, label.bold) + 2
        align = {"start": "left", "middle": "center", "end": "right"}[label.anchor]
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        style = f"text;html=0;{self.font(label)}align={align};"
        style += "verticalAlign=middle;spacing=0;fillColor=none;strokeColor=none;"
        top, high = label.y - label.size, label.size * 1.3
        return style, (label.x - wide * share, top, wide, high)

    def polygon(self, shape: Polygon) -> tuple[str, Area]:
        left, top, right, bottom = bounds([shape])
        wide, high = right - left or 1.0, bottom - top or 1.0
        at = [(exact((x - left) / wide), exact((y - top) / high)) for x, y in shape.points]
        corners = ",".join([f"[{x},{y}]" for x, y in at])
        style = f"shape=mxgraph.basic.polygon;polyCoords=[{corners}];polyline=0;html=0;"
        paint = self.fill(shape.fill, shape.line, shape.width, shape.dashed)
        return style + paint, (left, top, wide, high)


def _outline(group: Group) -> Area:
    """The outline of a card or of an opened block; around everything, if it has none."""
    first = group.shapes[0] if group.shapes else None
    if isinstance(first, Rect) and group.kind in ("box", "cluster"):
        return first.x, first.y, first.width, first.height
    left, top, right, bottom = bounds(group.shapes)
    return left, top, right - left, bottom - top


def _about(group: Group) -> dict[str, str]:
    """What a box or a wire stands for, as properties that diagrams.net shows and keeps."""
    found = {"kind": group.kind}
    if group.nodes:
        found["layers"] = ranges(group.nodes)
    if group.params:
        found["parameters"] = str(group.params)
    if group.times > 1:
        found["times"] = str(group.times)
    if group.faded:
        found["faded"] = "1"
    return found


def _label_of(rect: Rect, following: list[Shape]) -> int | None:
    """Which of the shapes right after a rectangle is the text in the middle of it."""
    for k, shape in enumerate(following[:1]):
        if isinstance(shape, Label) and shape.anchor == "middle" and drawn(shape.text).strip():
            middle = rect.x + rect.width / 2
            high = rect.y + rect.height / 2 + shape.size * 0.36
            if abs(shape.x - middle) <= _BESIDE and abs(shape.y - high) <= 2 * _BESIDE:
                return k
    return None
