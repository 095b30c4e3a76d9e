"""``archspec expand``: a spec with everything worked out."""

import click

from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import show


@click.command()
@click.argument("spec", type=click.Path())
@set_option
@click.option(
    "--style",
    type=click.Choice(("flat", "blocks")),
    default="flat",
    help="flat: every layer by itself. blocks: blocks and repeats stay.",
)
def command(spec: str, values: dict[str, str], style: str) -> None:
    """Print a spec with everything worked out, as a spec.

    With --style flat, every layer stands by itself under its path, stage2_unit1_add for
    stage2.unit1.add, with `from` where it does not read the layer before it.

    With --style blocks, blocks and repeats stay; what the spec extends and uses is put in, and
    so are the values of its parameters. Layers keep their names.

    The result is a spec of its own, with the same layers, shapes and numbers. Comments are lost.

    \b
    Examples:
      archspec expand net.yaml
      archspec expand net.yaml --style blocks
    """
    shaped = shaped_or_leave(spec, values)
    if style == "flat":
        from archspec.emit.flat import flat_spec

        show(flat_spec(shaped))
    else:
        from archspec.emit.blocks import blocks_spec

        show(blocks_spec(shaped))
