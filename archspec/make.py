"""Records from plain values, with a diagnostic for everything that is wrong in them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from archspec.diagnostics import Place, Sink
from archspec.layers import Layer, layer_types, nearest
from archspec.record import (
    ArgumentError,
    Field,
    Record,
    ValidationError,
    fields,
    required_fields,
)

R = TypeVar("R", bound=Record)


class Maker:
    """Makes layers, each different one only once: equal layers are the same object."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._made: dict[tuple[str, str], Layer] = {}

    def known(self, word: str, arguments: Any) -> Layer | None:
        """The layer that was made of the same word and the same arguments before."""
        return self._made.get((word, repr(arguments)))

    def layer(self, type: type[Layer], arguments: dict[str, Any], place: Place) -> Layer | None:
        """A layer of plain arguments whose names have been checked."""
        key = (type.__name__, repr(arguments))
        layer = self._made.get(key)
        if layer is None:
            layer = self._make(type, arguments, place)
            if layer is not None:
                self._made[key] = layer
        return layer

    def _make(self, type: type[Layer], arguments: dict[str, Any], place: Place) -> Layer | None:
        known = fields(type)
        values = {}
        for name, value in arguments.items():
            field = known.get(name)
            if field and field.type.nested and isinstance(value, dict | str):
                value = self.nested(value, place.at(name))
                if value is None:
                    return None
            values[name] = value
        return make_record(type, values, place, self.sink, type.__name__)

    def nested(self, value: dict[str, Any] | str, place: Place) -> Layer | None:
        """A layer inside a layer: ``{LSTM: {units: 4}}``."""
        if isinstance(value, str):
            value = {value: None}
        if len(value) != 1:
            self.sink.report("AS206", place, "a layer is a one-key map such as {LSTM: {units: 4}}")
            return None
        (word, arguments) = next(iter(value.items()))
        at = place.at(word)
        type = layer_types().get(word)
        if type is None:
            near = nearest(word, list(layer_types()))
            help = [f"did you mean `{near}`?"] if near else []
            self.sink.report("AS201", at.key(), f"there is no layer `{word}`", help=help)
            return None
        arguments = arguments if arguments is not None else {}
        if not isinstance(arguments, dict):
            arguments = {next(iter(fields(type)), ""): arguments}
        if not check_names(type, arguments, at, self.sink, word):
            return None
        return self.layer(type, arguments, at)


def check_names(
    type: type[Record],
    names: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str] = (),
    codes: tuple[str, str] = ("AS202", "AS203"),
) -> bool:
    """Report unknown and missing arguments; whether there are none.

    A required argument that seems to be there under a misspelt name is not reported as missing.
    """
    known = fields(type)
    required = required_fields(type)
    if known.keys() >= names.keys() and required <= names.keys():
        return True
    allowed = [*known, *also]
    unknown = [n for n in names if n not in known and n not in also]
    missing = [n for n in known if n in required and n not in names]
    if not unknown and not missing:
        return True
    kind = "argument" if codes[0] == "AS202" else "key"
    for name in unknown:
        near = nearest(name, allowed)
        if near in missing:
            missing.remove(near)
        help = [f"did you mean `{near}`?"] if near else []
        if not near:
            help = [
                f"{subject} takes {_listed(list(known))}"
                if known
                else f"{subject} takes no {kind}s"
            ]
        message = f"{subject} has no {kind} `{name}`"
        sink.report(codes[0], place.at(name, part="key"), message, help=help)
    if missing:
        words = _listed([f"`{m}`" for m in missing])
        help = [f"`{m}`: {known[m].type.expects_for(type)}" for m in missing]
        sink.report(codes[1], place.key(), f"{subject} needs {words}", help=help)
    return False


def make_record(
    type: type[R],
    values: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    code: str = "AS204",
) -> R | None:
    """A record of plain values, or None after reporting what is wrong with them."""
    try:
        return type(**values)
    except ArgumentError as error:
        at = place.at(error.argument) if error.argument in values else place.key()
        help = [error.help] if error.help else []
        sink.report("AS205", at, f"{subject}: {error.message}", help=help)
    except ValidationError as error:
        known = fields(type)
        told = set()
        for detail in error.errors(include_url=False, include_context=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            if name in told or name not in known:
                continue
            told.add(name)
            report_bad_value(
                known[name], type, values.get(name), place.at(name), sink, subject, code
            )
    return None


def report_bad_value(
    field: Field,
    owner: type[Record],
    value: Any,
    place: Place,
    sink: Sink,
    subject: str,
    code: str = "AS204",
) -> None:
    """Say what an argument takes, and what it got."""
    message = (
        f"`{field.name}` of {subject} must be {field.type.expects_for(owner)}, not {show(value)}"
    )
    help = []
    if isinstance(value, float) and "whole number" in field.type.expects:
        help.append("floor(), ceil() or round() makes a whole number")
    if isinstance(value, str) and field.type.text:
        choices = [w for w in field.type.expects.replace("`", " ").replace(",", " ").split() if w]
        if field.name == "activation":
            from archspec.arguments import ACTIVATIONS

            choices = list(ACTIVATIONS)
        near = nearest(value, choices)
        if near and near != value:
            help.append(f"did you mean `{near}`?")
        if value == "channels_first":
            help.append("shapes are channels-last here: height, width, channels")
    sink.report(code, place, message, help=help)


def show(value: Any) -> str:
    """A value as a spec would write it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{k}: {show(v)}" for k, v in list(value.items())[:4]) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(show(v) for v in value[:8]) + (", …]" if len(value) > 8 else "]")
    else:
        text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 60 else text[:57] + "…"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
