"""Finding loops: windows of equal shape that stand one after the other."""

from typing import Any, NamedTuple

from archspec.importer.fold.cost import item_cost
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.rounds import Run, chained_in, gain_of, whole_of
from archspec.importer.fold.tree import (
    Blocks,
    Body,
    Call,
    Leaf,
    Loop,
    Split,
    all_bodies,
)

LONGEST = 14
"""Most runs of items in a round."""
_LEAST_GAIN = 30
"""Words that a loop of two rounds with a table must save."""
_FEWEST_LINES = 5
"""Rounds of one line that are worth a table: it has three lines itself."""


class Rounds(NamedTuple):
    """A loop that may be made: for each round its runs."""

    gain: int
    body: Body
    rows: list[list[Run]]


class LoopFinder:
    """Finds the best loop again and again, looking only at bodies that have changed."""

    def __init__(self, blocks: Blocks, effort: Effort) -> None:
        self.blocks = blocks
        self.effort = effort
        self.known: dict[int, tuple[Body, list[tuple[int, int]], Rounds | None]] = {}
        """For each body what was found, and how often it and those in it had changed then."""

    def best(self, bodies: list[Body]) -> Rounds | None:
        """The loop that saves most words."""
        best: Rounds | None = None
        for body in bodies:
            if len(body.items) < 2:
                continue
            changes = [(id(inner), inner.changes) for inner in all_bodies(body)]
            known = self.known.get(id(body))
            if known is None or known[1] != changes:
                known = self.known[id(body)] = (
                    body,
                    changes,
                    _Search(body, self.blocks, self.effort).best(),
                )
            found = known[2]
            if found is not None and (best is None or found.gain > best.gain):
                best = found
        return best


class _Search:
    """The search in one body."""

    def __init__(self, body: Body, blocks: Blocks, effort: Effort) -> None:
        self.body = body
        self.effort = effort
        self.blocks = blocks
        self.items = body.items
        numbers: dict[Any, int] = {}
        self.keys = [numbers.setdefault(i.shape_key(), len(numbers)) for i in body.items]
        self.chained = chained_in(body)
        self.whole = [whole_of(item) for item in body.items]
        self.costs = [item_cost(item) for item in body.items]

    def best(self) -> Rounds | None:
        equal, alike = self._runs(exact=True), self._runs(exact=False)
        best: Rounds | None = None
        for runs in (equal, alike) if alike != equal else (equal,):
            best = self._best_of(runs, best)
        return best

    def _best_of(self, runs: list[Run], best: Rounds | None) -> Rounds | None:
        for start in range(len(runs)):
            for count in range(1, min(LONGEST, len(runs) - start) + 1):
                pattern = runs[start : start + count]
                if not self.chained[pattern[-1][0]]:
                    break
                if count == 1 and pattern[0][1] > 1:
                    gain = self._single_gain(pattern[0])
                    if gain > (best.gain if best else 0):
                        best = Rounds(gain, self.body, [pattern])
                for optional in (False, True)[: 2 if count > 1 else 1]:
                    rows = self._rows(runs, start, pattern, optional)
                    if len(rows) < 2 or (optional and all(n for row in rows for _, n in row)):
                        continue
                    best = self._better(rows, best)
        return best

    def _better(self, rows: list[list[Run]], best: Rounds | None) -> Rounds | None:
        """The loop with these rows, or with as many of them as can be one, if it is better."""
        while len(rows) > 1:
            old = sum(self.costs[p + k] for row in rows for p, n in row for k in range(n))
            inner = sum(self.costs[place] for place, n in rows[0] if n)
            if old - inner - 5 <= (best.gain if best else 0):
                return best
            gain = gain_of(self.items, rows, old, self.whole, self.blocks, self.effort)
            if gain is None:
                rows = rows[:-1]
                continue
            useful = len(rows) > 2 or gain >= _LEAST_GAIN
            if len(rows[0]) == 1 and isinstance(self.items[rows[0][0][0]], Leaf | Call):
                useful = len(rows) >= _FEWEST_LINES
            if useful and gain > (best.gain if best else 0):
                return Rounds(gain, self.body, rows)
            return best
        return best

    def _single_gain(self, run: Run) -> int:
        """What a loop of equal items saves."""
        place, often = run
        item = self.items[place]
        if any(self.whole[n] != self.whole[place] for n in range(place, place + often)):
            return 0
        if often == 2 and not isinstance(item, Split):
            return 0  # two lines are read as fast as a loop
        gain = (often - 1) * self.costs[place] - 5
        return max(gain, 1) if often >= 3 and isinstance(item, Call | Split) else gain

    def _runs(self, exact: bool) -> list[Run]:
        """Items one after the other that are equal, or steps of one shape if it need not be exact."""
        keys = [
            (key, whole if exact or isinstance(item, Leaf | Loop) else None)
            for key, whole, item in zip(self.keys, self.whole, self.items, strict=True)
        ]
        found: list[Run] = []
        start = 0
        while start < len(keys):
            end = start + 1
            while (
                end < len(keys)
                and keys[end] == keys[start]
                and self.chained[end]
                and self.chained[start]
            ):
                end += 1
            found.append((start, end - start))
            start = end
        return found

    def _rows(
        self, runs: list[Run], start: int, pattern: list[Run], optional: bool
    ) -> list[list[Run]]:
        """Rounds like the first one; the last run of a round may be missing if it is optional."""
        rows: list[list[Run]] = []
        at = start
        while True:
            row: list[Run] = []
            current = at
            for place, _ in pattern:
                run = runs[current] if current < len(runs) else None
                same = run is not None and self.keys[run[0]] == self.keys[place]
                if run is not None and same and self.chained[run[0]]:
                    row.append(run)
                    current += 1
                elif (
                    optional
                    and len(row) == len(pattern) - 1
                    and isinstance(self.items[place], Split | Call)
                ):
                    row.append((-1, 0))
                else:
                    return rows
            rows.append(row)
            self.effort.spend(len(row))
            at = current
