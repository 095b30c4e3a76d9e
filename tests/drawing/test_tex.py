"""Pictures as TikZ: everything in them is read back, no text is a command, and pdflatex sets them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.drawing.options import Options
from archspec.drawing.render import picture, render
from archspec.drawing.scene.scene import Curve, Group, Label, Polygon, Rect, Scene, Shape, line, mix
from archspec.drawing.style.theme import LEGEND, LIGHT
from archspec.drawing.write.tex import tex
from archspec.drawing.write.tex_text import tex_text
from archspec.pipeline import shape_file
from tests.conftest import ROOT

HOSTILE = (
    "\\input{/etc/passwd} \\write18{id}",
    "% & # $x$ _ ^ ~ { } \\ ^^M ^^41 ^^5cinput",
    "-- --- << >> ,, ?` !` '' `` \"=",
    "}\\end{tikzpicture}\\end{document}",
    "\n\r\x00\x1b[31m\u2028\x0c next",
    "σ αβ → ≤ ≥ 2² ½ ₃ é ñ Łódź Ångström ế ß 55×55×96",
    "中文 神经网络 Ж שלום 😀 \ud800 \u202e",
    "x" * 10_000,
)


def box(key: str, nodes: tuple[int, ...], y: float, title: str) -> Group:
    shapes: tuple[Shape, ...] = (
        Rect(20, y, 200, 50, "conv.fill", "conv.line", 8, 1.2),
        Label(120, y + 18, title, 11, "conv.ink", bold=True),
        Label(28, y + 40, title[:20], 9, "muted", anchor="start"),
        Rect(
            180, y + 30, 30, 10, mix("norm.fill", "norm.line", 0.34), "norm.line", 40, dashed=True
        ),
        Label(212, y + 40, "BN", 7, "norm.ink", anchor="end"),
    )
    return Group("box", key, shapes, nodes=nodes, params=len(nodes) * 1234, times=2)


def tower(titles: tuple[str, ...], page_height: float = 0.0) -> Scene:
    """Cards below each other, a wire between each two."""
    groups = [Group("head", "", (Label(120, 30, titles[0], 20, "ink", bold=True),))]
    for k, title in enumerate(titles):
        y = 50.0 + 80 * k
        groups.append(box(f"n{k}", (2 * k, 2 * k + 1, 2 * k + 5), y, title))
        if k:
            way = ((120.0, y - 30), (140.0, y - 20), (100.0, y - 10), (120.0, y))
            curve = Curve(way, "edge", arrow=True, dashed=k == 2)
            groups.append(Group("wire", f"w{k}", (curve,), ends=(f"n{k - 1}", f"n{k}")))
    triangle = Polygon(((0, 0), (20, 5), (5, 30)), "dense.fill", "dense.line", 0.7)
    groups.append(Group("note", "", (triangle, line((0, 0), (50, 50), "edge_label", arrow=True))))
    return Scene("s", titles[0], "", 240, 50 + 80 * len(titles), tuple(groups), page_height)


SCENES = {
    "one": tower(("Conv 3×3",)),
    "several": tower(("Conv 3×3", "Dense 10", "Softmax")),
    "hostile": tower(HOSTILE),
    "pages": tower(("A", "B", "C", "D", "E", "F", "G", "H"), page_height=230),
    "long": tower(tuple("ABC"))._replace(height=60_000),
    "families": tower(tuple(LEGEND.values())),
}


def code(text: str) -> list[str]:
    """Lines without comments; a % that is shown is no comment."""
    return [re.sub(r"(?<!\\)%.*", "", row) for row in text.splitlines()]


@pytest.mark.parametrize("name", SCENES)
def test_everything_is_there(name: str) -> None:
    scene = SCENES[name]
    text = tex(scene, stamp_line="archspec-picture: 0123456789abcdef")
    boxes = re.findall(r"% box (\w+): layers ([\d -]+), ([\d,]+) parameters, 2 times", text)
    expected = [
        (g.key, f"{g.nodes[0]}-{g.nodes[1]} {g.nodes[2]}", f"{g.params:,}")
        for g in scene.groups
        if g.kind == "box"
    ]
    assert list(dict.fromkeys(boxes)) == expected
    wires = re.findall(r"% wire (\w+): (\w+) -> (\w+)", text)
    assert list(dict.fromkeys(wires)) == [
        (g.key, *g.ends) for g in scene.groups if g.kind == "wire"
    ]
    for key, *_ in expected:
        assert f"({key}) at (" in text
    assert text.count("\\begin{tikzpicture}") == (3 if name == "pages" else 1)
    assert "archspec-picture: 0123456789abcdef" in text.splitlines()[1]
    assert tex(scene, stamp_line="archspec-picture: 0123456789abcdef") == text


@pytest.mark.parametrize("name", SCENES)
def test_no_text_is_a_command(name: str) -> None:
    lines = code(tex(SCENES[name]))
    body = "\n".join(lines)
    assert body.isascii()
    depth = 0
    for char in re.sub(r"\\[{}\\]", "", body):
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    known = {"path", "node", "definecolor", "clip"}
    for row in lines[lines.index("\\begin{document}") + 1 :]:
        label = re.fullmatch(r"  \\node\[[\w=., !-]+\] at \(-?[\d.]+,-?[\d.]+\) \{(.*)\};", row)
        if label:
            assert not re.search(
                r"(?<!\\)[$&#_^~]", re.sub(r"\\[\^~]\{|_\d\}|\^\d\}", "", label[1])
            ), row
            for command in re.findall(r"\\([A-Za-z]+)", label[1]):
                assert command not in ("input", "write", "end", "begin"), row
        elif row.startswith("  \\") and not row.startswith(("  \\def", "  \\IfFile")):
            assert re.match(r"  \\(\w+)", row)[1] in known, row  # type: ignore[index]


def test_letters() -> None:
    assert tex_text("Conv 3×3, 64") == "Conv 3\\texttimes{}3, 64"
    assert tex_text("a--b<<") == "a-{}-b<{}<"
    assert tex_text("é Ł σ") == "\\'{e} \\L{} \\ensuremath{\\sigma}"
    assert tex_text("中😀") == "\\netchar{4E}{2D}\\netchar{1F6}{00}"
    assert tex_text("e\u0301") == "\\'{e}"


def test_colours_have_the_names_of_their_roles() -> None:
    text = tex(SCENES["one"])
    assert f"\\definecolor{{net-conv-line}}{{HTML}}{{{LIGHT.color('conv.line')[1:]}}}" in text
    assert "fill=net-norm-fill!66!net-norm-line" in text
    assert tex(SCENES["one"], "auto") == text != tex(SCENES["one"], "dark")


def test_lengths_that_tex_has() -> None:
    text = tex(SCENES["long"])
    assert "% 0.13 of its size" in text
    assert max(float(n) for n in re.findall(r"[\d.]+(?=bp)", text)) <= 8_000


PDFLATEX = shutil.which("pdflatex")
SHIPPED = {
    "showcase/shufflenet": Options(),
    "showcase/unet": Options(view="volumes"),
    "resnet50": Options(paper="a4"),
}


def shipped(name: str) -> str:
    shaped = shape_file(str(ROOT / "specs" / f"{name}.yaml"), Sink())
    assert shaped is not None
    return render(picture(shaped, SHIPPED[name]), "tex").decode()


@pytest.mark.slow
@pytest.mark.skipif(PDFLATEX is None, reason="there is no pdflatex")
@pytest.mark.parametrize("name", [*SCENES, *SHIPPED])
def test_pdflatex_sets_it(name: str, tmp_path: Path, full: bool) -> None:
    if not full:
        pytest.skip("runs with --full")
    text = tex(SCENES[name], "dark") if name in SCENES else shipped(name)
    (tmp_path / "a.tex").write_text(text, encoding="utf-8")
    command = [PDFLATEX or "", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    log = (tmp_path / "a.log").read_text("latin-1")
    assert done.returncode == 0, log[-2000:]
    pages = re.search(r"Output written on a.pdf \((\d+) page", log)
    assert pages is not None
    assert int(pages[1]) == (3 if name == "pages" else 1)
    assert "Overfull" not in log
    assert "Missing character" not in log
    assert not re.search(r"open.*passwd", log)
