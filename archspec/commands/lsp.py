"""``archspec lsp``: a language server, for editors."""

import os

import click


@click.command()
def command() -> None:
    """Start a language server, which an editor speaks to on standard input and output.

    While a spec or a recipe is written it tells what is wrong and how it is mended, the shape that
    comes out of each layer, what a word means and how a layer is calculated, and it completes
    words. docs/editors.md says how editors are set up. Needs the extra `lsp`.

    \b
    Example, as an editor calls it:
      archspec lsp
    """
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise click.ClickException(
            "the language server needs pygls and lsprotocol: "
            "pip install 'pygls>=2' 'lsprotocol>=2025'"
        ) from None
    from archspec.commands._language_server import make_server
    from archspec.pipeline import rare_collection

    # Streams of its own, because it closes them.
    with (
        os.fdopen(os.dup(0), "rb") as stdin,
        os.fdopen(os.dup(1), "wb") as stdout,
        rare_collection(),
    ):
        make_server().start_io(stdin, stdout)
