"""Layers for random specs, by the kind of what they read, with arguments that always fit."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.random_formulas import Formulas

Arguments = dict[str, Any]


class State(NamedTuple):
    """What is known of an output, whatever values the parameters have."""

    kind: str
    """vector, sequence, image, video, or tokens, which are whole numbers."""
    space: int
    """Outputs with the same number have the same sizes, but for the channels."""
    channels: int
    """Outputs with the same number have the same channels."""
    known: bool
    """Whether no size is null."""
    least: int = 1
    """No axis but the channels is shorter."""


class Kind(NamedTuple):
    """A layer, and what it does to what it reads."""

    word: str
    arguments: Callable[[Formulas], Arguments] = lambda f: {}
    space: bool = False
    """Whether the sizes change."""
    channels: bool = False
    """Whether the channels change."""
    to: str = ""
    """The kind of what comes out, if it is another."""
    known: bool = False
    """Whether it needs all sizes."""
    least: int = 1
    """The shortest axis that it takes."""
    inputs: int = 1
    """How many times it reads the same."""


def some(f: Formulas, share: float = 0.3, **draws: Callable[[], Any]) -> Arguments:
    """Some of several arguments."""
    return {n: draw() for n, draw in draws.items() if f.random.random() < share}


def _kernel(f: Formulas, rank: int) -> Any:
    if f.random.random() < 0.3:
        return [f.random.randint(1, 3) for _ in range(rank)]
    return (
        f.random.choice((1, 2, 3, 3, *f.names.sizes[:1])) if f.random.random() < 0.8 else f.size(3)
    )


def _rate(f: Formulas) -> Any:
    """A rate where formulas are text."""
    return f"${f.names.rates[0]}" if f.names.rates else 0.25


def _settings(f: Formulas) -> Arguments:
    """Arguments that are maps: initializers, regularizers, constraints."""
    return some(
        f,
        0.06,
        kernel_initializer=lambda: f.random.choice(
            ("he_normal", "zeros", {"RandomNormal": {"stddev": 0.1}}, {"Constant": {"value": 0.5}})
        ),
        kernel_regularizer=lambda: f.random.choice(
            ("l2", {"L2": {"l2": _rate(f)}}, {"L1L2": None})
        ),
        bias_initializer=lambda: f.random.choice(("ones", "Zeros")),
        kernel_constraint=lambda: f.random.choice(("non_neg", {"MaxNorm": {"max_value": 2}})),
    )


def _conv(rank: int, **more: Any) -> Callable[[Formulas], Arguments]:
    def draw(f: Formulas) -> Arguments:
        return {
            "filters": f.size(),
            "kernel_size": _kernel(f, rank),
            "padding": "same",
            **some(f, activation=f.activation, use_bias=f.truth),
            **(_settings(f) if "plain" not in more else {}),
            **{k: v for k, v in more.items() if k != "plain"},
        }

    return draw


def _dense(f: Formulas) -> Arguments:
    return {"units": f.size(), **some(f, activation=f.activation, use_bias=f.truth), **_settings(f)}


def _recurrent(f: Formulas, **more: Any) -> Arguments:
    own = some(f, 0.2, dropout=f.rate, use_bias=f.truth, recurrent_dropout=f.rate)
    own |= some(f, 0.2, activation=lambda: "relu", go_backwards=f.truth)
    return {"units": f.size(), **own, **more}


def _pool(rank: int, strides: int) -> Callable[[Formulas], Arguments]:
    return lambda f: {"pool_size": _kernel(f, rank), "strides": strides, "padding": "same"}


def _nested(word: str, draw: Callable[[Formulas], Arguments]) -> Callable[[Formulas], Arguments]:
    def arguments(f: Formulas) -> Arguments:
        made = draw(f)
        inner: Any = {word: made if f.random.random() < 0.7 else _words(made, f)}
        if inner == {word: {}} and f.random.random() < 0.5:
            inner = word
        return {"layer": inner}

    return arguments


def _words(arguments: Arguments, f: Formulas) -> Arguments:
    """Arguments of a layer in a layer as they were once written: numbers as `$name` too."""
    found: Arguments = {}
    for name, value in arguments.items():
        if isinstance(value, str) and name in ("units", "filters", "rate", "kernel_size"):
            value = f"${f.names.sizes[0]}" if f.names.sizes and name != "rate" else 0.5
            value = 2 if name != "rate" and not f.names.sizes else value
        elif isinstance(value, str) and name in ("use_bias", "go_backwards", "return_sequences"):
            value = f"${f.names.truths[0]}" if f.names.truths else True
        elif isinstance(value, str) and name in ("dropout", "recurrent_dropout"):
            value = _rate(f)
        elif isinstance(value, dict):
            continue
        found[name] = value
    return found


def _bidirectional(f: Formulas) -> Arguments:
    def inner(g: Formulas) -> Arguments:
        made = _recurrent(g, return_sequences=True)
        made.pop("go_backwards", None)
        return made

    word = f.random.choice(("LSTM", "GRU", "SimpleRNN"))
    mode = f.random.choice(("concat", "sum", "ave", "mul"))
    return {**_nested(word, inner)(f), **({"merge_mode": mode} if f.random.random() < 0.5 else {})}


def _norm(f: Formulas) -> Arguments:
    return some(f, 0.2, scale=f.truth, center=f.truth, momentum=f.rate)


_ANY = (
    Kind("Activation", lambda f: {"activation": f.activation()}),
    Kind("ReLU"),
    Kind("LeakyReLU", lambda f: some(f, negative_slope=f.rate)),
    Kind("Dropout", lambda f: {"rate": f.rate()}),
    Kind("GaussianNoise", lambda f: {"stddev": f.rate()}),
    Kind("Identity"),
    Kind("Rescaling", lambda f: {"scale": f.rate(), **some(f, offset=f.rate)}),
    Kind("BatchNormalization", _norm),
    Kind("LayerNormalization", lambda f: some(f, scale=f.truth, center=f.truth)),
    Kind("UnitNormalization"),
    Kind("Dense", _dense, channels=True),
    Kind("SpectralNormalization", _nested("Dense", _dense), channels=True),
)


def _einsum(letters: str) -> Kind:
    """An EinsumDense over the channels of so many axes, with the batch."""

    def draw(f: Formulas) -> Arguments:
        sizes = [None] * (len(letters) - 2)
        equation = f"{letters},{letters[-1]}z->{letters[:-1]}z"
        return {"equation": equation, "output_shape": [*sizes, f.size()], "bias_axes": "z"}

    return Kind("EinsumDense", draw, channels=True)


_SPACES = (
    Kind("TimeDistributed", _nested("Dense", _dense), channels=True),
    Kind("TimeDistributed", _nested("Activation", lambda f: {"activation": f.activation()})),
    Kind("TimeDistributed", _nested("BatchNormalization", lambda f: {})),
    Kind("Flatten", to="vector", channels=True, space=True, known=True),
)

LAYERS: dict[str, tuple[Kind, ...]] = {
    "vector": (
        *_ANY,
        _einsum("ab"),
        Kind("Dense", _dense, channels=True),
        Kind("RepeatVector", lambda f: {"n": f.size()}, to="sequence", space=True),
        Kind(
            "Reshape",
            lambda f: {"target_shape": [-1, 1]},
            to="sequence",
            space=True,
            channels=True,
            known=True,
        ),
        Kind("Multiply", inputs=2),
        Kind("PReLU", known=True),
    ),
    "tokens": (
        Kind(
            "Embedding",
            lambda f: {"input_dim": 50, "output_dim": f.size()},
            to="sequence",
            space=True,
            channels=True,
        ),
        Kind(
            "Embedding",
            lambda f: {"input_dim": f.size(), "output_dim": 3, "mask_zero": f.truth()},
            to="sequence",
            space=True,
            channels=True,
        ),
    ),
    "sequence": (
        *_ANY,
        _einsum("abc"),
        *_SPACES,
        Kind("Conv1D", _conv(1), channels=True),
        Kind("Conv1D", _conv(1, padding="causal"), channels=True),
        Kind("Conv1D", _conv(1, strides=2), channels=True, space=True),
        Kind("SeparableConv1D", _conv(1, plain=True), channels=True),
        Kind("MaxPooling1D", _pool(1, 2), space=True),
        Kind("UpSampling1D", lambda f: {"size": f.size(2)}, space=True),
        Kind("SpatialDropout1D", lambda f: {"rate": f.rate()}),
        Kind("LSTM", lambda f: _recurrent(f, return_sequences=True), channels=True),
        Kind(
            "GRU",
            lambda f: _recurrent(f, return_sequences=True, reset_after=f.truth()),
            channels=True,
        ),
        Kind("SimpleRNN", lambda f: _recurrent(f), to="vector", channels=True, space=True),
        Kind("LSTM", lambda f: _recurrent(f), to="vector", channels=True, space=True),
        Kind("Bidirectional", _bidirectional, channels=True),
        Kind(
            "MultiHeadAttention",
            lambda f: {
                "num_heads": f.size(2),
                "key_dim": f.size(3),
                **some(f, dropout=f.rate, use_bias=f.truth),
            },
            inputs=2,
        ),
        Kind("Attention", lambda f: some(f, use_scale=f.truth), inputs=2),
        Kind("GlobalAveragePooling1D", to="vector", space=True),
        Kind("GlobalMaxPooling1D", lambda f: {"keepdims": True}, space=True),
        Kind("ZeroPadding1D", lambda f: {"padding": f.size(2)}, space=True),
    ),
    "image": (
        *_ANY,
        _einsum("abcd"),
        *_SPACES,
        Kind("Conv2D", _conv(2), channels=True),
        Kind("Conv2D", _conv(2), channels=True),
        Kind("Conv2D", _conv(2, dilation_rate=2), channels=True),
        Kind("Conv2D", _conv(2, strides=[2, 1]), channels=True, space=True),
        Kind(
            "Conv2D",
            lambda f: {"filters": f.size(), "kernel_size": 3},
            channels=True,
            space=True,
            least=3,
        ),
        Kind("Conv2DTranspose", _conv(2, strides=2), channels=True, space=True),
        Kind("SeparableConv2D", _conv(2, plain=True), channels=True),
        Kind(
            "DepthwiseConv2D",
            lambda f: {
                "kernel_size": _kernel(f, 2),
                "padding": "same",
                **some(f, use_bias=f.truth),
            },
        ),
        Kind("SpectralNormalization", _nested("Conv2D", _conv(2)), channels=True),
        Kind("TimeDistributed", _nested("Conv1D", _conv(1)), channels=True),
        Kind("MaxPooling2D", _pool(2, 2), space=True),
        Kind("MaxPooling2D", lambda f: {"pool_size": 2}, space=True, least=2),
        Kind("AveragePooling2D", _pool(2, 1)),
        Kind("UpSampling2D", lambda f: {"size": 2}, space=True),
        Kind("ZeroPadding2D", lambda f: {"padding": f.size(2)}, space=True),
        Kind("SpatialDropout2D", lambda f: {"rate": f.rate()}),
        Kind("GroupNormalization", lambda f: {"groups": f.random.choice((1, -1))}),
        Kind("PReLU", lambda f: {"shared_axes": [1, 2]}),
        Kind("Permute", lambda f: {"dims": [2, 1, 3]}, space=True),
        Kind("GlobalAveragePooling2D", to="vector", space=True),
        Kind("GlobalMaxPooling2D", lambda f: {"keepdims": True}, space=True),
        Kind(
            "TimeDistributed",
            _nested("GlobalAveragePooling1D", lambda f: {}),
            to="sequence",
            space=True,
        ),
    ),
    "video": (
        *_ANY,
        _einsum("abcde"),
        *_SPACES,
        Kind("Conv3D", _conv(3), channels=True),
        Kind("TimeDistributed", _nested("Conv2D", _conv(2)), channels=True),
        Kind(
            "ConvLSTM2D",
            lambda f: {
                "filters": f.size(2),
                "kernel_size": 2,
                "padding": "same",
                "return_sequences": True,
            },
            channels=True,
            known=True,
        ),
        Kind(
            "ConvLSTM2D",
            lambda f: {"filters": f.size(2), "kernel_size": 2, "padding": "same"},
            to="image",
            channels=True,
            space=True,
            known=True,
        ),
        Kind("MaxPooling3D", _pool(3, 2), space=True),
        Kind("GlobalAveragePooling3D", to="vector", space=True),
        Kind(
            "TimeDistributed",
            _nested("GlobalMaxPooling2D", lambda f: {}),
            to="sequence",
            space=True,
        ),
    ),
}
"""Layers by what they read."""

MERGES = ("Add", "Multiply", "Average", "Maximum", "Minimum")
"""Layers for two or more outputs of one shape."""
