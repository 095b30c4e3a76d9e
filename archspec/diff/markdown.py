"""A comparison as Markdown, for a pull request: a table, folded away if it is long."""

from archspec.diff.compare import Comparison
from archspec.diff.lines import MOST
from archspec.diff.words import follows, more, said, same, totals, weights, where
from archspec.emit.markdown import code, words

_SHORT = 10
"""Lines up to which the table is seen at once."""
_SIGNS = {"+": "➕", "-": "➖", "~": "✏️"}


def markdown(found: Comparison) -> str:
    """The text; ends with a line break."""
    if found.same and not found.lines:
        return f"**{words(same(found))}**\n"
    both = f"{words(found.first.label)} → {words(found.second.label)}"
    parts = [f"**{words(same(found))}**" if found.same else f"**{both}**: {words(totals(found))}"]
    rows = ["| | where | what | params |", "|---|---|---|---:|"]
    for line in found.lines[:MOST]:
        params = more(line.params) if line.params else ""
        rows.append(
            f"| {_SIGNS[line.sign]} | {_cell(where(line))} | {words(said(line))} | {params} |"
        )
    table = "\n".join(rows)
    if len(found.lines) > _SHORT:
        number = f"{len(found.lines):,} lines of changes"
        table = f"<details><summary>{number}</summary>\n\n{table}\n\n</details>"
    parts.append(table)
    if len(found.lines) > MOST:
        parts.append(f"and {len(found.lines) - MOST:,} more lines")
    behind = [] if found.same else [follows(found), weights(found)]
    told = [f"- {words(text)}" for text in (f"this changes {behind[0]}" if behind and behind[0] else "", *behind[1:]) if text]  # fmt: skip
    if told:
        parts.append("\n".join(told))
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return code(text).replace("|", "\\|")
