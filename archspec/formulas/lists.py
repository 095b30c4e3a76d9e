"""Lists in formulas: ``[relu]*6 + [hard_swish]*9`` joins two that are multiplied.

How long they become is bounded, and what may make lists is seen before anything is worked out.
"""

import ast
from typing import Any

from archspec.formulas.explain import ExpressionError
from archspec.formulas.values import show, size_of

MOST_JOINED = 10_000
"""Most entries and characters of a list that `+` and `*` make."""


def join_or_multiply(node: ast.expr, op: ast.operator, first: Any, second: Any) -> list[Any]:
    """A list and another one, or a list so many times.

    Raises:
        ExpressionError: it would be too long, or one of the two is something else.
    """
    items, other = (first, second) if type(first) is list else (second, first)
    if isinstance(op, ast.Mult) and type(other) is int:
        if size_of(items, MOST_JOINED) * other > MOST_JOINED:
            raise _too_long(node)
        made: list[Any] = items * other
        return made
    if isinstance(op, ast.Add) and type(other) is list:
        if size_of(first, MOST_JOINED) + size_of(second, MOST_JOINED) > MOST_JOINED:
            raise _too_long(node)
        joined: list[Any] = first + second
        return joined
    message = f"a list and {show(other)} cannot be calculated with"
    help = "lists are joined by `+`, and multiplied by a whole number: `[8]*3 + [16]*2`"
    raise ExpressionError("AS209", message, node, help)


def _too_long(node: ast.expr) -> ExpressionError:
    message = f"the list comes to more than {MOST_JOINED:,} entries and characters"
    return ExpressionError("AS209", message, node)


def makes_list(node: ast.AST) -> bool:
    """Whether a part of a formula joins or multiplies lists that the formula makes itself."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            return _is_list(left) or _is_list(right)
    return False


def may_make_list(node: ast.AST) -> bool:
    """Whether a part of a formula may join or multiply lists that names stand for."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _may_be_list(left) and _may_be_list(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _may_be_list(left) or _may_be_list(right)
    return False


def _is_list(node: ast.AST) -> bool:
    match node:
        case ast.List():
            return True
        case ast.IfExp(body=body, orelse=orelse):
            return _is_list(body) or _is_list(orelse)
    return makes_list(node)


def _may_be_list(node: ast.AST) -> bool:
    match node:
        case ast.Name() | ast.Subscript() | ast.List() | ast.BoolOp():
            return True
        case ast.IfExp(body=body, orelse=orelse):
            return _may_be_list(body) or _may_be_list(orelse)
        case ast.Call(func=ast.Name(id=name)):
            return name in ("sum", "min", "max")
    return may_make_list(node)
