"""Whether two Keras models are the same up to names, and calculate the same."""

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.layers import layer_types, regularization
from archspec.layers.augmentation import Augmentation
from archspec.weights.comparison.differences import Differences, differences
from archspec.weights.comparison.outputs import (
    UncomparedError,
    carry_over,
    gap,
    gap_of_form,
    layers_of,
)
from archspec.weights.comparison.outputs import randomize as randomize
from archspec.weights.pairing.same import isomorphic as isomorphic
from archspec.weights.pairing.same import one_to_one
from archspec.weights.pairing.wrapped import inner_models
from archspec.weights.structure.structure import structure_of
from archspec.weights.structure.vertices import Structure

LIMIT = 1e-5
"""Largest difference of outputs, relative to the largest value."""

_ACTING = ("momentum", "training", "vertices")
"""Arguments that act in training only; the vertices of a graph in a wrapper may."""

Verdict = Literal["same", "form", "differs", "unknown"]


class Comparison(NamedTuple):
    """How two models compare."""

    verdict: Verdict
    """The same graph; another form that gives the same outputs; another calculation; or that is
    not known, because the graphs differ and the outputs cannot be compared."""
    differences: list[str]
    """A line for each difference of the graphs."""
    layers: int
    """Number of vertices of the first model."""
    params: tuple[int, int]
    gap: float | None
    """Relative difference of the outputs with copied weights; None if they were not compared."""
    uncompared: str = ""
    """Why they were not, where the graphs left it to them."""
    within: str = ""
    """The network in the second model that the first one was compared with, if it was that."""

    @property
    def same(self) -> bool:
        """Whether the graphs are the same up to names."""
        return self.verdict == "same"

    @property
    def sound(self) -> bool:
        """Whether the outputs are the same, and the graphs are or differ in form only."""
        known = self.verdict in ("same", "form") and self.params[0] == self.params[1]
        return known and (self.gap or 0.0) <= LIMIT


def compare(ours: Any, theirs: Any, inputs: list[Any], *more: list[Any]) -> Comparison:
    """Compare two models; our weights become theirs, layer by layer.

    The second may be a model around the network, such as that of a run, which prepares pictures
    for it: then it is the network in it that counts.

    Args:
        ours: a Keras model.
        theirs: another one.
        inputs: arrays, one for each input; empty if there are none that fit.
        more: the same in other sizes, where sizes are not known; asked for if the graphs differ.

    Raises:
        StructureError: a model is no graph of layers.
    """
    outermost = _compare(ours, theirs, [inputs, *more])
    if outermost.same:
        return outermost
    inside = [outermost]
    for inner in inner_models(theirs):
        found = _compare(ours, inner, [inputs, *more])._replace(within=visible(inner.name))
        if found.same:
            return found
        inside.append(found)
    return next((found for found in inside if found.sound), outermost)


def _compare(ours: Any, theirs: Any, batches: list[list[Any]]) -> Comparison:
    first, second = structure_of(ours), structure_of(theirs)
    params = (ours.count_params(), theirs.count_params())
    pairs, conflict = one_to_one(first, second)
    if not conflict:
        found = Comparison("same", [], len(first.vertices), params, None)
        return _with_outputs(found, ours, theirs, layers_of(first, second, pairs), batches)
    apart = differences(first, second)
    told = [visible(line) for line in apart.told or [conflict]]
    found = Comparison("differs", told, len(first.vertices), params, None)
    if not may_be_form(first, second, apart):
        return found
    found = found._replace(verdict="form")
    return _with_outputs(found, ours, theirs, layers_of(first, second, apart.pairs), batches)


def _with_outputs(
    found: Comparison, ours: Any, theirs: Any, pairs: dict[str, str], batches: list[list[Any]]
) -> Comparison:
    """What the outputs say; without them, another form is not known to be the same."""
    try:
        if not batches[0]:
            raise UncomparedError("no random input was found that fits")
        if found.verdict == "form":
            apart = gap_of_form(ours, theirs, pairs, [batch for batch in batches if batch])
        else:
            carry_over(ours, theirs, pairs)
            apart = gap(ours, theirs, batches[:1])
    except UncomparedError as error:
        verdict: Verdict = "same" if found.verdict == "same" else "unknown"
        return found._replace(verdict=verdict, uncompared=str(error))
    if found.verdict == "form" and apart > LIMIT:
        found = found._replace(verdict="differs")
    return found._replace(gap=apart)


def may_be_form(first: Structure, second: Structure, apart: Differences) -> bool:
    """Whether two graphs that differ may calculate the same, so that the outputs must say it.

    They do not where the inputs are others, or a value is another one: a rate, a constant. And
    what acts in training only must be the same, for of that the outputs say nothing.
    """
    inputs = [[s.vertices[i].label for i in s.inputs] for s in (first, second)]
    alike = inputs[0] == inputs[1] and len(first.outputs) == len(second.outputs)
    return alike and not apart.valued and _trained(first) == _trained(second)


def _trained(structure: Structure) -> list[str]:
    """What acts in training only, in any order."""
    return sorted(
        text for vertex in structure.vertices for text in _acts(vertex.kind, vertex.arguments)
    )


def _acts(kind: str, arguments: dict[str, Any]) -> Iterator[str]:
    """What a layer does in training only, and what the layers in it do."""
    type = layer_types().get(kind)
    whole = type and (issubclass(type, Augmentation) or type.__module__ == regularization.__name__)
    told = {k: v for k, v in arguments.items() if "dropout" in k or k in _ACTING}
    if whole or "module" in arguments:  # of a layer that is not known nothing is
        told = arguments
    if told or whole:
        yield json.dumps([kind if whole else "", told], sort_keys=True, default=str)
    for value in arguments.values():
        if isinstance(value, dict) and isinstance(value.get("class_name"), str):
            yield from _acts(value["class_name"], value)
