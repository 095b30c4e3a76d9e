"""Names that are worked out: ``let: {hidden: 4*width}``."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.fixes import replace
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.formulas.asks import is_ask
from archspec.formulas.expressions import is_name
from archspec.formulas.templates import Template
from archspec.formulas.values import show
from archspec.spec.parameters import name_help
from archspec.spec.read_arguments import ArgumentReader

Lets = tuple[tuple[str, Template], ...]
"""Names with what they are worked out of, in order."""


def read_lets(
    values: dict[str, Any] | None,
    place: Place,
    scope: frozenset[str],
    own: Mapping[str, Place],
    reader: ArgumentReader,
) -> tuple[Lets, frozenset[str]]:
    """The names of a `let`, and the scope with them; each sees those before it.

    ``own`` are the names that belong to the same file, block or repeat, with their places: none can
    be given twice. A name with a mistake in it is in the scope too: what uses it is silent.
    """
    found: list[tuple[str, Template]] = []
    later = [name for name in values or () if is_name(name)]
    for name, value in (values or {}).items():
        at = place.at(name)
        if not is_name(name):
            message = f"`{name}` cannot be the name of a value"
            reader.sink.report("AS106", at.key(), message, help=[name_help(name, at.key())])
            continue
        if name in own:
            message = f"`{name}` is a parameter already"
            if own[name].path[-2:-1] != ("params",):
                message = f"`{name}` has another value in each round already"
            notes = [Note("it is declared here", own[name].key())]
            help = ["`let` gives names to what is worked out; choose another one"]
            reader.sink.report("AS302", at.key(), message, notes=notes, help=help)
        else:
            template = _read_one(name, value, at, scope, later, reader)
            found.append((name, Template(REPORTED) if template is REPORTED else template))
            scope |= {name}
        later.remove(name)
    return tuple(found), scope


def _read_one(
    name: str,
    value: Any,
    at: Place,
    scope: frozenset[str],
    later: list[str],
    reader: ArgumentReader,
) -> Template | Reported:
    """What a name stands for; ``later`` are the names that are worked out after those before it."""
    if isinstance(value, dict):
        message = f"`{name}` must be a formula, a number, a truth value, text or a list"
        return reader.sink.report("AS107", at, f"{message}, not {show(value)}")
    below = frozenset(later) - scope
    template = reader.template(value, False, at, scope | below, words=True)
    if template is REPORTED or below.isdisjoint(template.names):
        return template
    return _refuse_order(name, min(below & template.names), at, reader.sink)


def _refuse_order(name: str, other: str, at: Place, sink: Sink) -> Reported:
    """Report a formula that uses its own name, or one that is worked out later."""
    if other == name:
        message = f"`{name}` is worked out of itself"
        help = ["the names of a `let` are worked out in order, each once"]
        return sink.report("AS208", at, message, help=help)
    around = at._replace(path=at.path[:-1])
    written = dict(around.document.at(around.path))
    moved = written.pop(other)
    ordered: dict[str, Any] = {}
    for key, value in written.items():
        if key == name:
            ordered[other] = moved
        ordered[key] = value
    message = f"`{other}` is worked out below `{name}`, which uses it"
    return sink.report(
        "AS208", at, message, help=[replace(f"`{other}` before it", around, ordered)]
    )


def waiting(lets: Lets) -> frozenset[str]:
    """The names whose values ask for shapes, or are worked out of such: blocks do not see them."""
    found: set[str] = set()
    for name, template in lets:
        if any(is_ask(n) or n in found for n in template.names):
            found.add(name)
    return frozenset(found)
