"""The summary of a network as a Markdown table, as GitHub and others draw it."""

from collections.abc import Iterator

from archspec.emit.markdown import words
from archspec.emit.summary import Options
from archspec.emit.summary._rows import (
    HEADER,
    RIGHT,
    Row,
    costs,
    heading,
    idle,
    summary_rows,
    totals,
)
from archspec.infer.infer import ShapedGraph

_INDENT = "&emsp;"
"""Spaces at the start of a cell are not drawn."""


def render(shaped: ShapedGraph, options: Options) -> str:
    """A heading, a row for each layer or block, and the totals in bold."""
    return "\n".join(_lines(shaped, options)) + "\n"


def _lines(shaped: ShapedGraph, options: Options) -> Iterator[str]:
    yield f"# {words(heading(shaped))}"
    yield ""
    yield _line(HEADER)
    yield _line(["---:" if n in RIGHT else ":---" for n in range(len(HEADER))])
    for name, *cells in summary_rows(shaped, options.depth):
        plain = name.lstrip(" ")
        level = (len(name) - len(plain)) // 2
        yield _line([_INDENT * level + words(plain), *map(words, cells)])
    for row in totals(shaped):
        yield _line([f"**{cell}**" if cell else "" for cell in row])
    if lines := costs(shaped):
        yield ""
        yield from (f"- {words(line)}" for line in lines)
    if note := idle(shaped):
        yield ""
        yield note


def _line(cells: Row | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
