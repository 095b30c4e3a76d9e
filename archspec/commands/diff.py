"""``archspec diff``: what changed between two networks."""

import json
import os
from collections.abc import Callable
from typing import Any

import click

from archspec.commands._leave import differ, leave, refuse_error
from archspec.commands._options import read_values, set_option, shaped_or_leave
from archspec.commands._revisions import shaped_at_revision
from archspec.commands._say import Painted, say, show, warn
from archspec.diagnostics.sink import Sink
from archspec.diff.compare import Comparison, Given, compare
from archspec.diff.data import data
from archspec.diff.markdown import markdown
from archspec.diff.text import text
from archspec.drawing.layout.engine import EngineError
from archspec.files.revisions import Revision, split_revision
from archspec.files.writing import WriteError, check_file, check_path, write_safely
from archspec.infer.infer import ShapedGraph
from archspec.weights.loading.applications import KERAS

_COLORS = {"+": "green", "-": "red", "~": "bold"}
_REPORTS = {"txt": "text", "json": "json", "md": "markdown"}
"""Ending of a file → format of the report in it."""
_PICTURES = ("svg", "png", "pdf", "dot", "mmd")


def _set_one(name: str, which: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        f"--set-{name}",
        f"values_{name}",
        multiple=True,
        metavar="NAME=VALUE",
        callback=read_values,
        help=f"Another value for a parameter of {which}.",
    )


@click.command()
@click.argument("specs", metavar="A [B]", nargs=-1, required=True)
@set_option
@_set_one("a", "A")
@_set_one("b", "B")
@click.option(
    "--format",
    type=click.Choice(("text", "json", "markdown")),
    help="Lines for a terminal, or else.",
)
@click.option("--output", "-o", metavar="FILE", help="A picture or a report to write; see above.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def command(
    specs: tuple[str, ...],
    values: dict[str, str],
    values_a: dict[str, str],
    values_b: dict[str, str],
    format: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Say what changed between two networks, and which weights can be taken over.

    A and B are specs, model files of Keras, `keras:NAME` of keras.applications, or `REV:path`: a
    spec as it was at a revision of a Git repository, with the files that it uses. A alone is
    compared as it was at HEAD with as it is now. `-` is standard input.

    \b
      +  what B has and A has not
      -  what A has and B has not
      ~  what has changed

    Blocks, rounds of a repeat and branches are told before layers, and the same change in many
    places is one line with a count. What only follows from a change, such as other shapes, is summed
    up in a line. Names do not matter, unless they are all that differs: layers are recognised by
    where they stand and what they calculate. The exit status is 0 if both calculate the same, 1 if
    they differ or one of them has an error, 2 if one cannot be read.

    The ending of FILE says what is written: .md, .json and .txt are reports, .svg, .png, .pdf, .dot
    and .mmd a picture of B with what was added, removed and changed.

    \b
    Examples:
      archspec diff before.yaml net.yaml
      archspec diff net.yaml
      archspec diff main:net.yaml net.yaml --format markdown
    """
    ending = _checked_ending(output, format)
    if len(specs) > 2:
        raise click.UsageError(f"two networks are compared, not {len(specs)}")
    if specs == ("-", "-"):
        raise click.UsageError("standard input can be one of the networks only")
    try:
        if output is not None:
            check_path(output)
            check_file(output, force, [s for s in specs if split_revision(s) is None and s != "-"])
        if len(specs) == 1:
            first, second = _with_head(specs[0], values | values_a, values | values_b)
        else:
            first = _given(specs[0], values | values_a)
            second = _given(specs[1], values | values_b)
        found = _compared(first, second)
        if output is None or ending not in _REPORTS:
            _show(found, format or "text")
        if output is not None:
            write_safely(output, _bytes(found, ending), force, list(specs))
            say(f"wrote {output}", err=True)
    except WriteError as error:
        refuse_error(error)
    except EngineError as error:
        refuse_error(error, where=output or "")
    if not found.same:
        differ()


def _compared(first: Given, second: Given) -> Comparison:
    """The comparison; of a network without blocks, with its folded spec if that says it in fewer lines."""
    found = compare(first, second)
    if found.same or _is_flat(first) == _is_flat(second):
        return found
    sides = [_folded(given) if _is_flat(given) else given for given in (first, second)]
    folded = compare(*sides)
    return folded if len(list(text(folded))) < len(list(text(found))) else found


def _is_flat(given: Given) -> bool:
    root = given.shaped.graph.root
    return all(node.scope is root for node in given.shaped.graph.nodes)


def _folded(given: Given) -> Given:
    from archspec.importer.bring import bring
    from archspec.importer.flat_graph import flat_graph

    brought = bring(flat_graph(given.shaped), given.source, lambda _: None, Sink())
    return given if brought is None else given._replace(shaped=brought.shaped)


def _checked_ending(output: str | None, format: str | None) -> str:
    """What is written to a file, if anything is: an ending that is known."""
    if output is None:
        return ""
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    if not ending:
        raise click.UsageError(
            f"`{output}` has no ending that says what to write: net.svg, for example"
        )
    if ending not in (*_REPORTS, *_PICTURES):
        endings = ", ".join(f".{name}" for name in (*_REPORTS, *_PICTURES))
        raise click.UsageError(f"`.{ending}` is no ending that diff knows: {endings}")
    if format not in (None, _REPORTS.get(ending, format)):
        raise click.UsageError(f"`{output}` is no file of the format {format}")
    return ending


def _with_head(path: str, before: dict[str, str], after: dict[str, str]) -> tuple[Given, Given]:
    """A file as it was at HEAD, and as it is."""
    if path == "-" or split_revision(path) is not None:
        raise click.UsageError(f"what is `{path}` to be compared with? Two networks, or one file")
    second = _given(path, after)
    revision = Revision("HEAD", os.path.dirname(path), relative=True)
    first = shaped_at_revision(revision, path, before)
    return Given(first, f"HEAD:{path}", before, "HEAD"), second


def _given(path: str, values: dict[str, str]) -> Given:
    if path.startswith(KERAS) and not os.path.lexists(path):
        return Given(_application(path, values), path, values)
    parts = split_revision(path) if path != "-" else None
    if parts is None:
        return Given(shaped_or_leave(path, values), path, values)
    name, inside = parts
    revision = Revision(name, relative=inside.startswith(("./", "../")))
    shaped = shaped_at_revision(revision, inside, values)
    return Given(shaped, path, values, name or "staged")


def _application(source: str, values: dict[str, str]) -> ShapedGraph:
    """A network of keras.applications; leaves if there is no Keras, or no such network."""
    from archspec.commands._origin import origin_or_leave
    from archspec.importer.model_as_spec import shape_flat

    sink = Sink()
    graph = origin_or_leave(source, sink).graph
    return shape_flat(graph, source, sink, values) or leave(sink, source)


def _show(found: Comparison, format: str) -> None:
    if format != "text":
        show(_report(found, format))
        return
    for sign, line in text(found):
        say(*(("  ", Painted(sign, _COLORS[sign]), " ", line) if sign else (line,)))


def _report(found: Comparison, format: str) -> str:
    if format == "json":
        return json.dumps(data(found), indent=2, ensure_ascii=False) + "\n"
    if format == "markdown":
        return markdown(found)
    return "".join(f"  {sign} {line}\n" if sign else f"{line}\n" for sign, line in text(found))


def _bytes(found: Comparison, ending: str) -> bytes:
    """What a file of that ending holds.

    Raises:
        EngineError: Graphviz is missing or failed.
    """
    if ending in _REPORTS:
        return _report(found, _REPORTS[ending]).encode()
    from archspec.diff.picture import picture_of
    from archspec.drawing.options import Options
    from archspec.drawing.render import render

    return render(picture_of(found, Options(theme="auto")), ending, warn)
