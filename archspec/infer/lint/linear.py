"""Rules about layers of weights with no activation between them."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, insert
from archspec.diagnostics.rules import Finding, rule
from archspec.expand.walks import OUTPUT
from archspec.infer.lint.activations import CONVOLUTIONS, LINEAR, WEIGHTED
from archspec.infer.lint.network import Network


def _linear_pairs(network: Network) -> Iterator[tuple[int, int]]:
    """Layers of weights with nothing but linear layers up to the next one, and that one."""
    weighted = network.of("Dense", *CONVOLUTIONS)
    linear = {id(layer) for layer, _ in weighted if layer.activation is None}
    if not linear:
        return
    linear.update([id(layer) for layer, _ in network.of(*LINEAR)])
    for index in network.behind(linear, [n for _, indices in weighted for n in indices]):
        first = network.before(index, LINEAR)
        if first is None or network.word(first) != network.word(index):
            continue
        if network.layer(first).activation is None and network.after(first, LINEAR) == index:
            yield first, index


def _is_lossless(network: Network, first: int, second: int) -> bool:
    """Whether two linear layers can do no more than one, and were not meant to be cheaper.

    A narrow layer between two wide ones saves weights; so do windows of 3×1 and 1×3, and points.
    """
    one, other = network.layer(first), network.layer(second)
    width, read, given = (
        network.shape(first)[-1],
        network.read(first)[-1],
        network.shape(second)[-1],
    )
    if width is None or read is None or given is None or width < min(read, given):
        return False
    if type(one).__name__ == "Dense":
        return True
    smallest: int = min(*one.kernel_size, *other.kernel_size)
    return smallest > 1 and one.groups == other.groups == 1


@rule("AS912")
def linear_pair(network: Network) -> Iterator[Finding]:
    """Two layers of weights with no activation between them, so that one could do the same."""
    pairs = [p for p in _linear_pairs(network) if _is_lossless(network, *p)]
    followers = dict(pairs)
    for first in network.agreed(followers):
        second = network.name(followers[first])
        message = f"no activation stands between `{network.name(first)}` and `{second}`"
        help = _bend(network, first)
        yield from network.found(first, f"{message}: one could do the same", None, help)


@rule("AS805")
def linear_bottleneck(network: Network) -> Iterator[Finding]:
    """Two layers of weights with no activation between them, that are cheaper than one."""
    pairs = [p for p in _linear_pairs(network) if not _is_lossless(network, *p)]
    followers = dict(pairs)
    for first in network.agreed(followers):
        second = network.name(followers[first])
        message = f"no activation stands between `{network.name(first)}` and `{second}`"
        yield from network.found(first, message)


@rule("AS811")
def linear_residual(network: Network) -> Iterator[Finding]:
    """A residual whose layers are linear, so that the shortcut adds nothing to what they can do."""
    for _, indices in network.of("Add"):
        for index in indices:
            item, inputs = network.nodes[index].item, network.nodes[index].inputs
            if item is None or item.place.path[-2:] != ("residual", "merge") or len(inputs) != 2:
                continue
            (node, _), (start, _) = inputs
            weighted = False
            while node != start and (network.word(node) in LINEAR or _is_linear(network, node)):
                weighted = weighted or network.word(node) in WEIGHTED
                source = network.source(node)
                if source is None:
                    break
                node = source
            if node == start and weighted:
                message = "the layers of this residual are linear: with the shortcut they are one"
                yield from network.found(index, f"{message} linear layer")


def _is_linear(network: Network, index: int) -> bool:
    layer = network.layer(index)
    return type(layer).__name__ in WEIGHTED and layer.activation in (None, "linear")


def _bend(network: Network, index: int) -> list[str | Fix]:
    """The fix that gives a layer an activation, behind its normalization if it has one."""
    follower = network.next(index)
    why = "is an activation missing, such as `relu`?"
    if follower not in (None, OUTPUT) and network.word(follower) == "BatchNormalization":
        place = network.entry(follower)
        return [insert(why, place, "ReLU", after=True)] if place else [why]
    return [*network.setting(index, why, "activation", "relu")] or [why]


RULES = (linear_pair, linear_bottleneck, linear_residual)
