"""Arguments of a layer's call in a model's config: as they were given, with tensors in their places.

Keras 3 writes them so: ``{"args": [tensor, 3.0], "kwargs": {}}``. Keras 1 and 2 wrote the first
argument as lists of ``["conv1", 0, 0, {"y": 3.0}]``: layer, number of its call, output, and all
other arguments by name; these stand beside each tensor of the first one, and tensors among them
are ``["conv2", 0, 0]``. A first argument that is no tensor is ``["_CONSTANT_VALUE", -1, 3.0, {}]``.
What is written otherwise is refused, so that nothing is left out in silence.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.weights.stored.error import StructureError
from archspec.weights.structure.nodes import Entries, call_number

_CONSTANT = "_CONSTANT_VALUE"


class Reference(NamedTuple):
    """A tensor: an output of a call of a layer."""

    layer: str
    number: int
    output: int
    shape: tuple[int | None, ...] | None
    """Its sizes with the batch, where they are written."""
    dtype: str
    """Empty where it is not written."""


class CallArguments(NamedTuple):
    """Arguments by position and by name; tensors in them are references."""

    positional: list[Any]
    named: dict[str, Any]


def read_call(arguments: Any, entries: Entries) -> CallArguments:
    """The arguments of one call.

    Raises:
        StructureError: they are written in a way that is not understood.
    """
    if isinstance(arguments, dict):
        args, kwargs = arguments.get("args"), arguments.get("kwargs", {})
        if isinstance(args, list | tuple) and isinstance(kwargs, dict) and len(arguments) <= 2:
            return CallArguments(
                [_value(a) for a in args], {k: _value(v) for k, v in kwargs.items()}
            )
    elif isinstance(arguments, list) and arguments:
        return _read_list(arguments, entries)
    raise _refused(arguments)


def leaves(value: Any, type: type[Any] = Reference) -> Iterator[Any]:
    """All tensors in arguments, in the order in which Keras goes through them: maps by their keys."""
    if isinstance(value, type):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from leaves(value[key], type)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, type)


def replaced(value: Any, type: type[Any], new: Any) -> Any:
    """Arguments with something else in the place of each tensor: ``new(tensor)``."""
    if isinstance(value, type):
        return new(value)
    if isinstance(value, dict):
        return {key: replaced(value[key], type, new) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [replaced(inner, type, new) for inner in value]
    return value


def _value(value: Any) -> Any:
    """A value as Keras 3 writes it."""
    if isinstance(value, dict):
        if value.get("class_name") != "__keras_tensor__":
            return {key: _value(inner) for key, inner in value.items()}
        config = value["config"]
        name, number, output = config["keras_history"]
        shape = config.get("shape")
        known = tuple(shape) if isinstance(shape, list | tuple) else None
        return Reference(name, number, output, known, str(config.get("dtype") or ""))
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value]
    return value


def _read_list(arguments: list[Any], entries: Entries) -> CallArguments:
    others: list[dict[str, Any]] = []

    def first(value: Any) -> Any:
        if _is_tensor(value) and len(value) <= 4:
            name, number, output, *rest = value
            options = (rest[0] if rest else None) or {}
            if isinstance(options, dict):
                others.append(options)
                return output if name == _CONSTANT else _reference(name, number, output, entries)
        elif isinstance(value, list) and value and not isinstance(value[0], str):
            return [first(inner) for inner in value]
        elif isinstance(value, dict) and value:
            return {key: first(value[key]) for key in sorted(value)}
        raise _refused(value)

    found = first(arguments)
    if any(options != others[0] for options in others):
        raise _refused(arguments)
    return CallArguments([found], {key: _named(value, entries) for key, value in others[0].items()})


def _named(value: Any, entries: Entries) -> Any:
    """An argument by name, as Keras 2 wrote it."""
    if _is_tensor(value) and len(value) == 3 and type(value[2]) is int:
        return _reference(value[0], value[1], value[2], entries)
    if isinstance(value, list):
        return [_named(inner, entries) for inner in value]
    if isinstance(value, dict):
        return {key: _named(inner, entries) for key, inner in value.items()}
    return value


def _is_tensor(value: Any) -> bool:
    """Whether it begins as a tensor does: with a layer and the number of a call."""
    long = isinstance(value, list) and len(value) >= 3
    return long and isinstance(value[0], str) and type(value[1]) is int


def _reference(name: str, number: int, output: Any, entries: Entries) -> Reference:
    if name not in entries or type(output) is not int:
        raise _refused([name, number, output])
    return Reference(name, call_number(entries, name, number), output, None, "")


def _refused(value: Any) -> StructureError:
    told = json.dumps(value, default=str)
    told = told if len(told) <= 80 else f"{told[:77]}..."
    return StructureError(f"these arguments of a call are not understood: {told}")
