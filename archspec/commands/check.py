"""``archspec check``: whether specs and recipes are right."""

import sys
from typing import Any, TextIO

import click

from archspec.commands._check_file import Checked, How, check_file, examiner
from archspec.commands._check_report import passed_over, reported_text, summary_lines, untold
from archspec.commands._fix import Fixing, fixing_options
from archspec.commands._leave import differ, end_with
from archspec.commands._options import Chosen, selection_options, set_option
from archspec.commands._root import given_roots
from archspec.commands._say import say, show, wants_color
from archspec.diagnostics.characters import visible
from archspec.diagnostics.codes import is_error
from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Diagnostic
from archspec.files.roots import real_paths
from archspec.pipeline import find_files, no_collection, quotable, rare_collection


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@set_option
@click.option("--format", type=click.Choice(FORMATS), default="text", help="How to print errors.")
@click.option("--quiet", "-q", is_flag=True, help="Print errors and warnings only.")
@click.option("--skip-others", is_flag=True, help="Pass over files that are no specs, named too.")
@selection_options
@click.option("--strict/--no-strict", default=None, help="A warning counts as an error.")
@fixing_options
@click.option("--statistics", is_flag=True, help="Count what is found, by code.")
@click.option("--watch", is_flag=True, help="Check again when a file changes, until Ctrl-C.")
@rare_collection()
def command(
    specs: tuple[str, ...],
    values: dict[str, str],
    format: str,
    quiet: bool,
    skip_others: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool | None,
    fixing: Fixing,
    statistics: bool,
    watch: bool,
) -> None:
    """Check specs and recipes: files, folders, or - for standard input.

    Prints a line for each sound spec, with its chain of sizes, parameters and
    multiply-accumulates, and every error of all files. A recipe, which has the key `spec`, is
    checked with its network, and with its data if they are on this machine. What is hidden in a
    folder, and files in it without the key `archspec`, are passed over and counted. --fix changes
    the files that were given, --diff shows how, where it can hardly be meant otherwise and the
    error is gone then. The exit status is 0 if all are sound, 1 if one has an error, 2 if a file
    cannot be read or written.

    \b
    Examples:
      archspec check net.yaml
      archspec check specs --strict --ignore AS903
      archspec check net.yaml --select AS8 --format concise
    """
    roots = real_paths([*given_roots(), *quotable(specs)])
    how = How(values, roots, Chosen(select, ignore), strict, ProjectSettings())
    if watch:
        from archspec.commands._watch import watch_specs

        _refuse_with_watch(specs, format, statistics, fixing)
        watch_specs(specs, how, quiet, skip_others)
    passed: list[str] = []
    files = find_files(specs, passed)
    named = set() if skip_others else set(specs)
    text = format == "text" and not statistics
    err = fixing.takes_output(specs)
    color = wants_color(sys.stderr if err else sys.stdout)
    found: list[Diagnostic] = []
    checked: list[Checked] = []
    told: set[tuple[Any, ...]] = set()
    for number, path in enumerate(files):
        _show_progress(number, files)
        with no_collection():
            sifted = path not in named and path != "-"
            file = check_file(path, how, sifted, fixing.input(path))
            if file is None:
                passed.append(path)
                continue
            data = fixing.change(path, file.sink, examiner(values), err or format != "text")
            if data is not None:
                file = check_file(path, how, False, data) or file
            diagnostics = untold(file, told)
            reported = reported_text(path, file, diagnostics, quiet, err, color) if text else ""
        checked.append(file)
        found += diagnostics
        if reported:
            _clear_progress(files)
            show(reported, err, color)
    _clear_progress(files)
    if not checked and not skip_others:
        where = ", ".join(specs) + (f": {passed_over(passed)}" if passed else "")
        raise click.UsageError(visible(f"there is no spec (.yaml, .yml, .json) in {where}"))
    if statistics:
        from archspec.commands._statistics import show_statistics

        show_statistics(found, format, err)
    elif not text:
        show(report(found, format), err)
    if format == "text":
        for line in summary_lines(checked, found, [] if quiet else passed):
            say(line, err=err)
    wrong = fixing.changes or any(file.is_bad for file in checked)
    if wrong and not any(is_error(d.code) for d in found):
        differ()
    end_with(found)


def _refuse_with_watch(
    specs: tuple[str, ...], format: str, statistics: bool, fixing: Fixing
) -> None:
    other = f"--format {format}" if format != "text" else ""
    other = "--statistics" if statistics else "--fix and --diff" if fixing.active else other
    if "-" in specs or other:
        raise click.UsageError(f"--watch does not go with {other or 'standard input'}")


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
