"""``archspec render``: a picture of a network."""

import os

import click

from archspec.commands._leave import differ, print_diagnostics, refuse, refuse_error
from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import say, warn
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.content.levels import UnknownBlock
from archspec.drawing.layout.engine import EngineError
from archspec.drawing.render import FORMATS, VIEWS, Options, Picture, picture, render
from archspec.files.reading import read_regular, reason
from archspec.files.writing import WriteError, check_file, check_path, write_safely

_LARGEST = 2**28
"""Bytes of the largest picture that is compared."""
_ENDINGS = ", ".join(f".{name}" for name in FORMATS)


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option("--output", "-o", required=True, metavar="FILE", help="What to write; see above.")
@click.option(
    "--view", type=click.Choice(VIEWS), default="graph", help="Cards, or feature maps as boxes."
)
@click.option("--detail", type=click.Choice(DETAILS), default="auto", help="What becomes a card.")
@click.option(
    "--expand", multiple=True, metavar="BLOCK", help="A block to draw opened, by path or word."
)
@click.option(
    "--direction", type=click.Choice(("TB", "LR")), default="TB", help="Downward, or to the right."
)
@click.option(
    "--theme",
    type=click.Choice(("light", "dark", "auto")),
    default="auto",
    help="Colours; auto follows the page (SVG).",
)
@click.option(
    "--columns",
    type=click.IntRange(1, 12),
    help="Columns of a long drawing; as many as look well, if left out.",
)
@click.option(
    "--dot", metavar="PATH", help="Graphviz's program, or `bundled`; ARCHSPEC_DOT says it too."
)
@set_option
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--check", "checks", is_flag=True, help="Write nothing; fail if FILE is stale.")
def command(
    spec: str,
    output: str,
    view: str,
    detail: str,
    expand: tuple[str, ...],
    direction: str,
    theme: str,
    columns: int | None,
    dot: str | None,
    values: dict[str, str],
    force: bool,
    checks: bool,
) -> None:
    """Draw a network.

    The ending of FILE says what is written: .svg, .png, .pdf, .dot for Graphviz, .mmd for
    Mermaid. Long networks are folded: `--detail layers` shows every layer, `fused` puts
    normalization, activation and dropout on the card of the layer before, `blocks` draws a block
    or a repeat as one card, `stages` only the outermost ones; auto takes what can be read.

    With --check nothing is written: the exit status is 1 if FILE does not show what would be
    drawn now, with the same options. The exit status is 1 as well if the spec has an error, 2 if
    the file cannot be written or Graphviz fails.

    \b
    Examples:
      archspec render net.yaml -o net.svg
      archspec render net.yaml -o net.mmd --detail layers
      archspec render net.yaml -o net.svg --check
    """
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    options = Options(view, detail, expand, direction, theme, columns, dot)
    sink = Sink()
    try:
        check_path(output)
        _refuse_wrong(output, ending, options)
        if not checks:
            check_file(output, force, [spec])
        shaped = shaped_or_leave(spec, values, sink)
        found = picture(shaped, options)
        if checks:
            _check(found, spec, output)
            return
        data = render(found, ending, warn)
        write_safely(output, data, force, [spec])
    except WriteError as error:
        refuse_error(error)
    except EngineError as error:
        refuse_error(error, where=output)
    except UnknownBlock as error:
        hint = as_sentence(did_you_mean(error.near)) if error.near else ""
        raise click.UsageError(f"There is no block `{error.name}` to expand.{hint}") from None
    print_diagnostics(sink.diagnostics)
    cards = f"{len(found.drawing.cards)} cards" if found.drawing else "volumes"
    say(f"wrote {output}  {cards}, {len(data) / 1000:,.0f} kB")


def _refuse_wrong(output: str, ending: str, options: Options) -> None:
    """Raise UsageError for what no picture can be."""
    if ending not in FORMATS:
        name = os.path.basename(output).lower()
        if name.removeprefix(".") in FORMATS:
            raise click.UsageError(
                f"`{output}` is an ending without a name: `net{name}`, for example"
            )
        raise click.UsageError(f"`.{ending}` is no ending that render knows: {_ENDINGS}")
    if options.view == "volumes" and ending in ("dot", "mmd"):
        raise click.UsageError(f"volumes cannot be written as .{ending}: take .svg, .png or .pdf")


def _check(found: Picture, spec: str, output: str) -> None:
    from archspec.drawing.paint.stamp import picture_hash

    try:
        there = picture_hash(read_regular(output, _LARGEST))
    except FileNotFoundError:
        say(f"{output} is missing: `archspec render {spec} -o {output}` makes it", err=True)
        differ()
    except (OSError, ValueError) as error:
        refuse("AS001", output, f"cannot read this file: {reason(error)}")
    if there == found.stamp.picture:
        say(f"ok {output}")
        return
    why = "is stale" if there else "was not made by archspec"
    say(f"{output} {why}: `archspec render {spec} -o {output} --force` makes it again", err=True)
    differ()
