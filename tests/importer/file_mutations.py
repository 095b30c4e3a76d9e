"""Changes of a model's config: read again, it is not the network of the spec that was imported.

The changes are those by which the comparison of models is tried (tests/mutations.py), and what it
passes over: initial values, regularizers, what is frozen, seeds.
"""

import copy
import json
from collections import Counter
from random import Random
from typing import Any

from archspec.diagnostics.sink import Sink
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.prove import differences
from archspec.importer.read.read import read_config
from archspec.layers import layer_types
from archspec.layers.settings import takes_setting
from archspec.weights.structure.plain import has_weights
from tests.config_places import Config, layers
from tests.importer.round_trip import round_trip
from tests.mutation_run import draw
from tests.mutations import NothingToChangeError, mutate
from tests.raw_graphs import isomorphic
from tests.rewritten import old

EACH = 20
SETTINGS = 0.25
"""Share of the changes that the comparison of models passes over."""


def _read(config: Config) -> tuple[FlatGraph | None, list[str]]:
    sink = Sink()
    graph = read_config("Functional", config, "model", sink)
    return graph, [f"{d.code}: {d.message}" for d in sink.diagnostics]


def examine(random: Random, counts: Counter[str]) -> list[str]:
    """Import a random model, and change its config; gives what was judged wrongly."""
    config = draw(random)
    if random.random() < 0.3:
        config = old(config)
        counts["models of Keras 2"] += 1
    counts["models"] += 1
    graph, told = _read(config)
    if graph is None:
        counts["models that are not imported"] += 1
        counts[f"not imported: {told[0][:60]}"] += 1
        return []
    found = round_trip(graph)
    if found.shaped is None or found.wrong:
        return [f"import: {'; '.join(found.wrong[:2])[:300]}"]
    wrong = []
    for _ in range(EACH):
        mutated, told_change = _mutated(random, config)
        way = told_change.partition(":")[0]
        counts["mutations"] += 1
        counts[way] += 1
        other, _ = _read(mutated)
        if other is None:
            counts["refused"] += 1
        elif differences(other, found.shaped):
            counts["seen"] += 1
        elif _has_no_effect(config, mutated):
            counts["without an effect"] += 1
        elif way != "setting" and isomorphic(config, mutated):
            counts["the same up to names, after all"] += 1
        else:
            wrong.append(f"MISSED {told_change[:300]}")
    return wrong


def _has_no_effect(config: Config, mutated: Config) -> bool:
    """Whether what was changed is something that Keras looks away from.

    `training` where a layer's call has no such argument; the dtype of an operation in Keras 2,
    which does not convert what it reads (`autocast=False` in its TFOpLambda); whether layers
    without weights are one or two.
    """
    before, after = layers(config), layers(mutated)
    if len(after) > len(before):
        last = after[-1]
        seeded = last["config"].get("seed") is not None
        return not seeded and not has_weights(last["class_name"], last["config"])
    for one, other in zip(before, after, strict=True):
        type = layer_types().get(one["class_name"])
        calls, changed = one.get("inbound_nodes"), other.get("inbound_nodes")
        if calls != changed and type is not None:
            told = json.dumps([calls, changed])
            return "training" in told and "training" not in type.call_arguments
        if one["config"] != other["config"] and one["class_name"] == "TFOpLambda":
            return bool(one["config"] == {**other["config"], "dtype": one["config"]["dtype"]})
    return False


def _mutated(random: Random, config: Config) -> tuple[Config, str]:
    if random.random() < SETTINGS:
        mutated = copy.deepcopy(config)
        try:
            return mutated, f"setting: {_setting(random, mutated)}"
        except NothingToChangeError:
            pass
    return mutate(random, config)


def _setting(random: Random, config: Config) -> str:
    """Another initial value, regularizer or constraint; or what is trained."""
    known = layer_types()
    own = [e for e in layers(config) if str(e.get("module", "keras.layers")) == "keras.layers"]
    entries = [
        e for e in own if e["class_name"] in known and has_weights(e["class_name"], e["config"])
    ]
    places: list[tuple[Any, str]] = [
        (e["config"], key) for e in entries for key in e["config"] if takes_setting(key)
    ]
    frozen = [(e["config"], "trainable") for e in entries if "trainable" in e["config"]]
    if not places and not frozen:
        raise NothingToChangeError
    if frozen and (not places or random.random() < 0.3):
        where, key = random.choice(frozen)
        where[key] = not where[key]
        return f"{where.get('name')} trainable {where[key]}"
    where, key = random.choice(places)
    before = where[key]
    values: dict[str, list[Any]] = {
        "initializer": [
            {"class_name": "HeUniform", "config": {"seed": 3}},
            {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.3, "seed": None}},
        ],
        "regularizer": [{"class_name": "L2", "config": {"l2": 0.25}}, None],
        "constraint": [{"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}}, None],
    }
    others = values[key.rpartition("_")[2]]
    where[key] = random.choice([value for value in others if value != before])
    return f"{where.get('name')} {key} {before} → {where[key]}"


def run(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """So many changes of random models."""
    import keras

    counts: Counter[str] = Counter()
    wrong: list[str] = []
    number = 0
    while counts["mutations"] < count:
        wrong += [
            f"[model {number}] {told}" for told in examine(Random(f"{seed}/{number}"), counts)
        ]
        number += 1
        if number % 100 == 0:
            keras.backend.clear_session()
    return counts, wrong
