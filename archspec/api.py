"""The Python interface: load and check specs."""

import json
import os
from typing import Any

from archspec.diagnostics import Diagnostic as Diagnostic
from archspec.diagnostics import Sink
from archspec.infer import ShapedGraph
from archspec.parse import parse
from archspec.parse.document import Document
from archspec.pipeline import open_document, shape_document
from archspec.report import report
from archspec.source import Source


class SpecError(Exception):
    """A spec that has errors; its text is what ``archspec check`` prints."""

    def __init__(self, diagnostics: list[Diagnostic], message: str = "") -> None:
        super().__init__(message or report(diagnostics).rstrip())
        self.diagnostics = diagnostics
        """All errors and warnings, by file and line."""


class Network(ShapedGraph):
    """A checked network: ``name``, ``title``, ``nodes``, ``params``, ``trainable_params``, ``macs``.

    Every node has a ``name``, a ``layer``, an ``output_shape`` without the batch, ``params`` and
    ``macs``.
    """

    def summary(self, depth: int = 1) -> str:
        """The table of ``archspec summary``; ``depth`` is the number of levels of blocks."""
        from archspec.emit.summary import summary

        return summary(self, depth)

    def __repr__(self) -> str:
        nodes = self.graph.nodes
        plural = "s" if len(nodes) != 1 else ""
        return f"<Network {self.name}: {len(nodes):,} layer{plural}, {self.params:,} parameters>"

    def _repr_html_(self) -> str:
        """The summary as a table, for notebooks."""
        from archspec.emit.html import summary_html

        return summary_html(self)


def load(path: str | os.PathLike[str], /, **params: Any) -> Network:
    """The network of a spec file, with other values for its parameters if given.

    Raises:
        SpecError: the file cannot be read, the spec has errors, or it has blocks only.
    """
    sink = Sink()
    return _network(open_document(os.fspath(path), sink), sink, params)


def loads(text: str, /, **params: Any) -> Network:
    """The network of a spec that is given as text, YAML or JSON.

    Files that it extends or uses are looked for from the current folder.

    Raises:
        SpecError: the spec has errors, or it has blocks only.
    """
    sink = Sink()
    return _network(parse(Source("<text>", text), sink), sink, params)


def check(path: str | os.PathLike[str], /) -> list[Diagnostic]:
    """Everything that is wrong with a spec file, errors and warnings; empty if nothing is.

    Each has a ``code``, a ``severity``, a ``message``, ``notes``, ``help`` and a ``span`` of
    line and columns.
    """
    sink = Sink()
    document = open_document(os.fspath(path), sink)
    if document is not None:
        shape_document(document, sink)
    return sink.diagnostics


def _network(document: Document | None, sink: Sink, params: dict[str, Any]) -> Network:
    shaped = None
    if document is not None:
        shaped = shape_document(document, sink, {n: json.dumps(v) for n, v in params.items()})
    if shaped is not None:
        return Network(shaped.graph, shaped.facts)
    message = ""
    if not sink.errors and document is not None:
        message = f"{document.source.name} is a library of blocks, not a network"
    raise SpecError(sink.diagnostics, message)
