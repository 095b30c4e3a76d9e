"""Layers in wrappers: however they are written, it is the same layer, and the same mistakes are told."""

import pytest

from archspec.layers import Layer
from tests.expand.test_expand import read, shaped

HEAD = "archspec: 1\nparams: {u: 4, rate: 0.5, act: tanh}\ninput: [6, 5, 3]\nlayers:\n"
LONG = "TimeDistributed: {layer: {LSTM: {units: 8, activation: tanh, dropout: 0.25}}}"


def _layer(entry: str) -> Layer:
    return shaped(f"{HEAD}  - {entry}\n").nodes[1].layer


@pytest.mark.parametrize(
    "entry",
    [
        "TimeDistributed: {LSTM: {units: 8, activation: tanh, dropout: 0.25}}",
        "TimeDistributed: {LSTM: {units: 2*u, activation: $act, dropout: rate/2}}",
        "TimeDistributed: {layer: {LSTM: {units: u + u, activation: $act, dropout: rate**2}}}",
        'TimeDistributed: {layer: {LSTM: {units: 2*channels() + 2, activation: "$(act)", dropout: 0.25}}}',
    ],
)
def test_ways_to_write_a_layer_in_a_wrapper(entry: str) -> None:
    assert _layer(entry).arguments()["layer"].arguments() == (
        _layer(LONG).arguments()["layer"].arguments()
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TimeDistributed: {LSTM: u}", "TimeDistributed: {layer: {LSTM: {units: $u}}}"),
        ("TimeDistributed: {LSTM: 4}", "TimeDistributed: {layer: {LSTM: '${u}'}}"),
        ("TimeDistributed: Flatten", "TimeDistributed: {Flatten: {}}"),
        (
            "TimeDistributed: {TimeDistributed: {Dense: u}}",
            "TimeDistributed: {layer: {TimeDistributed: {layer: {Dense: {units: 4}}}}}",
        ),
    ],
)
def test_equal_layers_are_one_object(one: str, other: str) -> None:
    assert repr(_layer(one)) == repr(_layer(other))


@pytest.mark.parametrize(
    "entry",
    [
        "TimeDistributed: {Dense: {units: 3, activation: reluu}}",
        "TimeDistributed: {layer: {Dense: {units: 3, kernel_initializer: he_norml}}}",
        "SpectralNormalization: {Dense: {units: 3, bias_regularizer: l3}}",
    ],
)
def test_a_mistake_is_told_each_time(entry: str) -> None:
    """A layer with Keras's own value in the place of a wrong one is not kept for the next file."""
    text = f"{HEAD}  - {entry}\n"
    first, again = ([d.code for d in read(text)[1].diagnostics] for _ in range(2))
    assert "AS204" in first
    assert again == first


def test_mistakes_in_a_block_are_told_without_a_call() -> None:
    text = (
        "archspec: 1\nblocks:\n  b:\n    params: {n: int}\n    layers:\n"
        "      - TimeDistributed: {Dense: {units: n, activatio: relu, use_bias: maybe}}\n"
        "      - Bidirectional: {LSTM: {units: m}}\n"
    )
    _, sink = read(text)
    assert sorted(d.code for d in sink.diagnostics) == ["AS202", "AS208", "AS208"]
