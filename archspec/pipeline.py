"""The verbs, in order: read, parse, validate, expand, infer."""

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from archspec.diagnostics.fixes import Fix, renamed
from archspec.diagnostics.sink import REPORTED, Place, Sink, SourcePlace, Span, TooMany
from archspec.diagnostics.source import Source, SourceError
from archspec.diagnostics.spelling import did_you_mean, nearest
from archspec.expand.expand import expand
from archspec.files.reading import is_regular
from archspec.infer.expectations import check_expectations
from archspec.infer.infer import ShapedGraph, infer
from archspec.infer.lint import lint
from archspec.parse import Document, parse
from archspec.records.cache import BoundedCache
from archspec.spec.other_files import forget_library
from archspec.spec.parameters import require_values, set_parameters
from archspec.spec.types import Spec
from archspec.spec.validate import Validator

SET = "--set"
"""The option of the commands that gives values to parameters."""


def open_document(
    path: str,
    sink: Sink,
    place: Place | None = None,
    fault: tuple[str, Place] | None = None,
) -> Document | None:
    """Read and parse a file; reports at the place that refers to it, if there is one.

    Nothing is told of a file that the sink may not quote, but that it cannot be used: with AS108
    at that place, or with the code and at the place of ``fault``.
    """
    sink.opened.add(path)
    if place is not None and sink.may_look(path) and _is_no_file(path):
        sink.report("AS108", place, f"`{path}` is not a file")
        return None
    quoted = sink.may_quote(path)
    try:
        source = sink.read(path)
    except SourceError as error:
        if not quoted and error.code != "AS001":
            _withhold(path, sink, fault or ("AS108", place))
            sink.report(error.code, SourcePlace(Source(path, "")), error.message)
        else:
            report_unreadable(error, sink, place)
        return None
    if not quoted:
        _withhold(path, sink, fault or ("AS108", place))
    if place is None:
        return parse(source, sink)
    document = _documents.get(source)
    if document is None:
        document = parse(source, sink)
        if document is not None and document.sound:
            _documents[source] = document
    return document


def _is_no_file(path: str) -> bool:
    """Whether there is something else than a file."""
    return os.path.exists(path) and not os.path.isfile(path)


def _withhold(path: str, sink: Sink, fault: tuple[str, Place | None]) -> None:
    code, place = fault
    if place is None:  # it was found in a folder, and is a link that leads out of it
        sink.withhold(path, SourcePlace(Source(path, "")), code, path)
    else:
        written = place.document.at(place.path)
        sink.withhold(path, place, code, written if isinstance(written, str) else path)


def quotable(paths: Iterable[str]) -> list[str]:
    """The roots of a sink for specs that were given: folders, and those around files.

    A file that was named is not one of them: it may be a link that leads elsewhere.
    """
    found = []
    for path in paths:
        if path == "-":
            found.append(".")
        elif os.path.isdir(path):
            found.append(path)
        else:
            found.append(os.path.dirname(path) or ".")
    return found


def forget() -> None:
    """Read and validate all files anew; for measuring."""
    _documents.clear()
    forget_library()


_documents: BoundedCache[Source, Document] = BoundedCache(500)
"""Documents that others refer to, by name and text: the same text is not parsed again."""


def report_unreadable(error: SourceError, sink: Sink, place: Place | None = None) -> None:
    """Report a file that is no text; at the place that refers to it, if there is one."""
    help: list[str | Fix] = [error.hint] if error.hint else []
    if error.code == "AS001":
        near = _near_files(error.name, sink) or _files_beside(error.name, place, sink)
        help += [_near_file_fix(error.name, n, place) if place else did_you_mean(n) for n in near]
    if place is not None:
        sink.report("AS108", place, f"`{error.name}`: {error.message}", help=help)
        return
    if error.code == "AS001":
        help += _shipped(error.name)
    span = Span(*error.where, error.where[0], error.where[1] + 1) if error.where else None
    source = Source(error.name, error.text)
    sink.report(error.code, SourcePlace(source, span), error.message, help=help)


def _near_files(path: str, sink: Sink) -> list[str]:
    """The file that was probably meant by one that does not exist."""
    folder, name = os.path.split(path)
    if os.path.lexists(path) or not sink.may_quote(folder):
        return []
    try:
        if folder and not os.path.lexists(folder):
            around, last = os.path.split(folder)
            if not sink.may_quote(around):
                return []
            near = nearest(last, sorted(os.listdir(around or ".")))
            folder = os.path.join(around, near or last)
        names = [n for n in os.listdir(folder or ".") if n.endswith(ENDINGS)]
    except (OSError, ValueError):
        return []
    near = nearest(name, sorted(names))
    return [os.path.join(folder, near)] if near else []


def _files_beside(path: str, place: Place | None, sink: Sink) -> list[str]:
    """The only file of the same name beside the one that refers to it, or in a folder there."""
    folder = os.path.dirname(place.document.source.name) if place else ""
    if place is None or not sink.may_quote(folder or "."):
        return []
    try:
        inside = [os.path.join(folder, n) for n in sorted(os.listdir(folder or "."))]
    except (OSError, ValueError):
        return []
    around = [folder, *(f for f in inside[:_MOST_FOLDERS] if os.path.isdir(f))]
    found = [os.path.join(f, os.path.basename(path)) for f in around if sink.may_quote(f or ".")]
    found = [f for f in found if sink.may_look(f) and os.path.isfile(f)]
    return found if len(found) == 1 else []


_MOST_FOLDERS = 50


def _near_file_fix(path: str, near: str, place: Place) -> str | Fix:
    """The fix of a file that is meant, if its path is what is written at the place."""
    written = place.document.at(place.path)
    folder = os.path.dirname(place.document.source.name)
    if not isinstance(written, str) or os.path.join(folder, written) != path:
        return did_you_mean(near)
    fix = renamed(place, os.path.relpath(near, folder or "."))
    return fix._replace(message=did_you_mean(near), otherwise=did_you_mean(near))


def _shipped(name: str) -> list[str]:
    """What to say of a name that is no file, but that of a network or a recipe which ships."""
    from archspec.files.shipped import find_shipped

    stem = os.path.splitext(name)[0]
    last = os.path.basename(stem)
    return [
        f"a {what} of this name ships: `archspec new {last} --from {origin}` copies it here"
        for what, origin in (("network", stem), ("recipe", f"recipes/{last}"))
        if find_shipped(origin) is not None
    ]


def read_spec(document: Document, sink: Sink) -> tuple[Spec | None, Validator]:
    """Validate a document, opening the files that it refers to; None after reporting."""
    validator = Validator(sink, lambda path, place: open_document(path, sink, place))
    try:
        spec = validator.spec(document)
        return (None if spec is REPORTED else spec), validator
    except TooMany:
        return None, validator


def shape_document(
    document: Document,
    sink: Sink,
    values: Mapping[str, Any] | None = None,
    origin: str = SET,
) -> ShapedGraph | None:
    """From a document to a shaped graph, with other values for its parameters if given.

    None after reporting, and for a spec that has blocks only.

    ``origin`` is what errors in these values call the place from which they come.
    """
    shaped = shape_as_it_is(document, sink, values, origin)
    return None if sink.errors else shaped


def shape_as_it_is(
    document: Document,
    sink: Sink,
    values: Mapping[str, Any] | None = None,
    origin: str = SET,
) -> ShapedGraph | None:
    """As :func:`shape_document`; but a network that is only other than expected is one as well."""
    with no_collection():
        try:
            return _shape_document(document, sink, values, origin)
        except TooMany:
            return None


@contextmanager
def no_collection() -> Iterator[None]:
    """Pauses the garbage collector: a graph is many small objects, none of them garbage yet."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def rare_collection() -> Iterator[None]:
    """Lets the garbage collector look for circles seldom: checked files leave hardly any behind."""
    before = gc.get_threshold()
    gc.set_threshold(_MOST_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


_MOST_OBJECTS = 300_000
"""Objects more than at the last look."""


def _shape_document(
    document: Document, sink: Sink, values: Mapping[str, Any] | None, origin: str
) -> ShapedGraph | None:
    spec, validator = read_spec(document, sink)
    if spec is None:
        return None
    told = sink.reports
    if values:
        spec = set_values(spec, values, sink, origin)
    if not spec.body.items:
        return None  # a library of blocks
    require_values(spec, sink)
    if sink.reports > told and sink.errors:
        return None  # formulas would have no values
    graph = expand(spec, sink, validator.maker)
    if graph is REPORTED:
        return None
    sink.layers += len(graph.nodes)
    shaped = infer(graph, sink)
    sound = not sink.errors
    check_expectations(shaped, sink)
    if not validator.maker.stood_in:
        lint(shaped, sink)
    if sound and not values and sink.selection.wants_code("AS890"):
        from archspec.diagnostics.ignores import lint_ignores  # a note that few want

        lint_ignores(document, sink)
    return shaped if sound else None


def set_values(spec: Spec, values: Mapping[str, Any], sink: Sink, origin: str = SET) -> Spec:
    """The spec with values given from outside, as text of YAML scalars or as plain values."""
    document = parse_values(values, sink, origin)
    if document is None:
        return spec
    places = {name: document.root.at(name) for name in document.value}
    return set_parameters(spec, document.value, places, sink)._replace(expect=None)


def parse_values(values: Mapping[str, Any], sink: Sink, origin: str = SET) -> Document | None:
    """A document of values given from outside, so that errors can point into it."""
    import json

    lines = []
    for name, value in values.items():
        lines.append(f"{name}: {value if isinstance(value, str) else json.dumps(value)}")
    document = parse(Source(origin, "\n".join(lines)), sink)
    return document if document and document.sound else None


def shape_file(
    path: str, sink: Sink, values: Mapping[str, Any] | None = None
) -> ShapedGraph | None:
    """From a file to a shaped graph."""
    document = open_document(path, sink)
    return shape_document(document, sink, values) if document else None


ENDINGS = (".yaml", ".yml", ".json")
"""How the names of specs end."""


def find_files(paths: Iterable[str], passed: list[str] | None = None) -> list[str]:
    """The spec files among files and folders, folders searched all the way down, sorted.

    Hidden files and folders, virtual environments, `node_modules` and what is no regular file are
    passed over, and added to ``passed``. A folder that cannot be listed is among the files.
    """
    found: list[str] = []
    passed = [] if passed is None else passed
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            found.append(path)
            continue
        for folder, below, names in os.walk(path, onerror=lambda e: found.append(e.filename)):
            inside = {b: os.path.join(folder, b) for b in sorted(below)}
            passed += [whole for whole in inside.values() if is_foreign(whole)]
            below[:] = [b for b, whole in inside.items() if not is_foreign(whole)]
            for name in sorted(names):
                if name.endswith(ENDINGS):
                    whole = os.path.join(folder, name)
                    hidden = name.startswith(".") or not is_regular(whole)
                    (passed if hidden else found).append(whole)
    return found


def is_foreign(folder: str) -> bool:
    """Whether a folder holds what others installed, or what tools keep."""
    name = os.path.basename(folder)
    if name.startswith(".") or name == "node_modules":
        return True
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))
