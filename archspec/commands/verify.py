"""``archspec verify``: whether Keras makes of a spec what archspec says."""

from collections.abc import Iterator
from typing import Any

import click

from archspec.commands._leave import differ, leave, refuse, refuse_error
from archspec.commands._model import look_at_model
from archspec.commands._options import set_option, shaped_or_leave
from archspec.commands._say import OK, Painted, say
from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink
from archspec.emit.keras.backend import BACKENDS, BackendError
from archspec.emit.keras.build import Built
from archspec.infer.infer import ShapedGraph
from archspec.weights.comparison.compare import LIMIT, Comparison

_MOST_TOLD = 30
"""Differences that are told one by one."""


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option(
    "--against", metavar="MODEL", help="keras:NAME of keras.applications, or a .keras or .h5 file."
)
@set_option
@click.option("--backend", type=click.Choice(BACKENDS), help="Backend that Keras runs on.")
@click.option("--seed", type=int, default=0, help="Seed of weights and inputs.", show_default=True)
@click.option("--quiet", "-q", is_flag=True, help="Print differences and the last lines only.")
def command(
    spec: str,
    against: str | None,
    values: dict[str, str],
    backend: str | None,
    seed: int,
    quiet: bool,
) -> None:
    """Build the Keras model of a spec and compare it with what archspec inferred.

    Every output shape, every weight's shape and whether it is trained, the totals, and what each
    layer gives for random input; and with the model that the Python source of `compile` makes.
    With --against the network must be the same as another one up to names; its weights are
    copied, and the outputs compared. Where the graphs differ, all differences are listed; if
    that is in form only, the outputs decide. Of the model of a run it is the network that
    counts. The exit status is 1 if anything differs, or is not known to be the same.

    \b
    Examples:
      archspec verify net.yaml
      archspec verify net.yaml --against net.keras
    """
    shaped = shaped_or_leave(spec, values)
    sink = Sink()
    if against is not None and not against.startswith("keras:"):
        look_at_model(against)
    try:
        from archspec.emit.keras import build_model, use_backend

        use_backend(backend, quiet=True)
        import keras

        keras.utils.set_random_seed(seed)
        built = build_model(shaped, sink)
    except BackendError as error:
        refuse_error(error, "AS501", f"--backend {backend}" if backend else "Keras")
    if built is None:
        leave(sink, spec)
    sound, inputs = _verify(shaped, built, seed, quiet)
    if against is not None:
        sound = _compare(shaped, built, against, seed, inputs) and sound
    if not sound:
        differ()


_Inputs = dict[int, Any] | None
"""Random input by the index of the node, if any was found that fits."""


def _verify(shaped: ShapedGraph, built: Built, seed: int, quiet: bool) -> tuple[bool, _Inputs]:
    from archspec.weights.comparison.python_source import cannot_run, source_problems
    from archspec.weights.comparison.verify import verify

    verdict = verify(shaped, built, seed)
    rows = [row for row in verdict.rows if row.problems or not quiet]
    name = max((len(row.name) for row in rows), default=0)
    kind = max((len(row.kind) for row in rows), default=0)
    shape = max((len(row.shape) for row in rows), default=0)
    for row in rows:
        params = f"{row.params:,}" if row.params else ""
        line = f"{row.name:{name}}  {row.kind:{kind}}  {row.shape:{shape}}  {params:>12}  "
        say(line, _no("; ".join(row.problems)) if row.problems else OK)
    for problem in verdict.problems:
        say(_no(problem))
    why = cannot_run(shaped, built)
    problems = [] if why else source_problems(shaped, built)
    for problem in problems:
        say(_no(visible(problem)))
    sound = verdict.sound and not problems
    if sound:
        told = f"{len(verdict.rows)} layers, {shaped.params:,} parameters: as inferred"
        ran = "with random input too" if verdict.inputs else "not run: no size was found that fits"
        source = f"was not run: {why}" if why else "makes the same model"
        say(OK, f" {shaped.name}: {told}, {ran}; its Python source {source}")
    return sound, verdict.inputs


def _compare(shaped: ShapedGraph, built: Built, against: str, seed: int, inputs: _Inputs) -> bool:
    from archspec.weights.comparison.compare import compare, randomize
    from archspec.weights.loading.models import ModelError, application, load_model
    from archspec.weights.structure.structure import StructureError

    try:
        if against.startswith("keras:"):
            other = application(against[len("keras:") :])
            randomize(other, seed)
        else:
            other = load_model(against)
        found = compare(built.model, other, *_batches(shaped, built, seed, inputs))
    except (ModelError, StructureError) as error:
        refuse("AS507", against, visible(str(error)))
    for problem in found.differences[:_MOST_TOLD]:
        say(_no(problem) if found.verdict != "form" else problem)
    if len(found.differences) > _MOST_TOLD:
        say(_no(f"and {len(found.differences) - _MOST_TOLD} more differences"))
    if found.params[0] != found.params[1]:
        say(_no(f"parameters: {found.params[0]:,} against {found.params[1]:,}"))
    if found.gap is not None and found.gap > LIMIT:
        say(_no(f"outputs with copied weights differ by {found.gap:.1e}, above {LIMIT:.0e}"))
    say(*_in_words(found, against))
    return found.sound


def _batches(shaped: ShapedGraph, built: Built, seed: int, inputs: _Inputs) -> Iterator[list[Any]]:
    """The random input, and in a model whose sizes are not known that of other sizes too."""
    import numpy as np

    from archspec.emit.keras.random_inputs import fitting_sizes, random_inputs

    yield list((inputs or {}).values())
    random = np.random.default_rng(seed)
    seen = [fitting_sizes(shaped)]
    for more in (1, 2, 3) if inputs else ():
        sizes = fitting_sizes(shaped, more)
        if sizes not in seen:
            seen.append(sizes)
            yield list((random_inputs(shaped, built, random, sizes) or {}).values())


def _in_words(found: Comparison, against: str) -> tuple[Painted | str, ...]:
    """The last line of a comparison: what is known, and of what it is not."""
    if not found.sound:
        if found.verdict == "unknown":
            told = (
                f"differs in form; whether it calculates the same is not known: {found.uncompared}"
            )
            return _no("differs"), f" {against}: {told}"
        return _no("differs"), f" {against}"
    gap = f"outputs with copied weights differ by {found.gap:.1e}" if found.gap else "equal outputs"
    if found.gap is None:
        gap = f"outputs not compared: {found.uncompared}"
    size = f"{found.layers} operations, {found.params[0]:,} parameters"
    if found.verdict == "form":
        within = f"its network `{found.within}` " if found.within else ""
        return (
            OK,
            f" {against}: {within}differs in form only, as far as outputs tell: {size}, {gap}",
        )
    within = f"its network `{found.within}` is the " if found.within else ""
    return OK, f" {against}: {within}same graph of {size}, {gap}"


def _no(text: str) -> Painted:
    return Painted(text, "red")
