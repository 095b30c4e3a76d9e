"""A scene as PDF: outlines and text, the same bytes every time."""

from collections.abc import Callable
from functools import cache
from hashlib import md5
from typing import Any

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import (
    Curve,
    Label,
    Point,
    Rect,
    Scene,
    Shape,
    arrow_head,
)
from archspec.drawing.style.fonts import LONGEST, SLACK, as_seen
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.style.text_width import text_width
from archspec.drawing.write.flatten import DASH, corner, reach, shaft
from archspec.drawing.write.pdf_fonts import PdfFonts

HIGHEST = 14_400
"""Most units of a page's side that PDF allows."""


def pdf(
    scene: Scene,
    theme: str = "light",
    stamp_line: str = "",
    warn: Callable[[str], None] = lambda message: None,
) -> bytes:
    """The bytes of a PDF file, with a page for each ``scene.page_height``.

    Args:
        scene: what is drawn.
        theme: ``light`` or ``dark``; ``auto`` is light, as paper does not follow.
        stamp_line: says where the picture comes from; it is a comment near the end of the file.
        warn: takes what a person should know, a line each.
    """
    from reportlab.pdfgen.canvas import Canvas

    height = scene.page_height or scene.height or 1.0
    unit = max(1.0, scene.width / HIGHEST, height / HIGHEST)
    if unit > 1:
        warn(
            f"this picture is {max(scene.width, height):,.0f} points long and a page of a PDF at"
            f" most {HIGHEST:,}: its unit is {unit:.2f} points, and programs that know no other"
            " unit than the point show it smaller"
        )
    size = (scene.width / unit, height / unit)
    version = (1, 6) if unit > 1 else (1, 4)
    canvas = Canvas(None, size, pageCompression=1, invariant=1, pdfVersion=version, lang="en")
    colors = palette("dark" if theme == "dark" else "light")
    every = [shape for group in scene.groups for shape in group.shapes]
    fonts = PdfFonts([(_said(s.text), s.bold) for s in every if isinstance(s, Label)])
    pen = _Pen(canvas, colors, fonts)
    shapes = [(shape, *reach(shape)) for shape in every]
    for page in range(max(1, round(scene.height / height))):
        pen.begin(page * height, height, unit)
        pen.page(scene.width, height)
        for shape, top, bottom in shapes:
            if top < (page + 1) * height and bottom > page * height:
                pen.draw(shape)
        canvas.showPage()
    if fonts.missing:
        warn(
            "no font here has all signs of the names in this picture: PDF shows ? for them;"
            " SVG shows them right"
        )
    if fonts.lent:
        warn(
            "no font here for the Chinese, Japanese or Korean names in this picture can be put"
            " into a PDF: they are shown in a font of the program that opens it"
        )
    # Before the last lines, which are what programs look for at the end of a file.
    data, begins, ends = _finished(canvas, scene, unit).rpartition(b"startxref")
    stamp = f"% {drawn(stamp_line)}\n".encode("utf-8", "replace") if stamp_line else b""
    return data + stamp + begins + ends


def _finished(canvas: Any, scene: Scene, unit: float) -> bytes:
    """The file, without anything that differs between two runs."""
    from reportlab.pdfbase import pdfdoc

    document = canvas._doc
    document.info = _info(scene)
    document.signature = md5(usedforsecurity=False)
    for page in document.Pages.pages:
        stream = page.stream.encode("latin-1")
        document.signature.update(stream)
        # reportlab would write it as text, a quarter longer.
        page.Contents = pdfdoc.PDFStream(content=stream, filters=[pdfdoc.PDFZCompress])
        if unit > 1:
            page.__NoDefault__ = [*page.__NoDefault__, "UserUnit"]
            page.UserUnit = round(unit, 6)
    data: bytes = canvas.getpdfdata()
    return data.rstrip(b"\n") + b"\n"


def _info(scene: Scene) -> Any:
    """Title and description, and no date."""
    from reportlab.pdfbase import pdfdoc

    said = {
        "Title": _encodable(drawn(scene.title)[:LONGEST]),
        "Author": "",
        "Subject": _encodable(drawn(scene.description)[:LONGEST]),
        "Creator": "archspec",
        "Producer": "archspec",
    }
    rows = pdfdoc.PDFDictionary({key: pdfdoc.PDFString(value) for key, value in said.items()})
    info = pdfdoc.PDFInfo()
    info.title, info.author, info.subject = said["Title"], "", said["Subject"]
    info.format = rows.format  # its own writes dates
    return info


def _said(text: str) -> str:
    """What is drawn of the text of a label."""
    return drawn(text).strip()[:LONGEST]


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class _Pen:
    """Draws shapes on the pages of a canvas, whose y goes up."""

    def __init__(self, canvas: Any, colors: Palette, fonts: PdfFonts) -> None:
        self._on = canvas
        self._colors = colors
        self._bottom = 0.0
        self._fonts = fonts
        self._set = cache(self._parts)

    def begin(self, top: float, height: float, unit: float) -> None:
        """Go on with a page that shows so many points below ``top``."""
        self._bottom = top + height
        self._now: dict[str, Any] = {}
        if unit > 1:
            self._on.scale(1 / unit, 1 / unit)
        self._on.setLineJoin(1)

    def page(self, width: float, height: float) -> None:
        """Fill the page; white paper needs no ink."""
        if self._colors.color("page") != "#ffffff":
            self._fill("page")
            self._on.rect(0, 0, width, height, stroke=0, fill=1)

    def draw(self, shape: Shape) -> None:
        """Draw one shape."""
        if isinstance(shape, Label):
            self._label(shape)
        elif isinstance(shape, Curve):
            self._curve(shape)
        elif isinstance(shape, Rect):
            self._rect(shape)
        else:
            self._polygon(shape.points, shape.fill, shape.line, shape.width, shape.dashed)

    def _rect(self, rect: Rect) -> None:
        if not rect.fill and not rect.line:
            return
        self._paint(rect.fill, rect.line, rect.stroke, rect.dashed)
        y = self._bottom - rect.y - rect.height
        how = {"stroke": int(bool(rect.line)), "fill": int(bool(rect.fill))}
        radius = corner(rect)
        if radius:
            self._on.roundRect(rect.x, y, rect.width, rect.height, radius, **how)
        else:
            self._on.rect(rect.x, y, rect.width, rect.height, **how)

    def _polygon(
        self, points: tuple[Point, ...], fill: str, line: str, width: float, dashed: bool
    ) -> None:
        if not fill and not line:
            return
        self._paint(fill, line, width, dashed)
        path = self._on.beginPath()
        path.moveTo(points[0][0], self._bottom - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self._bottom - y)
        path.close()
        self._on.drawPath(path, stroke=int(bool(line)), fill=int(bool(fill)))

    def _curve(self, curve: Curve) -> None:
        self._paint("", curve.color, curve.width, curve.dashed)
        (x, y), *rest = [(x, self._bottom - y) for x, y in shaft(curve).points]
        path = self._on.beginPath()
        path.moveTo(x, y)
        for k in range(0, len(rest) - 2, 3):
            path.curveTo(*rest[k], *rest[k + 1], *rest[k + 2])
        self._on.drawPath(path, stroke=1, fill=0)
        if curve.arrow:
            self._polygon(arrow_head(curve), curve.color, "", 1, False)

    def _label(self, label: Label) -> None:
        runs, size, width = self._set(label.text, label.size, label.bold)
        if not runs:
            return
        self._fill(label.color)
        x = label.x
        if label.anchor != "start":
            x -= width / (2 if label.anchor == "middle" else 1)
        text = self._on.beginText(x, self._bottom - label.y)
        for said, font in runs:
            text.setFont(font, size)
            text.textOut(said)
        self._on.drawText(text)

    def _parts(
        self, text: str, size: float, bold: bool
    ) -> tuple[list[tuple[str, str]], float, float]:
        """The runs of a line, the size of its text, and its width: no more than its room."""
        said = _said(text)
        runs = [(as_seen(part), font) for part, font in self._fonts.runs(said, bold)]
        width = sum([self._fonts.width(part, font, size) for part, font in runs])
        room = text_width(said, size, bold) * SLACK
        if width > room:
            return runs, size * room / width, room
        return runs, size, width

    def _paint(self, fill: str, line: str, width: float, dashed: bool) -> None:
        if fill:
            self._fill(fill)
        if line:
            color = self._colors.color(line)
            if self._changed("line", color):
                self._on.setStrokeColorRGB(*_rgb(color))
            if self._changed("width", width):
                self._on.setLineWidth(width)
            if self._changed("dashed", dashed):
                self._on.setDash(list(DASH) if dashed else [])

    def _fill(self, role: str) -> None:
        color = self._colors.color(role)
        if self._changed("fill", color):
            self._on.setFillColorRGB(*_rgb(color))

    def _changed(self, what: str, value: Any) -> bool:
        """Whether the page does not draw so already."""
        if self._now.get(what) == value:
            return False
        self._now[what] = value
        return True


@cache
def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue
