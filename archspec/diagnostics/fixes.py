"""Fixes: what would mend a mistake, as edits of the text and not as a sentence only.

Who finds a mistake says what would stand there instead, as plain values at places. Lines and
columns, quotes, and the style of the text around are looked up by ``archspec.mend``, which also
tries whether a fix holds, before anybody is told of it.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

from archspec.diagnostics.place import Place, SourcePlace
from archspec.diagnostics.spelling import did_you_mean


class How(Enum):
    """What an edit does with what stands at its place."""

    REPLACE = "the value, the key, or the piece of text becomes another one"
    REMOVE = "the key and its value, or the entry of the list, go"
    ADD = "the mapping there, or the word alone, gets another key, ``name``, with the value"
    BEFORE = "another entry comes before this entry of a list"
    AFTER = "another entry comes after this entry of a list"
    TEXT = "characters become others, as they are: no value is written"


class Edit(NamedTuple):
    """One change of a text."""

    place: Place | SourcePlace
    value: Any = None
    """A plain value, as a spec holds it; of ``TEXT``, and of a piece of a value, characters."""
    how: How = How.REPLACE
    name: str = ""
    """The key, of ``ADD``."""


class Fix(NamedTuple):
    """Edits after which a mistake should be gone, and the sentence that says so."""

    message: str
    edits: tuple[Edit, ...]
    certain: bool = False
    """Whether it can hardly be meant otherwise: it may be applied without asking, once tried."""
    otherwise: str = ""
    """What to say if it turns out not to help; nothing is said then if it is empty."""
    guess: bool = False
    """Whether it is one of several that are tried, and told only if nothing is wrong after it."""


def replace(message: str, place: Place | SourcePlace, value: Any, certain: bool = False) -> Fix:
    """Another value, or, at the place of a key, another key."""
    return Fix(message, (Edit(place, value),), certain)


def retype(message: str, place: SourcePlace, text: str, certain: bool = False) -> Fix:
    """Other characters, at the span of the place."""
    return Fix(message, (Edit(place, text, How.TEXT),), certain)


def remove(message: str, place: Place, certain: bool = False) -> Fix:
    """Without a key and its value, or without an entry of a list."""
    return Fix(message, (Edit(place, how=How.REMOVE),), certain)


def add(message: str, place: Place, name: str, value: Any, certain: bool = False) -> Fix:
    """With another key and its value, in the mapping at a place or behind the word there."""
    return Fix(message, (Edit(place, value, How.ADD, name),), certain)


def guesses(place: Place | SourcePlace, values: Iterable[Any]) -> list[Fix]:
    """Values, or keys at the place of a key, of which one may fit."""
    return [Fix(f"`{v}` would fit", (Edit(place, v),), guess=True) for v in values]


def insert(message: str, place: Place, value: Any, after: bool = False) -> Fix:
    """With another entry before, or after, an entry of a list."""
    return Fix(message, (Edit(place, value, How.AFTER if after else How.BEFORE),))


def renamed(place: Place | SourcePlace, meant: str, certain: bool = False) -> Fix:
    """The word that was probably meant: a key, if the place is that of a key, or a value."""
    return replace(did_you_mean(meant), place, meant, certain)
