"""Formulas in their scope: read from a document, with every unknown name reported."""

import re
from collections.abc import Iterable
from typing import Any

from archspec.diagnostics.sink import REPORTED, Path, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, nearest
from archspec.formulas.explain import ExpressionError
from archspec.formulas.templates import Template, make_template
from archspec.layers import layer_type
from archspec.records.record import fields

_OTHER_WORDS = {
    **dict.fromkeys(("yes", "on", "y"), "true"),
    **dict.fromkeys(("no", "off", "n"), "false"),
    **dict.fromkeys(("none", "nil", "undefined"), "null"),
}
"""Words that mean something in YAML 1.1 or elsewhere."""
_MOST_SHOWN = 8


def read_template(
    value: Any,
    text: bool,
    place: Place,
    scope: frozenset[str],
    sink: Sink,
) -> Template | Reported:
    """A template whose formulas are sound and whose names are in scope."""
    kind = type(value)
    if kind is int or kind is bool or value is None or kind is float:
        return Template(value)
    sound = True
    cut = False

    def problem(error: ExpressionError, path: tuple[str | int, ...]) -> None:
        nonlocal sound, cut
        sound = False
        at = place.at(*path)
        text = str(at.document.at(at.path))
        if cut and text.count(")") > text.count("("):
            cut = False
            return  # the other end of a formula that was cut at its comma
        cut = cut or text.count("(") > text.count(")")
        expects = _expected_at(at.path)
        help = [error.help] if error.help else []
        if error.code == "AS207" and expects and not help:
            help = [f"`{at.path[-1]}` takes {expects}, or a formula"]
        within = (error.start, error.end) if error.end else None
        sink.report(error.code, at._replace(within=within), error.message, help=help)

    template = make_template(value, text, problem)
    unknown = template.names - scope
    if unknown:
        _report_unknown_names(unknown, value, place, scope, sink)
    return template if sound and not unknown else REPORTED


def _report_unknown_names(
    names: Iterable[str],
    value: Any,
    place: Place,
    scope: frozenset[str],
    sink: Sink,
) -> None:
    """Report each name where it stands in the value."""
    for name in sorted(names):
        path, within = _find(value, name)
        at = place.at(*path)._replace(within=within)
        help = _help(name, value, place, scope)
        if sink.withholds() and place.document.at(("extends",)) is not None:
            help = []  # the names that are known are those of the other file
        sink.report("AS208", at, f"there is no parameter `{name}` here", help=help)


def _help(name: str, value: Any, place: Place, scope: frozenset[str]) -> list[str]:
    if name.lower() in _OTHER_WORDS:
        word = _OTHER_WORDS[name.lower()]
        return [f"`{name}` is only a word here: write `{word}`"]
    near = nearest(name, sorted(scope))
    if near:
        return [did_you_mean(near)]
    help = []
    expects = _expected_at(place.path)
    if value == name and expects:
        help.append(f"`{place.path[-1]}` takes {expects}; a word is a parameter")
    block = place.path[1] if place.path[:1] == ("blocks",) and len(place.path) > 1 else None
    outside = place.document.at(("params",))
    if len(name) == 1 and not {"repeat", "dense_block"}.isdisjoint(place.path):
        help.append(f"`as: {name}` in the `repeat` names the number of its round, from 0")
    elif block is not None and isinstance(outside, dict) and name in outside:
        help.append(
            f"a block sees only its own parameters: give `{block}` a parameter `{name}`"
            " and hand it over in the call"
        )
    elif scope:
        shown = ", ".join(f"`{n}`" for n in sorted(scope)[:_MOST_SHOWN])
        more = len(scope) - _MOST_SHOWN
        help.append(f"known here: {shown}" + (f" and {more} more" if more > 0 else ""))
    elif block is not None:
        help.append(f"declare it in the block `{block}`: `params: {{{name}: int}}`")
    else:
        help.append(f"declare it at the top of the spec: `params: {{{name}: …}}`")
    return help


def _expected_at(path: Path) -> str:
    """What the argument of a layer takes that stands at a path; empty for anything else."""
    word, name = (None, *path)[-2:] if path else (None, None)
    type = layer_type(str(word))
    if type is None or name not in fields(type):
        return ""
    return fields(type)[str(name)].type.value_for(type)


def _find(value: Any, name: str) -> tuple[Path, tuple[int, int] | None]:
    """The path of a name in a value, and its columns there."""
    if isinstance(value, str):
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", value)
        return (), match.span() if match else None
    steps: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        path, within = _find(inner, name)
        if within is not None:
            return (step, *path), within
    return (), None
