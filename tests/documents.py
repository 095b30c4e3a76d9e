"""Fenced specs in Markdown pages, for tests that run them."""

import re
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)
_HEAD = "archspec: 1\ninput: [32, 32, 3]\nlayers:\n"


class Example(NamedTuple):
    """A fenced text: its language, the words after it, the text, and its line."""

    language: str
    words: list[str]
    text: str
    line: int


def examples(page: Path) -> list[Example]:
    """The fenced texts of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Example(m[1], m[2].split(), m[3], text.count("\n", 0, m.start()) + 1)
        for m in _FENCE.finditer(text)
    ]


def write_example(text: str, folder: Path) -> Path:
    """Write the files of an example; gives the last one, which is the one to check.

    A list of layers gets a head; `# file: NAME` begins a further file.
    """
    parts = _FILE.split(text)
    if len(parts) == 1:
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        if lines and lines[0].startswith("- "):
            text = _HEAD + "".join(f"  {line}\n" for line in text.splitlines())
        path = folder / "example.yaml"
        path.write_text(text, encoding="utf-8")
        return path
    for name, content in zip(parts[1::2], parts[2::2], strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return path
