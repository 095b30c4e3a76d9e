"""Diagnostics for people: the message, the line with carets, notes and help."""

from collections.abc import Callable, Sequence

from archspec.diagnostics.characters import visible
from archspec.diagnostics.sink import Diagnostic, Note, Span
from archspec.diagnostics.source import Source

_RESET = "\x1b[0m"
_STYLES = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "help": "\x1b[1;32m",
    "gutter": "\x1b[34m",
    "bold": "\x1b[1m",
}
_WIDEST = 110

Paint = Callable[[str, str], str]


def render(diagnostics: Sequence[Diagnostic], color: bool = False) -> str:
    """``error[AS401]: …``, ``--> file:line:column``, the line, carets, notes, help."""
    lines: dict[int, list[str]] = {}
    return "".join(_diagnostic(d, color, lines) + "\n" for d in diagnostics)


def _diagnostic(found: Diagnostic, color: bool, known: dict[int, list[str]]) -> str:
    def paint(text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if color else text

    severity = found.severity
    span = found.span
    digits = len(str(span.line)) if span else 1
    margin = " " * digits
    head = paint(f"{severity}[{found.code}]", severity) + paint(f": {found.message}", "bold")
    source = found.source
    text = known.get(id(source.text))
    if text is None:
        text = known[id(source.text)] = source.text.split("\n")
    lines = [head, *_place(source, text, span, margin, severity, paint)]
    bar = paint(f"{margin} =", "gutter")
    label = paint("note", "note")
    lines += [f"{bar} {label}: {n.message}{_where(n, found.source)}" for n in found.all_notes]
    lines += [f"{bar} {paint('help', 'help')}: {text}" for text in found.help]
    return "\n".join(lines) + "\n"


def _place(
    source: Source, text: list[str], span: Span | None, margin: str, severity: str, paint: Paint
) -> list[str]:
    if span is None:
        return [paint(f"{margin}--> ", "gutter") + visible(source.name)]
    where = paint(f"{margin}--> ", "gutter") + f"{visible(source.name)}:{span.line}:{span.column}"
    if span.line > len(text):
        return [where]
    line = text[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start, width = span.column - 1, max(end - span.column, 1)
    line, start, width = _window(line, min(start, len(line)), width)
    carets = " " * _columns(line[:start]) + "^" * max(_columns(line[start : start + width]), 1)
    gutter = paint(f"{margin} |", "gutter")
    return [
        where,
        gutter,
        paint(f"{span.line} |", "gutter") + f" {line}",
        f"{gutter} {paint(carets, severity)}",
    ]


def _window(line: str, start: int, width: int) -> tuple[str, int, int]:
    """The part of a long line that shows the span."""
    line = visible(line.replace("\t", " "))
    if len(line) <= _WIDEST:
        return line, start, min(width, max(len(line) - start, 1))
    first = max(0, min(start - _WIDEST // 3, len(line) - _WIDEST))
    shown = line[first : first + _WIDEST]
    if first:
        shown = "…" + shown[1:]
    if first + _WIDEST < len(line):
        shown = shown[:-1] + "…"
    return shown, start - first, min(width, len(shown) - (start - first))


def _columns(text: str) -> int:
    """Width in a terminal: East Asian wide characters take two columns, accents on a letter none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def _where(note: Note, source: Source) -> str:
    if note.place is None:
        return ""
    span = note.place.span()
    other = note.place.document.source.name
    if other == source.name:
        return f" (line {span.line})"
    return f" ({visible(other)}:{span.line}:{span.column})"
