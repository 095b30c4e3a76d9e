"""What Python gives to ``load``, ``loads``, ``check`` and ``build``: a SpecError that helps, or a TypeError."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import archspec
from tests.conftest import ROOT

SPEC = """archspec: 1
params: {classes: 10, widths: [1, 2], activation: relu, rate: 0.5}
input: [8]
layers:
  - Dense: {units: classes, activation: $activation}
  - Dense: widths[0]
  - Dropout: rate
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(SPEC)
    return path


def test_misspelt_parameter_in_a_process(path: Path) -> None:
    for call in ("load", "build"):
        done = subprocess.run(
            [sys.executable, "-c", f"import archspec; archspec.{call}({str(path)!r}, clases=10)"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 1
        assert "archspec.api.SpecError: error[AS110]: `net` has no parameter" in done.stderr
        assert "did you mean `classes`?" in done.stderr
        assert "--set" not in done.stderr  # that is the command line's
        assert done.stderr.count("Traceback") == 1


def _circle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def _deep() -> list[Any]:
    found: list[Any] = [1]
    for _ in range(3000):
        found = [found]
    return found


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {3, 4},
        Fraction(1, 2),
        _circle(),
        _deep(),
        b"x",
        1j,
        float("nan"),
        "\ud800",
        10**60,
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_a_spec_cannot_have(value: Any, path: Path) -> None:
    for name in ("classes", "widths", "rate"):
        with pytest.raises(archspec.SpecError) as caught:
            archspec.load(path, **{name: value})
        assert caught.value.diagnostics[0].code in ("AS111", "AS017", "AS010")


def test_values_of_numpy(path: Path) -> None:
    network = archspec.load(
        path, classes=np.int64(3), widths=np.array([5, 6]), rate=np.float32(0.25)
    )
    assert [n.output_shape for n in network.nodes] == [(8,), (3,), (5,), (5,)]


@pytest.mark.parametrize("name", ["a b: c\n", "", "archspec", "classes ", "\x1b[31m", "{"])
def test_names_that_no_parameter_has(name: str, path: Path) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(path, **{name: 1})
    assert caught.value.diagnostics[0].code == "AS110"
    assert "\x1b" not in str(caught.value)


def test_paths_and_texts(path: Path) -> None:
    assert archspec.load(str(path).encode()).name == "net"  # type: ignore[arg-type]
    assert archspec.loads(SPEC.encode()).name == "network"
    for text in ("archspec: \ud800", b"archspec: \xff", "\0", ""):
        with pytest.raises(archspec.SpecError):
            archspec.loads(text)
    for odd in (None, 5, ["archspec: 1"], path):
        with pytest.raises(TypeError, match="text"):
            archspec.loads(odd)  # type: ignore[arg-type]
    for wrong in ("a\0b", "", ".", "-", "\ud800"):
        with pytest.raises(archspec.SpecError):
            archspec.load(wrong)
        assert [d.code for d in archspec.check(wrong)] == ["AS001"]


def test_words_of_the_command_line_that_are_no_text(path: Path) -> None:
    """Bytes that are no UTF-8 stand for half a character in Python."""
    done = subprocess.run(
        [sys.executable, "-m", "archspec", "check", str(path), "--set", b"activation=\xff"],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2
    assert b"error[AS003]" in done.stdout
    assert done.stderr == b""
