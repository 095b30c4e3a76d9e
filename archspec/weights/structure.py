"""The structure of a Keras model without its names: what calculates what from what.

Two models have the same structure if they calculate the same from the same weights and if one
can see so from the graph: names, initial values, regularisation and what is frozen do not count,
and an activation inside a layer is the same as one after it.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.layers import layer_types
from archspec.record import fields

Output = tuple[int, int]
"""Index of a vertex, and which of its outputs."""


class Vertex(NamedTuple):
    """One call of a layer, or what a layer does after its own work."""

    label: str
    """What it does, as text: equal for equal ones."""
    inputs: tuple[Output, ...]
    layer: str
    """Path of the layer in the model, ``base/conv1``; empty if it is not a layer's own."""
    commutative: bool = False


class Structure(NamedTuple):
    """Vertices in an order in which each reads only earlier ones."""

    vertices: list[Vertex]
    inputs: list[int]
    outputs: list[Output]


_Found = int | list[Output]
"""What a call gives: a vertex with its outputs, or the outputs of a model in the model."""


class StructureError(Exception):
    """A model that is no graph of layers."""


def structure_of(model: Any, sizes: bool = True) -> Structure:
    """The structure of a functional or sequential Keras model.

    Args:
        model: the model.
        sizes: whether inputs of other sizes are other inputs; channels always count.

    Raises:
        StructureError: the model is neither.
    """
    return structure_of_config(type(model).__name__, model.get_config(), sizes)


def structure_of_config(kind: str, config: dict[str, Any], sizes: bool = True) -> Structure:
    """The structure of a model from its config, as in a ``.keras`` file."""
    reader = _Reader(sizes)
    inputs, outputs = reader.model(kind, config, "", None)
    return Structure(reader.vertices, [index for index, _ in inputs], outputs)


_NOT_FUNCTION = ("name", "trainable", "seed", "dtype", "build_config", "registered_name")
_SETTINGS = ("initializer", "regularizer", "constraint")
_COMMUTATIVE = frozenset(("Add", "Multiply", "Average", "Maximum", "Minimum"))


class _Reader:
    def __init__(self, sizes: bool) -> None:
        self.sizes = sizes
        self.vertices: list[Vertex] = []

    def add(self, label: Any, inputs: list[Output], layer: str = "") -> int:
        """A new vertex."""
        kind = label[0]
        text = json.dumps(label, sort_keys=True, default=str)
        self.vertices.append(Vertex(text, tuple(inputs), layer, kind in _COMMUTATIVE))
        return len(self.vertices) - 1

    def model(
        self, kind: str, config: dict[str, Any], path: str, given: list[Output] | None
    ) -> tuple[list[Output], list[Output]]:
        """Add the vertices of a model; its inputs are ``given`` if it is a layer of another one."""
        entries: list[dict[str, Any]] = config.get("layers") or []
        if kind == "Sequential":
            return self._chain(entries, path, given)
        if not entries or "input_layers" not in config:
            raise StructureError(f"{kind} is no functional or sequential model")
        by_name = {e.get("name") or e["config"]["name"]: e for e in entries}
        done: dict[tuple[str, int], _Found] = {}
        inputs: list[Output] = []
        for number, (name, node, _) in enumerate(_references(config["input_layers"])):
            if given is None:
                inputs.append((self.add(self._input(by_name[name]["config"]), []), 0))
            else:
                inputs.append(given[number])
            done[name, node] = [inputs[-1]]
        for name, node in _order(by_name, done):
            entry = by_name[name]
            arguments = entry["inbound_nodes"][node]
            sources = [_pick(done[n, k], o) for n, k, o in _tensors(arguments)]
            options = _options(arguments)
            done[name, node] = self._call(entry, sources, options, path)
        outputs = [_pick(done[n, k], o) for n, k, o in _references(config["output_layers"])]
        return inputs, outputs

    def _chain(
        self, entries: list[dict[str, Any]], path: str, given: list[Output] | None
    ) -> tuple[list[Output], list[Output]]:
        first = current = given
        for entry in entries:
            if entry["class_name"] != "InputLayer":
                if current is None:
                    raise StructureError("a Sequential model without an Input")
                found = self._call(entry, current, {}, path)
                current = [(found, 0)] if isinstance(found, int) else found
            elif current is None:
                first = current = [(self.add(self._input(entry["config"]), []), 0)]
        if first is None or current is None:
            raise StructureError("an empty Sequential model")
        return first, current

    def _input(self, config: dict[str, Any]) -> list[Any]:
        shape = list(config.get("batch_shape") or config.get("batch_input_shape") or ())[1:]
        if not self.sizes:
            shape = [None] * (len(shape) - 1) + shape[-1:]
        dtype = config.get("dtype")
        return ["Input", shape] if dtype == "float32" else ["Input", shape, dtype]

    def _call(
        self, entry: dict[str, Any], sources: list[Output], options: dict[str, Any], path: str
    ) -> _Found:
        kind, config = entry["class_name"], entry["config"]
        name = path + (entry.get("name") or config["name"])
        if "layers" in config and kind in ("Functional", "Sequential", "Model"):
            return self.model(kind, config, f"{name}/", sources)[1]
        if kind == "CustomScaleLayer":  # of keras.applications: x + scale·y
            x, y = sources
            scaled = self.add(["Rescaling", {"offset": 0.0, "scale": config["scale"]}], [y])
            return self.add(["Add", {}], [x, (scaled, 0)])
        plain = _plain(config)
        rank = _rank(entry)
        for key in ("axis", "axes"):
            if key in plain and rank:
                plain[key] = _from_the_end(plain[key], rank)
        if set(plain.get("kernel_size", (0,))) == {1} and "Transpose" not in kind:
            plain.pop("padding", None)  # such a kernel never reaches over the border
        activation = plain.get("activation")
        if kind in ("ReLU", "Softmax", "Activation"):
            activation, plain = _as_activation(kind, plain), {}
            if activation is not None:
                return self._activation(activation, sources, name)
            plain = _plain(config)
        elif activation is not None and _applies_it_last(kind):
            del plain["activation"]
        else:
            activation = None
        module = entry.get("module") or ""
        where = "" if module.startswith("keras.layers") or not module else module
        label = [kind, plain, options, where] if options or where else [kind, plain]
        found = self.add(label, sources, name)
        return found if activation is None else self._activation(activation, [(found, 0)], "")

    def _activation(self, activation: Any, sources: list[Output], name: str) -> _Found:
        if activation == "linear":
            return sources
        return self.add(["Activation", activation], sources, name)


def _pick(found: _Found, output: int) -> Output:
    """One output of what was called: a vertex, or a model in the model."""
    return (found, output) if isinstance(found, int) else found[output]


def _plain(value: Any) -> Any:
    """A config without what does not change the function, its classes as names."""
    if isinstance(value, dict):
        if "class_name" in value and "config" in value:
            inner = _plain(value["config"])
            return inner if value["class_name"] == "function" else [value["class_name"], inner]
        return {
            key: _plain(inner)
            for key, inner in value.items()
            if key not in _NOT_FUNCTION
            and key.rpartition("_")[2] not in _SETTINGS
            and inner is not None
        }
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _rank(entry: dict[str, Any]) -> int:
    """Number of dimensions of a layer's (first) input with the batch; 0 if it is not known."""
    shape: Any = (entry.get("build_config") or {}).get("input_shape")
    for value in entry.get("inbound_nodes") or ():
        shape = next(_shapes(value), shape)
        break
    while isinstance(shape, list | tuple) and shape and isinstance(shape[0], list | tuple):
        shape = shape[0]
    return len(shape) if isinstance(shape, list | tuple) else 0


def _from_the_end(axis: Any, rank: int) -> Any:
    """An axis, or a list of them, counted from the last one: -1."""
    if isinstance(axis, list):
        return [_from_the_end(a, rank) for a in axis]
    return axis - rank if isinstance(axis, int) and axis >= 0 else axis


def _applies_it_last(kind: str) -> bool:
    """Whether the argument `activation` is the same as an activation after the layer.

    It is for layers that have none by default; those whose states pass through one have.
    """
    field = fields(layer_types()[kind]).get("activation") if kind in layer_types() else None
    return field is not None and field.default is None


def _as_activation(kind: str, plain: dict[str, Any]) -> Any:
    """The activation that a layer is, by its name or its config; None if it has none."""
    if kind == "Activation":
        return plain.get("activation")
    if kind == "Softmax":
        return "softmax" if plain.get("axis", -1) in (-1, [-1]) else None
    if plain.get("negative_slope") or plain.get("threshold"):
        return None
    return {None: "relu", 6: "relu6"}.get(plain.get("max_value"))


def _order(
    entries: dict[str, dict[str, Any]], done: dict[tuple[str, int], _Found]
) -> Iterator[tuple[str, int]]:
    """Calls of layers, each after those that it reads; the generator waits until one is done."""
    waiting: list[tuple[str, int]] = []
    readers: dict[tuple[str, int], list[tuple[str, int]]] = {}
    missing: dict[tuple[str, int], int] = {}
    for name, entry in entries.items():
        for number, arguments in enumerate(entry.get("inbound_nodes") or ()):
            key = (name, number)
            sources = {(n, k) for n, k, _ in _tensors(arguments)} - done.keys()
            missing[key] = len(sources)
            for source in sources:
                readers.setdefault(source, []).append(key)
            if not sources and key not in done:
                waiting.append(key)
    waiting.reverse()
    while waiting:
        key = waiting.pop()
        yield key
        for reader in reversed(readers.get(key, ())):
            missing[reader] -= 1
            if not missing[reader]:
                waiting.append(reader)


def _references(value: Any) -> Iterator[tuple[str, int, int]]:
    """``["fc", 0, 0]``, a list of those, or a map of them."""
    if isinstance(value, dict):
        value = list(value.values())
    if len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int):
        yield value[0], value[1], value[2]
        return
    for inner in value:
        yield from _references(inner)


def _tensors(value: Any) -> Iterator[tuple[str, int, int]]:
    """The tensors in the arguments of a call: layer, number of the call, output."""
    for config in _tensor_configs(value):
        name, node, output = config["keras_history"]
        yield name, node, output


def _shapes(value: Any) -> Iterator[Any]:
    """The shapes of the tensors in the arguments of a call."""
    return (config["shape"] for config in _tensor_configs(value))


def _tensor_configs(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _tensor_configs(inner)


def _options(arguments: Any) -> dict[str, Any]:
    """Arguments by name that are no tensors and not left out."""
    named = arguments.get("kwargs", {}) if isinstance(arguments, dict) else {}
    return {
        key: value
        for key, value in named.items()
        if value is not None and key not in ("training", "mask") and not any(_tensors(value))
    }
