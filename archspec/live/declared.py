"""What a file declares for others, and the files that a text refers to: read without its shapes."""

from typing import NamedTuple

from archspec.diagnostics.place import Path, Span
from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import SourceError, decode_source
from archspec.live.answer import Answer
from archspec.live.blocks import file_of, mapping
from archspec.parse import Document, parse
from archspec.train.recipe.kind import is_for_us


class Declared(NamedTuple):
    """A network, a recipe or a block, where a file names it."""

    name: str
    kind: str
    """``network`` or ``block``."""
    span: Span


class Link(NamedTuple):
    """Where a text has the path of a file."""

    path: str
    span: Span


def declared(document: Document) -> list[Declared]:
    """The network of a file and its blocks."""
    top = mapping(document.value)
    found = []
    if isinstance(top.get("name"), str):
        found.append(Declared(top["name"], "network", document.span(("name",))))
    blocks = mapping(top.get("blocks"))
    found += [Declared(name, "block", document.span(("blocks", name), "key")) for name in blocks]
    return found


def document_with(path: str, data: bytes, word: str) -> Document | None:
    """The document of a spec or a recipe in which a word stands, in capitals or not; None for others."""
    if word.casefold().encode("utf-8", "replace") not in data.lower() and word.isascii():
        return None
    try:
        document = parse(decode_source(path, data), Sink())
    except SourceError:
        return None
    return document if document is not None and is_for_us(document, data) else None


def links(answer: Answer) -> list[Link]:
    """The files that a text names with `spec`, `extends` and `use`, where it does."""
    document = answer.document
    if document is None or not answer.is_ours:
        return []
    top = mapping(document.value)
    places: list[Path] = [(key,) for key in ("spec", "extends") if key in top]
    places += [("use", name) for name in mapping(top.get("use"))]
    found = []
    for place in places:
        written = document.at(place)
        path = file_of(document, written)
        if path is not None:
            at = (*place, "from") if isinstance(written, dict) else place
            found.append(Link(path, document.span(at)))
    return found
