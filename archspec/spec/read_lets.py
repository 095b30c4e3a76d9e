"""Names that are worked out: ``let: {hidden: 4*width}``."""

from typing import Any

from archspec.diagnostics.sink import REPORTED, Place
from archspec.formulas.asks import is_ask
from archspec.formulas.expressions import is_name
from archspec.formulas.templates import Template
from archspec.spec.parameters import name_help
from archspec.spec.read_arguments import ArgumentReader

Lets = tuple[tuple[str, Template], ...]
"""Names with what they are worked out of, in order."""


def read_lets(
    values: dict[str, Any] | None,
    place: Place,
    scope: frozenset[str],
    own: frozenset[str],
    reader: ArgumentReader,
) -> tuple[Lets, frozenset[str]]:
    """The names of a `let`, and the scope with them; each sees those before it.

    ``own`` are the names that belong to the same file, block or repeat: one cannot be given twice.
    A name with a mistake in it is in the scope too: what uses it is silent.
    """
    found: list[tuple[str, Template]] = []
    for name, value in (values or {}).items():
        at = place.at(name)
        if not is_name(name):
            message = f"`{name}` cannot be the name of a value"
            reader.sink.report("AS106", at.key(), message, help=[name_help(name, at.key())])
            continue
        if name in own:
            message = f"`{name}` is a parameter already"
            help = ["`let` gives names to what is worked out; a parameter is set from outside"]
            reader.sink.report("AS302", at.key(), message, help=help)
            continue
        template = reader.template(value, False, at, scope)
        found.append((name, Template(REPORTED) if template is REPORTED else template))
        scope |= {name}
    return tuple(found), scope


def waiting(lets: Lets) -> frozenset[str]:
    """The names whose values ask for shapes, or are worked out of such: blocks do not see them."""
    found: set[str] = set()
    for name, template in lets:
        if any(is_ask(n) or n in found for n in template.names):
            found.add(name)
    return frozenset(found)
