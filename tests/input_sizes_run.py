"""Compare what is said of the smallest input with brute force: ``python tests/input_sizes_run.py``.

Random networks, oblong and with skips, that do not fit their input. Network number i of a seed is
always the same. What is wrong is printed, and how often what was said.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.random_sizes import disagreement, draw


def main() -> int:
    """Run from the command line; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    start, number = time.monotonic(), 0
    while counts["networks that do not fit"] < options.count:
        net = draw(Random(f"{options.seed}/{number}"))
        number += 1
        if net is None:
            continue
        wrong, said = disagreement(net)
        counts["networks that do not fit"] += 1
        counts[f"said: {said}"] += 1
        if wrong:
            counts["wrong"] += 1
            print(f"network {number - 1}: {wrong}\n  {net.text}", flush=True)
    for word, count in sorted(counts.items()):
        print(f"{word}: {count}")
    print(f"{time.monotonic() - start:.0f} s")
    return int(counts["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
