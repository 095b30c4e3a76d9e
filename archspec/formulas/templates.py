"""Templates: values of a spec that may hold formulas, and what they need to become plain values."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from archspec.formulas.asks import REFERENCE
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import Expression, parse_expression
from archspec.formulas.values import MOST_LETTERS, size_of

_FORMULA = 20
"""What a formula weighs beside its characters."""
_LIST = 1500
"""What it weighs that a formula makes a long list."""


class Piece(NamedTuple):
    """A piece of a text: plain words, a parameter by its name, or a formula."""

    written: str
    """As it stands there; of plain words, what it says."""
    meaning: str | Expression | None = None
    start: int = 0
    """The column of the formula, or of the reference."""

    def names(self) -> frozenset[str]:
        """The names that it needs."""
        if self.meaning is None:
            return frozenset()
        return frozenset((self.meaning,)) if type(self.meaning) is str else self.meaning.names  # type: ignore[union-attr]

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value of what is no plain words."""
        if type(self.meaning) is not Expression:
            return values[self.meaning]  # type: ignore[index]
        try:
            return self.meaning.evaluate(values)
        except ExpressionError as error:
            raise error.moved(self.start) from None


class Text:
    """Text with ``$name`` and ``$(formula)`` in it."""

    __slots__ = ("names", "pieces", "text")

    def __init__(self, text: str, scope: frozenset[str] = frozenset()) -> None:
        """``scope`` holds the names that formulas may use; other words are text in them.

        Raises:
            ExpressionError: a formula in it cannot be read.
        """
        self.text = text
        self.pieces = tuple(_pieces(text, scope) if "$(" in text else _references(text))
        self.names: frozenset[str] = frozenset().union(*(p.names() for p in self.pieces))

    @property
    def open(self) -> bool:
        """Whether there is more in it than plain words."""
        return any(p.meaning is not None for p in self.pieces)

    def formulas(self) -> list[Expression]:
        """The formulas in it."""
        return [p.meaning for p in self.pieces if type(p.meaning) is Expression]

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The text with values in it; the value itself if the text is only one piece."""
        if len(self.pieces) == 1 and self.pieces[0].meaning is not None:
            return self.pieces[0].evaluate(values)
        left = MOST_LETTERS - len(self.text)
        found: list[str] = []
        for piece in self.pieces:
            if piece.meaning is None:
                found.append(piece.written)
                continue
            value = piece.evaluate(values)
            text = str(value) if size_of(value, MOST_LETTERS) <= MOST_LETTERS else None
            left -= MOST_LETTERS if text is None else len(text)
            if text is None or left < 0:
                message = f"this text comes to more than {MOST_LETTERS:,} characters"
                raise ExpressionError("AS209", message)
            found.append(text)
        return "".join(found)


def plain_text(text: str) -> str:
    """How a text is written that shall mean itself, whatever it looks like."""
    if "$(" not in text and REFERENCE.search(text) is None:
        return text
    return f"$({ast.unparse(ast.Constant(text))})"


def _references(text: str) -> Iterator[Piece]:
    start = 0
    for match in REFERENCE.finditer(text):
        if match.start() > start:
            yield Piece(text[start : match.start()])
        yield Piece(match[0], match[1] or match[2], match.start())
        start = match.end()
    if start < len(text):
        yield Piece(text[start:])


def _pieces(text: str, scope: frozenset[str]) -> Iterator[Piece]:
    """The pieces of a text that has a formula in it; there, `$$` is a dollar."""
    plain, at = "", 0
    while at < len(text):
        piece: Piece | None = None
        end = at + 1
        if text.startswith("$$", at):
            end = at + 2
        elif text.startswith("$(", at):
            end = _close(text, at + 2) + 1
            inner = text[at + 2 : end - 1]
            start = at + 2 + len(inner) - len(inner.lstrip())
            try:
                piece = Piece(text[at:end], parse_expression(inner, scope), start)
            except ExpressionError as error:
                raise error.moved(start, (at + 2, end - 1)) from None
        elif reference := REFERENCE.match(text, at):
            end = reference.end()
            piece = Piece(reference[0], reference[1] or reference[2], at)
        if piece is None:
            plain += text[at]
        else:
            if plain:
                yield Piece(plain)
                plain = ""
            yield piece
        at = end
    if plain:
        yield Piece(plain)


def _close(text: str, start: int) -> int:
    """Where the parenthesis before a place is closed; those in quotes do not count."""
    depth, quote = 1, ""
    for at in range(start, len(text)):
        sign = text[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return at
    error = ExpressionError("AS207", "`$(` is not closed")
    error.start, error.end = start - 2, start
    error.around = start, len(text)
    raise error


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


def make_template(
    value: Any,
    text: bool,
    problem: Problem,
    scope: frozenset[str],
    words: bool,
    meet: Callable[[frozenset[str], tuple[str | int, ...]], None],
) -> Template:
    """Read the formulas in a value; text holds ``$name`` and ``$(formula)`` instead.

    ``problem`` is told of each formula that cannot be read, with its path in the value. Formulas
    without names are calculated at once. ``scope`` holds the names that there are; with ``words``,
    others are text where a result stands, as they are in a text's formulas; ``meet`` is told of
    those, with the path too.
    """
    reader = _Reader(text, problem, scope, words, meet)
    read = reader.read(value, ())
    return Template(read, frozenset(reader.names))


class _Reader:
    def __init__(
        self, text: bool, problem: Problem, scope: frozenset[str], words: bool, meet: Any
    ) -> None:
        self.text = text
        self.meet = meet
        self.problem = problem
        self.scope = scope
        self.words = scope if words else None
        self.names: set[str] = set()

    def read(self, value: Any, path: tuple[str | int, ...]) -> Any:
        kind = type(value)
        if kind is str:
            if self.text and "$" not in value:
                return value
            try:
                return self._text(value, path) if self.text else self._formula(value, path)
            except ExpressionError as error:
                self.problem(error, path)
                return None
        if kind is list:
            return [self.read(v, (*path, n)) for n, v in enumerate(value)]
        if kind is dict:
            return {k: self.read(v, (*path, k)) for k, v in value.items()}
        return value

    def _text(self, value: str, path: tuple[str | int, ...]) -> Any:
        found = Text(value, self.scope)
        for formula in found.formulas():
            if formula.words:
                self.meet(formula.words, path)
        self.names |= found.names
        return found if found.names else found.evaluate({})

    def _formula(self, value: str, path: tuple[str | int, ...]) -> Any:
        formula = parse_expression(value, self.words)
        if formula.words:
            self.meet(formula.words, path)
        self.names |= formula.names
        return formula if formula.names else formula.evaluate({})


def _weigh(value: Any) -> tuple[int, int]:
    kind = type(value)
    if kind is Expression:
        return _FORMULA + len(value.text) + _LIST * value.makes, value.walks
    if kind is Text:
        inner = [_weigh(formula) for formula in value.formulas()]
        return _FORMULA + len(value.text) + sum([w for w, _ in inner]), sum([w for _, w in inner])
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
        return [v if type(v) in _PLAIN else _evaluate(v, values) for v in value]
    if kind is dict:
        return {k: _evaluate(v, values) for k, v in value.items()}
    return value


_PLAIN = frozenset((int, float, str, bool, type(None)))
"""What is its own value: most of what stands in long lists."""
