"""Cards, headers and titles of opened blocks as HTML-like labels of Graphviz."""

from archspec.drawing.content import words
from archspec.drawing.content.diagram import Card, Chip
from archspec.drawing.paint.markup import badge, badge_width, box, fixed, text
from archspec.drawing.paint.pills import stack
from archspec.drawing.style.text_width import shorten, text_width
from archspec.drawing.style.theme import Colors, Theme

_TITLE, _DETAIL, _CHIP, _FOOT = 12, 10, 9, 8
_WIDEST = 230.0
_WIDEST_CHIP = 150.0
_CHIP_GAP = 4


def card_label(card: Card, theme: Theme, gives: str = "") -> str:
    """The label of a card; ``gives`` is a shape that stands on it instead of on its wire."""
    colors = theme.family(card.family) if card.family else theme.group
    rows = [_title(card.title, card.times, _TITLE, colors.ink, theme)]
    if card.details:
        rows.append(_line(", ".join(card.details), _DETAIL, colors.ink))
    rows += [_chips(row, theme) for row in _chip_rows(card.chips)]
    if card.rows:
        rows.append(stack(card.rows, theme))
    rows += [_line(line, _FOOT, theme.muted) for line in card.note.splitlines()]
    last = "  ·  ".join(t for t in (card.foot, words.params(card.params, card.frozen), gives) if t)
    if last:
        rows.append(_line(last, _FOOT, theme.muted))
    return _table(rows, 1)


def header_label(title: list[str], lines: list[str], legend: list[list[Chip]], theme: Theme) -> str:
    """Title, subtitle and legend of a drawing."""
    rows = [_line(line, 19, theme.ink, bold=True, most=600) for line in title]
    rows += [_line(line, 11, theme.muted, most=600) for line in lines]
    rows += [_chips(row, theme) for row in legend]
    return _table([*rows, '<FONT POINT-SIZE="4"> </FONT>'], 3)


def cluster_label(title: str, times: int, theme: Theme) -> str:
    """Title of an opened block."""
    return _table([_title(title, times, _DETAIL, theme.muted, theme)], 1)


def chip_width(said: str) -> int:
    """Width of a chip in points."""
    return int(text_width(shorten(said, _CHIP, _WIDEST_CHIP), _CHIP) * 1.05) + 13


def chip_rows(chips: list[Chip], most: int) -> list[list[Chip]]:
    """Chips in rows no wider than ``most``."""
    rows: list[list[Chip]] = []
    width = most
    for chip in chips:
        wide = chip_width(chip.text) + _CHIP_GAP
        if width + wide > most:
            rows.append([])
            width = 0
        rows[-1].append(chip)
        width += wide
    return rows


def _chip_rows(chips: list[Chip]) -> list[list[Chip]]:
    return chip_rows(chips, int(_WIDEST))


def _title(title: str, times: int, size: int, ink: str, theme: Theme) -> str:
    said = shorten(title, size, _WIDEST, bold=True)
    shown = text(said, size, ink, bold=True)
    if times == 1:
        return shown
    wide, more = int(text_width(said, size, bold=True)) + 6, badge_width(times)
    cells = (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{wide}" HEIGHT="18">{shown}</TD>'
        f'<TD FIXEDSIZE="TRUE" WIDTH="{more + 6}" HEIGHT="18">{badge(times, theme)}</TD>'
    )
    return fixed(f"<TR>{cells}</TR>", wide + more + 6, 18)


def _chips(chips: list[Chip], theme: Theme) -> str:
    cells, whole = [], 0
    for chip in chips:
        wide = chip_width(chip.text)
        cells.append(
            f'<TD FIXEDSIZE="TRUE" WIDTH="{wide + _CHIP_GAP}" HEIGHT="17">'
            f"{_chip(chip, wide, theme.family(chip.family))}</TD>"
        )
        whole += wide + _CHIP_GAP
    return fixed(f"<TR>{''.join(cells)}</TR>", whole, 17)


def _chip(chip: Chip, width: int, colors: Colors) -> str:
    said = text(shorten(chip.text, _CHIP, _WIDEST_CHIP), _CHIP, colors.ink)
    return box(
        f'<TD FIXEDSIZE="TRUE" WIDTH="{width - 2}" HEIGHT="13">{said}</TD>', width, 15, colors
    )


def _line(said: str, size: int, ink: str, bold: bool = False, most: float = _WIDEST) -> str:
    return text(shorten(said, size, most, bold), size, ink, bold)


def _table(rows: list[str], padding: int) -> str:
    inner = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
    return (
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}">{inner}</TABLE>'
    )
