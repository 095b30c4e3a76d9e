"""Fixes are tried before anybody is told of them: the changed text is checked again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Outcome, Replacement, Tried
from archspec.mend.edits import apply, replacements
from archspec.mend.layout import Elsewhere, Impossible
from archspec.parse import Document, parse

Check = Callable[[Source], Sequence[Diagnostic]]
"""All that is wrong with a text that stands in a file in place of its own."""

Examine = Callable[[Document, Sink], object]
"""Reports all that is wrong with a document."""

MOST = 400_000
"""Characters that are checked again for the fixes of one file, with :data:`_EACH` for each try."""

_EACH = 2_000


def try_fixes(source: Source, found: Sequence[Diagnostic], check: Check) -> None:
    """Try the fixes of a text: those that do not help go, the others know what they change.

    What is tried is a matter of the text and its fixes only, never of time: the same text has the
    same fixes on every machine.

    Args:
        source: the text.
        found: all that is wrong with it; their advice changes.
        check: finds it.
    """
    trial = _Trial(source, found, check)
    for each in found:
        if each.fixes:
            each.advice = trial.advice(each)
    trial.try_rest()


def rechecks(sink: Sink, examine: Examine) -> Check:
    """What checks a changed text as the one was whose mistakes a sink holds.

    Args:
        sink: has the roots, and says which warnings are wanted.
        examine: does with a document what was done with that of the text.
    """

    def check(source: Source) -> Sequence[Diagnostic]:
        again = Sink(selection=sink.selection)
        again.roots = sink.roots
        document = parse(source, again)
        if document is not None:
            examine(document, again)
        return again.diagnostics

    return check


def try_found(sink: Sink, name: str, examine: Examine) -> None:
    """Try all fixes that a sink holds for the source of a name; :func:`rechecks` has the rest."""
    found = sink.diagnostics
    source = next((d.source for d in found if d.fixes and d.source.name == name), None)
    if source is not None:
        try_fixes(source, found, rechecks(sink, examine))


class _Trial:
    """Tries of one text."""

    def __init__(self, source: Source, found: Sequence[Diagnostic], check: Check) -> None:
        self.source = source
        self.found = found
        self.check = check
        self.left = MOST
        self.rest: list[tuple[Diagnostic, Tried]] = []
        """Fixes that could be tried, were there not so many."""

    def advice(self, target: Diagnostic) -> tuple[str | Fix | Tried, ...]:
        """The advice of a diagnostic, without what does not help.

        A fix that leaves, or brings to light, another mistake is no advice beside one that does
        not.
        """
        kept: list[str | Fix | Tried] = []
        for each in target.advice:
            known = self._tried(each, target) if isinstance(each, Fix) else each
            if known is not None and known not in kept:
                kept.append(known)
            elif isinstance(each, Fix) and each.otherwise and each.otherwise not in kept:
                kept.append(each.otherwise)
        if any(isinstance(k, Tried) and k.outcome is Outcome.MENDS for k in kept):
            kept = [k for k in kept if not (isinstance(k, Tried) and k.outcome is Outcome.PARTLY)]
        return tuple(kept)

    def _tried(self, fix: Fix, target: Diagnostic) -> Tried | None:
        """A fix and what came of it; None if it does not help."""
        try:
            changes = replacements(fix, self.source)
            text = apply(self.source.text, changes)
        except Elsewhere:
            return Tried(fix, (), Outcome.UNTRIED)
        except Impossible:
            return None
        if text == self.source.text:
            return None
        self.left -= len(text) + _EACH
        if self.left < 0:
            tried = Tried(fix, changes, Outcome.UNTRIED)
            self.rest.append((target, tried))
            return tried
        outcome = judge(self.found, self.check(self.source._replace(text=text)), [target])
        return outcome and Tried(fix, changes, outcome)

    def try_rest(self) -> None:
        """Try all at once those that were too many to be tried each by itself."""
        first = {id(target): (target, tried) for target, tried in reversed(self.rest)}
        together = list(reversed(first.values()))
        targets = [target for target, _ in together]
        text = applied(self.source.text, [tried for _, tried in together])
        if not together or text is None:
            return
        after = self.check(self.source._replace(text=text))
        if judge(self.found, after, targets) is not Outcome.MENDS:
            return
        for target, tried in together:
            held = tried._replace(outcome=Outcome.MENDS)
            target.advice = tuple(held if a is tried else a for a in target.advice)


def applied(text: str, fixes: Iterable[Tried]) -> str | None:
    """A text with several fixes; None if two of them change the same characters."""
    changes: list[Replacement] = []
    for fix in fixes:
        changes += fix.replacements
    try:
        return apply(text, changes)
    except Impossible:
        return None


def judge(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic], targets: Sequence[Diagnostic]
) -> Outcome | None:
    """What fixes of some mistakes have brought; None if one of them is still there.

    Messages may have other numbers now, so mistakes of one code are counted, but for those that
    should be gone. A warning is new only if nothing hid it.
    """
    known, left = Counter(map(_key, before)), Counter(map(_key, after))
    gone = Counter(map(_key, targets))
    if any(left[key] > known[key] - count for key, count in gone.items()):
        return None
    if _breaks_text(before, after, targets):
        return None
    wrong = any(is_error(d.code) for d in before)
    codes = Counter(d.code for d in before)
    codes.subtract(d.code for d in targets)
    now = Counter(d.code for d in after if is_error(d.code) or not wrong)
    if any(count > codes[code] for code, count in now.items()):
        return Outcome.PARTLY
    return Outcome.MENDS


def _breaks_text(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic], targets: Sequence[Diagnostic]
) -> bool:
    """Whether a text cannot be read any more, or not further than before."""
    now = [d for d in after if _is_of_text(d)]
    allowed = sum(_is_of_text(d) for d in before) - sum(_is_of_text(d) for d in targets)
    if len(now) <= allowed:
        return False
    last = max((d.span.line for d in targets if d.span and _is_of_text(d)), default=None)
    return last is None or any(d.span is None or d.span.line <= last for d in now)


def _is_of_text(found: Diagnostic) -> bool:
    return found.code.startswith("AS0")


def _key(found: Diagnostic) -> tuple[str, str, str]:
    return found.source.name, found.code, found.message
