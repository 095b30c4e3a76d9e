"""Rules about inputs: what comes into a network, and who reads it."""

from collections.abc import Iterator

from archspec.diagnostics.fixes import Fix, add, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import ACTIVATIONS, WEIGHTED
from archspec.infer.lint.network import Network
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.types import InputDeclaration

_NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "RMSNormalization")
_MOVING = ("Reshape", "Flatten", "Permute", "Identity", "RepeatVector", "Masking")
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


@rule("AS923")
def rows_that_are_no_numbers(network: Network) -> Iterator[Finding]:
    """An Embedding that reads floating-point numbers as the numbers of rows."""
    for _, indices in network.of("Embedding"):
        for index in indices:
            source = network.before(index, _MOVING)
            if source is None:
                continue
            name = network.name(index)
            if network.word(source) != "Input":
                if network.word(source) in (*WEIGHTED, *ACTIVATIONS, *_NORMALIZATIONS):
                    message = f"`{name}` takes what `{network.name(source)}` calculates"
                    help = ["an Embedding reads whole numbers, as an input has them"]
                    yield from network.found(index, f"{message} for numbers of rows", None, help)
                continue
            declared = network.declaration(source)
            dtype = network.layer(source).dtype
            if declared is None or DTYPES[dtype or "float32"] != "float":
                continue
            message = f"`{name}` takes the numbers of rows from here, and these are floats"
            yield Finding(declared.place, message, help=[_whole_numbers(declared)])


def _whole_numbers(declared: InputDeclaration) -> Fix:
    """The fix that makes an input one of whole numbers."""
    place = declared.place
    why = "`dtype: int32` makes them whole numbers"
    if declared.short:
        shape = place.document.at(place.path)
        return replace(why, place, {"shape": shape, "dtype": "int32"}, certain=True)
    written = place.document.at(place.path)
    if isinstance(written, dict) and "dtype" in written:
        return replace(why, place.at("dtype"), "int32")
    return add(why, place, "dtype", "int32", certain=True)


RULES = (unread_input, channels_first, rows_that_are_no_numbers)
