"""Layers as Python calls them: ``Conv2D(16, 3)``."""

import ast
import warnings
from typing import Any

_LONGEST_CALL = 200


def read_call(text: str) -> tuple[str, dict[str | int, Any]] | None:
    """Name and arguments of what Python says as ``Conv2D(16, 3)``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python tells of escapes that it does not know
            call = ast.parse(text.strip().rstrip(",;"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or len(text) > _LONGEST_CALL:
        return None
    given: dict[str | int, Any] = {n: _plain(node) for n, node in enumerate(call.args)}
    given.update({k.arg or "": _plain(k.value) for k in call.keywords})
    return ast.unparse(call.func), given


def _plain(node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ast.unparse(node)
    return list(value) if isinstance(value, tuple) else value
