"""What to say of text that is not JSON, where the loose reader has nothing to say of it."""

import json

from archspec.diagnostics.sink import Sink, SourcePlace, Span
from archspec.diagnostics.source import Source


def report_syntax(source: Source, sink: Sink, error: Exception) -> None:
    """Report where the parser stopped."""
    if isinstance(error, json.JSONDecodeError):
        message = error.msg[:1].lower() + error.msg[1:]
        sink.report("AS011", place_at(source, error.pos, error.pos + 1), message)
    else:
        sink.report("AS011", SourcePlace(source), "the text is not JSON")


def place_at(source: Source, start: int, end: int) -> SourcePlace:
    """The place of a piece of the text, which is cut at the end of its line."""
    text = source.text
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    stop = text.find("\n", start)
    end = min(end, stop) if stop >= 0 else end
    return SourcePlace(source, Span(line, column, line, column + max(end - start, 1)))
