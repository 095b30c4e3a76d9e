"""Keras as the oracle: what it makes of a layer and its input shapes, and whether we agree."""

import inspect
import os
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from archspec.infer import measure
from archspec.layers import Layer, layer_types
from archspec.record import ArgumentError, ValidationError
from archspec.shapes import Shape, ShapeError
from tests.random_layers import Call, Case

NOT_IN_KERAS = frozenset(("LocalResponseNormalization",))
"""Layers of ours that Keras lacks: nothing to compare with."""


class Found(NamedTuple):
    """Outputs without the batch, and the weights: name or path, shape, trainable."""

    outputs: tuple[Shape, ...]
    weights: tuple[tuple[str, tuple[int, ...], bool], ...]


class Deviation(NamedTuple):
    """A difference to Keras that is meant: we raise, and Keras does not, not even with data."""

    reason: str
    applies: Callable[[Case, Exception], bool]
    example: Case


def _case(layer: str, *shapes: Shape, bad: str = "", **arguments: Any) -> Case:
    return Case(Call(layer_types()[layer], arguments), shapes, bad)


def _argument(name: str, argument: str) -> Callable[[Case, Exception], bool]:
    """The error is about an argument of a layer, which may be inside another one."""

    def applies(case: Case, error: Exception) -> bool:
        return _has(case.call, name) and _about(error) in (argument, "layer")

    return applies


def _about(error: Exception) -> str:
    return getattr(error, "argument", None) or ""


def _code(error: Exception) -> str:
    return getattr(error, "code", "")


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "a value of another kind or out of bounds, drawn on purpose: Keras checks few of them",
        lambda case, error: bool(case.bad),
        _case("Dense", (3,), units=2, use_bias="yes", bad="use_bias"),
    ),
    Deviation(
        "layers of Keras hand a list of inputs on, or leave some out; a node has what it reads",
        lambda case, error: _code(error) == "AS303",
        _case("Identity", (3,), (4,)),
    ),
    Deviation(
        "image layers of Keras take (height, width, channels) without a batch, so that they read"
        " the batch of smaller inputs as height",
        lambda case, error: _code(error) == "AS403" and _is_augmentation(case.call),
        _case("RandomFlip", (8, 3)),
    ),
    Deviation(
        "adaptive pooling does not check the number of dimensions; some end the whole process",
        lambda case, error: _code(error) == "AS403" and _has(case.call, "Adaptive"),
        _case("AdaptiveMaxPooling1D", (8, 8, 3), output_size=2),
    ),
    Deviation(
        "Keras subtracts 1 from each shared axis: 0 is the last axis to it, -1 the one before it",
        _argument("PReLU", "shared_axes"),
        _case("PReLU", (3, 9, 4), shared_axes=[0]),
    ),
    Deviation(
        "an axis that is named twice goes by accident if its size is 1",
        lambda case, error: "twice" in str(error) and any(1 in s for s in case.shapes),
        _case("Normalization", (1, 3), axis=[1, 1]),
    ),
    Deviation(
        "Keras multiplies the scale along the last axes, which goes by accident for sizes of 1",
        _argument("RMSNormalization", "axis"),
        _case("RMSNormalization", (1, 3), axis=1),
    ),
    Deviation(
        "Keras looks at `renorm_clipping` only with `renorm: true`",
        _argument("BatchNormalization", "renorm_clipping"),
        _case("BatchNormalization", (3,), renorm_clipping={"dmax": -1.0}),
    ),
    Deviation(
        "Keras attends over the batch, or over the features, if it is told to",
        _argument("MultiHeadAttention", "attention_axes"),
        _case("MultiHeadAttention", (5, 2), num_heads=1, key_dim=1, attention_axes=-3),
    ),
    Deviation(
        "inputs (features): Keras takes the batch for the steps",
        lambda case, error: (
            _code(error) == "AS403"
            and any(p.type.__name__.endswith("Attention") for p in _parts(case.call))
        ),
        _case("Attention", (3,), (3,)),
    ),
    Deviation(
        "sums of query and key go by accident if one of them has 1 feature",
        lambda case, error: "same features" in str(error) and any(s[-1] == 1 for s in case.shapes),
        _case("AdditiveAttention", (4, 3), (4, 1)),
    ),
    Deviation(
        "an initial state of size 1 is spread by accident",
        lambda case, error: "the initial" in str(error) and any(1 in s for s in case.shapes),
        _case("ConvLSTM1D", (2, 6, 3), (6, 1), (1, 1), filters=1, kernel_size=1),
    ),
    Deviation(
        "Keras ignores an axis that does not exist if there is only one input",
        _argument("Concatenate", "axis"),
        _case("Concatenate", (3,), axis=5),
    ),
    Deviation(
        "Keras counts axes below the first one round once more",
        _argument("Dot", "axes"),
        _case("Dot", (1, 9), (1, 9), axes=-4),
    ),
    Deviation(
        "Keras does not look at `noise_shape` if all or nothing is dropped",
        lambda case, error: (
            _about(error) in ("noise_shape", "layer")
            and any(p.arguments.get("rate") in (0, 1) for p in _parts(case.call))
        ),
        _case("Dropout", (2,), rate=0.0, noise_shape=[3]),
    ),
    Deviation(
        "of channels that no colour has, Keras complains only if chance picks colours to change",
        lambda case, error: (
            "channels" in str(error)
            and (_has(case.call, "AugMix") or _has(case.call, "RandAugment"))
        ),
        _case("AugMix", (8, 8, 5)),
    ),
    Deviation(
        "Keras gives outputs of size 0",
        lambda case, error: "nothing is left" in str(error),
        _case(
            "Conv1DTranspose", (1, 3), filters=1, kernel_size=2, padding="same", output_padding=0
        ),
    ),
)
"""All of them. There is none the other way round: what Keras refuses, we refuse."""


def _parts(call: Call) -> list[Call]:
    return [call, *(v for v in call.arguments.values() if isinstance(v, Call))]


def _has(call: Call, start: str) -> bool:
    """Whether the layer, or one inside it, has a name that begins so."""
    return any(c.type.__name__.startswith(start) for c in _parts(call))


def _is_augmentation(call: Call) -> bool:
    return any(c.type.__module__.endswith("augmentation") for c in _parts(call))


def ours(case: Case) -> Found:
    """What archspec says; raises ValidationError, ArgumentError or ShapeError."""
    facts = measure(case.call.make(), case.shapes)
    return Found(facts.outputs, tuple((w.name, w.shape, w.trainable) for w in facts.weights))


def make_keras(call: Call) -> Any:
    """The Keras layer of the same name with the same arguments; raises what Keras raises."""
    arguments = {name: _keras_value(name, value) for name, value in call.arguments.items()}
    if call.type.__name__ == "Input":
        return keras.layers.InputLayer(**arguments)
    return getattr(keras.layers, call.type.__name__)(**arguments)


_SETTINGS = {
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
}


def _keras_value(name: str, value: Any) -> Any:
    if isinstance(value, Call):
        return make_keras(value)
    module = _SETTINGS.get(name.rpartition("_")[2])
    if module is not None and isinstance(value, dict) and len(value) == 1:
        ((kind, arguments),) = value.items()
        return getattr(module, kind)(**(arguments or {}))
    return value


def call_keras(layer: Any, inputs: list[Any], training: bool = False) -> Any:
    """Apply a Keras layer as the signature of its ``call`` wants its inputs."""
    if isinstance(layer, keras.layers.InputLayer):
        return layer.output
    known = inspect.signature(layer.call).parameters.values()
    names = [p.name for p in known if p.kind is p.POSITIONAL_OR_KEYWORD]
    required = [p.name for p in known if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]
    options: dict[str, Any] = {"training": True} if training and "training" in names else {}
    if "initial_state" in names and inputs[1:]:
        return layer(inputs[0], initial_state=inputs[1:], **options)
    if len(required) > 1:  # query, value
        return layer(*inputs, *inputs[-1:] * (len(required) - len(inputs)), **options)
    merging = isinstance(layer, keras.layers.Concatenate)
    return layer(inputs if len(inputs) != 1 or merging else inputs[0], **options)


def theirs(case: Case) -> Found:
    """What Keras says, without data."""
    layer = make_keras(case.call)
    outputs = call_keras(layer, [keras.KerasTensor((None, *shape)) for shape in case.shapes])
    shapes = []
    for output in keras.tree.flatten(outputs):
        if output.shape[0] is not None:
            raise AssertionError(f"Keras gives a batch of {output.shape[0]}")
        shapes.append(tuple(output.shape[1:]))
    weights = tuple(
        (w.path.partition("/")[2], tuple(w.shape), bool(w.trainable)) for w in layer.weights
    )
    return Found(tuple(shapes), weights)


def run_keras(case: Case, batch: int = 7, unknown: int = 11) -> tuple[Shape, ...]:
    """Output shapes when Keras trains on zeros; a size that is not known is ``unknown``.

    Neither number is a size that is drawn, so that nothing fits by accident.
    """
    if _has(case.call, "AdaptiveMax"):
        # With an output, or an input, of size 1 TensorFlow ends the process: a division by zero.
        return ours(case).outputs
    layer = make_keras(case.call)
    data = [
        np.zeros((batch, *(unknown if size is None else size for size in shape)), "float32")
        for shape in case.shapes
    ]
    outputs = keras.tree.flatten(call_keras(layer, data, training=True))
    if any(o.shape[0] not in (batch, None) for o in outputs):
        raise AssertionError("the batch is not kept")
    return tuple(tuple(o.shape[1:]) for o in outputs)


def disagreement(case: Case, with_data: bool = False) -> str | None:
    """How Keras differs, in a sentence; None if it does not. ``with_data``: calculate too."""
    try:
        we: Found | Exception = ours(case)
    except (ValidationError, ArgumentError, ShapeError) as error:
        we = error
    except Exception as error:
        return f"we crash: {_short(error)}"
    try:
        they: Found | Exception = theirs(case)
    except Exception as error:
        they = error
    if isinstance(we, Exception):
        if isinstance(they, Exception) or any(d.applies(case, we) for d in DEVIATIONS):
            return None
        try:
            real = run_keras(case)
        except Exception:
            return None  # Keras finds out when it calculates
        if not _fits(they.outputs, real):
            return None  # Keras contradicts itself
        return f"we raise {_short(we)}; Keras gives {they}"
    if isinstance(they, Exception):
        return f"Keras raises {_short(they)}; we give {we}"
    if they.outputs != we.outputs:
        return f"outputs: ours {we.outputs}, Keras {they.outputs}"
    if [w[1:] for w in we.weights] != [w[1:] for w in they.weights]:
        return f"weights: ours {we.weights}, Keras {they.weights}"
    for mine, other in zip(we.weights, they.weights, strict=True):
        if not _same_name(mine[0], other[0]):
            return f"weight names: ours {mine[0]}, Keras {other[0]}"
    return _data_disagreement(case, we) if with_data else None


def _data_disagreement(case: Case, we: Found) -> str | None:
    try:
        found = run_keras(case)
    except Exception:
        return None  # TensorFlow lacks an operation, or it needs a size that was not known
    return None if _fits(we.outputs, found) else f"with data: ours {we.outputs}, Keras {found}"


def _fits(told: tuple[Shape, ...], real: tuple[Shape, ...]) -> bool:
    """Whether shapes are what was told, where that was known."""
    return len(told) == len(real) and all(
        len(a) == len(b) and all(m in (None, n) for m, n in zip(a, b, strict=True))
        for a, b in zip(told, real, strict=True)
    )


def _same_name(mine: str, path: str) -> bool:
    """``forward/kernel`` is ``forward_lstm/lstm_cell/kernel``: each part begins one of Keras's."""
    *groups, name = mine.split("/")
    *scopes, last = path.split("/")
    remaining = iter(scopes)
    return name == last and all(any(s.startswith(g) for s in remaining) for g in groups)


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}"


def shrink(case: Case, with_data: bool = False) -> Case:
    """The case with as few arguments as keep the disagreement."""
    changed = True
    while changed:
        changed = False
        for name in list(case.call.arguments):
            rest = {k: v for k, v in case.call.arguments.items() if k != name}
            smaller = case._replace(call=Call(case.call.type, rest))
            if disagreement(smaller, with_data):
                case, changed = smaller, True
    return case


def compared() -> dict[str, type[Layer]]:
    """The layers that Keras has too."""
    return {n: t for n, t in layer_types().items() if n not in NOT_IN_KERAS}


def accepts(case: Case) -> bool:
    """Whether we take the case."""
    try:
        ours(case)
    except Exception:
        return False
    return True


def forget() -> None:
    """Let Keras forget the names that it has given."""
    keras.backend.clear_session()
