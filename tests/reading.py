"""Reading of texts, for tests of what they mean and of what is wrong in them."""

from archspec.diagnostics.sink import Sink, Span
from archspec.diagnostics.source import Source
from archspec.parse import Document, parse


def read(text: str, name: str = "test.yaml") -> Document:
    """The document of a text without errors."""
    sink = Sink()
    document = parse(Source(name, text), sink)
    assert document is not None, sink.diagnostics
    assert not sink.diagnostics
    return document


def errors(text: str, name: str = "test.yaml") -> list[tuple[str, str]]:
    """Codes and underlined pieces of a text with errors."""
    sink = Sink()
    document = parse(Source(name, text), sink)
    assert sink.errors
    assert document is None or not document.sound
    return [(d.code, cut(text, d.span) if d.span else "") for d in sink.diagnostics]


def cut(text: str, span: Span) -> str:
    """The piece of a text that a span stands for."""
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
