"""Fonts that have the characters of a text, whatever its script, and how wide the text becomes."""

import re
from collections.abc import Iterator
from functools import cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

_PLAIN = ("Helvetica", "Arial", "Liberation Sans", "DejaVu Sans")
"""The house's fonts; the last one comes with matplotlib."""
_WIDE = (
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
"""Fonts for Chinese to be taken before any other that has the characters."""
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)
_WORD = re.compile(r"[\u2e80-\uffdc]\s*|[^\s\u2e80-\uffdc]+\s*|\s+")
"""Where a line may end: after a word, or anywhere in Chinese."""


def seen(text: str) -> str:
    """The text without control characters, which an SVG must not have, nor turns of direction."""
    return _UNSEEN.sub(" ", text).strip()


@cache
def families(text: str) -> tuple[str, ...]:
    """Families of fonts for a text, in order; those that are not installed are left out."""
    lacking = _lacking(text, _plain())
    return (*_plain(), *_others(lacking)) if lacking else _plain()


@cache
def drawable(text: str) -> bool:
    """Whether the fonts of this machine have all of its characters."""
    return not _lacking(text, families(text))


@cache
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in points, at a size in points."""
    weight = "bold" if bold else "normal"
    font = FontProperties(family=list(families(text)), size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def fitting(text: str, most: float, size: float, bold: bool = False, tail: float = 0.0) -> str:
    """The text, shortened with an ellipsis if it is wider than ``most`` points.

    ``tail`` is the share of what stays that stands after the ellipsis: names of classes often
    differ at their end.
    """
    if width(text, size, bold) <= most:
        return text

    def cut(count: int) -> str:
        last = int(tail * count)
        return text[: count - last].rstrip() + "…" + text[len(text) - last :].lstrip()

    low, high = 0, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if width(cut(middle), size, bold) <= most:
            low = middle
        else:
            high = middle - 1
    return cut(low)


def short_name(name: str, most: float, size: float) -> str:
    """A class's name, shortened in its middle."""
    return fitting(seen(name), most, size, tail=0.4)


def lines(text: str, most: float, size: float, bold: bool = False, count: int = 2) -> list[str]:
    """The text in at most ``count`` lines that are no wider than ``most`` points."""
    found = [""]
    for word in _WORD.findall(text):
        full = len(found) == count
        if full or not found[-1] or width((found[-1] + word).rstrip(), size, bold) <= most:
            found[-1] += word
        else:
            found.append(word)
    return [fitting(line.strip(), most, size, bold) for line in found]


@cache
def _plain() -> tuple[str, ...]:
    installed = {entry.name for entry in fontManager.ttflist}
    return tuple(name for name in _PLAIN if name in installed)


def _lacking(text: str, names: tuple[str, ...]) -> frozenset[str]:
    """Characters that none of the families has."""
    left = frozenset(text) - {" "}
    for name in names:
        if left:
            left -= _has(font_manager.findfont(FontProperties(family=name)), left)
    return left


@cache
def _others(characters: frozenset[str]) -> tuple[str, ...]:
    """Installed families that have these characters, as few as are found in one pass."""
    found = []
    for entry in _candidates():
        had = _has(entry.fname, characters)
        if had:
            found.append(entry.name)
            characters -= had
        if not characters:
            break
    return tuple(found)


def _candidates() -> Iterator[font_manager.FontEntry]:
    """Upright fonts, those made for Chinese first, and then those that were installed lately."""
    rank = {name: number for number, name in enumerate(_WIDE)}

    def upright() -> list[font_manager.FontEntry]:
        return [e for e in fontManager.ttflist if e.style == "normal" and "Last" not in e.name]

    known = upright()
    yield from sorted(known, key=lambda e: (rank.get(e.name, len(rank)), e.name, e.fname))
    paths = {e.fname for e in fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - paths):
        try:
            fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # a font that cannot be read
            continue
        yield from [e for e in upright() if e.fname == path][:1]


@cache
def _has(path: str, characters: frozenset[str]) -> frozenset[str]:
    try:
        font = font_manager.get_font(path)
    except (OSError, RuntimeError, ValueError):
        return frozenset()
    return frozenset(c for c in characters if font.get_char_index(ord(c)))
