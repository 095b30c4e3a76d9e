"""Mutate many models and see what the comparison says: ``python tests/mutation_run.py --count 10000``.

Every change of one argument, constant, wire, dtype, input, output or layer must be noticed, in
configs of Keras 3 and as Keras 2 wrote them; the same model in other words must be called the
same. Case number i of a seed is always the same, whatever the number of workers.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

MUTATIONS_OF_ONE = 20
REWRITES_OF_ONE = 2
SPECS = (
    *("lenet5", "alexnet_grouped", "vgg11_lrn", "mobilenet_025", "inception_v1", "squeezenet"),
    *("seq2seq", "siamese", "transformer_encoder", "two_inputs_two_outputs", "unet", "transfer"),
)


class Result(NamedTuple):
    """What one worker found: how many there were of what, and what was wrong."""

    counts: Counter[str]
    wrong: list[str]


@cache
def spec_config(name: str) -> str:
    """The config of the model of one of our specs, as text."""
    from archspec.diagnostics.sink import Sink
    from archspec.emit.keras import build_model
    from archspec.emit.keras.build import declaring
    from archspec.pipeline import shape_file

    root = Path(__file__).resolve().parent.parent / "specs"
    shaped = shape_file(str(next(root.rglob(f"{name}.yaml"))), Sink())
    assert shaped is not None
    with declaring(values=False):
        built = build_model(shaped, Sink())
    assert built is not None
    return json.dumps(built.model.get_config())


def draw(random: Random) -> Any:
    """The config of a random model, or of one of ours."""
    from tests.random_models import random_model

    if random.random() < 0.25:
        return json.loads(spec_config(random.choice(SPECS)))
    return json.loads(json.dumps(random_model(random).get_config()))


def examine(random: Random, counts: Counter[str]) -> list[str]:
    """Mutate and rewrite one model; gives what the comparison says wrongly."""
    from archspec.weights.structure.structure import structure_of_config
    from tests.rewritten import can_be_old, old, rewrite

    config = draw(random)
    structure = structure_of_config("Functional", config)
    wrong = []
    for _ in range(REWRITES_OF_ONE):
        counts["rewritten"] += 1
        wrong += _unlike("rewritten", structure, rewrite(random, config))
    earlier = old(config)
    if can_be_old(config):
        counts["as Keras 2"] += 1
        wrong += _unlike("as Keras 2", structure, earlier)
    if random.random() < 0.4:
        config, structure = earlier, structure_of_config("Functional", earlier)
        counts["models of Keras 2"] += 1
    counts["models"] += 1
    for _ in range(MUTATIONS_OF_ONE):
        wrong += _unnoticed(random, structure, config, counts)
    return wrong


def _unlike(what: str, structure: Any, config: Any) -> list[str]:
    """What is said to differ in a config that says the same."""
    from archspec.weights.comparison.differences import differences
    from archspec.weights.pairing.same import one_to_one
    from archspec.weights.structure.structure import structure_of_config

    other = structure_of_config("Functional", config)
    conflict = one_to_one(structure, other)[1]
    return [f"{what}: {(differences(structure, other).told or [conflict])[:3]}"] if conflict else []


def _unnoticed(random: Random, structure: Any, config: Any, counts: Counter[str]) -> list[str]:
    from archspec.weights.comparison.differences import differences
    from archspec.weights.pairing.same import one_to_one
    from archspec.weights.structure.structure import StructureError, structure_of_config
    from tests.mutations import mutate
    from tests.raw_graphs import isomorphic

    mutated, told = mutate(random, config)
    counts["mutations"] += 1
    counts[told.partition(":")[0]] += 1
    try:
        other = structure_of_config("Functional", mutated)
    except StructureError:
        counts["refused"] += 1
        return []
    conflict = one_to_one(structure, other)[1]
    if conflict:
        lines = len(differences(structure, other).told or [conflict])
        counts["told in one line" if lines == 1 else "told in several lines"] += 1
        return []
    if isomorphic(config, mutated):
        counts["the same up to names, after all"] += 1
        return []
    return [told]


def work(seed: int, first: int, models: int, step: int) -> Result:
    """The models ``first``, ``first + step``, … below ``models``."""
    import warnings

    warnings.simplefilter("ignore")
    result = Result(Counter(), [])
    for number in range(first, models, step):
        found = examine(Random(f"{seed}/{number}"), result.counts)
        result.wrong.extend(f"[model {number}] {told}" for told in found)
        if number // step % 100 == 0:
            import keras

            keras.backend.clear_session()
    return result


def main() -> int:
    """Run from the command line; the exit status is 1 if anything was said wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="number of mutations")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=int, help="only this model")
    options = parser.parse_args()
    start = time.monotonic()
    models = -(-options.count // MUTATIONS_OF_ONE)
    if options.model is not None:
        results = [work(options.seed, options.model, options.model + 1, 1)]
    else:
        jobs = [(options.seed, first, models, options.workers) for first in range(options.workers)]
        with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
            results = pool.starmap(work, jobs)
    counts: Counter[str] = sum((r.counts for r in results), Counter())
    for what, count in counts.most_common():
        print(f"{count:>8,} {what}")
    wrong = [told for result in results for told in result.wrong]
    for told in wrong[:50]:
        print(told)
    print(f"{len(wrong)} wrong, in {time.monotonic() - start:.0f} s")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
