"""Formulas and texts of specs as Python."""

import ast
from collections.abc import Mapping
from typing import Any

from archspec.emit.python.naming import UnstructuredError
from archspec.emit.python.text import Code, in_format, literal
from archspec.formulas.asks import hide_asks, is_ask
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import FUNCTIONS, Expression, syntax_tree
from archspec.formulas.templates import Piece, Template, Text

_MATH = ("floor", "ceil")
_WORDS = {"true": True, "false": False, "null": None}


class Names(Mapping[str, Any]):
    """What the parameters of a body are called in the source, or their values if they are folded."""

    def __init__(self, values: dict[str, Any], fractions: set[str] | None = None) -> None:
        self._values = values
        self.fractions = fractions or set()
        """Names that may stand for fractions: what is made of them is rounded off where it must be whole."""

    def __getitem__(self, name: str) -> Any:
        if is_ask(name) and name not in self._values:
            raise UnstructuredError("a shape that is asked for where nothing is written yet")
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def extended(self, more: dict[str, Any], fractions: set[str]) -> "Names":
        """With further names."""
        return Names({**self._values, **more}, (self.fractions - more.keys()) | fractions)


def render(value: Any, names: Names, whole: bool = False) -> Any:
    """A template's value with code for what is open in it.

    ``whole`` says that a formula's value must be a whole number.
    """
    if isinstance(value, Template):
        return render(value.value, names, whole)
    if isinstance(value, Expression):
        return _in_double_quotes(_expression(value, names, whole))
    if isinstance(value, Text):
        return _text(value, names)
    if isinstance(value, list):
        return [render(v, names, whole) for v in value]
    if isinstance(value, dict):
        return {k: render(v, names, whole) for k, v in value.items()}
    return value


def may_be_fraction(template: Template, names: Names) -> bool:
    """Whether what is worked out may be no whole number, as far as can be seen."""
    texts = [v.text for v in _parts(template.value) if isinstance(v, Expression)]
    divides = any("/" in text.replace("//", "") for text in texts)
    return divides or not names.fractions.isdisjoint(template.names)


def _parts(value: Any) -> list[Any]:
    return [p for v in value for p in _parts(v)] if isinstance(value, list) else [value]


def _expression(expression: Expression, names: Names, whole: bool) -> Any:
    if not any(isinstance(names[n], Code) for n in expression.names):
        try:
            return expression.evaluate(dict(names))
        except ExpressionError as error:  # under a condition that is false whenever it has none
            raise UnstructuredError("a formula that has no value") from error
    hidden = hide_asks(expression.text.strip())
    writer = _Writer(names, hidden.names)
    tree: Any = writer.visit(syntax_tree(hidden.text))
    tree = ast.fix_missing_locations(tree)
    if isinstance(tree, ast.Constant):
        return tree.value
    code = ast.unparse(tree)
    return Code(f"int({code})" if whole and writer.fraction else code)


class _Writer(ast.NodeTransformer):
    def __init__(self, names: Names, asks: dict[str, str]) -> None:
        self._names = names
        self._asks = asks
        """What is asked of shapes, by the words that stand for it in the tree."""
        self.fraction = False

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in _WORDS and node.id not in self._names:
            return ast.Constant(_WORDS[node.id])
        self.fraction = self.fraction or node.id in self._names.fractions
        name = self._asks.get(node.id, node.id)
        return ast.parse(literal(self._names[name]), mode="eval").body

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Leaves out what does not decide: `False and …` is False, `True and a` is a."""
        ends = isinstance(node.op, ast.Or)
        kept: list[Any] = []
        for value in node.values:
            operand: Any = self.visit(value)
            if isinstance(operand, ast.Constant):
                if bool(operand.value) is ends:
                    kept.append(operand)
                    break
                continue
            kept.append(operand)
        if not kept:
            return ast.Constant(not ends)
        if isinstance(kept[0], ast.Constant) or len(kept) == 1:
            first: ast.AST = kept[0]
            return first
        return ast.BoolOp(node.op, kept)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        operand: Any = self.visit(node.operand)
        if isinstance(node.op, ast.Not) and isinstance(operand, ast.Constant):
            return ast.Constant(not operand.value)
        return ast.UnaryOp(node.op, operand)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        test: Any = self.visit(node.test)
        if isinstance(test, ast.Constant):
            chosen: ast.AST = self.visit(node.body if test.value else node.orelse)
            return chosen
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.fraction = self.fraction or isinstance(node.op, ast.Div)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        assert node.func.id in FUNCTIONS
        name = node.func.id
        before = self.fraction
        arguments: list[Any] = [self.visit(a) for a in node.args]
        if name in (*_MATH, "round", "len", "make_divisible"):
            self.fraction = before
        path = f"math.{name}" if name in _MATH else name
        return ast.Call(ast.parse(path, mode="eval").body, arguments, [])


def _text(text: Text, names: Names) -> Any:
    if not any(isinstance(names[n], Code) for n in text.names):
        return text.evaluate(dict(names))
    found = [(piece, _piece(piece, names)) for piece in text.pieces]
    if len(found) == 1:
        return _in_double_quotes(found[0][1])
    if any(_breaks_quotes(value) for _, value in found):
        raise UnstructuredError("quotes in a text in quotes, which older Pythons do not read")
    parts = [in_format(p.written) if p.meaning is None else _value(v) for p, v in found]
    return Code(f'f"{"".join(parts)}"')


def _piece(piece: Piece, names: Names) -> Any:
    if not isinstance(piece.meaning, Expression):
        return None if piece.meaning is None else names[piece.meaning]
    return _expression(piece.meaning, names, whole=True)


def _in_double_quotes(value: Any) -> Any:
    """Code with the quotes of formatters around its texts, where that is safe."""
    if not isinstance(value, Code) or '"' in value or "\\" in value:
        return value
    return Code(value.replace("'", '"'))


def _breaks_quotes(value: Any) -> bool:
    return isinstance(value, Code) and ('"' in value or "\\" in value)


def _value(value: Any) -> str:
    """What stands in a ``f"…"`` for a value."""
    if isinstance(value, str) and not isinstance(value, Code):
        return in_format(value)
    return "{" + literal(value) + "}"
