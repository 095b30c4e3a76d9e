"""Cases: a spec or a recipe in tests/cases/, and beside it what ``archspec check`` says of it.

``pytest tests/commands/test_cases.py --rewrite`` writes the outputs anew; review them in the diff. A case
may begin with a comment that holds further arguments: ``# check --set alpha=0.5``, or that names
another command: ``# train``, which asks more of a recipe. What stands in ``tests/cases/parts/`` is
for ``extends`` and ``use``, what stands in ``specs/`` and ``data/`` is for recipes.
"""

import re
import shlex
from pathlib import Path

import pytest

from archspec.diagnostics.codes import CODES, status_of
from tests.conftest import ROOT, Run, expect_text, names

FOLDER = ROOT / "tests" / "cases"
FOLDERS = (FOLDER, FOLDER / "recipes")
CASES = sorted(
    p for folder in FOLDERS for p in folder.iterdir() if p.is_file() and p.suffix != ".out"
)

# Codes that no small file can give, and those of other parts than `check`: tested there.
ELSEWHERE = frozenset(
    {
        "AS001",
        "AS004",
        "AS007",
        "AS705",
        "AS608",
        "AS609",
        "AS611",
        *(c for c in CODES if c[2] == "5"),
    }
)


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_case(path: Path, run: Run, rewrite: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    command, *arguments = _arguments(path)
    outcome = run(command, path.name, *arguments)
    out, err = outcome.out, outcome.err
    if command == "train":  # which must not come to training
        out, err = err, out
        assert outcome.status != 0
    expect_text(path.with_suffix(".out"), out, rewrite)
    codes = _codes(out)
    assert outcome.status == status_of(codes)
    assert err == ""


def test_every_code_has_a_case() -> None:
    found = {c for p in _outputs() for c in _codes(p.read_text(encoding="utf-8"))}
    assert sorted(set(CODES) - ELSEWHERE - found) == []


def test_no_output_is_left_over() -> None:
    stems = {p.with_suffix("") for p in CASES}
    assert sorted(p.name for p in _outputs() if p.with_suffix("") not in stems) == []
    assert len(stems) == len(CASES), "two cases share one .out"


def _outputs() -> list[Path]:
    return [p for folder in FOLDERS for p in folder.glob("*.out")]


def _arguments(path: Path) -> list[str]:
    first = path.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace")
    match = re.match(r"# ((?:check|train)\b.*)", first)
    return shlex.split(match[1]) if match else ["check"]


def _codes(out: str) -> list[str]:
    return re.findall(r"^(?:error|warning|note)\[(AS\d{3})\]", out, re.MULTILINE)
