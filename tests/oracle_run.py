"""Compare many random layers with Keras: ``python tests/oracle_run.py --count 100000 --workers 2``.

Case number i of a seed is always the same, whatever the number of workers. Each disagreement is
printed with the fewest arguments that show it.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

MOST_SHOWN = 3


class Result(NamedTuple):
    """What one worker found."""

    run: Counter[str]
    accepted: Counter[str]
    wrong: dict[str, list[str]]


def compare(seed: int, first: int, count: int, step: int, only: list[str], data: float) -> Result:
    """Compare the cases ``first``, ``first + step``, … below ``count``."""
    from tests import oracle
    from tests.random_layers import draw_case

    known = oracle.compared()
    if only == ["operations"]:
        only = [name for name, type in known.items() if type.operation]
    types = [known[name] for name in only or known]
    result = Result(Counter(), Counter(), {})
    for number in range(first, count, step):
        random = Random(f"{seed}/{number}")
        case = draw_case(random, types[number % len(types)])
        with_data = random.random() < data
        name = case.call.type.__name__
        result.run[name] += 1
        found = oracle.disagreement(case, with_data)
        if found is None:
            result.accepted[name] += oracle.accepts(case)
        else:
            told = result.wrong.setdefault(name, [])
            if len(told) < MOST_SHOWN:
                smaller = oracle.shrink(case, with_data)
                found = oracle.disagreement(smaller, with_data)
                told.append(f"{smaller.call} of {smaller.shapes}: {found} [case {number}]")
            else:
                told.append("")
        if number // step % 500 == 0:
            oracle.forget()
    return result


def main() -> int:
    """Run from the command line; the exit status is 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=float, default=0.0, help="share that is calculated too")
    parser.add_argument("--case", type=int, help="only this case")
    parser.add_argument("layers", nargs="*", help="only these layers, or `operations`")
    options = parser.parse_args()
    start = time.monotonic()
    jobs = [
        (options.seed, first, options.count, options.workers, options.layers, options.data)
        for first in range(options.workers)
    ]
    if options.case is not None:
        case = options.case
        results = [compare(options.seed, case, case + 1, 1, options.layers, options.data)]
    elif options.workers == 1:
        results = [compare(*jobs[0])]
    else:
        with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
            results = pool.starmap(compare, jobs)
    return _report(results, time.monotonic() - start)


def _report(results: list[Result], seconds: float) -> int:
    run: Counter[str] = sum((r.run for r in results), Counter())
    accepted: Counter[str] = sum((r.accepted for r in results), Counter())
    wrong: dict[str, list[str]] = {}
    for result in results:
        for name, told in result.wrong.items():
            wrong.setdefault(name, []).extend(told)
    for name, told in wrong.items():
        print(f"{name}: {len(told)} of {run[name]} differ")
        for text in [t for t in told if t][:MOST_SHOWN]:
            print(f"  {text}")
    print("\nlayer: cases, of them without an error")
    for name, count in run.items():
        print(f"  {name}: {count}, {accepted[name]}")
    total = run.total()
    differ = sum(len(told) for told in wrong.values())
    print(f"{total} random cases of {len(run)} layers in {seconds:.0f} s, {differ} disagreements")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
