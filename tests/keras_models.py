"""What there is to compare of Keras models; only what has imported Keras uses this."""

import ast
from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple


class Described(NamedTuple):
    """A model as plain values."""

    name: str
    params: int
    trainable: int
    inputs: list[tuple[str, list[int | None], str]]
    outputs: list[list[int | None]]
    layers: dict[str, tuple[str, list[tuple[int, ...]], list[bool]]]
    """By name the class, the shapes of the weights, and which of them are trained."""
    wires: dict[str, Any]

    def differences(self, other: "Described") -> Iterator[str]:
        """What is not the same in another model."""
        for what, one, two in zip(self._fields, self, other, strict=True):
            if one == two:
                continue
            if isinstance(one, dict) and isinstance(two, dict):
                name = next(n for n in (*one, *two) if one.get(n) != two.get(n))
                yield f"{what} of {name}: {two.get(name)} instead of {one.get(name)}"
            else:
                yield f"{what}: {two} instead of {one}"


def described(model: Any) -> Described:
    """A model."""
    sizes = [prod(w.shape) for w in model.weights]
    trained = sum(prod(w.shape) for w in model.trainable_weights)
    layers = {}
    for layer in model.layers:
        own = {id(w) for w in layer.trainable_weights}
        shapes = [tuple(w.shape) for w in layer.weights]
        layers[layer.name] = (type(layer).__name__, shapes, [id(w) in own for w in layer.weights])
    inputs = [(t.name, list(t.shape[1:]), t.dtype) for t in model.inputs]
    outputs = [list(t.shape[1:]) for t in model.outputs]
    # What Keras adds for masks has names that go on from model to model.
    nodes = {x["name"]: x["inbound_nodes"] for x in model.get_config()["layers"]}
    wires = {name: _read([n["args"] for n in nodes[name]]) for name in layers}
    return Described(model.name, sum(sizes), trained, inputs, outputs, layers, wires)


def _read(value: Any) -> list[Any]:
    """The outputs that stand in the arguments of calls."""
    if isinstance(value, dict):
        found = value.get("config", {}).get("keras_history")
        return [found] if found else [h for v in value.values() for h in _read(v)]
    return [h for v in value for h in _read(v)] if isinstance(value, list | tuple) else []


def made_by_source(source: str) -> Any:
    """The model that a source with a function for it makes."""
    space: dict[str, Any] = {"__name__": "source"}
    exec(compile(source, "source", "exec"), space)
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    return space[functions[-1].name]()


def read_back(model: Any) -> Any:
    """The model that Keras makes of the config of a model."""
    import keras

    return keras.models.model_from_json(model.to_json())
