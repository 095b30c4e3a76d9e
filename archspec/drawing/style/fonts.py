"""Which fonts this machine has, and which of them draws each character of a text."""

import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Generic, TypeVar
from unicodedata import bidirectional, category, normalize

from archspec.drawing.style.font_file import Face

LONGEST = 2_000
"""Most characters of a line, of a title and of a description in a file."""
SLACK = 1.02
"""How much wider than in Helvetica a text may come out before it is squeezed."""

# Regular and bold, the first choice first; ``:2`` is the third font of a collection. Those with
# the widths of Helvetica stand before all others.
_FAMILIES = (
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arimo-Regular.ttf", "Arimo-Bold.ttf"),
    ("Helvetica.ttc", "Helvetica.ttc:1"),
    ("NimbusSans-Regular.otf", "NimbusSans-Bold.otf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Vera.ttf", "VeraBd.ttf"),
    ("NotoSansCJK-Regular.ttc:2", "NotoSansCJK-Bold.ttc:2"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("PingFang.ttc", ""),
    ("Hiragino Sans GB.ttc", ""),
    ("STHeiti Light.ttc", "STHeiti Medium.ttc"),
    ("Arial Unicode.ttf", ""),
    ("AppleSDGothicNeo.ttc", ""),
    ("Apple Symbols.ttf", ""),
    ("msyh.ttc", "msyhbd.ttc"),
    ("simhei.ttf", ""),
    ("simsun.ttc", ""),
    ("YuGothR.ttc", "YuGothB.ttc"),
    ("malgun.ttf", "malgunbd.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("seguisym.ttf", ""),
    ("wqy-microhei.ttc", ""),
    ("wqy-zenhei.ttc", ""),
    ("DroidSansFallbackFull.ttf", ""),
    ("DroidSansFallback.ttf", ""),
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
    ("NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"),
    ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"),
    ("NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
    ("NotoSansMath-Regular.ttf", ""),
    ("NotoSansSymbols-Regular.ttf", "NotoSansSymbols-Bold.ttf"),
    ("NotoSansSymbols2-Regular.ttf", ""),
    ("Symbola.ttf", ""),
)
_BROAD = frozenset(["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "Vera.ttf", "VeraBd.ttf"])
"""Their letters are an eighth wider than Helvetica's."""

# What reads nearly alike where no font has a sign.
_PLAIN = {
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "⇒": "=>",
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "x",
    "÷": "/",
    "·": ".",
    "•": "*",
    "…": "...",
    "⌊": "[",
    "⌋": "]",
    "⌈": "[",
    "⌉": "]",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "⁄": "/",
    "√": "sqrt",
    "∞": "inf",
    "Σ": "sum",
    "σ": "s",
    "α": "a",
    "β": "b",
    "μ": "u",
}

Choice = TypeVar("Choice")


def faces(bold: bool) -> tuple[Face, ...]:
    """The fonts that this machine has, the first choice first; for bold, also those without bold."""
    files = font_files()
    found = []
    for regular, heavy in _FAMILIES:
        for said in (heavy, regular) if bold else (regular,):
            name, _, index = said.partition(":")
            path = files.get(name)
            if path:
                found.append(Face(path, int(index or 0)))
                break
    return tuple(found)


def fitting(face: Face) -> float:
    """The share of a text's size at which a font is about as wide as Helvetica."""
    return 0.9 if face.file_name in _BROAD else 1.0


@cache
def font_files() -> dict[str, str]:
    """The name of each font file that is of use here → its path."""
    wanted = {said.partition(":")[0] for family in _FAMILIES for said in family if said}
    found: dict[str, str] = {}
    for folder in _folders():
        for place, inner, names in os.walk(folder):
            inner.sort()
            for name in names:
                if name in wanted:
                    found.setdefault(name, os.path.join(place, name))
    return found


def _folders() -> list[str]:
    """Where fonts are, the system's first."""
    home = os.path.expanduser("~")
    found = []
    if sys.platform == "win32":
        found.append(os.path.join(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"))
        local = os.environ.get("LOCALAPPDATA")
        found += [os.path.join(local, "Microsoft", "Windows", "Fonts")] if local else []
    elif sys.platform == "darwin":
        found += ["/System/Library/Fonts", "/Library/Fonts", os.path.join(home, "Library", "Fonts")]
    else:
        shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        own = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
        found += [os.path.join(p, "fonts") for p in (*shared.split(":"), own) if p]
        found.append(os.path.join(home, ".fonts"))
    # Two packages bring fonts: so a machine without any has some.
    for package, *inside in (("matplotlib", "mpl-data", "fonts", "ttf"), ("reportlab", "fonts")):
        try:
            spec = find_spec(package)
        except ValueError:  # somebody has put another thing in its place
            continue
        found += [
            os.path.join(p, *inside) for p in (spec and spec.submodule_search_locations) or ()
        ]
    return found


class Runs(Generic[Choice]):
    """Cuts texts into runs that one font draws.

    Args:
        choose: gives the font for a character, or None; it is asked with the font of the character
            before it, which marks that are set above others should keep.
    """

    def __init__(self, choose: Callable[[str, Choice | None], Choice | None]) -> None:
        self._choose = choose
        self.missing = False
        """Whether a text has had a sign that no font here has, and nothing that reads alike."""

    def cut(self, text: str) -> list[tuple[str, Choice]]:
        """The runs of a text: the signs to draw, and the font that draws them."""
        found: list[tuple[str, Choice]] = []
        before: Choice | None = None
        for char in text:
            for part, choice in self._drawable(char, before):
                if found and choice == before:
                    found[-1] = (found[-1][0] + part, choice)
                else:
                    found.append((part, choice))
                before = choice
        return found

    def _drawable(self, char: str, before: Choice | None) -> list[tuple[str, Choice]]:
        choice = self._choose(char, before)
        if choice is not None:
            return [(char, choice)]
        plain = "".join([_PLAIN.get(c, c) for c in normalize("NFKD", char)])
        if plain != char:
            parts = [(c, self._choose(c, before)) for c in plain if not is_mark(c)]
            known = [(c, choice) for c, choice in parts if choice is not None]
            if known and len(known) == len(parts):
                return known
        if is_mark(char):
            return []
        self.missing = True
        choice = self._choose("?", before)
        return [] if choice is None else [("?", choice)]


def is_mark(char: str) -> bool:
    """Whether a sign is set above, below or around the one before it, or seen as nothing."""
    return category(char) in ("Mn", "Me", "Cf")


def runs_left(text: str) -> bool:
    """Whether it has letters that are written from right to left."""
    return not text.isascii() and any(bidirectional(c) in ("R", "AL") for c in text)


def as_seen(text: str) -> str:
    """A run in the order in which its letters stand on the page, from the left."""
    if not runs_left(text):
        return text
    said = text.rstrip(" ")
    return said[::-1] + text[len(said) :]
