"""Layers called with inputs by name, against Keras: shapes, refusals, and what is calculated."""

import inspect
from random import Random
from typing import Any

import keras
import numpy as np
import pytest

from archspec.infer.infer import measure
from archspec.layers import layer_types
from archspec.records.record import ArgumentError
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import ShapeError
from tests.oracle import LACKS, make_keras
from tests.random_roles import NAMED, NamedCase, draw_named_case

BATCH = 13
"""A size that no shape has."""

STRICTER = {
    (
        "value_mask",
        "is for sequences",
    ): "Keras documents it for sequences, and mixes up the batch else",
    ("mask", "has the shape"): "masks of more axes than documented, which happen to fit",
}
"""Words of refusals that Keras does not share, and why."""


def call_by_name(layer: Any, case: NamedCase, tensors: list[Any], training: bool) -> Any:
    """Call a Keras layer as its signature has it, and not as we do."""
    options: dict[str, Any] = {
        n: v for n, v in case.call.arguments.items() if n in case.call.type.call_arguments
    }
    named: dict[str, Any] = {}
    states = []
    for (role, _), tensor in zip(case.inputs, tensors, strict=True):
        if role == "initial_state":
            states.append(tensor)
        else:
            named[role] = tensor
    if states:
        named["initial_state"] = states
    known = inspect.signature(layer.call).parameters
    options |= {"training": True} if training and "training" in known else {}
    if "query" in named and "query" not in known:  # attention without projections
        mask = [named.pop("query_mask", None), named.pop("value_mask", None)]
        options |= {} if mask == [None, None] else {"mask": mask}
        return layer([*named.values()], **options)
    if "query" in named and "value" not in named:
        named["value"] = named["query"]
    first = named.pop(next(iter(known)))
    return layer(first, **named, **options)


def theirs(case: NamedCase, real: bool) -> list[tuple[Any, ...]]:
    """Shapes of the outputs without the batch: as Keras tells them, or of what it calculates."""
    layer = make_keras(case.call)
    tensors = []
    for (role, shape), dtype in zip(case.inputs, case.dtypes(), strict=True):
        if real:
            sizes: Any = (BATCH, *shape)
            array = np.full(sizes, role.endswith("mask"), dtype)
            tensors.append(keras.ops.convert_to_tensor(array))
        else:
            tensors.append(keras.KerasTensor((None, *shape), dtype=dtype))
    outputs = keras.tree.flatten(call_by_name(layer, case, tensors, real))
    assert all(output.shape[0] in (None, BATCH) for output in outputs)
    return [tuple(output.shape[1:]) for output in outputs]


def disagreement(case: NamedCase) -> str | None:
    """How Keras differs; None if it does not."""
    try:
        layer = case.layer()
        ours = list(measure(layer, case.shapes()).outputs)
        layer.output_dtype(*case.dtypes())
    except (ArgumentError, ShapeError, DtypeError) as error:
        refused = str(error)
        try:
            told, real = theirs(case, False), theirs(case, True)
        except Exception:
            return None
        if told != real:
            return None  # Keras contradicts itself
        if any(all(word in refused for word in words) for words in STRICTER):
            return None
        return f"we raise {refused}; Keras gives {real}"
    for calculated in (False, True):
        try:
            found = theirs(case, calculated)
        except Exception as error:
            if any(part in str(error) for part in LACKS):
                return None
            return f"Keras raises {' '.join(str(error).split())[:300]}; we give {ours}"
        if found != ours:
            return f"ours {ours}, Keras {found}"
    return None


@pytest.mark.parametrize("name", NAMED)
def test_random_roles(name: str, full: bool) -> None:
    for number in range(500 if full else 8):
        case = draw_named_case(Random(f"{name}/{number}"), layer_types()[name])
        found = disagreement(case)
        assert found is None, f"{case} of case {number}: {found}"
