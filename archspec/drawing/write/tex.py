"""A scene as TikZ: a document for pdflatex, whose pictures can be copied into a paper as they are.

A ``tikzpicture`` brings its colours and styles along: a paper needs ``tikz`` and T1 fonts.
"""

from collections.abc import Iterator

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import (
    Curve,
    Group,
    Label,
    Point,
    Rect,
    Scene,
    Shape,
    arrow_head,
    moved,
    scaled,
)
from archspec.drawing.style.theme import DARK, LIGHT, Theme
from archspec.drawing.write.bounds import bounds
from archspec.drawing.write.flatten import shaft
from archspec.drawing.write.svg import number
from archspec.drawing.write.tex_text import MISSING, missing_character, tex_text
from archspec.shapes.ranges import ranges

_LONGEST_SIDE = 8000.0
"""TeX's lengths end at 16,383 pt, and it doubles those of pages."""
_LONGEST_COMMENT = 80
_MANY = 6000
"""Shapes above which pdflatex's memory may not do; lualatex's grows."""

_STYLES = r"""  x=1bp, y=-1bp, line width=1bp, line join=round,
  every node/.style={inner sep=0bp, outer sep=0bp, anchor=base},
  from here/.style={anchor=base west}, to here/.style={anchor=base east},
  letters/.style={font=\netfont\fontsize{#1bp}{#1bp}\selectfont}, heavy/.style={node font=\bfseries},
  broken/.style={dash pattern=on 4bp off 3bp},
  box/.style 2 args={anchor=center, minimum width=#1bp, minimum height=#2bp}"""

_FONT = r"""  \IfFileExists{t1phv.fd}{\def\netfont{\fontfamily{phv}}}{\def\netfont{\fontfamily{\sfdefault}}}
  \def\textellipsis{...}"""


def tex(scene: Scene, theme: str = "light", stamp_line: str = "") -> str:
    """The text of a TeX file; a ``tikzpicture`` for each page.

    Args:
        scene: what is drawn; it is made smaller if TeX has no lengths for it.
        theme: ``light`` or ``dark``; ``auto`` is light, as paper is.
        stamp_line: where the picture comes from, in a line.
    """
    colors = DARK if theme == "dark" else LIGHT
    height = scene.page_height or scene.height
    factor = min(1.0, _LONGEST_SIDE / max(scene.width, height, 1.0))
    scene = scaled(scene, factor)
    pages = list(_pages(scene))
    pictures = "\n\\newpage\n".join([_picture(page, colors) for page in pages])
    wide, high = number(max(pages[0].width, 1)), number(max(pages[0].height, 1))
    said = [_comment(scene.title), *([_comment(stamp_line, 400)] if stamp_line else [])]
    if factor < 1:
        said.append(f"% {factor:.2f} of its size: TeX has no longer lengths")
    if sum([len(group.shapes) for group in scene.groups]) > _MANY:
        said.append("% Large: if pdflatex's memory does not do, lualatex's does")
    return (
        "\n".join(said)
        + "\n% Compile it with pdflatex; or copy a tikzpicture into a paper, which needs:\n"
        "%   \\usepackage{tikz}\\usepackage{textcomp}\\usepackage[T1]{fontenc}\n"
        "% and, to be as wide as the text, \\resizebox{\\linewidth}{!}{...} around it. After a box is\n"
        "% drawn, a node has its name: \\draw (n3.east) -- +(20,0) node[from here] {here};\n"
        "\\documentclass{article}\n"
        "\\usepackage[T1]{fontenc}\n\\usepackage{textcomp}\n\\usepackage{tikz}\n"
        f"\\usepackage[paperwidth={wide}bp, paperheight={high}bp, margin=0bp]{{geometry}}\n"
        "\\pagestyle{empty}\\parindent=0pt\\topskip=0pt\\offinterlineskip\n"
        "\\vfuzz=2bp\\hfuzz=2bp\n"
        f"\\begin{{document}}\n{pictures}\n\\end{{document}}\n"
    )


def _pages(scene: Scene) -> Iterator[Scene]:
    """A scene for each page, with what is to be seen on it, its corner at the origin."""
    height = scene.page_height
    if not height or height >= scene.height:
        yield scene
        return
    reach = [bounds(group.shapes) for group in scene.groups]
    for page in range(max(1, round(scene.height / height))):
        top = page * height
        groups = [
            group._replace(shapes=tuple([moved(s, 0, -top) for s in group.shapes]))
            for group, (_, low, _, high) in zip(scene.groups, reach, strict=True)
            if high >= top and low <= top + height
        ]
        yield scene._replace(height=height, page_height=0.0, groups=tuple(groups))


def _picture(scene: Scene, theme: Theme) -> str:
    ink = _Ink(theme)
    edge = f"(0,0) rectangle ({number(scene.width)},{number(scene.height)})"
    page = f"  \\path[use as bounding box, fill={ink.name('page')}] {edge};\n  \\clip {edge};"
    drawing = "\n".join([page, *[_group(group, ink) for group in scene.groups]])
    missing = f"{missing_character()}\n" if f"\\{MISSING}{{" in drawing else ""
    return (
        f"\\begin{{tikzpicture}}[\n{_STYLES}]\n{_FONT}\n{missing}{ink.definitions()}\n"
        f"{drawing}\n\\end{{tikzpicture}}"
    )


class _Ink:
    """Roles as names of colours; those that have been asked for are defined."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._roles: dict[str, str] = {}

    def name(self, role: str) -> str:
        """``net-conv-line`` of a role; ``net-conv-fill!66!net-conv-line`` of a mix of two."""
        first, plus, rest = role.partition("+")
        if plus:
            second, _, share = rest.partition("*")
            return f"{self.name(first)}!{round(100 - float(share) * 100)}!{self.name(second)}"
        name = "net-" + role.replace(".", "-").replace("_", "-")
        self._roles[role] = name
        return name

    def definitions(self) -> str:
        """The lines that define the colours."""
        return "\n".join(
            [
                f"  \\definecolor{{{name}}}{{HTML}}{{{self._theme.color(role)[1:].upper()}}}"
                for role, name in sorted(self._roles.items())
            ]
        )


def _group(group: Group, ink: _Ink) -> str:
    lines = [f"  {_heading(group)}"]
    lines += [f"  {line}" for shape in group.shapes for line in _shape(shape, ink)]
    if group.kind == "box" and group.key and group.shapes:
        x, y, width, height = _frame(group)
        size = f"{{{number(width)}}}{{{number(height)}}}"
        at = _point((x + width / 2, y + height / 2))
        lines.append(f"  \\node[box={size}] ({group.key}) at {at} {{}};")
    return "\n".join(lines)


def _heading(group: Group) -> str:
    said = f"{group.kind} {group.key}".strip()
    if group.kind == "wire":
        return _comment(f"{said}: {group.ends[0]} -> {group.ends[1]}")
    if group.kind == "box":
        said += f": layers {ranges(group.nodes)}" if group.nodes else ":"
        said += f", {group.params:,} parameters" if group.params or group.nodes else ""
        said += f", {group.times} times" if group.times > 1 else ""
        said += ", leads nowhere" if group.faded else ""
    name = next((s.text for s in group.shapes if isinstance(s, Label) and s.text.strip()), "")
    return _comment(f"{said} | {name[:_LONGEST_COMMENT]}" if name else said, 4000)


def _comment(text: str, longest: int = _LONGEST_COMMENT) -> str:
    """A line that TeX does not read."""
    return f"% {drawn(text)[:longest]}".rstrip()


def _frame(group: Group) -> tuple[float, float, float, float]:
    """Where a box stands, its width and its height: those of its first rectangle, else of all of it."""
    for shape in group.shapes:
        if isinstance(shape, Rect):
            return shape.x, shape.y, shape.width, shape.height
    left, top, right, bottom = bounds(group.shapes)
    return left, top, right - left, bottom - top


def _shape(shape: Shape, ink: _Ink) -> list[str]:
    if isinstance(shape, Label):
        return _label(shape, ink)
    if isinstance(shape, Curve):
        return _curve(shape, ink)
    if isinstance(shape, Rect):
        options = _paint(shape.fill, shape.line, shape.stroke, shape.dashed, ink)
        radius = min(shape.radius, shape.width / 2, shape.height / 2)
        if radius > 0:
            options.append(f"rounded corners={number(radius)}bp")
        start = _point((shape.x, shape.y))
        end = _point((shape.x + shape.width, shape.y + shape.height))
        return [f"\\path[{', '.join(options)}] {start} rectangle {end};"]
    options = _paint(shape.fill, shape.line, shape.width, shape.dashed, ink)
    if not shape.points:
        return []
    return [f"\\path[{', '.join(options)}] {_way(shape.points)} -- cycle;"]


def _label(label: Label, ink: _Ink) -> list[str]:
    said = drawn(label.text).strip()
    if not said:
        return []
    options = [f"text={ink.name(label.color)}", f"letters={number(label.size)}"]
    if label.bold:
        options.append("heavy")
    if label.anchor != "middle":
        options.append("from here" if label.anchor == "start" else "to here")
    at = _point((label.x, label.y))
    return [f"\\node[{', '.join(options)}] at {at} {{{tex_text(said)}}};"]


def _curve(curve: Curve, ink: _Ink) -> list[str]:
    options = _paint("", curve.color, curve.width, curve.dashed, ink)
    points = shaft(curve).points
    way = _point(points[0])
    for k in range(1, len(points) - 2, 3):
        start, a, b, end = points[k - 1], points[k], points[k + 1], points[k + 2]
        if _on_line(start, end, a) and _on_line(start, end, b):
            way += f" -- {_point(end)}"
        else:
            way += f" .. controls {_point(a)} and {_point(b)} .. {_point(end)}"
    drawn_line = [f"\\path[{', '.join(options)}] {way};"]
    if curve.arrow:
        drawn_line.append(
            f"\\path[fill={ink.name(curve.color)}] {_way(arrow_head(curve))} -- cycle;"
        )
    return drawn_line


def _on_line(start: Point, end: Point, point: Point) -> bool:
    """Whether a point lies between two others, near enough."""
    (x, y), (u, v), (a, b) = start, end, point
    dx, dy = u - x, v - y
    aside = abs(dx * (b - y) - dy * (a - x))
    along = dx * (a - x) + dy * (b - y)
    length = dx * dx + dy * dy
    return aside <= 0.05 * max(length, 1.0) ** 0.5 and -0.01 <= along <= length + 0.01


def _paint(fill: str, line: str, width: float, dashed: bool, ink: _Ink) -> list[str]:
    options = [f"fill={ink.name(fill)}"] if fill else []
    if line:
        options.append(f"draw={ink.name(line)}")
        if width != 1:
            options.append(f"line width={number(width)}bp")
        if dashed:
            options.append("broken")
    return options


def _way(points: tuple[Point, ...]) -> str:
    return " -- ".join([_point(p) for p in points])


def _point(point: Point) -> str:
    return f"({number(point[0])},{number(point[1])})"
