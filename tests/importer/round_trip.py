"""From a spec to a flat graph, folded, written, loaded again: the same network."""

import json
import time
from typing import NamedTuple

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.importer.bring import bring, totals
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.prove import differences
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document

_STATELESS = "stateless scope"


class RoundTrip(NamedTuple):
    """What came of a network."""

    text: str
    shaped: ShapedGraph | None
    wrong: list[str]
    seconds: float
    """Of folding, writing, loading and proving."""
    warnings: int = 0

    @property
    def lines(self) -> int:
        """Lines of the text, without those that say what is expected."""
        found = self.text.partition("\nexpect:")[0]
        return len([line for line in found.splitlines() if line.strip()])


def round_trip(graph: FlatGraph) -> RoundTrip:
    """Bring a graph in as `import` does, load what is written, and prove it."""
    start = time.perf_counter()
    sink = Sink()
    brought = bring(graph, "the graph", totals("imported from a test"), sink)
    if brought is None:
        wrong = [f"{d.code}: {d.message}" for d in sink.diagnostics]
        return RoundTrip("", None, wrong, time.perf_counter() - start)
    parsed = parse(Source("folded.yaml", brought.text), sink)
    shaped = shape_document(parsed, sink) if parsed is not None else None
    wrong = [f"not folded: {brought.unfolded}"] if brought.unfolded else []
    if shaped is None:
        errors = [d for d in sink.diagnostics if d.severity == "error"]
        wrong += [f"{d.code}: {d.message}" for d in errors] or ["no network"]
    else:
        wrong += differences(graph, shaped)
    warnings = sum(d.severity == "warning" for d in sink.diagnostics)
    return RoundTrip(brought.text, shaped, wrong, time.perf_counter() - start, warnings)


def keras_round_trip(shaped: ShapedGraph) -> RoundTrip:
    """The same for what the reader makes of the JSON of the model that Keras builds of a spec."""
    from archspec.emit.keras.build import build_model, declaring
    from archspec.importer.prove_built import prove_structure
    from archspec.importer.read.read import read_config

    sink = Sink()
    try:
        with declaring(values=False):
            built = build_model(shaped, sink)
        if built is None and any(
            _STATELESS in n.message for d in sink.diagnostics for n in d.notes
        ):
            sink = Sink()
            built = build_model(shaped, sink)  # a layer makes a variable of an array
    except ValueError as error:
        if "should be unique" not in str(error):  # a layer has the name of one that Keras adds
            raise
        built = None
    if built is None:
        return RoundTrip("", None, [], 0.0)  # `verify` says why
    whole = json.loads(built.model.to_json())
    start = time.perf_counter()
    graph = read_config(whole["class_name"], whole["config"], shaped.name, sink)
    if graph is None:
        wrong = [f"{d.code}: {d.message}" for d in sink.diagnostics]
        return RoundTrip("", None, wrong, time.perf_counter() - start)
    found = round_trip(graph)
    wrong, seconds = [*found.wrong], time.perf_counter() - start
    if found.shaped is not None:
        proof = prove_structure(found.shaped, whole["class_name"], whole["config"])
        wrong += [*proof.differences, *([] if proof.proved else proof.unproved)]
        if found.shaped.params != shaped.params:
            wrong.append(f"{found.shaped.params:,} parameters, not {shaped.params:,}")
    return found._replace(wrong=wrong, seconds=seconds)
