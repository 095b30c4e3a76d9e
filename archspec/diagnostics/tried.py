"""Fixes that were tried: the characters that they change, and what came of it."""

from enum import Enum
from typing import NamedTuple

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.place import Span


class Replacement(NamedTuple):
    """Characters of a text become others; an empty span is where they are put in."""

    where: Span
    text: str


class Outcome(Enum):
    """What a check of the changed text has shown. A fix that does not help is not kept at all."""

    MENDS = "the mistake is gone, and no other has come"
    PARTLY = "the mistake is gone, but there is one that was not there, or was not seen"
    UNTRIED = "nobody knows: it lies in another file, or there were too many to try"


class Tried(NamedTuple):
    """A fix, the characters that it changes, and the outcome."""

    fix: Fix
    replacements: tuple[Replacement, ...]
    outcome: Outcome

    @property
    def message(self) -> str:
        """The sentence that says what to do."""
        return self.fix.message

    @property
    def certain(self) -> bool:
        """Whether it may be applied without asking."""
        return self.fix.certain and self.outcome is Outcome.MENDS
