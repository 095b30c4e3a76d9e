"""Curves: loss, metrics and learning rate over the epochs."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from archspec.train.charts.fonts import width
from archspec.train.charts.page import (
    BLUE,
    INK,
    MARGIN,
    MUTED,
    ORANGE,
    SMALL,
    TEXT,
    VIOLET,
    Drawn,
    Page,
    house_style,
)

_LOWER = ("loss", "error", "mse", "mae", "mape", "msle", "entropy", "hinge", "divergence", "false")
_HIGHER = ("accuracy", "auc", "precision", "recall", "f1", "iou", "r2", "similarity", "true_")
"""Words in names of figures that shall be low, or high; no best epoch is told for others."""
_RATE = "learning_rate"
_WIDTH, _LEFT, _HEAD, _HEIGHT, _FOOT = 7.4, 0.85, 0.38, 1.75, 0.3
"""Inches: the page, what is left of a panel, above it, a panel, what is below the last one."""
_DECADES = 30
"""From this ratio of the highest loss to the lowest on, the axis is logarithmic."""
_MOST_DOTS = 25


class _Panel(NamedTuple):
    name: str
    lines: dict[str, list[float]]
    """Label → a value for each epoch, NaN if there is none."""


@house_style()
def draw_curves(
    rows: Sequence[Mapping[str, float]],
    title: str = "",
    fine_tuned: int | None = None,
    watched: str = "validation",
) -> Drawn:
    """Panels below each other: the loss, each metric, and the learning rate if it changes.

    Args:
        rows: the history, a row for each epoch; ``val_NAME`` is NAME on the part that is watched.
            Values that are not finite leave a gap, and the panel says how many there are.
        title: what stands above.
        fine_tuned: first epoch of fine-tuning, counted from 1, if there is any.
        watched: the part that is watched: ``validation``, or ``test`` if there is no other.
    """
    panels = _panels(rows, watched)
    page = Page(_WIDTH, 0.28 + len(panels) * (_HEAD + _HEIGHT) + _FOOT + MARGIN, title)
    labels = list(dict.fromkeys(label for p in panels if p.name != _RATE for label in p.lines))
    tuned = fine_tuned if fine_tuned is not None and fine_tuned <= len(rows) else None
    _legend(page, labels, tuned)
    top = 0.28
    for panel in panels:
        top += _HEAD
        axes = page.axes(_LEFT, top, _WIDTH - _LEFT - MARGIN - 0.1, _HEIGHT)
        _draw(axes, panel)
        _epochs(axes, len(rows), last=panel is panels[-1])
        if tuned is not None:
            axes.axvline(tuned - 0.5, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)))
        page.text(_LEFT, top - 0.17, panel.name.replace("_", " "), TEXT, INK, bold=True)
        note = _mark_best(axes, panel, watched) + _gaps(panel)
        page.text(_WIDTH - MARGIN - 0.1, top - 0.17, note, SMALL, MUTED, ha="right")
        top += _HEIGHT
    return page.drawn()


def _panels(rows: Sequence[Mapping[str, float]], watched: str) -> list[_Panel]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown = [n for n in names if not n.startswith("val_") and n != _RATE]
    shown.sort(key=lambda name: name != "loss")
    found = []
    for name in shown or ["loss"]:
        keys = {"training": name, watched: f"val_{name}"}
        lines = {label: _column(rows, key) for label, key in keys.items() if key in names}
        found.append(_Panel(name, lines))
    rates = _column(rows, _RATE)
    known = [rate for rate in rates if math.isfinite(rate)]
    if known and max(known) - min(known) > 1e-6 * max(known):
        found.append(_Panel(_RATE, {_RATE: rates}))
    return found


def _column(rows: Sequence[Mapping[str, float]], key: str) -> list[float]:
    """Its values; infinite ones are as good as none."""
    values = [float(row.get(key, math.nan)) for row in rows]
    return [value if math.isfinite(value) else math.nan for value in values]


def _draw(axes: Axes, panel: _Panel) -> None:
    for label, values in panel.lines.items():
        axes.plot(
            range(1, len(values) + 1),
            values,
            color=_color(label),
            marker="o",
            markersize=3.5,
            markevery=_dots(values),
        )
    known = [v for values in panel.lines.values() for v in values if math.isfinite(v)]
    if not known:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center", color=MUTED)
        return
    low, high = min(known), max(known)
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    if (panel.name == _RATE or _direction(panel.name) > 0) and _spans_decades(known):
        axes.set_yscale("log")
        axes.set_ylim(low / 1.25, high * 1.25)
        few = high / low < 1000
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,), numticks=8))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        # ends so far apart that six digits tell the ticks from each other
        room = max(0.08 * (high - low), 1e-3 * max(abs(low), abs(high)), 1e-12)
        axes.set_ylim(low - room, high + room)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(plain)


def _spans_decades(values: list[float]) -> bool:
    """Whether a logarithmic axis shows more: a good part of the values is far below the highest."""
    low, high = min(values), max(values)
    return low > 0 and high / low >= _DECADES and sorted(values)[len(values) // 4] <= high / 10


def _dots(values: list[float]) -> list[int]:
    """Which values get a dot: all of few, and those without a neighbour, which no line shows."""
    known = [False, *map(math.isfinite, values), False]
    every = len(values) <= _MOST_DOTS
    return [
        i for i in range(len(values)) if known[i + 1] and (every or not (known[i] or known[i + 2]))
    ]


def _epochs(axes: Axes, count: int, last: bool) -> None:
    """An axis of whole epochs, which starts with 1."""
    room = 0.5 if count < 3 else 0.02 * (count - 1)
    axes.set_xlim(1 - room, max(count, 1) + room)
    axes.set_xticks(epoch_ticks(count))
    axes.tick_params(axis="x", labelbottom=last)
    if last:
        axes.set_xlabel("epoch", color=MUTED, fontsize=SMALL, labelpad=4)


def epoch_ticks(count: int, most: int = 12) -> list[int]:
    """Epochs to be written along the axis: 1, and then every second, fifth, tenth, …"""
    steps = (m * 10**power for power in range(12) for m in (1, 2, 5))
    step = next(s for s in steps if count / s <= most)
    if step <= 2:
        return list(range(1, max(count, 1) + 1, step))
    return [1, *range(step, count + 1, step)]


def _mark_best(axes: Axes, panel: _Panel, watched: str) -> str:
    """A ring around the best value of the part that is watched; gives what it is."""
    label = watched if watched in panel.lines else "training"
    values = panel.lines.get(label, [])
    sign = _direction(panel.name)
    known = [(sign * v, i) for i, v in enumerate(values) if math.isfinite(v)]
    if not sign or not known:
        return ""
    index = min(known)[1]
    axes.plot(
        [index + 1],
        [values[index]],
        marker="o",
        markersize=8,
        markerfacecolor="white",
        markeredgecolor=_color(label),
        markeredgewidth=1.8,
        zorder=3,
        clip_on=False,
    )
    found = f"{label} {_number(values[index])}"
    return found if len(values) == 1 else f"best {found} in epoch {index + 1}"


def _direction(name: str) -> int:
    """1 if low is good, −1 if high is, 0 if that is not known."""
    if any(word in name.lower() for word in _LOWER):
        return 1
    return -1 if any(word in name.lower() for word in _HIGHER) else 0


def _number(value: float) -> str:
    return f"{value:.4f}" if 0.01 <= abs(value) < 100 else f"{value:.4g}"


def _gaps(panel: _Panel) -> str:
    """What is said of values that are missing."""
    if panel.name == _RATE:
        return ""
    bad = sum(any(math.isnan(v) for v in row) for row in zip(*panel.lines.values(), strict=True))
    return f"  ·  not finite in {bad} epoch{'s' * (bad > 1)}" if bad else ""


def _legend(page: Page, labels: list[str], tuned: int | None) -> None:
    x = MARGIN
    for label in labels:
        page.line(x, 0.1, 0.22, color=_color(label), linewidth=2.4)
        page.text(x + 0.3, 0.1, label, TEXT, MUTED)
        x += 0.55 + width(label, TEXT) / 72
    if tuned is not None:
        page.line(x, 0.1, 0.22, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)))
        page.text(x + 0.3, 0.1, f"fine-tuning from epoch {tuned} on", TEXT, MUTED)


def _color(label: str) -> str:
    return {"training": BLUE, _RATE: VIOLET}.get(label, ORANGE)
