"""How wide text is in Helvetica (and in Arial and Liberation Sans, which share its widths)."""

from functools import cache
from unicodedata import category, east_asian_width

# Thousandths of the font size, from Adobe's metrics of the font.
_WIDTHS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~×−÷",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—→←½⌈⌉⌊⌋",
    1015: "@",
}
_OF = {char: width for width, chars in _WIDTHS.items() for char in chars}
_BOLD = 1.065
"""Bold is wider, by this much on average over English text; capitals less, small letters more."""


@cache
def _width(char: str) -> int:
    known = _OF.get(char)
    if known is not None:
        return known
    if east_asian_width(char) in "WF":
        return 1000
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 620


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points."""
    width = sum([_width(char) for char in text]) * size / 1000
    return width * _BOLD if bold else width


def shorten(text: str, size: float, most: float, bold: bool = False) -> str:
    """The text, cut with … if it is wider than ``most`` points."""
    if text_width(text, size, bold) <= most:
        return text
    while text and text_width(text + "…", size, bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, most: float, lines: int) -> list[str]:
    """The text in lines no wider than ``most`` points; the last one is cut if there are more."""
    found: list[str] = []
    line = ""
    for word in text.split():
        if line and text_width(f"{line} {word}", size) > most:
            if len(found) == lines - 1:
                return [*found, shorten(f"{line} {word}", size, most)]
            found.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*(shorten(f, size, most) for f in found), shorten(line, size, most)] if text else []
