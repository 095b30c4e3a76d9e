"""A scene as SVG; with two themes, one that follows the page."""

import hashlib
from html import escape

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Label, Line, Point, Polygon, Scene, arrow_head
from archspec.infer.infer import ShapedGraph

FONTS = (
    "Helvetica, Arial, 'Liberation Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "sans-serif"
)


def scene_svg(scene: Scene, dark: Scene | None, shaped: ShapedGraph) -> str:
    """SVG of a scene; ``dark`` is the same scene in the colours for dark pages."""
    palette = _Palette()
    other = dark if dark is not None else scene
    lines = []
    for part, twin in zip(scene.parts, other.parts, strict=True):
        if isinstance(part, Polygon) and isinstance(twin, Polygon):
            paint = palette.fill(part.fill, twin.fill) + palette.stroke(part.line, twin.line)
            tip = f"<title>{_escape(part.tip)}</title>" if part.tip else ""
            lines.append(f'<polygon points="{_points(part.points)}"{paint}>{tip}</polygon>')
        elif isinstance(part, Line) and isinstance(twin, Line):
            paint = palette.stroke(part.color, twin.color)
            (x1, y1), (x2, y2) = part.start, part.end
            lines.append(
                f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"{paint}'
                f' stroke-width="{_n(part.width)}"/>'
            )
            if part.arrow:
                paint = palette.fill(part.color, twin.color)
                lines.append(
                    f'<polygon points="{_points(arrow_head(part))}"{paint} stroke="none"/>'
                )
        elif isinstance(part, Label) and isinstance(twin, Label) and part.text:
            weight = ' font-weight="bold"' if part.bold else ""
            anchor = ' text-anchor="middle"' if part.middle else ""
            paint = palette.fill(part.color, twin.color)
            lines.append(
                f'<text x="{_n(part.x)}" y="{_n(part.y)}" font-size="{_n(part.size)}"'
                f"{weight}{anchor}{paint}>{_escape(part.text)}</text>"
            )
    page = f'<rect width="100%" height="100%"{palette.fill(scene.page, other.page)}/>'
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    box = f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}"'
    title = _escape(shaped.title or shaped.name)
    mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="{FONTS}" role="img">',
            f"<title>{title}</title>",
            f"<metadata>archspec {_escape(shaped.name)} volumes {mark}</metadata>",
            palette.style(dark is not None),
            page,
            '<g stroke-linejoin="round">',
            *lines,
            "</g>",
            "</svg>",
            "",
        )
    )


class _Palette:
    """Classes for pairs of colours: one on a light page, one on a dark one."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, str, str], str] = {}

    def fill(self, light: str, dark: str) -> str:
        return self._paint("fill", light, dark)

    def stroke(self, light: str, dark: str) -> str:
        return self._paint("stroke", light, dark)

    def _paint(self, kind: str, light: str, dark: str) -> str:
        """The colour as an attribute, which style sheets can override."""
        if light != dark:
            key = (kind, light, dark)
            self._classes.setdefault(key, light)
        return f' {kind}="{light}"'

    def style(self, follows: bool) -> str:
        """The rules for dark pages."""
        if not follows:
            return ""
        seen: dict[tuple[str, str], str] = {}
        for kind, light, dark in self._classes:
            seen.setdefault((kind, light), dark)
        rules = "".join(f'[{k}="{a}"]{{{k}:{b}}}' for (k, a), b in seen.items())
        return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _escape(text: str) -> str:
    return escape(drawn(text))
