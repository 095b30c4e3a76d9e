"""How wide text is in Helvetica (Arial and Liberation Sans share its widths) and in DejaVu Sans."""

from functools import cache
from unicodedata import category, east_asian_width

# Thousandths of the font size, from Adobe's metrics of the font.
_WIDTHS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r²³",
    365: "⌈⌉⌊⌋",
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
    834: "½",
    1000: "…—→←",
    1015: "@",
}
_BOLD_WIDTHS = {
    238: "'",
    278: " ,./Iijl\\",
    280: "|",
    333: "()-`!ft[]:;",
    389: "r*{}",
    474: '"',
    500: "z",
    556: "#$0123456789Jaceksvxy_",
    584: "^",
    611: "FTZbdghnopqu?L",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
}
_DEJAVU = {
    275: "'",
    278: "ijl",
    295: "IJ",
    318: " ,.·",
    337: "/:;\\|",
    352: "f",
    361: "-",
    391: "()[]⌈⌉⌊⌋t",
    401: "!²³",
    411: "r",
    460: '"',
    500: "*_`",
    522: "sz?",
    550: "c",
    557: "L",
    577: "Fk",
    592: "vxy",
    611: "PTYoae",
    636: "EΣhnuσSbdgpq$0123456789{}√",
    656: "K",
    685: "AVXZB",
    698: "CR",
    732: "U",
    752: "HN",
    775: "DG&",
    787: "OQ",
    818: "w",
    838: "#+<=>^~×−÷→←",
    863: "M",
    950: "%",
    974: "½m",
    989: "W",
    1000: "@…—",
}
_DEJAVU_BOLD = {
    306: "'",
    343: "ijl ",
    365: "/\\|",
    372: "IJ,.·",
    400: ":;",
    415: "-",
    435: "f²³",
    457: "!()[]⌈⌉⌊⌋",
    478: "t",
    500: "r_`",
    523: '"*',
    582: "?z",
    595: "cs",
    637: "L",
    652: "xvy",
    667: "k√",
    683: "aeTEFΣo",
    696: "$0123456789",
    716: "hnu{}bdgpq",
    734: "SYZPC",
    775: "BRXAVKσ",
    821: "UG",
    838: "DHN#+<=>^~×−÷→←",
    850: "OQ",
    872: "&",
    924: "w",
    1002: "M@…—%",
    1042: "½m",
    1103: "W",
}
_OF = {char: width for width, chars in _WIDTHS.items() for char in chars}
_BOLD_OF = {**_OF, **{char: width for width, chars in _BOLD_WIDTHS.items() for char in chars}}
_DEJAVU_OF = {char: width for width, chars in _DEJAVU.items() for char in chars}
_DEJAVU_BOLD_OF = {char: width for width, chars in _DEJAVU_BOLD.items() for char in chars}


_LONGEST = 2000
"""Characters that no line has room for."""


@cache
def _width(char: str, bold: bool) -> int:
    known = (_BOLD_OF if bold else _OF).get(char)
    if known is not None:
        return known
    if east_asian_width(char) in "WF":
        return 1000
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 640


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points."""
    return sum([_width(char, bold) for char in text]) * size / 1000


def broadest(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points in the widest font that a picture may be shown in."""
    return max(text_width(text, size, bold), _dejavu_width(text, size, bold))


def _dejavu_width(text: str, size: float, bold: bool) -> float:
    known = _DEJAVU_BOLD_OF if bold else _DEJAVU_OF
    return sum([known.get(char) or _width(char, bold) * 1.08 for char in text]) * size / 1000


def shorten(text: str, size: float, most: float, bold: bool = False) -> str:
    """The text, cut with … if it is wider than ``most`` points."""
    text = text[: _LONGEST + 1]
    if text_width(text, size, bold) <= most:
        return text
    room = most - text_width("…", size, bold)
    used = 0.0
    for k, char in enumerate(text):
        used += text_width(char, size, bold)
        if used > room:
            return text[:k].rstrip() + "…"
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
