"""The defaults of a file: what its layers have by them, and where they stand."""

from collections.abc import Iterable, Set
from typing import Any

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import Record, bare_field, fields

DEFAULTS = "defaults"
"""The key of a file under which its layers' own defaults stand."""


class Defaults:
    """The arguments that layers of a file have if they give none."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        """As they are written, by the word of the layer; those that are sound."""
        self._names: dict[tuple[str, str], frozenset[str]] = {}
        self.used: set[tuple[str, str]] = set()
        """Layer and argument of those that some layer has."""

    def add(self, word: str, name: str, value: Any, names: frozenset[str]) -> None:
        """Another one, with the names that its formulas use."""
        self.values.setdefault(word, {})[name] = value
        self._names[word, name] = names

    def fill(
        self, type: type[Layer], own: dict[str, Any], hidden: Set[str], place: Place, sink: Sink
    ) -> dict[str, Any]:
        """The arguments of an entry with those that it does not give.

        A formula means names of the file: where others hide them, that is reported, and the
        default left out.
        """
        word = type.__name__
        found = dict(own)
        for name, value in self.values[word].items():
            if name in own:
                continue
            self.used.add((word, name))
            lost = self._names[word, name] & hidden
            if lost:
                other = ", ".join(f"`{n}`" for n in sorted(lost))
                message = f"the default of `{name}` means {other} of the file, which is hidden here"
                notes = [Note("the default is here", default_place(place, word, name))]
                help: list[str | Fix] = [f"write `{name}` here, or choose another name there"]
                sink.report("AS208", place.key(), message, notes=notes, help=help)
                continue
            found[name] = self.inside(value, hidden, place, sink)
        return found

    def inside(self, value: Any, hidden: Set[str], place: Place, sink: Sink) -> Any:
        """A layer in a layer, as it is written, with the arguments that it does not give."""
        word, given = value, None
        if isinstance(value, dict) and len(value) == 1:
            ((word, given),) = value.items()
        kind = find_layer(word) if isinstance(word, str) else None
        if kind is None:
            return value
        from archspec.spec.short_forms import is_alone

        if given is not None and (not isinstance(given, dict) or is_alone(kind, given, ())):
            given = {bare_field(kind): given}
        filled = {**(given or {})}
        if word in self.values:
            filled = self.fill(kind, filled, hidden, place, sink)
        for name, argument in filled.items():
            if name in fields(kind) and fields(kind)[name].type.nested:
                filled[name] = self.inside(argument, hidden, place, sink)
        return {word: filled} if filled else value


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
