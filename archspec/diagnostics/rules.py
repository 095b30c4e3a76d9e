"""Rules of lint: what is allowed but is probably not meant; each finds one thing and has one code.

A stage has its rules in a file ``lint.py``, a tuple, and applies them to what it has made. A rule
is a function that yields what it finds::

    @rule("AS902")
    def unused_block(spec: Declared) -> Iterator[Finding]:
        "A block that nothing calls."
        ...

It has a line in the table of codes, a page in docs/errors/ and a case in tests/cases/.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from archspec.diagnostics.codes import CODES, is_error
from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.selection import Wishes, wants_code
from archspec.diagnostics.sink import Note, Place, Sink, SourcePlace

MOST_FINDINGS = 1000
"""Most findings of one rule in one file: nobody reads more, and they take time."""

S = TypeVar("S")


class Finding(NamedTuple):
    """What a rule has found, and where."""

    place: Place | SourcePlace
    message: str
    notes: Sequence[Note | str] = ()
    help: Sequence[str | Fix] = ()
    node: str | None = None
    """The layer, where one item stands for many of them."""


class Rule(Generic[S]):
    """A rule of lint: its code, and what looks for it."""

    def __init__(self, code: str, find: Callable[[S], Iterator[Finding]]) -> None:
        if code not in CODES or is_error(code):
            raise ValueError(f"{code} is no warning or note in the table of codes")
        self.code = code
        self.find = find
        self.__doc__ = find.__doc__

    def __repr__(self) -> str:
        return f"<{self.code} {CODES[self.code]}>"


def rule(code: str) -> Callable[[Callable[[S], Iterator[Finding]]], Rule[S]]:
    """Makes a rule of a function that yields what it finds in something that a stage has made."""
    return lambda find: Rule(code, find)


def apply_rules(rules: Sequence[Rule[S]], subject: S, sink: Sink) -> None:
    """Tell everything that the rules find, of those whose codes are wanted."""
    for each in _wanted(tuple(rules), sink.selection.wishes):
        for found in islice(each.find(subject), MOST_FINDINGS):
            sink.report(
                each.code,
                found.place,
                found.message,
                notes=found.notes,
                help=found.help,
                node=found.node,
            )


@lru_cache(100)
def _wanted(rules: tuple[Rule[Any], ...], wishes: Wishes) -> list[Rule[Any]]:
    """The rules whose codes are wanted: nearly all files of a run have the same wishes."""
    return [each for each in rules if wants_code(each.code, wishes)]
