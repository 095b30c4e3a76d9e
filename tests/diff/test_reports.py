"""Reports and pictures of comparisons, and the page about them."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from archspec.diff.picture import picture_of
from archspec.drawing.options import Options
from archspec.drawing.paint.stamp import picture_hash
from archspec.drawing.render import render
from archspec.drawing.write.mermaid import mermaid
from tests.conftest import ROOT, Run
from tests.diff.reading import compared
from tests.documents import examples
from tests.keras_json import write_model

PAGE = ROOT / "docs" / "diff.md"
OURS = """
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - Dropout: 0.5
  - Flatten
  - Dense: {units: 10}
"""
THEIRS = """
layers:
  - Conv2D: {filters: 16, kernel_size: 3}
  - Flatten
  - Dense: {units: 20}
  - Dense: {units: 10}
"""
NASTY = "input: [4]\nlayers:\n  - Dense: {name: NAME, units: 3}\n"


def test_the_page(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands with their output, of specs that ship and of those on the page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    subprocess.run(["git", "init", "-q"], check=True)
    commands = 0
    for example in examples(PAGE):
        if example.language == "console":
            for part in example.text.split("$ archspec ")[1:]:
                line, _, expected = part.partition("\n")
                outcome = run(*shlex.split(line))
                assert (outcome.status, outcome.err, outcome.out) == (1, "", expected)
                commands += 1
        elif example.text.startswith("# file: net.yaml"):
            Path("net.yaml").write_text(example.text, encoding="utf-8")
            if "before" in example.words:
                name = ["-c", "user.name=a", "-c", "user.email=a@b"]
                subprocess.run(["git", "add", "net.yaml"], check=True)
                subprocess.run(["git", *name, "commit", "-qm", "net"], check=True)
    assert commands == 6


def test_the_picture_of_the_page_is_fresh(run: Run, tmp_path: Path) -> None:
    names = [
        str(ROOT / "specs" / "showcase" / f"{n}.yaml") for n in ("squeezenet", "squeezenet_1_1")
    ]
    path = tmp_path / "diff.dot"
    outcome = run("diff", *names, "-o", str(path))
    assert outcome.status == 1
    there = (ROOT / "docs" / "diff.svg").read_bytes()
    assert picture_hash(there) == picture_hash(path.read_bytes())


def test_keys_of_json_are_on_the_page(run: Run, tmp_path: Path) -> None:
    for name, text in (("a.yaml", OURS), ("b.yaml", THEIRS)):
        (tmp_path / name).write_text(f"archspec: 1\ninput: [32, 32, 3]{text}")
    outcome = run("diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), "--format", "json")
    found = json.loads(outcome.out)
    told = set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))
    assert found["same"] is False
    assert set(found) <= told
    for line in found["lines"]:
        assert {*line, *line["changes"][0], line["kind"], line["change"]} <= told
    assert {*found["first"], *found["follows"], *found["weights"]} <= told
    assert sum(x["params"] for x in (*found["lines"], found["follows"])) == found["params"]
    (changed,) = (line for line in found["lines"] if line["word"] == "Conv2D")
    assert changed["changes"][0]["arguments"] == [{"name": "filters", "before": 8, "after": 16}]
    assert ["flatten", "flatten"] in found["pairs"]


def test_markdown(run: Run, tmp_path: Path) -> None:
    paths = [str(ROOT / "specs" / f"{name}.yaml") for name in ("inception_v3", "inception_v4")]
    outcome = run("diff", *paths, "--format", "markdown")
    assert outcome.status == 1
    assert outcome.out.startswith("**inception_v3 → inception_v4**: 23,851,784 → 42,711,400 params")
    assert "<details><summary>" in outcome.out
    rows = [line for line in outcome.out.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    path = tmp_path / "report.md"
    assert run("diff", *paths, "-o", str(path)).status == 1
    assert path.read_text(encoding="utf-8") == outcome.out


def test_names_do_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('archspec: 1\nname: "<b>|*x*"\n' + NASTY.replace("NAME", "a"))
    second = 'archspec: 1\nname: "\\e[31mred"\n' + NASTY.replace("NAME", "a").replace("3", "4")
    (tmp_path / "b.yaml").write_text(second)
    for format in ("text", "markdown", "json"):
        names = [str(tmp_path / name) for name in ("a.yaml", "b.yaml")]
        said = run("diff", *names, "--format", format).out
        assert "\x1b" not in said
        assert format != "markdown" or "<b>" not in said


def test_the_picture() -> None:
    found = compared(OURS, THEIRS)
    picture = picture_of(found, Options())
    assert picture.drawing is not None
    cards = {card.title: card for card in picture.drawing.cards}
    assert {title: card.family for title, card in cards.items()} == {
        "Input": "same",
        "~ Conv 3×3": "changed",
        "− Dropout 0.5": "removed",
        "Flatten": "same",
        "+ Dense 20": "added",
        "Dense 10": "same",
        "Output": "same",
    }
    assert cards["~ Conv 3×3"].note == "filters 8 → 16\n+224 params"
    gone = cards["− Dropout 0.5"].key
    wires = [(w.source, w.target) for w in picture.drawing.wires if w.gone]
    assert wires == [(cards["~ Conv 3×3"].key, gone), (gone, cards["Flatten"].key)]
    assert picture.drawing.families == ["added", "removed", "changed", "same"]
    again = picture_of(compared(OURS, THEIRS), Options())
    assert again.drawing is not None
    assert again.drawing.told() == picture.drawing.told()
    svg = render(picture, "svg").decode()
    assert "stroke-dasharray" in svg
    assert "-.->" in mermaid(picture.drawing)


def test_a_picture_of_more_rounds() -> None:
    spec = "layers:\n  - repeat: {name: r, times: 3, layers: [{Dense: 8}, ReLU]}\n"
    picture = picture_of(compared(spec, spec.replace("3", "2")), Options(detail="blocks"))
    assert picture.drawing is not None
    assert [card.note for card in picture.drawing.cards if card.family == "changed"] == [
        "3 → 2 rounds\n−72 params"
    ]


def test_a_model_file(run: Run, tmp_path: Path) -> None:
    """The config of a model against the spec that `expand` makes of it, and one with other units."""
    write_model(tmp_path / "net.json")
    spec = run("expand", str(tmp_path / "net.json")).out
    (tmp_path / "net.yaml").write_text(spec, encoding="utf-8")
    (tmp_path / "more.yaml").write_text(spec.replace("units: ", "units: 1"), encoding="utf-8")
    model = str(tmp_path / "net.json")
    same = run("diff", model, str(tmp_path / "net.yaml"))
    assert (same.status, same.out.count("\n")) == (0, 1)
    other = run("diff", model, str(tmp_path / "more.yaml"))
    assert other.status == 1
    assert "Dense units" in other.out
