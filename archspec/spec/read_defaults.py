"""Defaults of a file: ``defaults: {Conv2D: {use_bias: false}}``, for the layers written in it."""

from collections.abc import Container, Mapping, Set
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, renamed
from archspec.diagnostics.sink import Note, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.formulas.read import read_template
from archspec.layers import Layer, layer_types
from archspec.layers.plugins import find_layer
from archspec.parse.document import holds_hole
from archspec.records.record import fields
from archspec.spec.check_values import (
    check_names,
    check_some,
    show,
    sound_values,
)
from archspec.spec.defaulted import DEFAULTS, default_place
from archspec.spec.short_forms import is_alone
from archspec.spec.words import CONSTRUCTS


class Defaults:
    """The arguments that layers of a file have if they give none."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        """As they are written, by the word of the layer; those that are sound."""
        self._names: dict[tuple[str, str], frozenset[str]] = {}
        self.used: set[tuple[str, str]] = set()
        """Layer and argument of those that some layer has."""

    def add(self, word: str, name: str, value: Any, names: frozenset[str]) -> None:
        """Another one, with the names that its formulas use."""
        self.values.setdefault(word, {})[name] = value
        self._names[word, name] = names

    def fill(
        self, type: type[Layer], own: dict[str, Any], hidden: Set[str], place: Place, sink: Sink
    ) -> dict[str, Any]:
        """The arguments of an entry with those that it does not give.

        A formula means names of the file: where others hide them, that is reported, and the
        default left out.
        """
        word = type.__name__
        found = dict(own)
        for name, value in self.values[word].items():
            if name in own:
                continue
            self.used.add((word, name))
            lost = self._names[word, name] & hidden
            if lost:
                other = ", ".join(f"`{n}`" for n in sorted(lost))
                message = f"the default of `{name}` means {other} of the file, which is hidden here"
                notes = [Note("the default is here", default_place(place, word, name))]
                help: list[str | Fix] = [f"write `{name}` here, or choose another name there"]
                sink.report("AS208", place.key(), message, notes=notes, help=help)
                continue
            found[name] = self.inside(value, hidden, place, sink)
        return found

    def inside(self, value: Any, hidden: Set[str], place: Place, sink: Sink) -> Any:
        """A layer in a layer, as it is written, with the arguments that it does not give."""
        word, given = value, None
        if isinstance(value, dict) and len(value) == 1:
            ((word, given),) = value.items()
        kind = find_layer(word) if isinstance(word, str) else None
        if kind is None:
            return value
        if given is not None and (not isinstance(given, dict) or is_alone(kind, given, ())):
            given = {next(iter(fields(kind)), ""): given}
        filled = {**(given or {})}
        if word in self.values:
            filled = self.fill(kind, filled, hidden, place, sink)
        for name, argument in filled.items():
            if name in fields(kind) and fields(kind)[name].type.nested:
                filled[name] = self.inside(argument, hidden, place, sink)
        return {word: filled} if filled else value


def read_defaults(
    values: Mapping[str, Any] | None,
    place: Place,
    scope: frozenset[str],
    blocks: Container[str],
    sink: Sink,
) -> Defaults:
    """The defaults of a file; those that are wrong, which is reported, are left out."""
    found = Defaults()
    for word, arguments in (values or {}).items():
        at = place.at(word)
        if word in blocks or word in CONSTRUCTS:
            what = "block" if word in blocks else "word of the language"
            message = f"`{DEFAULTS}` are those of layers, and `{word}` is a {what}"
            help = ["a block has its own, under its `params`"] if word in blocks else []
            sink.report("AS201", at.key(), message, help=help)
            continue
        type = find_layer(word)
        if type is None:
            near = near_words(word, layer_types())
            fixes: list[str | Fix] = [
                renamed(at.key(), n, near.certain)._replace(otherwise=did_you_mean(n))
                for n in near.words
            ]
            fixes = fixes or ["`archspec layers` lists the layers"]
            sink.report("AS201", at.key(), f"there is no layer `{word}`", help=fixes)
            continue
        if holds_hole(arguments) or arguments is None:
            continue
        if not isinstance(arguments, dict):
            message = f"the defaults of `{word}` are a map of arguments, not {show(arguments)}"
            sink.report("AS104", at, message, help=["by their names: `{use_bias: false}`"])
            continue
        _read(found, type, arguments, at, scope, sink)
    return found


def _read(
    found: Defaults,
    type: type[Layer],
    arguments: dict[str, Any],
    at: Place,
    scope: frozenset[str],
    sink: Sink,
) -> None:
    """The defaults of one layer."""
    word = type.__name__
    check_names(type, arguments, at, sink, word, needs=frozenset())
    known = fields(type)
    plain: dict[str, Any] = {}
    names: dict[str, frozenset[str]] = {}
    for name, value in arguments.items():
        if name not in known:
            continue
        if known[name].required:
            message = f"`{name}` has no default: each {word} gives its own"
            help = [remove(f"leave out `{name}`", at.at(name))]
            sink.report("AS104", at.at(name).key(), message, help=help)
            continue
        kind = known[name].type
        template = read_template(value, kind.text or kind.nested, at.at(name), scope, sink)
        if isinstance(template, Reported):
            continue
        names[name] = template.names
        if not template.names and not kind.nested:
            plain[name] = template.value
    told = sink.reports
    check_some(type, plain, at, sink, scope)
    bad = plain.keys() - sound_values(type, plain).keys() if sink.reports != told else set()
    for name in names.keys() - bad:
        found.add(word, name, arguments[name], names[name])
