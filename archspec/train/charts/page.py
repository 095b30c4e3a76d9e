"""A white page with a title: the one style of all charts, and how they become SVG and PNG."""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from archspec.drawing.write.svg import FONTS
from archspec.train.charts.fonts import families, lines, seen

INK, MUTED, LINE, CELL = "#0F172A", "#64748B", "#E2E8F0", "#F8FAFC"
BLUE, ORANGE, VIOLET = "#3B82F6", "#F59E0B", "#8B5CF6"
MARGIN = 0.3
"""Inches that stay empty along the edges of the page."""
TITLE, TEXT, SMALL = 13.0, 9.5, 8.5
"""Sizes of fonts, in points."""
_LEADING = 1.45
"""Height of a line of the head, in sizes of its font."""
_DPI = 144
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#94A3B8",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.size": SMALL,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "svg.hashsalt": "archspec",
    "text.color": INK,
    "text.parse_math": False,  # a $ in a name is a $
    "xtick.color": MUTED,
    "xtick.major.pad": 5,
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": MUTED,
    "ytick.major.pad": 5,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_FAMILY = re.compile(r"; font-family: [^;\"]*|font-family: [^;\"]*; ")


class Drawn(NamedTuple):
    """A chart, in two forms."""

    svg: str
    png: bytes


@contextmanager
def house_style() -> Iterator[None]:
    """The settings for drawing, which go when it ends; functions that draw are decorated with it."""
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)  # it tells of each font that is not there
    look = {**_STYLE, "font.family": list(families(""))}
    try:
        with style.context(look, after_reset=True), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")
            yield
    finally:
        log.setLevel(level)


class Page:
    """A page; lengths are inches, counted from the left and from below its head downward."""

    def __init__(self, width: float, height: float, title: str, subtitle: str = "") -> None:
        """``height`` is that of what stands below title and subtitle, with the lower margin."""
        most = (width - 2 * MARGIN) * 72
        self.title = seen(title)
        heads = [(t, TITLE, True) for t in lines(self.title, most, TITLE, bold=True) if t]
        heads += [(t, TEXT, False) for t in lines(seen(subtitle), most, TEXT) if t]
        self.width = width
        self._head = MARGIN + sum(_LEADING * size / 72 for _, size, _ in heads)
        self._height = self._head + height
        self.figure = Figure((width, self._height))
        y = MARGIN - self._head
        for text, size, bold in heads:
            y += _LEADING / 2 * size / 72
            self.text(MARGIN, y, text, size, INK if bold else MUTED, bold)
            y += _LEADING / 2 * size / 72

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """A place to draw in."""
        bottom = self._height - self._head - top - height
        return self.figure.add_axes(
            (
                left / self.width,
                bottom / self._height,
                width / self.width,
                height / self._height,
            )
        )

    def frame(self, left: float, top: float, width: float, height: float) -> Axes:
        """A place for a picture: a thin line around it, no ticks."""
        axes = self.axes(left, top, width, height)
        axes.grid(False)
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(visible=True, color="#CBD5E1", linewidth=0.8)
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = TEXT,
        color: str = INK,
        bold: bool = False,
        **options: Any,
    ) -> None:
        """A line of text whose middle is at a height; matplotlib's options say how it stands."""
        self.figure.text(
            x / self.width,
            1 - (self._head + y) / self._height,
            text,
            **words(text, size, color, bold),
            **{"va": "center_baseline", **options},
        )

    def line(self, x: float, y: float, length: float, **options: Any) -> None:
        """A level line, such as a legend has."""
        height = 1 - (self._head + y) / self._height
        ends = (x / self.width, (x + length) / self.width)
        self.figure.add_artist(Line2D(ends, (height, height), **options))

    def png(self) -> bytes:
        """As PNG."""
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()

    def svg(self) -> str:
        """As SVG; texts stay texts, in whatever font the reader's machine has of the house's."""
        out = io.StringIO()
        self.figure.savefig(out, format="svg", metadata={**_NO_METADATA, "Title": self.title})
        text = _FAMILY.sub("", out.getvalue())
        return text.replace(
            '<style type="text/css">', f'<style type="text/css">text{{font-family: {FONTS}}}', 1
        )

    def drawn(self) -> Drawn:
        """Both."""
        return Drawn(self.svg(), self.png())


def words(text: str, size: float = TEXT, color: str = INK, bold: bool = False) -> dict[str, Any]:
    """Matplotlib's options for a text, with fonts that have its characters."""
    weight = "bold" if bold else "normal"
    return {"fontsize": size, "color": color, "weight": weight, "family": list(families(text))}
