"""Aligning two rows: what of one corresponds to what of the other, both from left to right."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence

Pairs = list[tuple[int, int]]
"""Positions in the first row and in the second one, both rising."""

_MOST_EDITS = 400
"""Differences up to which a longest common subsequence is looked for; its time grows with the square."""


def common(first: Sequence[Hashable], second: Sequence[Hashable]) -> Pairs | None:
    """A longest common subsequence of two rows; None if they differ in too much.

    Myers, "An O(ND) difference algorithm and its variations" (1986): its time grows with the length
    and with the square of the number of differences.
    """
    start = 0
    least = min(len(first), len(second))
    while start < least and first[start] == second[start]:
        start += 1
    end = 0
    while end < least - start and first[-1 - end] == second[-1 - end]:
        end += 1
    a, b = first[start : len(first) - end], second[start : len(second) - end]
    inner = _myers(a, b)
    if inner is None:
        return None
    tail = ((len(first) - k, len(second) - k) for k in range(end, 0, -1))
    return [*((k, k) for k in range(start)), *((i + start, j + start) for i, j in inner), *tail]


def _myers(a: Sequence[Hashable], b: Sequence[Hashable]) -> Pairs | None:
    if not a or not b:
        return []
    ends = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(a) + len(b), _MOST_EDITS) + 1):
        trail.append(dict(ends))
        for k in range(-edits, edits + 1, 2):
            if k == -edits or (k != edits and ends[k - 1] < ends[k + 1]):
                i = ends[k + 1]
            else:
                i = ends[k - 1] + 1
            j = i - k
            while i < len(a) and j < len(b) and a[i] == b[j]:
                i, j = i + 1, j + 1
            ends[k] = i
            if i >= len(a) and j >= len(b):
                return _backwards(trail, len(a), len(b))
    return None


def _backwards(trail: list[dict[int, int]], i: int, j: int) -> Pairs:
    found: Pairs = []
    for edits in range(len(trail) - 1, -1, -1):
        ends, k = trail[edits], i - j
        down = k == -edits or (k != edits and ends[k - 1] < ends[k + 1])
        before = k + 1 if down else k - 1
        last_i = ends[before] if edits else 0
        last_j = last_i - before if edits else 0
        while i > last_i and j > last_j:
            if edits and (i, j) == ((last_i, last_j + 1) if down else (last_i + 1, last_j)):
                break
            i, j = i - 1, j - 1
            found.append((i, j))
        if edits:
            i, j = last_i, last_j
    return found[::-1]


def best(rows: int, columns: int, score: Callable[[int, int], float]) -> Pairs:
    """The alignment with the highest sum of scores; pairs of score 0 are none.

    It asks for the score of every pair: for rows of which the product of lengths is small.
    """
    table = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    scores = [[score(i, j) for j in range(columns)] for i in range(rows)]
    for i in range(rows - 1, -1, -1):
        own, below, given = table[i], table[i + 1], scores[i]
        for j in range(columns - 1, -1, -1):
            value = max(below[j], own[j + 1])
            if given[j] > 0 and given[j] + below[j + 1] > value:
                value = given[j] + below[j + 1]
            own[j] = value
    found: Pairs = []
    i = j = 0
    while i < rows and j < columns:
        given_here = scores[i][j]
        if given_here > 0 and table[i][j] <= given_here + table[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif table[i][j] <= table[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def rising(pairs: Pairs) -> Pairs:
    """Most of the pairs, of which both positions rise; the first positions rise already."""
    ends: list[int] = []
    places: list[int] = []
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        before[k] = places[at - 1] if at else -1
        if at == len(ends):
            ends.append(j)
            places.append(k)
        else:
            ends[at], places[at] = j, k
    found: Pairs = []
    k = places[-1] if places else -1
    while k >= 0:
        found.append(pairs[k])
        k = before[k]
    return found[::-1]


def gaps(pairs: Pairs, rows: int, columns: int) -> Iterator[tuple[range, range]]:
    """What lies between pairs that rise, on both sides, where there is something on both."""
    i = j = 0
    for a, b in [*pairs, (rows, columns)]:
        if i < a and j < b:
            yield range(i, a), range(j, b)
        i, j = a + 1, b + 1
