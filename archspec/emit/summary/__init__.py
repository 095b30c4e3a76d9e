"""The summary of a network: one file for each format, with ``render(shaped, options)``.

A row for each layer or block, with their sums. MACs are multiply-accumulate operations for one
example; the receptive field is in steps of the input.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from archspec.files.modules import formats_in
from archspec.infer.infer import ShapedGraph

FORMATS = formats_in(__path__)
"""Names of the files beside this one."""

ALL = 10_000
"""A depth at which every block is open."""


class Options(NamedTuple):
    """How much is shown, and on what. A format passes over what is none of its business."""

    depth: int = 1
    """Levels of blocks that are shown, 1 for the outermost; some formats list every layer."""
    widest: int | None = None
    """Columns of the terminal."""
    most_rows: int | None = None
    color: bool = False


PLAIN = Options()

Summary = Callable[[ShapedGraph, Options], str]


def summary(shaped: ShapedGraph, format: str = "text", options: Options = PLAIN) -> str:
    """The summary in a format; ends with a line break."""
    render: Summary = import_module(f"{__name__}.{format}").render
    return render(shaped, options)
