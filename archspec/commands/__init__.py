"""The command line: one file for each command, imported when it is called."""

import sys

import click

from archspec.commands._plugin import with_plugins
from archspec.commands._root import with_roots

_ORDER = ("check", "summary", "worksheet", "expand", "list", "layers", "new", "explain", "schema")


class _Commands(click.Group):
    """Commands by the names of the files beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        import pkgutil

        found = [m.name.rstrip("_") for m in pkgutil.iter_modules(__path__)]
        found = [name for name in found if not name.startswith("_")]
        return sorted(found, key=lambda n: (_ORDER.index(n) if n in _ORDER else 99, n))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        from importlib import import_module
        from importlib.util import find_spec

        for module in (name, name + "_"):  # list_.py, for names that Python has taken
            if name.isidentifier() and find_spec(f"{__name__}.{module}"):
                command: click.Command = import_module(f"{__name__}.{module}").command
                return with_roots(with_plugins(command))
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from archspec.layers import nearest

            near = nearest(args[0], self.list_commands(ctx))
            hint = f" Did you mean `{near}`?" if near else ""
            raise click.UsageError(f"There is no command `{args[0]}`.{hint}", ctx) from None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="archspec-nn", prog_name="archspec")
def archspec() -> None:
    """Check, calculate, and expand neural networks written as YAML or JSON layer graphs."""


def main() -> None:
    """Entry point of the scripts: exit status 0 fine, 1 errors in a spec, 2 usage, 70 our bug."""
    import io
    import os

    if os.path.exists(os.path.join(os.path.dirname(__file__), "../cpu/microarchitecture.py")):
        click.echo(
            "warning: the package `archspec` (CPU names) lies in this environment too; "
            "archspec-nn needs one of its own",
            err=True,
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks → and × shows ?
    try:
        archspec.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        from archspec.commands._bug import report_bug

        report_bug(error)
        sys.exit(70)
