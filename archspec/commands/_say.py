"""Printing: everything that a command says goes through here, so that nothing in it acts.

Names, titles and paths are the user's; characters of theirs that a terminal would obey, or that
would begin a line of their own in a log, are shown as signs.
"""

import sys
from collections.abc import Iterable
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
    _write(_line(parts, color), err, color)


def line_of(*parts: str | Painted, err: bool = False, color: bool | None = None) -> str:
    """One line as :func:`say` prints it; whether it has ``color`` is looked up if it is not given."""
    return _line(parts, wants_color(sys.stderr if err else sys.stdout) if color is None else color)


def warn(*lines: str) -> None:
    """Say a warning to standard error; further lines stand below the first one's text.

    Raises:
        OutputError: it cannot be printed.
    """
    for number, line in enumerate(lines):
        say(" " * len(_WARNING) if number else _WARNING, line, err=True)


def show(text: str, err: bool = False, color: bool | None = None) -> None:
    """Print text of several lines as an emitter made it, with its colours if there are any.

    Whether there are is looked up if it is not given.

    Raises:
        OutputError: it cannot be printed.
    """
    color = wants_color(sys.stderr if err else sys.stdout) if color is None else color
    _write(visible_lines(text, color), err, color)


def clear_screen() -> None:
    """Empty the terminal, for what is shown next.

    Raises:
        OutputError: nothing more can be printed.
    """
    try:
        sys.stdout.write("\x1b[2J\x1b[H")
    except OSError as error:
        raise OutputError(reason(error)) from error


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


def _line(parts: Iterable[str | Painted], color: bool) -> str:
    return "".join([_shown(part, color) for part in parts]) + "\n"


def _shown(part: str | Painted, color: bool) -> str:
    if isinstance(part, str):
        return visible(part)
    text = visible(part.text)
    return f"\x1b[{_COLORS[part.color]}m{text}\x1b[0m" if color else text


def _write(text: str, err: bool, color: bool) -> None:
    stream = sys.stderr if err else sys.stdout
    if not err and stream is None:
        raise OutputError("it is closed")
    try:
        click.echo(text, err=err, nl=False, color=color)
    except OSError as error:  # click would leave with status 1 for a closed pipe
        raise OutputError(reason(error)) from error


def write_bytes(data: bytes) -> None:
    """A file's content on standard output, as it is.

    Raises:
        OutputError: it cannot be written.
    """
    if sys.stdout is None:
        raise OutputError("it is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise OutputError(reason(error)) from error


def wants_color(stream: Any) -> bool:
    """Whether output has colour: what the environment asks for first, or else whether it is a terminal.

    ``NO_COLOR`` comes before ``FORCE_COLOR`` and ``CLICOLOR_FORCE``, these before ``CLICOLOR=0`` and
    ``TERM=dumb``.
    """
    import os

    if stream is None or os.environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name, "0").lower() not in ("", "0", "false"):
            return True
    if "0" in (os.environ.get("CLICOLOR"), os.environ.get("FORCE_COLOR")):
        return False
    return os.environ.get("TERM") != "dumb" and bool(stream.isatty())


def terminal_width(stream: Any = None) -> int | None:
    """Columns of the terminal, or what ``COLUMNS`` says of it; None if the stream is not one.

    The stream is standard output if none is given.
    """
    import os

    try:
        columns = os.get_terminal_size((stream or sys.stdout).fileno()).columns
    except (OSError, ValueError, AttributeError):
        return None
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given[:6]):
        columns = int(given[:6])
    return columns or None
