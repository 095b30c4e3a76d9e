"""A scene as SVG: readable on every machine, with words for those who cannot see it."""

from html import escape
from unicodedata import bidirectional

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Curve, Group, Label, Point, Rect, Scene, Shape
from archspec.drawing.scene.scene import arrow_head as head_of
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.write.flatten import shaft
from archspec.shapes.ranges import ranges

FONTS = "Helvetica,Arial,'Liberation Sans','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_MOST_DESCRIPTION = 2000
_BETWEEN = "  ·  "
"""What stands between the parts of a line."""
_LEFT_TO_RIGHT = "\u200e"


def svg(scene: Scene, theme: str = "light", metadata: str = "", key: str = "picture") -> str:
    """The text of an SVG file.

    Args:
        scene: what is drawn.
        theme: ``light``, ``dark``, or ``auto``: dark where the page is dark.
        metadata: elements that say where the picture comes from.
        key: begins the identifiers of the title and the description: other pictures on the same
            page have others.
    """
    colors = palette(theme)
    body = "\n".join([_group(group, colors) for group in scene.groups])
    page = f'<rect width="100%" height="100%" fill="{colors.color("page")}"/>'
    width, height = number(scene.width), number(scene.height)
    description = escape(drawn(scene.description)[:_MOST_DESCRIPTION], quote=False)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="archspec" width="{width}pt"'
        f' height="{height}pt" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{key}-title {key}-description" font-family="{FONTS}">\n'
        f'<title id="{key}-title">{escape(drawn(scene.title), quote=False)}</title>\n'
        f'<desc id="{key}-description">{description}</desc>\n'
        f"{metadata}{_style(colors)}{page}\n"
        f'<g text-anchor="middle" stroke-linejoin="round">\n{body}\n</g>\n</svg>\n'
    )


def rules(colors: Palette, within: str = "") -> str:
    """The rules of a style sheet that turn every colour into its twin."""
    found = []
    for written, other in colors.turned().items():
        if written != other:
            found.append(f'{within}[fill="{written}"]{{fill:{other}}}')
            found.append(f'{within}[stroke="{written}"]{{stroke:{other}}}')
    return "".join(found)


def _style(colors: Palette) -> str:
    turned = rules(colors, ".archspec ")
    return f"<style>@media (prefers-color-scheme:dark){{{turned}}}</style>" if turned else ""


def _group(group: Group, colors: Palette) -> str:
    said = f' id="{group.key}"' if group.key else ""
    if group.kind == "box" or group.nodes:
        said += f' data-layers="{ranges(group.nodes)}"'
    if group.kind == "wire":
        said += f' data-from="{group.ends[0]}" data-to="{group.ends[1]}"'
    said += f' data-times="{group.times}"' if group.times > 1 else ""
    tip = f"<title>{escape(drawn_lines(group.tip), quote=False)}</title>" if group.tip else ""
    faded = " faded" if group.faded else ""
    shapes = "".join([shape_svg(shape, colors) for shape in group.shapes])
    return f'<g class="{group.kind}{faded}"{said}>{tip}{shapes}</g>'


def shape_svg(shape: Shape, colors: Palette) -> str:
    """One shape as an element."""
    if isinstance(shape, Label):
        return _text(shape, colors)
    if isinstance(shape, Curve):
        return _curve(shape, colors)
    if isinstance(shape, Rect):
        radius = f' rx="{number(shape.radius)}"' if shape.radius else ""
        paint = _paint(shape.fill, shape.line, shape.stroke, shape.dashed, colors)
        return (
            f'<rect x="{number(shape.x)}" y="{number(shape.y)}" width="{number(shape.width)}"'
            f' height="{number(shape.height)}"{radius}{paint}/>'
        )
    paint = _paint(shape.fill, shape.line, shape.width, shape.dashed, colors)
    return f'<polygon points="{_points(shape.points)}"{paint}/>'


def _text(label: Label, colors: Palette) -> str:
    said = drawn(label.text).strip()
    if not said:
        return ""
    bold = ' font-weight="bold"' if label.bold else ""
    anchor = "" if label.anchor == "middle" else f' text-anchor="{label.anchor}"'
    return (
        f'<text x="{number(label.x)}" y="{number(label.y)}" font-size="{number(label.size)}"'
        f'{bold}{anchor} fill="{colors.color(label.color)}">{escape(_in_order(said), quote=False)}</text>'
    )


def _in_order(said: str) -> str:
    """A text whose parts stay in their order, though one of them runs from right to left."""
    if said.isascii() or not any(bidirectional(c) in ("R", "AL") for c in said):
        return said
    return said.replace(_BETWEEN, f"{_LEFT_TO_RIGHT}{_BETWEEN}")


def _curve(curve: Curve, colors: Palette) -> str:
    color = colors.color(curve.color)
    points = curve.points
    head = ""
    if curve.arrow:
        tip, *corners = head_of(curve)
        head = f'<polygon points="{_points((tip, *corners))}" fill="{color}"/>'
        points = shaft(curve).points
    (x, y), rest = points[0], points[1:]
    straight = len(points) == 4 and _straight(points)
    if straight:
        (u, v) = points[-1]
        way = f"M{number(x)} {number(y)}L{number(u)} {number(v)}"
    else:
        way = f"M{number(x)} {number(y)}C" + " ".join([f"{number(a)} {number(b)}" for a, b in rest])
    dashed = ' stroke-dasharray="4 3"' if curve.dashed else ""
    return (
        f'<path d="{way}" fill="none" stroke="{color}" stroke-width="{number(curve.width)}"'
        f"{dashed}/>{head}"
    )


def _straight(points: tuple[Point, ...]) -> bool:
    (x, y), (u, v) = points[0], points[-1]
    return all(abs((u - x) * (b - y) - (v - y) * (a - x)) < 0.5 for a, b in points[1:-1])


def _paint(fill: str, line: str, width: float, dashed: bool, colors: Palette) -> str:
    said = f' fill="{colors.color(fill)}"' if fill else ' fill="none"'
    if line:
        said += f' stroke="{colors.color(line)}"'
        said += f' stroke-width="{number(width)}"' if width != 1 else ""
        said += ' stroke-dasharray="4 3"' if dashed else ""
    return said


def _points(points: tuple[Point, ...]) -> str:
    return " ".join([f"{number(x)},{number(y)}" for x, y in points])


def number(value: float) -> str:
    """A length with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def drawn_lines(text: str) -> str:
    """Lines of text, each without characters that files refuse."""
    return "\n".join([drawn(part) for part in text.split("\n")])
