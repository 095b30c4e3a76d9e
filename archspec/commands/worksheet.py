"""``archspec worksheet``: the hand calculation of a network."""

import click

from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import show


@click.command()
@click.argument("spec", type=click.Path())
@click.argument("layer", required=False)
@set_option
def command(spec: str, layer: str | None, values: dict[str, str]) -> None:
    """Write out the calculation of a network: sizes, padding, parameters, MACs, in Markdown.

    LAYER is the path of one layer or block, such as stage2.unit1; the whole network, if left
    out. Blocks that are equal layer for layer stand once, with how often they come.

    \b
    Examples:
      archspec worksheet net.yaml
      archspec worksheet net.yaml dense
    """
    from archspec.emit.worksheet import worksheet, worksheet_of

    shaped = shaped_or_leave(spec, values)
    if layer is None:
        show(worksheet(shaped))
        return
    text = worksheet_of(shaped, layer)
    if text is None:
        from archspec.diagnostics.spelling import as_sentence, suggest

        paths = {n.node.scope.path: None for n in shaped.nodes if n.node.scope.path}
        hint = as_sentence(suggest(layer, [*(n.name for n in shaped.nodes), *paths]))
        raise click.UsageError(f"`{shaped.name}` has no layer or block `{layer}`.{hint}")
    show(text)
