"""``archspec list``: the networks and recipes that ship."""

import json
import sys
from typing import Any

import click

from archspec.commands._leave import end
from archspec.commands._say import say, show, terminal_width, wants_color
from archspec.commands._statuses import UNUSABLE
from archspec.diagnostics.characters import visible_json


@click.command("list")
@click.option("--recipes", is_flag=True, help="List the recipes instead.")
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", help="A table, or JSON."
)
def command(recipes: bool, format: str) -> None:
    """List the networks that ship with archspec, with title and totals; or the recipes.

    Their names are what `archspec new --from` takes.

    \b
    Examples:
      archspec list
      archspec list --recipes
    """
    from archspec.files.shipped import shipped_recipes, shipped_specs

    shipped, row = (shipped_recipes(), _recipe) if recipes else (shipped_specs(), _network)
    if not shipped:
        say("nothing lies beside this installation", err=True)
        end(UNUSABLE)
    found = [told for name, path in shipped.items() if (told := row(name, path)) is not None]
    if format == "json":
        lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in found)
        show(visible_json(f"[\n{lines}\n]\n"))
        return
    from archspec.emit.table import table

    columns = ("network", "data") if recipes else ("params", "macs")
    heads = columns if recipes else ("parameters", "MACs")
    rows = [(row["name"], *(_cell(row[c]) for c in columns), row["title"] or "") for row in found]
    text = table(
        ("name", *heads, "title"),
        [rows],
        right=() if recipes else (1, 2),
        flexible=(3,),
        widest=terminal_width(),
        color=wants_color(sys.stdout),
    )
    show(text)


def _cell(value: Any) -> str:
    return "?" if value is None else value if isinstance(value, str) else f"{value:,}"


def _network(name: str, path: str) -> dict[str, Any] | None:
    """A network and its totals; None for a library of blocks."""
    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import shape_file

    shaped = shape_file(path, Sink())
    if shaped is None:
        return None
    return {
        "name": name,
        "title": shaped.title,
        "params": shaped.params,
        "macs": shaped.macs if shaped.macs_known else None,
        "path": path,
    }


def _recipe(name: str, path: str) -> dict[str, Any] | None:
    """A recipe, its network and the kind of its data; None if it is not sound."""
    from archspec.diagnostics.sink import Sink
    from archspec.pipeline import open_document
    from archspec.train.check.read import read_recipe

    sink = Sink()
    document = open_document(path, sink)
    recipe = read_recipe(document, sink, {}, needed=False) if document else None
    if recipe is None:
        return None
    return {
        "name": name,
        "title": recipe.keys.title,
        "network": recipe.shaped.name,
        "data": recipe.data.word,
        "path": path,
    }
