"""What rules say of Keras is tried with Keras."""

from typing import Any


def losses(layer: Any) -> int:
    """How many penalties a model of one layer has."""
    import keras
    import numpy as np

    inputs = keras.Input((5, 3))
    model = keras.Model(inputs, layer(inputs))
    model(np.ones((2, 5, 3), "float32"))
    return len(model.losses)


def layers() -> Any:
    import keras

    return keras.layers


def test_penalties_that_keras_leaves_out() -> None:
    """AS929: of SimpleRNN, and inside of a TimeDistributed; other recurrent layers keep theirs."""
    penalty = {"activity_regularizer": "l2"}
    assert losses(layers().SimpleRNN(4, **penalty)) == 0
    assert losses(layers().Bidirectional(layers().SimpleRNN(4, **penalty))) == 0
    assert losses(layers().TimeDistributed(layers().Dense(4, **penalty))) == 0
    assert losses(layers().TimeDistributed(layers().ActivityRegularization(0.1))) == 0
    assert losses(layers().LSTM(4, **penalty)) == 1
    assert losses(layers().GRU(4, **penalty)) == 1
    assert losses(layers().Dense(4, **penalty)) == 1
    assert losses(layers().ActivityRegularization(l2=0.01)) == 1


def test_training_that_fit_overrules() -> None:
    """AS946: the averages of a BatchNormalization move, and only being frozen keeps them."""
    import keras
    import numpy as np

    for told, moves in (({"training": False}, True), ({}, False)):
        layer = layers().BatchNormalization(trainable=moves)
        inputs = keras.Input((3,))
        model = keras.Model(inputs, layer(inputs, **told))
        model.compile("sgd", "mse")
        model.fit(np.full((8, 3), 5.0), np.ones((8, 3)), verbose=0)
        assert np.asarray(layer.moving_mean).any() == moves


def test_vectors_that_become_whole_numbers() -> None:
    """AS930: the wrapper gives what it wraps the type of its input."""
    import keras
    import numpy as np

    tokens = np.arange(6, dtype="int32").reshape(2, 3)
    embedding = keras.layers.Embedding(9, 4)
    assert np.any(np.asarray(embedding(tokens)) != 0)
    found = np.asarray(keras.layers.SpectralNormalization(embedding)(tokens))
    assert found.dtype == np.int32
    assert not found.any()


def test_a_layer_that_never_learns() -> None:
    """AS935: with zeros before a ReLU the gradient is 0."""
    import keras
    import numpy as np

    dense = keras.layers.Dense(4, activation="relu", kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((3,)), dense, keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)
    assert not np.asarray(dense.kernel).any()
