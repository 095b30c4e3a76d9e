"""The Python source of a spec, run, and its model compared with the one that was built."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Any

from archspec.emit.keras.build import Built, declaring, undisturbed
from archspec.emit.keras.raised import first_lines
from archspec.emit.python import emit as emit
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.network import Network
from archspec.weights.comparison.differences import differences
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.pairing.same import one_to_one
from archspec.weights.structure.structure import structure_of


def cannot_run(shaped: ShapedGraph, built: Built) -> str:
    """Why the source cannot be run here, whatever is in it; empty if it can.

    PyTorch refuses the dots in the names, and a plugin may make its class where only archspec
    finds it.
    """
    import keras

    if keras.backend.backend() == "torch" and any("-" in x.name for x in built.model.layers):
        return "PyTorch refuses the dots in its names"
    for node in shaped.nodes:
        for kind in _types(node.layer) if node.live and node.node.inputs else ():
            if not kind.keras_class and not hasattr(keras.layers, kind.__name__):
                return f"keras.layers has no {kind.__name__}"
    return ""


def _types(layer: Layer) -> Iterator[type[Layer]]:
    """The class of a layer, and those of the layers in it."""
    if isinstance(layer, Network):
        for node in layer.nodes[1:]:
            yield from _types(node.layer)
        return
    yield type(layer)
    for value in layer.arguments().values():
        if isinstance(value, Layer):
            yield from _types(value)


def source_problems(shaped: ShapedGraph, built: Built) -> list[str]:
    """What differs between the built model and that of the source which `compile` writes.

    Compared are the graphs, the names of layers, inputs and model, what is trained, and the shapes
    of weights; these get no values.
    """
    try:
        source = emit(shaped)
        with undisturbed(len(shaped.graph.nodes)):
            made = _model(source)
    except Exception as error:  # whatever the source does
        told = f"{type(error).__name__}: {first_lines(error, 1)[0]}"
        return [f"Python source: it cannot be run: {told}"]
    first, second = structure_of(built.model), structure_of(made)
    found = []
    if conflict := one_to_one(first, second)[1]:
        found += differences(first, second).told or [conflict]
    found += _apart("names", _names(built.model), _names(made))
    found += _apart("weights", _weights(built.model), _weights(made))
    return [f"Python source: {problem}" for problem in found]


def _model(source: str) -> Any:
    """The model of a source, made as a file that is run would make it."""
    import keras

    space: dict[str, Any] = {"__name__": __name__}  # its classes are archspec's
    registered = dict(keras.saving.get_custom_objects())
    exec(compile(source, "<source>", "exec"), space)
    keras.saving.get_custom_objects().update(registered)  # it may have its own of the same name
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    make = space[functions[-1].name]
    try:
        with declaring(values=False):
            return make()
    except Exception as error:
        if "stateless scope" not in str(error):
            raise
    return make()  # a layer that makes a variable of an array


def _names(model: Any) -> list[str]:
    """The names of the model, of its inputs in order, and of its layers."""
    layers = sorted(layer.name for layer in model.layers)
    return [f"model {model.name}", *(f"input {t.name}" for t in model.inputs), *layers]


def _weights(model: Any) -> list[str]:
    """Each weight: its layer, its shape, and whether it is trained."""
    return [
        f"{name} {tuple(w.shape)} {'trained' if w.trainable else 'frozen'}"
        for name, layer in weighted_layers(model)
        for w in layer.weights
    ]


def _apart(what: str, ours: list[str], theirs: list[str]) -> list[str]:
    """What only one of two lists has, or that their order differs."""
    if ours == theirs:
        return []
    lost, new = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    sides = (("without", lost), ("with", new))
    told = [f"{side} {', '.join([*some][:3])}" for side, some in sides if some]
    return [f"{what}: {'; '.join(told) or 'in another order'}"]
