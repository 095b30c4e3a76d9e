"""Rules about outputs: what a network gives, and where."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Fix, insert, remove
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.lint.activations import (
    ACTIVATIONS,
    DROPOUTS,
    activation_of,
    looks_like_features,
)
from archspec.infer.lint.network import Network
from archspec.shapes.shape import Shape, format_shape

_NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "RMSNormalization")
ELEMENTWISE = frozenset((*ACTIVATIONS, *DROPOUTS, *_NORMALIZATIONS, "Identity", "Rescaling"))
_POINTWISE = ELEMENTWISE | {"Input", "Dense", "Embedding", "Normalization", "Masking"}
"""Layers after which a place still knows nothing of the others."""
_ENLARGING = ("UpSampling1D", "UpSampling2D", "Conv1DTranspose", "Conv2DTranspose")
MOST_OUTPUTS = 20


@rule("AS908")
def scores_at_every_place(network: Network) -> Iterator[Finding]:
    """A Dense at the output that reads maps or steps, one by one: a Flatten or pooling is missing.

    An `expect` at the layer says that it is meant, and so does a network that enlarges maps again.
    """
    for last in [*dict.fromkeys(n for n, _ in network.graph.outputs)][:MOST_OUTPUTS]:
        while network.facts[last].outputs and network.word(last) in ELEMENTWISE:
            source = network.source(last)
            if source is None:
                break
            last = source
        if network.word(last) != "Dense" or not network.facts[last].outputs:
            continue
        shape = network.read(last)
        item = network.nodes[last].item
        if len(shape) < 2 or item is None or item.expect is not None or shape[:-1] == (1,):
            continue
        if not _is_scattered(network, last, shape):
            continue
        first = last
        while (before := network.before(first, ELEMENTWISE)) is not None:
            if network.word(before) != "Dense" or len(network.shape(before)) != len(shape):
                break
            first = before
        if not network.agreed([last]) or not network.agreed([first]):
            continue
        place = network.entry(first)
        kind = "Flatten" if len(shape) > 2 or not network.has(("Embedding",)) else None
        meant = kind or "GlobalAveragePooling1D"
        why = f"`{meant}` before it makes one vector of them"
        help: list[str | Fix] = [insert(why, place, meant)] if place else [why]
        where = format_shape(shape[:-1])
        message = f"`{network.name(last)}`, the output, is calculated at each of {where} places"
        yield from network.found(first, message, None, help)


def _is_scattered(network: Network, index: int, shape: Shape) -> bool:
    """Whether a Dense that reads several places was hardly meant to answer at each of them."""
    words, inputs = ancestor_words(network, index)
    if words <= _POINTWISE:
        rows = [layer.input_dim for layer, _ in network.of("Embedding")]
        return network.layer(index).units not in rows  # it could guess the next word
    if len(shape) == 2:
        one = network.layer(index).units == 1
        return one and "Embedding" in words and words <= _POINTWISE | {"Conv1D", "MaxPooling1D"}
    if not words.isdisjoint(_ENLARGING) or not all(len(i) == len(shape) for i in inputs):
        return False
    same = any(i[:-1] == shape[:-1] for i in inputs)
    return not same or activation_of(network.layer(index)) == "softmax"


def ancestor_words(network: Network, index: int) -> tuple[set[str], list[Shape]]:
    """The types of what a node depends on, and the shapes of the inputs among them."""
    seen, waiting = {index}, [index]
    words: set[str] = set()
    inputs = []
    while waiting:
        node = waiting.pop()
        words.add(network.word(node))
        if not network.nodes[node].inputs:
            inputs.append(network.shape(node))
        for source, _ in network.nodes[node].inputs:
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return words, inputs


@rule("AS917")
def dropout_at_the_output(network: Network) -> Iterator[Finding]:
    """A Dropout behind the last layer, which drops answers while training."""
    found = []
    for layer, indices in network.of(*DROPOUTS):
        if not _strength(layer):
            continue
        for index in indices:
            source = network.source(index)
            if source is None or not network.gives(index):
                continue
            word, activation = network.word(source), activation_of(network.layer(source))
            answers = activation in ("softmax", "sigmoid")
            plain = word == "Dense" and activation in (None, "linear")
            if answers or (plain and not looks_like_features(network, source)):
                found.append(index)
    for index in network.agreed(found):
        message = f"`{network.name(index)}` drops what the network answers, while it is trained"
        help = network.removal(index, "leave it out, or move it before the last layer")
        yield from network.found(index, message, None, help)


@rule("AS941")
def normalization_at_the_output(network: Network) -> Iterator[Finding]:
    """A normalization behind the last Dense: what it gives has a mean and a spread of its own."""
    found = []
    for _, indices in network.of("BatchNormalization", "LayerNormalization"):
        for index in network.outputs.intersection(indices):
            source = network.source(index)
            if source is None or network.word(source) != "Dense" or not network.gives(index):
                continue
            if activation_of(network.layer(source)) not in (None, "linear"):
                continue
            if network.shape(source) == (1,) and network.word(index) == "LayerNormalization":
                continue  # of one value: AS934
            if len(network.shape(source)) == 1 and not looks_like_features(network, source):
                found.append(index)
    for index in network.agreed(found):
        message = f"`{network.name(index)}` normalizes what the network answers"
        help = network.removal(index, "leave it out, or move it before the last layer")
        yield from network.found(index, message, None, help)


def _strength(layer: Any) -> float:
    """The rate of a Dropout, or what stands in its place for noise."""
    found = getattr(layer, "rate", None)
    return float(layer.stddev if found is None else found)


@rule("AS945")
def output_twice(network: Network) -> Iterator[Finding]:
    """A name that stands twice under `outputs`."""
    spec = network.graph.spec
    names = (spec.outputs or ()) if spec.outputs_listed else ()
    for number, name in enumerate(names):
        if name in names[:number]:
            place = spec.outputs_place.at(number)
            help = [remove("leave it out, or is another layer meant?", place)]
            yield Finding(place, f"`{name}` stands twice in `outputs`", help=help)


RULES = (
    scores_at_every_place,
    dropout_at_the_output,
    normalization_at_the_output,
    output_twice,
)
