"""Change sound texts and put them through all stages: ``python tests/text_mutations_run.py --count 1000000``."""

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

_SLOW = 5.0
"""Seconds after which a text has taken too long."""


def work(seed: int, first: int, count: int, step: int) -> list[str]:
    """What is wrong with every ``step``-th mutation from one on."""
    from tests.text_mutations import examine, seeded

    wrong = []
    for number in range(first, count, step):
        name, text = seeded(seed, number)
        start = time.monotonic()
        wrong += [f"[{seed}/{number}] {name}: {told}" for told in examine(name, text)]
        if time.monotonic() - start > _SLOW:
            wrong.append(f"[{seed}/{number}] {name}: {time.monotonic() - start:.1f} s")
    return wrong


def main() -> int:
    """Run from the command line; the exit status is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="number of mutations")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, help="only this one, and show its text")
    options = parser.parse_args()
    if options.number is not None:
        from tests.text_mutations import examine, seeded

        name, text = seeded(options.seed, options.number)
        print(text)
        print(examine(name, text))
        return 0
    start = time.monotonic()
    jobs = [(options.seed, n, options.count, options.workers) for n in range(options.workers)]
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        wrong = [told for found in pool.starmap(work, jobs) for told in found]
    for told in wrong[:50]:
        print(told)
    print(f"{options.count:,} texts, {len(wrong)} wrong, in {time.monotonic() - start:.0f} s")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
