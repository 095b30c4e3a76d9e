"""Formulas with some of their names replaced by values."""

import ast
from collections.abc import Mapping
from typing import Any

from archspec.expressions import MAX_LENGTH, Expression, parse_expression, syntax_tree
from archspec.formula_syntax import ExpressionError
from archspec.templates import Template, Text


def substitute(value: Any, values: Mapping[str, Any], kept: set[str]) -> Any:
    """A template's value as it is written in a spec, the names that have values replaced.

    What then has no names left is worked out. A formula that would become too long stays as it is,
    and its names are added to ``kept``.
    """
    if isinstance(value, Template):
        return substitute(value.value, values, kept)
    if isinstance(value, Expression):
        return _formula(value, values, kept)
    if isinstance(value, Text):
        if value.names <= values.keys():
            return value.evaluate(values)
        return value.text if value.names.isdisjoint(values) else _text(value, values)
    if isinstance(value, dict):
        return {k: substitute(v, values, kept) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(v, values, kept) for v in value]
    return value


def _text(text: Text, values: Mapping[str, Any]) -> str:
    own = {name: values.get(name, f"${{{name}}}") for name in text.names}
    return str(text.evaluate(own))


def _formula(formula: Expression, values: Mapping[str, Any], kept: set[str]) -> Any:
    if formula.names <= values.keys():
        return formula.evaluate(values)
    if formula.names.isdisjoint(values):
        return formula.text.strip()
    tree = _Values(values).visit(syntax_tree(formula.text.strip()))
    text = ast.unparse(ast.fix_missing_locations(tree))
    if len(text) <= MAX_LENGTH:
        return text
    kept |= formula.names & values.keys()
    return formula.text.strip()


class _Values(ast.NodeTransformer):
    """Puts values in the place of names, and works out what has none left."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit(self, node: ast.AST) -> Any:
        node = super().visit(node)
        if isinstance(node, ast.IfExp) and _is_plain(node.test):
            test = _evaluate(node.test)
            return node if test is None else node.body if test[0] else node.orelse
        if isinstance(node, ast.BinOp | ast.Call | ast.Subscript | ast.Compare) and _is_plain(node):
            found = _evaluate(node)
            return node if found is None else _tree(found[0])
        return node

    def visit_Name(self, node: ast.Name) -> Any:
        return _tree(self.values[node.id]) if node.id in self.values else node

    def visit_Call(self, node: ast.Call) -> Any:
        node.args = [self.visit(a) for a in node.args]
        return node


def _is_plain(node: ast.AST) -> bool:
    """Whether nothing in it is open: no names but those of functions and constants."""
    try:
        return not parse_expression(ast.unparse(node)).names
    except ExpressionError:
        return False


def _evaluate(node: ast.AST) -> tuple[Any] | None:
    try:
        return (parse_expression(ast.unparse(node)).evaluate({}),)
    except ExpressionError:  # such as a division by zero in a branch that is never taken
        return None


def _tree(value: Any) -> ast.expr:
    if isinstance(value, list | tuple):
        return ast.List([_tree(v) for v in value], ast.Load())
    if value is None or isinstance(value, bool):
        return ast.Name({None: "null", True: "true", False: "false"}[value], ast.Load())
    if isinstance(value, int | float) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)
