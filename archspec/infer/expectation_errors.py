"""What to say of an expectation that does not hold."""

from functools import cached_property
from heapq import nlargest
from typing import Any

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.expand.graph import Expected
from archspec.infer.claims import Claim
from archspec.infer.expectation_fixes import as_found, find_changes
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.infer.path_text import path_text
from archspec.infer.trials import Work
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.check_values import show
from archspec.spec.types import Expect

_MOST_WITH_HELP = 8
_MOST_WITH_SIZES = 50
_MOST_NODES = 2_000

_COUNTS = {
    "params": "parameters",
    "trainable_params": "trainable parameters",
    "macs": "multiply-accumulate operations",
}


class ExpectationErrors:
    """Reports expectations of one graph that do not hold."""

    def __init__(self, shaped: ShapedGraph, sink: Sink) -> None:
        self._shaped = shaped
        self._sink = sink

    def shape(
        self,
        shape: Any,
        expect: Expect,
        place: Place,
        name: str,
        output: Shape | None,
        expected: Expected | None,
    ) -> None:
        """Report a shape that is another one."""
        shaped, sink = self._shaped, self._sink
        if output is None:
            sink.report("AS405", place, f"`{name}` has several outputs, so no one shape", node=name)
            return
        if sink.again("AS405", place, name):
            return
        notes: list[Note | str] = [*_origin(expect)]
        at = expected.output[0][0] if expected else shaped.graph.outputs[0][0]
        if sink.count < _MOST_WITH_SIZES:
            notes.append("sizes: " + path_text(shaped.graph, shaped.facts, at, to_end=True))
        if expected is not None and expected.end - expected.start == 1:
            node = shaped.nodes[at]
            notes += [f"here {line}" for line in node.layer.derivation(*node.input_shapes)]
        message = f"`{name}` gives {format_shape(output)}, but {_show_shape(shape)} is expected"
        help = self._help(Claim("shape", shape, expected), place, output)
        sink.report("AS405", place, message, notes=notes, help=help, node=name)

    def count(
        self,
        key: str,
        wanted: int,
        found: int,
        expect: Expect,
        place: Place,
        name: str,
        expected: Expected | None,
    ) -> None:
        """Report a count that is another one."""
        shaped, sink = self._shaped, self._sink
        if sink.again("AS406", place, name):
            return
        more = found - wanted
        message = f"`{name}` has {found:,} {_COUNTS[key]}, but {wanted:,} are expected"
        notes = [*_origin(expect), f"that is {abs(more):,} {'more' if more > 0 else 'fewer'}"]
        if key == "macs" and wanted == 2 * found:
            notes.append("twice as many are FLOPs: a multiplication and an addition each")
        elif key == "macs":
            pass
        elif expected is not None and expected.end - expected.start == 1:
            notes.append(f"its weights: {_weights(shaped.nodes[expected.start])}")
        elif key == "params":
            notes += _suspects(shaped, more, expected)
        help = self._help(Claim(key, wanted, expected), place, found)
        sink.report("AS406", place, message, notes=notes, help=help, node=name)

    def _help(self, claim: Claim, place: Place, found: Any) -> list[Fix | str]:
        """What would make it hold; and the expectation as the network is."""
        graph = self._shaped.graph
        if self._sink.withholds(place):
            return []
        if self._sink.count >= _MOST_WITH_HELP or len(graph.nodes) > _MOST_NODES:
            return as_found(place, claim.wanted, found)
        written = as_found(place, claim.wanted, found)
        if isinstance(claim.wanted, list) and claim.wanted[1:] == list(found):
            return written
        changes = find_changes(graph, claim, self._work)
        if changes and len(self._work.claims.unmet(self._work.before)) > 1:
            return changes  # one mistake, of which each expectation tells
        return [*changes, *written]

    @cached_property
    def _work(self) -> Work:
        return Work(self._shaped.graph)


def _origin(expect: Expect) -> list[str]:
    """Where an expected number comes from."""
    return [f"the expected number is from: {expect.source}"] if expect.source else []


def _suspects(shaped: ShapedGraph, more: int, expected: Expected | None) -> list[str]:
    """Layers, or their biases, that have just the number of parameters that is too many."""
    nodes = shaped.nodes[expected.start : expected.end] if expected else shaped.nodes
    sized = [(n, n.params) for n in nodes if n.params]
    notes = [f"`{n.name}` has just as many" for n, params in sized if params == more][:2]
    biases = sum([w.count for n, _ in sized for w in n.facts.weights if w.name == "bias"])
    if biases and biases == more:
        notes.append("all biases together have just as many: `use_bias: false`?")
    frozen = sum([params - n.trainable_params for n, params in sized])
    if frozen and frozen == more:
        notes.append("those that training does not change are just as many: are they counted?")
    if not notes:
        largest = nlargest(3, sized, key=lambda pair: pair[1])
        if largest:
            listed = ", ".join(f"{n.name} {params:,}" for n, params in largest)
            notes.append(f"the largest layers: {listed}")
    return notes


def _weights(node: ShapedNode) -> str:
    """``kernel 5×5×1×6 = 150, bias 6``."""
    found = []
    for weight in node.facts.weights:
        product = f" = {weight.count:,}" if len(weight.shape) > 1 else ""
        found.append(f"{weight.name} {format_shape(weight.shape)}{product}")
    return ", ".join(found) or "none"


def _show_shape(wanted: Any) -> str:
    if isinstance(wanted, list) and all(isinstance(w, int | None) for w in wanted):
        return format_shape(tuple(wanted))
    return show(wanted)
