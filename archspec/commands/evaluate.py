"""``archspec evaluate``: figures of a trained model on its test data."""

import json

import click

from archspec.commands._leave import leave, refuse, refuse_error
from archspec.commands._options import open_spec
from archspec.commands._say import say, show
from archspec.diagnostics import Sink
from archspec.emit.keras.backend import BackendError
from archspec.train.read import read_recipe
from archspec.train.run import RECIPE, Run, RunError


@click.command()
@click.argument("run", metavar="RUN")
@click.option("--data", metavar="PATH", help="The data, in place of those of the run.")
@click.option("--format", type=click.Choice(("text", "json")), default="text")
def command(run: str, data: str | None, format: str) -> None:
    """Evaluate the model of a run on its test data.

    RUN is a folder that `archspec train` wrote. Loss and metrics have Keras's names.
    """
    opened, sink = Run(run), Sink()
    try:
        opened.about()
    except RunError as error:
        refuse_error(error, "AS609")
    document = open_spec(opened.file(RECIPE), sink)
    # Weights to begin with are no longer needed, and that the data are is found when they are read.
    recipe = read_recipe(document, sink, data_path=data, needed=False) if document else None
    if recipe is None:
        leave(sink, run)
    from archspec.emit.keras import use_backend
    from archspec.emit.keras.models import ModelError
    from archspec.train.data.errors import DataError
    from archspec.train.evaluate import evaluate
    from archspec.train.suit import report_data_error

    try:
        use_backend(quiet=True)
        found = evaluate(recipe, opened)
    except DataError as error:
        report_data_error(error, recipe, sink)
        leave(sink, run)
    except (RunError, ModelError) as error:
        refuse("AS609", run, getattr(error, "message", str(error)))
    except BackendError as error:
        refuse_error(error, "AS501", "Keras")
    if format == "json":
        show(json.dumps(found, indent=1) + "\n")
    else:
        for name, value in found.items():
            say(f"{name} {value:.4f}")
