"""``archspec compile``: a Keras model of a spec."""

import os
from typing import Any

import click

from archspec.commands._leave import leave, print_diagnostics, refuse, refuse_error
from archspec.commands._model import look_at_model
from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import say, show, warn
from archspec.diagnostics.sink import Sink
from archspec.emit.formats import ENDINGS, format_of
from archspec.emit.keras.backend import BACKENDS, BackendError
from archspec.emit.keras.target import check_target, write_beside
from archspec.files.writing import WriteError, check_path, write_safely
from archspec.infer.infer import ShapedGraph


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option("--output", "-o", required=True, metavar="FILE", help="What to write.")
@set_option
@click.option("--backend", type=click.Choice(BACKENDS), help="Backend that Keras runs on.")
@click.option("--weights", metavar="SOURCE", help="A file, or keras:NAME of keras.applications.")
@click.option("--partial", is_flag=True, help="Layers may be left without weights of SOURCE.")
@click.option("--seed", type=int, help="Seed of the initial weights.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def command(
    spec: str,
    output: str,
    values: dict[str, str],
    backend: str | None,
    weights: str | None,
    partial: bool,
    seed: int | None,
    force: bool,
) -> None:
    """Make a Keras model of a spec.

    The ending of FILE says what is written: .keras a model, .weights.h5 its weights, .json its
    config, .onnx an ONNX model, .py Python source that builds it; without an ending it is a
    SavedModel folder. With --weights every layer must get some, unless --partial is given.
    Nothing is written if anything is wrong. The exit status is 1 if the spec has an error, 2 if
    there is no backend, the weights do not fit, or the file cannot be written.

    \b
    Examples:
      archspec compile net.yaml -o net.keras
      archspec compile net.yaml -o model.py
    """
    if partial and weights is None:
        raise click.UsageError("--partial is about --weights")
    format = format_of(output)
    kind = format.title if format and format.folder else None
    inputs = [spec, *([weights] if weights else [])]
    sink = Sink()
    try:
        check_path(output)
        if format is None:
            raise click.UsageError(_unknown(output))
        if weights is not None and not format.weights:
            message = f"--weights is for files that hold weights, not for {format.ending}"
            raise click.UsageError(message)
        check_target(output, force, kind, inputs)
        shaped = shaped_or_leave(spec, values, sink)
        if format.write is not None:
            write_safely(output, format.write(shaped, warn), force, inputs)
        if format.save is not None:
            if weights is not None and not weights.startswith("keras:"):
                look_at_model(weights)
            model = _model(shaped, sink, spec, backend, seed)
            if weights is not None:
                _load(model, weights, partial)
            if format.config:
                _warn_thawed(model)
            save = format.save
            write_beside(output, lambda path: save(model, path), force, kind, inputs)
    except WriteError as error:
        refuse_error(error)
    except BackendError as error:
        refuse_error(error, "AS501", f"--backend {backend}" if backend else "Keras")
    print_diagnostics(sink.diagnostics)
    say(f"wrote {output}  {format.title}, {shaped.params:,} params")


def _unknown(output: str) -> str:
    """What is said of an ending that nothing is written for."""
    name = os.path.basename(output)
    if name.lower() in ENDINGS:
        return f"`{output}` is an ending without a name: `model{name}`, for example"
    ending = os.path.splitext(name)[1] or name
    return f"`{ending}` is no ending that compile knows: {', '.join(ENDINGS)}, or none"


def _model(
    shaped: ShapedGraph,
    sink: Sink,
    spec: str,
    backend: str | None,
    seed: int | None,
) -> Any:
    from archspec.emit.keras import build_model, use_backend

    use_backend(backend, quiet=True)
    import keras

    if seed is not None:
        keras.utils.set_random_seed(seed)
    built = build_model(shaped, sink)
    if built is None:
        leave(sink, spec)
    return built.model


def _warn_thawed(model: Any) -> None:
    """Say which layers a file of Keras's cannot hold frozen."""
    from archspec.emit.keras.save import thawed

    for name in thawed(model):
        message = f"`{name}` is frozen, but not in what Keras reads from this file"
        help = "there set its `trainable` to True, and then to False"
        warn(f"{message}: {help}")


def _load(model: Any, weights: str, partial: bool) -> None:
    """Load weights; leave with status 2 if they cannot be, or if layers are left without."""
    from archspec.weights.loading.load import load_weights
    from archspec.weights.stored.error import ModelError

    try:
        report = load_weights(model, weights)
    except ModelError as error:
        refuse("AS507", weights, str(error))
    show(str(report) + "\n")
    if report.without and not partial:
        names = ", ".join(f"`{name}`" for name in report.without)
        plural = f"{len(report.without)} layers" if len(report.without) > 1 else "the layer"
        help = "--partial leaves them their initial weights"
        refuse("AS507", weights, f"no weights for {plural} {names}", help)
