"""Weight maps: what a class wants to see where, for a network that is one layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize

from archspec.train.charts.fonts import short_name
from archspec.train.charts.page import MARGIN, MUTED, SMALL, TEXT, Page, house_style

_CELL, _GAP = 1.35, 0.14
_COLORS = ["#1E3A8A", "#3B82F6", "#BFDBFE", "#FFFFFF", "#FDE68A", "#F59E0B", "#78350F"]
_MAP = LinearSegmentedColormap.from_list("weights", _COLORS, N=257)  # odd: zero is white


@house_style()
def draw_weight_maps(kernel: Any, shape: Sequence[int], labels: Sequence[str], title: str) -> bytes:
    """A map of the weights of each output, all on one scale that is white at zero, as PNG.

    Args:
        kernel: array (height · width · channels, outputs).
        shape: height, width and channels of the examples; over the channels weights are averaged.
        labels: a text for each output.
        title: what stands above.
    """
    maps = np.asarray(kernel, "float64").reshape(*shape, -1).mean(axis=2)
    height, width, number = maps.shape
    known = np.abs(maps[np.isfinite(maps)])
    # a few pixels that are hardly ever lit have huge weights: without them the rest would be pale
    most = float(np.quantile(known, 0.995)) if known.size else 0.0
    norm = Normalize(-(most or 1.0), most or 1.0)
    columns = min(number, 5 if number <= 20 else 10)
    cell = 2 * _CELL if number == 1 else _CELL if columns <= 5 else 0.8
    wide, high = cell * width / max(height, width), cell * height / max(height, width)
    rows, step = -(-number // columns), high + 0.42
    channels = ", the mean over the channels" if shape[2] > 1 else ""
    subtitle = f"Weights{channels}: orange raises the output, blue lowers it"
    grid = columns * (wide + _GAP) - _GAP
    over = max(5.2, grid + 2 * MARGIN + 0.95)
    page = Page(over, 0.2 + rows * step + MARGIN - 0.15, title, subtitle)
    for index, label in enumerate(labels):
        x, y = MARGIN + index % columns * (wide + _GAP), 0.2 + index // columns * step
        axes = page.frame(x, y, wide, high)
        axes.imshow(maps[..., index], cmap=_MAP, norm=norm, interpolation="nearest", aspect="auto")
        text = short_name(label, (wide + _GAP) * 72 - 6, TEXT)
        page.text(x + wide / 2, y + high + 0.14, text, TEXT, ha="center")
    bar = page.axes(MARGIN + grid + 0.3, 0.2, 0.13, min(rows * step - 0.42, 4.0))
    colors = ScalarMappable(norm, _MAP)
    scale = page.figure.colorbar(colors, cax=bar, extend="both", extendfrac=0.03)
    scale.outline.set_visible(False)
    bar.tick_params(labelcolor=MUTED, labelsize=SMALL)
    return page.png()
