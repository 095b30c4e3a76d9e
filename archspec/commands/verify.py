"""``archspec verify``: whether Keras makes of a spec what archspec says."""

import click

from archspec.commands._leave import differ, leave, refuse, refuse_error
from archspec.commands._model import look_at_model
from archspec.commands._options import set_option, shaped_or_exit
from archspec.commands._say import OK, Painted, say
from archspec.diagnostics import Sink
from archspec.emit.keras.backend import BACKENDS, BackendError
from archspec.emit.keras.build import Built
from archspec.infer import ShapedGraph


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
    layer gives for random input. With --against the network must be the same as another one up
    to names; its weights are copied, and the outputs compared. Of the model of a run it is the
    network that counts. The exit status is 1 if anything differs.
    """
    shaped = shaped_or_exit(spec, values)
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
    sound = _verify(shaped, built, seed, quiet)
    if against is not None:
        sound = _compare(shaped, built, against, seed) and sound
    if not sound:
        differ()


def _verify(shaped: ShapedGraph, built: Built, seed: int, quiet: bool) -> bool:
    from archspec.emit.keras.verify import verify

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
    if verdict.sound:
        told = f"{len(verdict.rows)} layers, {shaped.params:,} parameters"
        say(OK, f" {shaped.name}: {told}: as inferred, with random input too")
    return verdict.sound


def _compare(shaped: ShapedGraph, built: Built, against: str, seed: int) -> bool:
    import numpy as np

    from archspec.emit.keras.models import ModelError, application, load_model
    from archspec.emit.keras.verify import random_inputs
    from archspec.weights.compare import LIMIT, compare, randomize
    from archspec.weights.structure import StructureError

    inputs = list(random_inputs(shaped, built, np.random.default_rng(seed)).values())
    try:
        if against.startswith("keras:"):
            other = application(against[len("keras:") :])
            randomize(other, seed)
        else:
            other = load_model(against)
        found = compare(built.model, other, inputs)
    except (ModelError, StructureError) as error:
        refuse("AS507", against, str(error))
    for problem in found.differences:
        say(_no(problem))
    if found.params[0] != found.params[1]:
        say(_no(f"parameters: {found.params[0]:,} against {found.params[1]:,}"))
    if found.gap is not None and found.gap > LIMIT:
        say(_no(f"outputs with copied weights differ by {found.gap:.1e}, above {LIMIT:.0e}"))
    if found.sound:
        gap = (
            f"outputs with copied weights differ by {found.gap:.1e}"
            if found.gap
            else "equal outputs"
        )
        within = f"its network `{found.within}` is the " if found.within else ""
        told = f"{within}same graph of {found.layers} operations, {found.params[0]:,} parameters, {gap}"
        say(OK, f" {against}: {told}")
    else:
        say(_no("differs"), f" {against}")
    return found.sound


def _no(text: str) -> Painted:
    return Painted(text, "red")
