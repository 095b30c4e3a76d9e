"""``archspec check``: whether specs are right."""

import sys
from typing import TextIO

import click

from archspec.codes import is_unreadable
from archspec.commands._options import open_spec, set_option, wants_color
from archspec.diagnostics import Diagnostic, Sink
from archspec.infer import ShapedGraph
from archspec.pipeline import find_files, shape_document
from archspec.report import FORMATS, report


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@set_option
@click.option("--format", type=click.Choice(FORMATS), default="text", help="How to print errors.")
@click.option("--quiet", "-q", is_flag=True, help="Print errors and warnings only.")
def command(specs: tuple[str, ...], values: dict[str, str], format: str, quiet: bool) -> None:
    """Check specs: files, folders, or - for standard input.

    Prints a line for each sound spec, with its chain of sizes, parameters and
    multiply-accumulates, and every error of all files. The exit status is 0 if all are
    sound, 1 if a spec has an error, 2 if a file cannot be read.
    """
    files = find_files(list(specs))
    if not files:
        raise click.UsageError("there is no spec (.yaml, .yml, .json) in " + ", ".join(specs))
    text = format == "text"
    color = wants_color(sys.stdout)
    found: list[Diagnostic] = []
    sound = 0
    full = False
    for number, path in enumerate(files):
        _show_progress(number, files)
        sink = Sink()
        document = open_spec(path, sink)
        shaped = shape_document(document, sink, values) if document else None
        diagnostics = sink.diagnostics
        sound += not sink.errors
        found += diagnostics
        full = full or sink.full
        if text:
            _clear_progress(files)
            if not sink.errors and not quiet:
                click.echo(_line(path, shaped, color))
            click.echo(report(diagnostics, "text", color), nl=False)
    _clear_progress(files)
    if text:
        _show_summary(len(files), sound, found, full)
    else:
        click.echo(report(found, format), nl=False)
    if any(is_unreadable(d.code) for d in found):
        sys.exit(2)
    sys.exit(1 if any(d.severity == "error" for d in found) else 0)


def _line(path: str, shaped: ShapedGraph | None, color: bool) -> str:
    from archspec.emit.sizes import size_chain

    ok = "\x1b[32mok\x1b[0m" if color else "ok"
    if shaped is None:
        return f"{ok} {path}  blocks only"
    macs = (
        f"{_short(shaped.macs)} MACs" if shaped.sizes_known else "MACs depend on the input's size"
    )
    parts = [size_chain(shaped), f"{shaped.params:,} params", macs]
    return f"{ok} {path}  " + "  ".join(p for p in parts if p)


def _short(count: int) -> str:
    for power, unit in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return str(count)


def _show_summary(files: int, sound: int, found: list[Diagnostic], full: bool) -> None:
    errors = sum(d.severity == "error" for d in found)
    warnings = len(found) - errors
    if files > 1 or found:
        parts = [f"{sound} of {files} spec{'s' * (files > 1)} sound"]
        if errors:
            parts.append(f"{errors} error{'s' * (errors > 1)}")
        if warnings:
            parts.append(f"{warnings} warning{'s' * (warnings > 1)}")
        if full:
            parts.append("and perhaps more")
        click.echo(", ".join(parts))
        if errors:
            code = next(d.code for d in found if d.severity == "error")
            click.echo(f"`archspec explain {code}` says more")


def _progress_stream(files: list[str]) -> TextIO | None:
    return sys.stderr if len(files) > 20 and sys.stderr.isatty() else None


def _show_progress(number: int, files: list[str]) -> None:
    stream = _progress_stream(files)
    if stream and number % 10 == 0:
        stream.write(f"\r\x1b[K{number}/{len(files)} {files[number][-60:]}")
        stream.flush()


def _clear_progress(files: list[str]) -> None:
    stream = _progress_stream(files)
    if stream:
        stream.write("\r\x1b[K")
