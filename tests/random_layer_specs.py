"""Random specs of one layer of any type, with any arguments, some of them by parameters."""

from collections import Counter
from random import Random
from typing import Any

from archspec.infer.infer import measure
from archspec.layers import layer_types
from archspec.records.record import ArgumentError, Field, ValidationError, fields
from archspec.shapes.dtypes import DtypeError
from archspec.shapes.shape import ShapeError
from tests.random_layers import Case, draw_case
from tests.special_arguments import Call

_KINDS: dict[type, str] = {bool: "bool", int: "int", float: "float", str: "str", list: "list"}


def draw_layer_spec(random: Random, made: Counter[str]) -> dict[str, Any]:
    """A spec whose only layer is drawn among all that there are, in a block or not."""
    case = _sound_case(random)
    made[case.call.type.__name__] += 1
    made["a layer with any arguments"] += 1
    dtypes = case.dtypes or ("float32",) * len(case.shapes)
    names = [f"in{n}" for n in range(len(case.shapes))]
    declared = zip(names, case.shapes, dtypes, strict=True)
    inputs = {n: {"shape": list(shape), "dtype": dtype} for n, shape, dtype in declared}
    params: dict[str, Any] = {}
    arguments = _arguments(random, case.call, params, random.choice((0.0, 0.3, 0.7)))
    entry: dict[str, Any] = {case.call.type.__name__: {"name": "it", **arguments}}
    own = entry[case.call.type.__name__]
    if random.random() < 0.15:
        own["trainable"] = False
    found: dict[str, Any] = {"archspec": 1, "inputs": inputs}
    if random.random() < 0.4:
        inner = names if len(names) > 1 else ["input"]
        own["from"] = inner if len(inner) > 1 else "input"
        kinds = {n: _KINDS[type(v)] for n, v in params.items()}
        found["blocks"] = {"b": {"params": kinds, "inputs": inner, "layers": [entry]}}
        call = {"b": {"name": "one", "from": names, **params}}
        found["layers"] = [call]
        made["a block"] += 1
        if random.random() < 0.5:
            found["layers"].append({"apply": {"layer": "one", "name": "two", "from": names}})
            found["outputs"] = ["one", "two"]
        return found
    own["from"] = names
    layer = case.call.make()
    found |= {"params": params, "layers": [entry]}
    if random.random() < 0.5:
        found["outputs"] = [f"it.{name}" if name else "it" for name in layer.output_names()]
    return found


def _sound_case(random: Random) -> Case:
    types = sorted(layer_types())
    while True:
        case = draw_case(random, layer_types()[random.choice(types)], bad=0)
        if not case.shapes or () in case.shapes:
            continue
        try:
            layer = case.call.make()
            measure(layer, case.shapes)
            layer.output_dtype(*(case.dtypes or ("float32",) * len(case.shapes)))
        except (ArgumentError, ValidationError, ShapeError, DtypeError):
            continue
        return case


def _arguments(
    random: Random, call: Call, params: dict[str, Any], share: float, inside: bool = False
) -> dict[str, Any]:
    """Arguments as they are written; some are put into ``params``."""
    found: dict[str, Any] = {}
    for name, value in call.arguments.items():
        field = fields(call.type)[name]
        if isinstance(value, Call):
            found[name] = {value.type.__name__: _arguments(random, value, params, share, True)}
            continue
        plain = _plain(value)
        if type(plain) in _KINDS and random.random() < share and _takes(field, plain):
            parameter = f"p{len(params)}"
            params[parameter] = plain
            marked = field.type.text or (inside and random.random() < 0.3)
            plain = f"${parameter}" if marked else parameter
        found[name] = plain
    return found


def _takes(field: Field, value: Any) -> bool:
    """Whether a parameter can stand for a value: what it has must not look like its type."""
    return not (isinstance(value, str) and value in _KINDS.values()) and bool(field.name)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
