"""Fixes are applied to a text until none is left, and only what makes it better."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.sink import Diagnostic, Span
from archspec.diagnostics.source import Source, with_newlines
from archspec.diagnostics.tried import Outcome, Tried
from archspec.mend.edits import apply
from archspec.mend.trying import Check, applied, judge, try_fixes

_MOST_ROUNDS = 20


class Done(NamedTuple):
    """A fix that was applied, and the mistake that it mended, where it stood then."""

    code: str
    where: Span | None
    message: str
    fix: Tried


class Mended(NamedTuple):
    """A text with fixes applied, and what is still wrong with it."""

    text: str
    done: tuple[Done, ...]
    left: Sequence[Diagnostic]


def mend(name: str, text: str, check: Check, unsafe: bool = False) -> Mended:
    """Apply the fixes of a text that are certain; every change of it is checked.

    Args:
        name: what its mistakes call it.
        text: it may have line breaks of any kind, which stay.
        check: finds all that is wrong with it.
        unsafe: whether fixes that mend, but may be meant otherwise, are applied too.
    """
    source = Source(name, with_newlines(text))
    before = found = check(source)
    done: list[Done] = []
    original = text
    for _ in range(_MOST_ROUNDS):
        try_fixes(source, found, check)
        chosen = _chosen(found, unsafe)
        after: Sequence[Diagnostic] = found
        while chosen:
            changed = applied(source.text, [fix for _, fix in chosen])
            if changed is not None:
                after = check(source._replace(text=changed))
                if judge(found, after, [d for d, _ in chosen]) is Outcome.MENDS:
                    break
            chosen = chosen[: len(chosen) // 2]
        if not chosen:
            break
        changes = [change for _, fix in chosen for change in fix.replacements]
        text = apply(text, changes)
        source, found = Source(name, with_newlines(text)), after
        done += [Done(d.code, d.span, d.message, fix) for d, fix in chosen]
    if not _is_better(before, found):
        return Mended(original, (), before)
    return Mended(text, tuple(done), found)


def _chosen(found: Sequence[Diagnostic], unsafe: bool) -> list[tuple[Diagnostic, Tried]]:
    """The first fix of each mistake that may be applied, without those that lie over others."""
    chosen: list[tuple[Diagnostic, Tried]] = []
    taken: list[Span] = []
    for each in found:
        fix = next((f for f in each.tried if _may(f, unsafe)), None)
        if fix is None:
            continue
        spans = [change.where for change in fix.replacements]
        if not any(_meet(span, other) for span in spans for other in taken):
            chosen.append((each, fix))
            taken += spans
    return chosen


def _may(fix: Tried, unsafe: bool) -> bool:
    return fix.certain or (unsafe and fix.outcome is Outcome.MENDS)


def _meet(one: Span, other: Span) -> bool:
    """Whether two changes could disturb each other."""
    return one[:2] <= other[2:] and other[:2] <= one[2:]


def _is_better(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> bool:
    """Whether there are fewer errors, or as many and fewer warnings."""

    def counts(found: Sequence[Diagnostic]) -> tuple[int, int]:
        errors = sum(is_error(d.code) for d in found)
        return errors, len(found) - errors

    return counts(after) < counts(before)
