"""What people see: colours, the width of the terminal, help with examples, statistics, notebooks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

import archspec
from archspec.commands import archspec as command_line
from archspec.commands._say import terminal_width, wants_color
from archspec.diagnostics.report import report
from archspec.diagnostics.report.text import render
from archspec.diagnostics.sink import Diagnostic, Note, SourcePlace, Span
from archspec.diagnostics.source import Source
from tests.conftest import ROOT, Run
from tests.training_data import MNIST, make_picture, write_recipe

STYLE = re.compile("\x1b\\[[0-9;]*m")
VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS")


class Screen:
    """A stream that is a terminal, or not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "3"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
    ],
)
def test_colours(
    environment: dict[str, str], terminal: bool, pipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (wants_color(Screen(True)), wants_color(Screen(False))) == (terminal, pipe)
    assert not wants_color(None)


def test_colours_arrive(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("archspec: 1\ninput: [4]\nlayers: [Dens: 4]\n")
    plain = run("check", str(path))
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = run("check", str(path))
    assert "\x1b[1;31merror[AS201]" in done.out
    assert STYLE.sub("", done.out) == plain.out
    assert "\x1b" in run("summary", str(path)).err
    assert "\x1b" not in run("check", str(path), "--format", "json").out


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((70, 20)))
    stream: Any = open(os.devnull, "w")  # noqa: SIM115
    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal_width(stream) == 70
    for given, width in (
        ("40", 40),
        ("0", 70),
        ("", 70),
        ("x", 70),
        ("-4", 70),
        ("9" * 99, 999999),
    ):
        monkeypatch.setenv("COLUMNS", given)
        assert terminal_width(stream) == width
    stream.close()
    monkeypatch.undo()
    monkeypatch.setenv("COLUMNS", "40")
    with open(os.devnull, "w") as pipe:
        assert terminal_width(pipe) is None, "what is no terminal is not wrapped"


def found(message: str, line: str, start: int, end: int, note: str = "", help: str = "") -> Any:
    place = SourcePlace(Source("net.yaml", f"\n{line}\n"), Span(2, start, 2, end))
    return Diagnostic("AS204", place, message, [Note(note)] if note else [], [help] if help else [])


def test_a_narrow_terminal() -> None:
    message = "`filters` of Conv2D must be a whole number above 0, not -1"
    line = "  - Conv2D: {filters: -1, kernel_size: 3, padding: same, activation: relu}"
    text = render([found(message, line, 23, 25, "a note of several words here", "help")], width=40)
    assert text == (
        "error[AS204]: `filters` of Conv2D must\n"
        "    be a whole number above 0, not -1\n"
        " --> net.yaml:2:23\n"
        "  |\n"
        "2 | … {filters: -1, kernel_size: 3, pad…\n"
        "  |             ^^\n"
        "  = note: a note of several words here\n"
        "  = help: help\n\n"
    )
    assert render([found(message, line, 23, 25)], width=60).startswith(
        "error[AS204]: `filters` of Conv2D must be a whole number\n              above 0, not -1\n"
    )


WORDS = "a grösse größer als 漢字漢字 und noch viel mehr `kernel_size: 3` " * 3


@pytest.mark.parametrize("width", [20, 30, 40, 60, 79, 100, 132, 250])
def test_widths(width: int) -> None:
    from archspec.diagnostics.report.text import _columns

    lines = ["x: " + "y" * 300, "  - Dense: {units: 3}", "漢字: " + "漢" * 200, "\t- Dense: 3"]
    for line in lines:
        diagnostic = found(WORDS.strip(), line, 10, 14, WORDS.strip(), WORDS.strip())
        text = render([diagnostic], width=width)
        told = text.split("\n")
        assert max(map(_columns, told)) <= max(width, 34)
        assert "".join(text.split()) != ""
        flat = " ".join(text.split())
        assert " ".join(WORDS.split()) in flat, "no word is lost"
        colours = render([diagnostic], color=True, width=width)
        assert STYLE.sub("", colours) == text
        for coloured in colours.split("\n"):
            assert coloured.count("\x1b[0m") * 2 == len(STYLE.findall(coloured))
        carets = next(t for t in told if "^" in t)
        code = told[told.index(carets) - 1]
        assert _columns(carets) <= _columns(code) + 1


def test_what_is_no_terminal_is_not_wrapped() -> None:
    diagnostic = found(WORDS * 3, "x: " + "y" * 400, 10, 14)
    assert report([diagnostic]).split("\n")[0] == f"error[AS204]: {diagnostic.message}"
    assert report([diagnostic], "concise", width=40) == report([diagnostic], "concise")
    assert report([], width=40) == ""


# Statistics


def test_statistics(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.yaml").write_text(
        "archspec: 1\nparams: {w: 1}\ninput: [4]\nlayers: [Dens: 4, Flaten: {}, {Dense: -1}]\n"
    )
    (tmp_path / "b.yaml").write_text(
        "archspec: 1\nparams: {w: 1}\ninput: [4]\nlayers: [Dense: 4]\n"
    )
    done = run("check", str(tmp_path), "--statistics")
    assert done.status == 1
    assert done.out.startswith(
        "2  AS201  unknown layer or block\n"
        "1  AS204  argument has a bad value\n"
        "1  AS903  parameter is never used\n"
        "1 of 2 specs sound, 3 errors, 1 warning\n"
    )
    data = json.loads(run("check", str(tmp_path), "--statistics", "--format", "json").out)
    assert data[0] == {
        "code": "AS201",
        "severity": "error",
        "title": "unknown layer or block",
        "count": 2,
    }
    assert [row["count"] for row in data] == [2, 1, 1]
    assert run("check", str(tmp_path), "--statistics", "--format", "sarif").status == 2
    (tmp_path / "a.yaml").unlink()
    assert run("check", str(tmp_path), "--statistics", "--ignore", "AS9").out == ""
    assert run("check", str(tmp_path), "--statistics", "--format", "json", "--strict").status == 1


# Help


def test_commands_stand_in_groups(run: Run) -> None:
    text = run("--help").out
    assert [
        t for t in re.findall(r"^(\w+):", text, re.MULTILINE) if t not in ("Usage", "Options")
    ] == [
        "Check",
        "Look",
        "Write",
        "Build",
        "Train",
    ]
    assert "..." not in text.partition("Check:")[2]


NAMES = list(command_line.list_commands(click.Context(command_line)))


def shown_examples(name: str, run: Run) -> list[list[str]]:
    told = run(name, "--help").out.partition("Examples:\n")[2].partition("\n\n")[0]
    return [line.split() for line in told.strip().split("\n")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("examples")
    write_recipe(folder / "recipe.yaml", data={"mnist": {"path": str(MNIST)}})
    (folder / "net.yaml").write_text(
        "archspec: 1\nparams: {classes: 10}\ninput: [28, 28, 1]\nlayers:\n  - Flatten\n"
        "  - Dense: {units: 12, activation: relu}\n"
        "  - Dense: {units: classes, activation: softmax}\n"
    )
    (folder / "specs").mkdir()
    (folder / "specs" / "net.yaml").write_text((folder / "net.yaml").read_text())
    make_picture(folder / "digit.png", 1, 1)
    return folder


ENDLESS = ("lsp", "serve")
"""An editor speaks to one, a browser to the other: tests/live has their tests."""


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ENDLESS])
def test_examples_of_the_help_run(
    name: str, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    if name == "verify" and not Path("net.keras").exists():
        assert run("compile", "net.yaml", "-o", "net.keras").status == 0
    if name == "import" and not Path("model.keras").exists():
        assert run("compile", "net.yaml", "-o", "model.keras").status == 0
    if name == "diff":
        Path("before.yaml").write_text(Path("net.yaml").read_text())
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        for git in (
            ("init", "-q", "-b", "main"),
            ("add", "net.yaml"),
            (*who, "commit", "-qm", "x"),
        ):
            subprocess.run(["git", *git], check=True)
    if name == "fold":
        Path("flat.yaml").write_text(run("expand", "net.yaml").out)
    if name == "compile":
        Path("net.keras").unlink(missing_ok=True)
    if name in ("evaluate", "predict") and not Path("runs/recipe").exists():
        assert run("train", "recipe.yaml", "--set", "epochs=1").status == 0
    if name == "train" and Path("runs").exists():
        Path("runs").rename("runs.before")
    examples = shown_examples(name, run)
    assert 2 <= len(examples) <= 3
    for program, *arguments in examples:
        assert program == "archspec"
        assert arguments[0] == name
        done = run(*arguments)
        assert done.status == 0, done
        assert done.out or name in ("train", "check", "render", "compile", "new")


# Notebooks


class Shell:
    """A stand-in for IPython: it has colours, or has none."""

    colors = "Linux"

    def get_ipython(self) -> "Shell":
        return self


def raised(text: str) -> archspec.SpecError:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.loads(text)
    return caught.value


def test_an_error_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    error = raised("archspec: 1\ninput: [4]\nlayers: [Dens: 3]\n")
    shown = error._render_traceback_()
    assert "\x1b[1;31merror[AS201]" in shown[0]
    assert STYLE.sub("", "\n".join(shown)).startswith(str(error))
    assert re.fullmatch(r"raised in line \d+ of test_terminals.py, in `raised`", shown[-1])
    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", shell)
    assert error._render_traceback_(type(error), error, None) == shown
    shell.colors = "NoColor"
    assert "\x1b" not in "".join(error._render_traceback_())
    shell.colors = "Linux"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(error._render_traceback_())
    library = raised("archspec: 1\nblocks: {b: {layers: [Flatten]}}\n")
    assert library._render_traceback_()[0] == "<text> is a library of blocks, not a network"


def test_plain_python_shows_its_traceback() -> None:
    code = "import archspec\narchspec.loads('archspec: 1\\ninput: [4]\\nlayers: [Dens: 3]')\n"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "archspec.api.SpecError: error[AS201]: there is no layer `Dens`" in done.stderr
