"""``check --fix``, ``--diff`` and ``--unsafe-fixes``: files with their fixes applied."""

import contextlib
from collections.abc import Callable
from typing import Any

import click

from archspec.commands._options import Examine
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import SourceError, read_input_bytes


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
        self._given: bytes | None = None

    def takes_output(self, paths: tuple[str, ...]) -> bool:
        """Whether standard output is for texts or differences, and standard error for all else."""
        return self.diff or (self.active and "-" in paths)

    def input(self, path: str) -> bytes | None:
        """What stands in standard input, if it is to be mended; None for a file."""
        if path != "-" or not self.active:
            return None
        if self._given is None:
            with contextlib.suppress(SourceError):  # which whoever reads it again reports
                self._given = read_input_bytes()
        return self._given

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
        if not any(d.tried for d in sink.diagnostics) and (path != "-" or self.diff):
            return None
        from archspec.commands._mended_file import How, change

        how = How(self.diff, self.unsafe, self._given, err)
        data = change(path, how, sink, examine)
        self.changes = self.changes or (self.diff and data is not None)
        return data
