"""Formulas in specs: ``64*width``, ``2 if i == 0 else 1``, ``depths[stage]``.

Python's grammar, cut down to arithmetic, comparison, ``and or not``, ``a if c else b``, indexing
of lists, text in quotes, and a few functions. Nothing is executed: a checked syntax tree is
walked. ``/`` gives whole numbers where it can; ``round`` rounds halves to even, as Python does.
"""

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from archspec.arguments import LARGEST

Value = int | float | bool | str | None | list[Any]

MAX_LENGTH = 300
MAX_DEPTH = 32


class ExpressionError(ValueError):
    """A formula that cannot be read or has no value; ``start`` and ``end`` are columns in it."""

    def __init__(
        self, code: str, message: str, node: ast.AST | None = None, help: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start: int = getattr(node, "col_offset", 0)
        self.end: int | None = getattr(node, "end_col_offset", None)
        self.help = help


class Expression:
    """A formula that has been read; ``names`` are the parameters that it needs."""

    __slots__ = ("names", "text", "tree")

    def __init__(self, text: str, tree: ast.expr, names: frozenset[str]) -> None:
        self.text = text
        self.tree = tree
        self.names = names

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value, given those of the names.

        Raises:
            ExpressionError: it has none: a division by zero, an index outside a list, text in a
                sum, a result beyond 2**63.
        """
        return _normal(_evaluate(self.tree, values))


@lru_cache(4096)
def parse_expression(text: str) -> Expression:
    """Read a formula.

    Raises:
        ExpressionError: it is not one, or uses more than the grammar has.
    """
    stripped = text.strip()
    if len(stripped) > MAX_LENGTH:
        raise ExpressionError("AS207", f"a formula of {len(stripped)} characters is too long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(stripped, mode="eval").body
    except SyntaxError as error:
        help = "a list is written in brackets: [3, 3]" if stripped.startswith("(") else ""
        if stripped.startswith("$"):
            help = f"a parameter needs no `$` here: `{stripped.strip('${}')}`"
        raised = ExpressionError("AS207", f"`{stripped}` is not a formula", None, help)
        raised.start = max((error.offset or 1) - 1, 0) if "\n" not in stripped else 0
        raise raised from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("AS207", "this is not a formula") from None
    names: set[str] = set()
    _check(tree, names, 0)
    return Expression(text, tree, frozenset(names))


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


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "len": len,
    "abs": abs,
    "sum": sum,
    "make_divisible": make_divisible,
}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}


def _check(node: ast.expr, names: set[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ExpressionError("AS207", "this formula is nested too deep", node)
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return
        case ast.Name(id=name):
            if name not in _CONSTANTS:
                names.add(name)
        case ast.BinOp(left=left, right=right, op=op) if type(op) in _BINARY:
            _check(left, names, depth + 1)
            _check(right, names, depth + 1)
        case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd() | ast.Not()):
            _check(operand, names, depth + 1)
        case ast.BoolOp(values=values):
            for value in values:
                _check(value, names, depth + 1)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            type(op) in _COMPARE for op in ops
        ):
            for value in (left, *others):
                _check(value, names, depth + 1)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            for value in (test, body, orelse):
                _check(value, names, depth + 1)
        case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
            _check(value, names, depth + 1)
            _check(index, names, depth + 1)
        case ast.List(elts=items):
            for value in items:
                _check(value, names, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=values, keywords=[]):
            if name not in FUNCTIONS:
                known = ", ".join(FUNCTIONS)
                message = f"`{name}` is not a function here"
                raise ExpressionError("AS207", message, node, f"there are {known}")
            for value in values:
                _check(value, names, depth + 1)
        case ast.Tuple():
            help = "a list is written in brackets: [3, 3]"
            raise ExpressionError("AS207", "a formula has one value", node, help)
        case _:
            raise ExpressionError("AS207", "formulas do not have this", node)


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name] if name in values else _CONSTANTS[name]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _evaluate(body if _evaluate(test, values) else orelse, values)
        case ast.Compare(left=left, ops=ops, comparators=others):
            first = _evaluate(left, values)
            for op, other in zip(ops, others, strict=True):
                second = _evaluate(other, values)
                if not _apply(node, _COMPARE[type(op)], first, second):
                    return False
                first = second
            return True
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _evaluate(left, values), _evaluate(right, values)
            for value in (a, b):
                if not isinstance(value, int | float) or isinstance(value, bool):
                    _fail(node, f"{_show(value)} is not a number")
            if type(op) is ast.Pow and abs(b) > 64:
                _fail(node, "the exponent is too large")
            return _bounded(node, _apply(node, _BINARY[type(op)], a, b))
        case ast.UnaryOp(op=op, operand=operand):
            value = _evaluate(operand, values)
            if type(op) is ast.Not:
                return not value
            return _apply(node, operator.neg if type(op) is ast.USub else operator.pos, value)
        case ast.BoolOp(op=op, values=operands):
            value = None
            for operand in operands:
                value = _evaluate(operand, values)
                if bool(value) is (type(op) is ast.Or):
                    break
            return value
        case ast.Subscript(value=inner, slice=index):
            items, at = _evaluate(inner, values), _evaluate(index, values)
            if not isinstance(items, list | tuple) or not isinstance(at, int):
                _fail(node, "only a list can be indexed, with a whole number")
            if not -len(items) <= at < len(items):
                _fail(node, f"index {at} is outside the list, which has {len(items)} entries")
            return items[at]
        case ast.List(elts=elements):
            return [_evaluate(e, values) for e in elements]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            found = [_evaluate(a, values) for a in arguments]
            return _bounded(node, _apply(node, FUNCTIONS[name], *found))
    raise AssertionError(node)  # _check lets nothing else through


def _apply(node: ast.expr, function: Callable[..., Any], *operands: Any) -> Any:
    try:
        return function(*operands)
    except ZeroDivisionError:
        _fail(node, "division by zero")
    except OverflowError:
        _fail(node, "the result is too large")
    except (TypeError, ValueError):
        shown = ", ".join(_show(o) for o in operands)
        _fail(node, f"this cannot be calculated with {shown}")


def _bounded(node: ast.expr, value: Any) -> Any:
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        _fail(node, "the result is not a number")
    if isinstance(value, int | float) and abs(value) > LARGEST:
        _fail(node, "the result is beyond 2**63")
    return value


def _fail(node: ast.expr, message: str) -> NoReturn:
    raise ExpressionError("AS209", message, node)


def _normal(value: Any) -> Any:
    """Whole floats as ints, so that ``64*alpha`` is a number of filters where it can be."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _show(value: Any) -> str:
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
