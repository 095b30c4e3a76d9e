"""Slips: mistakes in the writing of a text, each with what would mend it, before they are told."""

from typing import Any, NamedTuple

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Sink, SourcePlace, Span
from archspec.diagnostics.source import Source

MOST_SLIPS = 20
"""Most slips of a text that are told: beyond them it is hardly meant to be one of ours."""

LARGEST = 500_000
"""Most characters of a text that is read on after a slip."""

_OURS = frozenset({"archspec", "layers", "blocks", "spec"})


class TooManySlips(Exception):
    """The text has more slips than are told."""


class Slip(NamedTuple):
    """A mistake of writing: what :meth:`Sink.report` takes."""

    code: str
    place: SourcePlace
    message: str
    help: tuple[str | Fix, ...]
    notes: tuple[str, ...]
    in_yaml: bool
    """Whether it can be made in a text that is YAML, though hardly what was meant."""


class Slips:
    """Collects the slips of a text; rows and columns count from 0."""

    def __init__(self, source: Source, code: str, text: str | None = None) -> None:
        self.source = source
        self.code = code
        self.text = source.text if text is None else text
        """What is read: the text, or one with as many characters."""
        self.found: list[Slip] = []
        self.replaced: set[tuple[int, int]] = set()
        """Where signs of other kinds stand, which were told, all of them at once."""

    def add(
        self,
        row: int,
        start: int,
        width: int,
        message: str,
        *help: str | Fix,
        code: str = "",
        notes: tuple[str, ...] = (),
        in_yaml: bool = False,
    ) -> None:
        """Take a slip in a line.

        Raises:
            TooManySlips: there are too many.
        """
        place = self.place(row, start, start + max(width, 1))
        if any(slip.place == place for slip in self.found):
            return
        self.found.append(Slip(code or self.code, place, message, help, notes, in_yaml))
        if len(self.found) > MOST_SLIPS:
            raise TooManySlips

    def place(self, row: int, start: int, end: int, end_row: int | None = None) -> SourcePlace:
        """The place of a piece of a line, or of several."""
        last = row if end_row is None else end_row
        return SourcePlace(self.source, Span(row + 1, start + 1, last + 1, end + 1))

    def edit(self, row: int, start: int, end: int, text: str, end_row: int | None = None) -> Edit:
        """Other characters in a line; more characters, if the piece is empty."""
        return Edit(self.place(row, start, end, end_row), text, How.TEXT)

    def fix(self, message: str, *edits: Edit, certain: bool = True) -> Fix:
        """Edits after which a slip should be gone."""
        return Fix(message, edits, certain)

    def lies_in(self, span: Span) -> bool:
        """Whether a slip stands within a piece of a line."""
        if span.line != span.end_line:
            return False
        places = {
            (slip.place.where.line - 1, slip.place.where.column - 1)
            for slip in self.found
            if slip.place.where
        }
        return any(
            row == span.line - 1 and span.column - 1 <= column < span.end_column - 1
            for row, column in places | self.replaced
        )

    def report(self, sink: Sink, most: int = MOST_SLIPS) -> None:
        """Tell of them, of the first ones if there are too many."""
        told = sorted(self.found, key=lambda slip: slip.place.where or ())[:most]
        for slip in told:
            notes = slip.notes
            if slip is told[-1] and len(self.found) > max(most, MOST_SLIPS):
                notes = (*notes, "there are more mistakes of this kind: the rest was not read")
            sink.report(slip.code, slip.place, slip.message, notes=notes, help=slip.help)


def is_ours(value: Any) -> bool:
    """Whether a text is worth to go on with after a slip: it has a key of specs or recipes."""
    return isinstance(value, dict) and not _OURS.isdisjoint(value)


def shorten(text: str) -> str:
    """A text that can be shown in a sentence."""
    return text if len(text) <= 40 else text[:37] + "…"
