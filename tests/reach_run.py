"""Compare many receptive fields with gradients: ``python tests/reach_run.py --count 10000``.

Half of the cases are single layers, half random networks. Case number i of a seed is always the same.
What differs is printed, and how many were compared.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    """Run from the command line; the exit status is 1 if anything differs."""
    import keras

    from archspec.layers import layer_types
    from tests.reaching import NO_GRADIENT, draw_layer, draw_network

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    types = [type for name, type in layer_types().items() if name not in NO_GRADIENT]
    counts: Counter[str] = Counter()
    start = time.monotonic()
    for number in range(options.first, options.first + options.count):
        random = Random(f"{options.seed}/{number}")
        kind = "networks" if number % 2 else "layers"
        type = types[number // 2 % len(types)]
        asked = draw_network(random) if number % 2 else draw_layer(random, type)
        if asked is None:
            continue
        try:
            found = asked.compare()
        except Exception as error:  # TensorFlow has no such operation, for example
            counts[f"{kind} that cannot be run: {str(error).split(chr(10))[0][:60]}"] += 1
            continue
        counts[kind] += 1
        counts[f"{kind} not known"] += found.unknown
        counts[f"{kind} with places that must be equal"] += found.checked > 0
        if found.wrong:
            counts[f"{kind} that differ"] += 1
            print(f"case {number}: {asked.text}\n  {found.wrong}", flush=True)
        if number % 100 < 2:
            keras.backend.clear_session()
    for word, count in sorted(counts.items()):
        print(f"{word}: {count}")
    print(f"{time.monotonic() - start:.0f} s")
    return int(any(word.endswith("differ") for word in counts))


if __name__ == "__main__":
    sys.exit(main())
