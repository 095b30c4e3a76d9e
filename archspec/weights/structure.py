"""The structure of a Keras model without its names: what calculates what from what.

Two models have the same structure if they calculate the same from the same weights and if one
can see so from the graph: names, initial values, regularisation and what is frozen do not count,
and an activation inside a layer is the same as one after it.
"""

import json
from typing import Any, NamedTuple

from archspec.weights.nodes import (
    MODELS,
    call_number,
    count_layers,
    options_of,
    order,
    references,
    tensors,
)
from archspec.weights.plain import (
    applies_it_last,
    as_activation,
    from_the_end,
    plain_config,
    rank_of,
)

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
    return _structure(type(model).__name__, model.get_config(), sizes)


def structure_of_config(kind: str, config: dict[str, Any], sizes: bool = True) -> Structure:
    """The structure of a model from its config, as in a ``.keras`` file or in one of Keras 2.

    Raises:
        StructureError: the model is neither functional nor sequential, or the config is none.
    """
    try:
        return _structure(kind, config, sizes, 1000 + _MOST_CALLS * count_layers(config))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StructureError("the config is none of a model that is a graph") from error


def _structure(
    kind: str, config: dict[str, Any], sizes: bool, most: int | None = None
) -> Structure:
    reader = _Reader(sizes, most)
    inputs, outputs = reader.model(kind, config, "", None)
    return Structure(reader.vertices, [index for index, _ in inputs], outputs)


_MOST_CALLS = 20
"""How often the layers of somebody else's model may be called, on average."""
_COMMUTATIVE = frozenset(("Add", "Multiply", "Average", "Maximum", "Minimum"))


class _Reader:
    def __init__(self, sizes: bool, most: int | None) -> None:
        self.sizes = sizes
        self.most = most
        self.vertices: list[Vertex] = []

    def add(self, label: Any, inputs: list[Output], layer: str = "") -> int:
        """A new vertex.

        Raises:
            StructureError: models in models that are called again and again make too many.
        """
        if self.most is not None and len(self.vertices) >= self.most:
            raise StructureError(f"it has more than {self.most:,} operations")
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
        for number, (name, node, _) in enumerate(references(config["input_layers"])):
            if given is None:
                inputs.append((self.add(self._input(by_name[name]["config"]), []), 0))
            else:
                inputs.append(given[number])
            done[name, node] = [inputs[-1]]
        for name, node in order(by_name, done):
            entry = by_name[name]
            arguments = entry["inbound_nodes"][node]
            sources = [_pick(done[n, k], o) for n, k, o in tensors(arguments, by_name)]
            options = options_of(arguments, by_name)
            done[name, node] = self._call(entry, sources, options, path)
        outputs = [
            _pick(done[n, call_number(by_name, n, k)], o)
            for n, k, o in references(config["output_layers"])
        ]
        return inputs, outputs

    def _chain(
        self, entries: list[dict[str, Any]], path: str, given: list[Output] | None
    ) -> tuple[list[Output], list[Output]]:
        first = current = given
        for entry in entries:
            if entry["class_name"] != "InputLayer":
                if current is None and "batch_input_shape" in entry["config"]:  # of Keras 2
                    first = current = [(self.add(self._input(entry["config"]), []), 0)]
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
        if isinstance(config, list):  # of a Sequential model before Keras 2.2.3
            config = {"name": "sequential", "layers": config}
        name = path + (entry.get("name") or config["name"])
        if "layers" in config and kind in MODELS:
            return self.model(kind, config, f"{name}/", sources)[1]
        if kind == "CustomScaleLayer":  # of keras.applications: x + scale·y
            x, y = sources
            scaled = self.add(["Rescaling", {"offset": 0.0, "scale": config["scale"]}], [y])
            return self.add(["Add", {}], [x, (scaled, 0)])
        plain = plain_config(config)
        rank = rank_of(entry)
        for key in ("axis", "axes"):
            if key in plain:
                plain[key] = from_the_end(plain[key], rank)
        if set(plain.get("kernel_size", (0,))) == {1} and "Transpose" not in kind:
            plain.pop("padding", None)  # such a kernel never reaches over the border
        activation = plain.get("activation")
        if kind in ("ReLU", "Softmax", "Activation"):
            activation, plain = as_activation(kind, plain), {}
            if activation is not None:
                return self._activation(activation, sources, name)
            plain = plain_config(config)
        elif activation is not None and applies_it_last(kind):
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
