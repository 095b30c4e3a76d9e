"""Long runs for imported networks: mutations, round trips, keras.applications.

``python tests/importer_run.py mutations --count 10000`` changes networks and asks the proof.
``round-trip`` takes specs to a flat graph and back, with ``--keras`` by the JSON of their models.
``applications`` imports those of keras.applications, and prints a table. A seed gives the same cases.
"""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from archspec.diagnostics.sink import Sink
from archspec.importer.flat_graph import flat_graph
from archspec.infer.infer import ShapedGraph
from archspec.pipeline import shape_file
from tests.fuzz_commands import forget_keras, shape
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


def run_round_trips(
    seed: int, count: int, keras: bool, shipped: bool = True
) -> tuple[Counter[str], list[str]]:
    """Every shipped spec, and so many random ones, to a graph and back.

    With Keras on the way: the model that it builds, its JSON, and what the reader makes of that.
    """
    from tests.importer.round_trip import keras_round_trip, round_trip

    counts: Counter[str] = Counter()
    wrong: list[str] = []
    files = sorted((ROOT / "specs").rglob("*.yaml")) if shipped else []
    found = [(str(f.relative_to(ROOT)), shape_file(str(f), Sink())) for f in files]
    drawn = networks(Random(seed), shipped=0)
    found += [(f"random {number}", next(drawn)) for number in range(count)]
    for name, shaped in found:
        if shaped is None:
            continue
        counts["networks"] += 1
        try:
            trip = keras_round_trip(shaped) if keras else round_trip(flat_graph(shaped))
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            told = [f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno}: {error}"]
        else:
            told = trip.wrong
            counts["lines"] += trip.lines
            counts["layers"] += len(shaped.graph.nodes)
            counts["not built by Keras"] += trip.shaped is None and not told
            if not keras and trip.shaped is not None:
                again = round_trip(flat_graph(trip.shaped)).text
                counts["another text when it is folded again"] += again != trip.text
        if told:
            wrong.append(f"{name}: {'; '.join(told[:3])[:400]}")
            print(wrong[-1], flush=True)
        if keras:
            forget_keras()
    return counts, wrong


def run_applications(options: argparse.Namespace) -> int:
    """Import the networks of keras.applications; 1 if anything is wrong."""
    from archspec.weights.loading.applications import APPLICATIONS
    from tests.importer.applications import import_all

    found = import_all(
        options.names or [*APPLICATIONS], outputs=not options.no_outputs, large=options.large
    )
    if options.output:
        folder = Path(options.output)
        folder.mkdir(parents=True, exist_ok=True)
        for one in found:
            (folder / f"{one.call}.yaml").write_text(one.text, encoding="utf-8")
    wrong = [one.call for one in found if one.wrong]
    equal = sum("outputs" in one.outputs or "differ" in one.outputs for one in found)
    print(f"{len(found)} networks, {len(wrong)} wrong, outputs of {equal} compared")
    return 1 if wrong else 0


def main() -> int:
    """Run from the command line; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("mutations", help="change networks, and ask the proof")
    one.add_argument("--count", type=int, default=10_000)
    one.add_argument("--files", action="store_true", help="change configs of Keras instead")
    one = commands.add_parser("round-trip", help="shipped and random specs, to a graph and back")
    one.add_argument("--count", type=int, default=1_000, help="random specs")
    one.add_argument("--keras", action="store_true", help="by the JSON of what Keras builds")
    one.add_argument("--random", action="store_true", help="no shipped specs")
    for one in commands.choices.values():
        one.add_argument("--seed", type=int, default=1)
    one = commands.add_parser("applications", help="import the networks of keras.applications")
    one.add_argument("names", nargs="*")
    one.add_argument("--large", action="store_true", help="outputs of large ones too")
    one.add_argument("--no-outputs", action="store_true")
    one.add_argument("-o", "--output", help="folder for the folded specs")
    options = parser.parse_args()
    if options.command == "applications":
        return run_applications(options)
    start = time.monotonic()
    if options.command == "mutations":
        if options.files:
            from tests.importer import file_mutations

            counts, wrong = file_mutations.run(options.seed, options.count)
        else:
            counts, wrong = run_mutations(options.seed, options.count)
        for line in wrong[:MOST_SHOWN]:
            print(line)
    else:
        trips = run_round_trips(options.seed, options.count, options.keras, not options.random)
        counts, wrong = trips
    for name, number in sorted(counts.items()):
        print(f"  {name}: {number:,}")
    print(f"{len(wrong)} wrong, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
