"""Defaults of a file: ``defaults: {Conv2D: {use_bias: false}}``, for the layers written in it."""

from collections.abc import Container, Mapping
from typing import Any

from archspec.diagnostics.fixes import Fix, remove, renamed, replace
from archspec.diagnostics.sink import Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, near_words
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
from archspec.spec.defaults import DEFAULTS, Defaults
from archspec.spec.read_formulas import read_template
from archspec.spec.words import CONSTRUCTS


def read_defaults(
    values: Mapping[str, Any] | None,
    place: Place,
    scope: frozenset[str],
    blocks: Container[str],
    sink: Sink,
) -> Defaults:
    """The defaults of a file; those that are wrong, which is reported, are left out."""
    found = Defaults()
    if values and _are_arguments(values, place, sink):
        return found
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


def _are_arguments(values: Mapping[str, Any], place: Place, sink: Sink) -> bool:
    """Whether arguments stand there without their layer, which is reported."""
    if any(find_layer(word) is not None for word in values):
        return False
    from archspec.spec.meant_forms import argument_names, kinds_that_take
    from archspec.spec.meant_values import as_written

    names = argument_names()
    if not all(word in names for word in values):
        return False
    kinds = kinds_that_take(values, place.document.at(()))
    meant = {kind: dict(values) for kind in kinds}
    help: list[str | Fix] = ["defaults are those of a layer: `{Conv2D: {use_bias: false}}`"]
    help += [replace(did_you_mean(as_written(meant)), place, meant)] if meant else []
    words = ", ".join(f"`{word}`" for word in values)
    sink.report("AS104", place, f"{words} of which layer? `{DEFAULTS}` has layers", help=help)
    return True


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
        if name not in known or holds_hole(value):
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
