"""``archspec predict``: what a trained model says of pictures."""

import json

import click

from archspec.commands._leave import end, refuse, refuse_error
from archspec.commands._say import say, show
from archspec.commands._statuses import WRONG
from archspec.diagnostics.characters import visible_json
from archspec.emit.keras.backend import BackendError


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@click.option("--top", type=click.IntRange(1), default=5, help="Most classes for a picture.")
@click.option("--format", type=click.Choice(("text", "json")), default="text")
def command(run: str, images: tuple[str, ...], top: int, format: str) -> None:
    """Say what the model of a run makes of pictures.

    RUN is a folder that `archspec train` wrote. For classes their names and probabilities are
    printed, the best first; for scores the number. The model resizes and prepares the pictures
    itself, as in training. The exit status is 1 if a picture cannot be read.

    \b
    Examples:
      archspec predict runs/recipe digit.png
      archspec predict runs/recipe digit.png --top 3
    """
    from archspec.emit.keras import use_backend
    from archspec.train.run.run import Run, RunError
    from archspec.train.use.predict import predict
    from archspec.weights.loading.models import ModelError

    try:
        opened = Run(run)
        opened.about()
        use_backend(quiet=True)
        found = list(predict(opened, images, top))
    except RunError as error:
        refuse_error(error, "AS609")
    except ModelError as error:
        refuse("AS609", run, str(error))
    except BackendError as error:
        refuse_error(error, "AS501", "Keras")
    if format == "json":
        show(
            visible_json(json.dumps([p._asdict() for p in found], indent=1, ensure_ascii=False))
            + "\n"
        )
    else:
        for prediction in found:
            if prediction.problem:
                say(f"{prediction.path}: {prediction.problem}", err=True)
            elif prediction.scores:
                say(f"{prediction.path}: {' '.join(f'{s:.4g}' for s in prediction.scores)}")
            else:
                ranked = ", ".join(f"{name} {share:.1%}" for name, share in prediction.classes)
                say(f"{prediction.path}: {ranked}")
    if any(p.problem for p in found):
        end(WRONG)
