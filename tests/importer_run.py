"""Long runs for imported networks: mutations, round trips, keras.applications.

``python tests/importer_run.py mutations --count 10000`` changes networks and asks the proof.
Case number i of a seed is always the same.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from archspec.diagnostics.sink import Sink
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.fuzz_commands import shape
from tests.importer import mutations
from tests.random_specs import draw_spec

ROOT = Path(__file__).resolve().parent.parent
MOST_SHOWN = 10
MOST_NODES = 150
"""Larger networks are not changed: that a change is none after all takes long to see there."""


def networks(random: Random, shipped: float = 0.2) -> Iterator[ShapedGraph]:
    """Random sound networks, and now and then a shipped one."""
    files = sorted((ROOT / "specs").rglob("*.yaml"))
    with tempfile.TemporaryDirectory(prefix="importer-") as folder:
        while True:
            if random.random() < shipped:
                found = shape_file(str(random.choice(files)), Sink())
            else:
                found = shape(draw_spec(random), Path(folder))[0]
            if found is not None and len(found.graph.nodes) <= MOST_NODES:
                yield found


def run_mutations(seed: int, count: int, each: int = 10) -> tuple[Counter[str], list[str]]:
    """So many mutations, ``each`` of one network after the other."""
    random = Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for shaped in networks(random):
        wanted = min(each, count - counts["mutations"])
        for found in mutations.run(random, shaped, wanted, counts):
            told = f"{found.verdict} {shaped.name}: {found.mutation}: {found.change} {found.told}"
            wrong.append(told)
        counts["networks"] += 1
        if counts["mutations"] >= count:
            return counts, wrong
    return counts, wrong


def main() -> int:
    """Run from the command line; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("mutations", help="change networks, and ask the proof")
    one.add_argument("--count", type=int, default=10_000)
    one.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    counts, wrong = run_mutations(options.seed, options.count)
    for line in wrong[:MOST_SHOWN]:
        print(line)
    for name, number in sorted(counts.items()):
        print(f"  {name}: {number:,}")
    print(
        f"{counts['mutations']:,} mutations, {len(wrong)} judged wrongly, {time.monotonic() - start:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
