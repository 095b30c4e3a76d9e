"""A comparison as Markdown, for a pull request: a table, folded away if it is long."""

from archspec.diff.compare import Comparison
from archspec.diff.lines import MOST
from archspec.diff.words import follows, labels, more, said, same, totals, weights, where
from archspec.emit.markdown import code, words

_SHORT = 10
"""Lines up to which the table is seen at once."""
_SIGNS = {"+": "➕", "-": "➖", "~": "✏️"}


def markdown(found: Comparison) -> str:
    """The text; ends with a line break."""
    if found.same:
        return f"**{words(same(found))}**\n"
    both = " → ".join(words(label) for label in labels(found))
    rows = ["| | where | what | params |", "|---|---|---|---:|"]
    for line in found.lines[:MOST]:
        params = more(line.params) if line.params else ""
        rows.append(
            f"| {_SIGNS[line.sign]} | {_cell(where(line))} | {words(said(line))} | {params} |"
        )
    if len(found.lines) > MOST:
        rows.append(f"| | and {len(found.lines) - MOST:,} more lines | | |")
    table = "\n".join(rows)
    if len(found.lines) > _SHORT:
        number = f"{len(found.lines):,} lines of changes"
        table = f"<details><summary>{number}</summary>\n\n{table}\n\n</details>"
    parts = [f"**{both}**: {words(totals(found))}", table]
    behind = follows(found)
    told = [f"this changes {behind}" if behind else "", weights(found)]
    if any(told):
        parts.append("\n".join(f"- {words(text)}" for text in told if text))
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return code(text).replace("|", "\\|")
