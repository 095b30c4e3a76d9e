"""Derived values: ``let: {hidden: 4*width}`` gives names to what formulas make, in order."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.fixes import replace
from archspec.diagnostics.sink import REPORTED, Note, Place, Sink
from archspec.formulas.asks import is_ask
from archspec.formulas.expressions import is_name
from archspec.formulas.read import read_template
from archspec.formulas.templates import Template
from archspec.parse.document import holds_hole
from archspec.spec.check_values import show
from archspec.spec.parameters import name_help

Lets = tuple[tuple[str, Template], ...]


class Taken(NamedTuple):
    """A name that there is beside a `let`: what it is, and where."""

    what: str
    place: Place


def read_lets(
    values: Mapping[str, Any] | None,
    place: Place,
    scope: frozenset[str],
    taken: Mapping[str, Taken],
    sink: Sink,
) -> Lets:
    """The names of a `let` with what they stand for; of one that is wrong, `REPORTED`.

    Args:
        values: what is written.
        place: where.
        scope: the names that formulas may use.
        taken: those of them that no name here may hide.
        sink: is told what is wrong.
    """
    found: list[tuple[str, Template]] = []
    waiting = [name for name in values or () if is_name(name)]
    for name, value in (values or {}).items():
        at = place.at(name)
        if not is_name(name):
            message = f"`{name}` cannot be used in a formula"
            sink.report("AS106", at.key(), message, help=[name_help(name, at.key())])
            continue
        waiting.remove(name)
        if name in taken:
            what, other = taken[name]
            message = f"`{name}` is {what} already"
            notes = [Note("it stands here", other.key())]
            sink.report("AS302", at.key(), message, notes=notes, help=["choose another name"])
            continue
        known = scope.union(n for n, _ in found)
        template = _read(name, value, at, known, waiting, sink)
        found.append((name, Template(REPORTED) if template is None else template))
    return tuple(found)


def _read(
    name: str, value: Any, at: Place, known: frozenset[str], later: Iterable[str], sink: Sink
) -> Template | None:
    if holds_hole(value):
        return None
    if isinstance(value, dict):
        message = f"`{name}` must be a formula, a number, a truth value, text or a list"
        sink.report("AS107", at, f"{message}, not {show(value)}")
        return None
    below = {n for n in (name, *later) if n not in known}
    template = read_template(value, False, at, known | below, sink, asks=True, words=True)
    if template is REPORTED:
        return None
    too_early = sorted(below & template.names)
    if too_early:
        _refuse_order(name, too_early[0], at, sink)
        return None
    return template


def _refuse_order(name: str, other: str, at: Place, sink: Sink) -> None:
    """Report a formula that uses its own name, or one that is worked out later."""
    if other == name:
        message = f"`{name}` is worked out from itself"
        sink.report("AS208", at, message, help=["a `let` is worked out in order, each name once"])
        return
    around = at._replace(path=at.path[:-1], within=None)
    written = dict(around.document.at(around.path))
    moved = written.pop(other)
    ordered: dict[str, Any] = {}
    for key, value in written.items():
        if key == name:
            ordered[other] = moved
        ordered[key] = value
    message = f"`{other}` is worked out below `{name}`, which uses it"
    fix = replace(f"put `{other}` before it", around, ordered)
    sink.report("AS208", at, message, help=[fix])


def plain_names(lets: Lets) -> frozenset[str]:
    """The names that are known without any shape."""
    found: set[str] = set()
    asking: set[str] = set()
    for name, template in lets:
        asks = any(is_ask(n) or n in asking for n in template.names)
        (asking if asks else found).add(name)
    return frozenset(found)
