"""``archspec import``: a spec of a model of Keras."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import click

from archspec.commands._leave import leave, print_diagnostics, refuse, refuse_error
from archspec.commands._model import look_at_model
from archspec.commands._new_spec import check_spec_path
from archspec.commands._origin import origin_or_leave
from archspec.commands._say import OK, say, show, warn
from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.emit.keras.backend import BackendError, use_backend
from archspec.emit.keras.target import write_beside
from archspec.files.writing import WriteError, check_file, write_safely
from archspec.importer.bring import REPORT, Brought, Wanted, bring, totals
from archspec.importer.second_proof import is_keras_there, prove_with_keras
from archspec.importer.sources import Origin
from archspec.weights.loading.applications import APPLICATIONS, KERAS, misspelt_application
from archspec.weights.stored.error import ModelError

_WEIGHTS = ".weights.h5"
_LEFT_OUT = " but for initializers, regularizers and constraints, which are left out"


@click.command("import")
@click.argument("source", metavar="SOURCE")
@click.option("--output", "-o", metavar="SPEC", help="The spec; standard output if left out.")
@click.option("--flat", is_flag=True, help="Every layer by itself: no blocks and repeats.")
@click.option(
    "--names",
    type=click.Choice(("original", "path")),
    help="Names of layers with --flat: the model's, or only those by which others read. "
    "The model's, if left out.",
)
@click.option("--weights", metavar="FILE", help="Write the weights too, by the spec's names.")
@click.option(
    "--no-initializers",
    is_flag=True,
    help="Leave initializers, regularizers and constraints out: for reading only.",
)
@click.option("--no-build", is_flag=True, help="Do not build the spec with Keras to compare.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def command(
    source: str,
    output: str | None,
    flat: bool,
    names: str | None,
    weights: str | None,
    no_initializers: bool,
    no_build: bool,
    force: bool,
) -> None:
    """Make a spec of a model of Keras, as a person would have written it.

    SOURCE is a .keras file, an .h5 file with a model in it, the JSON of a model, of Keras 1 to 3
    or of TensorFlow.js, or keras:NAME for a network of keras.applications, keras:NAME(arguments)
    too. Nothing in a file is executed, and nothing is dropped: what a spec cannot say is an error
    for each layer.

    Layers that come again become blocks, repeats and branches. The spec is read again and proved
    to be the same network before it is written; where Keras is installed it is built as well, and
    compared with the model. The last line says what was proved. Only keras:NAME, --weights and
    building need Keras.

    --weights writes the model's weights to a file .weights.h5, for `compile --weights` or a
    recipe. The exit status is 1 if the model holds what a spec cannot say, 2 if it cannot be read
    or the spec not be written.

    \b
    Examples:
      archspec import model.keras -o model.yaml
      archspec import model.keras --flat --no-build
      archspec import keras:MobileNet --no-build
    """
    sink = Sink()
    try:
        if names is not None and not flat:
            raise click.UsageError("--names is about --flat: blocks give their layers names")
        _check_outputs(source, output, weights, force)
        origin = origin_or_leave(source, sink)
        if no_initializers:
            from archspec.importer.initial_values import without_initial_values

            origin = origin._replace(graph=without_initial_values(origin.graph))
        wanted = Wanted(flat, names != "path")
        found = bring(origin.graph, source, totals(f"imported from {origin.name}"), sink, wanted)
        if found is None:
            leave(sink, source)
        print_diagnostics(sink.diagnostics)
        if found.unfolded:
            warn(f"nothing is folded: {found.unfolded}", REPORT)
        told = ["the same graph" + _LEFT_OUT * no_initializers]
        if no_build:
            told.append("not built")
        elif not is_keras_there():
            told.append("not built: Keras is not installed")
        else:
            told += _proved(found, source, origin, sink, not no_initializers)
        loaded = None if weights is None else _load_weights(found, source, weights)
        if output is None:
            show(found.text)
        else:
            write_safely(output, found.text, force, [source])
        if weights is not None and loaded is not None:
            write_beside(weights, loaded.model.save_weights, force, None, [source])
    except WriteError as error:
        refuse_error(error)
    lines = found.text.count("\n")
    size = f"{lines:,} lines for {len(origin.graph.nodes):,} layers, {found.shaped.params:,} parameters"
    say(OK, f" {output or found.shaped.name}: {size}; {'; '.join(told)}", err=output is None)
    if loaded is not None:
        say(f"wrote {weights}  {loaded.told}", err=output is None)


def _check_outputs(source: str, output: str | None, weights: str | None, force: bool) -> None:
    """Find out, before the work, whether all can be written.

    Raises:
        UsageError: names that no spec and no weights have.
        WriteError: a file exists already, or could not be written.
    """
    name = source.partition("(")[0]
    if name in APPLICATIONS and not os.path.exists(source):
        raise click.UsageError(
            f"There is no file `{source}`." + as_sentence(did_you_mean(KERAS + source))
        )
    if source.startswith(KERAS) and (help := misspelt_application(source.removeprefix(KERAS))):
        refuse("AS507", source, "keras.applications has no such network", help)
    if source.lower().endswith((".yaml", ".yml")):
        raise click.UsageError(
            f"`{source}` is a spec by its name: `archspec fold {source}` folds one"
        )
    if output is not None:
        check_spec_path(output, force, [source])
    if weights is None:
        return
    if not weights.lower().endswith(_WEIGHTS):
        raise click.UsageError(f"`{weights}` is no name of weights: they end in {_WEIGHTS}")
    check_file(weights, force, [source])
    if not source.startswith(KERAS):
        look_at_model(source)  # JSON has no weights


class _Loaded(NamedTuple):
    """A model of Keras, and what became of the weights that were loaded into it."""

    model: Any
    told: str


def _load_weights(found: Brought, source: str, weights: str) -> _Loaded:
    """The model of the spec with the weights of the source; leaves if a layer gets none."""
    from archspec.emit.keras import build_model
    from archspec.weights.loading.load import load_weights

    sink = Sink()
    try:
        use_backend(quiet=True)
        built = build_model(found.shaped, sink)
        if built is None:
            leave(sink, source)
        # A spec counts its layers as it likes: `conv2d_1` may be another one in the model.
        report = load_weights(built.model, source, by_name=False)
    except BackendError as error:
        refuse_error(error, "AS501", weights)
    except ModelError as error:
        refuse("AS507", source, visible(str(error)))
    if report.without:
        show(str(report) + "\n", err=True)
        refuse("AS507", source, "not all layers of the spec found their weights", REPORT)
    return _Loaded(built.model, str(report).splitlines()[0])


@contextlib.contextmanager
def _progress(text: str) -> Iterator[None]:
    """Shows on a terminal, as long as it lasts, what takes seconds."""
    shown = sys.stderr is not None and sys.stderr.isatty()
    if shown:
        sys.stderr.write(text)
        sys.stderr.flush()
    try:
        yield
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _proved(found: Brought, source: str, origin: Origin, sink: Sink, settings: bool) -> list[str]:
    """What Keras shows beside the first proof, in words; leaves if it is another network.

    What it cannot show is a warning.
    """
    try:
        with _progress("building it with Keras, to compare …"):
            use_backend(quiet=True)
            proof = prove_with_keras(found.shaped, source, origin, sink, settings)
    except BackendError as error:
        return [f"not built: {error.message}"]
    if proof is None:
        leave(sink, source)
    for why in proof.unproved:
        warn(f"not proved: {why}")
    return [told.partition(": ")[0] for told in proof.proved]
