"""Every layer against Keras: signature, output shapes, weights and errors.

The random cases are always the same ones; ``--full`` runs many more of them, and
``python tests/oracle_run.py`` as many as one likes.
"""

import inspect
from random import Random
from typing import Any

import keras
import numpy as np
import pytest
from pydantic_core import SchemaValidator

from archspec.emit.keras.build import call_layer
from archspec.emit.keras.layers import make_layer
from archspec.layers import layer_types
from archspec.layers.convolution import Conv2D
from archspec.records.record import ArgumentError, ValidationError, fields, snake_case
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import Shape, ShapeError
from tests.deviations import DEVIATIONS, Deviation
from tests.oracle import accepts, compared, disagreement, ours, run_keras, shrink, theirs
from tests.random_layers import Case, draw_case
from tests.special_arguments import Call

pytestmark = pytest.mark.filterwarnings("ignore:You are using a softmax")

COMPARED = sorted(compared())

OMITTED_LAYERS = {
    "Equalization": "Keras cannot put it into a model: its output would be its input",
    "CutMix": "mixes labels too: a matter of the data",
    "MixUp": "mixes labels too: a matter of the data",
    "MaxNumBoundingBoxes": "does not touch pictures",
    "Pipeline": "a list of layers: a block is one",
    "MelSpectrogram": "a matter of the data",
    "STFTSpectrogram": "a matter of the data",
    "Hashing": "looks words up, in front of a network",
    "HashedCrossing": "looks words up, in front of a network",
    "IntegerLookup": "looks numbers up, in front of a network",
    "StringLookup": "looks words up, in front of a network",
    "TextVectorization": "looks words up, in front of a network",
    "Lambda": "holds Python code",
    "RNN": "with a cell it is SimpleRNN, GRU or LSTM",
    "SimpleRNNCell": "SimpleRNN is it with its loop",
    "GRUCell": "GRU is it with its loop",
    "LSTMCell": "LSTM is it with its loop",
    "StackedRNNCells": "several layers with `return_sequences`",
    "FlaxLayer": "wraps code of another library",
    "JaxLayer": "wraps code of another library",
    "TFSMLayer": "wraps a saved model",
    "TorchModuleWrapper": "wraps code of another library",
    "Layer": "a base",
    "Wrapper": "a base",
    "InputLayer": "Input makes it",
}
"""Layers of Keras that a spec does not have, and why."""

OMITTED_ARGUMENTS = {
    ("Bidirectional", "weights"): "arrays",
    ("Input", "batch_size"): "shapes are without the batch",
    ("Input", "batch_shape"): "shapes are without the batch",
    ("Input", "sparse"): "about tensors, not shapes",
    ("Input", "ragged"): "about tensors, not shapes",
    ("Input", "input_tensor"): "a tensor",
    ("Input", "optional"): "about tensors, not shapes",
}
"""Arguments of Keras's layers that ours lack, and why."""

TENSORS = {"x", "x1", "x2", "condition"}
"""What functions of keras.ops take besides arguments: an entry reads it, or has a number for it."""

OF_OPERATIONS_OMITTED = {
    ("Max", "initial"): "a Clip says it",
    ("Min", "initial"): "a Clip says it",
    ("Prod", "dtype"): "follows from the input",
    ("Cumsum", "dtype"): "follows from the input",
    ("Cumprod", "dtype"): "follows from the input",
}

NOT_ARGUMENTS = {"self", "name", "dtype", "trainable"}
"""What Keras's constructors take besides arguments: a spec has them on the item."""


OMITTED_OF_CALL = {
    ("Dense", "training"): "nothing in it depends on it",
    ("EinsumDense", "training"): "nothing in it depends on it",
    ("CenterCrop", "training"): "nothing in it depends on it",
    ("Resizing", "training"): "nothing in it depends on it",
    ("CategoryEncoding", "count_weights"): "weights of tokens: a Multiply of vectors does it",
    ("MultiHeadAttention", "query_mask"): "Keras overwrites it by what Masking or Embedding say",
    ("GroupQueryAttention", "query_mask"): "as MultiHeadAttention",
}
"""Arguments of the calls of Keras's layers that ours lack, and why."""

OTHERWISE = {
    "Attention": {"inputs": ("query", "value", "key"), "mask": ("query_mask", "value_mask")},
    "AdditiveAttention": {
        "inputs": ("query", "value", "key"),
        "mask": ("query_mask", "value_mask"),
    },
}
"""Arguments of calls that are lists, and the roles of what is in them."""


def keras_class(name: str) -> Any:
    return keras.layers.InputLayer if name == "Input" else layer_types()[name].keras_type()


def test_every_layer_of_keras() -> None:
    found = {
        value.__name__  # an alias such as MaxPool2D has the name of its layer
        for value in vars(keras.layers).values()
        if inspect.isclass(value) and issubclass(value, keras.layers.Layer)
    }
    found -= {"GroupedQueryAttention"} if "GroupQueryAttention" in COMPARED else set()
    missing = found - set(layer_types()) - set(OMITTED_LAYERS)
    assert not missing
    assert not set(OMITTED_LAYERS) & set(layer_types())
    assert set(OMITTED_LAYERS) <= found


OPERATIONS = sorted(n for n in COMPARED if layer_types()[n].operation)
OWN_FORM = {"GetItem"}
"""Operations that are no functions of keras.ops."""


@pytest.mark.parametrize("name", [n for n in OPERATIONS if n not in OWN_FORM])
def test_signature_of_operation(name: str) -> None:
    """That of the function in keras.ops, without tensors."""
    type = layer_types()[name]
    function = getattr(keras.ops, snake_case(name))
    theirs = {
        p.name: p
        for p in inspect.signature(function).parameters.values()
        if p.kind is p.POSITIONAL_OR_KEYWORD
        and p.name not in TENSORS
        and (name, p.name) not in OF_OPERATIONS_OMITTED
    }
    known = {n: f for n, f in fields(type).items() if n not in TENSORS | {"outputs"}}
    assert list(known) == list(theirs)
    for argument, field in known.items():
        default = theirs[argument].default
        assert field.required is (default is inspect.Parameter.empty), argument
        assert field.required or field.default == default, argument


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_saved(name: str) -> None:
    """In a file that Keras loads without us, under its own name; both calculate the same."""
    random = Random(name)
    drawn = (draw_case(random, layer_types()[name], bad=0) for _ in range(300))
    known = (c for c in drawn if accepts(c) and not c.dtypes and "None" not in str(c.shapes))
    case = next(c for c in known if all(len(s) < 5 for s in c.shapes))
    layer = case.call.make()
    inputs = [keras.Input(shape) for shape in case.shapes]
    model = keras.Model(inputs, call_layer(layer, make_layer(layer, "a.name"), inputs))
    config = model.to_json()
    assert '"a.name"' in config
    assert "archspec" not in config
    again = keras.models.model_from_json(config)
    chance = np.random.default_rng(0)
    data = [chance.uniform(0.1, 2, (3, *[s or 0 for s in shape])) for shape in case.shapes]
    first, second = (
        keras.tree.flatten(m([d.astype("float32") for d in data])) for m in (model, again)
    )
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(np.nan_to_num(one), np.nan_to_num(other))


@pytest.mark.parametrize("name", [n for n in COMPARED if n not in OPERATIONS])
def test_signature(name: str) -> None:
    """Names, order and defaults; a default is compared as we would read it: 2 is (2, 2)."""
    type = layer_types()[name]
    theirs = {
        p.name: p
        for p in inspect.signature(keras_class(name).__init__).parameters.values()
        if p.kind is p.POSITIONAL_OR_KEYWORD
        and p.name not in NOT_ARGUMENTS
        and (name, p.name) not in OMITTED_ARGUMENTS
    }
    left_out = NOT_ARGUMENTS | type.call_arguments
    known = {n: f for n, f in fields(type).items() if n not in left_out}
    assert list(known) == list(theirs)
    for argument, field in known.items():
        default = theirs[argument].default
        if (name, argument) == ("Input", "shape"):  # Keras takes it as part of batch_shape too
            assert field.required
            continue
        assert field.required is (default is inspect.Parameter.empty), argument
        if not field.required:
            validator = SchemaValidator(field.type.schema_for(type))
            assert field.default == validator.validate_python(default), argument


@pytest.mark.parametrize("name", [n for n in COMPARED if n not in ("Input", *OPERATIONS)])
def test_signature_of_the_call(name: str) -> None:
    """Every argument of Keras's call is a role of an input, an argument of ours, or left out."""
    type = layer_types()[name]
    parameters = list(inspect.signature(keras_class(name).call).parameters.values())[1:]
    told = {p.name: p.default for p in parameters}
    first, *_ = told
    roles = {r for p in told for r in OTHERWISE.get(name, {}).get(p, (p,))} & {*type.role_names}
    omitted = {argument for layer, argument in OMITTED_OF_CALL if layer == name}
    spread = {p for p, parts in OTHERWISE.get(name, {}).items() if {*parts} <= roles}
    assert roles == {*type.role_names}
    assert {*told} - {first} - omitted == (roles | spread | type.call_arguments) - {first} - (
        {*type.role_names} if spread else set()
    )
    assert omitted <= told.keys()
    for argument in type.call_arguments - {"training"}:
        assert fields(type)[argument].default == told[argument]
    if "training" in type.call_arguments:  # Keras's default counts only outside of models
        assert fields(type)["training"].default is None


@pytest.mark.parametrize("name", COMPARED)
def test_random_layers(name: str, full: bool) -> None:
    """Drawn by ``Random``: Hypothesis takes as long to draw a case as Keras to make its layer."""
    for number in range(2000 if full else 150):
        case = draw_case(Random(f"{name}/{number}"), layer_types()[name])
        if disagreement(case) is not None:
            smaller = shrink(case)
            raise AssertionError(f"{smaller} of case {number}: {disagreement(smaller)}")


@pytest.mark.parametrize("name", [n for n in COMPARED if n != "Input"])
def test_as_the_program_calls_keras(name: str) -> None:
    """The layer that the program makes, called as it calls it, is the one compared with here."""
    random = Random(name)
    drawn = (draw_case(random, layer_types()[name], bad=0) for _ in range(300))
    case = next(c for c in drawn if accepts(c))
    layer = case.call.make()
    made = make_layer(layer)
    tensors = [keras.KerasTensor((None, *shape)) for shape in case.shapes]
    positional, named = layer.keras_call(tensors)
    outputs = made(*positional, **named)
    found = theirs(case)
    assert tuple(tuple(t.shape[1:]) for t in keras.tree.flatten(outputs)) == found.outputs
    assert [tuple(w.shape) for w in getattr(made, "weights", ())] == [w[1] for w in found.weights]


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda d: d.reason[:50])
def test_deviation_is_one(deviation: Deviation) -> None:
    """Each deviation is still there: we raise, and Keras does not."""
    with pytest.raises((ValidationError, ArgumentError, ShapeError, DtypeError)) as caught:
        ours(deviation.example)
    assert deviation.applies(deviation.example, caught.value)
    assert theirs(deviation.example).outputs


def test_keras_contradicts_itself() -> None:
    """Why shapes are also compared with what is calculated, before a deviation is one."""
    case = Case(Call(layer_types()["Rescaling"], {"scale": [1.0, 2.0, 3.0]}), ((4, 1),))
    assert theirs(case).outputs == ((4, 1),)
    assert run_keras(case).outputs == ((4, 3),)
    with pytest.raises(ValueError, match="3 numbers"):
        ours(case)


class Wrong(Conv2D):
    """A convolution with a mistake, under the name of the right one."""

    abstract = True
    mistake = ""

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = super().output_shape(*inputs)
        if self.mistake == "shape":
            return width, height, channels
        return height, width, channels

    def weights(self, *inputs: Shape) -> Any:
        kernel, *bias = super().weights(*inputs)
        if self.mistake == "order":
            return (*bias, kernel)
        if self.mistake == "name":
            return (kernel._replace(name="weight"), *bias)
        return (kernel._replace(trainable=False), *bias) if self.mistake == "frozen" else ()


@pytest.mark.parametrize("mistake", ["shape", "order", "name", "frozen", "none"])
def test_oracle_sees_mistakes(mistake: str) -> None:
    wrong = type("Conv2D", (Wrong,), {"mistake": mistake, "abstract": True, "rank": 2})
    case = Case(Call(wrong, {"filters": 2, "kernel_size": 3}), ((8, 9, 1),))
    assert disagreement(case)
