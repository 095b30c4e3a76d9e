"""``archspec list``: the networks that ship."""

import json
import sys
from typing import Any

import click

from archspec.commands._options import terminal_width, wants_color


@click.command("list")
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", help="A table, or JSON."
)
def command(format: str) -> None:
    """List the networks that ship with archspec, with title and totals.

    Their names are what `archspec new --from` takes.
    """
    from archspec.shipped import shipped_specs

    specs = shipped_specs()
    if not specs:
        click.echo("no specs lie beside this installation", err=True)
        sys.exit(2)
    found = [row for name, path in specs.items() if (row := _row(name, path)) is not None]
    if format == "json":
        lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in found)
        click.echo(f"[\n{lines}\n]")
        return
    from archspec.emit.table import table

    rows = [
        (row["name"], f"{row['params']:,}", _number(row["macs"]), row["title"] or "")
        for row in found
    ]
    text = table(
        ("name", "parameters", "MACs", "title"),
        [rows],
        right=(1, 2),
        flexible=(3,),
        widest=terminal_width(),
        color=wants_color(sys.stdout),
    )
    click.echo(text, nl=False)


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _row(name: str, path: str) -> dict[str, Any] | None:
    """A network and its totals; None for a library of blocks."""
    from archspec.diagnostics import Sink
    from archspec.pipeline import shape_file

    shaped = shape_file(path, Sink())
    if shaped is None:
        return None
    return {
        "name": name,
        "title": shaped.title,
        "params": shaped.params,
        "macs": shaped.macs if shaped.sizes_known else None,
        "path": path,
    }
