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
"""Columns of a line of code where the width of the terminal is not known."""
_LEAST = 20
"""Columns that a line of code has at least."""
_NARROW = 60
"""Columns of a terminal that has no room for messages to hang under their beginning."""

Paint = Callable[[str, str], str]


def wrapped(width: int) -> Callable[[Sequence[Diagnostic], bool], str]:
    """What renders for a terminal of that width: messages are wrapped, code is cut to it."""
    return lambda diagnostics, color: render(diagnostics, color, width)


def render(diagnostics: Sequence[Diagnostic], color: bool = False, width: int | None = None) -> str:
    """``error[AS401]: …``, ``--> file:line:column``, the line, carets, notes, help."""
    lines: dict[int, list[str]] = {}
    return "".join(_diagnostic(d, color, lines, width) + "\n" for d in diagnostics)


def _diagnostic(
    found: Diagnostic, color: bool, known: dict[int, list[str]], width: int | None
) -> str:
    def paint(text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if color else text

    severity = found.severity
    span = found.span
    digits = len(str(span.line)) if span else 1
    margin = " " * digits
    label = f"{severity}[{found.code}]"
    told = [paint(line, "bold") for line in _wrap(f": {found.message}", label, width)]
    source = found.source
    text = known.get(id(source.text))
    if text is None:
        text = known[id(source.text)] = source.text.split("\n")
    lines = [paint(label, severity) + told[0], *told[1:]]
    lines += _place(source, text, span, severity, paint, width)
    bar = f"{margin} ="
    notes = [("note", f"{n.message}{_where(n, found.source)}") for n in found.all_notes]
    for word, sentence in [*notes, *(("help", text) for text in found.help)]:
        first, *more = _wrap(f": {sentence}", f"{bar} {word}", width)
        lines += [f"{paint(bar, 'gutter')} {paint(word, word)}{first}", *more]
    return "\n".join(lines) + "\n"


def _wrap(text: str, label: str, width: int | None) -> list[str]:
    """Text behind a label in lines of a width, broken between words; the further ones stand below it."""
    if width is None or _columns(label + text) <= width:
        return [text]
    indent = len(label) + 2 if width >= _NARROW else 4
    lines, line, used = [], "", len(label)
    for word in text.split(" "):
        columns = _columns(word)
        if line and used + 1 + columns > width:
            lines.append(line)
            line, used = " " * indent + word, indent + columns
        else:
            line, used = (f"{line} {word}", used + 1 + columns) if line else (word, used + columns)
    return [*lines, line]


def _place(
    source: Source,
    text: list[str],
    span: Span | None,
    severity: str,
    paint: Paint,
    width: int | None,
) -> list[str]:
    margin = " " * (len(str(span.line)) if span else 1)
    if span is None:
        return [paint(f"{margin}--> ", "gutter") + visible(source.name)]
    where = paint(f"{margin}--> ", "gutter") + f"{visible(source.name)}:{span.line}:{span.column}"
    if span.line > len(text):
        return [where]
    line = text[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start, size = span.column - 1, max(end - span.column, 1)
    widest = _WIDEST if width is None else max(width - len(margin) - 3, _LEAST)
    line, start, size = _window(line, min(start, len(line)), size, widest)
    carets = " " * _columns(line[:start]) + "^" * max(_columns(line[start : start + size]), 1)
    gutter = paint(f"{margin} |", "gutter")
    return [
        where,
        gutter,
        paint(f"{span.line} |", "gutter") + f" {line}",
        f"{gutter} {paint(carets, severity)}",
    ]


def _window(line: str, start: int, width: int, widest: int) -> tuple[str, int, int]:
    """The part of a long line that shows the span."""
    line = visible(line.replace("\t", " "))
    if _columns(line) > widest:  # wide letters take two columns
        widest = max(widest * len(line) // _columns(line), 1) if not line.isascii() else widest
    if len(line) <= widest:
        return line, start, min(width, max(len(line) - start, 1))
    first = max(0, min(start - widest // 3, len(line) - widest))
    shown = line[first : first + widest]
    if first:
        shown = "…" + shown[1:]
    if first + widest < len(line):
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
