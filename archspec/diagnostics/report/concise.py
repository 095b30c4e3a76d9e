"""Diagnostics a line each: ``file:line:column: error[AS401] message``."""

from collections.abc import Sequence

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Diagnostic


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """One line for each diagnostic, as compilers and editors know them."""
    lines = []
    for found in diagnostics:
        span, name = found.span, visible(found.source.name)
        where = f"{name}:{span.line}:{span.column}" if span else name
        lines.append(f"{where}: {found.severity}[{found.code}] {found.message}\n")
    return "".join(lines)
