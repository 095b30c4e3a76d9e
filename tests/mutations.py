"""Changes of a model's config: such that it calculates something else, and such that it does not.

A mutation changes one argument, constant, dtype, wire, output, input or layer. What is no change
is said in tests/config_places.py, apart from what archspec says: names, seeds, initial values, regularisation,
constraints, what is frozen, what follows from the rest, the order of the inputs of a sum, the
padding of a 1×1 kernel; and a graph that is the same up to names (tests/raw_graphs.py).
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.config_places import (
    MODELS,
    SUMS,
    Config,
    Place,
    arguments_of,
    constants_of,
    layers,
    models,
    references,
)

Mutation = Callable[[Random, Config], str]


class NothingToChangeError(Exception):
    """A config in which there is nothing of a kind."""


def _other(random: Random, value: Any) -> Any:
    if value is None:
        return 3
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):  # below 0 it may be an axis, which has another number as well
        return value + random.choice((1, 2, 5)) * (-1 if value < 0 else 1)
    if isinstance(value, float):
        return random.choice((value + 0.125, value * 3 + 1, value / 2 + 0.01))
    return {"valid": "same", "same": "valid", "relu": "tanh"}.get(value, f"{value}x")


def _change(random: Random, places: list[Place], what: str) -> str:
    if not places:
        raise NothingToChangeError
    where, key = random.choice(places)
    before = where[key]
    where[key] = _other(random, before)
    return f"{what} {key}: {before} → {where[key]}"


def argument(random: Random, config: Config) -> str:
    """Another argument of a layer."""
    entry = random.choice(layers(config))
    return _change(random, arguments_of(entry), entry["class_name"])


def constant(random: Random, config: Config) -> str:
    """Another constant in the call of an operation or a layer."""
    places = [(e, p) for e in layers(config) for p in constants_of(e)]
    return _change(random, [p for _, p in places], "constant")


def dtype(random: Random, config: Config) -> str:
    """Another precision of a layer."""
    entry = random.choice([e for e in layers(config) if "dtype" in e["config"]])
    old = entry["config"]["dtype"]
    new = copy.deepcopy(old)
    if isinstance(new, dict):
        new["config"]["name"] = "float16"
    else:
        new = "float16"
    entry["config"]["dtype"] = new
    return f"dtype {old} → {new}"


def _nodes(config: Config) -> list[tuple[Config, Config, Any]]:
    """All calls: the model, the layer, the call."""
    return [
        (model, entry, node)
        for model in models(config)
        for entry in model["layers"]
        for node in entry.get("inbound_nodes") or ()
    ]


def wire(random: Random, config: Config) -> str:
    """A call reads something else."""
    nodes = _nodes(config)
    if not nodes:
        raise NothingToChangeError
    model, entry, node = random.choice(nodes)
    tensors = list(references(node))
    others = {tuple(t[:3]) for m, _, n in nodes if m is model for t in references(n)}
    chosen = random.choice(tensors)
    before = tuple(chosen[:3])
    others -= {before}
    if not others:
        raise NothingToChangeError
    chosen[:3] = random.choice(sorted(others))
    return f"{entry['name']} reads {chosen[:3]}, not {before}"


def swap(random: Random, config: Config) -> str:
    """A call reads the same in another order."""
    found = []
    for _, entry, node in _nodes(config):
        tensors = list(references(node))
        names = str(entry["config"].get("function", entry["class_name"]))
        same = names in SUMS or names.rpartition(".")[2].title() in SUMS
        pairs = [(a, b) for a in tensors for b in tensors if a[:3] != b[:3]]
        if pairs and not same:
            found.append((entry, pairs))
    if not found:
        raise NothingToChangeError
    entry, pairs = random.choice(found)
    a, b = random.choice(pairs)
    a[:3], b[:3] = b[:3], a[:3]
    return f"{entry['name']}: {a} and {b} in the other order"


def output(random: Random, config: Config) -> str:
    """Another output of a call is read, or another output of the model is the first."""
    nodes = [t for _, _, n in _nodes(config) for t in references(n)]
    outputs = config["output_layers"]
    many = isinstance(outputs[0], list) and len(outputs) > 1
    if many and random.random() < 0.7:
        way = random.choice(("order", "fewer", "twice"))
        if way == "order":
            outputs[0], outputs[-1] = outputs[-1], outputs[0]
        elif way == "fewer":
            outputs.pop()
        else:
            outputs[-1] = outputs[0]
        return f"outputs {way}"
    if not nodes:
        raise NothingToChangeError
    chosen = random.choice(nodes)
    chosen[2] += 1
    return f"output {chosen} read"


def inputs(random: Random, config: Config) -> str:
    """The inputs of the model in another order."""
    found = config["input_layers"]
    if not isinstance(found[0], list) or len(found) < 2:
        raise NothingToChangeError
    found[0], found[-1] = found[-1], found[0]
    return "inputs in another order"


def kind(random: Random, config: Config) -> str:
    """A layer of another class, or of another module."""
    entry = random.choice([e for e in layers(config) if e["class_name"] != "InputLayer"])
    if "function" in entry["config"]:
        entry["config"]["function"] += "x"
    elif random.random() < 0.5 and "module" in entry:
        entry["module"] = "mine"
    else:
        entry["class_name"] += "x"
    return f"class of {entry['name'] if 'name' in entry else entry['class_name']}"


def without(random: Random, config: Config) -> str:
    """Readers of a layer read what that layer reads."""
    found = []
    for model, entry, node in _nodes(config):
        read = list(references(node))
        readers = [
            t
            for m, _, n in _nodes(config)
            if m is model
            for t in references(n)
            if t[0] == entry["name"]
        ]
        identity = entry["config"].get("activation") == "linear" and len(entry["config"]) < 5
        if len(read) == 1 and readers and len(entry["inbound_nodes"]) == 1 and not identity:
            found.append((entry, read[0], readers))
    if not found:
        raise NothingToChangeError
    entry, source, readers = random.choice(found)
    for reader in readers:
        reader[:3] = source[:3]
    return f"{entry['name']} is passed by"


def training(random: Random, config: Config) -> str:
    """A layer, or a model in the model, is called as in training, or no more."""
    calls = [(e, n) for m, e, n in _nodes(config) if m is config and isinstance(n, dict)]
    found = [n for e, n in calls if "ops" not in e["module"]]
    if not found:
        raise NothingToChangeError
    node = random.choice(found)
    if node["kwargs"].get("training") is True:
        node["kwargs"]["training"] = False
    else:
        node["kwargs"]["training"] = True
    return "called as in training"


def shared(random: Random, config: Config) -> str:
    """A layer that is called twice becomes two layers."""
    found = [(m, e) for m, e, _ in _nodes(config) if len(e["inbound_nodes"]) == 2]
    found = [(m, e) for m, e in found if e["class_name"] not in MODELS]
    if not found:
        raise NothingToChangeError
    model, entry = random.choice(found)
    twin = copy.deepcopy(entry)
    twin["name"] = twin["config"]["name"] = entry["name"] + "_twin"
    twin["inbound_nodes"] = [entry["inbound_nodes"].pop()]
    model["layers"].append(twin)
    for _, _, node in _nodes(config):
        for tensor in references(node):
            if tensor[0] == entry["name"] and tensor[1] == 1:
                tensor[:2] = [twin["name"], 0]
    for tensor in references(model["output_layers"]):
        if tensor[0] == entry["name"] and tensor[1] == 1:
            tensor[:2] = [twin["name"], 0]
    return f"{entry['name']} is two layers"


MUTATIONS: tuple[Mutation, ...] = (
    *(argument, argument, argument, constant, constant, constant, wire, wire, wire),
    *(swap, output, inputs, kind, without, training, dtype, shared),
)


def mutate(random: Random, config: Config) -> tuple[Config, str]:
    """A config with one change, and what that is."""
    while True:
        mutated = copy.deepcopy(config)
        way = random.choice(MUTATIONS)
        try:
            told = way(random, mutated)
        except NothingToChangeError:
            continue
        if mutated != config:
            return mutated, f"{way.__name__}: {told}"
