"""A picture that moves as SVG: a style sheet moves it, and a still is seen where nothing may move."""

from html import escape

from archspec.diagnostics.characters import drawn
from archspec.drawing.layer.picture import Moving, Step
from archspec.drawing.scene.scene import Point, Shape
from archspec.drawing.style.palette import Palette, palette
from archspec.drawing.write.svg import FONTS, number, rules, shape_svg

LONGEST = 12.0
"""Seconds that it takes at most before it begins again."""
_SLOWEST = 0.85
"""Seconds for a position, where there are few."""
_END = 1.6
"""Seconds for which the last position stands."""
_MOVES = 0.4
"""Share of a position's time in which the window moves there."""


def moving_svg(picture: Moving, theme: str = "light", metadata: str = "", key: str = "m") -> str:
    """The text of an SVG file.

    Args:
        picture: what is drawn.
        theme: ``light``, ``dark``, or ``auto``: dark where the page is dark.
        metadata: elements that say where the picture comes from.
        key: begins all its identifiers: other pictures on the same page have others.
    """
    return _Writer(picture, palette(theme), key).text(metadata)


class _Writer:
    def __init__(self, picture: Moving, colors: Palette, key: str) -> None:
        self.picture = picture
        self.colors = colors
        self.key = key
        self.each, self.times = _times(picture.steps)
        self.frames: list[str] = []

    def text(self, metadata: str) -> str:
        scene, key = self.picture.scene, self.key
        body = "\n".join(self.body())
        page = f'<rect width="100%" height="100%" fill="{self.colors.color("page")}"/>'
        width, height = number(scene.width), number(scene.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="archspec" width="{width}pt"'
            f' height="{height}pt" viewBox="0 0 {width} {height}" role="img"'
            f' aria-labelledby="{key}-title {key}-description" font-family="{FONTS}">\n'
            f'<title id="{key}-title">{escape(drawn(scene.title), quote=False)}</title>\n'
            f'<desc id="{key}-description">{escape(scene.description, quote=False)}</desc>\n'
            f"{metadata}<style>{self.style()}</style>{page}\n"
            f'<g text-anchor="middle" stroke-linejoin="round">\n{body}\n</g>\n</svg>\n'
        )

    def style(self) -> str:
        whole = number(self.times[-1])
        own = f".{self.key}"
        turned = rules(self.colors, ".archspec ")
        dark = f"@media (prefers-color-scheme:dark){{{turned}}}" if turned else ""
        return (
            f"{own}{{animation:{whole}s linear infinite}}{''.join(self.frames)}"
            f"@media (prefers-reduced-motion:reduce){{{own}{{animation:none!important}}}}{dark}"
        )

    def body(self) -> list[str]:
        found = self.picture
        typical = found.steps[found.typical]
        every = [self.drawn(g.shapes) for g in found.scene.groups]
        for k, step in enumerate(found.steps):
            start = self.times[k]
            if step.skipped:
                every.append(self.from_then_on(f"s{k}", step.skipped, start, k <= found.typical))
            at = self.arrives(k)
            every.append(self.from_then_on(f"v{k}", step.made, at, k <= found.typical))
        every.append(self.moves("w", found.window, [s.window for s in found.steps], typical.window))
        every.append(f"<g>{self.drawn(found.over)}</g>")
        every.append(self.moves("c", found.value, [s.value for s in found.steps], typical.value))
        for k, step in enumerate(found.steps):
            start, end = self.times[k], self.times[k + 1]
            begins = start + self.skip(k)
            if step.skips:
                every.append(self.between(f"n{k}", step.skips, start, begins, False))
            still = k == found.typical
            every.append(self.between(f"t{k}", step.said, begins, end, still))
            every.append(self.between(f"b{k}", step.beams, self.arrives(k), end, still))
        return every

    def arrives(self, k: int) -> float:
        """When the window has come to where it stands in a step."""
        moves = 0.0 if not k or self.skip(k) else _MOVES * self.each
        return self.times[k] + self.skip(k) + moves

    def skip(self, k: int) -> float:
        """Seconds before a step in which others are left out."""
        return self.each if self.picture.steps[k].skips else 0.0

    def moves(self, name: str, shapes: tuple[Shape, ...], ways: list[Point], still: Point) -> str:
        """Shapes that go from one point to the next, and rest there."""
        keys = []
        for k, (x, y) in enumerate(ways):
            place = f"transform:translate({number(x)}px,{number(y)}px)"
            ease = ";animation-timing-function:ease-in-out"
            keys.append(
                f"{self.share(self.arrives(k))},{self.share(self.times[k + 1])}{{{place}{ease}}}"
            )
        self.frames.append(f"@keyframes {self.key}{name}{{{''.join(keys)}}}")
        x, y = still
        at = f' transform="translate({number(x)} {number(y)})"'
        return f"<g{self.called(name)}{at}>{self.drawn(shapes)}</g>"

    def from_then_on(self, name: str, shapes: tuple[Shape, ...], start: float, still: bool) -> str:
        """Shapes that are there from a time on, to the end."""
        if not shapes:
            return ""
        if start > 0:
            a, b = self.share(start), self.share(start + 0.15)
            keys = f"0%,{a}{{opacity:0}}{b},100%{{opacity:1}}"
        else:
            keys = "0%,100%{opacity:1}"
        self.frames.append(f"@keyframes {self.key}{name}{{{keys}}}")
        hidden = "" if still else ' opacity="0"'
        return f"<g{self.called(name)}{hidden}>{self.drawn(shapes)}</g>"

    def between(
        self, name: str, shapes: tuple[Shape, ...], start: float, end: float, still: bool
    ) -> str:
        """Shapes that are there from a time to another."""
        on, off = "{visibility:visible}", "{visibility:hidden}"
        last = f"100%{on}" if end >= self.times[-1] else f"{self.share(end)},100%{off}"
        keys = f"{f'0%{off}' if start > 0 else ''}{self.share(start)}{on}{last}"
        self.frames.append(f"@keyframes {self.key}{name}{{{keys}}}")
        hidden = "" if still else ' visibility="hidden"'
        named = self.called(name, ";animation-timing-function:step-end")
        return f"<g{named}{hidden}>{self.drawn(shapes)}</g>"

    def called(self, name: str, more: str = "") -> str:
        return f' class="{self.key}" style="animation-name:{self.key}{name}{more}"'

    def share(self, time: float) -> str:
        """A time as a share of the whole."""
        return f"{number(min(1.0, time / self.times[-1]) * 100)}%"

    def drawn(self, shapes: tuple[Shape, ...]) -> str:
        return "".join([shape_svg(shape, self.colors) for shape in shapes])


def _times(steps: tuple[Step, ...]) -> tuple[float, list[float]]:
    """How long a step takes in seconds, when each begins, and when all are over.

    One with a skip takes twice as long.
    """
    long = [2 if step.skips else 1 for step in steps]
    each = min(_SLOWEST, (LONGEST - _END) / sum(long))
    found = [0.0]
    for k, often in enumerate(long):
        found.append(found[-1] + often * each + (_END if k == len(long) - 1 else 0.0))
    return each, found
