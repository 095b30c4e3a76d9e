"""Shaped graph to Python source that builds the same Keras model.

The source has a function for each block and a loop for each repeat. Before it is given out it is
rehearsed without Keras: it must make the very layers, names and wires of the graph. A graph that
blocks and loops of Python cannot follow has a line for each layer instead, and so has one whose
source fails its rehearsal: that is a fault of ours, but the plain source is right, which has been
rehearsed too, so that the user gets it, and is told.
"""

from typing import NamedTuple

from archspec.emit.python.flat import flat_source
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.rehearsal import difference
from archspec.emit.python.structured import structured_source
from archspec.infer.infer import ShapedGraph


class PythonSource(NamedTuple):
    """Source, and why it has a line for each layer, if it has."""

    text: str
    plain: str = ""
    """What blocks and loops of Python cannot follow; empty if they do."""
    fault: str = ""
    """What went wrong in writing blocks and loops, which is a bug; empty if nothing did."""


class RehearsalError(AssertionError):
    """A source with a line for each layer would not make the layers of its graph: a bug."""


def emit(shaped: ShapedGraph) -> str:
    """Python source with a function that builds the model, and a main part that prints it."""
    return write(shaped).text


def write(shaped: ShapedGraph) -> PythonSource:
    """The source, and what is to be said of it.

    Raises:
        RehearsalError: none was right.
    """
    plain = fault = ""
    try:
        source = structured_source(shaped)
        fault = difference(source, shaped)
        if not fault:
            return PythonSource(source)
    except UnstructuredError as error:
        plain = str(error)
    except Exception as error:  # told, not hidden: see above
        fault = f"{type(error).__name__}: {error}"
    source = flat_source(shaped)
    wrong = difference(source, shaped)
    if wrong:
        raise RehearsalError(wrong)
    return PythonSource(source, plain, fault)
