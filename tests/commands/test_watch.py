"""`check --watch` as a process: what changes is checked again, until Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

SOUND = "archspec: 1\ninput: [4]\nlayers:\n  - Dense: 3\n"
FAULTY = SOUND.replace("Dense", "Dens")
SECONDS = 30


class Watched:
    """The process, and what it has printed."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], terminal: bool) -> None:
        code = "from archspec.commands import main; main()"
        command = [sys.executable, "-c", code, "check", "--watch", *arguments]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CLICOLOR_FORCE"):
            env.pop(name, None)
        self.reading, writing = os.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=writing, stderr=subprocess.PIPE
        )
        os.close(writing)
        os.set_blocking(self.reading, False)
        self.text = ""

    def wait(self, *words: str) -> str:
        """What is printed from now on, until all words are in it."""
        end = time.monotonic() + SECONDS
        fresh = ""
        while not all(word in fresh for word in words):
            assert time.monotonic() < end, f"{words} not in {fresh!r}"
            try:
                fresh += os.read(self.reading, 100_000).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.02)
        self.text += fresh
        return fresh

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS)


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    started: list[Watched] = []

    def start(*arguments: str, terminal: bool = False) -> Watched:
        started.append(Watched(tmp_path, arguments, terminal))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        assert each.process.stderr
        each.process.stderr.close()
        os.close(each.reading)


def test_a_file_that_changes(tmp_path: Path, watch: Watch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(SOUND)
    (tmp_path / "other.yaml").write_text(SOUND)
    watched = watch(".")
    first = watched.wait("2 of 2 specs sound")
    assert "ok ./net.yaml" in first
    path.write_text(FAULTY)
    second = watched.wait("1 of 2 specs sound, 1 error", "says more")
    assert "error[AS201]: there is no layer `Dens`" in second
    assert "other.yaml" not in second, "only what changed"
    path.write_text("archspec: 1\ninput: [")
    watched.wait("AS010]")
    path.unlink()
    watched.wait("1 of 1 spec sound")
    path.write_text(SOUND)
    watched.wait("ok ./net.yaml")
    assert watched.interrupt() == 130
    assert watched.process.stderr
    assert watched.process.stderr.read() == b"interrupted\n"


def test_files_that_others_use_and_settings(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "lib.yaml").write_text("archspec: 1\nblocks:\n  b: {layers: [Dense: 3]}\n")
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\nuse: {b: lib.yaml}\nparams: {w: 1}\ninput: [4]\nlayers: [b]\n")
    watched = watch("net.yaml")
    watched.wait("AS903", "1 warning")
    (tmp_path / "lib.yaml").write_text("archspec: 1\nblocks:\n  b: {layers: [Dens: 3]}\n")
    watched.wait("lib.yaml:3", "1 error")
    (tmp_path / "lib.yaml").write_text("archspec: 1\nblocks:\n  b: {layers: [Dense: 4]}\n")
    watched.wait("ok net.yaml", "1 warning")
    (tmp_path / "pyproject.toml").write_text("[tool.archspec]\nstrict = true\n")
    watched.wait("strict: a warning counts as an error")
    (tmp_path / "pyproject.toml").write_text("[tool.archspec]\nignore = ['AS903']\n")
    assert "AS903" not in watched.wait("ok net.yaml")
    assert watched.interrupt() == 130


def test_a_named_file_that_vanishes(tmp_path: Path, watch: Watch) -> None:
    path = tmp_path / "net.yaml"
    watched = watch("net.yaml")
    watched.wait("AS001", "1 error")
    path.write_text(SOUND)
    watched.wait("ok net.yaml")
    path.unlink()
    watched.wait("AS001")
    beside = tmp_path / "new.tmp"
    beside.write_text(FAULTY)
    beside.replace(path)
    watched.wait("AS201")
    assert watched.process.poll() is None


def test_a_terminal_is_drawn_anew(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "b.yaml").write_text(SOUND)
    watched = watch(".", terminal=True)
    first = watched.wait("2 of 2 specs sound")
    assert "\x1b[2J\x1b[H" in first
    assert "*" not in first
    (tmp_path / "b.yaml").write_text(FAULTY)
    second = watched.wait("says more")
    assert second.lstrip().startswith("\x1b[2J\x1b[H")
    assert "\x1b[1m*\x1b[0m \x1b[1;31merror[AS201]" in second
    assert second.index("AS201") < second.index("a.yaml"), "what is wrong comes first"
    assert second.count("\x1b[1m*") == 1
    assert watched.interrupt() == 130


def test_nothing_to_watch_yet(tmp_path: Path, watch: Watch) -> None:
    watched = watch(".")
    watched.wait("no spec yet")
    (tmp_path / "net.yaml").write_text(SOUND)
    watched.wait("ok ./net.yaml")


def test_a_closed_pipe(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SOUND)
    code = "from archspec.commands import main; main()"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "check", "--watch", "net.yaml"]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    (tmp_path / "net.yaml").write_text(FAULTY)
    assert process.wait(SECONDS) == 141


@pytest.mark.parametrize(
    "options",
    [["-"], ["x.yaml", "--format", "json"], ["x.yaml", "--statistics"], ["x.yaml", "--fix"]],
)
def test_what_does_not_go_with_watch(options: list[str], run: Run) -> None:
    done = run("check", "--watch", *options)
    assert done.status == 2
    assert "--watch does not go with" in done.err
