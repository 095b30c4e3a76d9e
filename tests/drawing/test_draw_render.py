"""``archspec render``: files, options, engines that fail, stale pictures."""

import io
import os
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from archspec.drawing.layout.engine import Engine, EngineError, engines
from archspec.drawing.layout.engine import run as run_engine
from archspec.drawing.paint.stamp import picture_hash
from tests.conftest import ROOT, Run, RunProcess
from tests.svg_picture import read_svg

ALEXNET = str(ROOT / "specs" / "alexnet.yaml")
SMALL = str(ROOT / "tests" / "drawings" / "small.yaml")


@pytest.fixture(autouse=True)
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests take the bundled engine unless they say otherwise."""
    monkeypatch.setenv("ARCHSPEC_DOT", "bundled")


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tex", "html", "dot", "mmd"])
def test_formats(ending: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"net.{ending}"
    done = run("render", ALEXNET, "-o", str(target))
    assert done.status == 0, done.err
    assert done.out.startswith(f"wrote {target}  14 cards, ")
    data = target.read_bytes()
    assert picture_hash(data)
    starts = {
        "svg": b"<svg ",
        "png": b"\x89PNG",
        "pdf": b"%PDF",
        "tex": b"%",
        "html": b"<!doctype html>",
        "dot": b"// arch",
        "mmd": b"---\n",
    }
    assert data.startswith(starts[ending])
    assert b"alexnet" in data or ending == "png"
    assert os.listdir(tmp_path) == [target.name]


def test_png_is_a_picture(run: Run, tmp_path: Path) -> None:
    for theme, page in (("light", (255, 255, 255)), ("dark", (11, 18, 32))):
        target = tmp_path / f"{theme}.png"
        assert run("render", ALEXNET, "-o", str(target), "--theme", theme).status == 0
        with Image.open(target) as image:
            image.load()
            assert image.mode == "RGB"
            assert image.size[0] > 600
            assert image.info["Title"].startswith("AlexNet")
            for corner in ((0, 0), (image.width - 1, image.height - 1)):
                pixel = image.getpixel(corner)
                assert isinstance(pixel, tuple)
                assert all(abs(a - b) < 3 for a, b in zip(pixel, page, strict=True))
            colors = image.convert("P", palette=Image.Palette.ADAPTIVE).getcolors()
            assert colors is not None
            assert len(colors) > 20


def test_large_png_stays_in_bounds(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.png"
    spec = str(ROOT / "specs" / "resnet101.yaml")
    options = ["--detail", "layers", "--columns", "1"]
    assert run("render", spec, "-o", str(target), *options).status == 0
    with Image.open(target) as image:
        assert max(image.size) <= 16_500


def test_pdf_has_a_page(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.pdf"
    assert run("render", SMALL, "-o", str(target)).status == 0
    data = target.read_bytes()
    assert b"/Type /Page" in data
    assert b"%%EOF" in data


def test_auto_theme_follows_the_page(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.svg"
    assert run("render", ALEXNET, "-o", str(target)).status == 0
    text = target.read_text()
    assert "prefers-color-scheme:dark" in text
    light = run("render", ALEXNET, "-o", str(target), "--theme", "light", "--force")
    assert light.status == 0
    plain = target.read_text()
    assert "prefers-color-scheme" not in plain
    body = text[text.index("</style>") :]
    used = {c for c in _colors(body) if c != "none"}
    # Every colour of the picture has one for the dark page, or is the same there.
    style = text[text.index("<style>") : text.index("</style>")]
    assert run("render", ALEXNET, "-o", str(target), "--theme", "dark", "--force").status == 0
    dark = _colors(target.read_text())
    assert all(f'"{color}"' in style or color in dark for color in used)
    assert len([color for color in used if f'"{color}"' in style]) > 15


def _colors(text: str) -> set[str]:
    import re

    return set(re.findall(r'(?:fill|stroke)="([^"]*)"', text))


def test_volumes(run: Run, tmp_path: Path) -> None:
    for ending in ("svg", "png", "pdf"):
        target = tmp_path / f"net.{ending}"
        done = run("render", ALEXNET, "-o", str(target), "--view", "volumes")
        assert done.status == 0, done.err
        check = run("render", ALEXNET, "-o", str(target), "--view", "volumes", "--check")
        assert check.status == 0, check.err
    done = run("render", ALEXNET, "-o", str(tmp_path / "net.dot"), "--view", "volumes")
    assert done.status == 2
    assert "volumes cannot be written as .dot" in done.err


def test_a_file_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.svg"
    target.write_text("mine")
    done = run("render", ALEXNET, "-o", str(target))
    assert done.status == 2
    assert "AS502" in done.err
    assert target.read_text() == "mine"
    assert run("render", ALEXNET, "-o", str(target), "--force").status == 0
    assert target.read_text().startswith("<svg")
    done = run("render", ALEXNET, "-o", str(tmp_path / "none" / "net.svg"))
    assert done.status == 2
    assert "AS503" in done.err


def test_check_finds_stale_pictures(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    text = Path(SMALL).read_text()
    spec.write_text(text)
    for ending in ("svg", "png", "pdf", "tex", "html", "dot", "mmd"):
        target = tmp_path / f"net.{ending}"
        check = ["render", str(spec), "-o", str(target), "--check"]
        assert run(*check).status == 1
        assert run("render", str(spec), "-o", str(target)).status == 0
        assert run(*check) == (0, f"ok {target}\n", "")
        before = target.read_bytes()
        spec.write_text(text.replace("units: 10", "units: 12"))
        stale = run(*check)
        assert stale.status == 1
        assert "is stale" in stale.err
        assert target.read_bytes() == before
        spec.write_text(text)
        assert run(*check, "--direction", "LR").status == 1
    target = tmp_path / "other.svg"
    target.write_text("<svg/>")
    assert "was not made by archspec" in run("render", str(spec), "-o", str(target), "--check").err


def test_parameters_can_be_set(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.dot"
    assert run("render", ALEXNET, "-o", str(target), "--set", "classes=7").status == 0
    assert "Dense 7" in target.read_text()


def test_usage(run: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "net.svg")
    assert (
        ".svg, .png, .pdf, .tex, .html, .dot, .mmd" in run("render", ALEXNET, "-o", "net.gif").err
    )
    done = run("render", SMALL, "-o", out, "--expand", "unit11")
    assert done.status == 2
    assert "Did you mean `unit1`?" in done.err
    broken = tmp_path / "broken.yaml"
    broken.write_text("archspec: 1\nname: a\ninput: [2]\nlayers: [Densee: 3]\n")
    done = run("render", str(broken), "-o", out)
    assert done.status == 1
    assert "AS201" in done.err
    assert not Path(out).exists()


def script(path: Path, text: str) -> str:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit(3)", "ended with status 3"),
        ("import sys; print('no such font', file=sys.stderr); sys.exit(1)", "no such font"),
        ("import os; os.kill(os.getpid(), 11)", "ended with signal 11"),
        ("pass", "gave nothing"),
        ("print('not what was asked')", "AS505"),
    ],
)
def test_a_named_engine_that_fails(program: str, said: str, run: Run, tmp_path: Path) -> None:
    dot = script(tmp_path / "dot", program)
    target = tmp_path / "net.svg"
    done = run("render", ALEXNET, "-o", str(target), "--dot", dot)
    assert done.status == 2
    assert "AS505" in done.err
    assert said in done.err
    assert not target.exists()


def test_a_named_engine_that_is_missing(run: Run, tmp_path: Path) -> None:
    done = run("render", ALEXNET, "-o", str(tmp_path / "net.svg"), "--dot", str(tmp_path / "no"))
    assert done.status == 2
    assert "there is no program" in done.err


def test_an_engine_that_hangs(tmp_path: Path) -> None:
    dot = script(tmp_path / "dot", "import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(EngineError) as caught:
        run_engine(Engine(dot, False), "digraph {}", "-Tsvg", limit=0.5)
    assert time.monotonic() - start < 10
    assert caught.value.code == "AS506"
    assert "--detail" in caught.value.help


def test_the_bundled_engine_takes_the_place_of_a_broken_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHSPEC_DOT")
    folder = tmp_path / "bin"
    folder.mkdir()
    script(folder / "dot", "import os; os.abort()")
    monkeypatch.setenv("PATH", str(folder))
    target = tmp_path / "net.svg"
    done = run("render", ALEXNET, "-o", str(target))
    assert done.status == 0
    assert "the bundled Graphviz took its place" in done.err
    assert len(done.err.splitlines()) == 1
    assert read_svg(target.read_bytes())


def test_empty_path(
    run_process: RunProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHSPEC_DOT")
    monkeypatch.setenv("PATH", "")
    for ending in ("svg", "png", "pdf"):
        target = tmp_path / f"net.{ending}"
        done = run_process("render", ALEXNET, "-o", str(target))
        assert done.status == 0, done.err
        assert target.stat().st_size > 5000
    with Image.open(io.BytesIO((tmp_path / "net.png").read_bytes())) as image:
        image.load()


def test_no_engine_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHSPEC_DOT")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("archspec.drawing.layout.engine._bundled", lambda: None)
    done = run("render", ALEXNET, "-o", str(tmp_path / "net.svg"))
    assert done.status == 2
    assert "AS505" in done.err
    assert "pip install" in done.err


def test_the_system_engine_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHSPEC_DOT")
    system = shutil.which("dot")
    if system is None:
        assert [e.bundled for e in engines()] == [True]
        pytest.skip("no system Graphviz here")
    assert [e.bundled for e in engines()] == [False, True]
    assert engines()[0].path == system


def test_a_system_engine_draws_the_same_cards(run: Run, tmp_path: Path) -> None:
    system = shutil.which("dot")
    if system is None:
        pytest.skip("no system Graphviz here")
    for ending in ("svg", "png", "pdf"):
        target = tmp_path / f"net.{ending}"
        done = run("render", ALEXNET, "-o", str(target), "--dot", system)
        assert done.status == 0, done.err
        assert target.stat().st_size > 5000
    boxes = [p for p in read_svg((tmp_path / "net.svg").read_bytes()) if p.kind == "box"]
    assert len(boxes) == 14


def test_cold_start_is_quick(run_process: RunProcess, tmp_path: Path) -> None:
    done = run_process("render", str(ROOT / "specs/resnet152.yaml"), "-o", str(tmp_path / "a.svg"))
    assert done.status == 0
    assert done.seconds < 2


def test_render_loads_no_network_library(run_process: RunProcess, tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from archspec.commands import archspec; "
        f"archspec.main(['render', {ALEXNET!r}, '-o', {str(tmp_path / 'a.svg')!r}],"
        " standalone_mode=False); "
        "print(sorted({'tensorflow', 'keras', 'numpy', 'networkx', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
