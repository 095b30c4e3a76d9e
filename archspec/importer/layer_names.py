"""Diagnostics of a spec that stands nowhere: they name the layer instead of a line."""

from typing import Any, NamedTuple

from archspec.diagnostics.sink import Diagnostic, Note, Path, Place, SourcePlace


class Named(NamedTuple):
    """What there is to say, without a place in the text."""

    layer: str
    """The layer's name, or the path of what has none; empty if it is about the whole."""
    message: str
    notes: list[Note | str]
    help: list[str]
    """Sentences only: there is no text that could be edited."""


def named(found: Diagnostic, source: str, data: Any) -> Named:
    """A diagnostic of a spec, in the words of a reader who does not see its text.

    Args:
        found: the diagnostic.
        source: the name of the spec's source; places in others stay.
        data: the values of the spec.
    """
    layer = _layer_at(found.place, source, data)
    notes: list[Note | str] = []
    for note in found.notes:
        where = _layer_at(note.place, source, data) if note.place else ""
        foreign = note.place is not None and note.place.document.source.name != source
        notes.append(note if foreign else _of(where, note.message))
    help = [advice for advice in found.advice if isinstance(advice, str)]
    return Named(layer, _of(layer, found.message), notes, help)


def _of(layer: str, message: str) -> str:
    """A message that names the layer."""
    if not layer or f"`{layer}`" in message:
        return message
    return f"`{layer}`: {message}"


def _layer_at(place: Place | SourcePlace, source: str, data: Any) -> str:
    if isinstance(place, SourcePlace) or place.document.source.name != source:
        return ""
    return name_at(data, place.path)


def name_at(data: Any, path: Path) -> str:
    """The name of the layer in which a path of a spec lies: ``conv1``, or ``layers[3]``."""
    found, words = "", ""
    value = data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
        if isinstance(step, int):
            found = words
            inner = next(iter(value.values())) if isinstance(value, dict) and value else None
            name = inner.get("name") if isinstance(inner, dict) else None
            found = name if isinstance(name, str) else found
    if not found and path[:1] == ("inputs",) and len(path) > 1:
        return str(path[1])
    return "input" if path[:1] == ("input",) else found
