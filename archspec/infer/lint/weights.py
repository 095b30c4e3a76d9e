"""Rules about weights: where they are too many, frozen, or can do nothing."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.lint.activations import ACTIVATIONS, CONVOLUTIONS, LINEAR, WEIGHTED
from archspec.infer.lint.network import Network, argument_place
from archspec.shapes.shape import elements, product

_MOST_AFTER_FLATTEN = 2**28
"""More than twice as many as the largest layer of VGG: 1 GB."""
_MOST = 2**31
_MOST_VALUES = 2**31
_SMALLER = "is a size meant that is smaller?"
_ENLARGING = (
    *("UpSampling1D", "UpSampling2D", "UpSampling3D", "RepeatVector", "Embedding", "Dense"),
    *("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
    *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
)
_LEAST_LAYERS = 3
_ELEMENTWISE = frozenset((*ACTIVATIONS, *LINEAR))


@rule("AS922")
def absurdly_large(network: Network) -> Iterator[Finding]:
    """A layer whose weights, or whose output for one example, fill the memory of a computer."""
    if network.shaped.params > _MOST_AFTER_FLATTEN:
        for _, indices in network.uses:
            for index in indices:
                params = network.facts[index].params
                if params <= _MOST_AFTER_FLATTEN:
                    continue
                source = network.before(index, _ELEMENTWISE)
                flat = source is not None and network.word(source) == "Flatten"
                if params <= (_MOST_AFTER_FLATTEN if flat else _MOST):
                    continue
                message = f"`{network.name(index)}` has {params:,} weights, {_gigabytes(params)}"
                help = _pooled(network, source) if source is not None and flat else [_SMALLER]
                yield from network.found(index, message, None, help)
    for _, indices in network.of(*_ENLARGING):
        for index in indices:
            values = elements(network.shape(index)) or 0
            if values > _MOST_VALUES:
                message = f"`{network.name(index)}` gives {values:,} values for each example"
                text = f"{message}, {_gigabytes(values)}"
                yield from network.found(index, text, None, [_SMALLER])


def _pooled(network: Network, flatten: int) -> list[str | Fix]:
    """The fix that writes global pooling where a Flatten stands."""
    rank, place = len(network.read(flatten)) - 1, network.entry(flatten)
    if not 1 <= rank <= 3 or place is None:
        return ["pooling before the Flatten makes it small"]
    meant = f"GlobalAveragePooling{rank}D"
    return [replace(f"`{meant}` instead of the Flatten makes it small", place, meant)]


def _gigabytes(values: int) -> str:
    return f"{values * 4 / 2**30:,.0f} GB"


@rule("AS928")
def all_frozen(network: Network) -> Iterator[Finding]:
    """A network none of whose weights is trained, for all of it is frozen."""
    frozen = -1
    if not network.whole:
        return
    for index, node in enumerate(network.nodes):
        if network.facts[index].trainable_params:
            if node.trainable:
                return
            frozen = index if frozen < 0 else frozen
    if frozen < 0:
        return
    node = network.nodes[frozen]
    around = [scope.item for scope in node.scope.chain()]
    item = next((i for i in (node.item, *around[::-1]) if i and i.trainable is not None), None)
    if item is not None and item.trainable is not None and not item.trainable.names:
        place = argument_place(item, "trainable")
        message = "all layers with weights are frozen, so that nothing can learn"
        yield Finding(place or item.place.key(), message, help=_thawed(network))


def _thawed(network: Network) -> list[Fix]:
    """The fix that lets the last layer with weights learn."""
    weighted = (n for n in range(len(network.nodes) - 1, -1, -1) if network.facts[n].weights)
    last = next(weighted, None)
    place = None if last is None else network.argument(last, "trainable")
    if last is None or place is None:
        return []
    return [remove(f"`{network.name(last)}`, the last one, is usually trained", place)]


@rule("AS931")
def bottleneck_of_one(network: Network) -> Iterator[Finding]:
    """A Dense of one unit inside, through which a single number gets."""
    for layer, indices in network.of("Dense"):
        if layer.units != 1:
            continue
        found = []
        for index in indices:
            follower = network.after(index, _ELEMENTWISE)
            inside = follower is not None and follower >= 0 and network.word(follower) == "Dense"
            if inside and len(network.shape(index)) == 1:
                found.append(index)
        for index in network.agreed(found):
            message = f"one number is all that gets through `{network.name(index)}`"
            yield from network.found(index, message, "units", ["is a digit of `units` missing?"])


@rule("AS801")
def bias_before_normalization(network: Network) -> Iterator[Finding]:
    """A bias that the BatchNormalization behind it takes out again."""
    for layer, indices in network.of(*WEIGHTED[:-1]):
        if layer.activation not in (None, "linear") or not layer.use_bias:
            continue
        for index in indices:
            follower = network.next(index)
            if follower is None or follower < 0:
                continue
            if network.word(follower) == "BatchNormalization" and network.layer(follower).center:
                name, bias = network.name(follower), network.shape(index)[-1]
                message = f"`{name}` takes the bias of `{network.name(index)}` out again"
                why = f"`use_bias: false` saves {bias:,} weights"
                help = network.setting(index, why, "use_bias", False)
                yield from network.found(index, message, None, help)


def _heaviest(network: Network) -> tuple[int, int, int] | None:
    """The layer with more than half of the weights, how many it has, and how many there are."""
    params = {n: network.facts[n].params for _, indices in network.uses for n in indices}
    weighted = [n for n, count in params.items() if count]
    total = sum(params.values())
    if len(weighted) < _LEAST_LAYERS or not network.whole:
        return None
    index = max(weighted, key=lambda n: params[n])
    return (index, params[index], total) if 2 * params[index] > total else None


def _is_head(network: Network, index: int) -> bool:
    source = network.before(index, _ELEMENTWISE)
    flat = source is not None and network.word(source) == "Flatten"
    return network.word(index) == "Dense" and flat and network.has(CONVOLUTIONS)


@rule("AS803")
def half_of_the_weights(network: Network) -> Iterator[Finding]:
    """A layer that has more than half of the weights of the network."""
    found = _heaviest(network)
    if found and not _is_head(network, found[0]):
        index, params, total = found
        message = f"`{network.name(index)}` has {params:,} of {total:,} weights"
        yield from network.found(index, f"{message}, {params / total:.0%}")


@rule("AS804")
def heavy_head(network: Network) -> Iterator[Finding]:
    """A Dense behind a Flatten that has more weights than all convolutions and the rest."""
    found = _heaviest(network)
    if found and _is_head(network, found[0]):
        index, params, total = found
        values = product(size or 1 for size in network.read(index))
        message = f"`{network.name(index)}` reads {values:,} values and has {params:,} of {total:,}"
        why = "global pooling instead of the Flatten, or one more pooling, makes it small"
        yield from network.found(index, f"{message} weights, {params / total:.0%}", None, [why])


RULES = (
    absurdly_large,
    all_frozen,
    bottleneck_of_one,
    bias_before_normalization,
    half_of_the_weights,
    heavy_head,
)
