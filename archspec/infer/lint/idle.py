"""Rules about layers that change nothing, or that stand twice."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.lint.activations import CONVOLUTIONS, DROPOUTS
from archspec.infer.lint.network import Network

_POOLINGS = tuple(f"{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3))
_BORDERS = tuple(f"{kind}{n}D" for kind in ("ZeroPadding", "Cropping") for n in (1, 2, 3))
_UPSAMPLINGS = tuple(f"UpSampling{n}D" for n in (1, 2, 3))
_PADDED = (
    *CONVOLUTIONS,
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
)
_DILATED = (*_PADDED, "Conv1DTranspose", "Conv2DTranspose")
_MOST_DROPPED = 0.9
_MOST_TRIED = 20


@rule("AS924")
def changes_nothing(network: Network) -> Iterator[Finding]:
    """A layer that gives what it reads: a Dropout of 0, a pooling of 1, a second Flatten.

    One whose arguments depend on a parameter is not meant: with another value it does something.
    """
    found = {n: why for n, why in _idle(network) if network.literal(n)}
    for index in network.agreed(found):
        message = f"`{network.name(index)}` changes nothing: {found[index]}"
        help = network.removal(index, "leave it out", certain=True)
        yield from network.found(index, message, None, help)
    arguments = {n: (argument, why) for n, argument, why in _idle_arguments(network)}
    for index in network.agreed(filter(network.literal, arguments)):
        argument, why = arguments[index]
        message = f"`{argument}` of `{network.name(index)}` changes nothing: {why}"
        place = network.argument(index, argument)
        fixes = [remove("leave it out", place, certain=True)] if place else []
        yield from network.found(index, message, argument, fixes)


def _idle_arguments(network: Network) -> Iterator[tuple[int, str, str]]:
    """Nodes with an argument that changes nothing, the argument, and why."""
    for layer, indices in network.of(*_DILATED):
        if max(layer.dilation_rate) == 1:
            continue
        pairs = zip(layer.dilation_rate, layer.kernel_size, strict=True)
        if all(dilation == 1 or size == 1 for dilation, size in pairs):
            yield from ((n, "dilation_rate", "its window is one point") for n in indices)
    recurrent = network.of("LSTM", "GRU", "SimpleRNN")
    given = [n for layer, indices in recurrent if layer.return_state for n in indices]
    if not given or not network.whole:
        return
    read = {ref[0] for node in network.nodes for ref in node.inputs if ref[1]}
    read.update(index for index, output in network.graph.outputs if output)
    yield from ((n, "return_state", "nothing reads the state") for n in given if n not in read)


def _is_named(network: Network, index: int) -> bool:
    item = network.nodes[index].item
    return item is not None and item.name is not None


def _idle(network: Network) -> Iterator[tuple[int, str]]:
    """Nodes that change nothing, and why."""
    for layer, indices in network.of(*DROPOUTS):
        if not (getattr(layer, "rate", None) or getattr(layer, "stddev", 0)):
            yield from ((n, "it drops nothing") for n in indices)
    for layer, indices in network.of(*_POOLINGS):
        if max(layer.pool_size) == 1 == max(layer.strides or (1,)):
            yield from ((n, "its window is one value") for n in indices)
    for layer, indices in network.of(*_UPSAMPLINGS):
        size = layer.size
        if (max(size) if isinstance(size, tuple) else size) == 1:
            yield from ((n, "each value stays one") for n in indices)
    for layer, indices in network.of(*_BORDERS):
        if not any(map(any, layer.ends())):
            yield from ((n, "nothing is added or cut off") for n in indices)
    for layer, indices in network.of("Activation"):
        if layer.activation == "linear":  # with a name it may mark a point of the network
            plain = (n for n in indices if not _is_named(network, n))
            yield from ((n, "`linear` gives what it reads") for n in plain)
    for layer, indices in network.of("Permute"):
        if layer.dims_ == tuple(range(1, len(layer.dims_) + 1)):
            yield from ((n, "the axes stay where they are") for n in indices)
    for layer, indices in network.of("ActivityRegularization"):
        if not layer.l1 and not layer.l2:
            yield from ((n, "it has no penalty") for n in indices)
    for _, indices in network.of("Flatten"):
        yield from ((n, "this is flat already") for n in indices if len(network.read(n)) == 1)
    for _, indices in network.of("Reshape"):
        same = (n for n in indices if network.read(n) == network.shape(n))
        yield from ((n, "this is the shape already") for n in same if None not in network.shape(n))
    for _, indices in network.of("Concatenate"):
        alone = (n for n in indices if len(network.nodes[n].inputs) == 1)
        yield from ((n, "it reads one input only; are others missing in `from`?") for n in alone)


@rule("AS925")
def merge_with_itself(network: Network) -> Iterator[Finding]:
    """A sum, a difference or the like of a value and the same value.

    One channel beside itself, three times, is how a grey picture becomes one with colours.
    """
    words = ("Add", "Subtract", "Average", "Maximum", "Minimum", "Concatenate")
    for layer, indices in network.of(*words):
        joins = type(layer).__name__ == "Concatenate"
        for index in indices:
            inputs = network.nodes[index].inputs
            if len(inputs) < 2 or inputs[0] != inputs[-1] or len(set(inputs)) > 1:
                continue
            if not (joins and network.read(index)[-1] == 1):
                source = network.name(inputs[0][0])
                message = f"`{network.name(index)}` reads only `{source}`, {len(inputs)} times"
                yield from network.found(index, message, "from", _meant(network, index))


def _meant(network: Network, index: int) -> list[Fix]:
    """The fix that reads, the second time, what nothing else reads, or what the first one reads."""
    source, place = network.nodes[index].inputs[0][0], network.argument(index, "from")
    item = network.nodes[index].item
    if place is None or item is None or len(network.nodes[index].inputs) != 2:
        return []
    joins = network.word(index) == "Concatenate"
    shape, inside = network.shape(source), network.name(index).rpartition(".")[0]
    unread = network.unread[:_MOST_TRIED]
    earlier = [n for n, _ in network.nodes[source].inputs]
    for other in (*unread, *earlier):
        name = network.name(other)
        same = name.rpartition(".")[0] == inside
        if same and other < index and (joins or network.shape(other) == shape):
            names = sorted((source, other))
            return [replace(f"is `{name}` meant?", place, [network.name(n) for n in names])]
    return []


@rule("AS927")
def padded_twice(network: Network) -> Iterator[Finding]:
    """A border of zeros before a layer that adds one by itself, with `padding: same`."""
    found: dict[int, int] = {}
    for _, indices in network.of("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"):
        for index in indices:
            follower = network.next(index)
            if follower is None or follower < 0:
                continue
            word, layer = network.word(follower), network.layer(follower)
            if word not in (*_PADDED, *_POOLINGS) or layer.padding != "same":
                continue
            if max(layer.pool_size if word in _POOLINGS else layer.kernel_size) > 1:
                found[index] = follower
    for index in network.agreed(found):
        follower = found[index]
        message = f"`{network.name(index)}` adds a border, and `{network.name(follower)}` adds one"
        help = []
        if place := network.argument(follower, "padding"):
            help = [replace("`padding: valid` keeps the first one only", place, "valid")]
        yield from network.found(index, f"{message} too, with `padding: same`", None, help)


@rule("AS932")
def layer_twice(network: Network) -> Iterator[Finding]:
    """A BatchNormalization behind another one, or a Dropout behind another one."""
    found: list[int] = []
    for word in ("BatchNormalization", "Dropout", "Rescaling"):
        same = {id(layer) for layer, _ in network.of(word) if getattr(layer, "rate", 1)}
        if word == "Rescaling":
            same = {id(layer) for layer, _ in network.of(word) if _shrinks(layer)}
        for layer, indices in network.of(word):
            if id(layer) in same:
                found += network.behind(same, indices)
    for index in network.agreed(found):
        source = network.source(index)
        assert source is not None
        message = f"`{network.name(index)}` does what `{network.name(source)}` has just done"
        yield from network.found(index, message, None, network.removal(index, "leave it out"))


def _shrinks(layer: Any) -> bool:
    """Whether a Rescaling makes bytes, 0 to 255, small."""
    return isinstance(layer.scale, float) and 0 < layer.scale < 0.01


@rule("AS815")
def dropout_before_normalization(network: Network) -> Iterator[Finding]:
    """A Dropout before a BatchNormalization, which learns another spread than it meets later."""
    dropouts = {id(layer) for layer, _ in network.of("Dropout") if layer.rate}
    for _, indices in network.of("BatchNormalization"):
        for index in network.behind(dropouts, indices):
            source = network.source(index)
            assert source is not None
            message = (
                f"`{network.name(index)}` learns the spread that `{network.name(source)}` makes"
            )
            yield from network.found(
                index, f"{message} while training, and meets another one later"
            )


@rule("AS816")
def pooling_twice(network: Network) -> Iterator[Finding]:
    """A pooling behind a pooling: one with a larger window does the same."""
    poolings = {id(layer) for layer, _ in network.of(*_POOLINGS)}
    for layer, indices in network.of(*_POOLINGS):
        for index in network.behind(poolings, indices):
            source = network.source(index)
            if source is None or network.next(source) != index:
                continue
            if network.word(source) == type(layer).__name__:
                message = f"`{network.name(index)}` pools what `{network.name(source)}` gives"
                yield from network.found(index, message)


@rule("AS918")
def drops_nearly_all(network: Network) -> Iterator[Finding]:
    """A Dropout that leaves a tenth or less."""
    for layer, indices in network.of(*DROPOUTS[:4], "AlphaDropout", "GaussianDropout"):
        if layer.rate < _MOST_DROPPED:
            continue
        for index in indices:
            message = f"`{network.name(index)}` drops {layer.rate:.0%} of what it reads"
            help = _kept(network, index, layer)
            yield from network.found(index, message, "rate", help)


def _kept(network: Network, index: int, layer: Any) -> list[str | Fix]:
    """`rate` is what goes, not what stays."""
    place = network.argument(index, "rate")
    why = "`rate` is the share that is dropped; was the share that is kept meant?"
    if place is None or not layer.rate < 1:
        return [why]
    return [replace(why, place, round(1 - layer.rate, 6))]


RULES = (
    dropout_before_normalization,
    pooling_twice,
    changes_nothing,
    merge_with_itself,
    padded_twice,
    layer_twice,
    drops_nearly_all,
)
