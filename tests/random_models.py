"""Random functional Keras models: branches, merges, operations with constants, models in models."""

from collections.abc import Callable
from random import Random
from typing import Any

import keras
import numpy as np
from keras import layers as k
from keras import ops

Tensors = list[Any]
_ACTIVATIONS = ("relu", "tanh", "silu", "gelu", "softmax", None, "leaky_relu")


def random_model(random: Random) -> Any:
    """A model of pictures or of sequences, with one to three inputs and outputs; without values."""
    from archspec.emit.keras.build import declaring

    with declaring(values=False):
        make = random.choice((_pictures, _pictures, _sequences))
        return make(random)


def _pictures(random: Random) -> Any:
    inputs = [keras.Input((8, 8, 4)) for _ in range(random.choice((1, 1, 2, 3)))]
    tensors = list(inputs)
    for _ in range(random.randint(3, 14)):
        tensors.append(random.choice(_PICTURE)(random, tensors))
    return _ended(random, inputs, tensors)


def _ended(random: Random, inputs: Tensors, tensors: Tensors) -> Any:
    """A model of which everything is used: what nobody reads is summed, or is an output."""
    last = tensors[len(inputs) :]
    read = {id(t) for x in last for t in _read_by(x)}
    ends = [t for t in tensors if id(t) not in read]
    outputs = [t for t in ends if random.random() < 0.6] or ends[-1:]
    rest = [t for t in ends if not any(t is o for o in outputs)]
    if rest:
        outputs[0] = k.Add()([outputs[0], *rest])
    if random.random() < 0.5:
        outputs[-1] = k.Dense(3)(k.Flatten()(outputs[-1]))
    return keras.Model(inputs, outputs)


def _read_by(tensor: Any) -> Tensors:
    found: Tensors = []
    waiting = [tensor]
    while waiting:
        node = waiting.pop()._keras_history
        for source in node.operation._inbound_nodes[node.node_index].input_tensors:
            found.append(source)
    return found


def _pick(random: Random, tensors: Tensors) -> Any:
    return random.choice(tensors[-4:]) if random.random() < 0.7 else random.choice(tensors)


def _two(random: Random, tensors: Tensors) -> Tensors:
    return [_pick(random, tensors), _pick(random, tensors)]


def _conv(random: Random, tensors: Tensors) -> Any:
    size, activation = random.choice((1, 3, (3, 1))), random.choice(_ACTIVATIONS)
    kind = random.choice((k.Conv2D, k.Conv2D, k.SeparableConv2D, k.Conv2DTranspose))
    made = kind(4, size, padding="same", activation=activation, use_bias=random.random() < 0.5)
    return made(_pick(random, tensors))


def _depthwise(random: Random, tensors: Tensors) -> Any:
    return k.DepthwiseConv2D(3, padding="same", dilation_rate=random.choice((1, 2)))(
        _pick(random, tensors)
    )


def _norm(random: Random, tensors: Tensors) -> Any:
    x = _pick(random, tensors)
    return random.choice(
        (
            k.BatchNormalization(axis=random.choice((-1, 3, 1)), momentum=0.9),
            k.LayerNormalization(axis=random.choice((-1, [1, 2], [-1, -2]))),
            k.GroupNormalization(2),
            k.UnitNormalization(axis=random.choice((1, -1))),
        )
    )(x)


def _activation(random: Random, tensors: Tensors) -> Any:
    makers: tuple[Callable[[], Any], ...] = (
        lambda: k.ReLU(max_value=random.choice((None, 6, 3.0))),
        lambda: k.LeakyReLU(random.choice((0.1, 0.3))),
        lambda: k.Softmax(axis=random.choice((-1, 1, 3))),
        lambda: k.Activation(random.choice(("relu", "tanh", "silu"))),
        lambda: k.PReLU(shared_axes=[1, 2]),
        lambda: k.ELU(0.7),
        lambda: k.Dropout(0.3),
        lambda: k.Rescaling(random.choice((2.0, 0.5)), offset=random.choice((0.0, 1.0))),
        lambda: k.MaxPooling2D(random.choice((3, 2)), strides=1, padding="same"),
        lambda: k.AveragePooling2D(3, strides=1, padding="same"),
        lambda: k.Permute((2, 1, 3)),
        lambda: k.Dense(4, activation=random.choice(_ACTIVATIONS)),
    )
    return random.choice(makers)()(_pick(random, tensors))


def _merge(random: Random, tensors: Tensors) -> Any:
    kind = random.choice((k.Add, k.Multiply, k.Subtract, k.Average, k.Maximum, k.Minimum))
    return kind()(_two(random, tensors))


def _joined(random: Random, tensors: Tensors) -> Any:
    axis = random.choice((-1, 3, 1, 2))
    joined = random.choice((k.Concatenate(axis=axis), lambda x: ops.concatenate(x, axis=axis)))(
        _two(random, tensors)
    )
    sizes = [joined.shape[n] for n in (1, 2, 3)]
    kernel = (sizes[0] // 8, sizes[1] // 8)
    return k.Conv2D(4, kernel, strides=kernel)(joined)


def _operation(random: Random, tensors: Tensors) -> Any:
    x, y = _two(random, tensors)
    value = random.choice((3.0, 0.5, 2, -1.5))
    makers: tuple[Callable[[], Any], ...] = (
        lambda: x * value,
        lambda: value - x,
        lambda: x + value,
        lambda: x / value,
        lambda: ops.add(x, y),
        lambda: ops.subtract(x, y),
        lambda: ops.maximum(x, value),
        lambda: ops.relu(x),
        lambda: ops.relu6(x + value),
        lambda: ops.gelu(x, approximate=random.random() < 0.5),
        lambda: ops.leaky_relu(x, 0.1),
        lambda: ops.softmax(x, axis=random.choice((-1, 1))),
        lambda: ops.clip(x, 0, value) if value > 0 else ops.clip(x, value, 1),
        lambda: ops.where(x > value, x, y),
        lambda: ops.transpose(x, (0, 2, 1, 3)),
        lambda: ops.reshape(x, (-1, 8, 8, 4)),
        lambda: ops.pad(x[:, 1:, ..., :], ((0, 0), (1, 0), (0, 0), (0, 0))),
        lambda: x + np.array([1, 2, 3, value], "float32"),
        lambda: ops.concatenate(ops.split(x, 2, axis=-1)[:: random.choice((1, -1))], axis=-1),
        lambda: x * ops.mean(y, axis=(1, 2), keepdims=True),
        lambda: ops.power(x, 2),
        lambda: ops.einsum("abcd,abed->abcd", x, y),
    )
    found = random.choice(makers)()
    return found if tuple(found.shape) == (None, 8, 8, 4) else found + x


def _shared(random: Random, tensors: Tensors) -> Any:
    layer = k.Conv2D(4, 3, padding="same")
    return k.Concatenate()([layer(t) for t in _two(random, tensors)])[..., 2:6]


def _inner(random: Random, tensors: Tensors) -> Any:
    inputs = [keras.Input((8, 8, 4)) for _ in range(2)]
    y = k.Subtract()(inputs) * 0.25
    inner = keras.Model(inputs, [y, k.Conv2D(4, 1)(y)])
    chain = keras.Sequential([keras.Input((8, 8, 4)), k.Dense(4), k.Dropout(0.1)])
    first, second = inner(_two(random, tensors), training=random.choice((None, False, True)))
    return chain(random.choice((first, second))) if random.random() < 0.5 else first + second


_PICTURE = (
    *(_conv, _conv, _conv, _depthwise, _norm, _activation, _activation, _merge, _merge),
    *(_joined, _operation, _operation, _operation, _shared, _inner),
)


def _sequences(random: Random) -> Any:
    words = keras.Input((6,), dtype="int32")
    x = k.Embedding(9, 4, mask_zero=random.random() < 0.3)(words)
    other = keras.Input((6, 4))
    for _ in range(random.randint(2, 6)):
        x = random.choice(_SEQUENCE)(random, x, other)
    y = k.GlobalAveragePooling1D(keepdims=random.random() < 0.5)(x)
    z = k.Dot(axes=random.choice((2, (1, 1), (-1, 2))), normalize=random.random() < 0.5)([x, other])
    table = k.Embedding(9, 2)(words + 1 if random.random() < 0.5 else words * 1)
    return keras.Model([words, other], [k.Dense(2)(y), z, table])


def _lstm(random: Random, x: Any, other: Any) -> Any:
    seq, *states = k.LSTM(4, return_sequences=True, return_state=True, dropout=0.1)(x)
    return k.LSTM(4, return_sequences=True)(seq, initial_state=states[:: random.choice((1, -1))])


def _attention(random: Random, x: Any, other: Any) -> Any:
    made = k.MultiHeadAttention(2, 2, dropout=random.choice((0.0, 0.1)))
    return made(x, other, use_causal_mask=random.random() < 0.5)


_SEQUENCE: tuple[Callable[[Random, Any, Any], Any], ...] = (
    _lstm,
    _attention,
    lambda random, x, other: k.Bidirectional(k.GRU(2, return_sequences=True))(x),
    lambda random, x, other: k.TimeDistributed(k.Dense(4, activation="relu"))(x),
    lambda random, x, other: k.Conv1D(4, 3, padding="causal")(x),
    lambda random, x, other: k.Attention()([x, other]),
    lambda random, x, other: x + other,
    lambda random, x, other: k.Reshape((6, 4))(k.Flatten()(x)),
)
