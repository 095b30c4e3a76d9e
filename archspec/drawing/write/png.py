"""A scene as PNG, drawn by Pillow at several times its size and made smaller."""

import io
from collections.abc import Callable
from functools import cache
from math import hypot
from typing import Any

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import (
    Curve,
    Label,
    Point,
    Polygon,
    Rect,
    Scene,
    Shape,
    arrow_head,
)
from archspec.drawing.style.font_file import Face
from archspec.drawing.style.fonts import (
    LONGEST,
    SLACK,
    Runs,
    as_seen,
    faces,
    fitting,
    is_mark,
    runs_left,
)
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.style.text_width import text_width
from archspec.drawing.write.flatten import corner, dashes, flat_curve, outline, reach, shaft

DPI = 144
HIGHEST = 16_000
"""Most pixels of a side: what viewers still open."""
_MOST_PIXELS = 60_000_000
"""Most pixels of a picture: 240 MB while it is drawn."""
_STRIP = 6_000_000
"""About how many fine pixels are drawn at a time: 18 MB."""
_FINE = ((4_000_000, 4), (25_000_000, 3), (_MOST_PIXELS, 2))
"""Pixels of a picture → how many fine ones stand for the side of each."""


def png(
    scene: Scene,
    theme: str = "light",
    stamp_line: str = "",
    warn: Callable[[str], None] = lambda message: None,
) -> bytes:
    """PNG data, two pixels for a point unless the picture is very large.

    Args:
        scene: what is drawn.
        theme: ``light`` or ``dark``; ``auto`` is light, as a PNG cannot follow a page.
        stamp_line: says where the picture comes from; it is kept as the comment of the file.
        warn: takes what a person should know, a line each.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    scale = pixels_per_point(scene.width, scene.height)
    width, height = max(1, round(scene.width * scale)), max(1, round(scene.height * scale))
    fine = next((n for most, n in _FINE if width * height <= most), 2)
    pen = _Pen(palette("dark" if theme == "dark" else "light"), scale * fine)
    shapes = [(shape, *reach(shape)) for group in scene.groups for shape in group.shapes]
    page = pen.colors.color("page")
    picture = Image.new("RGB", (width, height))
    rows = max(1, _STRIP // (width * fine * fine))
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = Image.new("RGB", (width * fine, (bottom - top) * fine), page)
        pen.begin(strip, top * fine)
        for shape, first, last in shapes:
            if first * scale <= bottom and last * scale >= top:
                pen.draw(shape)
        picture.paste(strip.reduce(fine), (0, top))
    if pen.missing:
        warn(
            "no font here has all signs of the names in this picture: PNG shows ? for them;"
            " SVG shows them right"
        )
    info = PngInfo()
    info.add_itxt("Title", drawn(scene.title)[:200])
    if stamp_line:
        info.add_text("Comment", drawn(stamp_line).encode("latin-1", "replace").decode("latin-1"))
    out = io.BytesIO()
    dpi = round(72 * scale)
    picture.save(out, "PNG", compress_level=6, pnginfo=info, dpi=(dpi, dpi))
    return out.getvalue()


def pixels_per_point(width: float, height: float) -> float:
    """Two; less for a picture that would be too large, with lengths in points."""
    area = max(width * height, 1.0)
    most: float = min(HIGHEST / max(width, height, 1.0), (_MOST_PIXELS / area) ** 0.5 * 0.999)
    return min(DPI / 72, most)


class _Pen:
    """Draws shapes on strips of a picture."""

    def __init__(self, colors: Palette, scale: float) -> None:
        self.colors = colors
        self._scale = scale
        self._runs = {bold: _runs(bold) for bold in (False, True)}
        # One share for all lines: squeezed each on its own they would be of many sizes.
        self._fitting = {bold: min(map(fitting, faces(bold)[:1]), default=1) for bold in self._runs}
        self._lines: dict[Label, list[tuple[float, str, Any]]] = {}
        self._top = 0
        self._on: Any = None

    @property
    def missing(self) -> bool:
        """Whether a sign could not be drawn."""
        return any(runs.missing for runs in self._runs.values())

    def begin(self, strip: Any, top: int) -> None:
        """Go on with a strip, which begins that many fine pixels below the top of the picture."""
        from PIL import ImageDraw

        self._on = ImageDraw.Draw(strip)
        self._top = top

    def draw(self, shape: Shape) -> None:
        """Draw one shape."""
        if isinstance(shape, Label):
            self._label(shape)
        elif isinstance(shape, Curve):
            self._curve(shape)
        elif isinstance(shape, Rect):
            self._rect(shape)
        else:
            self._polygon(shape)

    def _rect(self, rect: Rect) -> None:
        fill = self.colors.color(rect.fill) if rect.fill else None
        line = self.colors.color(rect.line) if rect.line and not rect.dashed else None
        stroke = self._width(rect.stroke) if line else 0
        (left, top), (right, bottom) = self._places(
            [(rect.x, rect.y), (rect.x + rect.width, rect.y + rect.height)]
        )
        half = stroke / 2
        box = [round(left - half), round(top - half), round(right + half), round(bottom + half)]
        box = [box[0], box[1], max(box[0], box[2] - 1), max(box[1], box[3] - 1)]
        radius = corner(rect) * self._scale
        if radius >= 1:
            self._on.rounded_rectangle(box, radius + half, fill, line, stroke)
        else:
            self._on.rectangle(box, fill, line, stroke)
        if rect.line and rect.dashed:
            self._dashed(outline(rect), rect.line, rect.stroke)

    def _polygon(self, shape: Polygon) -> None:
        points = self._places(shape.points)
        if shape.fill:
            self._on.polygon(points, fill=self.colors.color(shape.fill))
        if shape.line and shape.dashed:
            self._dashed(outline(shape), shape.line, shape.width)
        elif shape.line:
            color = self.colors.color(shape.line)
            around = [*points, *points[:2]]
            self._on.line(around, fill=color, width=self._width(shape.width), joint="curve")

    def _curve(self, curve: Curve) -> None:
        points = flat_curve(shaft(curve), 2)
        if curve.dashed:
            self._dashed(points, curve.color, curve.width)
        else:
            self._stroke(points, curve.color, curve.width)
        if curve.arrow:
            self._on.polygon(self._places(arrow_head(curve)), fill=self.colors.color(curve.color))

    def _dashed(self, points: list[Point], role: str, width: float) -> None:
        for dash in dashes(points):
            self._stroke(dash, role, width)

    def _stroke(self, points: list[Point], role: str, width: float) -> None:
        """A line along points, as one shape: Pillow's lines have notches where they bend."""
        color = self.colors.color(role)
        placed = self._places(points)
        half = max(width * self._scale, 1) / 2
        left, right = [], []
        for k, (x, y) in enumerate(placed):
            before, after = placed[max(0, k - 1)], placed[min(len(placed) - 1, k + 1)]
            dx, dy = after[0] - before[0], after[1] - before[1]
            far = hypot(dx, dy) or 1.0
            dx, dy = dx / far * half, dy / far * half
            left.append((x - dy, y + dx))
            right.append((x + dy, y - dx))
        self._on.polygon([*left, *reversed(right)], fill=color)

    def _label(self, label: Label) -> None:
        parts = self._lines.get(label)
        if parts is None:
            parts = self._lines[label] = self._set(label)
        color = self.colors.color(label.color)
        for x, text, font in parts:
            self._on.text(
                (x, label.y * self._scale - self._top), text, color, font=font, anchor="ls"
            )

    def _set(self, label: Label) -> list[tuple[float, str, Any]]:
        """Where each run of a line begins, its text, and its font."""
        said = drawn(label.text).strip()[:LONGEST]
        runs = self._runs[label.bold].cut(said)
        room = text_width(said, label.size, label.bold) * self._scale
        size = label.size * self._scale * self._fitting[label.bold]
        widths = [_font(face, size, runs_left(text)).getlength(text) for text, face in runs]
        for _ in range(3):  # hinting makes widths jump, so one step may not be enough
            if sum(widths) <= room * SLACK or not runs:
                break
            size *= max(0.3, room / sum(widths))
            widths = [_font(face, size, runs_left(text)).getlength(text) for text, face in runs]
        x = label.x * self._scale
        if label.anchor != "start":
            x -= sum(widths) / (2 if label.anchor == "middle" else 1)
        found = []
        for (text, face), width in zip(runs, widths, strict=True):
            left = runs_left(text)
            said = text.rstrip(" ") if left and _shapes_letters() else as_seen(text)
            found.append((x, said, _font(face, size, left)))
            x += width
        return found

    def _places(self, points: tuple[Point, ...] | list[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale - self._top) for x, y in points]

    def _width(self, width: float) -> int:
        return max(1, round(width * self._scale))


def _runs(bold: bool) -> Runs[Face]:
    known = faces(bold) or (Face(""),)
    first = known[0]

    @cache
    def of(char: str) -> Face | None:
        return next((face for face in known if face.has(char)), None)

    def choose(char: str, before: Face | None) -> Face | None:
        if before is not None and before != first and (char == " " or is_mark(char)):
            return before if before.has(char) else of(char)
        return of(char)

    return Runs(choose)


@cache
def _shapes_letters() -> bool:
    """Whether Pillow can order and join letters that run from right to left."""
    from PIL import features

    return bool(features.check("raqm"))


@cache
def _font(face: Face, size: float, left: bool) -> Any:
    from PIL import ImageFont

    size = max(1.0, size)
    if not face.path:
        return ImageFont.load_default(size)
    layout = ImageFont.Layout.RAQM if left and _shapes_letters() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, index=face.number, layout_engine=layout)
