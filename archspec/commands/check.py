"""``archspec check``: whether specs and recipes are right."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TextIO

import click

from archspec.commands._leave import end, end_with
from archspec.commands._options import Chosen, open_spec, selection_options, set_option
from archspec.commands._root import given_roots
from archspec.commands._say import OK, line_of, say, show, terminal_width, wants_color
from archspec.commands._sound_line import recipe_line, spec_line
from archspec.commands._statuses import WRONG
from archspec.diagnostics.characters import visible
from archspec.diagnostics.codes import SEVERITIES
from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.files.roots import real_paths
from archspec.pipeline import find_files, no_collection, quotable, shape_document
from archspec.records.record import fields
from archspec.spec.words import SpecKeys

_LARGE = 50_000
"""Bytes of a file in a folder that is looked at before it is parsed."""


class How(NamedTuple):
    """How files are checked."""

    values: dict[str, str]
    roots: tuple[str, ...]
    chosen: Chosen
    strict: bool | None
    """Whether warnings count as errors; None: as the project says."""
    projects: ProjectSettings


class Checked(NamedTuple):
    """What became of a file."""

    recipe: bool
    sink: Sink
    strict: bool
    """Whether a warning is as bad as an error."""
    line: str = ""
    """What is said of it if it is sound."""

    @property
    def is_bad(self) -> bool:
        """Whether it has an error, or a warning that counts as one."""
        warned = self.strict and any(d.severity == "warning" for d in self.sink.diagnostics)
        return self.sink.errors or warned


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@set_option
@click.option("--format", type=click.Choice(FORMATS), default="text", help="How to print errors.")
@click.option("--quiet", "-q", is_flag=True, help="Print errors and warnings only.")
@selection_options
@click.option("--strict/--no-strict", default=None, help="A warning counts as an error.")
@click.option("--statistics", is_flag=True, help="Count what is found, by code.")
@click.option("--watch", is_flag=True, help="Check again when a file changes, until Ctrl-C.")
@click.option("--skip-others", is_flag=True, help="Pass over files that are no specs, named too.")
def command(
    specs: tuple[str, ...],
    values: dict[str, str],
    format: str,
    quiet: bool,
    skip_others: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool | None,
    statistics: bool,
    watch: bool,
) -> None:
    """Check specs and recipes: files, folders, or - for standard input.

    Prints a line for each sound spec, with its chain of sizes, parameters and
    multiply-accumulates, and every error of all files. A recipe, which has the key `spec`, is
    checked with its network, and with its data if they are on this machine. What is hidden in a
    folder, and files in it without the key `archspec`, are passed over and counted. The exit status
    is 0 if all are sound, 1 if one has an error, 2 if a file cannot be read.
    """
    how = How(values, _roots(specs), Chosen(select, ignore), strict, ProjectSettings())
    if watch:
        from archspec.commands._watch import watch_specs

        _refuse_with_watch(specs, format, statistics)
        watch_specs(specs, how, quiet, skip_others)
    passed: list[str] = []
    files = find_files(specs, passed)
    named = set() if skip_others else set(specs)
    text = format == "text" and not statistics
    found: list[Diagnostic] = []
    checked: list[Checked] = []
    told: set[tuple[Any, ...]] = set()
    for number, path in enumerate(files):
        _show_progress(number, files)
        with no_collection():
            file = check_file(path, how, path not in named and path != "-")
            if file is None:
                passed.append(path)
                continue
            diagnostics = untold(file, told)
            reported = reported_text(path, file, diagnostics, quiet) if text else ""
        checked.append(file)
        found += diagnostics
        if text:
            _clear_progress(files)
            show(reported)
    _clear_progress(files)
    if not checked and not skip_others:
        where = ", ".join(specs) + (f": {_passed(passed)}" if passed else "")
        raise click.UsageError(visible(f"there is no spec (.yaml, .yml, .json) in {where}"))
    if statistics:
        from archspec.commands._statistics import show_statistics

        show_statistics(found, format)
    elif not text:
        show(report(found, format))
    if format == "text":
        for line in summary_lines(checked, found, [] if quiet else passed):
            say(line)
    if not any(file.sink.errors for file in checked) and any(file.is_bad for file in checked):
        end(WRONG)
    end_with(found)


def _roots(specs: Iterable[str]) -> tuple[str, ...]:
    return real_paths([*given_roots(), *quotable(specs)])


def _refuse_with_watch(specs: tuple[str, ...], format: str, statistics: bool) -> None:
    other = "--statistics" if statistics else f"--format {format}" if format != "text" else ""
    if "-" in specs or other:
        raise click.UsageError(f"--watch does not go with {other or 'standard input'}")


def untold(file: Checked, told: set[tuple[Any, ...]]) -> list[Diagnostic]:
    """What is wrong in a file, without what was said with another one; notes what is."""
    diagnostics = [d for d in file.sink.diagnostics if _key(d) not in told]
    told.update(_key(d) for d in diagnostics)
    return diagnostics


def reported_text(path: str, file: Checked, diagnostics: list[Diagnostic], quiet: bool) -> str:
    """All that is said of a file, for people."""
    color = wants_color(sys.stdout)
    text = report(diagnostics, "text", color, terminal_width())
    if not file.is_bad:
        return text if quiet else line_of(OK, f" {path}  {file.line}") + text
    return text or line_of(f"{path}: its errors stand above") + "\n"


def check_file(path: str, how: How, sifted: bool) -> Checked | None:
    """What becomes of a file; None if it was ``sifted`` and is neither spec nor recipe."""
    if sifted and _is_large(path):
        from archspec.commands._others import is_other

        if is_other(path):
            return None
    sink = Sink()
    sink.roots = how.roots
    document = open_spec(path, sink)
    if sifted and not (document and type(document.value) is dict and "archspec" in document.value):
        from archspec.commands._others import is_meant

        if not is_meant(path, document):
            return None
    settings = how.projects.of(path, sink)
    sink.selection = how.chosen.selection(settings.selection)
    strict = settings.strict if how.strict is None else how.strict
    if document is None:
        return Checked(False, sink, strict)
    if is_recipe(document.value):
        from archspec.train.check.read import read_recipe

        recipe = read_recipe(document, sink, how.values, needed=False)
        return Checked(True, sink, strict, recipe_line(recipe) if recipe else "")
    shaped = shape_document(document, sink, how.values)
    return Checked(False, sink, strict, "" if sink.errors else spec_line(shaped))


def _is_large(path: str) -> bool:
    """Whether parsing a file to find out that it is something else would take long."""
    try:
        return os.path.getsize(path) > _LARGE
    except OSError:
        return False


def is_recipe(value: Any) -> bool:
    """Whether a document is a recipe: it has `spec`, or else more keys of recipes than of specs."""
    if not isinstance(value, dict):
        return False
    if "spec" in value:
        return True
    known = fields(SpecKeys).keys()
    if known >= value.keys():
        return False
    from archspec.train.recipe.keys import RecipeKeys

    return len(fields(RecipeKeys).keys() & value.keys()) > len(known & value.keys())


def _key(found: Diagnostic) -> tuple[Any, ...]:
    """What tells mistakes apart: a recipe says those of its network, which may be checked too."""
    return found.source.name, found.span, found.code, found.message


def summary_lines(
    checked: list[Checked], found: list[Diagnostic], passed: list[str]
) -> Iterator[str]:
    """What is said of all files together."""
    counts = {word: sum(d.severity == word for d in found) for word in SEVERITIES}
    if len(checked) > 1 or found or passed:
        parts = [f"{_counts(checked)} sound" if checked else "no spec"]
        parts += [f"{n} {word}{'s' * (n > 1)}" for word, n in counts.items() if n]
        if any(file.sink.full for file in checked):
            parts.append("and perhaps more")
        if passed:
            parts.append(_passed(passed))
        yield ", ".join(parts)
        if counts["error"]:
            code = next(d.code for d in found if d.severity == "error")
            yield f"`archspec explain {code}` says more"
        elif any(file.is_bad for file in checked):
            yield "strict: a warning counts as an error"


def _passed(passed: list[str]) -> str:
    """How many files and folders were not looked at."""
    folders = sum(os.path.isdir(path) for path in passed)
    counts = (("file", len(passed) - folders), ("folder", folders))
    parts = [f"{count:,} {word}{'s' * (count > 1)}" for word, count in counts if count]
    return f"{' and '.join(parts)} passed over"


def _counts(checked: list[Checked]) -> str:
    """How many of the specs and how many of the recipes are sound."""
    parts = []
    for word, recipe in (("spec", False), ("recipe", True)):
        sound = [not file.is_bad for file in checked if file.recipe == recipe]
        if sound:
            parts.append(f"{sum(sound)} of {len(sound)} {word}{'s' * (len(sound) > 1)}")
    return " and ".join(parts)


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
