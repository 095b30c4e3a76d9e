"""Grids of pictures: samples, and what augmentation makes of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from archspec.train.charts.fonts import short_name
from archspec.train.charts.page import INK, MARGIN, MUTED, SMALL, TEXT, Page, house_style

_CELL, _GAP = 1.35, 0.14
"""Inches that a picture of a grid may be wide and high, and between two."""
_SMALL_CELL = 0.92
"""The same where each picture has a column."""


@house_style()
def picture_grid(
    pictures: Sequence[Any], labels: Sequence[str], title: str, subtitle: str, columns: int = 5
) -> bytes:
    """Pictures with a line of text under each, as PNG.

    Args:
        pictures: arrays (height, width, channels) of one size; see `shown`.
        labels: a text for each.
        title: what stands above.
        subtitle: what stands below that.
        columns: pictures in a row.
    """
    wide, high = _size(pictures[0], _CELL)
    rows, columns = -(-len(pictures) // columns), min(columns, len(pictures))
    step, down = max(wide, 0.8 * _CELL) + _GAP, high + 0.42
    page = Page(
        max(5.2, 2 * MARGIN + columns * step - _GAP),
        0.2 + rows * down + MARGIN - 0.15,
        title,
        subtitle,
    )
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x = MARGIN + number % columns * step + (step - _GAP - wide) / 2
        y = 0.2 + number // columns * down
        _place(page, picture, x, y, wide, high)
        text = short_name(label, step * 72 - 6, TEXT)
        page.text(x + wide / 2, y + high + 0.14, text, TEXT, ha="center")
    return page.png()


@house_style()
def picture_columns(
    rows: Sequence[tuple[str, Any]], labels: Sequence[str], title: str, subtitle: str
) -> bytes:
    """A column for each picture with its variants below each other, as PNG.

    Args:
        rows: what a row shows, and its pictures, arrays (height, width, channels); a row's
            pictures have one size.
        labels: a text for each column.
        title: what stands above.
        subtitle: what stands below that.
    """
    wide, high = _size(rows[0][1][0], _SMALL_CELL)
    left, step = MARGIN + 0.95, max(wide, 0.8 * _SMALL_CELL) + 0.08
    page = Page(
        max(5.2, left + len(labels) * step - 0.08 + MARGIN),
        0.45 + len(rows) * (high + 0.08) + 0.08 + MARGIN,
        title,
        subtitle,
    )
    for column, label in enumerate(labels):
        x = left + column * step + (step - 0.08 - wide) / 2
        text = short_name(label, step * 72 - 4, SMALL)
        page.text(x + wide / 2, 0.3, text, SMALL, INK, ha="center")
        y = 0.45
        for number, (name, pictures) in enumerate(rows):
            if column == 0:
                page.text(left - 0.12, y + high / 2, name, SMALL, MUTED, ha="right")
            _place(page, pictures[column], x, y, wide, high)
            y += high + (0.16 if number == 0 else 0.08)
    return page.png()


def shown(pictures: Any) -> Any:
    """Pictures (number, height, width, channels) as uint8 with 3 channels; None if they are none.

    Whole numbers are grey values from 0 to 255; of other numbers the lowest becomes black and the
    highest white.
    """
    pictures = np.asarray(pictures)
    if pictures.ndim != 4 or pictures.shape[-1] not in (1, 3, 4) or 0 in pictures.shape:
        return None
    if pictures.dtype != np.uint8:
        low, high = np.nanmin(pictures), np.nanmax(pictures)
        pictures = (255 / max(high - low, 1e-12) * (pictures - low)).astype("uint8")
    return np.repeat(pictures, 3, axis=-1) if pictures.shape[-1] == 1 else pictures[..., :3]


def _size(picture: Any, most: float) -> tuple[float, float]:
    """Inches, width and height, in the picture's proportions."""
    height, width = picture.shape[:2]
    scale = most / max(height, width)
    return max(width * scale, most / 3), max(height * scale, most / 4)


def _place(page: Page, picture: Any, x: float, y: float, wide: float, high: float) -> None:
    small = max(picture.shape[:2]) < 100
    page.frame(x, y, wide, high).imshow(
        picture, interpolation="nearest" if small else "hanning", aspect="auto"
    )
