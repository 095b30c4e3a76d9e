"""``archspec check --statistics``: how often each code was found."""

import json
from collections import Counter

import click

from archspec.commands._say import show
from archspec.diagnostics.codes import CODES, severity_of
from archspec.diagnostics.sink import Diagnostic


def show_statistics(found: list[Diagnostic], format: str, err: bool) -> None:
    """Print the codes and their numbers, the most frequent first: a line each, or a list in JSON."""
    counts = Counter(d.code for d in found)
    ordered = sorted(counts, key=lambda code: (-counts[code], code))
    if format == "json":
        rows = [
            {"code": c, "severity": severity_of(c), "title": CODES[c], "count": counts[c]}
            for c in ordered
        ]
        show(json.dumps(rows, indent=2) + "\n", err)
    elif format in ("text", "concise"):
        digits = max((len(f"{n:,}") for n in counts.values()), default=0)
        show("".join(f"{counts[c]:>{digits},}  {c}  {CODES[c]}\n" for c in ordered), err)
    else:
        raise click.UsageError(f"--statistics is text or JSON, not --format {format}")
