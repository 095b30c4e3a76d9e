"""Where in the config of a model its arguments, constants and tensors stand; what of it counts."""

from collections.abc import Callable, Iterator
from typing import Any

Config = dict[str, Any]
Place = tuple[Any, Any]
"""A map or list, and the key in it."""

NO_CHANGE = frozenset(
    (
        *("name", "trainable", "seed", "build_config", "registered_name", "build_input_shape"),
        *("quantization_config", "module", "batch_input_shape"),
    )
)
NO_CHANGE_ENDS = ("_initializer", "_regularizer", "_constraint")
SUMS = ("Add", "Multiply", "Average", "Maximum", "Minimum")
MODELS = ("Functional", "Sequential", "Model")


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


def leaves(value: Any, place: Place, keep: Callable[[Any], bool]) -> Iterator[Place]:
    """The places of all plain values in a config that count, tensors left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if keep(key):
                yield from leaves(inner, (value, key), keep)
    elif isinstance(value, list) and not is_tensor(value):
        for number, inner in enumerate(value):
            yield from leaves(inner, (value, number), keep)
    elif not isinstance(value, list):
        yield place


def is_tensor(value: Any) -> bool:
    """Whether it is ``["conv", 0, 0]``, as Keras 2 writes tensors."""
    return len(value) in (3, 4) and isinstance(value[0], str) and type(value[1]) is int


def arguments_of(entry: Config) -> list[Place]:
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


def constants_of(entry: Config) -> list[Place]:
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
    if isinstance(node, list) and is_tensor(node):
        if node[0] == "_CONSTANT_VALUE":
            yield node, 2
        if len(node) == 4:
            yield from leaves(node[3], (node, 3), lambda key: key not in ("name", "training"))
    elif isinstance(node, list):
        for inner in node[:1]:  # the others have the same arguments by name
            yield from _in_lists(inner)


def references(node: Any) -> Iterator[list[Any]]:
    """The tensors in a call: lists that begin with layer, number, output."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield node["config"]["keras_history"]
            return
        node = list(node.values())
    if isinstance(node, list):
        if is_tensor(node) and node[0] != "_CONSTANT_VALUE":
            yield node
            node = node[3:]
        for inner in node:
            yield from references(inner)
