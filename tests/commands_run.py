"""Put many random specs through all commands: ``python tests/commands_run.py --count 100000``.

Case number i of a seed is always the same, whatever the number of workers. A spec that `check`
refuses is counted, and proves nothing; one that it accepts must break no command, and all commands
must say the same of it. ``--keras`` is the share that Keras builds too, ``--processes`` runs
commands as processes.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests import fuzz_commands
from tests.random_specs import RandomSpec, draw_spec

ROOT = Path(__file__).resolve().parent.parent
MOST_SHOWN = 3


class Result(NamedTuple):
    """What one worker found."""

    ends: Counter[str]
    made: Counter[str]
    """Sound specs with each construct."""
    plain: Counter[str]
    """Sound specs whose Python source has a line for each layer, by the reason."""
    breaks: dict[str, list[str]]
    """By the kind of break, the first cases."""
    counts: Counter[str]


def run(seed: int, first: int, count: int, step: int, keras: float, processes: bool) -> Result:
    """Run the cases ``first``, ``first + step``, … below ``count``."""
    result = Result(Counter(), Counter(), Counter(), {}, Counter())
    with tempfile.TemporaryDirectory(prefix="commands-") as name:
        for number in range(first, count, step):
            random = Random(f"{seed}/{number}")
            folder = Path(name) / str(number % 50)
            folder.mkdir(exist_ok=True)
            one(number, draw_spec(random), folder, random, keras, processes, result)
            for file in folder.iterdir():
                file.unlink()
    return result


def one(
    number: int,
    spec: RandomSpec,
    folder: Path,
    random: Random,
    keras: float,
    processes: bool,
    result: Result,
) -> None:
    """Run one case, and add to what was found."""
    found = fuzz_commands.compare(spec, folder, random)
    if found.refused:
        result.ends["refused"] += 1
        code = found.refused.partition(":")[0]
        _tell(result, f"refused {code}", f"{found.refused[:200]} [case {number}]")
        return
    result.ends["sound"] += 1
    result.made.update(spec.made.keys())
    result.plain[found.plain or "blocks and loops"] += 1
    breaks = found.breaks
    if random.random() < max(keras, 0.01):
        result.ends["held against the schema"] += 1
        breaks += fuzz_commands.guarded("schema", fuzz_commands.schema(spec, folder))
    if keras and random.random() < keras:
        result.ends["built by Keras"] += 1
        shaped = fuzz_commands.shape(spec, folder)[0]
        assert shaped is not None
        breaks += fuzz_commands.guarded("compile with Keras", fuzz_commands.keras(shaped))
        if result.ends["built by Keras"] % 20 == 0:
            fuzz_commands.forget_keras()
    if processes:
        breaks += as_processes(spec, folder, random, result.ends)
    for text in breaks:
        kind = ":".join(text.split(":")[:2])[:80]
        _tell(result, kind, f"{text[:600]} [case {number}]")


def _tell(result: Result, kind: str, text: str) -> None:
    result.counts[kind] += 1
    told = result.breaks.setdefault(kind, [])
    if len(told) < MOST_SHOWN:
        told.append(text)
        print(text, file=sys.stderr, flush=True)


COMMANDS = (
    ("check",),
    ("check", "--format", "json"),
    ("summary",),
    ("summary", "--format", "json"),
    ("summary", "-d", "all"),
    ("worksheet",),
    ("expand",),
    ("expand", "--style", "blocks"),
    ("compile", "-o", "out.py"),
    ("render", "-o", "out.dot"),
    ("render", "-o", "out.mmd"),
    ("render", "-o", "out.svg"),
    ("render", "-o", "volumes.svg", "--view", "volumes"),
    ("schema",),
)


def as_processes(
    spec: RandomSpec, folder: Path, random: Random, ends: Counter[str]
) -> Iterator[str]:
    """A few commands, each a process of its own: its status is 0."""
    values = [x for n, v in spec.values.items() for x in ("--set", f"{n}={_scalar(v)}")]
    for command in random.sample(COMMANDS, 2):
        given = [] if command == ("schema",) else values
        line = [command[0], spec.path, *command[1:], *given]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "archspec", *line],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=env,
            timeout=120,
        )
        ends["processes"] += 1
        if done.returncode or "Traceback" in done.stderr:
            yield f"{' '.join(command)}: status {done.returncode}: {done.stderr[-300:]}"


def _scalar(value: object) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value)


def main() -> int:
    """Run from the command line; the exit status is 1 if anything breaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keras", type=float, default=0.0, help="share that Keras builds too")
    parser.add_argument("--processes", action="store_true", help="run commands as processes too")
    parser.add_argument("--case", type=int, help="only this case, which is shown")
    options = parser.parse_args()
    start = time.monotonic()
    more = (options.keras, options.processes)
    jobs = [
        (options.seed, n, options.count, options.workers, *more) for n in range(options.workers)
    ]
    if options.case is not None:
        case = options.case
        for name, text in draw_spec(Random(f"{options.seed}/{case}")).files.items():
            print(f"# {name}\n{text}")
        results = [run(options.seed, case, case + 1, 1, *more)]
    elif options.workers == 1:
        results = [run(*jobs[0])]
    else:
        with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
            results = pool.starmap(run, jobs)
    return _report(results, options.seed, time.monotonic() - start)


def _report(results: list[Result], seed: int, seconds: float) -> int:
    ends: Counter[str] = sum((r.ends for r in results), Counter())
    made: Counter[str] = sum((r.made for r in results), Counter())
    plain: Counter[str] = sum((r.plain for r in results), Counter())
    counts: Counter[str] = sum((r.counts for r in results), Counter())
    for kind, count in counts.most_common():
        print(f"{kind}: {count}")
        for text in [t for r in results for t in r.breaks.get(kind, [])][:MOST_SHOWN]:
            print(f"    {text}")
    print("\nsound specs with each construct or layer:")
    print("  " + ", ".join(f"{word} {count}" for word, count in made.most_common()))
    print("Python source:")
    print("  " + ", ".join(f"{word}: {count}" for word, count in plain.most_common()))
    broken = sum(count for kind, count in counts.items() if not kind.startswith("refused"))
    told = ", ".join(f"{count:,} {end}" for end, count in ends.items())
    print(f"seed {seed}: {told} in {seconds:.0f} s; {broken} breaks")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
