"""Diagnostics a line each: ``file:line:column: error[AS401] message (help)``."""

from collections.abc import Sequence

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Diagnostic


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """One line for each diagnostic, as compilers and editors know them."""
    lines = []
    for found in diagnostics:
        span, name = found.span, visible(found.source.name)
        where = f"{name}:{span.line}:{span.column}" if span else name
        help = f" ({'; '.join(found.help)})" if found.help else ""
        lines.append(f"{where}: {found.severity}[{found.code}] {found.message}{help}\n")
    return "".join(lines)
