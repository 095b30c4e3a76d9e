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

from tests.amplifiers import AMPLIFIERS, random_amplifiers
from tests.conftest import ROOT, examples

SECONDS, MEGABYTES = 2.0, 300.0
MOST_BYTES = 10_000

# Checks files as the command does, one after the other; a line of JSON for each.
_CHECK = """
import gc, json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
from click.testing import CliRunner
from archspec.commands import archspec
from archspec.measure import measure
for line in sys.stdin:
    path = line.strip()
    start = time.process_time()
    found = CliRunner().invoke(archspec, ["check", path])
    seconds = time.process_time() - start
    raised = found.exception
    error = "" if raised is None or isinstance(raised, SystemExit) else repr(raised)[:200]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 2**20 if sys.platform == "darwin" else 2**10
    print(json.dumps([found.exit_code, found.stdout[:2000], error, seconds, peak]), flush=True)
    measure.cache_clear()
    del found, raised
    gc.collect()
"""


class Checked(NamedTuple):
    """How checking a file ended: status, output, exception, seconds, highest megabytes so far."""

    status: int
    out: str
    error: str
    seconds: float
    megabytes: float


def check_all(paths: list[Path]) -> dict[Path, Checked]:
    """What becomes of each file; all in one process, which is ended when it takes too long."""
    done = subprocess.run(
        [sys.executable, "-c", _CHECK],
        input="\n".join(map(str, paths)),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=30 + 3 * len(paths),
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
        said = (path.name, it.out[:300], it.error, it.seconds, it.megabytes)
        assert it.error == "", said
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
def test_amplifiers(part: int, tmp_path: Path) -> None:
    chosen = list(AMPLIFIERS.items())[part::4]
    check_bounds([write(tmp_path, name, text) for name, text in chosen])


def test_random_amplifiers(tmp_path: Path) -> None:
    specs = islice(random_amplifiers(random.Random(9)), examples(100))
    check_bounds([write(tmp_path, f"n{n}", text) for n, text in enumerate(specs)])


def test_what_grows_is_told_where_it_grows(tmp_path: Path) -> None:
    names = ("text", "doubled list", "nested list", "list in a column")
    found = check_bounds([write(tmp_path, name, AMPLIFIERS[name]) for name in names])
    for path, checked in found.items():
        assert "error[AS209]: " in checked.out, path
