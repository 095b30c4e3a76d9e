"""Rules about windows: where they step, what they leave out, how far they see."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.infer.lint.network import Network
from archspec.layers.spatial import AXES
from archspec.shapes.shape import Size, format_shape

_RANKS = (1, 2, 3)
_SLIDING = (
    *(f"{kind}{n}D" for kind in ("Conv", "MaxPooling", "AveragePooling") for n in _RANKS),
    *(f"{kind}Conv{n}D" for kind in ("Depthwise", "Separable") for n in (1, 2)),
)
_TRANSPOSED = ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
_GLOBAL = tuple(f"Global{kind}Pooling{n}D" for kind in ("Max", "Average") for n in _RANKS)
_SEEN = 0.5
"""A last map that sees less than this of each side of the input is called short-sighted."""


@rule("AS921")
def steps_over_values(network: Network) -> Iterator[Finding]:
    """A stride that is longer than the window, so that no window sees what lies between.

    Windows of one value, as in the shortcuts of a ResNet, are meant to leave values out, where
    another layer reads what they read.
    """
    for layer, indices in network.of(*_SLIDING, *_TRANSPOSED):
        if layer.strides and max(layer.strides) == 1:
            continue
        transposed = type(layer).__name__ in _TRANSPOSED
        size = getattr(layer, "kernel_size", None) or layer.pool_size
        strides = layer.strides or size
        spans = size if transposed else [w.span for w in layer.windows()]
        over = [n for n, (s, w) in enumerate(zip(strides, spans, strict=True)) if s > w]
        if not over:
            continue
        if spans[over[0]] == 1:
            pooling = "Pooling" in type(layer).__name__  # says what it does
            indices = [n for n in indices if _reads_alone(network, n) and not pooling]
        stride, span = strides[over[0]], spans[over[0]]
        be = "is" if stride - span == 1 else "are"
        seen = "get nothing" if transposed else f"{be} never seen"
        for index in indices:
            message = f"`{network.name(index)}` steps by {stride} with a window of {span}:"
            text = f"{message} of {stride} values {stride - span} {seen}"
            place = network.argument(index, "strides")
            short = [min(s, w) for s, w in zip(strides, spans, strict=True)]
            meant = short[0] if len(set(short)) == 1 else short
            help: list[Fix] = []
            if place:
                help = [replace(f"`strides: {meant}` leaves nothing out", place, meant)]
            yield from network.found(index, text, "strides", help)


def _reads_alone(network: Network, index: int) -> bool:
    """Whether nothing else reads what a node reads."""
    source = network.source(index)
    return source is not None and network.next(source) == index


def _cut(network: Network, index: int) -> list[tuple[str, int, Size, int]]:
    """The axes at whose end something is never seen: name, size, size of the output, rest."""
    layer = network.layer(index)
    found = []
    for axis, size, out, window in zip(
        AXES[layer.rank], network.read(index), network.shape(index), layer.windows(), strict=False
    ):
        if size is not None and window.padding == "valid" and window.stride > 1:
            rest = (size - window.span) % window.stride
            if rest:
                found.append((axis, size, out, rest))
    return found


@rule("AS802")
def border_dropped(network: Network) -> Iterator[Finding]:
    """A window whose last step does not reach the end, so that rows at the border are left out."""
    for layer, indices in network.of(*_SLIDING):
        if max(layer.strides or layer.pool_size) == 1 or layer.padding != "valid":
            continue
        for index in indices:
            for axis, size, out, rest in _cut(network, index)[:1]:
                values = "the last value" if rest == 1 else f"the last {rest} values"
                message = f"{axis} {size} → {out}: `{network.name(index)}` never sees {values}"
                yield from network.found(index, message)


@rule("AS939")
def window_over_padding(network: Network) -> Iterator[Finding]:
    """A window so large for its map that some of its weights only ever see the padding.

    One whose size depends on a parameter is not told of: the map may be larger too.
    """
    for index, smallest in _overhanging(network, 4):
        if smallest > 1 and network.literal(index):
            maps = format_shape(network.read(index)[:-1])
            message = f"the window of `{network.name(index)}` is too large for {maps}: some of its"
            text = f"{message} weights only see the padding"
            argument, help = "kernel_size", list[Fix]()
            if place := network.argument(index, "dilation_rate"):
                argument, help = "dilation_rate", [remove("no dilation fits", place)]
            elif place := network.argument(index, argument):
                help = [replace("a window of 3 fits", place, 3)]
            yield from network.found(index, text, argument, help)


@rule("AS809")
def window_on_a_point(network: Network) -> Iterator[Finding]:
    """A window on a map of one value, so that all but one of its weights only see the padding."""
    for index, smallest in _overhanging(network, 2):
        if smallest == 1:
            maps = format_shape(network.read(index)[:-1])
            message = f"the window of `{network.name(index)}` on {maps} sees little but padding"
            yield from network.found(index, message)


def _overhanging(network: Network, least: int) -> Iterator[tuple[int, int]]:
    """Convolutions with weights that only see the padding, and the shortest axis where it is so.

    A window of less than ``least`` values is not looked at.
    """
    for layer, indices in network.of(*_SLIDING):
        if layer.padding == "valid" or "Pooling" in type(layer).__name__:
            continue
        if max(layer.dilation_rate) == 1 and max(layer.kernel_size) < least:
            continue
        spans = [window.span for window in layer.windows()]
        if max(spans) < least:
            continue
        for index in indices:
            pairs = zip(spans, network.read(index), strict=False)
            over = [
                size for span, size in pairs if size is not None and span > max(1, 2 * size - 1)
            ]
            if over:
                yield index, min(over)


@rule("AS813")
def even_window(network: Network) -> Iterator[Finding]:
    """A window of an even size with `padding: same`, which shifts the map by half a value."""
    for layer, indices in network.of(*(f"Conv{n}D" for n in _RANKS)):
        if layer.padding != "same" or max(layer.strides) > 1:
            continue
        if any(size % 2 == 0 for size in layer.kernel_size):
            for index in indices:
                message = (
                    f"the window of `{network.name(index)}` has no middle: with `padding: same`"
                )
                yield from network.found(index, f"{message} it shifts the map by half a value")


@rule("AS814")
def checkerboard(network: Network) -> Iterator[Finding]:
    """A transposed convolution whose stride does not divide its window: places get unequal sums."""
    for layer, indices in network.of(*_TRANSPOSED):
        pairs = list(zip(layer.kernel_size, layer.strides, strict=True))
        if any(size % stride for size, stride in pairs if size > stride):
            for index in indices:
                message = f"`{network.name(index)}` adds more windows at some places than at others"
                yield from network.found(index, f"{message}: this shows as a checkerboard")


@rule("AS807")
def short_sighted(network: Network) -> Iterator[Finding]:
    """Maps that are averaged, each place of which sees only a small part of the picture."""
    found = [n for _, indices in network.of(*_GLOBAL) for n in indices]
    inputs = [network.shape(n) for n in network.graph.inputs.values()]
    if not network.whole or not found or len(inputs) != 1 or None in inputs[0]:
        return
    from archspec.infer.receptive.fields import receptive_fields  # takes time, and is a note

    fields = receptive_fields(network.shaped)
    for index in found:
        source = network.nodes[index].inputs[0][0]
        if len(fields[source].extents) != 1:
            continue
        sides = [size for size in inputs[0][:-1] if size]
        seen = [extent for extent in fields[source].extents[0][: len(sides)] if extent]
        if len(seen) == len(sides) and all(e < _SEEN * s for e, s in zip(seen, sides, strict=True)):
            shape = "×".join(f"{extent:g}" for extent in seen)
            message = f"`{network.name(index)}` averages what each sees only {shape} of"
            yield from network.found(index, f"{message} {format_shape(tuple(sides))}")


RULES = (
    steps_over_values,
    border_dropped,
    window_over_padding,
    window_on_a_point,
    even_window,
    checkerboard,
    short_sighted,
)
