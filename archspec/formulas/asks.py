"""Asks: what a formula wants to know of shapes, ``channels(skip)`` or ``shape(x)[0]``.

In a formula an ask is a name like those of parameters, ``channels(skip)`` as a whole: whoever works
the formula out puts the size under that name among the values. The argument is a wire, read as
``from`` reads it and not as a formula: ``channels(my-skip)``, ``height(stage1.unit2)``. Without
one, what the entry itself reads is meant.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.place import Place

FUNCTIONS = {
    "channels": "the size of the last axis",
    "height": "the first size of height × width × channels",
    "width": "the second size of height × width × channels",
    "shape": "the list of sizes, without the batch",
}
"""The functions of wires, and what they give."""

_CALL = re.compile(rf"(?<![\w.$])({'|'.join(FUNCTIONS)})\s*\(")
_WIRE = re.compile(r"[\w$*][\w${}.*-]*")
REFERENCE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
"""A parameter in a text."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Ask(NamedTuple):
    """A function of a wire; an empty wire is what the entry itself reads."""

    function: str
    wire: str

    @property
    def name(self) -> str:
        """Under this name its value stands among those of the parameters."""
        return f"{self.function}({self.wire})"

    def parameters(self) -> list[str]:
        """The names of the parameters in the wire: ``stage$i``."""
        return [a or b for a, b in REFERENCE.findall(self.wire)]

    def wire_for(self, values: Mapping[str, Any]) -> str:
        """The wire with the values of parameters in it."""
        return REFERENCE.sub(lambda m: str(values[m[1] or m[2]]), self.wire)


def is_ask(name: str) -> bool:
    """Whether a name in a formula stands for an ask, and not for a parameter."""
    return "(" in name


def parse_ask(name: str) -> Ask:
    """The ask of a name."""
    function, _, wire = name.partition("(")
    return Ask(function, wire.removesuffix(")"))


class Hidden(NamedTuple):
    """A formula with a word in the place of each ask, of the same length where it can be."""

    text: str
    names: dict[str, str]
    """The asks by these words."""


def hide_asks(text: str) -> Hidden:
    """Put words in the place of asks, so that Python's grammar reads the rest.

    A call whose argument is no wire stays as it is.
    """
    if "(" not in text or _CALL.search(text) is None:
        return Hidden(text, {})
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    pieces: list[str] = []
    names: dict[str, str] = {}
    end = 0
    for match in _CALL.finditer(text):
        if match.start() < end or any(a <= match.start() < b for a, b in quoted):
            continue
        close = text.find(")", match.end())
        wire = text[match.end() : close].strip()
        behind = text[close + 1 : close + 2]
        if close < 0 or behind.isalnum() or (wire and _WIRE.fullmatch(wire) is None):
            continue
        word = _word(text[match.start() : close + 1], text, names)
        names[word] = f"{match[1]}({wire})"
        pieces += [text[end : match.start()], word]
        end = close + 1
    return Hidden("".join(pieces) + text[end:], names)


def _word(call: str, text: str, taken: dict[str, str]) -> str:
    """An identifier as long as the call that stands nowhere in the text."""
    base = re.sub(r"\W", "_", call, flags=re.ASCII)
    word, number = base, 0
    while word in text or word in taken:
        number += 1
        word = base[: -len(str(number))] + str(number)
    return word


def place_of(ask: Ask, place: Place) -> Place:
    """Where an ask stands in what is written at a place."""
    path = _find(place.document.at(place.path), ask)
    if path is None:
        return place
    at = place.at(*path[0])
    return at.as_it_stands()._replace(within=path[1])


def _find(value: Any, ask: Ask) -> tuple[tuple[str | int, ...], tuple[int, int]] | None:
    """The path of an ask in a value, and the columns of its wire, or of all of it."""
    if isinstance(value, str):
        start = value.find(ask.function + "(")
        while start >= 0:
            end = value.find(")", start)
            wire = value[start + len(ask.function) + 1 : end].strip()
            if wire == ask.wire:
                first = value.find(wire, start + len(ask.function)) if wire else start
                return (), (first, first + len(wire) if wire else end + 1)
            start = value.find(ask.function + "(", start + 1)
        return None
    steps: Any = ()
    if isinstance(value, dict):
        steps = [(k, v) for k, v in value.items() if k not in ("layers", "branches", "shortcut")]
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        found = _find(inner, ask)
        if found is not None:
            return (step, *found[0]), found[1]
    return None
