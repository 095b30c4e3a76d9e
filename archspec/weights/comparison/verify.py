"""Proof that inference was right: the model that Keras builds, compared with the shaped graph."""

from typing import Any, NamedTuple

from archspec.emit.keras.build import Built, call_layer
from archspec.emit.keras.interrupts import check_interrupt
from archspec.emit.keras.raised import first_lines
from archspec.emit.keras.random_inputs import BATCH, calmed, random_inputs
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.shapes.shape import Shape, format_shape
from archspec.weights.comparison.outputs import difference as difference
from archspec.weights.comparison.outputs import is_finite


class VerifiedNode(NamedTuple):
    """A node, what archspec says of it, and how Keras differs."""

    name: str
    kind: str
    shape: str
    params: int
    problems: tuple[str, ...]


class Verification(NamedTuple):
    """All rows, and what is wrong with the model as a whole."""

    rows: list[VerifiedNode]
    problems: list[str]
    inputs: dict[int, Any] | None
    """The random input for which it was calculated, by the index of the node; None if it was not."""

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.problems and not any(row.problems for row in self.rows)


def verify(shaped: ShapedGraph, built: Built, seed: int = 0, run: bool = True) -> Verification:
    """Compare every shape and weight, the totals, and what comes out for random input.

    The layers are called one after the other on random input, so that their real outputs are
    compared too, and the model as a whole must give the same; ``run=False`` leaves that out, and
    it is left out where no sizes are found in which the network can be calculated.
    """
    import numpy as np

    problems = _total_problems(shaped, built)
    real: dict[int, list[Shape]] = {}
    failed: dict[int, str] = {}
    inputs = random_inputs(shaped, built, np.random.default_rng(seed)) if run else None
    if inputs is not None:
        values, real, failed = _run(shaped, built, inputs)
        if failed:  # sums of small numbers may lie outside of a table, those of 0 do not
            calm = calmed(inputs)
            again = _run(shaped, built, calm)
            if not again[2]:
                inputs, (values, real, failed) = calm, again
        if not failed:
            problems += _output_problems(shaped, built, inputs, values)
    rows = []
    for node in shaped.nodes:
        if node.live:
            wrong = (
                *_shape_problems(node, built, real.get(node.index)),
                *_weight_problems(shaped, node, built),
                *((failed[node.index],) if node.index in failed else ()),
            )
            shape = ", ".join(format_shape(s) for s in node.facts.outputs)
            rows.append(
                VerifiedNode(node.name, type(node.layer).__name__, shape, node.params, wrong)
            )
    return Verification(rows, problems, inputs)


def _run(
    shaped: ShapedGraph, built: Built, inputs: dict[int, Any]
) -> tuple[dict[int, list[Any]], dict[int, list[Shape]], dict[int, str]]:
    """Values of the nodes that are outputs, and the shapes of all; others are forgotten early.

    Where Keras raises an error, it ends there: the third result says at which node.
    """
    import keras

    last: dict[int, int] = {index: len(shaped.nodes) for index, _ in shaped.graph.outputs}
    for node in shaped.nodes:
        if node.live:
            for source, _ in node.node.inputs:
                last[source] = max(node.index, last.get(source, 0))
    values: dict[int, list[Any]] = {}
    shapes: dict[int, list[Shape]] = {}
    for node in shaped.nodes:
        if not node.live:
            continue
        check_interrupt()
        index = node.index
        if node.node.inputs:
            made = built.layers[node.node.shares if node.node.shares >= 0 else index]
            given = [values[source][output] for source, output in node.node.inputs]
            try:
                values[index] = call_layer(node.layer, made, given, **_inference(made))
            except Exception as error:  # each backend has its own
                told = " ".join(first_lines(error, 2))
                return values, shapes, {index: f"Keras cannot calculate it: {told}"}
            for source, _ in node.node.inputs:
                if last[source] == index:
                    values.pop(source, None)
        else:
            values[index] = [keras.ops.convert_to_tensor(inputs[index])]
        shapes[index] = [tuple(int(size) for size in value.shape) for value in values[index]]
    return values, shapes, {}


def _inference(layer: Any) -> dict[str, bool]:
    """Arguments that keep a layer from what it does in training, at random."""
    import inspect

    takes = "training" in inspect.signature(layer.call).parameters
    return {"training": False} if takes else {}


def _shape_problems(node: ShapedNode, built: Built, real: list[Shape] | None) -> list[str]:
    ours = node.facts.outputs
    symbolic = [tuple(tensor.shape) for tensor in built.outputs[node.index]]
    if len(symbolic) != len(ours):
        return [f"{len(symbolic)} outputs in Keras, not {len(ours)}"]
    found = []
    for number, (shape, told) in enumerate(zip(ours, symbolic, strict=True)):
        if told != (None, *shape):
            found.append(f"Keras says {format_shape(told[1:])}, not {format_shape(shape)}")
        came = real[number] if real else (BATCH, *told[1:])
        if came[0] != BATCH or not _fits(shape, came[1:]):
            found.append(f"Keras gave {format_shape(came[1:])}, not {format_shape(shape)}")
    return found


def _fits(told: Shape, came: Shape) -> bool:
    return len(told) == len(came) and all(a in (None, b) for a, b in zip(told, came, strict=True))


def _weight_problems(shaped: ShapedGraph, node: ShapedNode, built: Built) -> list[str]:
    layer = built.layers.get(node.index)
    if layer is None or node.layer.operation:
        return []
    trainable = shaped.graph.nodes[node.index].trainable
    ours = [(w.shape, w.trainable and trainable) for w in node.facts.weights]
    theirs = [(tuple(w.shape), bool(w.trainable)) for w in layer.weights]
    if [w[0] for w in ours] != [w[0] for w in theirs]:
        told = ", ".join(format_shape(shape) for shape, _ in theirs) or "none"
        return [f"weights in Keras: {told}"]
    wrong = [w.name for w, a, b in zip(node.facts.weights, ours, theirs, strict=True) if a != b]
    return [f"trainable in one, frozen in the other: {', '.join(wrong)}"] if wrong else []


def _total_problems(shaped: ShapedGraph, built: Built) -> list[str]:
    import math

    model = built.model
    totals = (
        ("parameters", shaped.params, model.weights),
        ("trainable parameters", shaped.trainable_params, model.trainable_weights),
    )
    found = []
    for what, ours, weights in totals:
        theirs = sum(math.prod(w.shape) for w in weights)
        if ours != theirs:
            found.append(f"{what}: {theirs:,} in Keras, not {ours:,}")
    return found


def _output_problems(
    shaped: ShapedGraph, built: Built, inputs: dict[int, Any], values: dict[int, list[Any]]
) -> list[str]:
    import keras

    given = [inputs[index] for index in shaped.graph.inputs.values()]
    try:
        result = built.model(given[0] if len(given) == 1 else given, training=False)
    except Exception as error:  # each backend has its own
        return [f"Keras cannot calculate the model: {' '.join(first_lines(error, 2))}"]
    result = keras.tree.flatten(result)
    found = []
    for number, (index, output) in enumerate(shaped.graph.outputs):
        whole = keras.ops.convert_to_numpy(result[number])
        steps = keras.ops.convert_to_numpy(values[index][output])
        name = shaped.nodes[index].name
        if not is_finite(whole):
            found.append(f"output `{name}`: not all values are finite numbers")
        elif (gap := difference(whole, steps)) > 1e-5:
            found.append(f"output `{name}`: the model and its layers differ by {gap:.1e}")
    return found
