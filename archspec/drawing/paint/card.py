"""A card, measured and drawn: title, details, chips, what is in it, and what it weighs."""

from math import ceil
from typing import NamedTuple

from archspec.drawing.content import words
from archspec.drawing.content.diagram import Card, Chip
from archspec.drawing.paint.badge import badge, badge_width
from archspec.drawing.paint.level import Level
from archspec.drawing.paint.measure import fitting
from archspec.drawing.paint.stack import MOST_ACROSS, Stack, struck
from archspec.drawing.scene.scene import Label, Rect, Shape, moved
from archspec.drawing.style.text_width import broadest, shorten, text_width

TITLE, DETAIL, CHIP, FOOT = 12.0, 10.0, 9.0, 9.0
"""Sizes of texts in points; nothing in a picture is smaller than the least of them."""
_WIDEST = 240.0
_WIDEST_CHIP = 160.0
_WIDEST_DETAILS = 200.0
_MARGIN, _ABOVE = 12.0, 6.0
_LEAST = 52.0
"""Least width of a card."""
_GAP = 4.0
OUTSIDE = 3.0
"""How far outside the second outline lies of a card that comes several times."""


class CardPicture(NamedTuple):
    """A card with its left upper corner at (0, 0)."""

    width: float
    height: float
    frame: tuple[Shape, ...]
    shapes: tuple[Shape, ...]
    """What stands in the frame."""
    levels: dict[int, Level]
    """Layer → where its pill is."""


class _Row(NamedTuple):
    """A row of a card: how wide and high it is, and its shapes around x = 0, from y = 0 down."""

    width: float
    height: float
    shapes: list[Shape]


def card_picture(card: Card, gives: str = "", most: float = MOST_ACROSS) -> CardPicture:
    """A card, measured and drawn.

    Args:
        card: what stands on it.
        gives: a shape that stands on it instead of on its wire.
        most: points beyond which branches go on in a second line.
    """
    family = card.family or "group"
    ink = "muted" if card.faded else f"{family}.ink"
    rows = [_title(card, ink)]
    if card.details:
        rows += [_line(said, DETAIL, ink) for said in _lines_of(card.details)]
    rows += [chip_row(row) for row in chip_rows(card.chips, _WIDEST)]
    levels: dict[int, Level] = {}
    if card.rows:
        stack = Stack(card.rows, most)
        shapes = stack.drawn(-stack.width / 2, 2)
        levels = stack.levels
        rows.append(_Row(stack.width + 16, stack.height + 4, shapes))
    at = len(rows) - 1
    rows += [_line(text, FOOT, "muted") for text in card.note.splitlines()]
    last = "  ·  ".join(t for t in (card.foot, words.params(card.params, card.frozen), gives) if t)
    if last:
        rows.append(_line(last, FOOT, "muted"))
    outside = OUTSIDE if card.times > 1 else 0.0
    width = 2.0 * ceil((max(_LEAST, *(row.width for row in rows)) + 2 * outside) / 2)
    y = _ABOVE + outside
    shapes = []
    for k, row in enumerate(rows):
        if k == at and levels:
            levels = {node: _moved(level, width / 2, y) for node, level in levels.items()}
        shapes += [moved(shape, width / 2, y) for shape in row.shapes]
        y += row.height
    height = float(ceil(y + _ABOVE - 1 + outside))
    dashed = card.faded or card.family in ("dropout", "removed")
    fill, edge = f"{family}.fill", f"{family}.line"
    frame: list[Shape] = []
    if outside:
        frame.append(Rect(0, 0, width, height, "page", edge, 9, 1.2, dashed))
    inner = width - 2 * outside, height - 2 * outside
    frame.append(Rect(outside, outside, *inner, fill, edge, 7, 1.4, dashed))
    return CardPicture(width, height, tuple(frame), tuple(shapes), levels)


def chip_rows(chips: list[Chip], most: float) -> list[list[Chip]]:
    """Chips in rows no wider than ``most`` points."""
    rows: list[list[Chip]] = []
    width = most
    for chip in chips:
        wide = _chip_width(chip) + _GAP
        if width + wide > most:
            rows.append([])
            width = 0
        rows[-1].append(chip)
        width += wide
    return rows


def chip_row(chips: list[Chip]) -> _Row:
    """Chips beside each other."""
    wide = [_chip_width(chip) for chip in chips]
    whole = sum(wide) + _GAP * (len(chips) - 1)
    x = -whole / 2
    shapes: list[Shape] = []
    for chip, width in zip(chips, wide, strict=True):
        said = shorten(chip.text, CHIP, _WIDEST_CHIP)
        shapes.append(Rect(x, 1, width, 15, f"{chip.family}.fill", f"{chip.family}.line", 4))
        shapes.append(Label(x + width / 2, 11.7, said, CHIP, f"{chip.family}.ink"))
        x += width + _GAP
    return _Row(whole + 14, 19, shapes)


def _chip_width(chip: Chip) -> float:
    return fitting(shorten(chip.text, CHIP, _WIDEST_CHIP), CHIP, False, 6)


def _title(card: Card, ink: str) -> _Row:
    said = shorten(card.title, TITLE, _WIDEST, bold=True)
    wide = text_width(said, TITLE, bold=True)
    room = fitting(said, TITLE, True, _MARGIN)
    more = badge_width(card.times) + 8 if card.times > 1 else 0.0
    shapes: list[Shape] = [Label(-more / 2, 13, said, TITLE, ink, True)]
    if card.faded:
        shapes.append(struck(-more / 2, 9, wide, ink))
    if more:
        # As far from the title as the widest font needs.
        shapes += badge(card.times, broadest(said, TITLE, bold=True) / 2, 9)
    return _Row(room + more, 18, shapes)


def _line(said: str, size: float, ink: str) -> _Row:
    said = shorten(said, size, _WIDEST)
    return _Row(fitting(said, size, False, _MARGIN), size + 3.5, [Label(0, size, said, size, ink)])


def _lines_of(details: list[str]) -> list[str]:
    """Details in lines that are not too wide."""
    found = [details[0]]
    for text in details[1:]:
        said = f"{found[-1]}, {text}"
        if broadest(said, DETAIL) > _WIDEST_DETAILS:
            found[-1] += ","
            found.append(text)
        else:
            found[-1] = said
    return found


def _moved(level: Level, x: float, y: float) -> Level:
    west, east = (tuple([h + y for h in heights]) for heights in (level.west, level.east))
    return Level(level.y + y, level.left + x, level.right + x, west, east)
