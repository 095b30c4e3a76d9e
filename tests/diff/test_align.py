"""Alignments against what trying everything gives."""

from functools import cache, partial
from itertools import pairwise
from random import Random

from archspec.diff.align import best, common, gaps, rising


def _longest(a: str, b: str) -> int:
    @cache
    def of(i: int, j: int) -> int:
        if i == len(a) or j == len(b):
            return 0
        same = 1 + of(i + 1, j + 1) if a[i] == b[j] else 0
        return max(same, of(i + 1, j), of(i, j + 1))

    return of(0, 0)


def test_common_subsequences_are_longest() -> None:
    random = Random(1)
    for _ in range(400):
        a, b = ("".join(random.choices("abc", k=random.randrange(9))) for _ in range(2))
        found = common(a, b)
        assert found is not None
        assert all(a[i] == b[j] for i, j in found)
        assert all(p[0] < q[0] and p[1] < q[1] for p, q in pairwise(found))
        assert len(found) == _longest(a, b), (a, b, found)


def test_rows_without_anything_in_common() -> None:
    assert common(range(1000), range(1000, 2000)) is None
    assert common(range(1000), []) == []


def _highest(scores: list[list[float]], i: int = 0, j: int = 0) -> float:
    if i == len(scores) or j == len(scores[i]):
        return 0.0
    apart = max(_highest(scores, i + 1, j), _highest(scores, i, j + 1))
    return max(apart, scores[i][j] + _highest(scores, i + 1, j + 1))


def _at(scores: list[list[float]], i: int, j: int) -> float:
    return scores[i][j]


def test_best_scores() -> None:
    random = Random(2)
    for _ in range(200):
        rows, columns = random.randrange(5), random.randrange(5)
        scores = [
            [random.choice((0.0, 0.3, 0.7, 1.0)) for _ in range(columns)] for _ in range(rows)
        ]

        most = _highest(scores)
        found = best(rows, columns, partial(_at, scores))
        assert abs(sum(scores[i][j] for i, j in found) - most) < 1e-9
        assert all(p[0] < q[0] and p[1] < q[1] for p, q in pairwise(found))


def test_rising_and_gaps() -> None:
    assert rising([(0, 3), (1, 0), (2, 1), (3, 5)]) == [(1, 0), (2, 1), (3, 5)]
    assert list(gaps([(1, 0), (3, 3)], 5, 5)) == [
        (range(2, 3), range(1, 3)),
        (range(4, 5), range(4, 5)),
    ]
