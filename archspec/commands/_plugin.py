"""The option ``--plugin``, which every command has that reads specs."""

import click


def with_plugins(command: click.Command, name: str) -> click.Command:
    """The command of a name, with ``--plugin`` if it reads specs or models, or tells of layers."""
    names = {p.name for p in command.params}
    reads = names & {"spec", "specs"} or name in ("layers", "schema", "import", "serve")
    if reads and "plugin" not in names:
        command.params.append(
            click.Option(
                ["--plugin"],
                multiple=True,
                metavar="MODULE",
                is_eager=True,
                expose_value=False,
                callback=_load,
                help="A module, or a .py file, with layers of your own.",
            )
        )
    return command


def _load(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> None:
    if not given or ctx.resilient_parsing:
        return
    from archspec.layers.plugins import PluginError, load_plugin

    for name in given:
        try:
            load_plugin(name)
        except PluginError as error:
            raise click.BadParameter(str(error), ctx, param) from error
