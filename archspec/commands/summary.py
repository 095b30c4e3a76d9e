"""``archspec summary``: the layers of a network with their shapes and numbers."""

import sys

import click

from archspec.commands._options import Chosen, selection_options, set_option, shaped_or_leave
from archspec.commands._say import say, show, terminal_width, wants_color
from archspec.diagnostics.report import report
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Sink
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
@selection_options
def command(
    spec: str,
    values: dict[str, str],
    depth: int,
    format: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Show the layers of a network: shapes, parameters, MACs, receptive field.

    Blocks are one row each, with the sums over all their layers; --depth 2 opens them. Equal
    repeats are one row, marked ×N. MACs are multiply-accumulate operations for one example, two
    FLOPs each; what is added or compared alone, as by a bias or by pooling, is not counted. The
    receptive field is the number of steps along each axis of the input that a position depends
    on, "global" if all of it, "?" if that is not known.

    Below the table stand warnings, and notes: what is worth knowing, and what `archspec check`
    tells with --select AS8 only.

    Bytes are those of the types that the layers calculate with; those of outputs are for one
    example, each counted for itself.

    Formats json and csv list every layer, and --depth does not matter; they also have types,
    bytes, and what is frozen, of each layer, json what `same` pads and the receptive field along
    each axis. html is a table to put
    into a page, markdown one for a README.

    \b
    Examples:
      archspec summary net.yaml
      archspec summary net.yaml --depth all
      archspec summary net.yaml --set classes=5 --format markdown
    """
    sink = Sink()
    if format == "text":
        sink.selection = _selection(spec, Chosen(select, ignore), sink)
    shaped = shaped_or_leave(spec, values, sink)
    options = Options(depth, terminal_width(), color=wants_color(sys.stdout))
    show(summary(shaped, format, options))
    if format == "text" and sink.diagnostics:
        say()
        show(report(sink.diagnostics, "concise", wants_color(sys.stdout)))


def _selection(spec: str, chosen: Chosen, sink: Sink) -> Selection:
    """What the command line says, then the project, then that notes are wanted too."""
    project = ProjectSettings().of(spec, sink).selection
    with_notes = Selection(("AS8", *project.select), project.ignore, by_file=project.ignored_in)
    return chosen.selection(with_notes)
