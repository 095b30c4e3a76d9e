"""``archspec train``: a trained model, curves and figures from a recipe."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from archspec.commands._options import leave, open_spec, set_option
from archspec.commands._target import refuse, refuse_backend, show
from archspec.diagnostics import Sink
from archspec.emit.keras.backend import BackendError
from archspec.train.distribute import WAYS
from archspec.train.processes import together
from archspec.train.read import read_recipe


@click.command()
@click.argument("recipe", metavar="RECIPE")
@set_option
@click.option("--data", metavar="PATH", help="The data, in place of the recipe's path.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs, in place of the recipe's.")
@click.option("--output", "-o", metavar="DIR", help="Folder of the run; runs/NAME if left out.")
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch of the run.")
@click.option("--force", is_flag=True, help="Remove the run that is in the folder.")
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
    """
    if resume and force:
        raise click.UsageError("--resume goes on with the run that --force removes")
    sink = Sink()
    document = open_spec(recipe, sink)
    read = read_recipe(document, sink, values, data, epochs) if document else None
    if read is None:
        leave(sink, recipe)
        raise AssertionError
    show(sink)
    from archspec.emit.keras.models import ModelError
    from archspec.files import WriteError
    from archspec.train.data.errors import DataError
    from archspec.train.data.watch import unwatched
    from archspec.train.distribute import use_devices
    from archspec.train.folder import open_run
    from archspec.train.run import RunError
    from archspec.train.setting import DistributeError, Setting
    from archspec.train.suit import report_data_error

    sink = Sink()
    say: Any = (lambda text: None) if quiet else click.echo
    verbose = 0 if quiet else 1 if sys.stdout.isatty() else 2
    path = output or os.path.join("runs", read.name)
    try:
        watch = _watch if verbose == 1 else unwatched
        wanted = Setting(resume=resume, verbose=verbose, say=say, watch=watch)
        setting = use_devices(distribute, read, wanted)
        run = open_run(path, read, resume, force, setting.share.number == 0)
        from archspec.train.draw import draw_run
        from archspec.train.fit import train

        trained = train(read, run, setting, sink)
        if trained is None:
            leave(sink, recipe)
            raise AssertionError
        if setting.share.number == 0:
            for line in draw_run(trained, run):
                say(f"not drawn: {line}")
    except DataError as error:
        report_data_error(error, read, sink)
        leave(sink, recipe)
    except RunError as error:
        refuse(sink, "AS609", error.path, error.message, error.help)
    except WriteError as error:
        refuse(sink, error.code, error.path, error.message, error.hint)
    except DistributeError as error:
        refuse(sink, "AS608", f"--distribute {distribute}", error.message, error.help)
    except ModelError as error:
        sink.report("AS606", read.place.at("weights"), str(error))
        leave(sink, recipe)
    except BackendError as error:
        refuse_backend(sink, error, None)
    if setting.share.number == 0:
        figures = ", ".join(f"{name} {value:.4f}" for name, value in trained.metrics.items())
        click.echo(f"test: {figures}")
        click.echo(f"wrote {path}")


def _watch(things: Iterable[Any], count: int, what: str) -> Iterator[Any]:
    """Shows a bar with the time that is left while things are read."""
    with click.progressbar(things, count, what) as bar:
        yield from bar
