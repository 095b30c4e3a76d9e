"""Leaving a command: what is said, and the exit status that goes with it.

Every command that does not simply end leaves through :func:`end`; what else may end one, such as
an interrupt or a closed pipe, gets its status in ``archspec/commands/__init__.py``.
docs/reliability.md has the table, tests/commands/test_exit_status.py holds it.
"""

import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from archspec.commands._say import say, show, terminal_width, wants_color
from archspec.commands._statuses import UNUSABLE, WRONG
from archspec.diagnostics.codes import status_of
from archspec.diagnostics.report import report
from archspec.diagnostics.sink import Diagnostic, Sink, SourcePlace
from archspec.diagnostics.source import Source


def end(status: int) -> NoReturn:
    """Leave with a status; what is to be said has been said."""
    sys.exit(status)


def end_with(found: Iterable[Diagnostic]) -> NoReturn:
    """Leave with the status that fits diagnostics, which have been printed; 0 for none."""
    end(status_of(d.code for d in found))


def leave(sink: Sink, path: str = "") -> NoReturn:
    """Print the diagnostics to standard error and leave with the status that fits them.

    Raises:
        KeyboardInterrupt: the error is what Keras, or a backend, has made of an interrupt.
    """
    if watching := sys.modules.get("archspec.emit.keras.interrupts"):
        watching.check_interrupt()
    if not sink.diagnostics:
        say(f"{path} is a library of blocks, not a network", err=True)
        end(UNUSABLE)
    print_diagnostics(sink.diagnostics)
    end_with(sink.diagnostics)


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
    end(WRONG)


def print_diagnostics(found: list[Diagnostic]) -> None:
    """Print errors and warnings to standard error."""
    text = report(found, "text", wants_color(sys.stderr), terminal_width(sys.stderr))
    show(text, err=True)
