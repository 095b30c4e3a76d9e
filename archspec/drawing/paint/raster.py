"""PNG and PDF: finishing what Graphviz draws, and PDF where it cannot."""

import io
import shutil
import subprocess
from typing import Any
from unicodedata import east_asian_width

from archspec.drawing.paint.stamp import Stamp
from archspec.drawing.style.theme import Theme

DPI = 144
HIGHEST = 16_000
"""Most pixels of a side: what viewers still open."""


def dpi_for(width: float, height: float) -> int:
    """Dots per inch at which a picture of that many points is not too large."""
    return max(10, min(DPI, int(HIGHEST * 72 / max(width, height, 1))))


def finish_png(data: bytes, stamp: Stamp, theme: Theme) -> bytes:
    """The PNG on a page of one colour, with the stamp in its text."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("Title", stamp.title)
    info.add_text("Comment", stamp.line().encode("latin-1", "replace").decode("latin-1"))
    out = io.BytesIO()
    _flat(data, theme).save(out, "PNG", optimize=True, pnginfo=info, dpi=(DPI, DPI))
    return out.getvalue()


def png_to_pdf(data: bytes, stamp: Stamp, theme: Theme) -> bytes:
    """A PDF page that shows a PNG."""
    out = io.BytesIO()
    _flat(data, theme).save(out, "PDF", resolution=DPI, title=stamp.title)
    return finish_pdf(out.getvalue(), stamp)


def finish_pdf(data: bytes, stamp: Stamp) -> bytes:
    """The PDF with the stamp in a comment at its end."""
    return data.rstrip(b"\n") + f"\n% {stamp.line()}\n".encode()


def _flat(data: bytes, theme: Theme) -> Any:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the size was chosen here
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        page = Image.new("RGB", image.size, theme.page)
        seen = image.convert("RGBA")
        page.paste(seen, mask=seen.getchannel("A"))
    return page


def needs_font(text: str) -> bool:
    """Whether a text has signs that only large fonts have: Chinese, Japanese, Korean, others."""
    return any(east_asian_width(c) in "WF" or ord(c) > 0x2FFF for c in text if not c.isascii())


def has_font() -> bool:
    """Whether the system has a font for Chinese, as far as one can find out."""
    program = shutil.which("fc-list")
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, ":lang=zh", "file"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(done.stdout.strip())
