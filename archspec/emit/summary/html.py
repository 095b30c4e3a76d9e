"""The summary of a network as an HTML table, for notebooks and pages."""

from html import escape

from archspec.diagnostics.characters import visible
from archspec.emit.summary import Options
from archspec.emit.summary._rows import HEADER, RIGHT, Row, costs, heading, summary_rows, totals
from archspec.infer.infer import ShapedGraph


def render(shaped: ShapedGraph, options: Options) -> str:
    """A ``table`` with a row for each layer or block, the totals, and what they come to."""
    rows = summary_rows(shaped, options.depth)
    left_out = len(rows) - (options.most_rows or len(rows))
    if left_out > 0:
        rows = rows[: options.most_rows]
        rows.append((f"… {left_out:,} more", *[""] * (len(HEADER) - 1)))
    total = totals(shaped)[0]
    wide = f'<tr><td style="text-align: left" colspan="{len(HEADER)}">'
    notes = "".join(f"{wide}{_text(line)}</td></tr>" for line in costs(shaped))
    body = "".join(_row(row, "td") for row in rows)
    return (
        f"<table><caption>{_text(heading(shaped))}</caption>"
        f"<thead>{_row(HEADER, 'th')}</thead><tbody>{body}</tbody>"
        f"<tfoot>{_row(total, 'th')}{notes}</tfoot></table>\n"
    )


def _row(cells: Row, tag: str) -> str:
    found = "".join(
        f'<{tag} style="text-align: {"right" if n in RIGHT else "left"}">{_text(cell)}</{tag}>'
        for n, cell in enumerate(cells)
    )
    return f"<tr>{found}</tr>"


def _text(said: str) -> str:
    """Text in which nothing is markup, and nothing turns the direction of what follows."""
    return escape(visible(said))
