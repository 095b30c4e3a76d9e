"""Leaving a command: what is said, and the exit status that goes with it.

0 sound; 1 something given is wrong, or a comparison differs; 2 usage, a file that cannot be read
or written, a target that failed; 70 our own bug; 130 interrupted; 141 a closed pipe.
docs/reliability.md has the table, tests/test_exit_status.py holds it.
"""

import sys
from typing import Any, NoReturn

from archspec.commands._say import say, show, wants_color
from archspec.diagnostics.codes import status_of
from archspec.diagnostics.report import report
from archspec.diagnostics.sink import Diagnostic, Sink, SourcePlace
from archspec.diagnostics.source import Source


def leave(sink: Sink, path: str = "") -> NoReturn:
    """Print the diagnostics to standard error and leave with the status that fits them.

    Raises:
        KeyboardInterrupt: the error is what Keras, or a backend, has made of an interrupt.
    """
    if watching := sys.modules.get("archspec.emit.keras.interrupts"):
        watching.check_interrupt()
    if not sink.diagnostics:
        say(f"{path} is a library of blocks, not a network", err=True)
        sys.exit(2)
    print_diagnostics(sink.diagnostics)
    sys.exit(status_of(d.code for d in sink.diagnostics))


def refuse(code: str, where: str, message: str, *help: str) -> NoReturn:
    """Say why there can be no result, and leave."""
    sink = Sink()
    sink.report(code, SourcePlace(Source(where, "")), message, help=[h for h in help if h])
    leave(sink)


def refuse_error(error: Any, code: str = "", where: str = "") -> NoReturn:
    """Leave because of an exception that has ``message``, and perhaps code, path and help."""
    refuse(
        code or error.code,
        where or getattr(error, "path", ""),
        error.message,
        getattr(error, "help", "") or getattr(error, "hint", ""),
    )


def differ() -> NoReturn:
    """Leave because something that was compared differs, which has been said."""
    sys.exit(1)


def print_diagnostics(found: list[Diagnostic]) -> None:
    """Print errors and warnings to standard error."""
    show(report(found, "text", wants_color(sys.stderr)), err=True)
