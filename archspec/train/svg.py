"""Plain SVG charts: curves, bars and a table of counts."""

import math
from collections.abc import Mapping, Sequence
from html import escape

_COLORS = ("#1f77b4", "#d95f02", "#2ca02c", "#7b4fa3", "#8c564b", "#555555")
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
    ' font-family="sans-serif" font-size="12">\n<rect width="{w}" height="{h}" fill="white"/>\n'
)
_LEFT, _TOP, _WIDTH, _HEIGHT, _BOTTOM = 62, 34, 520, 240, 46


def curves(panels: Mapping[str, Mapping[str, Sequence[float | None]]], label: str = "epoch") -> str:
    """Panels below each other: each has lines by name, a value for each epoch from 1 on."""
    panel = _TOP + _HEIGHT + _BOTTOM
    height = panel * len(panels)
    parts = [_HEAD.format(w=_LEFT + _WIDTH + 20, h=height)]
    for number, (title, lines) in enumerate(panels.items()):
        parts.append(f'<g transform="translate(0 {number * panel})">\n')
        parts.append(_panel(title, lines, label))
        parts.append("</g>\n")
    return "".join([*parts, "</svg>\n"])


def _panel(title: str, lines: Mapping[str, Sequence[float | None]], label: str) -> str:
    values = [v for line in lines.values() for v in line if v is not None and math.isfinite(v)]
    ticks = ticks_for(min(values, default=0.0), max(values, default=1.0))
    low, high = ticks[0], ticks[-1]
    count = max((len(line) for line in lines.values()), default=1)

    def x(index: float) -> float:
        return _LEFT + (_WIDTH * (index / (count - 1)) if count > 1 else _WIDTH / 2)

    def y(value: float) -> float:
        return _TOP + _HEIGHT * (1 - (value - low) / (high - low))

    parts = [_text(_LEFT, _TOP - 14, title, size=14)]
    for tick in ticks:
        parts.append(_line(_LEFT, y(tick), _LEFT + _WIDTH, y(tick), "#dddddd"))
        parts.append(_text(_LEFT - 6, y(tick) + 4, f"{tick:g}", "end"))
    parts += [
        _text(x(epoch - 1), _TOP + _HEIGHT + 16, str(epoch), "middle")
        for epoch in range(1, count + 1, max(1, math.ceil(count / 10)))
    ]
    parts.append(_text(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 34, label, "middle"))
    for number, (name, line) in enumerate(lines.items()):
        color = _COLORS[number % len(_COLORS)]
        points = [
            f"{x(i):.1f},{y(v):.1f}"
            for i, v in enumerate(line)
            if v is not None and math.isfinite(v)
        ]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{color}" stroke-width="2"/>\n'
        )
        if len(points) == 1:
            px, py = points[0].split(",")
            parts.append(f'<circle cx="{px}" cy="{py}" r="3" fill="{color}"/>\n')
        parts.append(_text(_LEFT + _WIDTH - 8 - 130 * number, _TOP - 14, name, "end", color))
    return "".join(parts)


def histogram(values: Mapping[str, Sequence[float]], title: str, label: str, bins: int = 20) -> str:
    """Bars side by side for each set of values."""
    known = [v for some in values.values() for v in some if math.isfinite(v)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    high = high if high > low else low + 1.0
    counts = {name: [0] * bins for name in values}
    for name, some in values.items():
        for value in some:
            if math.isfinite(value):
                counts[name][min(bins - 1, int((value - low) / (high - low) * bins))] += 1
    most = max((c for row in counts.values() for c in row), default=1) or 1
    parts = [_HEAD.format(w=_LEFT + _WIDTH + 20, h=_TOP + _HEIGHT + _BOTTOM)]
    parts.append(_text(_LEFT, _TOP - 14, title, size=14))
    for tick in ticks_for(0.0, float(most)):
        at = _TOP + _HEIGHT * (1 - tick / ticks_for(0.0, float(most))[-1])
        parts.append(_line(_LEFT, at, _LEFT + _WIDTH, at, "#dddddd"))
        parts.append(_text(_LEFT - 6, at + 4, f"{tick:g}", "end"))
    top = ticks_for(0.0, float(most))[-1]
    step = _WIDTH / bins
    for number, (name, row) in enumerate(counts.items()):
        color = _COLORS[number % len(_COLORS)]
        width = step / len(counts) * 0.9
        for index, count in enumerate(row):
            size = _HEIGHT * count / top
            parts.append(
                f'<rect x="{_LEFT + index * step + number * width:.1f}"'
                f' y="{_TOP + _HEIGHT - size:.1f}" width="{width:.1f}" height="{size:.1f}"'
                f' fill="{color}"/>\n'
            )
        parts.append(_text(_LEFT + _WIDTH - 8 - 130 * number, _TOP - 14, name, "end", color))
    for tick in ticks_for(low, high):
        if low <= tick <= high:
            at = _LEFT + _WIDTH * (tick - low) / (high - low)
            parts.append(_text(at, _TOP + _HEIGHT + 16, f"{tick:g}", "middle"))
    parts.append(_text(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 34, label, "middle"))
    return "".join([*parts, "</svg>\n"])


def counts_table(counts: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    """A confusion matrix: rows are the right classes, columns the answers."""
    number = len(names)
    cell = max(6, min(40, 600 // max(number, 1)))
    margin = 14 + 7 * min(18, max((len(n) for n in names), default=1))
    size = margin + cell * number + 20
    parts = [_HEAD.format(w=size, h=size + 20)]
    parts.append(_text(margin, 14, "answer →, right class ↓"))
    for row, line in enumerate(counts):
        total = sum(line) or 1
        for column, count in enumerate(line):
            share = count / total
            color = f"rgb({round(255 - 224 * share)},{round(255 - 136 * share)},{round(255 - 75 * share)})"
            x, y = margin + column * cell, margin + row * cell
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{color}"'
                f' stroke="#eeeeee"><title>{escape(names[row])} → {escape(names[column])}:'
                f" {count}</title></rect>\n"
            )
            if cell >= 20 and count:
                ink = "white" if share > 0.5 else "black"
                parts.append(
                    _text(x + cell / 2, y + cell / 2 + 4, str(count), "middle", ink, cell // 4 + 2)
                )
    if cell >= 10:
        for index, name in enumerate(names):
            short = name if len(name) <= 18 else name[:17] + "…"
            at = margin + index * cell + cell / 2
            parts.append(_text(margin - 6, at + 4, short, "end"))
            parts.append(
                f'<text transform="translate({at + 4:.1f} {margin - 6}) rotate(-90)">'
                f"{escape(short)}</text>\n"
            )
    return "".join([*parts, "</svg>\n"])


def ticks_for(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that span a range, at least two."""
    if not high > low:
        low, high = low - 0.5, low + 0.5
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 12) for n in range(first, max(last, first + 1) + 1)]


def _text(
    x: float, y: float, text: str, anchor: str = "start", color: str = "black", size: int = 12
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"'
        f' font-size="{size}">{escape(text)}</text>\n'
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>\n'
