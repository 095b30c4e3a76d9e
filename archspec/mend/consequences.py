"""Errors that come of another mistake: what one fix mends is one mistake, and told once."""

from collections.abc import Sequence

from archspec.diagnostics.codes import is_error
from archspec.diagnostics.sink import Diagnostic, Place, Sink
from archspec.diagnostics.tried import Outcome, Tried
from archspec.mend.trying import Gone


def withdraw_consequences(sink: Sink, gone: Sequence[Gone]) -> None:
    """Leave out the errors that are gone with the fix of another one.

    Args:
        sink: holds the errors, whose fixes were tried.
        gone: what each fix has mended beside its own mistake.
    """
    errors = [d for d in sink.diagnostics if is_error(d.code)]
    if len(errors) < 2:
        return
    order = {id(d): n for n, d in enumerate(errors)}
    dropped: set[int] = set()
    whole = [g for g in gone if len(g[2]) == len(errors) - 1]
    firsts = [g for g in gone if g[2] and g[0].tried and g[0].tried[0] is g[1]]
    ranked = sorted(firsts, key=lambda g: (-len(g[2]), order.get(id(g[0]), 0)))
    for target, fix, others in [*whole[:1], *ranked]:
        mine = [d for d in others if id(d) in order and id(d) not in dropped]
        if _is_expectation(target):
            mine = [d for d in mine if not _is_expectation(d)]
        if not _is_of_text(target):
            mine = [d for d in mine if not _is_of_text(d) or _is_near(d, target)]
        if id(target) in dropped or not mine:
            continue
        dropped |= {id(d) for d in mine}
        target.advice = (fix, *(a for a in target.advice if a is not fix))
    kept = [d for d in errors if id(d) not in dropped]
    kept = _one_for_each_fix(kept)
    rest = {id(d) for d in kept}
    sink.withdraw([d for d in errors if id(d) not in rest])


def _is_of_text(found: Diagnostic) -> bool:
    """Whether it is a slip of YAML or JSON: that comes of no network, whatever else writes it anew."""
    return found.code < "AS1"


def _is_near(one: Diagnostic, other: Diagnostic) -> bool:
    """Whether two errors stand in one line, or in lines that follow each other."""
    first, second = one.span, other.span
    if first is None or second is None or one.source != other.source:
        return False
    return abs(first.line - second.line) <= 1


def _is_expectation(found: Diagnostic) -> bool:
    """Whether it is about what is expected: each claim is one of its own."""
    place = found.place
    return found.code in ("AS405", "AS406") or (isinstance(place, Place) and "expect" in place.path)


def _one_for_each_fix(errors: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Errors without those that the same edits mend, or a like edit in the same line."""
    kept: list[Diagnostic] = []
    for each in errors:
        first = each.tried[0] if each.tried else None
        for other in kept if first else ():
            other_first = other.tried[0] if other.tried else None
            if first is None or other_first is None or not first.replacements:
                continue
            if first.replacements == other_first.replacements:
                break
            if _is_again(each, other) and Outcome.UNTRIED not in (
                first.outcome,
                other_first.outcome,
            ):
                both = (*other_first.replacements, *first.replacements)
                edits = (*other_first.fix.edits, *first.fix.edits)
                fix = Tried(other_first.fix._replace(edits=edits), both, first.outcome)
                other.advice = tuple(fix if a is other_first else a for a in other.advice)
                break
        else:
            kept.append(each)
    return kept


def _is_again(one: Diagnostic, other: Diagnostic) -> bool:
    """Whether two slips of the text, or of a value in it, are the same one, made twice in a line."""
    lines = [d.span.line if d.span else 0 for d in (one, other)]
    return (
        one.code == other.code
        and one.code in ("AS010", "AS207")
        and (one.message == other.message and lines[0] == lines[1] and one.source == other.source)
    )
