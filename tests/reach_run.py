"""Compare many receptive fields with gradients: ``python tests/reach_run.py --count 10000``.

Half of the cases are single layers, half random networks. Case number i of a seed is always the same.
What differs is printed, and how many were compared. They run in processes of a few hundred, for some
operations of TensorFlow end theirs.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

AT_ONCE = 400
_COUNTS = "counts: "


def compare(seed: int, first: int, count: int) -> Counter[str]:
    """Compare the cases ``first``, ``first + 1``, …"""
    from archspec.layers import layer_types
    from tests.oracle import forget
    from tests.reaching import NO_GRADIENT, draw_layer, draw_network

    types = [type for name, type in layer_types().items() if name not in NO_GRADIENT]
    counts: Counter[str] = Counter()
    for number in range(first, first + count):
        random = Random(f"{seed}/{number}")
        kind = "networks" if number % 2 else "layers"
        type = types[number // 2 % len(types)]
        asked = draw_network(random) if number % 2 else draw_layer(random, type)
        if asked is None:
            continue
        try:
            found = asked.compare()
        except Exception as error:  # TensorFlow has no such operation, for example
            told = " ".join(str(error).split())[:60]
            counts[f"{kind} that cannot be run: {told}"] += 1
            continue
        counts[kind] += 1
        counts[f"{kind}, something not known"] += found.unknown
        counts[f"{kind}, some places must be equal"] += found.checked > 0
        if found.wrong:
            counts[f"{kind} that differ"] += 1
            print(f"case {number}: {asked.text}\n  {found.wrong}", flush=True)
        if number % 50 == 0:
            forget()
    return counts


def main() -> int:
    """Run from the command line; the exit status is 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.count <= AT_ONCE:
        counts = compare(options.seed, options.first, options.count)
        print(_COUNTS + json.dumps(counts))
        return int(any(word.endswith("differ") for word in counts))
    total: Counter[str] = Counter()
    start = time.monotonic()
    for first in range(options.first, options.first + options.count, AT_ONCE):
        command = [sys.executable, __file__, f"--seed={options.seed}", f"--first={first}"]
        done = subprocess.run(
            [*command, f"--count={min(AT_ONCE, options.first + options.count - first)}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        *lines, last = done.stdout.splitlines() or [""]
        if not last.startswith(_COUNTS):
            total[f"processes that ended before their time: cases {first} and on"] += 1
            lines.append(last)
        else:
            total.update(json.loads(last.removeprefix(_COUNTS)))
        print(*[f"{line}\n" for line in lines if line], sep="", end="", flush=True)
    for word, count in sorted(total.items()):
        print(f"{word}: {count}")
    print(f"{time.monotonic() - start:.0f} s")
    return int(any(word.endswith("differ") for word in total))


if __name__ == "__main__":
    sys.exit(main())
