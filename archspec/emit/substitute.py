"""Formulas with some of their names replaced by values."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import MAX_LENGTH, Expression, parse_expression, syntax_tree
from archspec.formulas.templates import Piece, Template, Text, plain_text
from archspec.formulas.words import text_as_words


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
        return _text(value, values, kept)
    if isinstance(value, dict):
        return {k: substitute(v, values, kept) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(v, values, kept) for v in value]
    return value


def substitute_formula(value: Any, values: Mapping[str, Any], kept: set[str]) -> Any:
    """The same for what is read as formulas: text in it has quotes."""
    if isinstance(value, Template):
        return substitute_formula(value.value, values, kept)
    if isinstance(value, list | tuple):
        return [substitute_formula(v, values, kept) for v in value]
    return _literal(value) if isinstance(value, str) else substitute(value, values, kept)


def bare_formula(formula: Any, is_free: Callable[[str], bool]) -> Any:
    """What is read as a formula with words in the place of text, if they are free to be used."""
    if not isinstance(formula, str) or "'" not in formula:
        return formula
    found = text_as_words(syntax_tree(formula), is_free)
    return formula if found is None else ast.unparse(found)


def bare_text(text: str, is_free: Callable[[str], bool]) -> str:
    """A text, as it is written, with words in its formulas."""
    found = Text(text)
    if not found.formulas():
        return text
    pieces = [
        f"$({bare_formula(p.written[2:-1].strip(), is_free)})"
        if isinstance(p.meaning, Expression)
        else p.written.replace("$", "$$")
        if p.meaning is None
        else p.written
        for p in found.pieces
    ]
    return "".join(pieces)


def has_references(value: Any) -> bool:
    """Whether a text in a value would be read as one with a parameter or a formula in it."""
    if isinstance(value, dict):
        return any(map(has_references, value.values()))
    if isinstance(value, list | tuple):
        return any(map(has_references, value))
    return isinstance(value, str) and "$" in value and plain_text(value) != value


def _text(text: Text, values: Mapping[str, Any], kept: set[str]) -> Any:
    """A text with values in it; a value that would be read as a parameter stays one."""
    put = {n: values[n] for n in text.names & values.keys() if not has_references(values[n])}
    kept |= text.names & values.keys() - put.keys()
    if text.names <= put.keys():
        try:
            return _plain(text.evaluate(put))
        except ExpressionError:  # of something that is left out whenever it has no value
            kept |= text.names
            return text.text
    if not put and not text.formulas():
        return text.text
    found = [(p, p.written if p.meaning is None else _piece(p, put, kept)) for p in text.pieces]
    if not any(p.meaning is not None and str(w).startswith("$(") for p, w in found):
        return found[0][1] if len(found) == 1 else "".join(str(w) for _, w in found)
    return "".join([w.replace("$", "$$") if p.meaning is None else str(w) for p, w in found])


def _piece(piece: Piece, values: Mapping[str, Any], kept: set[str]) -> Any:
    """A parameter or a formula in a text, as it is written with values in it."""
    if isinstance(piece.meaning, Expression):
        open: set[str] = set()
        found = _formula(piece.meaning, values, open)
        kept |= open
        if piece.meaning.names <= values.keys() and not open:
            return piece.meaning.evaluate(values)
        return _folded(found) if isinstance(found, str) else found
    return values.get(str(piece.meaning), f"${{{piece.meaning}}}")


def _folded(formula: str) -> Any:
    """A formula of a text as it is written; its value, if it needs no names any more."""
    read = parse_expression(formula)
    if not read.names:
        try:
            return _plain(read.evaluate({}))
        except ExpressionError:  # of something that is left out whenever it has no value
            pass
    return f"$({formula})"


def _plain(value: Any) -> Any:
    return plain_text(value) if isinstance(value, str) else value


def _formula(formula: Expression, values: Mapping[str, Any], kept: set[str]) -> Any:
    if formula.names <= values.keys():
        try:
            return _literal(formula.evaluate(values))
        except ExpressionError:  # of something that is left out whenever it has no value
            kept |= formula.names
            return formula.text.strip()
    if formula.names.isdisjoint(values):
        return formula.text.strip()
    tree = _Values(values).visit(syntax_tree(formula.text.strip()))
    text = ast.unparse(ast.fix_missing_locations(tree))
    found = _evaluate(tree) if _is_plain(tree) else None
    if found is not None:  # what was open stood in a branch that is never taken
        return _literal(found[0])
    if len(text) <= MAX_LENGTH:
        return text
    kept |= formula.names & values.keys()
    return formula.text.strip()


def _literal(value: Any) -> Any:
    """A value where formulas are read: text has quotes in it."""
    if isinstance(value, str):
        return ast.unparse(ast.Constant(value))
    return [_literal(v) for v in value] if isinstance(value, list) else value


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
