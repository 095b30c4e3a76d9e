"""Where we differ from Keras on purpose, each difference with its reason and an example.

There is one direction only: we raise, and Keras does not, not even when it calculates. What Keras
refuses, we refuse.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from archspec.layers import layer_types
from archspec.layers.settings import settings_of
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import Shape
from tests.random_layers import Case, Wrong
from tests.special_arguments import Call


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
        return has(case.call, name) and _about(error) in (argument, "layer")

    return applies


def _about(error: Exception) -> str:
    return getattr(error, "argument", None) or ""


def _in_setting(call: Call) -> bool:
    """Whether a setting of a layer, or of one inside it, has a wrong value or a range backwards."""
    for part in _parts(call):
        for name, _, _, setting in settings_of(part.type):
            found = setting.find(part.arguments.get(name))
            _, kind, arguments = found or ("", None, None)
            if isinstance(arguments, Wrong):
                return True
            try:
                if kind is not None and isinstance(arguments, dict):
                    kind(**arguments)
            except ArgumentError:
                return True
            except ValidationError:
                continue
    return False


def _code(error: Exception) -> str:
    return getattr(error, "code", "")


def _parts(call: Call) -> list[Call]:
    """The layer and all that are inside it."""
    inner = [v for v in call.arguments.values() if isinstance(v, Call)]
    return [call, *(part for layer in inner for part in _parts(layer))]


def has(call: Call, start: str) -> bool:
    """Whether the layer, or one inside it, has a name that begins so."""
    return any(c.type.__name__.startswith(start) for c in _parts(call))


def _is_augmentation(call: Call) -> bool:
    return any(c.type.__module__.endswith("augmentation") for c in _parts(call))


def _with_batch(case: Case, error: Exception) -> bool:
    """Whether an operation is told to go along the batch, or not told along what."""
    if not case.call.type.operation or _about(error) not in ("axis", "axes"):
        return False
    rank = len(case.shapes[0]) + 1
    given = case.call.arguments.get(_about(error), 0 if has(case.call, "S") else None)
    axes = given if isinstance(given, list | tuple) else [given]
    return not {None, 0, -rank, -rank - 1}.isdisjoint(axes) or _about(error) == "axes"


_ONE_HEAD: dict[str, Any] = {"num_heads": 1, "key_dim": 1}

DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "operations go along the batch if they are told to, or not told along what",
        _with_batch,
        _case("Flip", (3,)),
    ),
    Deviation(
        "operations fill up axes in front of the batch, which goes by accident for sizes of 1",
        lambda case, error: "counts with the batch" in getattr(error, "help", ""),
        _case("Divide", (1, 3), (3,)),
    ),
    Deviation(
        "the letters of an Einsum: each once in a part, the batch first, the output written out",
        lambda case, error: _about(error) == "subscripts",
        _case("Einsum", (3, 2), subscripts="bij"),
    ),
    Deviation(
        "Keras makes x_max of everything if x_min is above it",
        lambda case, error: _about(error) == "x_max",
        _case("Clip", (3,), x_min=1.0, x_max=0.0),
    ),
    Deviation(
        "a value of another kind or out of bounds, drawn on purpose: Keras checks few of them",
        lambda case, error: bool(case.bad),
        _case("Dense", (3,), units=2, use_bias="yes", bad="use_bias"),
    ),
    Deviation(
        "the same inside an initializer, a regularizer or a constraint; a deviation or a norm below"
        " 0 and a range from the larger to the smaller have no meaning",
        lambda case, error: _in_setting(case.call),
        _case("Dense", (3,), units=2, kernel_initializer={"RandomNormal": Wrong(stddev=-1.0)}),
    ),
    Deviation(
        "SimpleRNN, and TimeDistributed for its layer, take an `activity_regularizer` and leave it out",
        lambda case, error: (
            (_about(error) in ("activity_regularizer", "layer") or isinstance(error, DtypeError))
            and (has(case.call, "SimpleRNN") or has(case.call, "TimeDistributed"))
            and "egulariz" in repr(case.call)
        ),
        _case(
            "SimpleRNN",
            (3, 2),
            units=2,
            return_sequences=True,
            activity_regularizer="orthogonal_regularizer",
        ),
    ),
    Deviation(
        "an STFT has 1 where a kernel has channels: the weight gets another shape than it should have",
        lambda case, error: "stft" in str(error).lower() and "second axis" in str(error),
        _case("Conv1D", (4, 2), filters=2, kernel_size=2, kernel_initializer="stft"),
    ),
    Deviation(
        "Keras fills up with a floating-point number, but not if an image has the right proportions",
        lambda case, error: isinstance(error, DtypeError) and has(case.call, "Resizing"),
        _case("Resizing", (8, 8, 3), height=4, width=4, pad_to_aspect_ratio=True)._replace(
            dtypes=("int32",)
        ),
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
        "LocalResponseNormalization is for images, as TensorFlow's function is; its Keras class,"
        " which is ours, does not look",
        lambda case, error: (
            has(case.call, "LocalResponseNormalization")
            and (_code(error) == "AS403" or _about(error) == "layer")
        ),
        _case("LocalResponseNormalization", (4, 3)),
    ),
    Deviation(
        "adaptive pooling does not check the number of dimensions; some end the whole process",
        lambda case, error: _code(error) == "AS403" and has(case.call, "Adaptive"),
        _case("AdaptiveMaxPooling1D", (8, 8, 3), output_size=2),
    ),
    Deviation(
        "Keras subtracts 1 from each shared axis: 0 is the last axis to it, -1 the one before it",
        _argument("PReLU", "shared_axes"),
        _case("PReLU", (3, 9, 4), shared_axes=[0]),
    ),
    Deviation(
        "an axis that is named twice goes by accident, if its size is 1 or nothing is learnt",
        lambda case, error: "twice" in str(error) and _about(error) in ("axis", "layer"),
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
        _case("MultiHeadAttention", (5, 2), **_ONE_HEAD, attention_axes=-3),
    ),
    Deviation(
        "a sliding window fits along another axis by accident if its size is that of the first",
        _argument("MultiHeadAttention", "sliding_window"),
        _case("MultiHeadAttention", (5, 5, 3), **_ONE_HEAD, attention_axes=2, sliding_window=2),
    ),
    Deviation(
        "of several axes Keras encodes another one than it says, which goes by accident",
        lambda case, error: (
            _code(error) == "AS403"
            and (has(case.call, "CategoryEncoding") or has(case.call, "Discretization"))
        ),
        _case("CategoryEncoding", (3, 3), num_tokens=2),
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
        "an initial state of size 1 is spread, one of several times as many channels convolved in"
        " groups, both by accident",
        lambda case, error: (
            "the initial" in str(error)
            and (any(1 in s for s in case.shapes) or has(case.call, "ConvLSTM"))
        ),
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
            "channels" in str(error) and (has(case.call, "AugMix") or has(case.call, "RandAugment"))
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
