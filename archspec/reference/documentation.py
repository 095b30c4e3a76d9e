"""What the sources say of records: docstrings of classes and fields, families, an example.

The docstring under a field is not kept at run time, so it is read from the source, and only when
someone asks.
"""

import ast
import sys
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from archspec.layers import Layer, layer_types
from archspec.layers.measure import Facts, measure
from archspec.records.cache import once_per_class
from archspec.records.field_values import takes
from archspec.records.record import ArgumentError, Record, fields
from archspec.shapes.shape import Shape, ShapeError

FAMILIES = {
    "io": "input",
    "conv": "convolution",
    "pool": "pooling",
    "dense": "dense",
    "norm": "normalization",
    "activation": "activation",
    "merge": "merging",
    "reshape": "reshaping",
    "dropout": "dropout, noise and other regularization",
    "recurrent": "recurrent, and over time",
    "attention": "attention",
    "embedding": "embedding",
    "other": "other",
    "operation": "operations of keras.ops",
}
"""Family → what it is called, in the order in which people meet them."""


ROLES = {
    "inputs": "what it reads",
    "mask": "true where a step, or a place, of the input counts",
    "sequences": "what is read step by step",
    "initial_state": "the states to start with, a list if there are several; zeros if left out",
    "query": "the positions that ask: the output has as many",
    "value": "what a mean is taken of; in self-attention the query, if left out",
    "key": "what the query is compared with; the value if left out",
    "query_mask": "true where a position of the query counts; the output is 0 elsewhere",
    "value_mask": "true where a position of the value counts",
    "key_mask": "true where a position of the key counts",
    "attention_mask": "(positions of the query, positions of the key): true where one attends to the other",
    "condition": "where it is true, or not 0, the output has values of `x1`, and of `x2` elsewhere",
    "x1": "the first of both",
    "x2": "the second of both",
}
"""Keras's names of inputs, and what they are."""


class Example(NamedTuple):
    """A layer with plausible arguments, and what it does with inputs of plausible shapes."""

    layer: Layer
    inputs: tuple[Shape, ...]
    facts: Facts


def summary_of(cls: type[Record]) -> str:
    """The first sentence of a class's docstring, without its period."""
    text = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
    return text.removesuffix(".")


def description_of(cls: type[Record]) -> str:
    """A class's docstring, a line for each paragraph."""
    paragraphs = (cls.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs if p.strip())


def field_docs(cls: type[Record]) -> dict[str, str]:
    """The docstrings under the fields of a class and of its bases, by name as in a spec."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Record):
            found.update(_own_docs(base))
    return {name: found.get(field.attribute, "") for name, field in fields(cls).items()}


@once_per_class
def _own_docs(cls: type[Record]) -> dict[str, str]:
    """Docstrings of a class's own fields."""
    body = _class_body(cls)
    found = {}
    for statement, following in pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = following.value if isinstance(following, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[statement.target.id] = " ".join(text.value.split())
    return found


def _class_body(cls: type) -> list[ast.stmt]:
    for statement in _module_body(cls.__module__):
        if isinstance(statement, ast.ClassDef) and statement.name == cls.__name__:
            return statement.body
    return []


@cache
def _module_body(name: str) -> list[ast.stmt]:
    """The statements of a module; none if its source is not at hand."""
    module = sys.modules.get(name)
    loader: Any = getattr(getattr(module, "__spec__", None), "loader", None)
    try:
        source = loader.get_source(name)
    except (AttributeError, ImportError, OSError):
        return []
    return ast.parse(source).body if source else []


def families() -> dict[str, list[type[Layer]]]:
    """The layers by family, families and layers in order."""
    found: dict[str, list[type[Layer]]] = {name: [] for name in FAMILIES}
    for layer in layer_types().values():
        found.setdefault(group_of(layer), []).append(layer)
    return {name: layers for name, layers in found.items() if layers}


def group_of(layer: type[Layer]) -> str:
    """The key in ``FAMILIES`` under which a layer is listed: its family, unless it is an operation."""
    return "operation" if layer.operation else layer.family


_VALUES: dict[str, Any] = {
    "activation": "relu",
    "axes": -1,
    "dims": [2, 1],
    "equation": "abc,cd->abd",
    "factor": 0.2,
    "filters": 64,
    "height": 24,
    "height_factor": 0.2,
    "input_dim": 10_000,
    "kernel_size": 3,
    "key_dim": 64,
    "head_dim": 64,
    "n": 3,
    "num_heads": 8,
    "num_key_value_heads": 2,
    "num_query_heads": 8,
    "output_dim": 128,
    "output_shape": [None, 64],
    "output_size": 7,
    "pool_size": 2,
    "rate": 0.5,
    "scale": 0.5,
    "shape": [224, 224, 3],
    "sequence_length": 100,
    "stddev": 0.1,
    "target_shape": [-1],
    "units": 64,
    "width": 24,
    "width_factor": 0.2,
}
"""Plausible values of arguments that have no default, by Keras's name."""

_OF_OPERATIONS: dict[str, dict[str, Any]] = {
    "Clip": {"x_min": 0, "x_max": 6},
    "Divide": {"x2": 8},
    "Einsum": {"subscripts": "bij,bkj->bik"},
    "Equal": {"x2": 0},
    "GetItem": {"axis": -1, "start": 0, "stop": 4},
    "Greater": {"x2": 0},
    "GreaterEqual": {"x2": 0},
    "Less": {"x2": 0},
    "LessEqual": {"x2": 0},
    "NotEqual": {"x2": 0},
    "Pad": {"pad_width": [[0, 0], [1, 1], [0, 0]]},
    "Power": {"x2": 3},
    "Roll": {"shift": 1, "axis": 1},
    "Split": {"indices_or_sections": 2, "axis": -1},
    "Take": {"indices": [0, 2], "axis": 1},
    "Tile": {"repeats": [1, 2, 1]},
    "Transpose": {"axes": [0, 2, 1]},
    "Where": {"x1": 1, "x2": 0},
}
"""Arguments of operations that need some; where it is an axis alone, the last one."""

_SHAPES: dict[int, Shape] = {
    1: (256,),
    2: (100, 64),
    3: (32, 32, 16),
    4: (16, 32, 32, 8),
    5: (8, 16, 32, 32, 4),
}


def example_of(cls: type[Layer]) -> Example | None:
    """A layer with only the arguments that it needs; None if no plausible ones are right."""
    for layer in _layers(cls):
        for inputs in _inputs(cls):
            try:
                return Example(layer, inputs, measure(layer, inputs))
            except ShapeError:
                continue
    return None


def more_outputs(cls: type[Layer]) -> dict[str, tuple[str, ...]]:
    """Arguments that, if true, give a layer more outputs than the first, and the names of these.

    Those that an example of it has anyhow stand under no argument, with another name of the first.
    """
    layer = next(iter(_layers(cls)), None)
    found = {}
    if layer is not None and layer.first_output():
        return {"": (layer.first_output(), *layer.output_names()[1:])}
    for name, field in fields(cls).items():
        if layer is not None and field.default is False and takes(cls, name, True):
            try:
                more = layer.replace(**{name: True}).output_names()[1:]
            except ArgumentError:
                continue
            if more:
                found[name] = more
    return found


def _layers(cls: type[Layer]) -> list[Layer]:
    """The layer with what it needs; around a Dense or, for those that refuse it, an LSTM."""
    if cls.operation:
        axis = {"axis": -1} if "axis" in fields(cls) else {}
        return [cls(**_OF_OPERATIONS.get(cls.__name__, axis))]
    needed = [f.name for f in fields(cls).values() if f.required]
    nested = any(f.required and f.type.nested for f in fields(cls).values())
    found = []
    for inner in ("Dense", "LSTM") if nested else ("",):
        values = {name: _plausible(cls, name, inner) for name in needed}
        try:
            found.append(cls(**values))
        except ArgumentError as error:  # one that is needed in this case
            if error.argument not in values:
                values[error.argument] = _plausible(cls, error.argument, inner)
                found.append(cls(**values))
    return found


def _plausible(cls: type[Layer], name: str, inner: str) -> Any:
    if fields(cls)[name].type.nested:
        return layer_types()[inner](units=64)
    values = (_VALUES.get(name), 4, [0.5])
    return next((v for v in values if v is not None and takes(cls, name, v)), None)


def _inputs(cls: type[Layer]) -> list[tuple[Shape, ...]]:
    least, most = cls.inputs
    if most == 0:
        return [()]
    lowest, highest = cls.dims or (1, 5)
    vectors = cls.family in ("dense", "embedding") or highest - lowest < 4
    order = range(lowest, highest + 1) if vectors else (3, 2, 1, 4, 5)
    shapes = [_SHAPES[n] for n in order if n in _SHAPES]
    if cls.operation:
        lowest, highest = 2, 6
    count = max(least, 2 if most > 9 else 1)
    return [(shape,) * count for shape in (*shapes, (32, 32, 3), (1,), (1, 1))]
