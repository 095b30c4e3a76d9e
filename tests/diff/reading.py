"""Specs in short, and what is said of two of them."""

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.diff.compare import Comparison
from archspec.diff.text import text
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.pipeline import shape_document
from tests.diff.holding import compare_both_ways

HEAD = "archspec: 1\nname: net\n"


def shaped(spec: str, **values: object) -> ShapedGraph:
    """The network of a text; without an input it gets one of 32×32×3."""
    if "input:" not in spec and "inputs:" not in spec:
        spec = f"input: [32, 32, 3]\n{spec}"
    sink = Sink()
    document = parse(Source("net.yaml", HEAD + spec), sink)
    assert document is not None
    found = shape_document(document, sink, values)
    assert found is not None, sink.diagnostics
    return found


def compared(first: str | ShapedGraph, second: str | ShapedGraph) -> Comparison:
    """The comparison of two, held to what must hold of every one."""
    both = [shaped(s) if isinstance(s, str) else s for s in (first, second)]
    return compare_both_ways(*both)


def told(first: str | ShapedGraph, second: str | ShapedGraph) -> list[str]:
    """The lines of changes."""
    return [f"{sign} {line}" for sign, line in text(compared(first, second)) if sign]
