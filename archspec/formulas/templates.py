"""Templates: values of a spec that may hold formulas, and what they need to become plain values."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import Expression, parse_expression
from archspec.formulas.values import MOST_LETTERS, size_of

_FORMULA = 20
"""What a formula weighs beside its characters."""
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


class Text:
    """Text with ``$name`` in it."""

    __slots__ = ("names", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = frozenset(a or b for a, b in _REFERENCE.findall(text))

    def pieces(self) -> list[tuple[str, str | None]]:
        """The text in pieces: each plain words, or a reference with the name of what it stands for."""
        found: list[tuple[str, str | None]] = []
        start = 0
        for match in _REFERENCE.finditer(self.text):
            if match.start() > start:
                found.append((self.text[start : match.start()], None))
            found.append((match[0], match[1] or match[2]))
            start = match.end()
        return found if start == len(self.text) else [*found, (self.text[start:], None)]

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The text with values in it; the value itself if the text is only one reference."""
        match = _REFERENCE.fullmatch(self.text)
        if match:
            return values[match[1] or match[2]]

        left = MOST_LETTERS - len(self.text)

        def value(match: re.Match[str]) -> str:
            nonlocal left
            found = values[match[1] or match[2]]
            text = str(found) if size_of(found, MOST_LETTERS) <= MOST_LETTERS else None
            left -= MOST_LETTERS if text is None else len(text)
            if text is None or left < 0:
                message = f"this text comes to more than {MOST_LETTERS:,} characters"
                raise ExpressionError("AS209", message)
            return text

        return _REFERENCE.sub(value, self.text)


class Template:
    """A value, and the names of the parameters in it.

    ``weight`` is how large it is as it is written, if there are names in it, and ``walks`` how
    often its formulas may go through a list.
    """

    __slots__ = ("names", "value", "walks", "weight")

    def __init__(self, value: Any, names: frozenset[str] = frozenset()) -> None:
        self.value = value
        self.names = names
        self.weight, self.walks = _weigh(value) if names else (0, 0)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The plain value.

        Raises:
            ExpressionError: a formula has no value.
        """
        if not self.names:
            return self.value
        value = self.value
        return value.evaluate(values) if type(value) is Expression else _evaluate(value, values)


Problem = Callable[[ExpressionError, tuple[str | int, ...]], None]


def make_template(value: Any, text: bool, problem: Problem) -> Template:
    """Read the formulas in a value; text holds ``$name`` instead.

    ``problem`` is told of each formula that cannot be read, with its path in the value. Formulas
    without names are calculated at once.
    """
    names: set[str] = set()
    read = _read(value, text, names, problem, ())
    return Template(read, frozenset(names))


def _read(
    value: Any, text: bool, names: set[str], problem: Problem, path: tuple[str | int, ...]
) -> Any:
    if type(value) is str:
        if text:
            if "$" not in value:
                return value
            found = Text(value)
            names |= found.names
            return found if found.names else value
        try:
            formula = parse_expression(value)
            if not formula.names:
                return formula.evaluate({})
        except ExpressionError as error:
            problem(error, path)
            return None
        names |= formula.names
        return formula
    if type(value) is list:
        return [_read(v, text, names, problem, (*path, n)) for n, v in enumerate(value)]
    if type(value) is dict:
        return {k: _read(v, text, names, problem, (*path, k)) for k, v in value.items()}
    return value


def _weigh(value: Any) -> tuple[int, int]:
    kind = type(value)
    if kind is Expression:
        return _FORMULA + len(value.text), value.walks
    if kind is Text:
        return _FORMULA + len(value.text), 0
    if kind is str:
        return len(value), 0
    if kind is list or kind is dict:
        found = [_weigh(v) for v in (value if kind is list else value.values())]
        return len(found) + sum([w for w, _ in found]), sum([w for _, w in found])
    return 0, 0


def _evaluate(value: Any, values: Mapping[str, Any]) -> Any:
    kind = type(value)
    if kind is Expression or kind is Text:
        return value.evaluate(values)
    if kind is list:
        return [_evaluate(v, values) for v in value]
    if kind is dict:
        return {k: _evaluate(v, values) for k, v in value.items()}
    return value
