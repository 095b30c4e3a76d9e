"""What to say of a value that an argument or a key does not take."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import did_you_mean, nearest
from archspec.formulas.values import show
from archspec.parse.document import holds_hole
from archspec.records.record import LARGEST_FLOAT, Field, Kind, Record


def report_bad_value(
    field: Field,
    owner: type[Record],
    value: Any,
    place: Place,
    sink: Sink,
    subject: str,
    code: str = "AS204",
    scope: Iterable[str] = (),
) -> None:
    """Say what an argument takes, and what it got; nothing, if that could not be read."""
    if holds_hole(value):
        return
    expects, kind = expected(field, owner), field.type.kind_for(owner)
    message = f"`{field.name}` of {subject} must be {expects}, not {show(value)}"
    notes = []
    if not isinstance(place.document.at(place.path[:-1]), dict) and subject == owner.__name__:
        notes.append(f"a value alone stands for the first argument, here `{field.name}`")
    help = []
    if isinstance(value, float) and kind is Kind.WHOLE:
        help.append("floor(), ceil() or round() makes a whole number")
    if type(value) in (int, float) and abs(value) > LARGEST_FLOAT and kind is not Kind.WHOLE:
        help.append("32-bit floats go up to 3.4e38")
    written = place.document.at(place.path)
    if written != value:
        notes += used_parameters([written], scope)
    if isinstance(value, str) and (field.type.text or value in scope):
        help += _help_for_word(field, value, kind, scope)
    elif kind in (Kind.TEXT, Kind.NAME) and value is not None:
        if isinstance(value, int | float):
            help.append(f'in quotes it is text: `{field.name}: "{show(value)}"`')
    else:
        help += _help_for_form(field, owner, value, kind)
    sink.report(code, place, message, notes=notes, help=help)


def used_parameters(written: Iterable[Any], scope: Iterable[str]) -> list[str]:
    """The values of the parameters in formulas; nothing where they have none yet."""
    if not isinstance(scope, Mapping):
        return []
    text = " ".join(w for w in written if isinstance(w, str))
    used = [n for n in sorted(scope) if n and re.search(rf"(?<!\w){n}(?!\w)", text)]
    return [", ".join(f"`{n}` is {show(scope[n])}" for n in used) + " here"] if used else []


def expected(field: Field, owner: type[Record]) -> str:
    """What would be right; that an optional argument can be null says nothing."""
    type = field.type
    return type.value_for(owner) if field.default is None else type.expects_for(owner)


def _help_for_form(field: Field, owner: type[Record], value: Any, kind: Kind) -> list[str]:
    """What to say of a value that has another form than is needed."""
    if kind is Kind.LAYERS:
        if isinstance(value, str):
            return ["begin the list in the next line, each layer with `- `"]
        glued = [w for w in value if re.match(r"-\w", str(w))] if isinstance(value, dict) else []
        if glued:
            return [f"a space follows the dash: `- {glued[0][1:]}`"]
        if isinstance(value, dict):
            return ["begin each layer with `- `"]
    if kind is Kind.BRANCHES and isinstance(value, list):
        return ["each branch has a name, and a list of layers: `left: [Conv2D: {…}]`"]
    if kind is Kind.NAMES:
        numbers = value if isinstance(value, list) else [value]
        if any(isinstance(n, int) for n in numbers):
            return ["wires are names, not numbers: `name: left` there, `left` here"]
    rank = owner.__name__[-2:]
    if field.name == "padding" and type(value) is int and rank in ("1D", "2D", "3D"):
        return [f"`ZeroPadding{rank}: {value}` before it puts zeros on the border"]
    return []


def _help_for_word(field: Field, value: str, kind: Kind, scope: Iterable[str]) -> list[str]:
    if value in scope:
        return [f"for the parameter write `{field.name}: ${value}`"]
    if value.lower() == "none" and field.default is None:
        return ["leave it out, or write `null`"]
    if value == "channels_first":
        return ["shapes are channels-last here: height, width, channels"]
    words = list(field.type.choices)
    if kind is Kind.CHOICE and field.type.null and field.default is not None:
        words.append("null")
    near = nearest(value, words)
    if near and near != value:
        return [did_you_mean(near)]
    return [f"there are {', '.join(words)}"] if words and kind is not Kind.CHOICE else []
