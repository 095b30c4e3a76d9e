"""Pieces of HTML-like labels: escaped text, boxes of a given size, badges."""

from html import escape as _escape

from archspec.diagnostics.characters import drawn
from archspec.drawing.style.text_width import text_width
from archspec.drawing.style.theme import Colors, Theme


def escape(said: str) -> str:
    """Text for an HTML-like label: no markup, no entities, no characters that XML refuses."""
    return _escape(drawn(said), quote=True) or " "


def text(said: str, size: int, color: str, bold: bool = False) -> str:
    """A line of text."""
    inner = f"<B>{escape(said)}</B>" if bold else escape(said)
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{inner}</FONT>'


def fixed(rows: str, width: int, height: int) -> str:
    """A table of just this size: without one, a table in a table fills its cell."""
    return (
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE"'
        f' WIDTH="{width}" HEIGHT="{height}">{rows}</TABLE>'
    )


def box(cells: str, width: int, height: int, colors: Colors) -> str:
    """A rounded box of just this size."""
    return (
        f'<TABLE BORDER="1" STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
        f' FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"'
        f' COLOR="{colors.line}" BGCOLOR="{colors.fill}"><TR>{cells}</TR></TABLE>'
    )


def badge_width(times: int) -> int:
    """Width of a badge in points."""
    return int(text_width(f"×{times:,}", 10)) + 11


def badge(times: int, theme: Theme) -> str:
    """``×3`` on a dark pill."""
    width = badge_width(times)
    said = text(f"×{times:,}", 10, theme.badge.ink)
    cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{width - 2}" HEIGHT="14">{said}</TD>'
    return box(cell, width, 16, theme.badge)
