"""The second proof: what Keras builds of an imported spec, held against the model that it comes from.

The first proof knows what the reader has read, and not what it has left out. This one reads the
source's config in another way, as a structure; and calculates both models, if there are two.
"""

from typing import Any, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Sink
from archspec.importer.prove import MOST_TOLD
from archspec.importer.prove_settings import layer_configs, settings_apart
from archspec.infer.infer import ShapedGraph
from archspec.weights.comparison.compare import LIMIT, compare, may_be_form, randomize
from archspec.weights.comparison.differences import differences
from archspec.weights.pairing.named import weighted_layers
from archspec.weights.pairing.same import layer_pairs, one_to_one
from archspec.weights.structure.structure import StructureError, structure_of, structure_of_config
from archspec.weights.structure.vertices import Structure

_FORM = "whether it is another in form only is not known: outputs were not compared"


class BuiltProof(NamedTuple):
    """What was proved, in words, what was not and why, and what differs."""

    proved: list[str]
    unproved: list[str]
    differences: list[str]
    """From the source to what Keras builds of the spec; at most ten. Nothing if it is the same."""

    @property
    def sound(self) -> bool:
        """Whether nothing differs. What is not proved may."""
        return not self.differences


def prove_built(
    shaped: ShapedGraph,
    kind: str,
    config: dict[str, Any],
    model: Any = None,
    settings: bool = True,
    seed: int = 0,
) -> BuiltProof:
    """Both proofs by Keras: by the structure and, if there is a model of the source, by its outputs.

    Raises:
        BackendError: there is no backend.
    """
    found = prove_structure(shaped, kind, config, settings)
    if model is None or (found.differences and found.unproved != [_FORM]):
        return found
    outputs = prove_outputs(shaped, model, seed)
    if found.sound:
        more = BuiltProof(*map(list.__add__, found, outputs))
        return more if more.sound else more._replace(proved=[])
    if outputs.proved and outputs.sound:
        told = f"another structure, but in form only: {'; '.join(_first(found.differences, 3))}"
        return outputs._replace(proved=[told, *outputs.proved])
    return BuiltProof([], outputs.unproved, _first([*outputs.differences, *found.differences]))


def prove_structure(
    shaped: ShapedGraph, kind: str, config: dict[str, Any], settings: bool = True
) -> BuiltProof:
    """Build the model of a spec, without values, and compare its structure with a source's config.

    Args:
        shaped: the network of the spec.
        kind: class of the source's model.
        config: its config, as of any version of Keras.
        settings: whether initial values, regularizers, constraints and what is frozen count.

    Raises:
        BackendError: there is no backend.
    """
    model, why = _declared(shaped)
    if model is None:
        return BuiltProof([], [f"Keras cannot build it: {why}"], [])
    try:
        ours, theirs = structure_of(model), structure_of_config(kind, config)
    except StructureError as error:
        return BuiltProof([], [f"the structure of the source cannot be read: {error}"], [])
    size = f"{len(theirs.vertices):,} operations, {model.count_params():,} parameters"
    pairs, conflict = one_to_one(theirs, ours)
    if not conflict:
        found = BuiltProof([f"built by Keras, the same structure: {size}"], [], [])
        return _with_settings(found, model, (kind, config), theirs, ours, pairs, settings)
    apart = differences(theirs, ours)
    told = [_worded(visible(line)) for line in apart.told] or [conflict]
    if may_be_form(theirs, ours, apart):
        return BuiltProof([], [_FORM], _first(told))
    return BuiltProof([], [], _first(told))


def prove_outputs(shaped: ShapedGraph, other: Any, seed: int = 0) -> BuiltProof:
    """Build the model of a spec, give it the weights of the source, and compare the outputs.

    Args:
        shaped: the network of the spec.
        other: the source's Keras model; its vectors of zeros and ones are drawn anew.
        seed: of weights and inputs.

    Raises:
        BackendError: there is no backend.
    """
    import numpy as np

    from archspec.emit.keras.build import build_model
    from archspec.emit.keras.random_inputs import random_inputs

    sink = Sink()
    built = build_model(shaped, sink)
    if built is None:
        return BuiltProof([], [f"Keras cannot build it: {_why(sink)}"], [])
    randomize(other, seed)
    inputs = random_inputs(shaped, built, np.random.default_rng(seed))
    try:
        found = compare(built.model, other, [*(inputs or {}).values()])
    except StructureError as error:
        return BuiltProof([], [f"the outputs cannot be compared: {error}"], [])
    told = []
    if found.params[0] != found.params[1]:
        told.append(f"parameters {found.params[1]:,} → {found.params[0]:,}")
    if found.gap is not None and found.gap > LIMIT:
        told.append(f"outputs with copied weights differ by {found.gap:.1e}, above {LIMIT:.0e}")
    if found.verdict == "differs" and not told:
        told = _first(found.differences)
    if told:
        return BuiltProof([], [], told)
    if found.gap is None:
        return BuiltProof([], [f"outputs not compared: {found.uncompared}"], [])
    gap = f"outputs with copied weights differ by {found.gap:.1e}" if found.gap else "equal outputs"
    return BuiltProof([gap], [], [])


def _declared(shaped: ShapedGraph) -> tuple[Any, str]:
    """The model of a spec whose weights have no values, if its layers allow that; or why not."""
    from archspec.emit.keras.build import build_model, declaring

    sink = Sink()
    with declaring(values=False):
        built = build_model(shaped, sink)
    if built is None and "stateless scope" in _why(sink):  # a layer makes a variable of an array
        sink = Sink()
        built = build_model(shaped, sink)
    return (None, _why(sink)) if built is None else (built.model, "")


def _why(sink: Sink) -> str:
    notes = [text for d in sink.diagnostics for text in (d.message, *(n.message for n in d.notes))]
    return "; ".join(notes)


def _with_settings(
    found: BuiltProof,
    model: Any,
    source: tuple[str, dict[str, Any]],
    theirs: Structure,
    ours: Structure,
    pairs: dict[int, int],
    wanted: bool,
) -> BuiltProof:
    """The proof, with what structures leave out."""
    what = "initial values, regularizers, constraints and what is frozen"
    if not wanted:
        return found._replace(unproved=[*found.unproved, f"{what}: not compared"])
    mine = dict(layer_configs(type(model).__name__, model.get_config()))
    others = dict(layer_configs(*source))
    weighted = dict(weighted_layers(model))
    told = []
    for name, own in layer_pairs(theirs, ours, pairs).items():
        if name in others and own in mine:
            changes = [*settings_apart(mine[own], others[name], own in weighted)]
            told += [f"`{visible(name)}`: {visible(', '.join(changes))}"] if changes else []
    if told:
        return found._replace(proved=[], differences=_first(told))
    return found._replace(proved=[*found.proved, f"the same {what}"])


def _worded(line: str) -> str:
    """A difference of structures, of which the first is the source's."""
    line = line.replace("only in ours: ", "only in the source: ", 1)
    return line.replace("only in theirs: ", "only in the spec: ", 1).replace("(theirs ", "(", 1)


def _first(lines: list[str], most: int = MOST_TOLD) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], f"and {more:,} more"] if more > 0 else lines
