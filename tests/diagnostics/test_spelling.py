"""Misspelt words: which one is meant, and that one file says so."""

import re

import pytest

from archspec.diagnostics.spelling import as_sentence, did_you_mean, nearest, suggest
from tests.conftest import ROOT

WORDS = ["Dense", "MaxPooling2D", "use_bias", "padding", "filters"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("dense", "Dense"),
        ("max_pooling2d", "MaxPooling2D"),
        ("maxpool", "MaxPooling2D"),
        ("Linear", "Dense"),
        ("bias", "use_bias"),
        ("pad", "padding"),
        ("fliters", "filters"),
        ("Transformer", None),
        ("", None),
        ("x" * 100, None),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, WORDS) == meant
    assert suggest(word, WORDS, "there are few") == (
        did_you_mean(meant) if meant else "there are few"
    )


def test_as_sentence() -> None:
    assert as_sentence(suggest("MaxPoolin2D", WORDS)) == " Did you mean `MaxPooling2D`?"
    assert as_sentence(suggest("Transformer", WORDS)) == ""
    assert as_sentence("`archspec list` lists them.") == " `archspec list` lists them."


def test_one_file_asks_what_was_meant() -> None:
    asks = re.compile("did you mean", re.IGNORECASE)
    files = (ROOT / "archspec").rglob("*.py")
    found = [p.name for p in files if asks.search(p.read_text(encoding="utf-8"))]
    assert found == ["spelling.py"]
