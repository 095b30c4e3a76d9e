"""``archspec new``: a spec or a recipe to start from."""

import os

import click

from archspec.commands._leave import refuse_error
from archspec.commands._options import complete_shipped
from archspec.commands._say import say


@click.command()
@click.argument("name", type=click.Path())
@click.option(
    "--from",
    "origin",
    metavar="NAME",
    shell_complete=complete_shipped,
    help="Begin with what ships: `alexnet`, `recipes/lenet5_mnist`; `archspec list` lists it.",
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def command(name: str, origin: str | None, force: bool) -> None:
    """Write a spec to start from: NAME.yaml, or the file NAME if it ends in .yaml or .yml.

    The spec passes `archspec check`, and comments say what its parts are. With --from, it is a
    network that ships, with what it extends and uses put in; or a recipe that ships, and its
    network in a file beside it.

    \b
    Examples:
      archspec new first
      archspec new second --from resnet18
      archspec new third --from recipes/lenet5_mnist
    """
    from archspec.files.writing import WriteError, write_all
    from archspec.live.beginnings import starter

    path = name if name.endswith((".yaml", ".yml")) else name + ".yaml"
    title = os.path.splitext(os.path.basename(path))[0]
    _check_name(title)
    files = {path: starter(title)} if origin is None else _copies(path, title, origin)
    try:
        write_all(files, force)
    except WriteError as error:
        refuse_error(error)
    told = " and ".join(files) + (" are" if len(files) > 1 else " is")
    say(f"{told} written; `archspec check {path}` checks it")


def _check_name(name: str) -> None:
    from archspec.spec.words import is_wire_name

    if not is_wire_name(name):
        raise click.UsageError(
            f"`{name}` cannot be the name of a network: use letters, digits, `_` and `-`"
        )


def _copies(path: str, name: str, origin: str) -> dict[str, str]:
    """The text of each file that is written: the network, or the recipe after its network."""
    from archspec.diagnostics.spelling import as_sentence, suggest
    from archspec.files.shipped import find_shipped, shipped_recipes, shipped_specs
    from archspec.live.beginnings import copy_of, recipe_copies

    source = find_shipped(origin)
    if source is None:
        there = [*shipped_specs(), *shipped_recipes()]
        hint = as_sentence(suggest(origin, there, "`archspec list` lists them."))
        raise click.UsageError(f"Nothing of the name `{origin}` ships.{hint}")
    if origin in shipped_recipes():
        return recipe_copies(source, name, path)
    return {path: copy_of(source, name)}
