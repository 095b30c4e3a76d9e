"""Every example of the language reference, and of the cheat sheet, does what the page says."""

from pathlib import Path

import pytest

from archspec.diagnostics.sink import Sink
from archspec.pipeline import shape_file
from tests.documents import Example, examples, write_example

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = [DOCS / "language.md", DOCS / "cheatsheet.md"]
SPECS = [(p.stem, e) for p in PAGES for e in examples(p) if e.language == "yaml"]


@pytest.mark.parametrize("example", [e for _, e in SPECS], ids=[f"{n}:{e.line}" for n, e in SPECS])
def test_example(example: Example, tmp_path: Path) -> None:
    sink = Sink()
    shaped = shape_file(str(write_example(example.text, tmp_path)), sink)
    codes = [d.code for d in sink.diagnostics if d.severity == "error"]
    assert codes == example.words[1:], sink.diagnostics
    assert (shaped is not None) == (not codes)


def test_there_are_examples() -> None:
    assert len(SPECS) > 15
