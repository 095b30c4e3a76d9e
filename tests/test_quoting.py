"""Text is quoted only from files of the folder that was given: others may hold secrets."""

import os
from pathlib import Path

from archspec.diagnostics import Sink


def test_what_may_be_quoted(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "project2"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "x.yaml").write_text("x")
    (inside / "link.yaml").symlink_to(outside / "x.yaml")
    (outside / "back.yaml").symlink_to(inside / "x.yaml")
    sink = Sink([str(inside)])
    assert sink.may_quote(inside / "x.yaml")
    assert sink.may_quote(inside)
    assert sink.may_quote(inside / "absent" / "too")
    assert sink.may_quote(str(outside / "back.yaml"))
    assert not sink.may_quote(inside / "link.yaml")
    assert not sink.may_quote(outside / "x.yaml")
    assert not sink.may_quote(f"{inside}{os.sep}..{os.sep}project2{os.sep}x.yaml")
    assert not sink.may_quote("a\0b")
    assert Sink([str(inside / "link.yaml")]).may_quote(outside / "x.yaml")
    assert Sink().may_quote("/anything")
    assert not Sink([]).may_quote(inside)
