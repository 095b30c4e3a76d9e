"""Text to document: values and, for each of them, where it stands."""

from archspec.diagnostics.sink import Sink, SourcePlace, TooMany
from archspec.diagnostics.source import Source
from archspec.parse.document import Document


def parse(source: Source, sink: Sink) -> Document | None:
    """Parse YAML; JSON if the name ends so, or if standard input begins with a brace.

    Returns None after reporting when the text cannot be parsed.
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
        return parse_text(source, sink)
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


_STARTER = "`archspec new NAME` writes a spec to start from"

__all__ = ["Document", "is_json", "parse"]
