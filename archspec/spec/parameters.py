"""Parameters: their declarations, their types, and other values for them."""

import re
from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.sink import REPORTED, Note, Place, Sink
from archspec.diagnostics.spelling import suggest
from archspec.formulas.expressions import is_name
from archspec.parse.document import holds_hole
from archspec.spec.check_values import show
from archspec.spec.lint import lint_parameters
from archspec.spec.types import Parameter, Spec

ELSEWHERE = "its file lies outside this folder: with `--root DIR` its parameters are told"

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "list": (list,),
}


def declared_parameters(values: dict[str, Any], place: Place, sink: Sink) -> dict[str, Parameter]:
    """The parameters of a spec or a block: names with a default, or with a type."""
    params = {}
    for name, value in values.items():
        at = place.at(name)
        if not is_name(name):
            message = f"`{name}` cannot be the name of a parameter"
            help = ["use letters, digits and `_`" + better_name(name)]
            sink.report("AS106", at.key(), message, help=help)
            continue
        words = type_words(value)
        if holds_hole(value):
            params[name] = Parameter(name, "any", REPORTED, False, at)
            continue
        if isinstance(value, dict):
            message = f"parameter `{name}` must be a number, a truth value, text or a list"
            help = [f"write its default, such as `{name}: 1`, or its type: `{name}: int`"]
            sink.report("AS107", at, f"{message}, not {show(value)}", help=help)
            params[name] = Parameter(name, "any", REPORTED, False, at)
            continue
        params[name] = Parameter(
            name,
            words or type_name(value),
            None if words else value,
            words is not None,
            at,
        )
    lint_parameters(params, sink)
    return params


def set_parameters(
    spec: Spec, values: Mapping[str, Any], places: Mapping[str, Place], sink: Sink
) -> Spec:
    """The spec with other values for its parameters; reports those that it does not have."""
    merged = dict(spec.values)
    for name, value in values.items():
        place = places[name]
        param = spec.params.get(name)
        if param is None:
            listed = ", ".join(f"`{n}`" for n in spec.params)
            help = [suggest(name, list(spec.params), f"it has {listed or 'none'}")]
            message = f"`{spec.name}` has no parameter `{name}`"
            if sink.withholds(spec.body.place):
                message, help = f"the network has no parameter `{name}`", [ELSEWHERE]
            sink.report("AS110", place.key(), message, help=help)
        elif holds_hole(value):
            merged[name] = REPORTED
        elif check_type(param, value, place, sink):
            merged[name] = value
    return spec._replace(values=merged, changed=spec.changed or merged != spec.values)


def require_values(spec: Spec, sink: Sink) -> None:
    """Report the parameters of a network that have a type but no value."""
    for param in spec.params.values():
        if param.required and spec.values[param.name] is None:
            message = f"parameter `{param.name}` needs a value here"
            help = [
                f"write a default instead of `{param.type}`, or give one: `--set {param.name}=…`"
            ]
            sink.report("AS107", param.place, message, help=help)


def type_words(value: Any) -> str | None:
    """``int``, or several types such as ``int | list``, if the value of a parameter is that."""
    if not isinstance(value, str):
        return None
    words = [w.strip() for w in value.split("|")]
    return " | ".join(words) if all(w in TYPES for w in words) else None


def type_name(value: Any) -> str:
    """The type of a parameter with that default; null takes anything."""
    if value is None:
        return "any"
    return "float" if isinstance(value, float) else type(value).__name__


def check_type(param: Parameter, value: Any, place: Place, sink: Sink) -> bool:
    """Whether a value has the type of a parameter; reports if not."""
    words = param.type.split(" | ")
    wanted = tuple([t for w in words for t in TYPES.get(w, ())])
    if not wanted or (param.default is None and value is None and not param.required):
        return True
    if isinstance(value, wanted) and ("bool" in words or not isinstance(value, bool)):
        return True
    help = []
    if param.type == "int" and isinstance(value, float):
        help = ["floor(), ceil() or round() makes a whole number"]
        if not param.required and not sink.withholds(param.place):
            help.append(f"for fractions, declare the default as `{param.name}: {param.default}.0`")
    message = f"parameter `{param.name}` is of type {param.type}, not {show(value)}"
    notes = [Note("it is declared here", param.place.key())]
    sink.report("AS111", place, message, help=help, notes=notes)
    return False


def better_name(name: str) -> str:
    """A name that is allowed and looks like another, for a message; empty if there is none."""
    better = re.sub(r"\W", "_", name.strip())
    return f": `{better}`" if is_name(better) and better != name else ""
