"""Cases: a spec in tests/cases/, and beside it what ``archspec check`` says of it.

``pytest tests/test_cases.py --rewrite`` writes the outputs anew; review them in the diff. A case
may begin with a comment that holds further arguments: ``# check --set alpha=0.5``. What stands in
``tests/cases/parts/`` is for ``extends`` and ``use``.
"""

import re
import shlex
from pathlib import Path

import pytest

from archspec.codes import CODES, is_unreadable
from tests.conftest import ROOT, Run, expect_text, names

FOLDER = ROOT / "tests" / "cases"
CASES = sorted(p for p in FOLDER.iterdir() if p.is_file() and p.suffix != ".out")

# Codes that no small file can give, and those of other parts than `check`: tested there.
ELSEWHERE = frozenset({"AS001", "AS004", *(c for c in CODES if c[2] in "56")})


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_case(path: Path, run: Run, rewrite: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    outcome = run("check", path.name, *_arguments(path))
    expect_text(path.with_suffix(".out"), outcome.out, rewrite)
    codes = _codes(outcome.out)
    errors = [c for c in codes if not c.startswith("AS9")]
    unreadable = any(is_unreadable(c) for c in codes)
    assert outcome.status == (2 if unreadable else 1 if errors else 0)
    assert outcome.err == ""


def test_every_code_has_a_case() -> None:
    found = {c for p in FOLDER.glob("*.out") for c in _codes(p.read_text(encoding="utf-8"))}
    assert sorted(set(CODES) - ELSEWHERE - found) == []


def test_no_output_is_left_over() -> None:
    stems = {p.stem for p in CASES}
    assert sorted(p.name for p in FOLDER.glob("*.out") if p.stem not in stems) == []
    assert len(stems) == len(CASES), "two cases share one .out"


def _arguments(path: Path) -> list[str]:
    first = path.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace")
    match = re.match(r"# check (.+)", first)
    return shlex.split(match[1]) if match else []


def _codes(out: str) -> list[str]:
    return re.findall(r"^(?:error|warning)\[(AS\d{3})\]", out, re.MULTILINE)
