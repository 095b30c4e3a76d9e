"""The page about Keras models does what it says."""

import os
import shlex
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from tests.conftest import ROOT, Run
from tests.documents import examples

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

PAGE = ROOT / "docs" / "keras.md"


def test_the_page(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Commands with their output and Python with what it prints, in their order."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    space: dict[str, Any] = {}
    commands = 0
    for example in examples(PAGE):
        if "notest" in example.words:
            continue
        if example.language == "console":
            for part in example.text.split("$ archspec ")[1:]:
                line, _, expected = part.partition("\n")
                outcome = run(*shlex.split(line))
                assert (outcome.status, outcome.err) == (0, "")
                assert outcome.out == expected
                commands += 1
        elif example.language == "python":
            capsys.readouterr()
            exec(example.text, space)
        elif example.language == "text":
            assert capsys.readouterr().out == example.text
    assert commands == 3
