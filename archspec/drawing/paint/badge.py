"""``×3`` on a dark pill: how often something comes."""

from archspec.drawing.paint.measure import fitting
from archspec.drawing.scene.scene import Label, Rect, Shape

_SIZE, _HEIGHT = 10.0, 16.0


def badge_width(times: int) -> float:
    """Width of a badge in points."""
    return fitting(_said(times), _SIZE, False, 5)


def badge(times: int, x: float, y: float) -> list[Shape]:
    """The badge around a middle."""
    width = badge_width(times)
    return [
        Rect(x - width / 2, y - _HEIGHT / 2, width, _HEIGHT, "badge.fill", "", _HEIGHT / 2),
        Label(x, y + 3.5, _said(times), _SIZE, "badge.ink"),
    ]


def _said(times: int) -> str:
    return f"×{times:,}"
