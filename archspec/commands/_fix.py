"""``check --fix``, ``--diff`` and ``--unsafe-fixes``: files with their fixes applied."""

import codecs
import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from typing import Any

import click

from archspec.commands._options import Examine
from archspec.commands._say import give, say, show
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.source import INPUT, Source, SourceError, read_input_bytes
from archspec.files.reading import open_regular
from archspec.files.writing import WriteError, replacing, unwritable


def fixing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options, as one argument ``fixing``."""

    def command(*, fix: bool, unsafe_fixes: bool, diff: bool, **others: Any) -> None:
        if unsafe_fixes and not (fix or diff):
            raise click.UsageError("--unsafe-fixes is about --fix and --diff")
        function(**others, fixing=Fixing(fix, diff, unsafe_fixes))

    command.__doc__ = function.__doc__
    command.__dict__.update(function.__dict__)
    for name, help in reversed(_OPTIONS.items()):
        command = click.option(name, is_flag=True, help=help)(command)
    return command


_OPTIONS = {
    "--fix": "Change the files where it is certain how, and check them again.",
    "--diff": "Show what --fix would change, and change nothing.",
    "--unsafe-fixes": "Apply fixes too that may be meant otherwise.",
}


class Fixing:
    """What is done with the fixes of the files of a run."""

    def __init__(self, fix: bool, diff: bool, unsafe: bool) -> None:
        self.active = fix or diff
        self.diff = diff
        self.unsafe = unsafe
        self.changes = False
        """Whether a file has fixes that were only shown."""
        self._input: bytes | None = None

    def takes_output(self, paths: tuple[str, ...]) -> bool:
        """Whether standard output is for texts or differences, and standard error for all else."""
        return self.diff or (self.active and "-" in paths)

    def input(self, path: str) -> bytes | None:
        """What stands in standard input, if it is to be mended; None for a file."""
        if path != "-" or not self.active:
            return None
        if self._input is None:
            with contextlib.suppress(SourceError):  # which whoever reads it again reports
                self._input = read_input_bytes()
        return self._input

    def change(self, path: str, sink: Sink, examine: Examine, err: bool) -> bytes | None:
        """Apply the fixes that a file has: its bytes then, or None if they stay as they are.

        What hinders it is reported.

        Args:
            path: the file, or ``-``.
            sink: holds what is wrong with it.
            examine: finds that.
            err: whether to say what was done to standard error.
        """
        if not self.active:
            return None
        name = INPUT if path == "-" else path
        data: bytes | None = None
        if any(d.tried and d.source.name == name for d in sink.diagnostics):
            try:
                data = self._changed(path, name, sink, examine, err)
            except WriteError as error:
                help = [error.hint] if error.hint else []
                place = SourcePlace(Source(path, ""))
                sink.report(error.code, place, error.message, help=help)
        if path == "-" and not self.diff:
            give(self._input or b"" if data is None else data)
        return data

    def _changed(
        self, path: str, name: str, sink: Sink, examine: Examine, err: bool
    ) -> bytes | None:
        from archspec.mend.applying import mend
        from archspec.mend.trying import rechecks

        before = self._read(path)
        mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
        try:
            text = before.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise WriteError("AS503", path, _CHANGED) from None
        mended = mend(name, text, rechecks(sink, examine), self.unsafe)
        if not mended.done:
            return None
        after = mark + mended.text.encode()
        if self.diff:
            self.changes = True
            show("".join(_difference(name, text, mended.text)))
        elif path != "-":
            _write(path, before, after, sink)
        say(f"{'would fix' if self.diff else 'fixed'} {len(mended.done)}: {name}", err=err)
        for done in mended.done:
            line = f"line {done.where.line}: " if done.where else ""
            say(f"  {line}{done.code} {done.message}: {done.fix.message}", err=err)
        return after

    def _read(self, path: str) -> bytes:
        if path == "-":
            return self._input or b""
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
