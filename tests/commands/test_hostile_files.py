"""What is no regular file, or has no folder any more: `check` says so in a sentence and ends."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, RunProcess

NET = "archspec: 1\ninput: [2, 4]\nlayers:\n  - Flatten\n"
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
    assert "did you mean" not in found.out
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


# Files in a folder: name → (text, whether it is looked at).
OTHERS: dict[str, tuple[str | bytes, bool]] = {
    "settings.yaml": ("a: 1\nlist: [archspec]\n", False),
    "data.json": ('[{"archspec": 1}, {"input": 3, "layers": []}]', False),
    "several.yaml": ("kind: a\n---\nkind: b\n", False),
    "tags.yaml": ("a: !Ref b\narchspecs: 1\n  b: 3\n", False),
    "broken.json": ('{"input": [8], "layers": [', False),
    "binary.json": (b"\xff\x00\x01" * 50, False),
    "huge.json": (b"[" + b"1, " * 6_000_000 + b"1]", False),
    ".hidden.yaml": ("archspec: 2\n", False),
    ".cache/net.yaml": ("archspec: 2\n", False),
    "node_modules/x/net.yaml": ("archspec: 2\n", False),
    "env/pyvenv.cfg": ("", False),
    "env/net.yaml": ("archspec: 2\n", False),
    "empty.yaml": ("", False),
    "sound.yaml": (NET, True),
    "sound.json": ('{"archspec": 1, "input": [2, 4], "layers": ["Flatten"]}', True),
    "wrong.yaml": ("archspec: 2\n", True),
    "torn.yaml": ("archspec: 1\ninput: [8\nlayers: [", True),
    "torn.json": ('{"input": [8], "archspec": 1, ', True),
    "in_braces.yaml": ("{archspec: 1, input: [8], layers: [Flatten}", True),
    "keyless.yaml": ("input: [8]\nlayers: [Flatten]\n", True),
    "keyless.json": ('{"inputs": {"a": [8]}, "layers": ["Flatten"]}', True),
    "keyless_recipe.yaml": ("spec: sound.yaml\ndata: mnist\nloss: mse\nepochs: 1\n", True),
    "utf16.yaml": (NET.encode("utf-16"), True),
    "too_large.yaml": (b"archspec: 1\n" + b"#" * 2**24, True),
    "sub/sound.yaml": (NET, True),
}


def _written(folder: Path) -> list[str]:
    """The files that are looked at."""
    for name, (text, _) in OTHERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return sorted(name for name, (_, ours) in OTHERS.items() if ours)


def test_other_files_in_a_folder_are_passed_over(run_process: RunProcess, tmp_path: Path) -> None:
    looked_at = _written(tmp_path)
    found = run_process("check", ".", cwd=tmp_path)
    assert found.status == 2  # utf16 and too_large cannot be read
    said = {name for name in OTHERS if f"./{name}  " in found.out or f"--> ./{name}" in found.out}
    assert sorted(said) == looked_at
    for name in ("keyless.yaml", "keyless.json", "keyless_recipe.yaml"):
        lines = found.out.splitlines()
        at = next(n for n, line in enumerate(lines) if f"--> ./{name}" in line)
        assert "needs `archspec`" in lines[at - 1]
    # Three hidden or installed folders; the files in them are not counted.
    assert "9 files and 3 folders passed over" in found.out.splitlines()[-2]
    assert found.seconds < 5


def test_files_that_are_named_are_checked(run_process: RunProcess, tmp_path: Path) -> None:
    _written(tmp_path)
    others = [n for n, (_, ours) in OTHERS.items() if not ours and "cfg" not in n]
    found = run_process("check", *others, cwd=tmp_path)
    assert found.status == 2
    assert all(f"--> {name}" in found.out for name in others)
    assert "passed over" not in found.out
    found = run_process("check", "--skip-others", *others[:7], cwd=tmp_path)
    assert (found.status, found.out) == (0, "no spec, 7 files passed over\n")
    found = run_process(
        "check", "--skip-others", "--quiet", *others[:7], "wrong.yaml", cwd=tmp_path
    )
    assert found.status == 1
    assert "passed over" not in found.out
    for name in others:
        (tmp_path / name).unlink()
    for name in [n for n, (_, ours) in OTHERS.items() if ours]:
        (tmp_path / name).unlink()
    (tmp_path / "a.yaml").write_text("a: 1\n")
    found = run_process("check", ".", cwd=tmp_path)
    assert found.status == 2
    assert (
        "there is no spec (.yaml, .yml, .json) in .: 1 file and 3 folders passed over" in found.err
    )


def test_the_hook_passes_over_files_of_others(run_process: RunProcess, tmp_path: Path) -> None:
    """Pre-commit names every YAML and JSON file that was changed."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entry = next(line for line in text.splitlines() if "entry:" in line).split()[2:]
    looked_at = _written(tmp_path)
    names = [n for n in OTHERS if "cfg" not in n and not n.startswith((".", "env", "node"))]
    found = run_process(*entry, *names, cwd=tmp_path)
    assert found.status == 2
    assert {n for n in names if f"--> {n}" in found.out} == {
        n for n in looked_at if not n.rpartition("/")[2].startswith("sound")
    }
    assert run_process(*entry, "settings.yaml", "sound.yaml", cwd=tmp_path)[:3] == (0, "", "")
