"""Formulas in specs: ``64*width``, ``2 if i == 0 else 1``, ``depths[stage]``.

Python's grammar, cut down to arithmetic, comparison, ``and or not``, ``a if c else b``, indexing
of lists, text in quotes, and a few functions. Nothing is executed: a checked syntax tree is
walked. ``/`` gives whole numbers where it can; ``round`` rounds halves to even, as Python does.
What is asked of shapes, ``channels(skip)``, is a name (:mod:`archspec.formulas.asks`).
"""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from keyword import iskeyword
from typing import Any, NoReturn

from archspec.formulas.asks import hide_asks, is_ask, parse_ask
from archspec.formulas.explain import ExpressionError, explain_node, explain_syntax
from archspec.formulas.values import MOST_MADE, TOO_MUCH, show, size_of
from archspec.records.arguments import LARGEST

Value = int | float | bool | str | None | list[Any]

MAX_LENGTH = 300
MAX_DEPTH = 32


class Expression:
    """A formula that has been read; ``names`` are the parameters that it needs, and its asks.

    ``walks`` is how often it may go through a list that a name stands for, ``makes`` how often it
    makes a long list of its own; ``words`` it has without quotes, and they are text.
    """

    __slots__ = ("_calculate", "_written", "makes", "names", "text", "walks", "words")

    def __init__(
        self,
        text: str,
        calculate: "Calculate",
        names: list[str],
        words: frozenset[str],
        written: str,
    ) -> None:
        self.text = text
        """With quotes around its words."""
        self.names = frozenset(names) - {_WALK, _MAKE}
        self.words = words
        self.makes = names.count(_MAKE)
        walking = names.count(_WALK)
        self.walks = walking * (len(names) - walking - self.makes)
        self._calculate = calculate
        self._written = written

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value, given those of the names.

        Raises:
            ExpressionError: it has none: a division by zero, an index outside a list, text in a
                sum, a result beyond 2**63.
        """
        try:
            value = self._calculate(values)
        except ExpressionError as error:
            error.count_characters(self._written)
            raise
        # Whole floats become ints, so that `64*alpha` is a number of filters where it can be.
        return int(value) if type(value) is float and value.is_integer() else value


Calculate = Callable[[Mapping[str, Any]], Any]

_WALK = ""
"""Stands among the names for a part of a formula that goes through the lists in it."""
_MAKE = "[]"
"""Stands among the names for a part of a formula that makes a list of lists."""


_QUOTED = r"'[^']*'|\"[^\"]*\""


@lru_cache(4096)
def parse_expression(text: str, scope: frozenset[str] | None = None) -> Expression:
    """Read a formula.

    With a ``scope``, words that are no names of it are text where a result stands.

    Raises:
        ExpressionError: it is not one, or uses more than the grammar has.
    """
    stripped = text.strip()
    if len(stripped) > MAX_LENGTH:
        raise ExpressionError("AS207", f"a formula of {len(stripped)} characters is too long")
    if "#" in stripped and "#" in re.sub(
        _QUOTED, "", stripped
    ):  # the rest would be a comment to Python
        help = "a comment in a line of YAML needs a space before its `#`"
        raise ExpressionError("AS207", "a formula has no `#`", help=help)
    try:
        tree = syntax_tree(stripped)
    except SyntaxError:
        raise explain_syntax(stripped) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("AS207", "this is not a formula") from None
    words: frozenset[str] = frozenset()
    if scope is not None and _has_others(tree, scope):
        from archspec.formulas.words import words_as_text  # few specs have such

        tree, words = words_as_text(tree, scope.union(_CONSTANTS))
        text = ast.unparse(tree) if words else text
        if words and len(text) > MAX_LENGTH:
            message = f"a formula of {len(text)} characters, with its quotes, is too long"
            raise ExpressionError("AS207", message)
    names: list[str] = []
    try:
        calculate = _compile(tree, names, 0)
    except ExpressionError as error:
        error.count_characters(stripped)
        raise
    return Expression(text, calculate, names, words, stripped)


def _has_others(tree: ast.expr, scope: frozenset[str]) -> bool:
    """Whether there are words in a formula that are neither names of a scope nor the formula's own."""
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return any(n not in scope and n not in FUNCTIONS and not is_ask(n) for n in names)


def syntax_tree(formula: str) -> ast.expr:
    """What Python reads in a formula, without what it has to say of escapes that it does not know.

    An ask is a Name: ``channels(skip)``.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: it cannot read it.
    """
    hidden = hide_asks(formula)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(hidden.text, mode="eval").body
    if hidden.names:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = hidden.names.get(node.id, node.id)
    return tree


def is_name(word: str) -> bool:
    """Whether a formula can use a word as the name of a parameter."""
    if not word.isascii():
        from unicodedata import normalize  # a library of its own, which hardly a spec needs

        if normalize("NFKC", word) != word:
            return False
    return word.isidentifier() and not iskeyword(word) and word not in _CONSTANTS


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def make_divisible(value: float, divisor: int = 8) -> int:
    """The multiple of ``divisor`` nearest to ``value``, but not below 90 % of it.

    The rule by which MobileNet's descendants round channels (Sandler et al., 2018, reference code).
    """
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def _round(value: float, digits: int = 0) -> float:
    if abs(digits) > 20:  # Python would calculate 10**digits
        raise OverflowError
    return round(value, digits) if digits else round(value)


def _sum(values: Any, start: Any = 0) -> Any:
    if type(start) is not list:
        return sum(values, start)
    joined = list(start)  # Python's `sum` would copy it for every value
    for value in values:
        if type(value) is not list:
            raise TypeError
        joined += value
        if len(joined) > MOST_MADE:
            raise OverflowError
    return joined


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "len": len,
    "abs": abs,
    "sum": _sum,
    "make_divisible": make_divisible,
}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}


def _compile(node: ast.expr, names: list[str], depth: int) -> Calculate:
    """A function that calculates a node; collects the names that it needs."""
    if depth > MAX_DEPTH:
        raise ExpressionError("AS207", "this formula is nested too deep", node)

    def inner(child: ast.expr) -> Calculate:
        return _compile(child, names, depth + 1)

    if isinstance(node, ast.Compare | ast.Call | ast.List):
        names.append(_WALK)
    match node:
        case ast.Constant(value=None):
            help = "what is not known is `null` here"
            raise ExpressionError("AS207", "`None` is a word of Python", node, help)
        case ast.Constant(value=bool() | int() | float() | str() as constant):
            _bounded(node, constant)
            return lambda values: constant
        case ast.Name(id=name):
            if name in _CONSTANTS:
                word = _CONSTANTS[name]
                return lambda values: word
            names.append(name)
            if is_ask(name) and "$" in name:
                names += parse_ask(name).parameters()
            return operator.itemgetter(name)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition, yes, no = inner(test), inner(body), inner(orelse)
            return lambda values: yes(values) if condition(values) else no(values)
        case ast.Compare(left=first, ops=[op], comparators=[second]) if type(op) in _COMPARE:
            return _binary(node, _COMPARE[type(op)], inner(first), inner(second))
        case ast.Compare(left=first, ops=ops, comparators=others) if all(
            type(op) in _COMPARE for op in ops
        ):
            pairs = zip([first, *others], ops, others, strict=False)
            parts = [
                inner(ast.copy_location(ast.Compare(a, [op], [b]), node)) for a, op, b in pairs
            ]
            return lambda values: all(part(values) for part in parts)
        case ast.BinOp(left=first, op=op, right=second) if type(op) in _BINARY:
            if isinstance(op, ast.Add | ast.Mult):
                _count_lists(node, names)
            return _arithmetic(node, op, inner(first), inner(second))
        case ast.UnaryOp(operand=operand, op=ast.Not()):
            value = inner(operand)
            return lambda values: not value(values)
        case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd() as sign):
            value = inner(operand)
            function = operator.neg if isinstance(sign, ast.USub) else operator.pos
            return lambda values: _apply(node, function, value(values))
        case ast.BoolOp(op=word, values=operands):
            parts = [inner(o) for o in operands]
            last = isinstance(word, ast.Or)
            return lambda values: _first(parts, values, last)
        case ast.Subscript(value=items, slice=index) if not isinstance(index, ast.Slice):
            return _indexed(node, inner(items), inner(index))
        case ast.List(elts=elements):
            parts = [inner(e) for e in elements]
            return lambda values: _bounded(node, [part(values) for part in parts])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in FUNCTIONS:
                raise explain_node(node, tuple(FUNCTIONS))
            called = FUNCTIONS[name]
            parts = [inner(a) for a in arguments]
            return lambda values: _bounded(node, _apply(node, called, *[p(values) for p in parts]))
    raise explain_node(node, tuple(FUNCTIONS))


def _count_lists(node: ast.BinOp, names: list[str]) -> None:
    """Note a sum or a product that may be one of lists."""
    from archspec.formulas.lists import makes_list, may_make_list  # many specs have no formulas

    if may_make_list(node):
        names.append(_WALK)
    if makes_list(node):
        names.append(_MAKE)


def _binary(
    node: ast.expr, function: Callable[[Any, Any], Any], first: Calculate, second: Calculate
) -> Calculate:
    return lambda values: _apply(node, function, first(values), second(values))


def _arithmetic(node: ast.expr, op: ast.operator, first: Calculate, second: Calculate) -> Calculate:
    function = _BINARY[type(op)]
    power = type(op) is ast.Pow

    def calculate(values: Mapping[str, Any]) -> Any:
        a, b = first(values), second(values)
        if type(a) is list or type(b) is list:
            from archspec.formulas.lists import join_or_multiply

            return join_or_multiply(node, op, a, b)
        for value in (a, b):
            if type(value) is not int and type(value) is not float:
                _fail(node, f"{_show(value)} is not a number")
        if power and abs(b) > 64:
            _fail(node, "the exponent is too large")
        return _bounded(node, _apply(node, function, a, b))

    return calculate


def _first(parts: list[Calculate], values: Mapping[str, Any], stop: bool) -> Any:
    """The first value whose truth ends an `or` (true) or an `and` (false), else the last."""
    value: Any = None
    for part in parts:
        value = part(values)
        if bool(value) is stop:
            break
    return value


def _indexed(node: ast.expr, items: Calculate, index: Calculate) -> Calculate:
    def calculate(values: Mapping[str, Any]) -> Any:
        found, at = items(values), index(values)
        if not isinstance(found, list | tuple) or type(at) is not int:
            _fail(node, "only a list can be indexed, with a whole number")
        if not -len(found) <= at < len(found):
            message = f"index {at} is outside the list, which has {len(found)} entries"
            named = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
            better = f"{ast.unparse(node.value)}[{len(found) - 1}]" if named and found else ""  # type: ignore[attr-defined]
            raise ExpressionError("AS209", message, node, better=better)
        return found[at]

    return calculate


def _apply(node: ast.expr, function: Callable[..., Any], *operands: Any) -> Any:
    try:
        return function(*operands)
    except ZeroDivisionError:
        _fail(node, "division by zero")
    except OverflowError:
        _fail(node, "the result is too large")
    except (TypeError, ValueError):
        shown = ", ".join(_show(o) for o in operands)
        _fail(node, f"this cannot be calculated with {shown or 'nothing'}")


def _bounded(node: ast.expr, value: Any) -> Any:
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        _fail(node, "the result is not a number")
    if isinstance(value, int | float) and abs(value) > LARGEST:
        _fail(node, "the result is beyond 2**63")
    if type(value) is list and size_of(value, MOST_MADE) > MOST_MADE:
        _fail(node, TOO_MUCH)
    return value


def _fail(node: ast.expr, message: str) -> NoReturn:
    raise ExpressionError("AS209", message, node)


def _show(value: Any) -> str:
    if value is None or isinstance(value, bool | list):
        return show(value)
    return f'"{value[:40]}"' if isinstance(value, str) else str(value)
