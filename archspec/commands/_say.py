"""Printing: everything that a command says goes through here, so that nothing in it acts.

Names, titles and paths are the user's; characters of theirs that a terminal would obey, or that
would begin a line of their own in a log, are shown as signs.
"""

import sys
from typing import Any

import click

from archspec.diagnostics.characters import visible, visible_lines
from archspec.files.reading import reason

_WARNING = "warning: "
_COLORS = {"green": 32, "red": 31, "bold": 1}


class OutputError(Exception):
    """Standard output or standard error takes no more: the disk is full, or a pipe is closed."""


class Painted:
    """A part of a line in a colour, where there are colours."""

    __slots__ = ("color", "text")

    def __init__(self, text: str, color: str) -> None:
        self.text = text
        self.color = color


OK = Painted("ok", "green")


def say(*parts: str | Painted, err: bool = False) -> None:
    """Print one line, whose parts stand one behind the other.

    Raises:
        OutputError: it cannot be printed.
    """
    color = wants_color(sys.stderr if err else sys.stdout)
    _write("".join(_shown(part, color) for part in parts) + "\n", err)


def warn(*lines: str) -> None:
    """Say a warning to standard error; further lines stand below the first one's text.

    Raises:
        OutputError: it cannot be printed.
    """
    for number, line in enumerate(lines):
        say(" " * len(_WARNING) if number else _WARNING, line, err=True)


def show(text: str, err: bool = False) -> None:
    """Print text of several lines as an emitter made it, with its colours if there are any.

    Raises:
        OutputError: it cannot be printed.
    """
    _write(visible_lines(text, wants_color(sys.stderr if err else sys.stdout)), err)


def give(data: bytes) -> None:
    """Send bytes to standard output as they are: a file's, which somebody asked for.

    Raises:
        OutputError: it takes no more.
    """
    if sys.stdout is None:
        raise OutputError("it is closed")
    try:
        click.echo(data, nl=False)
    except OSError as error:
        raise OutputError(reason(error)) from error


def _shown(part: str | Painted, color: bool) -> str:
    if isinstance(part, str):
        return visible(part)
    text = visible(part.text)
    return f"\x1b[{_COLORS[part.color]}m{text}\x1b[0m" if color else text


def _write(text: str, err: bool) -> None:
    if not err and sys.stdout is None:
        raise OutputError("it is closed")
    try:
        click.echo(text, err=err, nl=False)
    except OSError as error:  # click would leave with status 1 for a closed pipe
        raise OutputError(reason(error)) from error


def wants_color(stream: Any) -> bool:
    """Whether output may have colour: on a terminal, unless NO_COLOR is set."""
    import os

    return (
        stream is not None
        and bool(stream.isatty())
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def terminal_width() -> int | None:
    """Columns of the terminal; None if standard output is not one."""
    import os

    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return None
