"""A source: the text of one spec and the name under which messages speak of it."""

import codecs
import errno
import sys
from typing import NamedTuple

from archspec.files.reading import open_regular, reason

_BEGINNING = 4096
"""Bytes among which a binary file has a zero."""

_NOT = "not a spec"

MAX_BYTES = 16 * 1024 * 1024
"""Largest file that is read: a spec of 100,000 layers has about 6 MB."""

INPUT = "<stdin>"
"""The name of standard input."""


class Source(NamedTuple):
    """Text and its name: a path as the user wrote it, or ``<stdin>``."""

    name: str
    text: str


class SourceError(Exception):
    """A file that cannot be read as text; ``code`` is the entry of the table of codes."""

    def __init__(
        self,
        code: str,
        name: str,
        message: str,
        hint: str = "",
        text: str = "",
        where: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.name = name
        self.message = message
        self.hint = hint
        self.text = text
        """The text as far as it could be read."""
        self.where = where
        """Line and column of the error in it, from 1."""


def read_source(path: str) -> Source:
    """Read a file as UTF-8 text.

    Raises:
        SourceError: the file is missing, not a regular file, too large, binary or not UTF-8.
    """
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        hint = ""
        if error.errno == errno.EINVAL:
            hint = "only regular files are read, and standard input as `-`"
        raise SourceError("AS001", path, f"cannot read this file: {reason(error)}", hint) from None
    except ValueError:  # a NUL in the path, or half of a character
        raise SourceError("AS001", path, "cannot read this file: no file has such a name") from None
    return decode_source(path, data)


def read_standard_input() -> Source:
    """Read standard input as UTF-8 text.

    Raises:
        SourceError: it is closed, too large, binary or not UTF-8.
    """
    return decode_source(INPUT, read_input_bytes())


def read_input_bytes() -> bytes:
    """Read standard input, of which no more is taken than a spec may have, and a byte.

    Raises:
        SourceError: it is closed.
    """
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError("AS001", INPUT, f"cannot read this file: {reason(error)}") from None


def decode_source(name: str, data: bytes) -> Source:
    """Decode the bytes of a spec, refusing what is not UTF-8 text."""
    if b"\0" in data[:_BEGINNING] and (binary := _binary(name, data)):
        raise binary
    if len(data) > MAX_BYTES:
        raise SourceError(
            "AS004",
            name,
            f"this file has more than {MAX_BYTES:,} bytes ({MAX_BYTES // 2**20} MB), the most that"
            " a spec may have",
            "write repeated layers as a `repeat` or a block",
        )
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "UTF-32"),
        (codecs.BOM_UTF32_BE, "UTF-32"),
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
    ):
        if data.startswith(mark):
            raise SourceError(
                "AS003", name, f"the text is {encoding}, not UTF-8", "save the file as UTF-8"
            )
    if b"\0" in data:
        if not any(data[0:64:2]) or not any(data[1:64:2]):
            message = "the text is UTF-16, not UTF-8"
            raise SourceError("AS003", name, message, "save the file as UTF-8")
        raise _binary(name, data) or SourceError("AS002", name, f"this is a binary file, {_NOT}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if binary := _binary(name, data):
            raise binary from None
        before = with_newlines(data[: error.start].decode("utf-8-sig"))
        raise SourceError(
            "AS003",
            name,
            f"the text is not UTF-8: it has the byte 0x{data[error.start]:02X}",
            "save the file as UTF-8",
            with_newlines(data.decode("utf-8-sig", "replace")),
            (before.count("\n") + 1, len(before) - before.rfind("\n")),
        ) from None
    return Source(name, with_newlines(text))


def _binary(name: str, data: bytes) -> SourceError | None:
    """The error for bytes of a kind that is known."""
    from archspec.diagnostics.binary_files import name_binary

    kind, help = name_binary(data)
    return SourceError("AS002", name, f"this is {kind}, {_NOT}", help) if kind else None


def with_newlines(text: str) -> str:
    """A text whose lines end with line feeds."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
