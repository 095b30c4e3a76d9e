"""PDF and PNG of a scene: that all of it is there, in its place, and the same every time."""

import hashlib
import io
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archspec.drawing.scene.scene import (
    Curve,
    Group,
    Label,
    Polygon,
    Rect,
    Scene,
    Shape,
    arrow_head,
    line,
)
from archspec.drawing.style import fonts
from archspec.drawing.style.font_file import Face
from archspec.drawing.style.fonts import Runs, as_seen
from archspec.drawing.style.palette import palette
from archspec.drawing.style.text_width import text_width
from archspec.drawing.style.theme import DARK, LIGHT
from archspec.drawing.write import pdf as pdf_writer
from archspec.drawing.write import pdf_fonts
from archspec.drawing.write import png as png_writer
from archspec.drawing.write.flatten import dashes, flat_curve, outline, reach, shaft
from archspec.drawing.write.pdf import HIGHEST, pdf
from archspec.drawing.write.png import HIGHEST as MOST_PIXELS
from archspec.drawing.write.png import pixels_per_point, png

STAMP = "archspec-picture: 0123456789abcdef archspec-spec: fedcba9876543210 net"
SAID = ("Conv 3×3, 256 /2", "stage1.block1", "25.6 M params · 4.1 G MACs", "naïve “½” — …")
HOSTILE = (
    "<b>&amp;</b>",
    ") Tj ET (\\",
    "%%EOF\nendstream endobj",
    "\x00\x1b[31m\u202e\u2028",
    "\ud800 \U0010ffff",
    "e\u0301\u0301\u0301",
    "",
    "   ",
    "A" * 10_000,
)


def card(*texts: str, bold: bool = False, page_height: float = 0.0, size: float = 11) -> Scene:
    """Each text in a box that is just wide enough."""
    groups = []
    y = 20.0
    width = max(text_width(t, size, bold) for t in texts) + 12
    for k, text in enumerate(texts):
        shapes = (
            Rect(20, y, width, 24, "conv.fill", "conv.line", 5),
            Label(20 + width / 2, y + 16, text, size, "conv.ink", bold),
        )
        groups.append(Group("box", f"b{k}", shapes, nodes=(k,)))
        y += 40
    return Scene("net", "A (net)", "What (is) seen", width + 40, y, tuple(groups), page_height)


def only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """A machine with no other fonts than these."""
    found = fonts.font_files()
    if any(name not in found for name in names):
        pytest.skip("the fonts are not on this machine")
    monkeypatch.setattr(fonts, "font_files", lambda: {n: found[n] for n in names})


def read_pdf(data: bytes) -> Any:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(data), strict=True)


def read_png(data: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")


def pdf_line(text: str) -> tuple[list[tuple[str, str]], float, float]:
    """The runs of a bold line of 11 points in a PDF, the size of its text, and its width."""
    pen = pdf_writer._Pen(None, palette("light"), pdf_fonts.PdfFonts([(text, True)]))
    return pen._parts(text, 11, True)


def rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[k : k + 2], 16) for k in (1, 3, 5))


def test_a_pdf_has_all_texts_and_no_pictures() -> None:
    scene = card(*SAID)
    told: list[str] = []
    data = pdf(scene, "light", STAMP, told.append)
    found = read_pdf(data)
    said = found.pages[0].extract_text()
    assert all(text in said for text in SAID)
    assert [float(n) for n in found.pages[0].mediabox[2:]] == [
        pytest.approx(scene.width, abs=0.01),
        pytest.approx(scene.height, abs=0.01),
    ]
    assert "/XObject" not in found.pages[0]["/Resources"]
    about = found.metadata
    assert (about["/Title"], about["/Author"], about["/Subject"]) == (
        "A (net)",
        "",
        "What (is) seen",
    )
    assert b"Date" not in data
    assert f"\n% {STAMP}\nstartxref\n".encode() in data
    assert data.endswith(b"\n%%EOF\n")
    assert not told
    named = {str(f["/BaseFont"]) for f in found.pages[0]["/Resources"]["/Font"].values()}
    assert named == {"/Helvetica"}


def test_letters_of_this_machines_fonts_can_be_found_in_a_pdf() -> None:
    texts = ("28×28 → 14×14", "⌊n/2⌋ ≥ −σ(x)", "卷积层 3×3", "слой Ω")
    known = [t for t in texts if all(any(f.has(c) for f in fonts.faces(False)) for c in t)]
    if not known:
        pytest.skip("the fonts are not on this machine")
    said = read_pdf(pdf(card(*known))).pages[0].extract_text()
    assert all(text in said for text in known)


def test_signs_need_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    told: list[str] = []
    found = read_pdf(pdf(card("a → b, −σ ≥ 3", "⌊n/2⌋ Ⅳ ő"), warn=told.append))
    said = found.pages[0].extract_text()
    assert "a → b, −σ ≥ 3" in said
    assert "[n/2] IV o" in said
    assert not told


def test_chinese_without_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    told: list[str] = []
    found = read_pdf(pdf(card("卷积 かな 한글 \U0001f600"), warn=told.append))
    assert "卷积 かな 한글 ?" in found.pages[0].extract_text()
    assert len(told) == 2
    told.clear()
    png(card("卷积 → x"), warn=told.append)
    assert len(told) == 1
    assert "PNG shows ?" in told[0]


def test_outlines_of_postscript_are_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "NotoSansCJK-Regular.ttc")
    pytest.importorskip("fontTools")
    face = fonts.faces(False)[0]
    assert not face.true_type
    scene = card("卷积")
    told: list[str] = []
    data = pdf(scene, warn=told.append)
    assert data == pdf(scene)
    assert "卷积" in read_pdf(data).pages[0].extract_text()
    assert not told
    monkeypatch.setitem(sys.modules, "fontTools.fontBuilder", None)
    pdf_fonts._turned.cache_clear()
    pdf(scene, warn=told.append)
    assert len(told) == 1


@pytest.mark.parametrize("write", [pdf, png])
def test_hostile_texts(write: Any) -> None:
    scene = card("x")
    shapes = tuple([Label(30, 30 + 9 * k, t, 9, "ink", k % 2 == 0) for k, t in enumerate(HOSTILE)])
    scene = scene._replace(
        title=HOSTILE[1] + HOSTILE[3] + HOSTILE[4],
        description=HOSTILE[2] * 900,
        groups=(Group("box", "b0", shapes),),
        height=200,
    )
    data = write(scene, "light", STAMP + "\n%%EOF\rstartxref\n7\ud800")
    assert data == write(scene, "light", STAMP + "\n%%EOF\rstartxref\n7\ud800")
    if write is pdf:
        found = read_pdf(data)
        said = found.pages[0].extract_text()
        assert HOSTILE[0] in said
        assert ") Tj ET (\\" in said
        assert "%%EOF endstream endobj" in said
        assert found.metadata["/Title"].startswith(") Tj ET (\\")
        assert len(re.findall(rb"(?m)^(?:%%EOF|startxref)", data)) == 2
    else:
        assert read_png(data).size == (round(scene.width * 2), 400)


def test_pages_of_a_pdf() -> None:
    texts = [f"card{k:02}" for k in range(30)]
    scene = card(*texts)._replace(height=1230, page_height=410)
    found = read_pdf(pdf(scene))
    assert len(found.pages) == 3
    said = [page.extract_text() for page in found.pages]
    assert {float(page.mediabox[3]) for page in found.pages} == {410}
    assert "card00" in said[0]
    assert "card00" not in said[1]
    assert "card29" in said[2]
    assert set(" ".join(said).split()) == set(texts)


def test_a_pdf_that_is_too_long_for_pdf() -> None:
    scene = card("x")._replace(height=72_000)
    told: list[str] = []
    found = read_pdf(pdf(scene, warn=told.append)).pages[0]
    assert found.user_unit == 5
    assert float(found.mediabox[3]) == HIGHEST
    assert len(told) == 1


def test_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from tests.drawing.test_formats import SAID, card;"
        "from archspec.drawing.write.pdf import pdf; from archspec.drawing.write.png import png;"
        "print(hashlib.sha256(b''.join(w(card(*SAID, '→ 卷')) for w in (pdf, png))).hexdigest())"
    )
    here = hashlib.sha256(b"".join(w(card(*SAID, "→ 卷")) for w in (pdf, png))).hexdigest()
    folder = Path(__file__).parent.parent.parent
    around = {
        **os.environ,
        "PYTHONHASHSEED": "3",
        "SOURCE_DATE_EPOCH": "99",
        "PYTHONPATH": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=around,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [here]


def test_shapes_are_where_they_should_be() -> None:
    shapes: tuple[Shape, ...] = (
        Rect(10, 10, 40, 20, "conv.fill", "conv.line", 6, 2),
        Rect(60, 10, 30, 20, "dense.line"),
        Polygon(((10, 50), (50, 50), (10, 90)), "pool.line"),
        line((60, 80), (95, 80), "edge", 3, arrow=True),
        Rect(10, 100, 80, 20, "", "merge.line", 4, 2, dashed=True),
    )
    scene = Scene("n", "n", "", 100, 130, (Group("box", "b0", shapes),))
    for theme, name in ((LIGHT, "auto"), (DARK, "dark")):
        image = read_png(png(scene, name))
        assert image.size == (200, 260)

        def at(x: float, y: float, image: Any = image) -> tuple[int, ...]:
            found: tuple[int, ...] = image.getpixel((round(x * 2), round(y * 2)))
            return found

        assert at(2, 2) == at(10, 10) == at(54, 20) == at(45, 85) == rgb(theme.page)
        assert at(30, 20) == rgb(theme.families["conv"].fill)
        assert at(30, 10) == at(10, 20) == rgb(theme.families["conv"].line)
        assert at(75, 20) == rgb(theme.families["dense"].line)
        assert at(20, 60) == rgb(theme.families["pool"].line)
        assert at(70, 80) == at(91, 80) == rgb(theme.edge)
        row = [at(x / 2, 100) for x in range(30, 170)]
        starts = sum(a == rgb(theme.page) != b for a, b in pairwise(row))
        assert 8 <= starts <= 11
        page = {(x, y) for x in (1, 198) for y in (1, 258)}
        assert {image.getpixel(p) for p in page} == {rgb(theme.page)}


@pytest.mark.parametrize(
    "names",
    [
        ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
        ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
        ("Vera.ttf", "VeraBd.ttf"),
        ("NotoSansCJK-Regular.ttc",),
        (),
    ],
)
def test_no_ink_outside_of_a_card(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, *names)
    texts = (*SAID, "WWWWWmmmm→→→", "iiiiiiiiiiiiiiiilllll", "卷积层卷积层", "⌊⌊⌊⌊⌋⌋⌋⌋", "Ⅷ ĳ ﷺ")
    scene = card(*texts, bold=True)
    image = read_png(png(scene))
    page = rgb(LIGHT.page)
    right = scene.width - 20
    for outside in (
        image.crop((0, 0, 36, image.height)),
        image.crop((round(right * 2) + 4, 0, image.width, image.height)),
    ):
        assert [color for _, color in outside.getcolors(10**6)] == [page]
    inside = image.crop((44, 42, round(right * 2) - 4, 86))
    assert rgb(LIGHT.families["conv"].ink) in {c for _, c in inside.getcolors(10**6)}
    for text in texts:
        said, _, width = pdf_line(text)
        assert width <= text_width(text, 11, True) * 1.03
        assert said


def test_metadata_of_a_png() -> None:
    from PIL import Image

    image: Any = Image.open(io.BytesIO(png(card("x"), "light", STAMP)))
    assert image.text["Title"] == "A (net)"
    assert image.text["Comment"] == STAMP
    assert round(image.info["dpi"][0]) == 144


@pytest.mark.parametrize(
    "size", [(100, 100), (79_000, 900), (900, 79_000), (40_000, 40_000), (0, 0)]
)
def test_a_png_is_never_too_large(size: tuple[float, float]) -> None:
    scale = pixels_per_point(*size)
    assert 0 < scale <= 2
    assert max(size) * scale <= MOST_PIXELS
    assert size[0] * size[1] * scale * scale <= 60_000_000


def test_a_picture_is_drawn_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = card(*[f"card{k}" for k in range(20)])
    whole = png(scene)
    monkeypatch.setattr("archspec.drawing.write.png._STRIP", 30_000)
    assert png(scene) == whole


def test_curves_become_lines() -> None:
    bent = Curve(((0, 0), (0, 40), (60, 40), (60, 80)), "edge", 1.3, True)
    points = flat_curve(bent, 2)
    assert points[0] == (0, 0)
    assert points[-1] == pytest.approx((60, 80))
    assert all(abs(a[1] - b[1]) < 4 for a, b in pairwise(points))
    assert len(flat_curve(line((0, 0), (9, 9), "edge"), 2)) == 2
    tip, *_ = arrow_head(bent)
    end = shaft(bent).points[-1]
    assert tip == (60, 80)
    assert end[0] == pytest.approx(60)
    assert 74 < end[1] < 77
    assert shaft(bent._replace(arrow=False)).points == bent.points
    around = outline(Rect(0, 0, 20, 10, "ink", "", 50))
    assert {round(x, 3) for x, _ in around} >= {0, 20}
    assert reach(bent)[1] > 80
    found = dashes([(0, 0), (10, 0), (10, 10)])
    assert found == [[(0, 0), (4, 0)], [(7, 0), (10, 0), (10, 1)], [(10, 4), (10, 8)]]
    assert dashes([(0, 0), (0, 0)]) == [[(0, 0), (0, 0)]]


def test_a_damaged_font_has_no_characters(tmp_path: Path) -> None:
    whole = next((f for f in fonts.faces(False) if f.true_type), None)
    if whole is None:
        pytest.skip("the fonts are not on this machine")
    data = Path(whole.path).read_bytes()
    assert whole.has("A")
    assert not whole.has("\U0010fffe")
    for size in (0, 3, 11, 40, 300):
        part = tmp_path / f"{size}.ttf"
        part.write_bytes(data[:size])
        assert not Face(str(part)).has("A")
    assert not Face(str(tmp_path / "none.ttf")).has("A")
    assert Face("").has("A")
    assert not Face("").has("×")


def test_runs_keep_marks_and_replace_what_no_font_has() -> None:
    cut = Runs[str](lambda c, before: "a" if c.isascii() else "g" if c in "αβ" else None).cut
    assert cut("xα→y") == [("x", "a"), ("α", "g"), ("->y", "a")]
    assert cut("ő\u0301") == [("o", "a")]
    assert cut("卷") == [("?", "a")]


def test_letters_that_run_to_the_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_seen("Conv →") == "Conv →"
    assert as_seen("אבג דה ") == "הד גבא "
    only(monkeypatch, "DejaVuSans.ttf")
    scene = card("אבג דה")
    assert b"/DejaVuSans" in pdf(scene).replace(b"AAAAAA+", b"/")
    page = png(scene)
    from PIL import features

    monkeypatch.setattr(features, "check", lambda name: False)
    png_writer._shapes_letters.cache_clear()
    png_writer._font.cache_clear()
    assert read_png(png(scene)).size == read_png(page).size
    png_writer._shapes_letters.cache_clear()
    png_writer._font.cache_clear()
