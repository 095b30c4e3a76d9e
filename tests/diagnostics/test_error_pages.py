"""A page for every code; the specs and recipes on it fail, and are mended, as the page says."""

import re
from pathlib import Path

import pytest

from archspec.commands._check_file import is_recipe
from archspec.diagnostics.codes import CODES, severity_of
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.sink import Sink
from archspec.pipeline import open_document, shape_document
from archspec.train.check.read import read_recipe
from tests.conftest import ROOT, Run, expect_text
from tests.documents import Example, examples, write_example

FOLDER = ROOT / "docs" / "errors"
PAGES = sorted(FOLDER.glob("AS*.md"))
# Not about what stands in a spec, or given by commands that make something of one.
WITHOUT_SPECS = {"AS001", "AS002", "AS003", "AS004", "AS007", *(c for c in CODES if c[2] == "5")}
WITHOUT_SPECS |= {"AS608", "AS609", "AS611", *(c for c in CODES if c[2] == "7")}
WITHOUT_SPECS |= {"AS964"}
RANGES = {
    "AS0": "The text of a file",
    "AS1": "The top of a spec",
    "AS2": "Layers and arguments",
    "AS3": "The graph",
    "AS4": "Shapes, and numbers that are expected",
    "AS5": "What is made of a spec",
    "AS6": "Training",
    "AS7": "Networks from elsewhere",
    "AS8": "Notes",
    "AS9": "Warnings",
}


def specs(page: Path, word: str) -> list[Example]:
    return [e for e in examples(page) if e.words == [word]]


def codes_of(example: Example, folder: Path, page: Path) -> list[str]:
    path = write_example(example.text, folder)
    if example.language == "json":
        path = path.rename(path.with_suffix(".json"))
    note = page.stem if severity_of(page.stem) == "note" else ""
    sink = Sink(selection=Selection([note] if note else []))
    document = open_document(str(path), sink)
    if document is not None and is_recipe(document.value):
        read_recipe(document, sink)  # as `train` does, which wants the data
    elif document is not None:
        shape_document(document, sink)
    return [d.code for d in sink.diagnostics]


def test_every_code_has_a_page() -> None:
    assert sorted(p.stem for p in PAGES) == sorted(CODES)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = page.stem
    assert text.startswith(f"# {code}: {CODES[code]}\n")
    assert text.endswith("\n")
    assert len(meaning(page)) > 20
    fails, mended = specs(page, "fails"), specs(page, "mended")
    assert (len(fails), len(mended)) == ((0, 0) if code in WITHOUT_SPECS else (1, 1))
    assert ("No spec is shown here" in text) == (code in WITHOUT_SPECS)
    # No other block of code escapes the tests.
    assert len(examples(page)) == len(fails) + len(mended)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_specs(page: Path, tmp_path: Path) -> None:
    for number, example in enumerate(specs(page, "fails")):
        (tmp_path / f"fails{number}").mkdir()
        found = codes_of(example, tmp_path / f"fails{number}", page)
        assert found
        assert set(found) == {page.stem}
    for number, example in enumerate(specs(page, "mended")):
        (tmp_path / f"mended{number}").mkdir()
        assert codes_of(example, tmp_path / f"mended{number}", page) == []


def meaning(page: Path) -> str:
    """The first sentence of a page."""
    paragraph = page.read_text(encoding="utf-8").split("\n\n")[1].replace("\n", " ")
    return re.split(r"(?<=\.) ", paragraph)[0]


def index() -> str:
    lines = [
        "# Errors and warnings",
        "",
        "`archspec explain CODE` shows these pages in a terminal. This list is made by",
        "`pytest tests/diagnostics/test_error_pages.py --rewrite`.",
    ]
    for start, title in RANGES.items():
        lines += ["", f"## {title}", "", "| code | title | meaning |", "|---|---|---|"]
        for code in CODES:
            if code.startswith(start):
                about = meaning(FOLDER / f"{code}.md").replace("|", "\\|")
                lines.append(f"| [{code}]({code}.md) | {CODES[code]} | {about} |")
    return "\n".join(lines) + "\n"


def test_index_is_fresh(rewrite: bool) -> None:
    assert {c[:3] for c in CODES} == set(RANGES)
    expect_text(FOLDER / "README.md", index(), rewrite)


def test_explain_shows_every_page(run: Run) -> None:
    for code in CODES:
        outcome = run("explain", code)
        assert outcome.status == 0
        assert CODES[code] in outcome.out
        assert meaning(FOLDER / f"{code}.md")[:20].replace("`", "") in outcome.out.replace("`", "")
