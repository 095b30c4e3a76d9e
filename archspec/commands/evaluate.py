"""``archspec evaluate``: figures of a trained model on its test data."""

import json
import math

import click

from archspec.commands._leave import leave, refuse, refuse_error
from archspec.commands._options import document_or_leave
from archspec.commands._say import say, show
from archspec.diagnostics.sink import Sink
from archspec.emit.keras.backend import BackendError
from archspec.train.check.read import read_recipe
from archspec.train.run.run import RECIPE, Run, RunError, finite


@click.command()
@click.argument("run", metavar="RUN")
@click.option("--data", metavar="PATH", help="The data, in place of those of the run.")
@click.option("--format", type=click.Choice(("text", "json")), default="text")
def command(run: str, data: str | None, format: str) -> None:
    """Evaluate the model of a run on its test data.

    RUN is a folder that `archspec train` wrote. Loss and metrics have Keras's names. Of the data of
    --data all are judged, or their test part if they have one; how many is said.

    \b
    Examples:
      archspec evaluate runs/recipe
      archspec evaluate runs/recipe --format json
    """
    opened, sink = Run(run), Sink()
    try:
        opened.about()
    except RunError as error:
        refuse_error(error, "AS609")
    document = document_or_leave(opened.file(RECIPE), sink)
    # Weights to begin with are no longer needed, and that the data are is found when they are read.
    recipe = read_recipe(document, sink, data_path=data, needed=False, judged=True)
    if recipe is None:
        leave(sink, run)
    from archspec.emit.keras import use_backend
    from archspec.train.check.suit import report_data_error
    from archspec.train.data.errors import DataError
    from archspec.train.use.evaluate import evaluate
    from archspec.weights.loading.models import ModelError

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
    if found.skipped:
        say(f"{len(found.skipped)} files left out:", err=True)
        for line in found.skipped[:5]:
            say(f"  {line}", err=True)
    counts = {"examples": found.examples, "part": found.part}
    if format == "json":
        show(json.dumps(finite({**found.figures, **counts}), indent=1, allow_nan=False) + "\n")
    else:
        for name, value in found.figures.items():
            say(f"{name} {value:.4f}")
        for name, told in counts.items():
            say(f"{name} {told}")
    loss = found.figures.get("loss", 0.0)
    if not math.isfinite(loss):
        refuse("AS609", run, f"the loss on these data is {loss}: the model gives no numbers")
