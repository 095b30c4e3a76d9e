"""Comments and keys that ignore a warning which is not there."""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.diagnostics.codes import CODES, is_error
from archspec.diagnostics.comments import comments
from archspec.diagnostics.find_code import CodeError, find_code
from archspec.diagnostics.fixes import retype
from archspec.diagnostics.place import Located, Place, Span
from archspec.diagnostics.rules import Finding, apply_rules, rule
from archspec.diagnostics.selection import IN_THE_FILE, Selection, ignored_by_key
from archspec.diagnostics.sink import Sink, SourcePlace
from archspec.diagnostics.spelling import did_you_mean


class Ignoring(NamedTuple):
    """A sound file, and what has been ignored in it."""

    document: Located
    selection: Selection

    def is_idle(self, line: int, code: str) -> bool:
        """Whether all that a code stands for was looked for, and nothing was found."""
        if (self.document.source.name, line, code) in self.selection.used:
            return False
        fitting = [c for c in CODES if not is_error(c) and (code == "ALL" or c.startswith(code))]
        return all(self.selection.wants_code(c) for c in fitting)


@rule("AS890")
def idle_ignore(file: Ignoring) -> Iterator[Finding]:
    """An ignored code that is not found where it is ignored, so that nothing is left out."""
    key = Place(file.document, ("lint", "ignore"))
    for number, code in enumerate(ignored_by_key(key)):
        if file.is_idle(IN_THE_FILE, code):
            listed = isinstance(file.document.at(key.path), list)
            yield Finding(key.at(number) if listed else key, f"{_named(code)} is not found here")
    for comment in comments(file.document.source):
        for code, span in zip(comment.codes or ("ALL",), comment.spans, strict=True):
            yield from _of_comment(file, comment.line, code, span)


def _of_comment(file: Ignoring, line: int, code: str, span: Span) -> Iterator[Finding]:
    place = SourcePlace(file.document.source, span)
    try:
        find_code(code)
    except CodeError as error:
        help = [retype(did_you_mean(error.meant), place, error.meant)] if error.meant else []
        yield Finding(place, error.message, help=help)
        return
    if file.is_idle(line, code):
        yield Finding(place, f"{_named(code)} is not found on this line")


def _named(code: str) -> str:
    return "what is ignored" if code == "ALL" else f"{code}, which is ignored,"


RULES = (idle_ignore,)


def lint_ignores(document: Located, sink: Sink) -> None:
    """Tell what a file ignores in vain; after all other rules."""
    apply_rules(RULES, Ignoring(document, sink.selection), sink)
