"""``archspec schema``: the JSON Schema of specs or of recipes, for editors."""

import click


@click.command()
@click.argument("spec", required=False, type=click.Path())
@click.option("--recipe", is_flag=True, help="The schema of recipes instead.")
def command(spec: str | None, recipe: bool) -> None:
    """Print the JSON Schema of specs (draft 2020-12), with which editors complete and explain.

    With SPEC, the schema knows the blocks of that spec and their parameters too. With --recipe,
    it is the schema of recipes.

    In a spec, the first line tells an editor where the schema lies:

        # yaml-language-server: $schema=archspec.schema.json

    \b
    Examples:
      archspec schema
      archspec schema --recipe
      archspec schema net.yaml
    """
    import json

    from archspec.commands._say import show
    from archspec.diagnostics.characters import visible_json

    if recipe:
        from archspec.train.recipe.schema import recipe_schema

        if spec is not None:
            raise click.UsageError("--recipe is for recipes, SPEC for specs: give one of them")
        show(visible_json(json.dumps(recipe_schema(), ensure_ascii=False, indent=1)) + "\n")
        return
    from archspec.reference.schema import json_schema

    blocks = None
    if spec is not None:
        from archspec.commands._leave import leave
        from archspec.commands._options import document_or_leave, try_fixes
        from archspec.diagnostics.sink import Sink
        from archspec.pipeline import read_spec

        sink = Sink()
        found = read_spec(document_or_leave(spec, sink), sink)[0]
        if found is None or sink.errors:
            try_fixes(spec, sink, read_spec)
            leave(sink, spec)
        blocks = found.blocks
    show(visible_json(json.dumps(json_schema(blocks), ensure_ascii=False, indent=1)) + "\n")
