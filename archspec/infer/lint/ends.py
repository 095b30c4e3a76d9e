"""Rules about the ends of a network: what comes in, and what it gives."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Fix, add, insert, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import ACTIVATIONS, DROPOUTS, WEIGHTED, activation_of
from archspec.infer.lint.network import Network, argument_place
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import Shape, format_shape
from archspec.spec.types import InputDeclaration

_NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "RMSNormalization")
_ELEMENTWISE = frozenset((*ACTIVATIONS, *DROPOUTS, *_NORMALIZATIONS, "Identity", "Rescaling"))
_POINTWISE = _ELEMENTWISE | {"Input", "Dense", "Embedding", "Normalization", "Masking"}
"""Layers after which a place still knows nothing of the others."""
_ENLARGING = ("UpSampling1D", "UpSampling2D", "Conv1DTranspose", "Conv2DTranspose")
_MOVING = ("Reshape", "Flatten", "Permute", "Identity", "RepeatVector", "Masking")
_OVER_PICTURES = (
    *("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D"),
    *("ZeroPadding2D", "Conv3D", "MaxPooling3D", "AveragePooling3D"),
)
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "Bidirectional")
_COLOURS = (1, 3, 4)
_ROWS = (28, 28)
"""Digits read row by row: whoever reads such a sequence wants one answer."""


@rule("AS914")
def unread_input(network: Network) -> Iterator[Finding]:
    """An input that no layer reads."""
    if len(network.graph.inputs) < 2:  # the first layer reads the only one
        return
    for name, index in network.graph.inputs.items():
        declared = network.declaration(index) if not network.readers[index] else None
        if declared is not None:
            yield Finding(declared.place.key(), f"nothing reads the input `{name}`")


@rule("AS915")
def channels_first(network: Network) -> Iterator[Finding]:
    """An input of pictures that has its channels in front, where the height belongs."""
    for index in network.graph.inputs.values():
        shape = network.shape(index) if network.facts[index].outputs else ()
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


@rule("AS908")
def scores_at_every_place(network: Network) -> Iterator[Finding]:
    """A Dense at the output that reads maps or steps, one by one: a Flatten or pooling is missing.

    An `expect` at the layer says that it is meant, and so does a network that enlarges maps again.
    """
    for ref in dict.fromkeys(network.graph.outputs):
        last = ref[0]
        while network.facts[last].outputs and network.word(last) in _ELEMENTWISE:
            source = network.source(last)
            if source is None:
                break
            last = source
        if network.word(last) != "Dense" or not network.facts[last].outputs:
            continue
        shape = network.read(last)
        item = network.nodes[last].item
        if len(shape) < 2 or item is None or item.expect is not None or shape[:-1] == (1,):
            continue
        if not _is_scattered(network, last, shape):
            continue
        first = last
        while (before := network.before(first, _ELEMENTWISE)) is not None:
            if network.word(before) != "Dense" or len(network.shape(before)) != len(shape):
                break
            first = before
        if not network.agreed([last]) or not network.agreed([first]):
            continue
        place = network.entry(first)
        kind = "Flatten" if len(shape) > 2 or not network.has(("Embedding",)) else None
        meant = kind or "GlobalAveragePooling1D"
        why = f"`{meant}` before it makes one vector of them"
        help: list[str | Fix] = [insert(why, place, meant)] if place else [why]
        where = format_shape(shape[:-1])
        message = f"`{network.name(last)}`, the output, is calculated at each of {where} places"
        yield from network.found(first, message, None, help)


def _is_scattered(network: Network, index: int, shape: Shape) -> bool:
    """Whether a Dense that reads several places was hardly meant to answer at each of them."""
    words, inputs = _ancestors(network, index)
    if words <= _POINTWISE:
        return True
    if len(shape) == 2:
        one = network.layer(index).units == 1
        return one and "Embedding" in words and words <= _POINTWISE | {"Conv1D", "MaxPooling1D"}
    if not words.isdisjoint(_ENLARGING) or not all(len(i) == len(shape) for i in inputs):
        return False
    same = any(i[:-1] == shape[:-1] for i in inputs)
    return not same or activation_of(network.layer(index)) == "softmax"


def _ancestors(network: Network, index: int) -> tuple[set[str], list[Shape]]:
    """The types of what a node depends on, and the shapes of the inputs among them."""
    seen, waiting = {index}, [index]
    words: set[str] = set()
    inputs = []
    while waiting:
        node = waiting.pop()
        words.add(network.word(node))
        if not network.nodes[node].inputs:
            inputs.append(network.shape(node))
        for source, _ in network.nodes[node].inputs:
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return words, inputs


@rule("AS917")
def dropout_at_the_output(network: Network) -> Iterator[Finding]:
    """A Dropout behind the last layer, which drops answers while training."""
    found = []
    for layer, indices in network.of(*DROPOUTS):
        if not _strength(layer):
            continue
        for index in indices:
            source = network.source(index)
            if source is None or not network.gives(index):
                continue
            word, activation = network.word(source), activation_of(network.layer(source))
            answers = activation in ("softmax", "sigmoid")
            if answers or (word == "Dense" and activation in (None, "linear")):
                found.append(index)
    for index in network.agreed(found):
        message = f"`{network.name(index)}` drops what the network answers, while it is trained"
        help = network.removal(index, "leave it out, or move it before the last layer")
        yield from network.found(index, message, None, help)


def _strength(layer: Any) -> float:
    """The rate of a Dropout, or what stands in its place for noise."""
    found = getattr(layer, "rate", None)
    return float(layer.stddev if found is None else found)


def _sequences(network: Network) -> Iterator[tuple[int, int, bool]]:
    """A Dense at the output, the recurrent layer whose steps it reads, and if one answer is meant."""
    for layer, indices in network.of("Dense"):
        for index in indices:
            item = network.nodes[index].item
            if len(network.shape(index)) != 2 or item is None or item.expect is not None:
                continue
            follower = network.after(index, _ELEMENTWISE)
            source = network.before(index, _ELEMENTWISE)
            if follower != -1 or source is None or network.word(source) not in _RECURRENT:
                continue
            words, inputs = _ancestors(network, source)
            one = "Embedding" in words and layer.units == 1
            yield index, source, one or inputs == [_ROWS]


@rule("AS919")
def steps_into_one_answer(network: Network) -> Iterator[Finding]:
    """A recurrent layer that gives every step, to a Dense that should answer once."""
    found = {source: index for index, source, one in _sequences(network) if one}
    for source in network.agreed(found):
        steps = format_shape(network.shape(source)[:-1])
        message = f"`{network.name(found[source])}` answers at each of {steps} steps"
        message += f": `{network.name(source)}` gives them all"
        place = _returns(network, source)
        why = "without `return_sequences` it gives the last step only"
        help: list[str | Fix] = [remove(why, place)] if place else [why]
        for finding in network.found(source, message):
            yield finding._replace(place=place or finding.place, help=help)


@rule("AS806")
def answer_at_every_step(network: Network) -> Iterator[Finding]:
    """A Dense at the output that answers at every step of a recurrent layer."""
    for index, source, one in _sequences(network):
        if not one:
            steps = format_shape(network.shape(index)[:-1])
            message = f"`{network.name(index)}` answers at each of {steps} steps"
            yield from network.found(index, f"{message} of `{network.name(source)}`")


def _returns(network: Network, index: int) -> Place | None:
    """Where the argument `return_sequences` of a recurrent layer, or of the wrapped one, stands."""
    item = network.nodes[index].item
    if item is None:
        return None
    if network.word(index) != "Bidirectional":
        return argument_place(item, "return_sequences")
    place = argument_place(item, "layer")
    value = place.document.at(place.path) if place else None
    if place is None or not isinstance(value, dict) or len(value) != 1:
        return None
    ((word, arguments),) = value.items()
    known = isinstance(arguments, dict) and "return_sequences" in arguments
    return place.at(word, "return_sequences") if known else None


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
                    yield from network.found(index, f"{message} for numbers of rows")
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


RULES = (
    unread_input,
    channels_first,
    scores_at_every_place,
    dropout_at_the_output,
    steps_into_one_answer,
    answer_at_every_step,
    rows_that_are_no_numbers,
)
