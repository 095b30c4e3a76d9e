"""The fonts of a PDF: those that every program has, and those of this machine that go into the file."""

from collections.abc import Callable, Iterable
from functools import cache
from hashlib import md5
from typing import Any
from unicodedata import east_asian_width

from archspec.drawing.style.font_file import Face
from archspec.drawing.style.fonts import Runs, faces, is_mark

_LATIN = {False: "Helvetica", True: "Helvetica-Bold"}
_SYMBOL = frozenset(
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω∀∃∋∗−∼≅∴⊥ϑϕϖϒ′≤⁄∞↔←↑→↓″≥∝∂≠≡≈ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇"
    "∏√⋅∧∨⇔⇐⇑⇒⇓◊∑∫"
)
"""What the font Symbol has, which every program has: for machines without another font."""
_LENT = (
    ("STSong-Light", "gbk"),
    ("HeiseiKakuGo-W5", "shift_jis"),
    ("HYGothic-Medium", "euc_kr"),
    ("MSung-Light", "big5"),
)
"""Fonts that programs that show PDF bring for Chinese, Japanese and Korean, and what they have."""


class PdfFonts:
    """Finds, for one file, the font of each character; a font is known by its name in reportlab.

    Args:
        texts: all texts of the file, each with whether it is bold.
    """

    def __init__(self, texts: Iterable[tuple[str, bool]]) -> None:
        wanted: dict[bool, set[str]] = {False: set(), True: set()}
        for text, bold in texts:
            if not text.isascii():
                wanted[bold].update(c for c in text if not _latin(c))
        self._faces: dict[str, Face] = {}
        self._runs = {bold: Runs(self._chooser(bold, wanted[bold])) for bold in (False, True)}
        self.lent = False
        """Whether a text is in a font that the program that shows the file must have."""

    @property
    def missing(self) -> bool:
        """Whether a sign could not be drawn."""
        return any(runs.missing for runs in self._runs.values())

    def runs(self, text: str, bold: bool) -> list[tuple[str, str]]:
        """The runs of a text, each with the name of its font."""
        return self._runs[bold].cut(text)

    def width(self, text: str, font: str, size: float) -> float:
        """Width of a run in points."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(text, font, size))

    def _chooser(self, bold: bool, wanted: set[str]) -> Callable[[str, str | None], str | None]:
        left = set(wanted)
        found: dict[str, str] = {}
        for face in faces(bold) if left else ():
            has = {c for c in left if face.has(c)}
            font = _embedded(face, "".join(sorted(has))) if has else None
            if font is not None:
                self._faces[font] = face
                found.update(dict.fromkeys(has, font))
                left -= has

        def choose(char: str, before: str | None) -> str | None:
            kept = char == " " or is_mark(char)
            if before is not None and kept and self._has(before, char):
                return before
            if _latin(char):
                return _LATIN[bold]
            if char in found:
                return found[char]
            if char in _SYMBOL:
                return "Symbol"
            font = _lent(char)
            self.lent = self.lent or font is not None
            return font

        return choose

    def _has(self, font: str, char: str) -> bool:
        face = self._faces.get(font)
        return face is not None and face.true_type and face.has(char)


@cache
def _latin(char: str) -> bool:
    """Whether Helvetica has it, in the code that PDF calls WinAnsi."""
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _embedded(face: Face, wanted: str) -> str | None:
    """The name of a font that reportlab puts into a file; None if it cannot."""
    if not face.true_type:
        return _turned(face, wanted)
    return _true_type(face, wanted)


@cache
def _loaded(face: Face) -> Any:
    """None for a font that is damaged, or must not be embedded."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        font = TTFont(face.name, face.path, subfontIndex=face.number, asciiReadable=False)
    except (TTFError, OSError, ValueError, LookupError):
        return None
    registerFont(font)
    return font


def _true_type(face: Face, wanted: str) -> str | None:
    font = _loaded(face)
    if font is None or any(ord(c) not in font.face.charToGlyph for c in wanted):
        return None
    return face.name


@cache
def _turned(face: Face, wanted: str) -> str | None:
    """A font with PostScript's outlines, such as Noto Sans CJK, made a TrueType one.

    reportlab takes no other. fontTools does it where it is installed: matplotlib needs it too.
    """
    import io

    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    # reportlab takes fonts for the same if the files give them the same name.
    name = f"{face.name}-{md5(wanted.encode(), usedforsecurity=False).hexdigest()[:8]}"
    data = _true_type_of(face, wanted, name)
    if data is None:
        return None
    try:
        registerFont(TTFont(name, io.BytesIO(data), asciiReadable=False))
    except (TTFError, ValueError, LookupError):
        return None
    return name


def _true_type_of(face: Face, wanted: str, called: str) -> bytes | None:
    """A TrueType font of some characters; None where fontTools is missing or cannot make it."""
    try:
        from fontTools.fontBuilder import FontBuilder
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen
        from fontTools.ttLib import TTFont, TTLibError
    except ImportError:
        return None
    import io

    try:
        with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
            em = font["head"].unitsPerEm
            names = {ord(c): font.getBestCmap()[ord(c)] for c in wanted}
            glyphs = {}
            widths = {}
            drawings = font.getGlyphSet()
            for name in (".notdef", *names.values()):
                pen = TTGlyphPen(None)
                drawings[name].draw(Cu2QuPen(pen, em / 1000, reverse_direction=True))
                glyphs[name] = pen.glyph()
                widths[name] = (round(drawings[name].width), 0)
            heights = {"ascent": font["hhea"].ascent, "descent": font["hhea"].descent}
    except (TTLibError, OSError, LookupError, ValueError, AttributeError):
        return None
    made = FontBuilder(em, isTTF=True)
    made.font.recalcTimestamp = False
    made.setupGlyphOrder(list(glyphs))
    made.setupCharacterMap(names)
    made.setupGlyf(glyphs)
    for name in glyphs:
        widths[name] = (widths[name][0], getattr(made.font["glyf"][name], "xMin", 0))
    made.setupHorizontalMetrics(widths)
    made.setupHorizontalHeader(**heights)
    plain = called.replace(" ", "").replace(".", "-")
    made.setupNameTable({"familyName": plain, "styleName": "Regular", "psName": plain})
    made.setupOS2(sTypoAscender=heights["ascent"], sTypoDescender=heights["descent"])
    made.setupPost()
    made.font["head"].created = made.font["head"].modified = 0
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _lent(char: str) -> str | None:
    if east_asian_width(char) not in "WF" or ord(char) > 0xFFFF:
        return None
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont

    for font, code in _LENT:
        try:
            char.encode(code)
        except UnicodeEncodeError:
            continue
        if font not in getRegisteredFontNames():
            registerFont(UnicodeCIDFont(font))
        return font
    return None
