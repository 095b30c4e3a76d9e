"""Rules about activations: those that are missing, stand twice, or stand in the wrong place."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.expand.walks import OUTPUT
from archspec.infer.lint.network import Network

CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D")
WEIGHTED = (
    "Dense",
    *CONVOLUTIONS,
    *("SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D"),
    *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "EinsumDense"),
)
"""Layers of weights with an activation of their own."""
ACTIVATIONS = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")
DROPOUTS = (
    *("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    *("AlphaDropout", "GaussianDropout", "GaussianNoise"),
)
LINEAR = frozenset((*DROPOUTS, "BatchNormalization", "ActivityRegularization"))
"""Layers between two others that leave them what they are, weighted sums."""
_BETWEEN = LINEAR | {"Flatten", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D"}
_BETWEEN |= {f"{kind}Pooling{n}D" for kind in ("GlobalMax", "GlobalAverage") for n in (1, 2, 3)}
RECTIFIED = ("relu", "relu6")
_BENT = (
    *RECTIFIED,
    *("leaky_relu", "elu", "selu", "gelu", "silu", "swish", "sigmoid", "hard_sigmoid", "tanh"),
)
_WITH_ACTIVATION = frozenset((*WEIGHTED, "Activation"))
_OWN = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}
_MOST_CONVOLUTIONS = 8
"""From so many convolutions on, small gradients of sigmoid and tanh have multiplied to nothing."""


def activation_of(layer: Any) -> str | None:
    """The activation that a layer of weights, or of an activation, ends in; None if it has none."""
    word = type(layer).__name__
    if word in _OWN:
        return _OWN[word]
    if word in _WITH_ACTIVATION:
        found = layer.activation
        return found if isinstance(found, str) else None
    return None


def softmaxes(network: Network) -> list[int]:
    """Nodes that end in a softmax over the last axis."""
    if network.softmaxes is not None:
        return network.softmaxes
    found = network.softmaxes = []
    for layer, indices in network.of("Dense", *CONVOLUTIONS, "EinsumDense", "Activation"):
        if layer.activation == "softmax":
            found += indices
    for layer, indices in network.of("Softmax"):
        for index in indices:
            if layer.axis in ((-1,), (len(network.read(index)),)):
                found.append(index)
    return found


def looks_like_features(network: Network, index: int) -> bool:
    """Whether a node gives 32, 64, 192, 512 … values: features, and hardly classes or numbers."""
    size = network.shape(index)[-1] or 0
    return size >= 32 and (size & (size - 1) == 0 or size % 64 == 0)


@rule("AS907")
def softmax_of_one(network: Network) -> Iterator[Finding]:
    """A softmax of a single value, which is 1 whatever the value is."""
    for index in network.agreed(n for n in softmaxes(network) if network.shape(n)[-1] == 1):
        name = network.name(index)
        message = f"`{name}` is a softmax of one value, which is always 1"
        why = "`sigmoid` gives the probability of the one class"
        argument = "activation" if network.word(index) != "Softmax" else None
        yield from network.found(index, message, argument, _other(network, index, "sigmoid", why))


@rule("AS909")
def after_softmax(network: Network) -> Iterator[Finding]:
    """An activation or a normalization of probabilities: a second softmax, a ReLU behind one."""
    found = []
    for index in softmaxes(network):
        follower = network.next(index)
        if follower is None or follower == OUTPUT:
            continue
        word = network.word(follower)
        if word in ("BatchNormalization", "LayerNormalization") or (
            word in ACTIVATIONS and activation_of(network.layer(follower)) != "linear"
        ):
            found.append(follower)
    for follower in network.agreed(found):
        source = network.source(follower)
        assert source is not None
        first, name = network.name(source), network.name(follower)
        message = f"`{name}` changes the probabilities that `{first}` gives"
        if activation_of(network.layer(follower)) == "softmax":
            message = f"`{name}` is a second softmax, behind that of `{first}`"
        help = network.removal(follower, "leave it out")
        yield from network.found(follower, message, None, help)


@rule("AS910")
def softmax_inside(network: Network) -> Iterator[Finding]:
    """A softmax between two layers of weights, as if it were an activation like another."""
    found = []
    for index in softmaxes(network):
        word = network.word(index)
        source = index if word in WEIGHTED else network.source(index)
        if source is None or network.word(source) not in WEIGHTED:
            continue
        follower = network.after(index, _BETWEEN)
        if follower not in (None, OUTPUT) and network.word(follower) in WEIGHTED:
            found.append(index)
    for layer, indices in network.of("LSTM", "GRU", "SimpleRNN"):
        if layer.activation == "softmax":
            found += indices
    for index in network.agreed(found):
        message = f"`{network.name(index)}` is a softmax inside the network: nearly all of its"
        why = "`relu`, if an activation is meant"
        argument = "activation" if network.word(index) != "Softmax" else None
        help = _other(network, index, "relu", why)
        yield from network.found(index, f"{message} values come close to 0", argument, help)


@rule("AS911")
def rectified_output(network: Network) -> Iterator[Finding]:
    """A Dense whose output, the network's, is cut at 0, so that what is below never learns.

    Networks that give features, 64, 512 or 2048 of them, may end so.
    """
    found = []
    for layer, indices in network.of("Dense", "Activation", "ReLU"):
        if activation_of(layer) not in RECTIFIED:
            continue
        for index in network.outputs.intersection(indices):
            if not network.gives(index):
                continue
            source = index if network.word(index) == "Dense" else network.source(index)
            if source is None or network.word(source) != "Dense":
                continue
            if network.before(source, DROPOUTS) == 0:  # one layer alone shows how it is written
                continue
            if source != index and activation_of(network.layer(source)) is not None:
                continue
            if network.shape(source) == (1,):
                continue  # a count, which is never below 0
            if len(network.shape(source)) == 1 and not looks_like_features(network, source):
                found.append(index)
    for index in network.agreed(found):
        message = f"`{network.name(index)}`, the output, is cut at 0: below it nothing learns"
        meant, why = "softmax", "`softmax` for classes"
        argument = "activation" if network.word(index) != "ReLU" else None
        yield from network.found(index, message, argument, _other(network, index, meant, why))


@rule("AS913")
def activation_again(network: Network) -> Iterator[Finding]:
    """An activation of values that have just gone through one, or only a normalization since."""
    found: dict[int, int] = {}
    bent = {id(layer) for layer, _ in network.of(*WEIGHTED, *ACTIVATIONS) if _is_bent(layer)}
    for layer, indices in network.of(*ACTIVATIONS) if bent else ():
        second = activation_of(layer)
        if second is None or second == "linear":
            continue
        for index in network.behind(bent, indices):
            source = network.source(index)
            assert source is not None
            first = activation_of(network.layer(source))
            ends = network.gives(index) and first not in ("leaky_relu", "tanh")
            if second in _BENT or (second == "softmax" and ends):
                found[index] = source
    yield from _around_normalization(network, bent)
    for index in network.agreed(found):
        source = found[index]
        first, second = (activation_of(network.layer(n)) for n in (source, index))
        name, again = network.name(index), network.name(source)
        message = f"`{name}` is `{second}` of what `{again}` has put through `{first}`"
        same = first == second
        plain = same and {network.word(index), network.word(source)} - {"ReLU"} == {
            network.word(source)
        }
        certain = second == "relu" and plain and _is_plain(network.layer(index))
        help: list[Fix] = []
        if same or second in RECTIFIED:
            help = network.removal(index, "leave it out", certain)
        elif place := network.argument(source, "activation"):
            why = f"`{again}` without its activation"
            help = [remove(why, place)] if network.word(source) in WEIGHTED else []
        yield from network.found(index, message, None, help)


def _around_normalization(network: Network, bent: set[int]) -> Iterator[Finding]:
    """The same activation before and behind a BatchNormalization: one of them is left over."""
    found: dict[int, int] = {}
    for _, indices in network.of("BatchNormalization"):
        for between in network.behind(bent, indices):
            index, source = between + 1, network.source(between)
            if source is None or index == len(network.nodes) or network.source(index) != between:
                continue
            same = activation_of(network.layer(source)) == activation_of(network.layer(index))
            if not same or network.word(index) not in ACTIVATIONS:
                continue
            if network.literal(index) and network.literal(source):
                found[index] = source
    for index in network.agreed(found):
        name, before = network.name(index), network.name(found[index])
        message = f"`{name}` is the activation of `{before}` again, with only a normalization"
        first = found[index]
        argument = network.argument(first, "activation")
        help = network.removal(first, f"leave that of `{before}` out")
        if network.word(first) in WEIGHTED:
            help = [remove(f"leave that of `{before}` out", argument)] if argument else []
        yield from network.found(index, f"{message} between them", None, help)


@rule("AS935")
def dead_from_the_start(network: Network) -> Iterator[Finding]:
    """A layer with ReLU and nothing but zeros in its weights: its gradient is 0 for ever."""
    for layer, indices in network.of("Dense", *CONVOLUTIONS):
        if layer.activation not in RECTIFIED or not _is_zero(layer.kernel_initializer):
            continue
        if layer.use_bias and not _is_zero(layer.bias_initializer):
            continue
        for index in indices:
            message = f"`{network.name(index)}` begins with zeros before a ReLU: it never learns"
            place = network.argument(index, "kernel_initializer")
            help = [replace("`he_normal` suits a ReLU", place, "he_normal")] if place else []
            yield from network.found(index, message, "kernel_initializer", help)


@rule("AS808")
def saturating(network: Network) -> Iterator[Finding]:
    """Sigmoid or tanh between the convolutions of a deep network."""
    depth = sum(len(indices) for _, indices in network.of(*CONVOLUTIONS))
    if depth < _MOST_CONVOLUTIONS:
        return
    for layer, indices in network.of(*CONVOLUTIONS):
        if layer.activation not in ("sigmoid", "tanh"):
            continue
        for index in indices:
            follower = network.after(index, _BETWEEN)
            if follower not in (None, OUTPUT) and network.word(follower) in CONVOLUTIONS:
                message = f"`{layer.activation}` of `{network.name(index)}` lets little gradient"
                text = f"{message} through, in a network of {depth} convolutions"
                yield from network.found(index, text, "activation")


def _is_bent(layer: Any) -> bool:
    return activation_of(layer) in _BENT


def _is_zero(initializer: Any) -> bool:
    if isinstance(initializer, dict):
        initializer = next(iter(initializer), "")
    return initializer in ("zeros", "Zeros")


def _is_plain(layer: Any) -> bool:
    """Whether a second such ReLU changes nothing."""
    return type(layer).__name__ == "Activation" or (
        layer.max_value is None and layer.threshold == 0 == layer.negative_slope
    )


def _other(network: Network, index: int, activation: str, why: str) -> list[str | Fix]:
    """The fix that writes another activation."""
    if network.word(index) not in ("Softmax", "ReLU"):
        place = network.argument(index, "activation")
        return [replace(why, place, activation)] if place else [why]
    place, item = network.entry(index), network.nodes[index].item
    if place is None or item is None or item.name is not None or item.sources is not None:
        return [why]
    return [replace(why, place, {"Activation": activation})]


RULES = (
    softmax_of_one,
    after_softmax,
    softmax_inside,
    rectified_output,
    activation_again,
    dead_from_the_start,
    saturating,
)
