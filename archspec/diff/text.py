"""A comparison as lines for a terminal."""

from archspec.diff.compare import Comparison
from archspec.diff.lines import MOST, Line
from archspec.diff.words import follows, head, more, said, same, weights, where


def text(found: Comparison) -> list[tuple[str, str]]:
    """The lines, each with its sign in front: ``+``, ``-`` or ``~``; empty for what is no change."""
    if found.same:
        return [("", same(found))]
    told = [("", head(found))]
    told += [(line.sign, _line(line)) for line in found.lines[:MOST]]
    rest = found.lines[MOST:]
    if rest:
        params = sum(line.params for line in rest)
        sums = f", {more(params, ' params')}" if params else ""
        told.append(("", f"  and {len(rest):,} more lines{sums}: --format json has all of them"))
    if behind := follows(found):
        told.append(("", f"  this changes {behind}"))
    if kept := weights(found):
        told.append(("", f"  {kept}"))
    return told


def _line(line: Line) -> str:
    parts = [where(line), said(line)]
    if line.params:
        parts.append(more(line.params, " params"))
    return "  ".join(part for part in parts if part)
