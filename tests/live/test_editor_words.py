"""What is known of a text in the words of editors; and how the language server is asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types as t

from archspec.commands import _editor_words as editor
from archspec.live.answer import answer
from tests.conftest import ROOT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_as_the_editor_does(encoding: str) -> None:
    line = "a网🎉𝔘é!"
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    for number in range(len(line) + 1):
        count = editor.units(line[:number], encoding)
        assert count == len(line[:number].encode(codec)) // size
        assert editor.column(line, count, encoding) == number + 1
    assert editor.column(line, 1_000, encoding) == len(line) + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_changes_come_to_the_text_of_the_editor(encoding: str) -> None:
    """Against an editor that keeps lines, each a list of units."""
    random = Random(encoding)
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    text = "archspec: 1\r\ntitle: 网 🎉\u2028\x0c\n\n"
    for _ in range(300):
        starts = [0, *(found.end() for found in re.finditer("\r\n|\n|\r", text))]
        first, last = sorted(random.choices(range(len(text) + 1), k=2))
        if "\r\n" in (text[first - 1 : first + 1], text[last - 1 : last + 1]):
            continue  # no editor has a place within an end of a line
        at = []
        for place in (first, last):
            line = max(n for n, start in enumerate(starts) if start <= place)
            units = len(text[starts[line] : place].encode(codec)) // size
            at.append(t.Position(line, units))
        new = "".join(random.choices("ab: 网🎉\n\u2028", k=random.randrange(6)))
        change = t.TextDocumentContentChangePartial(t.Range(*at), new)
        expected = text[:first] + new + text[last:]
        assert editor.changed(text, change, encoding) == expected
        text = expected[:200]
    beyond = t.Range(t.Position(999, 0), t.Position(1000, 5))
    change = t.TextDocumentContentChangePartial(beyond, "x")
    assert editor.changed("a\n", change, encoding) == "a\nx"
    assert editor.changed("a", t.TextDocumentContentChangeWholeDocument("b"), encoding) == "b"


def test_what_is_wrong_in_another_file_stands_where_it_is_named() -> None:
    text = "archspec: 1\ninput: [8]\nuse: {head: b.yaml}\nlayers: [head]\n"
    found = answer("/nowhere/a.yaml", text, lambda path: b"archspec: 1\nblocks: {head: [Dens]}\n")
    (told,) = editor.diagnostics(found, "file:///nowhere/a.yaml", "utf-16")
    assert (told.range.start.line, told.range.start.character) == (2, 6)
    assert told.message.startswith("/nowhere/b.yaml:2: ")


def test_without_pygls_there_is_a_line_that_brings_it(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    done = subprocess.run(
        [sys.executable, "-m", "archspec", "lsp"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the language server needs pygls and lsprotocol: "
        "pip install 'pygls>=2' 'lsprotocol>=2025'\n"
    )
