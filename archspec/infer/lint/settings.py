"""Rules about arguments that are allowed and hardly meant so, or that Keras does not heed."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import CONVOLUTIONS, WEIGHTED
from archspec.infer.lint.network import Network
from archspec.shapes.shape import product

_LARGE_EPSILON = 0.1
_LARGE_SCALE = 100
_LARGE_GAIN = 10
_NORMALIZATIONS = (
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"),
)
_LEAST_MOMENTUM = 0.5
_STRONG_PENALTY = 1.0
_USUAL_PENALTY = 0.001
_PENALTIES = ("kernel_regularizer", "bias_regularizer", "depthwise_regularizer")


@rule("AS933")
def share_that_is_kept(network: Network) -> Iterator[Finding]:
    """A momentum of BatchNormalization as PyTorch counts it: the share that is new."""
    for layer, indices in network.of("BatchNormalization"):
        if layer.momentum >= _LEAST_MOMENTUM:
            continue
        for index in indices:
            place = network.argument(index, "momentum")
            meant = round(1 - layer.momentum, 6)
            message = f"`{network.name(index)}` forgets {meant:.0%} of its averages at each step"
            why = "`momentum` is the share that is kept, in PyTorch the one that is new"
            help: list[str | Fix] = [replace(f"{why}: {meant}", place, meant)] if place else [why]
            yield from network.found(index, message, "momentum", help)


@rule("AS936")
def strong_penalty(network: Network) -> Iterator[Finding]:
    """A penalty on weights of 1 or more, which leaves nothing of them."""
    for layer, indices in network.of(*WEIGHTED):
        values = vars(layer)
        for argument in _PENALTIES:
            penalty = values.get(argument)
            if penalty is None:
                continue
            if not isinstance(penalty, dict) or _strength(penalty) < _STRONG_PENALTY:
                continue
            for index in indices:
                message = f"a penalty of {_strength(penalty):g} leaves nothing of the weights of"
                help = _weaker(network.argument(index, argument), penalty)
                text = f"{message} `{network.name(index)}`"
                yield from network.found(index, text, argument, help)


def _weaker(place: Place | None, penalty: dict[str, Any]) -> list[str | Fix]:
    """The fix that writes a usual factor."""
    why = "usual factors are from 0.00001 to 0.01"
    ((word, arguments),) = penalty.items()
    written = place.document.at(place.path) if place else None
    if place is None or not isinstance(written, dict) or not isinstance(written.get(word), dict):
        return [why]
    edits = [Edit(place.at(word, name), _USUAL_PENALTY) for name in arguments]
    return [Fix(f"{why}; {_USUAL_PENALTY:g} is a start", tuple(edits))]


def _strength(regularizer: dict[str, Any]) -> float:
    """The largest factor of an L1, an L2 or both."""
    found = [0.0]
    for word, arguments in regularizer.items():
        if word in ("L1", "L2", "L1L2") and isinstance(arguments, dict):
            found += [v for v in arguments.values() if isinstance(v, int | float)]
    return max(found)


@rule("AS937")
def far_off(network: Network) -> Iterator[Finding]:
    """An `epsilon` that outweighs the variance, or a slope below 0 that is steeper than above."""
    for layer, indices in network.of(*_NORMALIZATIONS):
        if layer.epsilon >= _LARGE_EPSILON:
            for index in indices:
                message = f"an `epsilon` of {layer.epsilon:g} outweighs the variance that"
                text = f"{message} `{network.name(index)}` divides by"
                place = network.argument(index, "epsilon")
                help = [remove("without it, it is 0.001 or less", place)] if place else []
                yield from network.found(index, text, "epsilon", help)
    for layer, indices in network.of("Rescaling"):
        if isinstance(layer.scale, int | float) and layer.scale >= _LARGE_SCALE:
            for index in indices:
                source = network.source(index)
                if source is not None and network.word(source) == "Input":
                    message = (
                        f"`{network.name(index)}` makes the input {layer.scale:g} times as large"
                    )
                    place = network.argument(index, "scale")
                    meant = f"1/{layer.scale:g}"
                    help = [replace(f"is `{meant}` meant?", place, meant)] if place else []
                    yield from network.found(index, message, "scale", help)
    for layer, indices in network.of("LeakyReLU", "ReLU"):
        if layer.negative_slope > 1:
            for index in indices:
                message = f"`{network.name(index)}` is steeper below 0 than above"
                place, slope = network.argument(index, "negative_slope"), layer.negative_slope
                meant = round(slope / 10 if slope < 10 else slope / 100, 6)
                help = [replace(f"is {meant:g} meant?", place, meant)] if place else []
                yield from network.found(index, message, "negative_slope", help)


@rule("AS938")
def large_beginning(network: Network) -> Iterator[Finding]:
    """Random weights to begin with that make sums many times larger than what they add."""
    for layer, indices in network.of("Dense", *CONVOLUTIONS):
        deviation = _deviation(layer.kernel_initializer)
        if deviation is None:
            continue
        for index in indices:
            kernel = network.facts[index].weights[0].shape
            gain = deviation * product(kernel[:-1]) ** 0.5
            if gain > _LARGE_GAIN:
                message = f"`{network.name(index)}` begins with weights that make its sums"
                text = f"{message} {gain:.0f} times as large as what it reads"
                place = network.argument(index, "kernel_initializer")
                meant = "he_normal" if layer.activation == "relu" else "glorot_uniform"
                why = f"`{meant}` takes the number of inputs into account"
                help = [replace(why, place, meant)] if place else []
                yield from network.found(index, text, "kernel_initializer", help)


def _deviation(initializer: Any) -> float | None:
    """The standard deviation of a random initializer for which it is given."""
    if not isinstance(initializer, dict):
        return None
    ((word, arguments),) = initializer.items()
    if word not in ("RandomNormal", "TruncatedNormal") or not isinstance(arguments, dict):
        return None
    found = arguments.get("stddev")
    return float(found) if isinstance(found, int | float) else None


@rule("AS946")
def training_of_a_call(network: Network) -> Iterator[Finding]:
    """A layer that is told `training`, of which the model that is trained tells it otherwise."""
    for layer, indices in network.uses:
        told = layer.call_options().get("training")
        if told is None:
            continue
        for index in indices:
            text = f"`training: {str(told).lower()}` of `{network.name(index)}` counts only where"
            message = f"{text} a model is called alone: `fit` and `predict` overrule it"
            place = network.argument(index, "training")
            help: list[str | Fix] = []
            if type(layer).__name__ == "BatchNormalization" and not told:
                help.append("`trainable: false` keeps its averages as they are in `fit` too")
            if place:
                help.append(remove("leave it out: `fit` and `predict` do the same then", place))
            yield from network.found(index, message, "training", help)


RULES = (
    far_off,
    large_beginning,
    share_that_is_kept,
    strong_penalty,
    training_of_a_call,
)
