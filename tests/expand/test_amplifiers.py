"""A small file does not make `check` slow or large, whatever it says."""

import json
import os
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.amplifiers import AMPLIFIERS, LARGEST, random_amplifiers
from tests.conftest import ROOT, examples

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="measures processes by forking")

SECONDS, MEGABYTES = 2.0, 300.0
MOST_BYTES = 10_000

# Checks each file in a process of its own, split off when all is imported; a line of JSON for each.
_CHECK = """
import contextlib, io, json, os, resource, sys, tempfile
from archspec.commands import archspec, check
from archspec.layers import layer_types
layer_types()
for line in sys.stdin:
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
            resource.setrlimit(resource.RLIMIT_CPU, (8, 8))
            status = 70
            try:
                with contextlib.redirect_stdout(said):
                    archspec.main(["check", line.strip()], standalone_mode=False)
            except SystemExit as left:
                status = left.code
            except BaseException as error:
                said.write(repr(error)[:300])
            said.flush()
            os._exit(status)
        _, status, used = os.wait4(child, 0)
        said.seek(0)
        peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        seconds = used.ru_utime + used.ru_stime
        status = os.waitstatus_to_exitcode(status)
        print(json.dumps([status, said.read(2000), seconds, peak]), flush=True)
"""


class Checked(NamedTuple):
    """How checking a file ended, what was said, and what it took."""

    status: int
    out: str
    seconds: float
    megabytes: float


def check_all(paths: list[Path]) -> dict[Path, Checked]:
    """What becomes of each file."""
    done = subprocess.run(
        [sys.executable, "-c", _CHECK],
        input="\n".join(map(str, paths)),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=30 + 8 * len(paths),
        check=False,
    )
    found = [Checked(*json.loads(line)) for line in done.stdout.splitlines()]
    assert len(found) == len(paths), f"{paths[len(found)].read_text()}\n{done.stderr[-300:]}"
    return dict(zip(paths, found, strict=True))


def check_bounds(paths: list[Path]) -> dict[Path, Checked]:
    found = check_all(paths)
    slow = [path for path, it in found.items() if it.seconds > SECONDS]
    if slow:  # a neighbour on the same core doubles what the processor counts
        found |= check_all(slow)
    for path, it in found.items():
        said = (path.name, path.read_text()[:600], it)
        assert it.status in (0, 1), said
        assert it.seconds < SECONDS, said
        assert it.megabytes < MEGABYTES, said
    return found


def write(folder: Path, name: str, text: str) -> Path:
    assert len(text) <= MOST_BYTES, f"{name} has {len(text)} bytes"
    path = folder / f"{name.replace(' ', '_').replace(',', '')}.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("part", range(4))
def test_amplifiers(part: int, tmp_path: Path, full: bool) -> None:
    chosen = list((AMPLIFIERS | (LARGEST if full else {})).items())[part::4]
    check_bounds([write(tmp_path, name, text) for name, text in chosen])


def test_random_amplifiers(tmp_path: Path) -> None:
    specs = islice(random_amplifiers(random.Random(9)), examples(100))
    check_bounds([write(tmp_path, f"n{n}", text) for n, text in enumerate(specs)])


def test_what_grows_is_told_where_it_grows(tmp_path: Path) -> None:
    names = ("text", "doubled list", "nested list", "list in a column")
    found = check_bounds([write(tmp_path, name, AMPLIFIERS[name]) for name in names])
    for path, checked in found.items():
        assert "error[AS209]: " in checked.out, path
