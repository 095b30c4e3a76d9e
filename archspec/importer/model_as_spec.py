"""A model file in place of a spec: what it holds, checked as a flat spec would be."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import Source
from archspec.importer.flat_data import flat_data
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.layer_names import named
from archspec.importer.read import read_model
from archspec.infer.infer import ShapedGraph
from archspec.parse.document import Document, Marks
from archspec.pipeline import no_collection, shape_document


def shape_model(
    path: str, sink: Sink, values: Mapping[str, Any] | None = None
) -> ShapedGraph | None:
    """The shaped graph of a model file; None after reporting.

    What is said of its network names layers; ``values`` are refused, for it has no parameters.
    """
    with no_collection():
        graph = read_model(path, sink)
        return None if graph is None else shape_flat(graph, path, sink, values)


def shape_flat(
    graph: FlatGraph, path: str, sink: Sink, values: Mapping[str, Any] | None = None
) -> ShapedGraph | None:
    """The shaped graph of a network that was read from a file; None after reporting."""
    data = flat_data(graph, original=True)
    document = Document(Source(path, ""), data, Marks.nowhere)
    inner = Sink(selection=sink.selection)
    shaped = shape_document(document, inner, values)
    _hand_on(inner, path, data, sink)
    return shaped


def _hand_on(inner: Sink, path: str, data: dict[str, Any], sink: Sink) -> None:
    """Tell what was found; the same warning of many layers once, with their names."""
    place = SourcePlace(Source(path, ""))
    first: dict[str, str] = {}
    for found in inner.found:
        if found.source.name != path:  # a value of --set
            sink.report(found.code, found.place, found.message, notes=found.notes, help=found.help)
            continue
        told = named(found, path, data)
        message = told.message
        if not is_error(found.code):
            message = first.setdefault(found.code, message)
        node = told.layer if message is not told.message else None
        sink.report(found.code, place, message, notes=told.notes, help=told.help, node=node)
        for other in found.repeats:
            sink.report(found.code, place, message, node=other)
