"""Scores: how they are spread, and how near the predictions come."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from archspec.train.charts.fonts import width
from archspec.train.charts.page import (
    BLUE,
    INK,
    MARGIN,
    MUTED,
    ORANGE,
    SMALL,
    TEXT,
    Drawn,
    Page,
    house_style,
)

_LEFT, _TOP, _HIGH, _WIDE, _BETWEEN, _FOOT = 0.8, 0.45, 3.3, 4.6, 0.8, 0.45
"""Inches: left of the histogram, above it, it, its width, to the square beside it, below."""
_BINS, _STEPS = 24, [1, 2, 2.5, 5, 10]
_MOST_POINTS = 3000
"""From here on the points of an SVG are a picture in it."""


@house_style()
def draw_scores(training: Any, test: Any, predicted: Any, title: str = "") -> Drawn:
    """A histogram of all three, and the predictions against the true scores.

    Args:
        training: true scores (examples,) of the training part.
        test: those of the test part (examples,).
        predicted: the predictions for the test part (examples,); some may be not finite.
        title: what stands above.
    """
    training, test, predicted = (
        np.asarray(a, "float64").ravel() for a in (training, test, predicted)
    )
    fine = np.isfinite(test) & np.isfinite(predicted)
    subtitle = "No prediction is a finite number"
    if fine.any():
        error = np.abs(predicted[fine] - test[fine]).mean()
        mean = np.abs(training.mean() - test).mean()
        subtitle = f"Mean error {error:.3g}; {mean:.3g} if one always said the mean of the training"
        if not fine.all():
            subtitle += f"; {int((~fine).sum()):,} predictions are not finite"
    page = Page(
        _LEFT + _WIDE + _BETWEEN + _HIGH + MARGIN, _TOP + _HIGH + _FOOT + MARGIN, title, subtitle
    )
    groups = {"training": training, "test": test, "predicted": predicted}
    _histogram(page.axes(_LEFT, _TOP, _WIDE, _HIGH), groups)
    _legend(page)
    left = _LEFT + _WIDE + _BETWEEN
    _scatter(page.axes(left, _TOP, _HIGH, _HIGH), test[fine], predicted[fine])
    page.text(left, _TOP - 0.17, "predicted against true score", TEXT, INK, bold=True)
    return page.drawn()


_LOOKS: dict[str, dict[str, Any]] = {
    "training": {"color": "#CBD5E1", "fill": True},
    "test": {"color": BLUE, "linewidth": 1.8},
    "predicted": {"color": ORANGE, "linewidth": 1.8},
}


def _histogram(axes: Axes, groups: dict[str, Any]) -> None:
    groups = {name: group[np.isfinite(group)] for name, group in groups.items()}
    values = np.concatenate([*groups.values()])
    edges = np.asarray(MaxNLocator(_BINS, steps=_STEPS).tick_values(values.min(), values.max()))
    for name, group in groups.items():
        counts, _ = np.histogram(group, edges)
        axes.stairs(counts / max(len(group), 1), edges, **_LOOKS[name])
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(bottom=0)
    axes.spines.bottom.set_linewidth(1.8)  # it hides the outlines of empty bins
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.xaxis.set_major_formatter(lambda score, _: f"{score:g}")
    axes.set_xlabel("score", color=MUTED, fontsize=SMALL)


def _legend(page: Page) -> None:
    page.text(_LEFT, _TOP - 0.17, "share of the examples", TEXT, INK, bold=True)
    x = _LEFT + _WIDE
    for name in reversed(_LOOKS):
        x -= width(name, SMALL) / 72
        page.text(x, _TOP - 0.17, name, SMALL, MUTED)
        page.line(x - 0.22, _TOP - 0.17, 0.14, color=_LOOKS[name]["color"], linewidth=2.4)
        x -= 0.4


def _scatter(axes: Axes, true: Any, predicted: Any) -> None:
    axes.grid(True, axis="both")
    axes.set_xlabel("true score", color=MUTED, fontsize=SMALL)
    both = np.concatenate([true, predicted])
    low, high = (both.min(), both.max()) if len(both) else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.5
    axes.set(xlim=(low - room, high + room), ylim=(low - room, high + room))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=_STEPS))
        axis.set_major_formatter(lambda score, _: f"{score:g}")
    axes.plot([low - room, high + room], [low - room, high + room], color="#94A3B8", linewidth=1)
    axes.scatter(
        true,
        predicted,
        s=22 if len(true) <= 1000 else 10,
        color=ORANGE,
        alpha=min(0.7, max(0.04, 60 / max(len(true), 1) ** 0.7)),
        linewidths=0,
        rasterized=len(true) > _MOST_POINTS,
    )
