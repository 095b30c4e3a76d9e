"""``archspec summary``: the layers of a network with their shapes and numbers."""

import sys
from typing import Any

import click

from archspec.commands._options import set_option, shaped_or_exit, terminal_width, wants_color


class _Depth(click.ParamType):
    """A number of levels, or ``all``."""

    name = "depth"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from archspec.emit.summary import ALL

        if value == "all":
            return ALL
        try:
            depth = int(value)
        except ValueError:
            depth = 0
        if depth < 1:
            self.fail(f"`{value}` is neither a number of levels, 1 or more, nor `all`", param, ctx)
        return depth


@click.command()
@click.argument("spec", type=click.Path())
@set_option
@click.option(
    "--depth",
    "-d",
    type=_Depth(),
    default=1,
    metavar="N|all",
    help="Levels of blocks to show; 1, if left out.",
)
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", help="A table, or JSON."
)
def command(spec: str, values: dict[str, str], depth: int, format: str) -> None:
    """Show the layers of a network: shapes, parameters, MACs, receptive field.

    Blocks are one row each, with the sums over all their layers; --depth 2 opens them. Equal
    repeats are one row, marked ×N. MACs are multiply-accumulate operations for one example; the
    receptive field is the number of steps of the input that a value depends on.

    With --format json, every layer is listed; --depth does not matter.
    """
    shaped = shaped_or_exit(spec, values)
    if format == "json":
        from archspec.emit.json import summary_json

        click.echo(summary_json(shaped), nl=False)
        return
    from archspec.emit.summary import summary

    text = summary(shaped, depth, widest=terminal_width(), color=wants_color(sys.stdout))
    click.echo(text, nl=False)
