"""Where `same` and `causal` put their zeros, and what transposed convolutions cut off, in Keras."""

from itertools import product
from typing import Any

import keras
import numpy as np
import pytest

from archspec.infer.infer import measure
from archspec.layers.convolution import Conv1D, Conv2D
from archspec.layers.convolutional_recurrent import ConvLSTM2D
from archspec.layers.pooling import MaxPooling1D
from archspec.layers.transposed_convolution import Conv1DTranspose
from archspec.layers.wrappers import TimeDistributed
from archspec.shapes.shape import Shape

LAYERS = keras.layers


def _values(shape: Shape) -> Any:
    return np.random.default_rng(3).normal(size=(2, *(size or 0 for size in shape))).astype("f4")


@pytest.mark.parametrize("padding", ["same", "causal"])
def test_zeros_of_convolutions(padding: str) -> None:
    """The convolution without padding of the padded input is the same."""
    cases = [*product((5, 6), (1, 2, 3, 4), (1, 2, 3), (1,)), (9, 3, 1, 2), (8, 2, 1, 3)]
    for size, kernel, strides, dilation in cases:
        given: dict[str, Any] = {"kernel_size": kernel, "strides": strides}
        given["dilation_rate"] = dilation
        layer = Conv1D(**{"filters": 2, "padding": padding, **given})
        ((before, after),) = layer.margins((size, 3))
        x = _values((size, 3))
        theirs = LAYERS.Conv1D(2, padding=padding, **given)
        wanted = theirs(x)
        plain = LAYERS.Conv1D(2, padding="valid", **given)
        padded = LAYERS.ZeroPadding1D((before, after))(x)
        plain.build(padded.shape)
        plain.set_weights(theirs.get_weights())
        found = plain(padded)[:, : wanted.shape[1]]
        assert np.allclose(found, wanted, atol=1e-5), (size, given)


def test_places_beside_a_pooled_axis() -> None:
    """Of values that rise the largest is the last one that a window sees."""
    for size, window, strides in product((5, 6, 9), (1, 2, 3, 4), (1, 2, 3)):
        layer = MaxPooling1D(pool_size=(window,), strides=(strides,), padding="same")
        ((before, _),) = layer.margins((size, 1))
        found = LAYERS.MaxPooling1D(window, strides, "same")(np.arange(size)[None, :, None])
        first = min(window - before, size) - 1
        assert int(found[0, 0, 0]) == first, (size, window, strides)


@pytest.mark.parametrize("extra", [None, 0, 1])
def test_what_transposed_convolutions_cut_off(extra: int | None) -> None:
    """All that the windows write, without what is cut off, and with zeros where some are added."""
    for size, kernel, strides in product((1, 4), (1, 2, 3, 5), (2, 3)):
        given: dict[str, Any] = {"kernel_size": kernel, "strides": strides}
        options: dict[str, Any] = {"filters": 2, "padding": "same", "output_padding": extra}
        layer = Conv1DTranspose(**options, **given)
        try:
            measure(layer, ((size, 3),))
        except ValueError:
            continue
        ((before, after),) = layer.margins((size, 3))
        theirs = LAYERS.Conv1DTranspose(**options, **given)
        x = _values((size, 3))
        try:
            wanted = np.asarray(theirs(x))
        except Exception as error:
            if "could not create a primitive" in str(error):  # oneDNN lacks odd ones
                continue
            raise
        whole = LAYERS.Conv1DTranspose(2, padding="valid", output_padding=None, **given)
        whole.build(x.shape)
        whole.set_weights(theirs.get_weights())
        written = np.asarray(whole(x))[:, : (size - 1) * strides + kernel]
        added = np.pad(written, ((0, 0), (max(before, 0), max(after, 0)), (0, 0)))
        found = added[:, max(-before, 0) : added.shape[1] - max(-after, 0)]
        assert found.shape == wanted.shape, (size, given)
        assert np.allclose(found, wanted, atol=1e-5), (size, given)


def test_layers_in_layers_and_unknown_sizes() -> None:
    layer = Conv2D(filters=2, kernel_size=(4, 4), padding="same")
    assert layer.margins((7, None, 3)) == ((1, 2), (1, 2))
    assert layer.replace(strides=(2, 2)).margins((7, None, 3)) == ()
    assert layer.replace(padding="valid").margins((7, 7, 3)) == ()
    assert TimeDistributed(layer=layer).margins((5, 7, 7, 3)) == ((1, 2), (1, 2))
    lstm = ConvLSTM2D(filters=2, kernel_size=(2, 3), padding="same")
    assert lstm.margins((5, 7, 7, 3)) == ((0, 1), (1, 1))
