"""Types of values through a graph: floats, whole numbers, truth values, text.

Almost all networks read floats and are done with; only what comes from another input, or from a
layer that makes whole numbers, is followed.
"""

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Sink
from archspec.expand.graph import Graph, Node
from archspec.layers.measure import Facts
from archspec.shapes.dtypes import DTYPES, DtypeError


def value_types(graph: Graph, facts: list[Facts], sink: Sink | None = None) -> list[str | None]:
    """Type of what each node gives, after reporting layers that cannot take what they read.

    None for what follows such a layer, one without shapes, or one of somebody else's that does not
    say what it takes.
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
            if sink is not None:
                _report(error, graph, node, read, sink)
            found.append(None)
    return found


def _report(error: DtypeError, graph: Graph, node: Node, read: tuple[str, ...], sink: Sink) -> None:
    assert node.item is not None  # inputs read nothing
    at = node.item.place.key()
    if sink.again("AS409", at, node.name):
        return
    names = [graph.nodes[index].name for index, _ in node.inputs]
    notes = ["it reads " + ", ".join(f"`{name}`" for name in names)]
    help: list[Fix | str] = [error.help] if error.help else []
    kinds = {DTYPES[dtype] for dtype in read}
    if len(node.inputs) == 1 and kinds <= {"int", "bool"} and "float" in node.layer.kinds_read():
        from archspec.expand.edits import write_before  # for what is wrong only

        written = write_before(node.item, {"Rescaling": 1})
        if written:
            message = "`Rescaling: 1` before it makes floating-point numbers of them"
            help = [Fix(message, written, otherwise=error.help)]
            if kinds == {"int"}:
                help.append("an Embedding makes vectors of them")
    sink.report("AS409", at, error.message, notes=notes, help=help, node=node.name)
