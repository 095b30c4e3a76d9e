"""What mistakes hide: the text with the certain fixes in it is checked too, and its errors are told.

A misspelt layer has no shape, so what reads it cannot be looked at. If it can hardly be meant
otherwise, it is looked at as it is meant: all mistakes are told in one run, and each where it stands.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.place import SourcePlace, Span
from archspec.diagnostics.sink import Diagnostic, Note, Sink
from archspec.diagnostics.source import Source
from archspec.diagnostics.spelling import near_words
from archspec.diagnostics.tried import Outcome, Replacement, Tried
from archspec.mend.consequences import withdraw_consequences
from archspec.mend.layout import Impossible, Lines
from archspec.mend.trying import Check, Examine, applied, first_fixes, rechecks, try_fixes

_MOST = 100
"""From so many mistakes on nobody asks what they hide."""

_DEEPEST = 2
"""How often what is hidden may hide something in turn."""


def try_found(sink: Sink, name: str, examine: Examine) -> None:
    """Try all fixes that a sink holds for the source of a name, and add what its mistakes hide."""
    if sink.full:
        return  # nobody reads so many, and each try would find them all again
    source = next((d.source for d in sink.diagnostics if d.fixes and d.source.name == name), None)
    if source is not None:
        find_fixes(source, sink, rechecks(sink, examine))


def find_fixes(source: Source, sink: Sink, check: Check, depth: int = 0) -> None:
    """Try the fixes of a text, and report what is wrong behind those that are certain.

    Args:
        source: the text.
        sink: holds all that is wrong with it; what is hidden comes to it, at the places of the text.
        check: finds it.
        depth: how many mistakes hide this one.
    """
    gone = try_fixes(source, sink, check)
    if depth == 0:
        withdraw_consequences(sink, gone)
    if depth >= _DEEPEST or not sink.errors or sink.count > _MOST:
        return
    # Of an error whose first fix may be meant otherwise, nobody knows what it hides.
    texts = source.text.split("\n")
    errors = [
        d
        for d in sink.diagnostics
        if is_error(d.code) and d.tried and (_is_clear(d.tried[0]) or _is_another_word(d, texts))
    ]
    likely = {id(d.tried[0]) for d in errors}
    chosen = first_fixes(errors, lambda fix: id(fix) in likely)
    changes = [change for _, fix in chosen for change in fix.replacements]
    text = applied(source.text, [fix for _, fix in chosen])
    if text is not None and depth == 0:
        _tell_agreed(source, sink, check, [fix for _, fix in chosen])
    if not chosen or text is None:
        return
    changed = source._replace(text=text)
    after = check(changed)
    left = Counter(d.message for d in after.found)
    known = Counter(d.message for d in sink.found)
    if any(left[d.message] >= known[d.message] for d, _ in chosen):
        return  # one of them is still there
    back = _Back(source, changed, changes)
    find_fixes(changed, after, check, depth + 1)
    sizes = any(_is_of_sizes(d) for d, _ in chosen)
    for found in _new(sink.found, after.diagnostics, back):
        if not (sizes and found.code in _OF_EXPECTATIONS):
            _tell(found, back, sink)
    for each, fix in chosen:
        held = fix._replace(outcome=Outcome.MENDS)
        each.advice = tuple(held if a is fix else a for a in each.advice)


def _tell_agreed(source: Source, sink: Sink, check: Check, clear: Sequence[Tried]) -> None:
    """Report what is wrong behind a mistake, whichever of its fixes is meant.

    ``clear`` are the fixes of other mistakes that can hardly be meant otherwise.
    """
    for each in [d for d in sink.diagnostics if is_error(d.code)][:_MOST_AGREED]:
        fixes = [t for t in each.tried if t.outcome is not Outcome.UNTRIED]
        if len(fixes) < 2 or _is_clear(fixes[0]):
            continue
        agreed: dict[tuple[str, int], tuple[Diagnostic, _Back]] | None = None
        for fix in fixes:
            changes = [change for f in (*clear, fix) for change in f.replacements]
            text = applied(source.text, [*clear, fix])
            if text is None:
                break
            changed = source._replace(text=text)
            back = _Back(source, changed, changes)
            found: dict[tuple[str, int], tuple[Diagnostic, _Back]] = {}
            after = check(changed, helps=agreed is None)
            if agreed is None:
                find_fixes(changed, after, check, _DEEPEST)
            for new in _new(sink.found, after.diagnostics, back):
                span = back.span(new.span) if new.span else None
                if span is not None:
                    found[new.code, span.line] = new, back
            agreed = (
                found if agreed is None else {k: agreed[k] for k in agreed.keys() & found.keys()}
            )
            if not agreed:
                break
        else:
            for new, back in (agreed or {}).values():
                if _is_of_sizes(each) and new.code in _OF_EXPECTATIONS:
                    continue
                _tell(new, back, sink)


_OF_EXPECTATIONS = ("AS405", "AS406")
"""Errors that a number comes out otherwise than expected: not where a fix has chosen a size."""


def _is_of_sizes(found: Diagnostic) -> bool:
    return found.code.startswith("AS4") and found.code not in _OF_EXPECTATIONS


_MOST_AGREED = 3
"""So many mistakes are looked behind that may be mended in several ways."""


def _is_clear(fix: Tried) -> bool:
    """Whether a fix can hardly be meant otherwise, though it may bring something to light."""
    return fix.fix.certain and fix.outcome is not Outcome.UNTRIED


_OF_NAMES = ("AS208", "AS301", "AS304", "AS309")
_WORD = re.compile(r"[^\W\d]\w*")


def _is_another_word(found: Diagnostic, texts: Sequence[str]) -> bool:
    """Whether all that is known of a mistake is another word: no value comes with it."""
    if len(found.tried) > 1 or found.tried[0].outcome is Outcome.UNTRIED:
        return False
    for where, text in found.tried[0].replacements:
        if where.line != where.end_line or not _WORD.fullmatch(text):
            return False
        old = texts[where.line - 1][where.column - 1 : where.end_column - 1]
        if not _WORD.fullmatch(old):
            return False
        named = found.code in _OF_NAMES  # which a file gives: others may be meant just as well
        if named and not near_words(old, [text], elsewhere=False).words:
            return False
    return True


class _Back:
    """From places of a changed text to those of the text as it was."""

    def __init__(self, source: Source, changed: Source, changes: Sequence[Replacement]) -> None:
        self.source = source
        self.changed = changed
        self._lines, self._now = Lines(source.text), Lines(changed.text)
        self._moves: list[_Move] = []
        moved = 0
        for where, text in sorted(changes, key=lambda change: change.where):
            start, end = self._lines.range(where)
            length = len(text)
            self._moves.append(_Move(start + moved, start + moved + length, start, end))
            moved += length - (end - start)

    def span(self, span: Span, exact: bool = False) -> Span | None:
        """Where a piece of the changed text stood; None if it is ``exact`` and was changed.

        What lies in changed text becomes all of what was there.
        """
        try:
            start, end = self._now.range(span)
        except Impossible:
            return None
        was = []
        for at, is_end in ((start, False), (end, True)):
            moved = 0
            for move in self._moves:
                if at < move.now or (at == move.now and not is_end and move.now < move.now_end):
                    break
                if at < move.now_end or (at == move.now_end and is_end and at > move.now):
                    if exact:
                        return None
                    at, moved = (move.end if is_end else move.start), 0
                    break
                moved = move.end - move.now_end
            was.append(at + moved)
        return self._lines.span(was[0], max(was))


class _Move(NamedTuple):
    """Where changed text begins and ends, and where that stood which it replaces."""

    now: int
    now_end: int
    start: int
    end: int


def _new(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic], back: _Back
) -> list[Diagnostic]:
    """The errors of the changed text that the text itself did not show."""
    known = Counter((d.code, d.span and d.span.line) for d in before)
    messages = {(d.code, d.message) for d in before}
    found = []
    for each in after:
        if not is_error(each.code) or each.source != back.changed or each.span is None:
            continue
        span = back.span(each.span)
        if span is None or (each.code, each.message) in messages or known[each.code, span.line]:
            continue
        found.append(each)
    return found


def _tell(found: Diagnostic, back: _Back, sink: Sink) -> None:
    """Report an error of the changed text where it stands in the text itself."""
    assert found.span is not None
    notes = [_note(note, back) for note in found.all_notes]
    before = sink.count
    sink.report(
        found.code, SourcePlace(back.source, back.span(found.span)), found.message, notes=notes
    )
    if sink.count > before:
        sink.found[-1].advice = tuple(_advice(each, back) for each in found.advice)


def _note(note: Note, back: _Back) -> Note:
    place = note.place
    if place is None or place.document.source != back.changed:
        return note
    span = back.span(place.span())
    return Note(f"{note.message} (line {span.line})" if span else note.message)


def _advice(advice: str | Fix | Tried, back: _Back) -> str | Fix | Tried:
    """A fix of the changed text becomes one of the text, if it changes nothing that was changed."""
    if isinstance(advice, str):
        return advice
    if isinstance(advice, Fix) or advice.outcome is Outcome.UNTRIED:
        return advice.message
    edits, changes = [], []
    for where, text in advice.replacements:
        span = back.span(where, exact=True)
        if span is None:
            return advice.message
        edits.append(Edit(SourcePlace(back.source, span), text, How.TEXT))
        changes.append(Replacement(span, text))
    fix = Fix(advice.message, tuple(edits))
    return Tried(fix, tuple(changes), advice.outcome)
