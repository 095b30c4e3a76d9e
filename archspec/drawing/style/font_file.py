"""Which characters a font file has: the table that every TrueType and OpenType font carries."""

from bisect import bisect_left
from functools import cache
from struct import error as StructError  # noqa: N812
from struct import iter_unpack, unpack, unpack_from
from typing import BinaryIO, NamedTuple


class Face(NamedTuple):
    """A font in a file."""

    path: str
    """Empty for the font that Pillow brings, which is only sure to have ASCII."""
    number: int = 0
    """Which of the fonts in a collection (``.ttc``)."""

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return self.path.replace("\\", "/").rpartition("/")[2]

    @property
    def name(self) -> str:
        """The name of its file, with its place in a collection."""
        return f"{self.file_name}-{self.number}"

    def has(self, char: str) -> bool:
        """Whether it has a glyph for a character."""
        if not self.path:
            return char.isascii()
        return ord(char) in _read(self)

    @property
    def true_type(self) -> bool:
        """Whether its outlines are TrueType's, not PostScript's."""
        return bool(self.path) and _read(self).true_type


class _Characters:
    """The characters of a font, looked up in its ``cmap``."""

    def __init__(self, true_type: bool = False) -> None:
        self.true_type = true_type
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.glyphs: list[tuple[int, int]] = []
        """Of a range: what is added to a code, and where in ``table`` its glyphs stand, or 0."""
        self.table = b""

    def __contains__(self, code: int) -> bool:
        at = bisect_left(self.lasts, code)
        if at == len(self.lasts) or code < self.firsts[at]:
            return False
        delta, place = self.glyphs[at]
        if place:
            place += 2 * (code - self.firsts[at])
            if place + 2 > len(self.table):
                return False
            (glyph,) = unpack_from(">H", self.table, place)
            return bool(glyph)
        return (code + delta) & 0xFFFF != 0

    def take(self, ranges: list[tuple[int, int, int, int]]) -> None:
        """Ranges as first, last, delta, place; in order."""
        self.firsts = [r[0] for r in ranges]
        self.lasts = [r[1] for r in ranges]
        self.glyphs = [(r[2], r[3]) for r in ranges]


@cache
def _read(face: Face) -> _Characters:
    """A file that is damaged has no characters."""
    try:
        with open(face.path, "rb") as file:
            return _characters(file, face.number)
    except (OSError, StructError, ValueError, OverflowError):
        return _Characters()


def _characters(file: BinaryIO, index: int) -> _Characters:
    start = 0
    head = file.read(12)
    if head[:4] == b"ttcf":
        file.seek(12 + 4 * index)
        (start,) = unpack(">L", file.read(4))
        file.seek(start)
        head = file.read(12)
    (count,) = unpack_from(">H", head, 4)
    tables = {tag: (at, size) for tag, _, at, size in iter_unpack(">4sLLL", file.read(16 * count))}
    found = _Characters(b"glyf" in tables)
    at, size = tables.get(b"cmap", (0, 0))
    file.seek(at)
    cmap = file.read(size)
    (count,) = unpack_from(">H", cmap, 2)
    places = {}
    for k in range(count):
        platform, encoding, place = unpack_from(">HHL", cmap, 4 + 8 * k)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            (format,) = unpack_from(">H", cmap, place)
            places[format] = place
    if 12 in places:
        _format_12(found, cmap, places[12])
    elif 4 in places:
        _format_4(found, cmap, places[4])
    return found


def _format_12(found: _Characters, cmap: bytes, place: int) -> None:
    (count,) = unpack_from(">L", cmap, place + 12)
    groups = iter_unpack(">LLL", cmap[place + 16 : place + 16 + 12 * count])
    # A code stands for a glyph after the first one of its group; glyph 0 is the sign for none.
    found.take([(first + (not glyph), last, glyph - first, 0) for first, last, glyph in groups])


def _format_4(found: _Characters, cmap: bytes, place: int) -> None:
    (double,) = unpack_from(">H", cmap, place + 6)
    count = double // 2
    ends = place + 14
    rows = [unpack_from(f">{count}H", cmap, ends + skip) for skip in (0, double + 2)]
    deltas = unpack_from(f">{count}H", cmap, ends + 2 * double + 2)
    offsets = ends + 3 * double + 2
    far = unpack_from(f">{count}H", cmap, offsets)
    found.table = cmap
    found.take(
        [
            (first, last, delta, offsets + 2 * k + skip if skip else 0)
            for k, (last, first, delta, skip) in enumerate(zip(*rows, deltas, far, strict=True))
        ]
    )
