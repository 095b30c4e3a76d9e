"""Rules about layers of sequences: recurrent ones, embeddings, attention."""

from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, add, remove, replace
from archspec.diagnostics.rules import Finding, rule
from archspec.diagnostics.sink import Place
from archspec.infer.lint.activations import ACTIVATIONS, RECTIFIED, WEIGHTED
from archspec.infer.lint.network import Network, argument_place
from archspec.infer.lint.outputs import ELEMENTWISE, MOST_OUTPUTS, ancestor_words
from archspec.shapes.dtypes import DTYPES
from archspec.shapes.shape import format_shape
from archspec.spec.types import InputDeclaration

_FEW_HEADS = 4
_LEAST_WIDTH = 16
_KERAS_PENALTY = 0.01
_LONG_VECTOR = 2000
_NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "RMSNormalization")
_MOVING = ("Reshape", "Flatten", "Permute", "Identity", "RepeatVector", "Masking")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "Bidirectional")
_ROWS = (28, 28)
"""Digits read row by row: whoever reads such a sequence wants one answer."""


def _sequences(network: Network) -> Iterator[tuple[int, int, bool]]:
    """A Dense at the output, the recurrent layer whose steps it reads, and if one answer is meant."""
    asked = 0
    for layer, indices in network.of("Dense"):
        for index in indices:
            item = network.nodes[index].item
            if len(network.shape(index)) != 2 or item is None or item.expect is not None:
                continue
            follower = network.after(index, ELEMENTWISE)
            source = network.before(index, ELEMENTWISE)
            if follower != -1 or source is None or network.word(source) not in _RECURRENT:
                continue
            if (asked := asked + 1) > MOST_OUTPUTS:
                return
            words, inputs = ancestor_words(network, source)
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


@rule("AS810")
def relu_in_time(network: Network) -> Iterator[Finding]:
    """A recurrent layer with ReLU, whose state may grow with every step."""
    for layer, indices in network.of("LSTM", "GRU", "SimpleRNN"):
        if layer.activation in RECTIFIED:
            for index in indices:
                message = f"the state of `{network.name(index)}` may grow with every step"
                yield from network.found(index, f"{message}, with `relu`", "activation")


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
    why = "an ActivityRegularization behind it has one"
    help: list[str | Fix] = [why]
    entry = network.entry(index)
    written = place.document.at(place.path) if place else None
    if place and entry and place.path[-1] == "activity_regularizer" and written is not None:
        behind = {"ActivityRegularization": _factors(written)}
        help = [Fix(why, (Edit(place, how=How.REMOVE), Edit(entry, behind, How.AFTER)))]
    for finding in network.found(index, message, None, help):
        yield finding._replace(place=place or finding.place)


def _factors(regularizer: Any) -> dict[str, Any]:
    """The arguments of an ActivityRegularization that does what a regularizer says."""
    word, arguments = regularizer, None
    if isinstance(regularizer, dict):
        ((word, arguments),) = regularizer.items()
    kinds = {"l1": ("l1",), "l2": ("l2",)}.get(str(word).lower(), ("l1", "l2"))
    given = arguments if isinstance(arguments, dict) else {}
    return {kind: given.get(kind, _KERAS_PENALTY) for kind in kinds}


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
                help: list[str | Fix] = ["an Embedding without it keeps them"]
                place, entry = network.argument(index, "layer"), network.entry(index)
                if place and entry:
                    inner = place.document.at(place.path)
                    help = [replace("an Embedding without it keeps them", entry, inner)]
                yield from network.found(index, f"{message} them the type of the input", None, help)


RULES = (
    steps_into_one_answer,
    answer_at_every_step,
    relu_in_time,
    rows_that_are_no_numbers,
    swapped_embedding,
    heads_too_wide,
    dropped_penalty,
    whole_vectors,
)
