"""``archspec fold``: a flat spec with blocks and repeats."""

import click

from archspec.commands._leave import leave, refuse_error
from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import OK, say, show, warn
from archspec.diagnostics.sink import Sink


@click.command()
@click.argument("spec", type=click.Path())
@click.option("--output", "-o", metavar="FILE", help="What to write; standard output if left out.")
@set_option
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def command(spec: str, output: str | None, values: dict[str, str], force: bool) -> None:
    """Fold a spec: layers that come again become blocks, repeats and branches.

    It is what `archspec import` does, for a spec in which every layer stands by itself, as
    `archspec expand` writes it. What is written is proved to be the same network first. Title,
    description, `lint` and the expectation of the network stay; comments, parameters, names of
    layers and what single layers expect do not.

    \b
    Examples:
      archspec fold flat.yaml
      archspec fold flat.yaml -o folded.yaml
    """
    from archspec.commands._new_spec import check_spec_path
    from archspec.files.writing import WriteError, write_safely
    from archspec.importer.bring import REPORT, Wanted, bring, own_expectation
    from archspec.importer.flat_graph import flat_graph

    sink = Sink()
    try:
        if output is not None:
            check_spec_path(output, force, [spec])
        shaped = shaped_or_leave(spec, values, sink)
        document = shaped.graph.spec.place.document
        given = {name: document.at((name,)) for name in ("title", "description", "lint")}
        kept = {name: value for name, value in given.items() if value is not None}
        flat = flat_graph(shaped)
        found = bring(flat, spec, own_expectation(shaped), sink, Wanted(head=kept))
        if found is None:
            leave(sink, spec)
        if found.unfolded:
            warn(f"nothing is folded: {found.unfolded}", REPORT)
        if output is None:
            show(found.text)
        else:
            write_safely(output, found.text, force, [spec])
    except WriteError as error:
        refuse_error(error)
    lines = found.text.count("\n")
    told = f"{lines:,} lines for {len(flat.nodes):,} layers, {shaped.params:,} parameters"
    say(OK, f" {output or shaped.name}: {told}; the same graph", err=output is None)
