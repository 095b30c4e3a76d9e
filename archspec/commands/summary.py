"""``archspec summary``: the layers of a network with their shapes and numbers."""

import sys

import click

from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import show, terminal_width, wants_color
from archspec.emit.summary import ALL, FORMATS, Options, summary


def _depth(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """A number of levels, or ``all``."""
    if value == "all":
        return ALL
    if value.isascii() and value.isdigit() and 1 <= int(value) <= ALL:
        return int(value)
    raise click.BadParameter(
        f"`{value}` is neither a number of levels, 1 or more, nor `all`", ctx, param
    )


@click.command()
@click.argument("spec", type=click.Path())
@set_option
@click.option(
    "--depth",
    "-d",
    default="1",
    callback=_depth,
    metavar="N|all",
    help="Levels of blocks to show; 1, if left out.",
)
@click.option(
    "--format", type=click.Choice(FORMATS), default="text", help="A table for a terminal, or else."
)
def command(spec: str, values: dict[str, str], depth: int, format: str) -> None:
    """Show the layers of a network: shapes, parameters, MACs, receptive field.

    Blocks are one row each, with the sums over all their layers; --depth 2 opens them. Equal
    repeats are one row, marked ×N. MACs are multiply-accumulate operations for one example; the
    receptive field is the number of steps along each axis of the input that a position depends
    on, "global" if all of it, "?" if that is not known.

    Formats json and csv list every layer, and --depth does not matter; html is a table to put
    into a page, markdown one for a README.
    """
    shaped = shaped_or_leave(spec, values)
    options = Options(depth, terminal_width(), color=wants_color(sys.stdout))
    show(summary(shaped, format, options))
