"""Text to document: values and, for each of them, where it stands."""

from collections.abc import Callable

from archspec.diagnostics.sink import Sink, SourcePlace, TooMany
from archspec.diagnostics.source import Source
from archspec.parse.document import Document


def parse(source: Source, sink: Sink) -> Document | None:
    """Parse YAML; JSON if the name ends so, or if standard input begins with a brace.

    Reports what is wrong. There is a document nevertheless if anything could be read: what could
    not is ``REPORTED`` in it, and it is not ``sound``.
    """
    text = source.text.lstrip()
    if not text:
        sink.report("AS005", SourcePlace(source), "the file is empty", help=[_STARTER])
        return None
    if is_json(source):
        from archspec.parse.json import parse_json as parse_text
    else:
        from archspec.parse.yaml import parse_yaml as parse_text
    try:
        if text.startswith("archspec") or "\narchspec" in text or '"archspec"' in text:
            return parse_text(source, sink)
        return _parse_unknown(source, sink, parse_text)
    except TooMany:
        return None
    except UnicodeEncodeError:  # from Python, or a word of the command line; files are decoded
        sink.report("AS003", SourcePlace(source), "the text has a byte that is no UTF-8")
        return None


def is_json(source: Source) -> bool:
    """Whether a text is read as JSON: by its name, or, without one, by the brace it begins with."""
    if source.name.startswith("<") and source.text.lstrip().startswith("{"):
        return True
    return source.name.lower().endswith(".json")


def _parse_unknown(
    source: Source, sink: Sink, parse_text: Callable[[Source, Sink], Document | None]
) -> Document | None:
    """Parse what may be a file of another tool, of which nothing else is said then."""
    first = Sink()
    document = parse_text(source, first)
    value = None if document is None else document.value
    from archspec.parse.foreign import may_be_foreign, tell_foreign

    if may_be_foreign(source.text) and tell_foreign(source, value, sink):
        return None
    for told in first.diagnostics:
        sink.report(told.code, told.place, told.message, notes=told.notes, help=told.advice)
    return document


_STARTER = "`archspec new NAME` writes a spec to start from"

__all__ = ["Document", "is_json", "parse"]
