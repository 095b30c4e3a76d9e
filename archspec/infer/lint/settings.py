"""Rules about arguments that are allowed and hardly meant so, or that Keras does not heed."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import CONVOLUTIONS, WEIGHTED
from archspec.infer.lint.network import Network, argument_place
from archspec.shapes.axes import axis_indices
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import product

_LARGE_EPSILON = 0.1
_LARGE_GAIN = 10
_LONG_VECTOR = 2000
_NORMALIZATIONS = (
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"),
)
_FEW_HEADS = 4
_LEAST_WIDTH = 16
_LEAST_MOMENTUM = 0.5
_STRONG_PENALTY = 1.0
_PENALTIES = ("kernel_regularizer", "bias_regularizer", "depthwise_regularizer")


@rule("AS916")
def other_axis(network: Network) -> Iterator[Finding]:
    """A normalization or softmax over the height or the steps, where the channels are meant."""
    for layer, indices in network.of("BatchNormalization", "GroupNormalization"):
        if layer.axis != -1:
            for index in indices:
                rank = len(network.read(index))
                if rank > 1 and layer.axis not in (rank, -1):
                    yield from _over(network, index, "normalizes")
    for layer, indices in network.of("Softmax"):
        if len(layer.axis) == 1 and layer.axis != (-1,):
            for index in indices:
                rank = len(network.read(index))
                if rank == 3 and layer.axis[0] % (rank + 1) != rank and network.gives(index):
                    yield from _over(network, index, "is a softmax")


def _over(network: Network, index: int, does: str) -> Iterator[Finding]:
    place = network.argument(index, "axis")
    message = f"`{network.name(index)}` {does} over another axis than the channels, the last one"
    help = [remove("without `axis` it is the last one", place)] if place else []
    yield from network.found(index, message, "axis", help)


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


@rule("AS934")
def one_value_normalized(network: Network) -> Iterator[Finding]:
    """A normalization of a single value: what comes out does not depend on it."""
    for layer, indices in network.of("LayerNormalization", "RMSNormalization", "UnitNormalization"):
        for index in indices:
            shape = network.read(index)
            if all(shape[axis] == 1 for axis in axis_indices(layer.axis, shape)):
                gives = "always 0" if type(layer).__name__ == "LayerNormalization" else "its sign"
                message = f"`{network.name(index)}` normalizes one value by itself: {gives}"
                yield from network.found(index, message)
    for layer, indices in network.of("GroupNormalization"):
        for index in indices:
            shape = network.read(index)
            if len(shape) == 1 and layer.groups in (-1, shape[0]):
                message = f"each group of `{network.name(index)}` is one value: always 0"
                yield from network.found(index, message, "groups")


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
                yield from network.found(index, f"{message} `{network.name(index)}`", argument)


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
    help = ["an ActivityRegularization behind it has one"]
    for finding in network.found(index, message, None, help):
        yield finding._replace(place=place or finding.place)


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
                help = ["an Embedding without it keeps them"]
                yield from network.found(index, f"{message} them the type of the input", None, help)


@rule("AS937")
def far_off(network: Network) -> Iterator[Finding]:
    """An `epsilon` that outweighs the variance, or a slope below 0 that is steeper than above."""
    for layer, indices in network.of(*_NORMALIZATIONS):
        if layer.epsilon >= _LARGE_EPSILON:
            for index in indices:
                message = f"an `epsilon` of {layer.epsilon:g} outweighs the variance that"
                yield from network.found(
                    index, f"{message} `{network.name(index)}` divides by", "epsilon"
                )
    for layer, indices in network.of("LeakyReLU", "ReLU"):
        if layer.negative_slope > 1:
            for index in indices:
                message = f"`{network.name(index)}` is steeper below 0 than above"
                yield from network.found(index, message, "negative_slope")


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
                yield from network.found(index, text, "kernel_initializer")


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


@rule("AS812")
def swapped_axes(network: Network) -> Iterator[Finding]:
    """A series of very few steps with very many channels: its axes may be swapped."""
    for index in network.graph.inputs.values():
        shape = network.shape(index) if network.facts[index].outputs else ()
        declared = network.declaration(index)
        if declared is None or len(shape) != 2 or None in shape:
            continue
        steps, channels = [size or 1 for size in shape]
        reads = [network.word(n) for n in network.readers[index] if n >= 0]
        if 1 < steps < 20 * steps <= channels and "Conv1D" in reads:
            message = f"this is read as {steps} steps of {channels} channels; the steps come first"
            yield Finding(declared.place, message)


RULES = (
    far_off,
    large_beginning,
    swapped_embedding,
    swapped_axes,
    other_axis,
    heads_too_wide,
    dropped_penalty,
    whole_vectors,
    share_that_is_kept,
    one_value_normalized,
    strong_penalty,
)
