"""Fixes are tried before anybody is told of them: the changed text is checked again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.place import Span
from archspec.diagnostics.sink import Diagnostic, Sink
from archspec.diagnostics.source import Source
from archspec.diagnostics.tried import Outcome, Replacement, Tried
from archspec.mend.edits import Editor, apply, loses_comments
from archspec.mend.layout import Elsewhere, Impossible
from archspec.parse import Document, is_json, parse


class Check(Protocol):
    """Finds all that is wrong with a text that stands in a file in place of its own.

    What would mend it may be left out, if it takes time, where no ``helps`` are wanted.
    """

    def __call__(self, source: Source, /, helps: bool = True) -> Sink: ...


Examine = Callable[[Document, Sink], object]
"""Reports all that is wrong with a document."""

Gone = tuple[Diagnostic, Tried, list[Diagnostic]]
"""A mistake, a fix that mends it, and the other errors that are gone with it."""

MOST = 500_000
"""What the tries of one file may cost, in characters that are checked again: half a second."""

_EACH, _LAYER, _MISTAKE = 2_000, 10, 400
"""What a try costs beside the characters of its text, by itself, and for what is found there."""


_MOST_FITTING = 2
"""Most guesses that are told: where more of them fit, none says what was meant."""

_MOST_BEHIND = 4
"""Most mistakes that one may have hidden."""


def try_fixes(source: Source, sink: Sink, check: Check) -> list[Gone]:
    """Try the fixes of a text: those that do not help go, the others know what they change.

    What is tried is a matter of the text and its fixes only, never of time: the same text has the
    same fixes on every machine.

    Args:
        source: the text.
        sink: holds all that is wrong with it; the advice there changes.
        check: finds it.

    Returns:
        what each fix mends beside its own mistake.
    """
    trial = _Trial(source, sink, check)
    for each in sink.diagnostics:
        if each.fixes:
            each.advice = trial.advice(each)
    trial.try_rest()
    return trial.gone


def rechecks(sink: Sink, examine: Examine) -> Check:
    """What checks a changed text as the one was whose mistakes a sink holds.

    Args:
        sink: has the roots, and says which warnings are wanted.
        examine: does with a document what was done with that of the text.
    """

    sound: dict[Source, Sink] = {}  # of these, no helps are missing

    def check(source: Source, /, helps: bool = True) -> Sink:
        if source in sound:
            return sound[source]
        again = Sink(selection=sink.selection)
        again.helps = helps
        again.roots = sink.roots
        again.read_as(sink)
        document = parse(source, again)
        if document is not None:
            examine(document, again)
        if not again.count:
            sound[source] = again
        return again

    return check


class _Trial:
    """Tries of one text."""

    def __init__(self, source: Source, sink: Sink, check: Check) -> None:
        self.source = source
        self.editor = Editor(source)
        self.sink = sink
        self.check = check
        self.left = MOST
        self.rest: list[tuple[Diagnostic, Tried]] = []
        """Fixes that could be tried, were there not so many."""
        self.gone: list[Gone] = []

    def advice(self, target: Diagnostic) -> tuple[str | Fix | Tried, ...]:
        """The advice of a diagnostic, without what does not help.

        What a fix would have said ``otherwise`` is said if none of them helps. One that brings
        another mistake to light is no advice beside one that does not.
        """
        tried = {
            number: self._tried(each, target)
            for number, each in enumerate(target.advice)
            if isinstance(each, Fix)
        }
        fitting = [n for n, t in tried.items() if t is not None and t.fix.guess]
        sure = any(t is not None and not t.fix.guess for t in tried.values())
        if sure or len(fitting) > _MOST_FITTING:
            tried.update(dict.fromkeys(fitting))  # what fits by chance is no advice
        outcomes = {t.outcome for t in tried.values() if t is not None}
        kept: list[str | Fix | Tried] = []
        for number, each in enumerate(target.advice):
            said: str | Fix | Tried | None = each
            if isinstance(each, Fix):
                said = tried[number] if outcomes else each.otherwise
            if isinstance(said, Tried) and said.outcome is Outcome.PARTLY:
                said = None if Outcome.MENDS in outcomes else said
            if said and said not in kept:
                kept.append(said)
        return tuple(kept)

    def _tried(self, fix: Fix, target: Diagnostic) -> Tried | None:
        """A fix and what came of it; None if it does not help."""
        try:
            changes = self.editor.replacements(fix)
        except Elsewhere:
            return None if fix.guess else Tried(fix, (), Outcome.UNTRIED)
        except Impossible:
            return None
        old = self.source.text
        if fix.certain and not is_json(self.source) and loses_comments(old, changes):
            fix = fix._replace(certain=False)  # whoever wrote them shall be asked
        if self.left <= 0 or self._cost() > 2 * MOST:  # the first may cost more
            if fix.guess:
                return None
            tried = Tried(fix, changes, Outcome.UNTRIED)
            self.rest.append((target, tried))
            return tried
        text = apply(old, changes)
        if text == old:
            return None
        self.left -= self._cost()
        after = self.check(self.source._replace(text=text), helps=False)
        self.left -= _found_cost(after)
        outcome = judge(self.sink.found, after.found, [target])
        if outcome is Outcome.PARTLY and (
            fix.guess or not self._leads_on(target, fix, text, after)
        ):
            return None
        if outcome is Outcome.MENDS:
            tried = Tried(fix, changes, outcome)
            if is_error(target.code):
                self.gone.append((target, tried, _gone(self.sink.found, after.found, target)))
            return tried
        return outcome and Tried(fix, changes, outcome)

    def _cost(self) -> int:
        return len(self.source.text) + _EACH + _found_cost(self.sink)

    def _leads_on(self, target: Diagnostic, fix: Fix, text: str, after: Sink) -> bool:
        """Whether what is wrong after a fix was there before, and could not be seen.

        A layer that could not be made has no shape, so what reads it was not looked at; and what is
        nearer has a fix of its own. Anything else says that something else was meant.
        """
        known = Counter(map(_key, self.sink.found))
        new = [d for d in after.found if known[_key(d)] == 0 and is_error(d.code)]
        if target.code in _OF_ARGUMENTS and not fix.certain and _breaks_totals(new):
            return False  # with what was meant the numbers come out that the file expects
        if target.code in _OF_SIZES and _breaks_totals(new):
            return False
        if target.code[2] in "123" and all(_is_hidden(d, target, fix) for d in new):
            return True
        if not new or len(new) > _MOST_BEHIND or self.left < 0:
            return False
        changed = self.source._replace(text=text)
        told = {_key(d): d for d in self.check(changed).found}
        firsts = [next(iter(told[_key(d)].fixes), None) if _key(d) in told else None for d in new]
        editor = Editor(changed)
        changes: list[Replacement] = []
        try:
            for first in firsts:
                if first is None:
                    return False
                changes += editor.replacements(first)
            text = apply(text, changes)
        except (Impossible, Elsewhere):
            return False
        self.left -= len(text) + _EACH + _found_cost(after)
        last = self.check(self.source._replace(text=text), helps=False)
        return judge(self.sink.found, last.found, [target]) is Outcome.MENDS

    def try_rest(self) -> None:
        """Try all at once those that were too many to be tried each by itself."""
        first = {id(target): (target, tried) for target, tried in reversed(self.rest)}
        together = list(reversed(first.values()))
        targets = [target for target, _ in together]
        text = applied(self.source.text, [tried for _, tried in together])
        if not together or text is None or self._cost() > MOST:
            return
        after = self.check(self.source._replace(text=text), helps=False)
        if judge(self.sink.found, after.found, targets) is not Outcome.MENDS:
            return
        for target, tried in together:
            held = tried._replace(outcome=Outcome.MENDS)
            target.advice = tuple(held if a is tried else a for a in target.advice)


_OF_ARGUMENTS = ("AS111", "AS202", "AS203", "AS204", "AS205", "AS210")
"""Errors of arguments, whose fixes may choose a number."""


_OF_SIZES = ("AS401", "AS402", "AS403", "AS404")


def _breaks_totals(found: Sequence[Diagnostic]) -> bool:
    return any(d.code == "AS406" for d in found)


def _is_hidden(found: Diagnostic, target: Diagnostic, fix: Fix) -> bool:
    """Whether a mistake cannot come of a fix: shapes, and wires of other entries, were not looked at."""
    if found.code[2] == "4":
        return True
    lines = [d.span.line if d.span else 0 for d in (found, target)]
    return fix.certain and found.code[2] == "3" and lines[0] > lines[1]


def _found_cost(sink: Sink) -> int:
    return _LAYER * sink.layers + _MISTAKE * sink.count


def first_fixes(
    found: Iterable[Diagnostic], may: Callable[[Tried], bool]
) -> list[tuple[Diagnostic, Tried]]:
    """The first fix of each mistake that may be applied, without those that lie over others."""
    chosen: list[tuple[Diagnostic, Tried]] = []
    taken: list[Span] = []
    for each in found:
        fix = next(filter(may, each.tried), None)
        if fix is None:
            continue
        spans = [change.where for change in fix.replacements]
        if not any(_meet(span, other) for span in spans for other in taken):
            chosen.append((each, fix))
            taken += spans
    return chosen


def _meet(one: Span, other: Span) -> bool:
    """Whether two changes could disturb each other."""
    return one[:2] <= other[2:] and other[:2] <= one[2:]


def applied(text: str, fixes: Iterable[Tried]) -> str | None:
    """A text with several fixes; None if two of them change the same characters."""
    changes: list[Replacement] = []
    for fix in fixes:
        changes += fix.replacements
    try:
        return apply(text, changes)
    except Impossible:
        return None


def _gone(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic], target: Diagnostic
) -> list[Diagnostic]:
    """The errors beside a mended one that are not there any more.

    An error may have another text now, for layers are called otherwise: of each code as many must be
    missing as seem to be.
    """
    others = [d for d in before if is_error(d.code) and d is not target]
    left = Counter(map(_key, after))
    missing = [d for d in others if not left[_key(d)]]
    fewer = Counter(d.code for d in others)
    fewer.subtract(d.code for d in after)
    seem = Counter(d.code for d in missing)
    return [d for d in missing if fewer[d.code] >= seem[d.code]]


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
