"""Rules about axes: those over which a layer works, and their order."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.lint.network import Network
from archspec.shapes.axes import BATCH, axis_indices


@rule("AS916")
def other_axis(network: Network) -> Iterator[Finding]:
    """A normalization or softmax over the height or the steps, where the channels are meant."""
    for layer, indices in network.of("BatchNormalization", "GroupNormalization"):
        if layer.axis != -1:
            for index in indices:
                rank = len(network.read(index))
                if rank > 1 and layer.axis not in (rank, -1):
                    message = (
                        f"`{network.name(index)}` normalizes over another axis than the channels"
                    )
                    yield from _over(network, index, message)
    for layer, indices in network.of("Concatenate"):
        if layer.axis != -1:
            for index in network.agreed(filter(network.literal, indices)):
                if len(network.shape(index)) == 3 and layer.axis in (1, -3):
                    message = f"`{network.name(index)}` puts maps one below the other"
                    yield from _over(network, index, message)
    for layer, indices in network.of("Softmax"):
        if len(layer.axis) == 1 and layer.axis != (-1,):
            for index in indices:
                rank = len(network.read(index))
                if rank == 3 and layer.axis[0] % (rank + 1) != rank and network.gives(index):
                    message = (
                        f"`{network.name(index)}` is a softmax over another axis than the channels"
                    )
                    yield from _over(network, index, message)


def _over(network: Network, index: int, message: str) -> Iterator[Finding]:
    place = network.argument(index, "axis")
    help = [remove("without `axis` it is the last one", place)] if place else []
    yield from network.found(index, message, "axis", help)


@rule("AS934")
def one_value_normalized(network: Network) -> Iterator[Finding]:
    """A normalization of a single value: what comes out does not depend on it."""
    for layer, indices in network.of("LayerNormalization", "RMSNormalization", "UnitNormalization"):
        for index in indices:
            shape = network.read(index)
            axes = axis_indices(layer.axis, shape, batch=True)
            if all(axis != BATCH and shape[axis] == 1 for axis in axes):
                gives = "always 0" if type(layer).__name__ == "LayerNormalization" else "its sign"
                message = f"`{network.name(index)}` normalizes one value by itself: {gives}"
                yield from network.found(
                    index, message, None, network.removal(index, "leave it out")
                )
    for layer, indices in network.of("GroupNormalization"):
        for index in indices:
            shape = network.read(index)
            if len(shape) == 1 and layer.groups in (-1, shape[0]):
                message = f"each group of `{network.name(index)}` is one value: always 0"
                place = network.argument(index, "groups")
                help = [replace("one group has all channels", place, 1)] if place else []
                yield from network.found(index, message, "groups", help)


@rule("AS942")
def reshape_as_transpose(network: Network) -> Iterator[Finding]:
    """A Reshape to the same sizes in another order: values go elsewhere than with the axes."""
    for _, indices in network.of("Reshape"):
        for index in filter(network.literal, indices):
            read, gives = network.read(index), network.shape(index)
            sizes, turned = [[s for s in shape if s != 1] for shape in (read, gives)]
            if None in sizes or sizes == turned or len(sizes) < 2:
                continue
            if sorted(map(str, sizes)) != sorted(map(str, turned)):
                continue
            large, small = max(s or 0 for s in sizes), min(s or 1 for s in sizes)
            if len(sizes) == 2 and large % small == 0:  # steps cut into shorter ones, perhaps
                continue
            place, help = network.entry(index), list[Fix]()
            if place and len(read) == len(gives) == len(set(read)):
                dims = [read.index(size) + 1 for size in gives]
                help = [replace("`Permute` turns axes", place, {"Permute": {"dims": dims}})]
            message = f"`{network.name(index)}` does not turn axes: it fills the new shape in order"
            yield from network.found(index, message, None, help)


@rule("AS812")
def swapped_axes(network: Network) -> Iterator[Finding]:
    """A series of very few steps with very many channels: its axes may be swapped."""
    for index in network.graph.inputs.values():
        shape = network.shape(index)
        declared = network.declaration(index)
        if declared is None or len(shape) != 2 or None in shape:
            continue
        steps, channels = [size or 1 for size in shape]
        reads = [network.word(n) for n in network.readers[index] if n >= 0]
        if 1 < steps < 20 * steps <= channels and "Conv1D" in reads:
            message = f"this is read as {steps} steps of {channels} channels; the steps come first"
            yield Finding(declared.place, message)


RULES = (other_axis, one_value_normalized, reshape_as_transpose, swapped_axes)
