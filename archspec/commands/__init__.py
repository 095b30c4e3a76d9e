"""The command line: one file for each command, imported when it is called."""

import contextlib
import sys

import click

from archspec.commands._plugin import with_plugins
from archspec.commands._root import with_roots
from archspec.commands._statuses import BUG, CLOSED_PIPE, INTERRUPTED, UNUSABLE, WRONG
from archspec.files.modules import modules_in

_GROUPS = {
    "Check": ("check", "explain", "lsp"),
    "Look": ("serve", "summary", "worksheet", "expand", "render", "diff", "list", "layers"),
    "Write": ("new", "import", "fold", "schema"),
    "Build": ("compile", "verify"),
    "Train": ("train", "evaluate", "predict"),
}
"""Commands by what they are for; others come last."""


_LONGEST = 200
"""Most characters of what is said of a command in the list of all of them."""


class _Commands(click.Group):
    """Commands by the names of the files beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = [name.rstrip("_") for name in modules_in(__path__)]
        order = [name for names in _GROUPS.values() for name in names]
        return sorted(found, key=lambda n: (order.index(n) if n in order else len(order), n))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        grouped = {name: title for title, names in _GROUPS.items() for name in names}
        names = self.list_commands(ctx)
        longest = max(map(len, names))
        for title in (*_GROUPS, "Other"):
            rows = []
            for name in names:
                command = self.get_command(ctx, name)
                if command is not None and grouped.get(name, "Other") == title:
                    rows.append((name.ljust(longest), command.get_short_help_str(_LONGEST)))
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        from importlib import import_module
        from importlib.util import find_spec

        for module in (name, name + "_"):  # list_.py, for names that Python has taken
            if name.isidentifier() and find_spec(f"{__name__}.{module}"):
                command: click.Command = import_module(f"{__name__}.{module}").command
                return with_roots(with_plugins(command, name))
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from archspec.diagnostics.spelling import as_sentence, suggest

            hint = as_sentence(suggest(args[0], self.list_commands(ctx)))
            raise click.UsageError(f"There is no command `{args[0]}`.{hint}", ctx) from None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="archspec-nn", prog_name="archspec")
def archspec() -> None:
    """Check, calculate, and expand neural networks written as YAML or JSON layer graphs."""


def main() -> None:
    """Entry point of the scripts; docs/reliability.md has the table of exit statuses."""
    import os

    if any(name.startswith("_ARCHSPEC") and name.endswith("_COMPLETE") for name in os.environ):
        archspec.main()  # the shell asks for words
    status = run()
    if status == UNUSABLE and "h5py" in sys.modules:
        import atexit

        # As the process ends, HDF5 crashes on a file that it could not write.
        atexit._run_exitfuncs()
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def run() -> int:
    """All that a script does but for ending the process; gives the exit status."""
    import io
    import os

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks → and × shows ?
    if os.path.exists(os.path.join(os.path.dirname(__file__), "../cpu/microarchitecture.py")):
        click.echo(
            "warning: the package `archspec` (CPU names) lies in this environment too; "
            "archspec-nn needs one of its own",
            err=True,
        )
    status = _run()
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except (OSError, ValueError) as error:
            status = status or _cannot_print(error)
    return status


def _run() -> int:
    """Run the command that was called, and say what ended it; gives the exit status.

    Not by click's own ``main``, which takes the end of a damaged file for Ctrl-C, and leaves a
    closed pipe with status 1.
    """
    from archspec.commands._say import OutputError

    try:
        try:
            with archspec.make_context("archspec", sys.argv[1:]) as context:
                archspec.invoke(context)
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            return _ended_by(error)
    except OutputError as error:
        return _cannot_print(error)
    return 0


def _ended_by(error: BaseException) -> int:
    """Say what ended a command, if it has not been said; gives the exit status that it means.

    Raises:
        OutputError: it was that, or it cannot be said.
    """
    from archspec.commands._say import OutputError

    if isinstance(error, click.exceptions.Exit):  # --help and --version
        return error.exit_code
    if isinstance(error, click.ClickException):
        _say_usage(error)
        return error.exit_code
    if isinstance(error, OutputError):
        raise error
    if isinstance(error, SystemExit) and (error.code is None or error.code == 0):
        return 0
    if isinstance(error, KeyboardInterrupt) or _was_interrupted():
        return _interrupted()
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else WRONG
    if isinstance(error, Exception) and _is_of_printing(error):
        return _cannot_print(error)
    from archspec.commands._bug import report_bug

    with contextlib.suppress(OutputError):
        report_bug(error)
    return BUG


def _say_usage(error: click.ClickException) -> None:
    """How the command is called, and what is wrong with how it was."""
    from archspec.commands._say import say, show

    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        show(ctx.get_usage() + "\n", err=True)
        say(f"Try '{ctx.command_path} --help' for help.", err=True)
        say(err=True)
    say(f"Error: {error.format_message()}", err=True)


def _was_interrupted() -> bool:
    """Whether an error is what Keras, or a backend, has made of an interrupt."""
    known = sys.modules.get("archspec.emit.keras.interrupts")
    return known is not None and bool(known.interrupted())


def _interrupted() -> int:
    """Say so; gives the exit status."""
    import signal

    from archspec.commands._say import OutputError, say

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is on its way out
    with contextlib.suppress(OutputError):
        say("interrupted", err=True)
    return INTERRUPTED


def _is_of_printing(error: Exception) -> bool:
    """Whether click could not print a text of its own, such as that of ``--help``."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        isinstance(error, OSError) and trace is not None and trace.tb_frame.f_code.co_name == "echo"
    )


def _cannot_print(error: Exception) -> int:
    """Standard output takes no more; gives the exit status."""
    import os

    from archspec.files.reading import reason

    # Python flushes at its end, once more and in vain.
    with contextlib.suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError) or isinstance(error.__cause__, BrokenPipeError):
        return CLOSED_PIPE
    with contextlib.suppress(Exception):
        click.echo(f"cannot write to standard output: {reason(error)}", err=True)
    return UNUSABLE
