"""Loops of the source, for the repeats of a spec."""

import re
from typing import Any, NamedTuple

from archspec.emit.python.formulas import Names, render
from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.text import Code, in_format, literal
from archspec.spec.types import RepeatItem


class Loop(NamedTuple):
    """A ``for`` around lines of the source."""

    times: Any
    """Number of rounds, or code for it."""
    counter: str
    """The variable that counts the rounds, from 0."""
    columns: dict[str, Any]
    """A list, or code for one, for each name that has another value in each round."""
    variables: dict[str, Code]
    """The variables of those names."""

    def names(self, index: str | None, around: Names) -> Names:
        """What names mean inside; ``index``: what the spec calls the number of the round."""
        more: dict[str, Any] = dict(self.variables)
        if index:
            more[index] = Code(self.counter)
        fractions = {n for n, c in self.columns.items() if any(isinstance(v, float) for v in c)}
        fractions |= {n for n, c in self.columns.items() if any(isinstance(v, Code) for v in c)}
        return around.extended(more, fractions)

    def prefix(self, name: str) -> str:
        """What stands before the names in a round of a repeat with a name, as in a ``f"…"``."""
        link = "_" if name[-1].isdigit() else ""
        return f"{in_format(name)}{link}{{{self.counter} + 1}}."

    def head(self, text: str) -> str:
        """The line before lines of source: it has those of the variables that they read."""
        counted = _reads(text, self.counter)
        if not self.columns:
            return f"for {self.counter if counted else '_'} in range({literal(self.times)}):"
        used = [n for n, v in self.variables.items() if _reads(text, v)] or [*self.variables][:1]
        heads = ", ".join([self.variables[n] for n in used])
        values = ", ".join([literal(self.columns[n]) for n in used])
        rows = f"zip({values})" if len(used) > 1 else values
        if not counted:
            return f"for {heads} in {rows}:"
        heads = f"({heads})" if len(used) > 1 else heads
        return f"for {self.counter}, {heads} in enumerate({rows}):"


def number_of_rounds(item: RepeatItem, columns: dict[str, Any], names: Names) -> Any:
    """How often a repeat is done, or code for it.

    Raises:
        UnstructuredError: a formula decides how long its table is.
    """
    if item.times is not None:
        return render(item.times, names, whole=True)
    lengths = {len(c) for c in columns.values() if isinstance(c, list)}
    if len(lengths) != 1 or any(isinstance(c, Code) for c in columns.values()):
        raise UnstructuredError("a table that is worked out")
    return lengths.pop()


def _reads(text: str, variable: str) -> bool:
    return re.search(rf"\b{re.escape(variable)}\b", text) is not None
