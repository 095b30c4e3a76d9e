"""Random small networks as text: chains and branches of any layers, for oracles of whole networks."""

import json
from random import Random
from typing import Any

from archspec.layers import Layer, layer_types
from archspec.measure import measure
from archspec.record import snake_case
from archspec.shapes import Shape
from tests.random_layers import _draw_call, _fits_rank
from tests.special_arguments import Call

HEAD = {"archspec": 1, "name": "net"}


def as_data(value: Any) -> Any:
    """A call, or a value in one, as a spec has it."""
    if isinstance(value, Call):
        return {value.type.__name__: {k: as_data(v) for k, v in value.arguments.items()}}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    return value


def single(call: Call, shapes: tuple[Shape, ...]) -> str:
    """A spec of one layer."""
    names = [f"in{n}" for n in range(len(shapes))]
    ((word, arguments),) = as_data(call).items()
    entry = {word: {"name": "it", "from": names, **arguments}}
    inputs = {name: list(shape) for name, shape in zip(names, shapes, strict=True)}
    return json.dumps({**HEAD, "inputs": inputs, "layers": [entry], "outputs": ["it"]})
