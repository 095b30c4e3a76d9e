"""``archspec render``: a picture of a network."""

import os
from typing import Any

import click

from archspec.commands._leave import differ, leave, print_diagnostics, refuse, refuse_error
from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import say, warn, write_bytes
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.drawing.content.diagram import DETAILS
from archspec.drawing.content.levels import UnknownBlock
from archspec.drawing.fit import PAPERS, Unfit, length
from archspec.drawing.layer.slide import NotSliding, UnknownLayer
from archspec.drawing.layout.columns import NoColumns
from archspec.drawing.layout.engine import EngineError
from archspec.drawing.library import draw_library, is_library
from archspec.drawing.options import (
    FORMATS,
    MIN_TEXT,
    MOST_COLUMNS,
    SHAPES,
    TEXTS,
    VIEWS,
    Options,
    idle,
    refused,
)
from archspec.drawing.render import Picture, picture, picture_of_library, render
from archspec.drawing.volumes.arms import NoSuchShape
from archspec.files.reading import read_regular, reason
from archspec.files.writing import WriteError, check_file, check_path, write_safely
from archspec.parse.document import Document

_LARGEST = 2**28
"""Bytes of the largest picture that is compared."""
_ENDINGS = ", ".join(f".{name}" for name in FORMATS)
_STDOUT = "-"


class _Length(click.ParamType[float]):
    name = "LENGTH"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        try:
            return value if isinstance(value, float) else length(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option(
    "--output", "-o", required=True, metavar="FILE", help="What to write; see above; - is stdout."
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="What goes to standard output: svg."
)
@click.option(
    "--view", type=click.Choice(VIEWS), default="graph", help="Cards, or feature maps as boxes."
)
@click.option("--detail", type=click.Choice(DETAILS), default="auto", help="What becomes a card.")
@click.option(
    "--expand", multiple=True, metavar="BLOCK", help="A block to draw opened, by path or word."
)
@click.option("--block", default="", metavar="NAME", help="Draw one block, by path or word.")
@click.option(
    "--layer",
    default="",
    metavar="NAME",
    help="Draw how the window of a layer slides: a picture that moves.",
)
@click.option(
    "--direction", type=click.Choice(("TB", "LR")), default="TB", help="Downward, or to the right."
)
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="auto",
    help="Of volumes: a line, or a U for an encoder and a decoder.",
)
@click.option(
    "--theme",
    type=click.Choice(("light", "dark", "auto")),
    default="auto",
    help="Colours; auto follows the page (SVG, HTML).",
)
@click.option(
    "--columns",
    type=click.IntRange(1, MOST_COLUMNS),
    help="Columns of a long drawing, rows of one to the right; as many as look well, if left out.",
)
@click.option("--width", type=_Length(), help="Drawn for a width: 16cm, 6.5in, 450pt.")
@click.option("--paper", type=click.Choice(tuple(PAPERS)), help="Drawn for pages of a paper.")
@click.option(
    "--min-text",
    type=click.FloatRange(*TEXTS),
    default=MIN_TEXT,
    show_default=True,
    help="Smallest text on that width or paper, in points.",
)
@click.option(
    "--dot", metavar="PATH", help="Graphviz's program, or `bundled`; ARCHSPEC_DOT says it too."
)
@set_option
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--check", "checks", is_flag=True, help="Write nothing; fail if FILE is stale.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    spec: str,
    output: str,
    format_: str | None,
    values: dict[str, str],
    force: bool,
    checks: bool,
    **how: Any,
) -> None:
    """Draw a network.

    The ending of FILE says what is written: .svg, .png, .pdf, .tex for TikZ, .html for a page to
    zoom and open blocks in, .dot for Graphviz, .mmd for Mermaid, .drawio for diagrams.net. Long
    networks are folded:
    `--detail layers` shows every layer, `fused` puts normalization, activation and dropout on the
    card of the layer before, `blocks` draws a block or a repeat as one card, `stages` only the
    outermost ones; auto takes what can be read.

    With --check nothing is written: the exit status is 1 if FILE does not show what would be
    drawn now, with the same options. The exit status is 1 as well if the spec has an error, 2 if
    the file cannot be written or Graphviz fails.

    \b
    Examples:
      archspec render net.yaml -o net.svg
      archspec render net.yaml -o net.tex --view volumes --width 16cm
      archspec render net.yaml -o net.svg --check
    """
    options = Options(**how)
    sink = Sink()
    try:
        if output != _STDOUT:
            check_path(output)
        ending = _ending(output, format_)
        _refuse_idle(ctx, ending, options, output, checks)
        if output != _STDOUT and not checks:
            check_file(output, force, [spec])
        found = _picture(spec, values, sink, options, ending)
        if checks:
            _check(found, spec, output)
            return
        data = render(found, ending, warn)
        if output == _STDOUT:
            write_bytes(data)
        else:
            write_safely(output, data, force, [spec])
    except WriteError as error:
        refuse_error(error)
    except EngineError as error:
        refuse_error(error, where=output)
    except UnknownBlock as error:
        hint = as_sentence(did_you_mean(error.near)) if error.near else ""
        raise click.UsageError(f"There is no block `{error.name}` to draw.{hint}") from None
    except UnknownLayer as error:
        hint = as_sentence(did_you_mean(error.near)) if error.near else ""
        if error.sliding and not hint:
            hint = f" There are `{'`, `'.join(error.sliding)}`, for example."
        raise click.UsageError(f"There is no layer `{error.name}`.{hint}") from None
    except NotSliding as error:
        raise click.UsageError(f"There is no picture of this layer: {error}.") from None
    except NoColumns as error:
        raise click.UsageError(
            f"`--columns {options.columns}` cannot apply here: it can be cut into {error.most} at most"
        ) from None
    except NoSuchShape as error:
        raise click.UsageError(f"`--shape {options.shape}` cannot apply here: {error}") from None
    except Unfit as error:
        raise click.UsageError(f"There is no room for this picture: {error}.") from None
    print_diagnostics(sink.diagnostics)
    if output != _STDOUT:
        cards = f"{len(found.drawing.cards)} cards" if found.drawing else "volumes"
        cards = (
            f"{len(found.blocks)} block{'s' * (len(found.blocks) > 1)}" if found.blocks else cards
        )
        cards = f"{found.moving.positions:,} positions" if found.moving else cards
        say(f"wrote {output}  {cards}, {len(data) / 1000:,.0f} kB")


class _Library(Exception):
    """A file has blocks only."""

    def __init__(self, document: Document) -> None:
        self.document = document


def _picture(
    spec: str, values: dict[str, str], sink: Sink, options: Options, ending: str
) -> Picture:
    """The picture of a network, or of the blocks of a library; leaves if there are errors."""

    def opened(document: Document) -> None:
        if is_library(document):
            raise _Library(document)

    try:
        return picture(shaped_or_leave(spec, values, sink, opened), options)
    except _Library as found:
        document = found.document
    special = options.block or options.layer or options.expand or options.detail != "auto"
    if options.view == "volumes" or special or ending == "html":
        raise click.UsageError(
            f"`{spec}` is a library of blocks: each is drawn as what is in it, on one picture"
        )
    blocks, without = draw_library(document, sink)
    if sink.errors or not blocks:
        leave(sink, spec)
    if without:
        named = ", ".join(f"`{word}`" for word in without)
        warn(f"not drawn, for nothing that was tried suits: {named}")
    title = document.value.get("title") or document.value.get("name") or spec
    return picture_of_library(blocks, str(title), options)


def _ending(output: str, given: str | None) -> str:
    """The format of a file; raises UsageError if there is none."""
    if output == _STDOUT:
        return given or "svg"
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    if ending not in FORMATS:
        name = os.path.basename(output).lower()
        if name.removeprefix(".") in FORMATS:
            raise click.UsageError(
                f"`{output}` is an ending without a name: `net{name}`, for example"
            )
        raise click.UsageError(f"`.{ending}` is no ending that render knows: {_ENDINGS}")
    if given and given != ending:
        raise click.UsageError(f"`{output}` is .{ending}: `--format {given}` cannot be")
    return ending


def _refuse_idle(
    ctx: click.Context, ending: str, options: Options, output: str, checks: bool
) -> None:
    """Raise UsageError for an option that was given and cannot change anything."""
    if checks and output == _STDOUT:
        raise click.UsageError("`--check` compares with a file: standard output is none")
    if why := refused(options, ending):
        raise click.UsageError(why)
    for name, given in (("block", options.block), ("layer", options.layer)):
        source = ctx.get_parameter_source(name)
        if not given and source is not None and source.name == "COMMANDLINE":
            raise click.UsageError(f"a {name} without a name cannot be drawn")
    if "" in options.expand:
        raise click.UsageError("a block without a name cannot be drawn")
    said = idle(options, ending)
    if output == _STDOUT:
        said["force"] = "standard output replaces nothing"
    for name, why in said.items():
        source = ctx.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise click.UsageError(f"`--{name.replace('_', '-')}` cannot apply here: {why}")


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
