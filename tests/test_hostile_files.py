"""What is no regular file, or has no folder any more: `check` says so in a sentence and ends."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, RunProcess

NET = "archspec: 1\ninput: [8]\nlayers:\n  - Flatten\n"
RECIPE = "archspec: 1\nspec: {}\ndata: mnist\nloss: categorical_crossentropy\nepochs: 1\n"

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")


def _odd_files(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    os.mkfifo(folder / "pipe.json")
    (folder / "zero.yaml").symlink_to("/dev/zero")
    (folder / "nowhere.yaml").symlink_to("absent.yaml")
    (folder / "itself.yaml").symlink_to("itself.yaml")
    (folder / "folder.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket must be short
        try:
            made.bind("socket.yaml")
        finally:
            os.chdir(here)


ODD = ("pipe.yaml", "zero.yaml", "nowhere.yaml", "itself.yaml", "socket.yaml")


def test_named_files_that_are_none(run_process: RunProcess, tmp_path: Path) -> None:
    _odd_files(tmp_path)
    found = run_process("check", *ODD, cwd=tmp_path, timeout=20)
    assert found.status == 2
    assert found.out.count("error[AS001]: cannot read this file: ") == len(ODD)
    assert "did you mean" not in found.out.replace("did you mean `zero.yaml`", "")
    assert found.err == ""
    assert found.megabytes < 100


def test_files_that_are_none_behind_others(run_process: RunProcess, tmp_path: Path) -> None:
    _odd_files(tmp_path)
    words = [*ODD, "folder.yaml", "a\\0b", "\\ud800", "a\\udcffb", "x" * 5000, "a/" * 3000, ""]
    for number, word in enumerate(words):
        head = f'{{"archspec": 1, "input": [8], "layers": ["b"], "use": {{"b": "{word}"}}}}'
        (tmp_path / f"use{number}.json").write_text(head)
        (tmp_path / f"extends{number}.json").write_text(f'{{"archspec": 1, "extends": "{word}"}}')
        (tmp_path / f"spec{number}.yaml").write_text(RECIPE.format(f'"{word}"'))
    files = sorted(p.name for p in tmp_path.iterdir() if p.name[-6:-5].isdigit())
    found = run_process("check", *files, cwd=tmp_path, timeout=20)
    assert found.status == 1
    for name in files:
        assert f" --> {name}" in found.out
    assert found.err == ""


def test_files_that_are_none_in_a_folder(run_process: RunProcess, tmp_path: Path) -> None:
    _odd_files(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    found = run_process("check", ".", cwd=tmp_path, timeout=20)
    assert found.status == 0
    assert "ok ./net.yaml" in found.out
    assert "6 files passed over" in found.out


def _shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command line of `sh`; `$A` is archspec."""
    archspec = f"{sys.executable} -m archspec"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "A": archspec, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
    )


def test_standard_input(tmp_path: Path) -> None:
    done = _shell("$A check - <&-", tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    assert "error[AS001]: cannot read this file: standard input is closed" in done.stdout
    done = _shell("ulimit -v 2000000; $A check - </dev/zero", tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    assert "error[AS004]" in done.stdout


def test_current_folder_is_removed(tmp_path: Path) -> None:
    spec = "archspec: 1\ninput: [8]\nuse: {a: b.yaml}\nlayers: [Flatten, Dens]\n"
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "spec.yaml").write_text(spec)
    line = f"mkdir gone; cd gone; rmdir ../gone; $A check {{}} <{tmp_path}/spec.yaml"
    for format in ("text", "sarif"):
        done = _shell(line.format(f"- --format {format}"), tmp_path)
        assert (done.returncode, done.stderr) == (1, "")
        assert "AS108" in done.stdout
        assert "AS201" in done.stdout
    for path, status in (("net.yaml", 2), (".", 2), (f"{tmp_path}/net.yaml", 0)):
        done = _shell(line.format(path), tmp_path)
        assert done.returncode == status, done.stderr
        assert "bug" not in done.stderr


def test_names_that_are_no_text(run_process: RunProcess, tmp_path: Path) -> None:
    names = [os.fsdecode(b"\xff.yaml"), "a\n::error::b.yaml", "\x1b[31m.yaml"]
    for name in names:
        (tmp_path / name).write_text(NET + "  - Dens\n")
    for format in ("text", "concise", "json", "github", "sarif"):
        found = run_process("check", *names, os.fsdecode(b"\xfe"), "--format", format, cwd=tmp_path)
        assert found.status == 2
        assert found.err == ""
        assert "\n::error::b" not in found.out
        assert "\x1b" not in found.out


def test_how_much_a_spec_may_have(run_process: RunProcess, tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(b"#" * (16 * 2**20 + 1))
    found = run_process("check", "net.yaml", cwd=tmp_path)
    assert found.status == 2
    assert "error[AS004]: this file has more than 16,777,216 bytes (16 MB), " in found.out
