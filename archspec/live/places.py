"""Where in a document a position is, and how far what is there reaches."""

from typing import NamedTuple

from archspec.diagnostics.place import Path, Span
from archspec.parse.document import Document, Position


class Found(NamedTuple):
    """What stands at a position: the innermost value there, or its key."""

    path: Path
    part: str
    """``key`` or ``value``."""


def find(document: Document, line: int, column: int) -> Found:
    """What stands at a line and a column; the end of a word belongs to it."""
    here = (line - 1, column - 1)
    path: Path = ()
    marks = document.marks
    while True:
        items = marks.items
        step: str | int | None = None
        if isinstance(items, dict):
            for name, position in (marks.keys or {}).items():
                if _holds(position, here):
                    return Found((*path, name), "key")
            step = next((k for k, inner in items.items() if _holds(inner.value, here)), None)
        elif isinstance(items, list):
            step = next((n for n, inner in enumerate(items) if _holds(inner.value, here)), None)
        if step is None or items is None:
            return Found(path, "value")
        path = (*path, step)
        marks = items[step]  # type: ignore[index]


def _holds(position: Position, here: tuple[int, int]) -> bool:
    start, end = position
    return (start.line, start.column) <= here <= (end.line, end.column)


def extent(document: Document, path: Path, lines: list[str]) -> Span:
    """From the start of the key, or of the entry, at a path to the end of its value.

    ``lines`` are those of its text. Lines behind it that are empty or hold a comment only do not belong to it.
    """
    marks = document.marks
    start = marks.value[0]
    for step in path:
        items = marks.items
        keys = marks.keys or {}
        try:
            marks = items[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
        start = keys[step][0] if isinstance(step, str) and step in keys else marks.value[0]
    end = marks.value[1]
    line, column = min(end.line, len(lines) - 1), end.column
    while line > start.line:
        written = lines[line][:column].strip()
        if written and not written.startswith("#"):
            break
        line -= 1
        column = len(lines[line])
    column = max(column, start.column) if line == start.line else column
    return Span(start.line + 1, start.column + 1, line + 1, len(lines[line][:column].rstrip()) + 1)
