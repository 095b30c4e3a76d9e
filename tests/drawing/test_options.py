"""Options of ``archspec render`` and of ``archspec.draw``: each one changes something, or is refused."""

import re
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.drawing.options import Options
from tests.conftest import ROOT, Run, RunProcess
from tests.svg_picture import read_svg

ALEXNET = str(ROOT / "specs" / "alexnet.yaml")
RESNET = str(ROOT / "specs" / "resnet50.yaml")
UNET = str(ROOT / "specs" / "showcase" / "unet.yaml")
LIBRARY = str(ROOT / "specs" / "blocks" / "residual.yaml")
LIGHT = Options()


@pytest.fixture(autouse=True)
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes everywhere."""
    monkeypatch.setenv("ARCHSPEC_DOT", "bundled")


@pytest.mark.parametrize(
    ("ending", "options", "said"),
    [
        ("svg", "--shape u", "it is of the view `volumes`"),
        ("svg", "--min-text 8", "a width or a paper"),
        ("svg", "--detail layers --expand stem", "every block is open"),
        ("svg", "--width 16cm --paper a4", "take one"),
        ("svg", "--detail stages --columns 12", "it can be cut into"),
        ("svg", "--width 16", "is no length"),
        ("svg", "--width 1cm", "no width for a picture"),
        ("svg", "--view volumes --columns 2", "cannot apply here"),
        ("svg", "--view volumes --direction LR", "cannot apply here"),
        ("svg", "--view volumes --dot bundled", "need no Graphviz"),
        ("svg", "--view volumes --shape u", "two arms"),
        ("svg", "--block stem --detail layers", "drawn as what is in it"),
        ("svg", "--block stemm", "Did you mean `stem`?"),
        ("svg", "--format png", "`--format png` cannot be"),
        ("dot", "--columns 2", "laid out by what draws it"),
        ("mmd", "--theme dark", "colours of its own"),
        ("mmd", "--paper a4", "laid out by what draws it"),
        ("html", "--width 16cm", "the width of its window"),
        ("html", "--view volumes", "volumes cannot be written as .html"),
    ],
)
def test_what_cannot_apply(ending: str, options: str, said: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"net.{ending}"
    done = run("render", RESNET, "-o", str(target), *options.split())
    assert done.status == 2
    assert said in done.err
    assert not target.exists()


@pytest.mark.parametrize(
    ("spec", "options"),
    [
        (RESNET, "--detail stages"),
        (RESNET, "--detail layers"),
        (RESNET, "--expand stage1"),
        (RESNET, "--direction LR"),
        (RESNET, "--columns 1"),
        (RESNET, "--columns 4"),
        (RESNET, "--direction LR --columns 2"),
        (RESNET, "--theme dark"),
        (RESNET, "--theme light"),
        (RESNET, "--width 18cm"),
        (RESNET, "--paper a4"),
        (RESNET, "--paper slide"),
        (RESNET, "--paper a4 --min-text 5"),
        (RESNET, "--block bottleneck"),
        (UNET, "--view volumes"),
        (UNET, "--view volumes --shape line"),
        (UNET, "--view volumes --detail layers"),
        (RESNET, "--view volumes --expand stage1"),
        (UNET, "--view volumes --width 10cm"),
        (UNET, "--view volumes --paper letter"),
    ],
)
def test_each_option_draws_another_picture(
    spec: str, options: str, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / "net.svg"
    given = options.split()
    plain = given[:2] if given[0] == "--view" and len(given) > 2 else []
    if "--columns" in given and "LR" in given:
        plain = ["--direction", "LR"]
    if "--min-text" in given:
        plain = ["--paper", "a4", "--min-text", "6.5"]
    assert run("render", spec, "-o", str(target), *plain).status == 0
    before = target.read_bytes()
    done = run("render", spec, "-o", str(target), "--force", *given)
    assert done.status == 0, done.err
    assert target.read_bytes() != before
    assert run("render", spec, "-o", str(target), "--check", *given).status == 0
    assert run("render", spec, "-o", str(target), "--check", *plain).status == 1
    assert run("render", spec, "-o", str(target), "--force", *given).status == 0


@pytest.mark.parametrize("format", ["svg", "png", "pdf", "tex", "html", "dot", "mmd"])
def test_same_bytes_twice(format: str, run_process: RunProcess, tmp_path: Path) -> None:
    found = []
    for number in (1, 2):
        target = tmp_path / f"net{number}.{format}"
        done = run_process("render", UNET, "-o", str(target), env={"PYTHONHASHSEED": str(number)})
        assert done.status == 0, done.err
        found.append(target.read_bytes())
    assert found[0] == found[1]


def test_standard_output(run_process: RunProcess, tmp_path: Path) -> None:
    target = tmp_path / "net.svg"
    assert run_process("render", ALEXNET, "-o", str(target)).status == 0
    done = run_process("render", ALEXNET, "-o", "-")
    assert done.status == 0
    assert done.out == target.read_text()
    assert run_process("render", ALEXNET, "-o", "-", "--format", "mmd").out.startswith("---\n")
    assert "standard output is none" in run_process("render", ALEXNET, "-o", "-", "--check").err
    assert "replaces nothing" in run_process("render", ALEXNET, "-o", "-", "--force").err


def test_one_block(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.svg"
    done = run("render", RESNET, "-o", str(target), "--block", "stage2.unit1")
    assert done.out.startswith(f"wrote {target}  7 cards, ")
    texts = [said for part in read_svg(target.read_bytes()) for said, _ in part.texts]
    assert {"In", "Out", "Add", "56×56×256", "28×28×512"} <= {*texts}
    assert any(re.fullmatch(r"Bottleneck +· +stage2.unit1", said) for said in texts)
    # A block of one layer with what is fused into it, by its word.
    assert run("render", RESNET, "-o", str(target), "--block", "conv_bn", "--force").status == 0


def test_a_library_draws_its_blocks(run: Run, tmp_path: Path) -> None:
    for format in ("svg", "png", "pdf", "tex", "dot", "mmd"):
        target = tmp_path / f"net.{format}"
        done = run("render", LIBRARY, "-o", str(target))
        assert done.status == 0, done.err
        assert done.out.startswith(f"wrote {target}  3 blocks, ")
        assert run("render", LIBRARY, "-o", str(target), "--check").status == 0
    parts = read_svg((tmp_path / "net.svg").read_bytes())
    texts = [said for part in parts for said, _ in part.texts]
    assert {"Conv bn", "Basic", "Bottleneck"} <= {*texts}
    assert any("filters = 64" in said for said in texts)
    assert len({p.key for p in parts if p.kind == "box"}) == len(
        [p for p in parts if p.kind == "box"]
    )
    refused = run("render", LIBRARY, "-o", str(tmp_path / "a.html"))
    assert refused.status == 2
    assert "library of blocks" in refused.err


def test_a_library_with_a_block_that_nothing_suits(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "lib.yaml"
    spec.write_text(
        "archspec: 1\nname: lib\nblocks:\n"
        "  good: [Dense: 3]\n"
        "  odd:\n    - Reshape: {target_shape: [7, 11, 13]}\n"
    )
    done = run("render", str(spec), "-o", str(tmp_path / "a.svg"))
    assert done.status == 0
    assert "not drawn, for nothing that was tried suits: `odd`" in done.err


def test_a_drawing_in_python(tmp_path: Path) -> None:
    drawing = archspec.draw(ALEXNET)
    shown = drawing._repr_html_()
    assert shown.count("<svg ") == 1
    assert "<table" in shown
    assert "prefers-color-scheme:dark" in drawing.svg
    assert archspec.load(ALEXNET)._repr_html_() == shown
    assert type(drawing.dot).__name__ == "Digraph"
    for ending in ("svg", "png", "pdf", "tex", "html", "dot", "mmd"):
        path = tmp_path / f"net.{ending}"
        assert drawing.save(path) == str(path)
        assert path.stat().st_size > 1000
        with pytest.raises(FileExistsError):
            drawing.save(path)
        drawing.save(path, force=True)
    wide = archspec.draw(ALEXNET, view="volumes", width="16cm")
    found = re.search(r'width="([\d.]+)pt"', wide.svg)
    assert found is not None
    assert float(found[1]) == pytest.approx(16 * 72 / 2.54, abs=0.1)
    with pytest.raises(ValueError, match="volumes cannot be written"):
        wide.save(tmp_path / "a.dot")
    with pytest.raises(ValueError, match="no format of pictures"):
        drawing.save(tmp_path / "a.gif")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"view": "cards"}, ValueError, "one of 'graph', 'volumes'"),
        ({"colour": 1}, TypeError, "has no option `colour`"),
        ({"shape": "u"}, ValueError, "cannot apply"),
        ({"view": "volumes", "columns": 3}, ValueError, "cannot apply"),
        ({"width": "16"}, ValueError, "is no length"),
        ({"width": 400, "paper": "a4"}, ValueError, "take one"),
        ({"expand": "nothing"}, LookupError, "nothing"),
        ({"block": "nothing"}, LookupError, "nothing"),
    ],
)
def test_wrong_options_in_python(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=re.escape(said)):
        archspec.draw(RESNET, **options)
