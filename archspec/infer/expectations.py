"""Checks what a spec expects against what inference found."""

from collections.abc import Sequence
from typing import Any

from archspec.diagnostics.sink import Note, Sink
from archspec.expand.graph import Expected, Graph, Ref
from archspec.formulas.explain import ExpressionError
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.infer.path_text import path_text
from archspec.layers.core import Input
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.check_values import show
from archspec.spec.types import Expect

_MOST_WITH_HELP = 3
_MOST_WITH_SIZES = 50
_MOST_NODES = 2_000
_FARTHEST = 16
"""How far from the input's size others are tried."""

_COUNTS = {
    "params": "parameters",
    "trainable_params": "trainable parameters",
    "macs": "multiply-accumulate operations",
}


def check_expectations(shaped: ShapedGraph, sink: Sink) -> None:
    """Report every expectation that does not hold."""
    spec = shaped.graph.spec
    before = sink.count
    wrong, broken = _Wrong(shaped.graph), shaped.broken
    for expected in shaped.graph.expected:
        if spec.changed and not expected.expect.values.names:
            continue  # plain numbers hold for the values for which they were written
        if not broken.isdisjoint(range(expected.start, expected.end)):
            continue  # the mistake in it has been told
        if not all(shaped.facts[index].outputs for index, _ in expected.output):
            continue  # a mistake before it has been told
        output = shaped.shape(expected.output[0]) if len(expected.output) == 1 else None
        values = expected.values
        if expected.output[0][0] in wrong:  # a shape before it is wrong, so this one is too
            values = {k: v for k, v in values.items() if k != "shape"}
        elif output is not None and "shape" in values and not _matches(output, values["shape"]):
            wrong.add(expected.output[0][0])
        _compare(values, expected.expect, expected.name, output, shaped, expected, sink)
    # A layer that is not as expected explains totals that are not.
    if spec.expect is None or sink.count > before or broken or not shaped.graph.whole:
        return
    try:
        numbers = spec.expect.values.evaluate(spec.values)
    except ExpressionError as error:
        sink.report(error.code, spec.expect.place, error.message)
        return
    outputs = shaped.graph.outputs
    output = shaped.shape(outputs[0]) if len(outputs) == 1 else None
    _compare(numbers, spec.expect, spec.name, output, shaped, None, sink)


class _Wrong:
    """The nodes whose shapes are not as expected, and all that depend on them."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        self._flags: list[bool] = []
        """For the nodes that were asked for, and those before."""
        self._some = False

    def __contains__(self, index: int) -> bool:
        return self._some and self._is_wrong(index)

    def _is_wrong(self, index: int) -> bool:
        flags = self._flags
        for number in range(len(flags), index + 1):
            flags.append(any(flags[s] for s, _ in self._nodes[number].inputs))
        return flags[index]

    def add(self, index: int) -> None:
        """A node is wrong, and those are that depend on it."""
        if self._is_wrong(index):
            return
        self._some = True
        flags = self._flags
        flags[index] = True
        for number in range(index + 1, len(flags)):
            flags[number] = flags[number] or any(flags[s] for s, _ in self._nodes[number].inputs)


def _count(shaped: ShapedGraph, key: str, expected: Expected | None) -> int:
    """A count of the whole network, or of the nodes that an item became."""
    if expected is None:
        total: int = getattr(shaped, key)
        return total
    return shaped.total(key, expected.start, expected.end)


def _compare(
    numbers: dict[str, Any],
    expect: Expect,
    name: str,
    output: Shape | None,
    shaped: ShapedGraph,
    expected: Expected | None,
    sink: Sink,
) -> None:
    source = [f"the expected number is from: {expect.source}"] if expect.source else []
    shape = numbers.get("shape")
    written = expect.place.document.at(expect.place.path)
    inner = isinstance(written, dict)
    if shape is not None:
        place = expect.place.at("shape") if inner else expect.place
        if output is None:
            sink.report("AS405", place, f"`{name}` has several outputs, so no one shape", node=name)
        elif not _matches(output, shape) and not sink.again("AS405", place, name):
            notes: list[Note | str] = [*source]
            at = expected.output[0][0] if expected else shaped.graph.outputs[0][0]
            if sink.count < _MOST_WITH_SIZES:
                notes.append("sizes: " + path_text(shaped.graph, shaped.facts, at, to_end=True))
            if expected is not None and expected.end - expected.start == 1:
                node = shaped.nodes[at]
                notes += [f"here {line}" for line in node.layer.derivation(*node.input_shapes)]
            message = f"`{name}` gives {format_shape(output)}, but {_show_shape(shape)} is expected"
            help = _other_inputs(shaped, at, shape) if sink.count < _MOST_WITH_HELP else []
            sink.report("AS405", place, message, notes=notes, help=help, node=name)
    for key, word in _COUNTS.items():
        wanted = numbers.get(key)
        if wanted is None:
            continue
        place = expect.place.at(key) if inner else expect.place
        if not isinstance(wanted, int) or isinstance(wanted, bool):
            sink.report("AS104", place, f"`{key}` must be a whole number, not {show(wanted)}")
            continue
        found = _count(shaped, key, expected)
        if wanted != found and not sink.again("AS406", place, name):
            more = found - wanted
            message = f"`{name}` has {found:,} {word}, but {wanted:,} are expected"
            notes = [*source, f"that is {abs(more):,} {'more' if more > 0 else 'fewer'}"]
            if key == "macs" and wanted == 2 * found:
                notes.append("twice as many are FLOPs: a multiplication and an addition each")
            elif key == "macs":
                pass
            elif expected is not None and expected.end - expected.start == 1:
                notes.append(f"its weights: {_weights(shaped.nodes[expected.start])}")
            elif key == "params":
                notes += _suspects(shaped, more, expected)
            sink.report("AS406", place, message, notes=notes, node=name)


def _suspects(shaped: ShapedGraph, more: int, expected: Expected | None) -> list[str]:
    """Layers, or their biases, that have just the number of parameters that is too many."""
    nodes = shaped.nodes[expected.start : expected.end] if expected else shaped.nodes
    notes = [f"`{n.name}` has just as many" for n in nodes if n.params and n.params == more][:2]
    biases = sum(w.count for n in nodes for w in n.facts.weights if w.name == "bias" and n.params)
    if biases and biases == more:
        notes.append("all biases together have just as many: `use_bias: false`?")
    frozen = sum(n.params - n.trainable_params for n in nodes)
    if frozen and frozen == more:
        notes.append("those that training does not change are just as many: are they counted?")
    if not notes:
        largest = sorted((n for n in nodes if n.params), key=lambda n: -n.params)[:3]
        if largest:
            listed = ", ".join(f"{n.name} {n.params:,}" for n in largest)
            notes.append(f"the largest layers: {listed}")
    return notes


def _weights(node: ShapedNode) -> str:
    """``kernel 5×5×1×6 = 150, bias 6``."""
    found = []
    for weight in node.facts.weights:
        product = f" = {weight.count:,}" if len(weight.shape) > 1 else ""
        found.append(f"{weight.name} {format_shape(weight.shape)}{product}")
    return ", ".join(found) or "none"


def _other_inputs(shaped: ShapedGraph, index: int, wanted: Any) -> list[str]:
    """The nearest square input with which the shape would be as expected."""
    from archspec.infer.fixes import shapes_with
    from archspec.infer.input_sizes import only_input  # for what is wrong only

    graph = shaped.graph
    only = only_input(graph)
    if only is None or len(set(only[1][:-1])) > 1 or len(graph.nodes) > _MOST_NODES:
        return []
    at, shape = only
    size = shape[0] or 0
    # What is expected before it must be right too.
    before = [((index, 0), wanted)]
    for other in graph.expected:
        where = other.output[0]
        if where[0] < index and len(other.output) == 1 and other.values.get("shape") is not None:
            before.append((where, other.values["shape"]))
    for distance in range(1, _FARTHEST + 1):
        for near in (size + distance, size - distance):
            if near < 1:
                continue
            changed = (*(near,) * (len(shape) - 1), shape[-1])
            shapes = shapes_with(graph, {at: Input(shape=changed)})
            if all(_fits(shapes, where, as_) for where, as_ in before):
                return [f"with an input of {format_shape(changed)} it would be as expected"]
    return []


def _fits(shapes: Sequence[tuple[Shape, ...] | None], where: Ref, wanted: Any) -> bool:
    outputs = shapes[where[0]]
    return outputs is not None and _matches(outputs[where[1]], wanted)


def _matches(shape: Shape, wanted: Any) -> bool:
    if not isinstance(wanted, list) or len(wanted) != len(shape):
        return False
    return all(w is None or w == s for w, s in zip(wanted, shape, strict=True))


def _show_shape(wanted: Any) -> str:
    if isinstance(wanted, list) and all(isinstance(w, int | None) for w in wanted):
        return format_shape(tuple(wanted))
    return show(wanted)
