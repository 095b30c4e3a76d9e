"""Shaped graph to Python source that builds the same Keras model.

The source has a function for each block and a loop for each repeat. Before it is given out it is
rehearsed without Keras: if it would not make the very layers, names and wires of the graph, a
plain source with a line for each layer is given instead.
"""

from archspec.emit.python.flat import flat_source
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.rehearsal import rehearse
from archspec.emit.python.structured import structured_source
from archspec.infer import ShapedGraph


def emit(shaped: ShapedGraph) -> str:
    """Python source with a function that builds the model, and a main part that prints it."""
    try:
        source = structured_source(shaped)
    except UnstructuredError:
        return flat_source(shaped)
    return source if rehearse(source, shaped) else flat_source(shaped)
