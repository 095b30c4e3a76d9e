"""Rules about inputs: what comes into a network, and who reads it."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.network import Network
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.types import InputDeclaration

_OVER_PICTURES = (
    *("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D"),
    *("ZeroPadding2D", "Conv3D", "MaxPooling3D", "AveragePooling3D"),
)
_COLOURS = (1, 3, 4)


@rule("AS914")
def unread_input(network: Network) -> Iterator[Finding]:
    """An input that no layer reads."""
    if len(network.graph.inputs) < 2 or not network.whole:
        return  # the first layer reads the only one
    for name, index in network.graph.inputs.items():
        declared = network.declaration(index) if not network.readers[index] else None
        if declared is not None:
            help = [remove("leave it out, or name it in a `from`", declared.place)]
            yield Finding(declared.place.key(), f"nothing reads the input `{name}`", help=help)


@rule("AS915")
def channels_first(network: Network) -> Iterator[Finding]:
    """An input of pictures that has its channels in front, where the height belongs."""
    for index in network.graph.inputs.values():
        shape = network.shape(index)
        if not _looks_channels_first(shape):
            continue
        reads = [n for n in network.readers[index] if n >= 0 and network.facts[n].outputs]
        declared = network.declaration(index)
        if declared is None or not any(_spans_rows(network, n) for n in reads):
            continue
        turned = (*shape[1:], shape[0])
        message = f"this looks like channels × {format_shape(shape[1:])}; the channels come last"
        place = _shape_place(declared)
        help = [replace(f"{format_shape(turned)}, if so", place, list(turned))]
        yield Finding(place, message, help=help)


def _looks_channels_first(shape: Shape) -> bool:
    if len(shape) not in (3, 4) or None in shape:
        return False
    channels, *sizes = [size or 0 for size in shape]
    if channels not in _COLOURS or sizes[-1] in _COLOURS:
        return False
    height, width = sizes[-2:]
    if height == width:
        return height >= 8
    return len(shape) == 3 == channels and min(sizes) >= 32 and max(sizes) < 3 * min(sizes)


def _spans_rows(network: Network, index: int) -> bool:
    """Whether a layer looks at several rows at once, as if they were those of a picture."""
    if network.word(index) not in _OVER_PICTURES:
        return False
    windows = network.layer(index).windows()
    return windows is None or windows[0].kernel > 1


def _shape_place(declared: InputDeclaration) -> Place:
    return declared.place if declared.short else declared.place.at("shape")


RULES = (unread_input, channels_first)
