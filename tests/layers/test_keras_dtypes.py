"""Types of values and of weights against Keras; ``python tests/dtypes_run.py`` compares many more."""

from random import Random
from typing import Any

import keras
import pytest

import archspec
from archspec.diagnostics.sink import Sink
from archspec.emit.keras.build import build_model
from archspec.layers import layer_types
from archspec.layers.core import ReversibleEmbedding
from archspec.records.record import bare_field, fields
from archspec.shapes.dtypes import DTYPES, POLICIES, common
from tests import oracle
from tests.dtypes_run import difference, draw

NAMES = sorted(set(oracle.compared()) - {"Input"})


@pytest.mark.parametrize("name", NAMES)
def test_random_dtypes(name: str) -> None:
    for number in range(2):
        case = draw(Random(f"{name}/{number}"), name)
        assert difference(case) is None, f"{case} of case {number}"


def test_common_types_are_those_of_keras() -> None:
    known = [dtype for dtype in DTYPES if dtype != "string"]
    for one in known:
        for other in known:
            if one != other:
                assert common((one, other)) == keras.backend.result_type(one, other)


def test_every_layer_takes_a_dtype() -> None:
    """But operations, which take what they read as it is."""
    without = {name for name, kind in layer_types().items() if "dtype" not in fields(kind)}
    assert without == {name for name, kind in layer_types().items() if kind.operation}
    assert all(bare_field(kind) != "dtype" for kind in layer_types().values())


SPEC = """
archspec: 1
params: {policy: mixed_float16}
defaults: {Conv2D: {dtype: $policy}}
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3}
  - BatchNormalization: {dtype: bfloat16}
  - Flatten
  - Dense: {units: 2, dtype: float64}
"""


def test_dtypes_of_a_model() -> None:
    shaped = archspec.loads(SPEC)
    built = build_model(shaped, Sink())
    assert built is not None
    policies = [getattr(layer.dtype_policy, "name", "") for layer in built.model.layers]
    assert policies == ["float32", "mixed_float16", "bfloat16", "float32", "float64"]
    for node in shaped.nodes[1:]:
        made = built.layers[node.index]
        assert [w.dtype or "float32" for w in node.facts.weights] == [w.dtype for w in made.weights]


OWN = """
archspec: 1
inputs: {x: [6, 8], image: [4, 4, 8]}
layers:
  - PositionEmbedding: {sequence_length: 6, dtype: mixed_float16, from: x}
  - LayerScale: {dtype: float16}
  - Weight: {shape: [1, 8], dtype: float64, name: class}
  - Concatenate: {axis: 1, from: [class, layer_scale], dtype: bfloat16}
  - LocalResponseNormalization: {dtype: bfloat16, from: image}
outputs: [concatenate, local_response_normalization]
"""


def test_dtypes_of_layers_that_keras_lacks() -> None:
    shaped = archspec.loads(OWN)
    built = build_model(shaped, Sink())
    assert built is not None
    for node in shaped.nodes:
        assert shaped.dtypes[node.index] == built.outputs[node.index][0].dtype, node.name
        made = getattr(built.layers.get(node.index), "weights", ())
        assert [w.dtype or "float32" for w in node.facts.weights] == [w.dtype for w in made]


@pytest.mark.parametrize("policy", [None, *POLICIES])
def test_a_table_that_is_read_backwards_casts_nothing(policy: str | None) -> None:
    """What comes out has the wider of the types of what is read and of the policy."""
    given: dict[str, Any] = {} if policy is None else {"dtype": policy}
    for read in ("float16", "bfloat16", "float32", "float64"):
        made = keras.layers.ReversibleEmbedding(4, 3, **given)
        theirs = made(keras.ops.ones((2, 5, 3), dtype=read), reverse=True).dtype
        ours = ReversibleEmbedding(input_dim=4, output_dim=3, reverse=True, **given)
        assert ours.output_dtype(read) == keras.backend.standardize_dtype(theirs), read
