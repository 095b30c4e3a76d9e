"""Rules about arguments that are allowed and hardly meant so, or that Keras does not heed."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import CONVOLUTIONS, WEIGHTED
from archspec.infer.lint.network import Network, argument_place
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import product

_LARGE_EPSILON = 0.1
_LARGE_SCALE = 100
_LARGE_GAIN = 10
_LONG_VECTOR = 2000
_NORMALIZATIONS = (
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"),
)
_FEW_HEADS = 4
_LEAST_WIDTH = 16
_LEAST_MOMENTUM = 0.5
_STRONG_PENALTY = 1.0
_USUAL_PENALTY = 0.001
_KERAS_PENALTY = 0.01
_PENALTIES = ("kernel_regularizer", "bias_regularizer", "depthwise_regularizer")


@rule("AS920")
def heads_too_wide(network: Network) -> Iterator[Finding]:
    """Heads of an attention each of which is as wide as what it reads: `key_dim` is that of one."""
    for layer, indices in network.of("MultiHeadAttention"):
        if layer.num_heads < _FEW_HEADS:
            continue
        for index in indices:
            width = network.read(index)[-1]
            if width is None or not _LEAST_WIDTH <= width <= layer.key_dim:
                continue
            message = f"each of the {layer.num_heads} heads of `{network.name(index)}` has"
            message += f" {layer.key_dim} channels, where all of the input has {width}"
            place = network.argument(index, "key_dim")
            share, rest = divmod(width, layer.num_heads)
            why = "`key_dim` is the size of one head"
            help: list[str | Fix] = [why]
            if place and not rest:
                help = [replace(f"{why}: {width}/{layer.num_heads} = {share}", place, share)]
            yield from network.found(index, message, "key_dim", help)


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
        for argument in _PENALTIES:
            penalty = getattr(layer, argument, None)
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


@rule("AS929")
def dropped_penalty(network: Network) -> Iterator[Finding]:
    """An `activity_regularizer` that Keras forgets: of SimpleRNN, and inside a TimeDistributed."""
    for layer, indices in network.of("SimpleRNN"):
        if layer.activity_regularizer is not None:
            for index in indices:
                place = network.argument(index, "activity_regularizer")
                yield from _dropped(network, index, "SimpleRNN", place)
    for layer, indices in network.of("Bidirectional", "TimeDistributed"):
        inner = layer.layer
        word = type(inner).__name__
        if type(layer).__name__ == "Bidirectional" and word != "SimpleRNN":
            continue
        if getattr(inner, "activity_regularizer", None) is None and (
            word != "ActivityRegularization" or type(layer).__name__ != "TimeDistributed"
        ):
            continue
        for index in indices:
            place = network.argument(index, "layer")
            around = f"{type(layer).__name__} of a {word}"
            yield from _dropped(network, index, around, _within(place, word))


def _within(place: Place | None, word: str) -> Place | None:
    """Where the penalty of a wrapped layer stands, or the layer."""
    value = place.document.at(place.path) if place else None
    inner = value.get(word) if isinstance(value, dict) else None
    known = isinstance(inner, dict) and "activity_regularizer" in inner
    return place.at(word, "activity_regularizer") if place and known else place


def _dropped(network: Network, index: int, what: str, place: Place | None) -> Iterator[Finding]:
    message = f"Keras leaves the penalty of a {what} out: `{network.name(index)}` has none"
    why = "an ActivityRegularization behind it has one"
    help: list[str | Fix] = [why]
    entry = network.entry(index)
    written = place.document.at(place.path) if place else None
    if place and entry and place.path[-1] == "activity_regularizer" and written is not None:
        behind = {"ActivityRegularization": _factors(written)}
        help = [Fix(why, (Edit(place, how=How.REMOVE), Edit(entry, behind, How.AFTER)))]
    for finding in network.found(index, message, None, help):
        yield finding._replace(place=place or finding.place)


def _factors(regularizer: Any) -> dict[str, Any]:
    """The arguments of an ActivityRegularization that does what a regularizer says."""
    word, arguments = regularizer, None
    if isinstance(regularizer, dict):
        ((word, arguments),) = regularizer.items()
    kinds = {"l1": ("l1",), "l2": ("l2",)}.get(str(word).lower(), ("l1", "l2"))
    given = arguments if isinstance(arguments, dict) else {}
    return {kind: given.get(kind, _KERAS_PENALTY) for kind in kinds}


@rule("AS930")
def whole_vectors(network: Network) -> Iterator[Finding]:
    """A SpectralNormalization of an Embedding, whose vectors Keras makes whole numbers."""
    for layer, indices in network.of("SpectralNormalization"):
        if type(layer.layer).__name__ != "Embedding":
            continue
        for index in indices:
            source = network.before(index, ("Reshape", "Flatten", "Permute"))
            if source is None or network.word(source) != "Input":
                continue
            dtype = network.layer(source).dtype or "float32"
            if DTYPES[dtype] == "int":
                message = (
                    f"the vectors of `{network.name(index)}` become whole numbers: Keras gives"
                )
                help: list[str | Fix] = ["an Embedding without it keeps them"]
                place, entry = network.argument(index, "layer"), network.entry(index)
                if place and entry:
                    inner = place.document.at(place.path)
                    help = [replace("an Embedding without it keeps them", entry, inner)]
                yield from network.found(index, f"{message} them the type of the input", None, help)


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


@rule("AS940")
def swapped_embedding(network: Network) -> Iterator[Finding]:
    """An Embedding with few rows and very long vectors: its two numbers are swapped."""
    for layer, indices in network.of("Embedding"):
        rows, size = layer.input_dim, layer.output_dim
        if size < _LONG_VECTOR or size <= 8 * rows or size % 128 == 0:
            continue
        for index in indices:
            message = f"`{network.name(index)}` has {rows:,} rows of {size:,} numbers"
            item = network.nodes[index].item
            places = [argument_place(item, n) for n in ("input_dim", "output_dim")] if item else []
            help: list[str | Fix] = ["are the two numbers swapped?"]
            if len(places) == 2 and places[0] and places[1] and network.literal(index):
                edits = (Edit(places[0], size), Edit(places[1], rows))
                help = [Fix("are the two numbers swapped?", edits)]
            yield from network.found(index, message, "output_dim", help)


RULES = (
    far_off,
    large_beginning,
    swapped_embedding,
    heads_too_wide,
    dropped_penalty,
    whole_vectors,
    share_that_is_kept,
    strong_penalty,
)
