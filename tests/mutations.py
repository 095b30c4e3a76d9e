"""Changes of a model's config: such that it calculates something else, and such that it does not.

A mutation changes one argument, constant, dtype, wire, output, input or layer. What is no change
is said here, apart from what archspec says: names, seeds, initial values, regularisation,
constraints, what is frozen, what follows from the rest, the order of the inputs of a sum, the
padding of a 1×1 kernel; and a graph that is the same up to names (tests/raw_graphs.py).
"""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Config = dict[str, Any]
Mutation = Callable[[Random, Config], str]

NO_CHANGE = frozenset(
    (
        *("name", "trainable", "seed", "build_config", "registered_name", "build_input_shape"),
        *("quantization_config", "module", "batch_input_shape"),
    )
)
NO_CHANGE_ENDS = ("_initializer", "_regularizer", "_constraint")
SUMS = ("Add", "Multiply", "Average", "Maximum", "Minimum")
MODELS = ("Functional", "Sequential", "Model")


class NothingToChangeError(Exception):
    """A config in which there is nothing of a kind."""


def counts(key: str) -> bool:
    """Whether an argument counts by its name."""
    return key not in NO_CHANGE and not key.endswith(NO_CHANGE_ENDS)


def models(config: Config) -> Iterator[Config]:
    """A model's config, and those of the models in it."""
    yield config
    for entry in config["layers"]:
        if entry["class_name"] in MODELS:
            yield from models(entry["config"])


def layers(config: Config) -> list[Config]:
    """The entries of all layers and operations, inputs of models in the model left out."""
    found = [e for e in config["layers"] if e["class_name"] not in MODELS]
    for inner in [*models(config)][1:]:
        found += [e for e in inner["layers"] if e["class_name"] not in (*MODELS, "InputLayer")]
    return found


Place = tuple[Any, Any]
"""A map or list, and the key in it."""


def leaves(value: Any, place: Place, keep: Callable[[Any], bool]) -> Iterator[Place]:
    """The places of all plain values in a config that count, tensors left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if keep(key):
                yield from leaves(inner, (value, key), keep)
    elif isinstance(value, list) and not _is_tensor(value):
        for number, inner in enumerate(value):
            yield from leaves(inner, (value, number), keep)
    elif not isinstance(value, list):
        yield place


def _is_tensor(value: Any) -> bool:
    """Whether it is ``["conv", 0, 0]``, as Keras 2 writes tensors."""
    return len(value) in (3, 4) and isinstance(value[0], str) and type(value[1]) is int


def _arguments(entry: Config) -> list[Place]:
    """The places of a layer's arguments."""
    config = entry["config"]
    if entry["class_name"] == "InputLayer":
        key = "batch_shape" if "batch_shape" in config else "batch_input_shape"
        sizes = config[key]
        return [(sizes, n) for n in range(1, len(sizes)) if sizes[n]] + [(config, "dtype")]
    found = list(leaves(config, (entry, "config"), counts))
    size = config.get("kernel_size")
    if size in (1, [1], [1, 1], [1, 1, 1]):
        found = [place for place in found if place[1] != "padding"]
    return found


def _constants(entry: Config) -> list[Place]:
    """The places of the constants in the calls of a layer."""
    found: list[Place] = []
    for node in entry.get("inbound_nodes") or ():
        if isinstance(node, dict):
            keep = lambda key: key not in ("training", "mask", "registered_name")  # noqa: E731
            found += _outside_tensors(node, keep)
        else:
            found += _in_lists(node)
    return found


def _outside_tensors(node: Config, keep: Callable[[Any], bool]) -> Iterator[Place]:
    def walk(value: Any, place: Place) -> Iterator[Place]:
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return
            for key, inner in value.items():
                if keep(key):
                    yield from walk(inner, (value, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from walk(inner, (value, number))
        elif value is not None:
            yield place

    yield from walk(node, (None, None))


def _in_lists(node: Any) -> Iterator[Place]:
    if isinstance(node, list) and _is_tensor(node):
        if node[0] == "_CONSTANT_VALUE":
            yield node, 2
        if len(node) == 4:
            yield from leaves(node[3], (node, 3), lambda key: key not in ("name", "training"))
    elif isinstance(node, list):
        for inner in node[:1]:  # the others have the same arguments by name
            yield from _in_lists(inner)


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
    return _change(random, _arguments(entry), entry["class_name"])


def constant(random: Random, config: Config) -> str:
    """Another constant in the call of an operation or a layer."""
    places = [(e, p) for e in layers(config) for p in _constants(e)]
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


def references(node: Any) -> Iterator[list[Any]]:
    """The tensors in a call: lists that begin with layer, number, output."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield node["config"]["keras_history"]
            return
        node = list(node.values())
    if isinstance(node, list):
        if _is_tensor(node) and node[0] != "_CONSTANT_VALUE":
            yield node
            node = node[3:]
        for inner in node:
            yield from references(inner)


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
