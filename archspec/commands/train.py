"""``archspec train``: a trained model, curves and figures from a recipe."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from archspec.commands._leave import leave, print_diagnostics, refuse_error
from archspec.commands._options import document_or_leave, set_option, try_fixes
from archspec.commands._say import say
from archspec.diagnostics.sink import Sink
from archspec.emit.keras.backend import BackendError
from archspec.parse import Document
from archspec.train.check.read import read_recipe
from archspec.train.fit.distribute import WAYS
from archspec.train.fit.processes import together
from archspec.train.fit.run_options import RunOptions
from archspec.train.recipe.keys import Recipe


@click.command()
@click.argument("recipe", metavar="RECIPE")
@set_option
@click.option("--data", metavar="PATH", help="The data, in place of the recipe's path.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs, in place of the recipe's.")
@click.option("--output", "-o", metavar="DIR", help="Folder of the run; runs/NAME if left out.")
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch of the run.")
@click.option(
    "--force", is_flag=True, help="Replace the run that is in the folder, once this one is done."
)
@click.option("--distribute", type=click.Choice(WAYS), help="Use several devices or machines.")
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
@together()
def command(
    recipe: str,
    values: dict[str, str],
    data: str | None,
    epochs: int | None,
    output: str | None,
    resume: bool,
    force: bool,
    distribute: str | None,
    quiet: bool,
) -> None:
    """Train a network as a recipe says.

    The recipe is checked against its network and its data before anything else happens. The run
    is a folder: recipe and spec as they were used, model with its preparation and the names of
    its classes, history, curves, figures. --set changes epochs, batch_size, seed and name of the
    recipe; other names are parameters of the network. The exit status is 1 if recipe, network or
    data have an error, 2 if there is no backend or the folder cannot be used.

    \b
    Examples:
      archspec train recipe.yaml
      archspec train recipe.yaml --set epochs=2 --force
    """
    if resume and force:
        raise click.UsageError("--resume goes on with the run that --force replaces")
    sink = Sink()

    def examine(document: Document, sink: Sink) -> Recipe | None:
        return read_recipe(document, sink, values, data, epochs)

    read = examine(document_or_leave(recipe, sink, examine), sink)
    try_fixes(recipe, sink, examine)
    if read is None:
        leave(sink, recipe)
    print_diagnostics(sink.diagnostics)
    from archspec.files.writing import WriteError
    from archspec.train.check.suit import report_data_error
    from archspec.train.data.errors import DataError
    from archspec.train.data.watch import unwatched
    from archspec.train.fit.errors import DistributeError, DivergedError
    from archspec.train.run.run import RunError
    from archspec.weights.loading.models import ModelError

    sink = Sink(sink.roots)
    verbose = 0 if quiet else 1 if sys.stdout.isatty() else 2
    watch = _watch if verbose == 1 else unwatched
    options = RunOptions(resume=resume, verbose=verbose, say=_quiet if quiet else say, watch=watch)
    path = output if output is not None else os.path.join("runs", read.name)
    try:
        metrics = _train(read, path, force, distribute, options, sink)
    except DataError as error:
        report_data_error(error, read, sink)
        leave(sink, recipe)
    except ModelError as error:
        sink.report("AS606", read.place.at("weights"), str(error))
        leave(sink, recipe)
    except DivergedError as error:
        sink.report("AS611", read.place.at("loss"), error.message, help=error.help)
        leave(sink, recipe)
    except RunError as error:
        refuse_error(error, "AS609")
    except WriteError as error:
        refuse_error(error)
    except DistributeError as error:
        refuse_error(error, "AS608", f"--distribute {distribute}")
    except BackendError as error:
        refuse_error(error, "AS501", "Keras")
    if metrics is None:
        leave(sink, recipe)
    if metrics:
        say("test: " + ", ".join(f"{name} {value:.4f}" for name, value in metrics.items()))
        say(f"wrote {path}")


def _train(
    recipe: Recipe, path: str, force: bool, distribute: str | None, options: RunOptions, sink: Sink
) -> dict[str, float] | None:
    """The figures of the test part, none for a process that only helps; None after reporting."""
    from archspec.train.fit.distribute import use_devices
    from archspec.train.run.folder import check_goes_on, check_place, open_run

    check_place(path, recipe, options.resume)
    if options.resume:
        check_goes_on(path, recipe)
    options = use_devices(distribute, recipe, options)
    run = open_run(path, recipe, options.resume, force, options.share.number == 0)
    try:
        from archspec.train.fit.fit import train
        from archspec.train.use.pictures import draw_run

        trained = train(recipe, run, options, sink)
        if trained is None:
            return None
        if run.folder is not None:
            for line in draw_run(trained, run):
                options.say(f"not drawn: {line}")
            run.finish()
        return trained.metrics
    except KeyboardInterrupt:
        if run.goes_on:
            say(f"interrupted: the same command with --resume -o {path} goes on", err=True)
        raise
    finally:
        run.give_up()


def _quiet(text: str) -> None:
    """Say nothing."""


def _watch(things: Iterable[Any], count: int, what: str) -> Iterator[Any]:
    """Shows a bar with the time that is left while things are read."""
    with click.progressbar(things, count, what) as bar:
        yield from bar
