"""Confusion matrix: how often each class was taken for each other one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from archspec.train.charts.curves import epoch_ticks
from archspec.train.charts.fonts import short_name, width
from archspec.train.charts.page import (
    CELL,
    INK,
    MARGIN,
    MUTED,
    SMALL,
    TEXT,
    Drawn,
    Page,
    house_style,
    words,
)

MOST_NAMED = 30
"""Most classes whose names and counts are written."""
_RIGHT = LinearSegmentedColormap.from_list("right", [CELL, "#BFDBFE", "#3B82F6", "#2563EB"])
_WRONG = LinearSegmentedColormap.from_list("wrong", ["#FFF8E6", "#FDE68A", "#F59E0B", "#B45309"])
_TOP, _SIDE, _RECALL = 0.45, 5.6, 0.75
"""Inches: above the cells, a large matrix, the column with what is right of each class."""
_NAME = 130
"""Most points that a name may be wide."""
_LISTED, _LIST = 14, 3.1
"""Confusions that are listed beside a matrix without names; inches that the list is wide."""


@house_style()
def draw_confusion(counts: Any, names: Sequence[str], title: str = "") -> Drawn:
    """The counts as a chart; blue is right, orange wrong, darker a greater share of the class.

    Args:
        counts: array (classes, classes) of whole numbers; rows are the true classes, columns the
            answers.
        names: of the classes.
        title: what stands above.
    """
    counts = np.asarray(counts)
    total, right = int(counts.sum()), int(np.trace(counts))
    subtitle = f"Confusion matrix: {_percent(right, total)} of {total:,} test examples are right"
    draw = _named if len(names) <= MOST_NAMED else _unnamed
    return draw(counts, names, title, subtitle)


def _named(counts: Any, names: Sequence[str], title: str, subtitle: str) -> Drawn:
    """With names along the sides, a number in each cell, and the share that is right per class."""
    number = len(names)
    cell = min(1.0, max(0.34, _SIDE / number))
    side = cell * number
    short = [short_name(name, _NAME, SMALL) for name in names]
    widths = [width(name, SMALL) / 72 for name in short]
    level = max(widths) <= cell - 0.1
    below = 0.3 if level else 0.25 + 0.71 * max(widths)
    lean = 0.0 if level else max(0.71 * w - (n + 0.5) * cell for n, w in enumerate(widths))
    left = MARGIN + max(0.9, max(widths) + 0.1, lean)
    wide = max(5.2, left + side + _RECALL + MARGIN)
    page = Page(wide, _TOP + side + below + MARGIN, title, subtitle)
    axes = page.axes(left, _TOP, side, side)
    axes.pcolormesh(_colors(counts), edgecolors="white", linewidth=1.5)
    axes.set(xlim=(0, number), ylim=(number, 0), xticks=[], yticks=[])
    axes.spines.bottom.set_visible(False)
    shades = _shades(counts)
    for row, column in np.argwhere(counts):
        text = f"{counts[row, column]:,}"
        size = min(10.0, 0.82 * cell * 72 / width(text, 1.0))
        color = "white" if shades[row, column] > (0.5 if row == column else 0.8) else INK
        how = {"ha": "center", "va": "center_baseline", **words(text, size, color)}
        axes.text(column + 0.5, row + 0.5, text, **how)
    page.text(left - 0.1, _TOP - 0.17, "true class ↓", SMALL, MUTED, ha="right")
    page.text(left + 0.02, _TOP - 0.17, "answer →", SMALL, MUTED)
    page.text(left + side + 0.65, _TOP - 0.17, "right", SMALL, MUTED, ha="right")
    for row, name in enumerate(short):
        y = _TOP + (row + 0.5) * cell
        page.text(left - 0.1, y, name, SMALL, ha="right")
        recall = _percent(int(counts[row, row]), int(counts[row].sum()), 1)
        page.text(left + side + 0.65, y, recall, SMALL, MUTED, ha="right")
    turned: dict[str, Any] = {"ha": "right", "va": "top", "rotation": 45, "rotation_mode": "anchor"}
    for column, name in enumerate(short):
        x = left + (column + 0.5) * cell
        if level:
            page.text(x, _TOP + side + 0.16, name, SMALL, ha="center")
        else:
            page.text(x, _TOP + side + 0.06, name, SMALL, **turned)
    return page.drawn()


def _unnamed(counts: Any, names: Sequence[str], title: str, subtitle: str) -> Drawn:
    """As a picture with a point for each cell; beside it what was mistaken most often."""
    left, right = MARGIN + 0.75, MARGIN + 0.75 + _SIDE + 0.35
    page = Page(right + _LIST + MARGIN, _TOP + _SIDE + 0.35 + MARGIN, title, subtitle)
    axes = page.frame(left, _TOP, _SIDE, _SIDE)
    axes.imshow(_colors(counts), interpolation="none", aspect="auto")
    ticks = epoch_ticks(len(names))
    axes.set_xticks([n - 1 for n in ticks], [str(n) for n in ticks])
    axes.set_yticks([n - 1 for n in ticks], [str(n) for n in ticks])
    page.text(left, _TOP - 0.17, "answer →", SMALL, MUTED)
    page.text(left - 0.08, _TOP - 0.17, "class ↓", SMALL, MUTED, ha="right")
    page.text(right, _TOP - 0.17, "mistaken most often", TEXT, INK, bold=True)
    wrong = counts * (1 - np.eye(len(names), dtype=int))
    most = np.argsort(-wrong, axis=None, kind="stable")[:_LISTED]
    y = _TOP + 0.15
    for row, column in zip(*np.unravel_index(most, wrong.shape), strict=True):
        if not wrong[row, column]:
            break
        of = f"{wrong[row, column]:,} of {counts[row].sum():,}"
        for n, arrow in ((row, ""), (column, "→ ")):
            text = arrow + short_name(names[n], 140, SMALL)
            page.text(right + 0.25, y, f"{n + 1}", SMALL, MUTED, ha="right")
            page.text(right + 0.33, y, text, SMALL)
            y += 0.17
        page.text(right + _LIST, y - 0.34, of, SMALL, MUTED, ha="right")
        y += 0.05
    return page.drawn()


def _shades(counts: Any) -> Any:
    """How dark cells are, from 0 to 1; small shares of mistakes are lifted so that they show."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.where(np.eye(len(counts), dtype=bool), shares, np.sqrt(shares))


def _colors(counts: Any) -> Any:
    """Colours of the cells (classes, classes, 3) from 0 to 1."""
    shades = _shades(counts)
    right = np.eye(len(counts), dtype=bool)[..., None]
    colors = np.where(right, _RIGHT(shades), _WRONG(shades))[..., :3]
    return np.where(counts[..., None] == 0, to_rgb(CELL), colors)


def _percent(part: int, whole: int, digits: int = 2) -> str:
    return f"{100 * part / whole:.{digits}f} %" if whole else "–"
