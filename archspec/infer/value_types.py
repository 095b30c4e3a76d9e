"""Types of values through a graph: floats, whole numbers, truth values, text.

Almost all networks read floats and are done with; only what comes from another input, or from a
layer that makes whole numbers, is followed.
"""

from archspec.diagnostics.sink import Sink
from archspec.expand.graph import Graph, Node
from archspec.layers.measure import Facts
from archspec.shapes.dtypes import DTYPES, DtypeError


def check_dtypes(graph: Graph, facts: list[Facts], sink: Sink) -> None:
    """Report layers that cannot take values of the type that they read.

    What follows such a layer, one without shapes, or one of somebody else's that does not say what
    it takes, is not looked at.
    """
    found: list[str | None] = []
    for node, known in zip(graph.nodes, facts, strict=True):
        dtypes = [found[index] for index, _ in node.inputs]
        read = tuple(dtype for dtype in dtypes if dtype is not None)
        silent = not node.layer.kinds_read() and any(DTYPES[d] != "float" for d in read)
        if not known.outputs or len(read) < len(dtypes) or silent:
            found.append(None)
            continue
        try:
            found.append(node.layer.output_dtype(*read))
        except DtypeError as error:
            _report(error, graph, node, sink)
            found.append(None)


def _report(error: DtypeError, graph: Graph, node: Node, sink: Sink) -> None:
    assert node.item is not None  # inputs read nothing
    at = node.item.place.key()
    if sink.again("AS409", at, node.name):
        return
    names = [graph.nodes[index].name for index, _ in node.inputs]
    notes = ["it reads " + ", ".join(f"`{name}`" for name in names)]
    help = [error.help] if error.help else []
    sink.report("AS409", at, error.message, notes=notes, help=help, node=node.name)
