"""How much is worked out: small specs can ask for very much, and are refused before it is done."""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import Expression
from archspec.formulas.templates import Template, Text
from archspec.formulas.values import MOST_MADE, TOO_MUCH, size_of

MAX_WORK = 60_000
"""Most items with formulas that are worked out; equal ones count once, very long ones as several."""

MOST_COMPARED = 500
"""Largest value that is compared with others."""


_SIZED = frozenset((list, dict, str))


class _Large(int):
    """Stands for a large value in a key."""

    def __repr__(self) -> str:
        return f"@{int(self)}"


class TooLarge(Exception):
    """The graph, or what makes it, is too large; it has been reported."""


class Work:
    """Counts what is worked out in one run."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._done = 0
        self._sizes: dict[int, tuple[Any, int]] = {}
        """Values and their sizes, by the identity of the value, which is kept with it."""

    def add(self, work: int, place: Place) -> None:
        """Count work, in items with a few short formulas.

        Raises:
            TooLarge: it is too much altogether.
        """
        self._done += work
        if self._done > MAX_WORK:
            message = f"the formulas of more than {MAX_WORK:,} layers must be worked out"
            help = ["a `repeat` or a block whose arguments are the same counts once"]
            self._sink.report("AS305", place.key(), message, help=help)
            raise TooLarge

    def key(self, values: list[Any]) -> tuple[str, int]:
        """What tells values apart, and the size of the largest list or text among them.

        A large value is known by which one it is: to compare it would take long.
        """
        sized = [v for v in values if type(v) in _SIZED]
        largest = max([self._size(v) for v in sized]) if sized else 0
        if largest > MOST_COMPARED:
            large = {id(v) for v in sized if self._size(v) > MOST_COMPARED}
            values = [_Large(id(v)) if id(v) in large else v for v in values]
        return repr(values), largest

    def add_made(
        self, template: Template, value: Any, values: Mapping[str, Any], place: Place
    ) -> None:
        """Count a list, a mapping or a text that a template made of the values of parameters.

        Raises:
            ExpressionError: it is too large.
            TooLarge: all together are.
        """
        if not any(type(values[name]) in _SIZED for name in template.names):
            return  # it is hardly larger than it is written
        if type(template.value) is Expression or type(template.value) is Text:
            if any(value is values[name] for name in template.names):
                return  # it was there before
            size = self._size(value)  # it has a limit of its own
        else:
            most = MOST_MADE + template.weight
            size = size_of(value, most)
            if size > most:
                raise ExpressionError("AS209", TOO_MUCH)
        if size >= 100:
            self.add(size // 100, place)

    def _size(self, value: Any) -> int:
        if type(value) is str:
            return len(value)
        known = self._sizes.get(id(value))
        if known is None:
            known = self._sizes[id(value)] = value, size_of(value, MOST_MADE)
        return known[1]
