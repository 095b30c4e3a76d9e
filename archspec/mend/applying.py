"""Fixes are applied to a text until none is left, and only what makes it better."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.sink import Diagnostic, Sink, Span
from archspec.diagnostics.source import Source, with_newlines
from archspec.diagnostics.tried import Outcome, Tried
from archspec.mend.behind import find_fixes
from archspec.mend.edits import apply
from archspec.mend.trying import Check, applied, first_fixes, judge

_MOST_ROUNDS = 20


class Done(NamedTuple):
    """A fix that was applied, and the mistake that it mended, where it stood then."""

    code: str
    where: Span | None
    message: str
    fix: Tried


class Mended(NamedTuple):
    """A text with fixes applied, and all that is still wrong with it."""

    text: str
    done: tuple[Done, ...]
    left: Sink


class _State(NamedTuple):
    """A text on the way, what is wrong with it, and what was done up to here."""

    text: str
    left: Sink
    done: tuple[Done, ...] = ()


def mend(name: str, text: str, check: Check, unsafe: bool = False) -> Mended:
    """Apply the fixes of a text that are certain; every change of it is checked.

    A fix that brings another mistake to light is kept only if that is mended too.

    Args:
        name: what its mistakes call it.
        text: it may have line breaks of any kind, which stay.
        check: finds all that is wrong with it.
        unsafe: whether fixes that mend, but may be meant otherwise, are applied too.
    """
    source = Source(name, with_newlines(text))
    now = good = first = _State(text, check(source))
    targets: list[Diagnostic] = []
    for _ in range(_MOST_ROUNDS):
        find_fixes(source, now.left, check)
        chosen, after = _next(source, now.left, check, unsafe)
        if not chosen:
            break
        changes = [change for _, fix in chosen for change in fix.replacements]
        done = [Done(d.code, d.span, d.message, fix) for d, fix in chosen]
        now = _State(apply(now.text, changes), after, (*now.done, *done))
        source = Source(name, with_newlines(now.text))
        targets += [d for d, _ in chosen]
        if judge(good.left.found, after.found, _known(targets, good.left)) is Outcome.MENDS:
            good, targets = now, []
    if not _is_better(first.left.found, good.left.found):
        return Mended(text, (), first.left)
    return Mended(good.text, good.done, good.left)


_Chosen = list[tuple[Diagnostic, Tried]]


def _next(source: Source, sink: Sink, check: Check, unsafe: bool) -> tuple[_Chosen, Sink]:
    """The fixes to apply next, and what is wrong then: all that hold together, or else one."""
    chosen = first_fixes(sink.diagnostics, lambda fix: _may(fix, unsafe))
    while chosen:
        changed = applied(source.text, [fix for _, fix in chosen])
        if changed is not None:
            after = check(source._replace(text=changed))
            if judge(sink.found, after.found, [d for d, _ in chosen]) is Outcome.MENDS:
                return chosen, after
        chosen = chosen[: len(chosen) // 2]
    for each in sink.diagnostics:
        for fix in each.tried:
            changed = applied(source.text, [fix])
            if fix.fix.certain and fix.outcome is Outcome.PARTLY and changed is not None:
                return [(each, fix)], check(source._replace(text=changed))
    return [], sink


def _known(targets: Sequence[Diagnostic], sink: Sink) -> list[Diagnostic]:
    """Those mistakes that were there, and did not come to light on the way."""
    known = {(d.code, d.message) for d in sink.found}
    return [d for d in targets if (d.code, d.message) in known]


def _may(fix: Tried, unsafe: bool) -> bool:
    return fix.certain or (unsafe and fix.outcome is Outcome.MENDS)


def _is_better(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> bool:
    """Whether there are fewer errors, or as many and fewer warnings."""

    def counts(found: Sequence[Diagnostic]) -> tuple[int, int]:
        errors = sum(is_error(d.code) for d in found)
        return errors, len(found) - errors

    return counts(after) < counts(before)
