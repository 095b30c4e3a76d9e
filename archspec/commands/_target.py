"""What commands share whose result is not text: refusing, with the status of wrong usage."""

import sys
from typing import NoReturn

import click

from archspec.commands._options import wants_color
from archspec.diagnostics import Sink, SourcePlace
from archspec.emit.keras.backend import BackendError
from archspec.report import report
from archspec.source import Source


def refuse(sink: Sink, code: str, where: str, message: str, help: str) -> NoReturn:
    """Report why there can be no result, and leave with status 2."""
    sink.report(code, SourcePlace(Source(where, "")), message, help=[help] if help else [])
    show(sink)
    sys.exit(2)


def refuse_backend(sink: Sink, error: BackendError, backend: str | None) -> NoReturn:
    """Report that there is no backend, and leave with status 2."""
    refuse(sink, "AS501", f"--backend {backend}" if backend else "Keras", error.message, error.help)


def look_at_model(sink: Sink, path: str) -> None:
    """Leave with status 2 if a file of a model or of weights cannot be read: before Keras is there."""
    from archspec.weights.error import ModelError
    from archspec.weights.model_file import ModelFile

    try:
        ModelFile(path).close()
    except ModelError as error:
        refuse(sink, "AS507", path, str(error), "")


def show(sink: Sink) -> None:
    """Print errors and warnings to standard error."""
    click.echo(report(sink.diagnostics, "text", wants_color(sys.stderr)), err=True, nl=False)
