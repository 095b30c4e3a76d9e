"""Names in the source: those of frames, and the counts of automatic ones."""

import ast
from collections.abc import Iterable
from typing import Any, NamedTuple

from archspec.emit.python.text import OPERATIONS, Code, identifier, in_format, literal

BUILTINS = (abs, enumerate, int, len, max, min, range, round, slice, sum, zip)
"""All that the source calls of Python."""
RESERVED = frozenset(
    (
        *("keras", "layers", "ops", "math", "numbered", "make_divisible", "name", "x", "model"),
        *OPERATIONS.values(),
        *(function.__name__ for function in BUILTINS),
    )
)
"""What source has a use for: no variable of a spec's is called so."""


def parameter_names(names: Iterable[str]) -> dict[str, str]:
    """What the parameters of a spec or a block are called in the source, each otherwise."""
    found: dict[str, str] = {}
    for name in names:
        found[name] = identifier(name, RESERVED.union(found.values()))
    return found


class UnstructuredError(Exception):
    """The structure of the spec does not map to blocks and loops."""


class Count(NamedTuple):
    """How many layers had a name before: a number, and code for what loops and conditions add."""

    number: int = 0
    more: tuple[str, ...] = ()

    def plus(self, other: "Count") -> "Count":
        return Count(self.number + other.number, self.more + other.more)

    def times(self, factor: Any) -> "Count":
        if self.more:
            raise UnstructuredError("a count that depends on two things")
        if isinstance(factor, Code):
            text = str(factor) if self.number == 1 else f"{self.number} * {bracket(factor)}"
            return Count(0, (text,)) if self.number else Count()
        return Count(self.number * factor)


class Namespace:
    """Where names and variables stand: the names of a frame, and of those around it."""

    def __init__(self, prefix: str, parent: "Namespace | None" = None) -> None:
        """``prefix`` is what stands before the names, as in a ``f"…"``."""
        self.prefix = prefix
        self.parent = parent
        self.counts: dict[str, Count] = {}
        self.wires: dict[str, list[str]] = {}

    def name(self, local: Any) -> Any:
        """A literal, or code, for the full name of something called ``local`` here."""
        return name_of(self.prefix + inside(local))

    def next(self, base: str) -> str | None:
        """The next automatic name with a base, as wires say it; None if it depends on something."""
        count = self.counts.get(base, Count())
        if count.more:
            return None
        return f"{base}_{count.number}" if count.number else base

    def auto(self, base: str) -> Any:
        """The next automatic name with a base."""
        count = self.counts.get(base, Count())
        self.counts[base] = count.plus(Count(1))
        if count.more:
            terms = [*count.more, *([str(count.number)] if count.number else [])]
            full = literal(name_of(self.prefix + in_format(base)))
            return Code(f"numbered({full}, {' + '.join(terms)})")
        return self.name(f"{base}_{count.number}" if count.number else base)

    def count_if(self, condition: Any, before: dict[str, Count]) -> None:
        """Let the automatic names that came since then count only if a condition is true."""
        for base, count in self.counts.items():
            added = count.number - before.get(base, Count()).number
            if added:
                term = f"int({condition})" if added == 1 else f"{added} * int({condition})"
                self.counts[base] = before.get(base, Count()).plus(Count(0, (term,)))

    def find(self, name: str) -> list[str]:
        """The variables of a name."""
        scope: Namespace | None = self
        while scope is not None:
            if name in scope.wires:
                return scope.wires[name]
            scope = scope.parent
        raise UnstructuredError(f"wire {name}")


def name_of(text: str) -> Any:
    """What stands in a ``f"…"`` as a name: code if there is code in it, else a plain text."""
    if "{" in text.replace("{{", ""):
        return Code(f'f"{text}"')
    if text.isidentifier():
        return text
    return ast.literal_eval(f'"{text}"').replace("{{", "{").replace("}}", "}")


def inside(name: Any) -> str:
    """The text of a name as it stands in a ``f"…"``, to build longer ones from."""
    text = str(name)
    if not isinstance(name, Code):
        return in_format(text)
    if text.startswith('f"'):
        return text[2:-1]
    if "'" in text or "\\" in text:  # quotes in quotes in quotes, which Python 3.11 cannot read
        raise UnstructuredError("a name that is counted in one that is counted")
    return "{" + text.replace('"', "'") + "}"


def bracket(text: Any) -> str:
    return f"({text})" if " " in str(text) and not str(text).startswith("(") else str(text)
