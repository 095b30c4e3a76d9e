"""Read many damaged files in one process: ``python tests/damage_run.py --count 100000``.

Case number i of a seed is always the same. A reader ends in a result or in one of its own errors
that names the file; anything else is printed with the number of its case. The number of the case
that runs is kept in a file, so that a crash of the whole process can be repeated.
"""

import argparse
import faulthandler
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.damaged_files import damaged

MOST_SHOWN = 5
SECONDS = 2.0
MEGABYTES = 500.0


class Kind(NamedTuple):
    """One kind of files, and how they are read."""

    make: Callable[[Path], dict[str, bytes]]
    """Sound files by their names, made in a folder."""
    read: Callable[[str, Random], object]
    """Reads a file; draws one of the ways in which archspec reads such files."""
    errors: Callable[[], tuple[type[Exception], ...]]
    """What a damaged file may end in."""


class Outcome(NamedTuple):
    """What became of the cases of a kind."""

    ends: Counter[str]
    """Cases by ``read``, ``refused``, ``slow``, or the class of an error that should not be."""
    told: list[str]
    """The first cases that went wrong."""
    slowest: float
    growth: float
    """Megabytes by which the peak of memory rose."""


def run(kind: Kind, seed: int, first: int, count: int, mark: Path | None = None) -> Outcome:
    """Read the cases from ``first`` on."""
    ends: Counter[str] = Counter()
    told: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="damage-") as name:
        folder = Path(name)
        sound = kind.make(folder)
        for file, data in sound.items():  # once whole: imports and caches are no damage's fault
            _read(kind, folder / file, data, Random(0))
        peak = _peak()
        for case in range(first, first + count):
            if mark is not None:
                mark.write_text(str(case))
                if case % 200 == 0:  # a case that hangs shows where
                    faulthandler.dump_traceback_later(120, repeat=True)
            random = Random(f"{seed}/{case}")
            file = random.choice(sorted(sound))
            began = time.process_time()
            end = _read(kind, folder / file, damaged(sound[file], random), random)
            seconds = time.process_time() - began
            slowest = max(slowest, seconds)
            if seconds > SECONDS:
                told.append(f"case {case}, {file}: {seconds:.1f} s")
                ends["slow"] += 1
            ends[end.partition(":")[0]] += 1
            if end not in ("read", "refused"):
                told.append(f"case {case}, {file}: {end}")
        return Outcome(ends, told, slowest, _peak() - peak)


def _read(kind: Kind, path: Path, data: bytes, random: Random) -> str:
    path.write_bytes(data)
    try:
        kind.read(str(path), random)
    except kind.errors() as error:
        return "refused" if path.name in str(error) else f"unnamed: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "read"


def _peak() -> float:
    """Megabytes that this process has taken at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def kinds() -> dict[str, Kind]:
    """All kinds; each is a module of its own, imported here because they are heavy."""
    from tests import damage_data, damage_models

    return {"models": damage_models.MODELS, "parts": damage_models.INNER, **damage_data.KINDS}


def main() -> int:
    """Run from the command line; the exit status is 1 if a case ended as it should not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--case", type=int, help="only this case")
    parser.add_argument("--kind", action="append", choices=sorted(kinds()))
    options = parser.parse_args()
    faulthandler.enable()
    first, count = options.first, options.count
    if options.case is not None:
        first, count = options.case, 1
    wrong = 0
    for name in options.kind or kinds():
        mark = Path(tempfile.gettempdir()) / f"damage-{name}-{os.getpid()}.case"
        print(f"{name}: the number of the case that runs is in {mark}", flush=True)
        began = time.monotonic()
        outcome = run(kinds()[name], options.seed, first, count, mark)
        faulthandler.cancel_dump_traceback_later()
        mark.unlink()
        for line in outcome.told[:MOST_SHOWN]:
            print(f"  {line}")
        over = outcome.growth > MEGABYTES
        wrong += len(outcome.told) + over
        seconds = time.monotonic() - began
        print(
            f"  {count} files in {seconds:.0f} s: {json.dumps(outcome.ends)}; slowest"
            f" {outcome.slowest:.2f} s, memory +{outcome.growth:.0f} MB, {len(outcome.told)} wrong"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
