"""``archspec check``: whether specs and recipes are right."""

import os
import sys
from typing import Any, NamedTuple, TextIO

import click

from archspec.commands._fix import Fixing, fixing_options
from archspec.commands._leave import differ, end_with
from archspec.commands._options import Examine, open_spec, set_option, try_fixes
from archspec.commands._root import given_roots
from archspec.commands._say import OK, say, show, wants_color
from archspec.diagnostics.characters import visible
from archspec.diagnostics.codes import is_error
from archspec.diagnostics.report import FORMATS, report
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.files.roots import real_paths
from archspec.infer.infer import ShapedGraph
from archspec.parse import Document
from archspec.pipeline import find_files, no_collection, quotable, shape_document
from archspec.records.record import fields
from archspec.spec.words import SpecKeys

_LARGE = 50_000
"""Bytes of a file in a folder that is looked at before it is parsed."""


class _Checked(NamedTuple):
    """What became of a file."""

    recipe: bool
    sink: Sink
    line: str
    """What is said of it if it is sound."""


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@set_option
@click.option("--format", type=click.Choice(FORMATS), default="text", help="How to print errors.")
@click.option("--quiet", "-q", is_flag=True, help="Print errors and warnings only.")
@click.option("--skip-others", is_flag=True, help="Pass over files that are no specs, named too.")
@fixing_options
def command(
    specs: tuple[str, ...],
    values: dict[str, str],
    format: str,
    quiet: bool,
    skip_others: bool,
    fixing: Fixing,
) -> None:
    """Check specs and recipes: files, folders, or - for standard input.

    Prints a line for each sound spec, with its chain of sizes, parameters and
    multiply-accumulates, and every error of all files. A recipe, which has the key `spec`, is
    checked with its network, and with its data if they are on this machine. What is hidden in a
    folder, and files in it without the key `archspec`, are passed over and counted. --fix changes
    the files that were given, --diff shows how, where it can hardly be meant otherwise and the
    error is gone then. The exit status is 0 if all are sound, 1 if one has an error, 2 if a file
    cannot be read or written.
    """
    passed: list[str] = []
    files = find_files(specs, passed)
    named = set() if skip_others else set(specs)
    text = format == "text"
    err = fixing.takes_output(specs)
    color = wants_color(sys.stderr if err else sys.stdout)
    found: list[Diagnostic] = []
    checked: list[_Checked] = []
    told: set[tuple[Any, ...]] = set()
    roots = real_paths([*given_roots(), *quotable(specs)])
    for number, path in enumerate(files):
        _show_progress(number, files)
        with no_collection():
            sifted = path not in named and path != "-"
            file = _check(path, values, roots, sifted, fixing.input(path))
            if file is None:
                passed.append(path)
                continue
            data = fixing.change(path, file.sink, _examiner(values), err or not text)
            if data is not None:
                file = _check(path, values, roots, False, data) or file
            diagnostics = [d for d in file.sink.diagnostics if _key(d) not in told]
            told.update(_key(d) for d in diagnostics)
            reported = report(diagnostics, "text", color) if text else ""
        checked.append(file)
        found += diagnostics
        if text:
            _clear_progress(files)
            if not file.sink.errors and not quiet:
                say(OK, f" {path}  {file.line}", err=err)
            elif file.sink.errors and not diagnostics:
                say(f"{path}: its errors stand above", err=err)
                say(err=err)
            if reported:
                show(reported, err)
    _clear_progress(files)
    if not checked and not skip_others:
        where = ", ".join(specs) + (f": {_passed(passed)}" if passed else "")
        raise click.UsageError(visible(f"there is no spec (.yaml, .yml, .json) in {where}"))
    if text:
        _show_summary(checked, found, [] if quiet else passed, err)
    else:
        show(report(found, format), err)
    if fixing.changes and not any(is_error(d.code) for d in found):
        differ()
    end_with(found)


def _check(
    path: str,
    values: dict[str, str],
    roots: tuple[str, ...],
    sifted: bool,
    data: bytes | None = None,
) -> _Checked | None:
    """What becomes of a file; None if it was ``sifted`` and is neither spec nor recipe.

    ``data`` is what is in it, if that was read already or is not written.
    """
    if sifted and _is_large(path):
        from archspec.commands._others import is_other

        if is_other(path):
            return None
    sink = Sink()
    sink.roots = roots
    document = open_spec(path, sink, data)
    if sifted and not (document and type(document.value) is dict and "archspec" in document.value):
        from archspec.commands._others import is_meant

        if not is_meant(path, document):
            return None
    recipe, found = (False, None) if document is None else _examine(document, sink, values)
    try_fixes(path, sink, _examiner(values))
    if sink.errors or (recipe and found is None):
        return _Checked(recipe, sink, "")
    return _Checked(recipe, sink, (_recipe_line if recipe else _line)(found))


def _examine(document: Document, sink: Sink, values: dict[str, str]) -> tuple[bool, Any]:
    """Whether a document is a recipe, and the recipe or the network of it."""
    if not is_recipe(document.value):
        return False, shape_document(document, sink, values)
    from archspec.train.check.read import read_recipe

    return True, read_recipe(document, sink, values, needed=False)


def _examiner(values: dict[str, str]) -> Examine:
    return lambda document, sink: _examine(document, sink, values)


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


def _line(shaped: ShapedGraph | None) -> str:
    from archspec.emit.sizes import size_chain

    if shaped is None:
        return "blocks only"
    macs = f"{_short(shaped.macs)} MACs"
    if not shaped.macs_known:
        inputs = (shaped.shape((index, 0)) for index in shaped.graph.inputs.values())
        whose = "the input's size" if any(None in s for s in inputs) else "a size not known"
        macs = f"MACs depend on {whose}"
    parts = [size_chain(shaped), f"{shaped.params:,} params", macs]
    return "  ".join(p for p in parts if p)


def _short(count: int) -> str:
    for power, unit in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return str(count)


def _recipe_line(recipe: Any) -> str:
    """A recipe in a line: what goes in and out, how it learns, and for how long."""
    from archspec.records.record import snake_case
    from archspec.shapes.shape import format_shape

    shaped, keys, rate = recipe.shaped, recipe.keys, recipe.optimizer.learning_rate
    outputs = format_shape(shaped.shape(shaped.graph.outputs[0]))
    inputs = format_shape(recipe.picture) if recipe.picture else "?"
    optimizer = type(recipe.optimizer).__name__
    if not isinstance(rate, float):
        optimizer += f" with {type(rate).__name__}"
    epochs = f"{keys.epochs}" + (f" + {recipe.fine_tune.epochs}" if recipe.fine_tune else "")
    parts = [
        f"{shaped.name} {inputs} → {outputs}",
        f"{snake_case(type(recipe.loss).__name__)}, {optimizer}",
        f"{epochs} epoch{'s' * (recipe.epochs > 1)}, batches of {keys.batch_size}",
    ]
    if recipe.missing:
        parts.append(f"not here: {', '.join(recipe.missing)}")
    return "  ".join(parts)


def _show_summary(
    checked: list[_Checked], found: list[Diagnostic], passed: list[str], err: bool
) -> None:
    errors = sum(d.severity == "error" for d in found)
    warnings = len(found) - errors
    if len(checked) > 1 or found or passed:
        parts = [f"{_counts(checked)} sound" if checked else "no spec"]
        if errors:
            parts.append(f"{errors} error{'s' * (errors > 1)}")
        if warnings:
            parts.append(f"{warnings} warning{'s' * (warnings > 1)}")
        if any(file.sink.full for file in checked):
            parts.append("and perhaps more")
        if passed:
            parts.append(_passed(passed))
        say(", ".join(parts), err=err)
        if errors:
            code = next(d.code for d in found if d.severity == "error")
            say(f"`archspec explain {code}` says more", err=err)
        certain = sum(any(fix.certain for fix in d.tried) for d in found)
        if certain:
            what = (
                f"{certain} of them" if certain < len(found) else "it" if certain == 1 else "them"
            )
            say(f"`archspec check --fix` mends {what}", err=err)


def _passed(passed: list[str]) -> str:
    """How many files and folders were not looked at."""
    folders = sum(os.path.isdir(path) for path in passed)
    counts = (("file", len(passed) - folders), ("folder", folders))
    parts = [f"{count:,} {word}{'s' * (count > 1)}" for word, count in counts if count]
    return f"{' and '.join(parts)} passed over"


def _counts(checked: list[_Checked]) -> str:
    """How many of the specs and how many of the recipes are sound."""
    parts = []
    for word, recipe in (("spec", False), ("recipe", True)):
        sound = [not file.sink.errors for file in checked if file.recipe == recipe]
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
