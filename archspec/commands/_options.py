"""Options and steps that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from archspec.commands._leave import leave
from archspec.commands._root import given_roots
from archspec.diagnostics.codes import CODES, is_error
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.settings import ProjectSettings
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import INPUT, SourceError, decode_source, read_standard_input
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.files.roots import real_paths
from archspec.infer.infer import ShapedGraph
from archspec.parse import parse
from archspec.parse.document import Document
from archspec.pipeline import open_document, quotable, report_unreadable, shape_document


def set_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--set NAME=VALUE``, as often as there are parameters."""
    return click.option(
        "--set",
        "values",
        multiple=True,
        metavar="NAME=VALUE",
        callback=read_values,
        help="Another value for a parameter of the spec.",
    )(function)


def read_values(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier() or "\n" in value:
            raise click.BadParameter(f"`{text}` is not NAME=VALUE", ctx, param)
        values[name] = value
    return values


class Chosen:
    """What the command line says of warnings and notes."""

    def __init__(self, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> None:
        self.select = select
        self.ignore = ignore

    def selection(self, project: Selection | None = None) -> Selection:
        """The selection, above that of a project."""
        return Selection(self.select, self.ignore, project)


def selection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--select CODES`` and ``--ignore CODES``."""
    for name, help in (
        ("--ignore", "Warnings and notes not to tell."),
        ("--select", "Warnings and notes to tell beside all warnings: AS801,AS9; ALL."),
    ):
        function = click.option(
            name,
            multiple=True,
            metavar="CODES",
            callback=_read_codes,
            help=help,
            shell_complete=_complete_codes,
        )(function)
    return function


def _complete_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    before, comma, last = incomplete.rpartition(",")
    codes = ["ALL", *(c for c in CODES if not is_error(c))]
    return [f"{before}{comma}{c}" for c in codes if c.startswith(last.upper())]


def _read_codes(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    if not given:
        return ()
    from archspec.diagnostics.find_code import CodeError, find_code

    found = []
    for written in (code for text in given for code in text.split(",") if code.strip()):
        try:
            found.append(find_code(written))
        except CodeError as error:
            hint = as_sentence(did_you_mean(error.meant)) if error.meant else ""
            raise click.BadParameter(f"{error.message}.{hint}", ctx, param) from None
    return tuple(found)


def open_spec(path: str, sink: Sink, data: bytes | None = None) -> Document | None:
    """The document of a file, or of standard input for ``-``; of ``data``, if it is given, instead.

    A sink without roots gets those of this path and of ``--root``, and what the project ignores;
    ``check`` and ``summary`` say what is wrong in its settings.
    """
    if sink.roots is None:
        sink.roots = real_paths([*given_roots(), *quotable([path])])
        if sink.selection.project is None:
            sink.selection = Selection(project=ProjectSettings().of(path, Sink()).selection)
    if path != "-" and data is None:
        return open_document(path, sink)
    try:
        if data is not None:
            return parse(decode_source(INPUT if path == "-" else path, data), sink)
        return parse(read_standard_input(), sink)
    except SourceError as error:
        report_unreadable(error, sink)
        return None


def is_model(path: str, document: Document | None, sink: Sink, before: int) -> bool:
    """Whether a file that was opened as a spec is a model; what was told of it as a spec is taken back.

    Nothing is looked at that the sink may not quote.

    Args:
        path: the file.
        document: what was read of it, if anything could be.
        sink: the sink.
        before: how many diagnostics it had before the file was opened.
    """
    if path == "-" or (document is not None and not _may_be_config(document.value)):
        return False
    from archspec.importer.read import is_model_file

    if not sink.may_quote(path) or not is_model_file(path):
        return False
    sink.take_back(before)
    return True


def _may_be_config(value: Any) -> bool:
    """Whether what was read may be the config of a model: JSON in JSON is a text."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    return "archspec" not in value and ("class_name" in value or "modelTopology" in value)


Examine = Callable[[Document, Sink], object]
"""Reports all that is wrong with a document."""


def document_or_leave(path: str, sink: Sink, examine: Examine = shape_document) -> Document:
    """The document of a file, or of standard input; prints why not and leaves if there is none.

    ``examine`` finds what is wrong with it, when it is tried what would mend its text.
    """
    document = open_spec(path, sink)
    if document is None:
        try_fixes(path, sink, examine)
        leave(sink, path)
    return document


def try_fixes(path: str, sink: Sink, examine: Examine) -> None:
    """Try what would mend a file, before it is told; ``examine`` finds what is wrong with it."""
    if any(d.fixes for d in sink.diagnostics):
        from archspec.mend.behind import try_found

        try_found(sink, INPUT if path == "-" else path, examine)


def shaped_or_leave(
    path: str,
    values: dict[str, str] | None = None,
    sink: Sink | None = None,
    opened: Callable[[Document], object] | None = None,
) -> ShapedGraph:
    """The shaped graph of one spec, or of a model file; prints the errors and leaves if there are any.

    Warnings are in the sink, if one is given. ``opened`` is given the document of a spec before it is
    looked at.
    """
    sink = Sink() if sink is None else sink
    before = sink.count
    document = open_spec(path, sink)
    if document is not None and opened is not None:
        opened(document)
    if is_model(path, document, sink, before):
        from archspec.importer.model_as_spec import shape_model

        return shape_model(path, sink, values) or leave(sink, path)

    def examine(document: Document, sink: Sink) -> ShapedGraph | None:
        return shape_document(document, sink, values)

    shaped = None if document is None else examine(document, sink)
    try_fixes(path, sink, examine)
    if shaped is None:
        leave(sink, path)
    return shaped


def complete_shipped(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of networks and recipes that ship, for the shell."""
    from archspec.files.shipped import shipped_recipes, shipped_specs

    names = [*shipped_specs(), *shipped_recipes()]
    return [name for name in names if name.startswith(incomplete)]
