"""The page about import does what it says; `--rewrite` writes what is printed and written anew."""

import os
import re
import shlex
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from tests.conftest import ROOT, Run, expect_text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy

PAGE = ROOT / "docs" / "import.md"
_FENCE = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page(run: Run, rewrite: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands with what they print, files as they were written, and Python, in their order."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    space: dict[str, Any] = {}

    def done(match: re.Match[str]) -> str:
        language, words, text = match[1], match[2], match[3]
        if language == "console":
            text = "".join(_printed(line, run) for line in re.findall(r"^\$ (.*)\n", text, re.M))
        elif language == "python":
            exec(text, space)
        elif words.startswith(" file "):
            text = Path(words.split()[1]).read_text("utf-8")
        return f"```{language}{words}\n{text}```"

    page = PAGE.read_text("utf-8")
    found = _FENCE.sub(done, page)
    found = re.sub(r"(?<=Keras )3\.\d+\.\d+(?=\))", "3.15.1", found)
    expect_text(PAGE, found, rewrite)
    assert len(re.findall(r"^\$ archspec ", page, re.MULTILINE)) == 9


def _printed(line: str, run: Run) -> str:
    """The line of a command, and what it prints; it may go to a file."""
    command, _, target = line.partition(" > ")
    program, *arguments = shlex.split(command)
    assert program == "archspec"
    outcome = run(*arguments)
    if target:
        Path(target).write_text(outcome.out, "utf-8")
        return f"$ {line}\n{outcome.err}"
    return f"$ {line}\n{outcome.out}{outcome.err}".rstrip("\n") + "\n"
