"""The summary of a network as an HTML table, for notebooks."""

from html import escape

from archspec.diagnostics.characters import visible
from archspec.emit.summary import HEADER, RIGHT, heading, summary_rows
from archspec.infer.infer import ShapedGraph

_MOST_ROWS = 60


def summary_html(shaped: ShapedGraph) -> str:
    """A table with a row for each layer or block of the outermost level, and the totals."""
    rows = summary_rows(shaped)
    left_out = len(rows) - _MOST_ROWS
    if left_out > 0:
        rows = rows[:_MOST_ROWS]
        rows.append((f"… {left_out:,} more", *[""] * (len(HEADER) - 1)))
    macs = f"{shaped.macs:,}" if shaped.macs_known else "?"
    total = ("total", "", "", f"{shaped.params:,}", macs, "")
    body = "".join(_row(row, "td") for row in rows)
    return (
        f"<table><caption>{_text(heading(shaped))}</caption>"
        f"<thead>{_row(HEADER, 'th')}</thead><tbody>{body}</tbody>"
        f"<tfoot>{_row(total, 'th')}</tfoot></table>"
    )


def _row(cells: tuple[str, ...], tag: str) -> str:
    found = "".join(
        f'<{tag} style="text-align: {"right" if n in RIGHT else "left"}">{_text(cell)}</{tag}>'
        for n, cell in enumerate(cells)
    )
    return f"<tr>{found}</tr>"


def _text(said: str) -> str:
    """Text in which nothing is markup, and nothing turns the direction of what follows."""
    return escape(visible(said))
