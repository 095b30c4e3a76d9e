"""Which layer takes the weights of which: by name, under a prefix, by what they calculate."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from archspec.weights.pairing.report import Difference, Shapes, WeightsReport

Parts = tuple[str, ...]
_MOST = 50
"""Layers of one last name that are looked at to find a prefix."""


class Sides(NamedTuple):
    """Layers with weights on both sides, by name, with their shapes."""

    ours: dict[str, Shapes]
    theirs: dict[str, Shapes]
    fits: Callable[[str, str], bool]
    """Whether one of ours can take the weights of one of theirs."""


def pair(
    sides: Sides, corresponding: Callable[[], dict[str, str] | None], by_name: bool = True
) -> tuple[dict[str, str], WeightsReport]:
    """For each of our layers that gets weights the one that it gets them from; and a report.

    Args:
        sides: the layers.
        corresponding: gives those that calculate the same; None if that is not known, so that
            only a layer whose shapes no other one has on either side is recognised.
        by_name: whether equal names mean anything.
    """
    found: dict[str, str] = {}
    report = WeightsReport()
    rest = dict.fromkeys(sides.ours)
    free = dict.fromkeys(sides.theirs)

    def take(name: str, other: str) -> None:
        del rest[name], free[other]
        if not sides.fits(name, other):
            told = Difference(name, sides.ours[name], sides.theirs[other])
            report.different.append(told)
            return
        found[name] = other
        if name in (other, _dotted(other), _dashed(other)) and by_name:
            report.loaded.append(name)
        else:
            report.renamed.append((name, other))

    if by_name:
        for name in sides.ours:
            partner = next((n for n in (name, _dotted(name), _dashed(name)) if n in free), "")
            if partner:
                take(name, partner)
        for name, other in by_prefix(rest, free, sides.fits):
            take(name, other)
    if rest:
        known = corresponding()
        pairs = _by_shapes(sides, rest, free) if known is None else known
        for name in list(rest):
            other = pairs.get(name, "")
            if other in free and sides.fits(name, other):
                take(name, other)
    report.new, report.unused = list(rest), list(free)
    return found, report


def _dotted(name: str) -> str:
    """The name that a layer on PyTorch has elsewhere."""
    return name.replace("-", ".")


def _dashed(name: str) -> str:
    """The name that a layer has on PyTorch."""
    return name.replace(".", "-")


def _by_shapes(sides: Sides, ours: Iterable[str], theirs: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    mine: dict[Shapes, list[str]] = {}
    others: dict[Shapes, list[str]] = {}
    for group, names, shapes in ((mine, ours, sides.ours), (others, theirs, sides.theirs)):
        for name in names:
            group.setdefault(shapes[name], []).append(name)
    for told, names in mine.items():
        if len(names) == len(others.get(told, ())) == 1:
            found[names[0]] = others[told][0]
    return found


def by_prefix(
    ours: Iterable[str], theirs: Iterable[str], fits: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    """Pairs of layers whose names differ by what stands before them.

    A network may be a block of another one (``base.conv1``) or a model in a model
    (``lenet/conv1``). A prefix counts if half of the layers under it, on one of the sides, find
    one that fits; of two that find equally many for the same layers, neither does.
    """
    mine = {_parts(name): name for name in ours}
    others = {_parts(name): name for name in theirs}
    while True:
        chosen = _prefixes(mine, others, fits)
        if chosen is None:
            return
        for name, other in _under(mine, others, *chosen):
            yield mine.pop(name), others.pop(other)


def _parts(name: str) -> Parts:
    return tuple(re.split(r"[/.]", name))


def _prefixes(
    mine: dict[Parts, str], others: dict[Parts, str], fits: Callable[[str, str], bool]
) -> tuple[Parts, Parts] | None:
    """The two prefixes under which most layers fit each other."""
    ends: dict[str, list[Parts]] = {}
    for other in others:
        ends.setdefault(other[-1], []).append(other)
    votes: Counter[tuple[Parts, Parts]] = Counter()
    seen: Counter[str] = Counter()
    for name in mine:
        seen[name[-1]] += 1
        if seen[name[-1]] > _MOST:
            continue
        for other in ends.get(name[-1], ())[:_MOST]:
            if fits(mine[name], others[other]):
                votes[_before(name, other)] += 1
    ranked = []
    for (first, second), _ in votes.most_common(_MOST):
        pairs = [p for p in _under(mine, others, first, second) if fits(mine[p[0]], others[p[1]])]
        if _weighs(len(pairs), mine, others, first, second):
            ranked.append((len(pairs), first, second, pairs))
    ranked.sort(key=lambda entry: -entry[0])
    for count, first, second, pairs in ranked:
        rivals = [r for r in ranked if r[0] == count and r[1:3] != (first, second)]
        if not any({x for p in r[3] for x in p} & {x for p in pairs for x in p} for r in rivals):
            return first, second
    return None


def _weighs(
    count: int, mine: dict[Parts, str], others: dict[Parts, str], first: Parts, second: Parts
) -> bool:
    """Whether that many pairs say enough."""
    under_first = sum(n[: len(first)] == first for n in mine)
    under_second = sum(n[: len(second)] == second for n in others)
    if 2 * count < min(under_first, under_second):
        return False
    return count > 1 or not (first and second)


def _before(name: Parts, other: Parts) -> tuple[Parts, Parts]:
    """What stands before the part in which two names end alike."""
    length = 1
    while length < min(len(name), len(other)) and name[-length - 1] == other[-length - 1]:
        length += 1
    return name[:-length], other[:-length]


def _under(
    mine: dict[Parts, str], others: dict[Parts, str], first: Parts, second: Parts
) -> list[tuple[Parts, Parts]]:
    """The pairs under two prefixes."""
    found = []
    for name in mine:
        if name[: len(first)] == first:
            other = second + name[len(first) :]
            if other in others:
                found.append((name, other))
    return found
