"""Keras as the oracle: what it makes of a layer and its input shapes, and whether we agree."""

import inspect
import os
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from archspec.infer.infer import measure
from archspec.layers import Layer, layer_types
from archspec.layers.settings import constraints, initializers, regularizers
from archspec.records.objects import Kinds
from archspec.records.record import ArgumentError, ValidationError, snake_case
from archspec.shapes.dtypes import DTYPES, DtypeError
from archspec.shapes.shape import Shape, ShapeError
from tests.deviations import DEVIATIONS, has
from tests.random_layers import Case
from tests.special_arguments import Call


class Found(NamedTuple):
    """Outputs without the batch, and the weights: name or path, shape, trainable."""

    outputs: tuple[Shape, ...]
    weights: tuple[tuple[str, tuple[int, ...], bool], ...]


def ours(case: Case) -> Found:
    """What archspec says; raises ValidationError, ArgumentError or ShapeError."""
    layer = case.call.make()
    facts = measure(layer, case.shapes)
    layer.output_dtype(*(case.dtypes or ("float32",) * len(case.shapes)))
    return Found(facts.outputs, tuple((w.name, w.shape, w.trainable) for w in facts.weights))


def make_keras(call: Call) -> Any:
    """The Keras layer of the same name with the same arguments; raises what Keras raises."""
    given = {n: v for n, v in call.arguments.items() if n not in call.type.call_arguments}
    arguments = {name: _keras_value(name, value) for name, value in given.items()}
    if call.type.__name__ == "Input":
        return keras.layers.InputLayer(**arguments)
    if call.type.operation:
        return Function(call.type.__name__, arguments)
    return call.type.keras_type()(**arguments)


class Function:
    """A function of keras.ops with its arguments, in the place of a layer."""

    losses = trainable_variables = weights = ()

    def __init__(self, name: str, arguments: dict[str, Any]) -> None:
        self.name = name
        self.arguments = arguments

    def __call__(self, *inputs: Any) -> Any:
        given = {n: v for n, v in self.arguments.items() if n != "outputs" and v is not None}
        if self.name == "GetItem":
            return _part(inputs[0], **given)
        function = getattr(keras.ops, snake_case(self.name))
        if self.name == "Roll":  # for TensorFlow one number is not a list of one
            given = {n: v if isinstance(v, list | tuple) else [v] for n, v in given.items()}
        if self.name == "Stack":
            return function(list(inputs), **given)
        if self.name == "Einsum":
            return function(given["subscripts"], *inputs)
        names = [n for n in inspect.signature(function).parameters if n not in given]
        if len(inputs) > len(names) or (self.name == "Where" and len(inputs) + len(given) != 3):
            raise TypeError(f"{self.name} takes other inputs")
        return function(**dict(zip(names, inputs, strict=False)), **given)


def _part(
    tensor: Any,
    axis: int,
    index: int | None = None,
    start: int | None = None,
    stop: int | None = None,
    step: int | None = None,
) -> Any:
    """A part of an axis, as people write it."""
    if not -len(tensor.shape) <= axis < len(tensor.shape):
        raise ValueError(f"there is no axis {axis}")
    if (index is None) is (start is stop is step is None):
        raise ValueError("one position, or a part")
    key: list[Any] = [slice(None)] * len(tensor.shape)
    key[axis] = slice(start, stop, step) if index is None else index
    return tensor[tuple(key)]


_SETTINGS: dict[str, tuple[Any, Kinds]] = {
    "initializer": (keras.initializers, initializers.KINDS),
    "regularizer": (keras.regularizers, regularizers.KINDS),
    "constraint": (keras.constraints, constraints.KINDS),
}


def _keras_value(name: str, value: Any) -> Any:
    if isinstance(value, Call):
        return make_keras(value)
    module, known = _SETTINGS.get(name.rpartition("_")[2], (None, None))
    if known is not None and isinstance(value, dict) and len(value) == 1:
        ((kind, arguments),) = value.items()
        return getattr(module, known.names[kind].__name__)(**(arguments or {}))
    return value


def call_keras(layer: Any, inputs: list[Any], call: Call, training: bool = False) -> Any:
    """Apply a Keras layer as the signature of its ``call`` wants its inputs."""
    if isinstance(layer, keras.layers.InputLayer):
        return layer.output
    if isinstance(layer, Function):
        return layer(*inputs)
    known = inspect.signature(layer.call).parameters.values()
    names = [p.name for p in known if p.kind is p.POSITIONAL_OR_KEYWORD]
    required = [p.name for p in known if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]
    options = {n: v for n, v in call.arguments.items() if n in call.type.call_arguments}
    if training and "training" in names:
        options["training"] = True  # as a model in training says, whatever the call has
    if "initial_state" in names and inputs[1:]:
        return layer(inputs[0], initial_state=inputs[1:], **options)
    if len(required) > 1:  # query, value
        return layer(*inputs, *inputs[-1:] * (len(required) - len(inputs)), **options)
    merging = isinstance(layer, keras.layers.Concatenate)
    return layer(inputs if len(inputs) != 1 or merging else inputs[0], **options)


def theirs(case: Case) -> Found:
    """What Keras says, without data."""
    layer = make_keras(case.call)
    dtypes = case.dtypes or ("float32",) * len(case.shapes)
    inputs = [
        keras.KerasTensor((None, *shape), dtype=dtype)
        for shape, dtype in zip(case.shapes, dtypes, strict=True)
    ]
    outputs = call_keras(layer, inputs, case.call)
    _train(layer)
    shapes = []
    for output in keras.tree.flatten(outputs):
        if output.shape[0] is not None:
            raise AssertionError(f"Keras gives a batch of {output.shape[0]}")
        shapes.append(tuple(output.shape[1:]))
    weights = tuple(
        (w.path.partition("/")[2], tuple(w.shape), bool(w.trainable)) for w in layer.weights
    )
    return Found(tuple(shapes), weights)


def _train(layer: Any) -> None:
    """What a step of training does with weights: penalties, and constraints after it."""
    for loss in layer.losses:
        if not np.isfinite(float(loss)):
            raise ArithmeticError(f"a penalty is {float(loss)}")
    for variable in layer.trainable_variables:
        if variable.constraint is not None:
            variable.assign(variable.constraint(variable))


class Real(NamedTuple):
    """What came of calculating: shapes without the batch, and the type of the first output."""

    outputs: tuple[Shape, ...]
    dtype: str


def run_keras(case: Case, batch: int = 13, unknown: int = 11) -> Real:
    """What Keras gives when it trains on zeros; a size that is not known is ``unknown``.

    Neither number is a size that is drawn, so that nothing fits by accident.
    """
    dtypes = case.dtypes or ("float32",) * len(case.shapes)
    if has(case.call, "AdaptiveMax"):
        # With an output, or an input, of size 1 TensorFlow ends the process: a division by zero.
        dtype = case.call.make().output_dtype(*dtypes)
        return Real(ours(case).outputs, dtype)
    noise = case.call.arguments.get("noise_shape") or ()
    if noise and type(noise[0]) is int and noise[0] > 1:
        batch = noise[0]  # a mask for batches of that size only
    layer = make_keras(case.call)
    data = [
        _zeros((batch, *(unknown if size is None else size for size in shape)), dtype)
        for shape, dtype in zip(case.shapes, dtypes, strict=True)
    ]
    outputs = keras.tree.flatten(call_keras(layer, data, case.call, training=True))
    _train(layer)
    if any(o.shape[0] not in (batch, None) for o in outputs):
        raise AssertionError("the batch is not kept")
    dtype = keras.backend.standardize_dtype(outputs[0].dtype)
    return Real(tuple(tuple(o.shape[1:]) for o in outputs), dtype)


def _zeros(shape: tuple[int, ...], dtype: str) -> Any:
    if dtype == "string":
        import tensorflow as tf

        return tf.fill(shape, "")
    return keras.ops.cast(np.zeros(shape, "float32"), dtype)


def disagreement(case: Case, with_data: bool = False) -> str | None:
    """How Keras differs, in a sentence; None if it does not. ``with_data``: calculate too."""
    we: Found | Exception | None = None
    they: Found | Exception | None = None
    try:
        try:
            we = ours(case)
        except (ValidationError, ArgumentError, ShapeError, DtypeError) as error:
            we = error
        except Exception as error:
            return f"we crash: {_short(error)}"
        try:
            they = theirs(case)
        except Exception as error:
            they = error
        return _difference(case, we, they, with_data)
    finally:
        # An error of pydantic's core holds the frames below this one, and the collector does not
        # see that: what this frame held would stay for ever.
        del we, they


def _difference(
    case: Case, we: Found | Exception, they: Found | Exception, with_data: bool
) -> str | None:
    if isinstance(we, Exception):
        if isinstance(they, Exception) or any(d.applies(case, we) for d in DEVIATIONS):
            return None
        try:
            real = run_keras(case)
        except Exception:
            return None  # Keras finds out when it calculates
        if not _fits(they.outputs, real.outputs):
            return None  # Keras contradicts itself
        return f"we raise {_short(we)}; Keras gives {they}"
    if isinstance(they, Exception):
        return f"Keras raises {_short(they)}; we give {we}"
    if they.outputs != we.outputs:
        if _contradicts_itself(case, we, they):
            return None
        return f"outputs: ours {we.outputs}, Keras {they.outputs}"
    if [w[1:] for w in we.weights] != [w[1:] for w in they.weights]:
        return f"weights: ours {we.weights}, Keras {they.weights}"
    for mine, other in zip(we.weights, they.weights, strict=True):
        if not _same_name(mine[0], other[0]):
            return f"weight names: ours {mine[0]}, Keras {other[0]}"
    with_data = with_data or bool(case.dtypes) or "activity_regularizer" in repr(case.call)
    return _data_disagreement(case, we) if with_data else None


def _contradicts_itself(case: Case, we: Found, they: Found) -> bool:
    """Whether what Keras calculates has the shape that we tell, and not the one that it tells.

    What TensorFlow lacks cannot be asked, and counts as if it had.
    """
    try:
        real = run_keras(case).outputs
    except Exception as error:
        return any(part in str(error) for part in LACKS)
    return _fits(we.outputs, real) and not _fits(they.outputs, real)


LACKS = {
    "Flash attention is not supported": "TensorFlow lacks it; JAX and PyTorch have it on a GPU",
    "is not supported yet": "TensorFlow does not spread arrays of so many axes; JAX does",
    "Only ranks up to 6 supported": "TensorFlow pads no arrays of so many axes; JAX does",
    "inputs rank not in": "the same, of what it mirrors",
    "call `adapt(": "boundaries of bins are learned from data: after building, before training",
    "could not create a primitive": "oneDNN lacks an odd transposed convolution on the CPU",
    "cuDNN is not supported for this layer configuration": "a GPU has it",
    "out of memory": "the machine is too small",
}
"""What only calculating shows, and is no matter of the network; part of the message, and why."""


def _data_disagreement(case: Case, we: Found) -> str | None:
    try:
        found = run_keras(case)
    except Exception as error:
        text = str(error)
        if any(None in shape for shape in case.shapes) or any(part in text for part in LACKS):
            return None  # it may need the size that was not known
        return f"with data, Keras raises {_short(error)}; we give {we}"
    if not _fits(we.outputs, found.outputs):
        return f"with data: ours {we.outputs}, Keras {found.outputs}"
    dtypes = case.dtypes or ("float32",) * len(case.shapes)
    dtype = case.call.make().output_dtype(*dtypes)
    if DTYPES[dtype] != DTYPES[found.dtype]:
        return f"type of the output: ours {dtype}, Keras {found.dtype}"
    return None


def _fits(told: tuple[Shape, ...], real: tuple[Shape, ...]) -> bool:
    """Whether shapes are what was told, where that was known."""
    return len(told) == len(real) and all(
        len(a) == len(b) and all(m in (None, n) for m, n in zip(a, b, strict=True))
        for a, b in zip(told, real, strict=True)
    )


def _same_name(mine: str, path: str) -> bool:
    """``forward/kernel`` is ``forward_lstm/lstm_cell/kernel``: each part begins one of Keras's."""
    *groups, name = mine.split("/")
    groups = [g for g in groups if g != "backward"]  # a backward_layer keeps its name
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
    """The layers that Keras has too, and those of which archspec has the Keras class."""
    own = "archspec.emit.keras.extra."
    return {
        name: type
        for name, type in layer_types().items()
        if type.operation or type.keras_class.startswith(own) or hasattr(keras.layers, name)
    }


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
