"""A file with its fixes applied: written, shown, and told."""

import codecs
import contextlib
import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from archspec.commands._options import Examine
from archspec.commands._say import give, say, show
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import INPUT, Source
from archspec.files.reading import open_regular
from archspec.files.writing import WriteError, replacing, unwritable
from archspec.mend.applying import mend
from archspec.mend.trying import rechecks


class How(NamedTuple):
    """What is done with the fixes of a file."""

    diff: bool
    """Whether what they change is only shown."""
    unsafe: bool
    """Whether those that may be meant otherwise are applied too."""
    given: bytes | None
    """What stands in standard input, if that is to be mended."""
    err: bool
    """Whether what was done is said to standard error."""


def change(path: str, how: How, sink: Sink, examine: Examine) -> bytes | None:
    """Apply the fixes that a file, or ``-``, has: its bytes then, or None if they are the same."""
    name = INPUT if path == "-" else path
    data: bytes | None = None
    if any(d.tried and d.source.name == name for d in sink.diagnostics):
        try:
            data = _changed(path, name, how, sink, examine)
        except WriteError as error:
            help = [error.hint] if error.hint else []
            place = SourcePlace(Source(path, ""))
            sink.report(error.code, place, error.message, help=help)
    if path == "-" and not how.diff:
        give(how.given or b"" if data is None else data)
    return data


def _changed(path: str, name: str, how: How, sink: Sink, examine: Examine) -> bytes | None:
    before = how.given or b"" if path == "-" else _read(path)
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    try:
        text = before.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WriteError("AS503", path, _CHANGED) from None
    mended = mend(name, text, rechecks(sink, examine), how.unsafe)
    if not mended.done:
        return None
    after = mark + mended.text.encode()
    if how.diff:
        show("".join(_difference(name, text, mended.text)))
    elif path != "-":
        _write(path, before, after, sink)
    say(f"{'would fix' if how.diff else 'fixed'} {len(mended.done)}: {name}", err=how.err)
    for done in mended.done:
        line = f"line {done.where.line}: " if done.where else ""
        say(f"  {line}{done.code} {done.message}: {done.fix.message}", err=how.err)
    return after


def _read(path: str) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


_CHANGED = "this file has changed meanwhile: it is left as it is"


def _write(path: str, before: bytes, after: bytes, sink: Sink) -> None:
    """Write a file that still has the bytes that were read.

    Raises:
        WriteError: it has others, it leads out of what was given, or must not be written (AS503).
    """
    target = os.path.realpath(path)
    if not sink.may_quote(path):
        message = f"this link leads to {target}, which lies outside: it is not changed"
        raise WriteError("AS503", path, message, f"`archspec check --fix {target}` changes it")
    try:
        known = os.stat(target)
        if not known.st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
            raise WriteError("AS503", path, "this file is read-only: it is not changed")
        with replacing(target, path) as new:
            with open(new, "xb") as file:
                file.write(after)
            with contextlib.suppress(OSError, AttributeError):  # root's alone, and not of Windows
                os.chown(new, known.st_uid, known.st_gid)
            with open_regular(target) as file:
                if file.read() != before:
                    raise WriteError("AS503", path, _CHANGED)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


def _difference(name: str, before: str, after: str) -> Iterator[str]:
    """Lines of a unified difference."""
    from difflib import unified_diff

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in unified_diff(old, new, name, name):
        if line.endswith("\n"):
            yield line.replace("\r\n", "\n")
        else:
            yield f"{line}\n\\ No newline at end of file\n"
