"""The summary of a network as a table for a terminal."""

from archspec.diagnostics.characters import visible
from archspec.emit.summary import Options
from archspec.emit.summary._rows import HEADER, RIGHT, costs, heading, idle, summary_rows, totals
from archspec.emit.table import table
from archspec.infer.infer import ShapedGraph


def render(shaped: ShapedGraph, options: Options) -> str:
    """Name and title, a row for each layer or block, the totals, and what they come to."""
    title = visible(heading(shaped))
    if options.color:
        title = f"\x1b[1m{title}\x1b[0m"
    body = table(
        HEADER,
        [summary_rows(shaped, options.depth), totals(shaped)],
        right=RIGHT,
        flexible=(0, 1),
        widest=options.widest,
        color=options.color,
    )
    below = [visible(line) for line in (*costs(shaped), idle(shaped)) if line]
    return "\n".join([f"{title}\n\n{body}", *below, ""])
