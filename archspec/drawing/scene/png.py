"""A scene as PNG, drawn by Pillow at several times its size and made smaller."""

import io
import sys
from functools import cache
from typing import Any

from archspec.drawing.scene.scene import Label, Line, Polygon, Scene, arrow_head

_SCALE = 2
_FINE = 2
_FONTS = {
    False: (
        "LiberationSans-Regular.ttf",
        "Arial.ttf",
        "arial.ttf",
        "Helvetica.ttc",
        "DejaVuSans.ttf",
    ),
    True: (
        "LiberationSans-Bold.ttf",
        "Arial Bold.ttf",
        "arialbd.ttf",
        "Helvetica.ttc",
        "DejaVuSans-Bold.ttf",
    ),
}
_WIDE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "PingFang.ttc",
    "msyh.ttc",
    "wqy-zenhei.ttc",
)


def scene_png(scene: Scene) -> bytes:
    """PNG data, two pixels for a point."""
    from PIL import Image, ImageDraw

    scale = _SCALE * _FINE
    size = (round(scene.width * scale), round(scene.height * scale))
    image = Image.new("RGB", size, scene.page)
    draw = ImageDraw.Draw(image)
    texts = []
    for part in scene.parts:
        if isinstance(part, Polygon):
            points = [(x * scale, y * scale) for x, y in part.points]
            draw.polygon(points, fill=part.fill)
            draw.line([*points, points[0]], fill=part.line, width=scale, joint="curve")
        elif isinstance(part, Line):
            ends = [(x * scale, y * scale) for x, y in (part.start, part.end)]
            draw.line(ends, fill=part.color, width=max(1, round(part.width * scale)))
            if part.arrow:
                head = [(x * scale, y * scale) for x, y in arrow_head(part)]
                draw.polygon(head, fill=part.color)
        elif part.text:
            texts.append(part)
    image = image.resize((size[0] // _FINE, size[1] // _FINE), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    missing = False
    for label in texts:
        font, complete = _font(label)
        missing = missing or not complete
        anchor = "ms" if label.middle else "ls"
        place = (label.x * _SCALE, label.y * _SCALE)
        draw.text(place, _plain(label.text, font), label.color, font=font, anchor=anchor)
    if missing:
        print(
            "warning: no font here has all characters of the texts; SVG has them", file=sys.stderr
        )
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _font(label: Label) -> tuple[Any, bool]:
    """A font for a text, and whether it has its characters."""
    wide = any(ord(c) > 0x2E7F for c in label.text)
    if wide:
        font = _first(_WIDE_FONTS, label.size)
        if font is not None:
            return font, True
    font = _first(_FONTS[label.bold], label.size)
    return (font or _default(label.size)), not wide


@cache
def _first(names: tuple[str, ...], size: float) -> Any:
    from PIL import ImageFont

    for name in names:
        try:
            return ImageFont.truetype(name, round(size * _SCALE))
        except OSError:
            continue
    return None


@cache
def _default(size: float) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(round(size * _SCALE))


def _plain(text: str, font: Any) -> str:
    """Pillow's own font has no ×."""
    names = getattr(font, "getname", lambda: ("", ""))()
    return text.replace("×", "x") if names and names[0] == "Aileron" else text
