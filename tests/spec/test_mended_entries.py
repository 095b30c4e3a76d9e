"""Entries that are written wrong: one error, and what its first fix makes of them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.spec.mending import diagnose, mended

ROWS = [
    line
    for line in Path(__file__).with_name("mended_entries.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def _entries(text: str) -> list[str]:
    return [part.strip() for part in text.split(";;") if part.strip()]


def _spec(shape: str, entries: list[str]) -> str:
    top = ["archspec: 1", *([] if shape == "-" else [f"input: {shape}"])]
    return "\n".join([*top, "layers:", *(f"  - {e}" for e in entries)])


def _values(entries: list[str]) -> Any:
    return yaml.safe_load("\n".join(f"- {entry}" for entry in entries))


@pytest.mark.parametrize("row", ROWS)
def test_first_fix(row: str) -> None:
    shape, _, rest = row.partition(" | ")
    broken, _, wanted = rest.partition(" => ")
    value, errors = diagnose(_spec(shape, _entries(broken)))
    if wanted.strip() == "-":
        assert not errors
        return
    told = [(d.code, d.message, d.help) for d in errors]
    if wanted.strip() == "?":
        assert [d.fixes for d in errors] == [()], told
        return
    assert errors, "no error"
    fixes = errors[0].fixes
    assert fixes, told
    assert mended(value, fixes[0])["layers"] == _values(_entries(wanted)), told
    assert (
        len(errors) == 1 or len(diagnose(_spec(shape, _entries(wanted)))[1]) == len(errors) - 1
    ), told
