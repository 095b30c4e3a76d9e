"""The option ``--root``, which every command has that reads specs or recipes."""

import click

_KEY = "archspec.files.roots"


def with_roots(command: click.Command) -> click.Command:
    """The command, with ``--root`` if it reads specs or recipes."""
    names = {p.name for p in command.params}
    if names & {"spec", "specs", "recipe", "run"} and "root" not in names:
        command.params.append(
            click.Option(
                ["--root"],
                multiple=True,
                metavar="DIR",
                type=click.Path(exists=True, file_okay=False),
                is_eager=True,
                expose_value=False,
                callback=_take,
                help="A folder whose files may be quoted, beside that of the spec.",
            )
        )
    return command


def given_roots() -> tuple[str, ...]:
    """The folders of ``--root``."""
    context = click.get_current_context(silent=True)
    given: tuple[str, ...] = context.meta.get(_KEY, ()) if context else ()
    return given


def _take(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> None:
    ctx.meta[_KEY] = given
