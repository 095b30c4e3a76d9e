"""The parameters at the top of a spec, as knobs, and the text with one of them turned."""

from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import Place
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Replacement
from archspec.live.answer import Answer
from archspec.live.blocks import mapping
from archspec.mend.edits import Editor
from archspec.mend.layout import Elsewhere, Impossible

_PLAIN = (bool, int, float, str)


class Knob(NamedTuple):
    """A parameter whose value is a number, a truth value or a text."""

    name: str
    type: str
    """``int``, ``float``, ``bool``, ``str``; several with `` | `` between them, or ``any``."""
    value: Any
    written: bool
    """Whether its value stands in this text: else it is that of the spec that it extends."""


def knobs(answer: Answer) -> list[Knob]:
    """The knobs of a sound spec, those that are written in it first."""
    shaped, document = answer.shaped, answer.document
    if shaped is None or document is None or answer.recipe:
        return []
    spec = shaped.graph.spec
    written = mapping(mapping(document.value).get("params"))
    found = [
        Knob(name, param.type, spec.values[name], name in written)
        for name, param in spec.params.items()
        if isinstance(spec.values.get(name), _PLAIN)
    ]
    return sorted(found, key=lambda knob: not knob.written)


def turned(answer: Answer, name: str, value: Any) -> tuple[Replacement, ...]:
    """What changes in the text when a knob gets another value; empty if that cannot be."""
    document = answer.document
    known = {knob.name: knob for knob in knobs(answer)}
    if document is None or name not in known or not isinstance(value, _PLAIN):
        return ()
    if known[name].written:
        edit = Edit(Place(document, ("params", name)), value)
    elif isinstance(mapping(document.value).get("params"), dict):
        edit = Edit(Place(document, ("params",)), value, How.ADD, name)
    else:
        edit = Edit(Place(document, ()), {name: value}, How.ADD, "params")
    try:
        return Editor(Source(answer.name, answer.text)).replacements(Fix("", (edit,)))
    except (Elsewhere, Impossible):
        return ()
