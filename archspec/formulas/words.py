"""Words in formulas: where a result stands, a word that is no name is text.

A result is the whole formula, what an ``if`` chooses from, and an entry of a list. In a condition, a
comparison, a sum, or as the argument of a function, a word is always a name.
"""

import ast
from collections.abc import Callable, Iterator, Set
from keyword import iskeyword
from typing import Any

from archspec.formulas.asks import is_ask


def words_as_text(tree: ast.expr, known: Set[str]) -> tuple[ast.expr, frozenset[str]]:
    """A formula with text in the place of words, such as `relu` and `stage1.add`; and the words.

    A word that stands for a name anywhere in the formula is one everywhere.
    """
    found = [(node, word) for node in _results(tree) if (word := _word(node, known))]
    if not found:
        return tree, frozenset()
    chosen = {id(node) for node, _ in found}
    others = {n.id for n in _names(tree, chosen)}
    texts = [(node, word) for node, word in found if word not in others]
    if not texts:
        return tree, frozenset()
    nodes: dict[int, ast.expr] = {id(node): ast.Constant(word) for node, word in texts}
    quoted: ast.expr = _Replaced(nodes).visit(tree)
    return quoted, frozenset(word for _, word in texts)


def text_as_words(tree: ast.expr, is_free: Callable[[str], bool]) -> ast.expr | None:
    """A formula with words in the place of text in quotes, those that are free; None without any."""
    nodes: dict[int, ast.expr] = {}
    for node in _results(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.split(".")
            if all(map(_is_word, words)) and is_free(node.value):
                nodes[id(node)] = ast.Name(node.value, ast.Load())
    if not nodes:
        return None
    bare: ast.expr = _Replaced(nodes).visit(tree)
    return bare


def _results(node: ast.expr, whole: bool = True) -> Iterator[ast.expr]:
    """The parts of a formula that are results; of what is not ``whole``, those of its lists."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from _results(body, whole)
            yield from _results(orelse, whole)
        case ast.List(elts=entries):
            for entry in entries:
                yield from _results(entry)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            yield from _results(left, False)
            yield from _results(right, False)
        case ast.Subscript(value=value):
            yield from _results(value, False)
        case _ if whole:
            yield node


def _word(node: ast.expr, known: Set[str]) -> str | None:
    """The word that a result is; None for a name that is known, and for anything else."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id in known or is_ask(node.id):
        return None
    return ".".join([node.id, *words])


def _names(tree: ast.expr, but: Set[int]) -> Iterator[ast.Name]:
    """The names of a formula that stand elsewhere than in some of its parts."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in but:
            continue
        if isinstance(node, ast.Name):
            yield node
        waiting += ast.iter_child_nodes(node)


def _is_word(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text) and text not in ("true", "false", "null")


class _Replaced(ast.NodeTransformer):
    """Puts other nodes in the place of some."""

    def __init__(self, nodes: dict[int, ast.expr]) -> None:
        self._nodes = nodes

    def visit(self, node: ast.AST) -> Any:
        other = self._nodes.get(id(node))
        return super().visit(node) if other is None else ast.copy_location(other, node)
