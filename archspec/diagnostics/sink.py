"""Diagnostics: what a stage has to say about a place in a document, as data.

A stage never meets a line or a column: it reports at a :class:`Place`, a document and a path in
it, and goes on. The reporters look the span up when there is something to print.
"""

import os
from collections.abc import Callable, Iterable
from enum import Enum
from itertools import islice
from typing import Any, Final, NamedTuple

from archspec.diagnostics.characters import visible
from archspec.diagnostics.codes import is_error, severity_of
from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.place import Path as Path
from archspec.diagnostics.place import Place as Place
from archspec.diagnostics.place import SourcePlace as SourcePlace
from archspec.diagnostics.place import Span as Span
from archspec.diagnostics.selection import Selection
from archspec.diagnostics.source import Source, read_source
from archspec.diagnostics.tried import Tried
from archspec.files.roots import lies_under, real_paths

MOST_DIAGNOSTICS = 1000
"""Most diagnostics of one run: nobody reads more, and they take time."""

_LONGEST = 600
"""Longest message: names and values in it come from the user."""


def _sentence(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _shown(fix: Fix) -> Fix:
    return fix._replace(message=_sentence(fix.message))


_MOST_REPEATS = 3


class Note(NamedTuple):
    """A further sentence, with a place of its own if it has one."""

    message: str
    place: Place | None = None


class Diagnostic:
    """One error, warning or note."""

    __slots__ = ("advice", "code", "message", "notes", "place", "repeats")

    def __init__(
        self,
        code: str,
        place: Place | SourcePlace,
        message: str,
        notes: Iterable[Note | str] = (),
        help: Iterable[str | Fix | Tried] = (),
    ) -> None:
        self.code = code
        self.place = place
        self.message = _sentence(message)
        self.notes = tuple(
            n._replace(message=_sentence(n.message)) if isinstance(n, Note) else Note(_sentence(n))
            for n in notes
        )
        self.advice: tuple[str | Fix | Tried, ...] = tuple(
            _sentence(h) if isinstance(h, str) else _shown(h.fix if isinstance(h, Tried) else h)
            for h in help
        )
        """What to do, in order: sentences, and fixes, which become tried ones (:mod:`archspec.mend`)."""
        self.repeats: dict[str, None] = {}
        """Names of further layers with the same mistake, in order."""

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return severity_of(self.code)

    @property
    def help(self) -> tuple[str, ...]:
        """What to do, in sentences."""
        return tuple(a if isinstance(a, str) else a.message for a in self.advice)

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What to do, as edits of values that nobody has tried yet."""
        return tuple(a for a in self.advice if isinstance(a, Fix))

    @property
    def tried(self) -> tuple[Tried, ...]:
        """What to do, as replacements of characters."""
        return tuple(a for a in self.advice if isinstance(a, Tried))

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """The notes, and one that lists the other layers with the same mistake."""
        if not self.repeats:
            return self.notes
        listed = ", ".join(f"`{n}`" for n in islice(self.repeats, _MOST_REPEATS))
        more = len(self.repeats) - _MOST_REPEATS
        rest = f" and {more:,} more" if more > 0 else ""
        return (*self.notes, Note(_sentence(f"the same at {listed}{rest}")))

    @property
    def source(self) -> Source:
        """The source that it speaks of."""
        return _source(self.place)

    @property
    def span(self) -> Span | None:
        """Where, or None for the file as a whole."""
        return self.place.span()

    def __repr__(self) -> str:
        span = self.span
        name = visible(self.source.name)
        where = f"{name}:{span.line}:{span.column}" if span else name
        return f"<{self.code} {where} {self.message}>"


class TooMany(Exception):
    """There are so many errors that the run is broken off; :mod:`archspec.pipeline` catches it."""


class Reported(Enum):
    """What stands in the place of a result that is missing because of a mistake: it has been told.

    :meth:`Sink.report` gives it, so who has it need not, and shall not, say anything more. A stage
    hands it on. None always means something else: left out, not given, not found.
    """

    REPORTED = "reported"


REPORTED: Final = Reported.REPORTED


class _Withheld:
    """A source of which nothing is told, and the place that refers to it."""

    def __init__(self, name: str, place: Place | SourcePlace, code: str, written: str) -> None:
        self.name, self.place, self.code, self.written = name, place, code, written
        self.faulty = False

    def report(self, sink: "Sink") -> None:
        self.faulty = True
        path = os.path.realpath(self.name) if os.path.islink(self.name) else self.name
        folder = os.path.dirname(path) or "."
        help = f"`archspec check {path}`, or `--root {folder}` here, says what is wrong in it"
        message = f"`{self.written}` is no spec that can be used here"
        sink.report(self.code, self.place, message, help=[help])


def _key(code: str, place: Place | SourcePlace, message: str = "") -> tuple[Any, ...]:
    if isinstance(place, Place):
        return code, id(place.document), place.path, place.part
    # Of a file as a whole there may be several things to say: each of a layer of a model.
    return code, place.source.name, place.where or message


def _anywhere(path: str) -> bool:
    return True


def _source(place: Place | SourcePlace) -> Source:
    return place.document.source if isinstance(place, Place) else place.source


class Sink:
    """Collects diagnostics; the same mistake at the same place is one diagnostic."""

    def __init__(
        self, roots: Iterable[str] | None = None, selection: Selection | None = None
    ) -> None:
        """``roots`` are folders and files whose text may be quoted; None: that of all files.

        ``selection`` says which warnings and notes are wanted: if left out, all warnings.
        """
        self.selection = selection or Selection()
        self.roots = None if roots is None else real_paths(roots)
        self._withheld: dict[str, _Withheld] = {}
        self._found: dict[tuple[Any, ...], Diagnostic] = {}
        self.errors = False
        """Whether an error was reported."""
        self.reports = 0
        """How often something was reported, the same mistake each time anew."""
        self.helps = True
        """Whether what would mend a mistake is wanted: not while a fix is tried, if it takes time."""
        self.read: Callable[[str], Source] = read_source
        """Reads files: those of a revision, where it is given another one."""
        self.may_look: Callable[[str], bool] = _anywhere
        """Whether it may be found out what lies at a path: a page on a folder knows nothing else."""
        self.opened: set[str] = set()
        """Files that were looked at, those that could not be read too."""
        self.layers = 0
        """Layers that were looked at: what it costs to look again."""
        self.full = False
        """Whether there were so many that the run was broken off."""

    def read_as(self, other: "Sink") -> None:
        """Read files as another sink does."""
        self.read = other.read
        self.may_look = other.may_look

    def report(
        self,
        code: str,
        place: Place | SourcePlace,
        message: str,
        *,
        notes: Iterable[Note | str] = (),
        help: Iterable[str | Fix | Tried] = (),
        node: str | None = None,
    ) -> Reported:
        """Take a diagnostic. ``node`` names the layer when one item stands for many of them.

        A warning or a note is taken only if it is wanted, by the user and at its place.

        Raises:
            TooMany: it was the last that is taken.
        """
        if not is_error(code) and not self.selection.wants(code, place):
            return REPORTED
        self.reports += 1
        if self._withheld:
            withheld = self._withheld.get(_source(place).name)
            if withheld and withheld.place is not place:
                if is_error(code):
                    withheld.report(self)
                return REPORTED
            notes = [
                n for n in notes if isinstance(n, str) or not (n.place and self.withholds(n.place))
            ]
        key = _key(code, place, message)
        known = self._found.get(key)
        if known is None:
            if self.full:
                raise TooMany
            self._found[key] = Diagnostic(code, place, message, notes, help)
            self.errors = self.errors or is_error(code)
            if self.errors and len(self._found) >= MOST_DIAGNOSTICS:
                self.full = True
                raise TooMany
        elif node is not None:
            known.repeats[node] = None
        return REPORTED

    def take_back(self, count: int) -> None:
        """Forget what was reported since there were ``count``: it was a file of another kind."""
        self._found = dict(islice(self._found.items(), count))
        self.errors = any(is_error(found.code) for found in self._found.values())

    def withdraw(self, gone: Iterable[Diagnostic]) -> None:
        """Forget errors that turned out to come of others, which stay."""
        ids = {id(found) for found in gone}
        self._found = {key: found for key, found in self._found.items() if id(found) not in ids}

    def again(self, code: str, place: Place, node: str) -> bool:
        """Whether a mistake is known already; one more layer has it then.

        For what is expensive to say: there may be very many layers with the same mistake.
        """
        if self.withholds(place):
            self._withheld[_source(place).name].report(self)
            return True
        known = self._found.get(_key(code, place))
        if known is None:
            return False
        self.reports += 1
        known.repeats[node] = None
        return True

    def may_quote(self, path: str | os.PathLike[str]) -> bool:
        """Whether messages may hold text of a file, any word of it, or names in a folder.

        They may if it lies under one of the roots: the folder of the spec that was given, or
        ``--root``; where links lead decides. Other files are read and used, but what is wrong in
        them is said without their words: they may be somebody else's.
        """
        return self.roots is None or lies_under(os.fspath(path), self.roots)

    def withhold(self, name: str, place: Place | SourcePlace, code: str, written: str) -> None:
        """Tell nothing of a source, which may not be quoted, but that it cannot be used.

        All that is reported in it becomes one error with that code at the place that refers to it,
        where it is called as it is ``written`` there; a warning is dropped. A file to which nothing
        refers is its own place.
        """
        self._withheld.setdefault(name, _Withheld(name, place, code, written))

    def withholds(self, place: Place | SourcePlace | None = None) -> bool:
        """Whether a place, or any at all, lies in a source that may not be quoted."""
        if not self._withheld:
            return False
        return place is None or _source(place).name in self._withheld

    def found_fault(self, name: str) -> bool:
        """Whether something was reported in a source that may not be quoted."""
        return name in self._withheld and self._withheld[name].faulty

    @property
    def count(self) -> int:
        """Number of diagnostics so far."""
        return len(self._found)

    @property
    def found(self) -> list[Diagnostic]:
        """All, as they were found: no line has to be looked up for it."""
        return list(self._found.values())

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All, by file in the order of reading, then by line.

        What stands twice because an alias leads there twice is told once.
        """
        order: dict[str, int] = {}
        unique: dict[tuple[str, Span | None, str, str], Diagnostic] = {}
        for found in self._found.values():
            order.setdefault(found.source.name, len(order))
            unique.setdefault((found.source.name, found.span, found.code, found.message), found)

        def key(found: Diagnostic) -> tuple[int, Span]:
            return order[found.source.name], found.span or Span(0, 0, 0, 0)

        return sorted(unique.values(), key=key)
