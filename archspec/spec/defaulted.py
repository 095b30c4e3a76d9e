"""Arguments that an entry has by the `defaults` of its file: which they are, and where they stand."""

from collections.abc import Iterable

from archspec.diagnostics.sink import Note, Place
from archspec.records.record import Record, bare_field

DEFAULTS = "defaults"
"""The key of a file under which its layers' own defaults stand."""


def defaulted(type: type[Record], names: Iterable[str], place: Place) -> dict[str, Note]:
    """Those of some arguments of an entry that it has by `defaults`, with where they stand."""
    values = place.document.at((DEFAULTS, type.__name__))
    if not isinstance(values, dict):
        return {}
    written = place.document.at(place.path)
    if not isinstance(written, dict):  # a word alone, or a value for its first argument
        bare = isinstance(written, str) and place.path[-1:] != (type.__name__,)
        written = () if bare else (bare_field(type),)
    return {
        name: Note("the default is here", default_place(place, type.__name__, name))
        for name in dict.fromkeys(names)
        if name in values and name not in written
    }


def default_place(place: Place, word: str, name: str) -> Place:
    """Where the default of an argument stands in the file of a place."""
    return Place(place.document, (DEFAULTS, word, name), "key")
