"""Finding loops: windows of equal shape that stand one after the other."""

from typing import Any, NamedTuple

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import ABSENT, Columns, columns_of, solve
from archspec.importer.fold.cost import item_cost
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.names import parameter_name
from archspec.importer.fold.tree import (
    Blocks,
    Body,
    Call,
    Item,
    Leaf,
    Loop,
    Split,
    all_bodies,
    is_fixed,
)
from archspec.importer.fold.values import Scaled, plain_key, size

_LONGEST = 14
"""Most runs of items in a round."""
_LEAST_GAIN = 30
"""Words that a loop of two rounds with a table must save."""
_FEWEST_LINES = 5
"""Rounds of one line that are worth a table: it has three lines itself."""
_MAYBE = 15
"""What it takes to read that something stands in some rounds only."""
Run = tuple[int, int]
"""The place of the first of some equal items, and how many there are; 0 if there is none."""


class Rounds(NamedTuple):
    """A loop that may be made: for each round its runs."""

    gain: int
    body: Body
    rows: list[list[Run]]


def make_long_loops(body: Body) -> None:
    """Make loops of what comes many times in a row, in a body that is too long for a search."""
    if len(body.items) <= _LONG_BODY:
        return
    keys = [(item.shape_key(), _whole(item)) for item in body.items]
    chained = _chained(body)
    start = 0
    while start < len(keys):
        for period in range(1, _LONGEST + 1):
            end = start + period
            while end < len(keys) and keys[end] == keys[end - period] and chained[end]:
                end += 1
            rounds = (end - start) // period
            if rounds >= _MANY and all(chained[start : start + period]):
                count = rounds * period
                layers = [
                    name for item in body.items[start : start + count] for name in item.layers
                ]
                inner = [item.copy() for item in body.items[start : start + period]]
                for place, item in enumerate(inner):
                    item.sources = [(place - 1, 0)]
                loop = Loop(Body(inner), rounds, {}, [(start - 1, 0)], layers)
                body.replace(start, count, [loop])
                keys[start : start + count] = [(loop.shape_key(), _whole(loop))]
                chained[start : start + count] = [True]
                break
        start += 1


_LONG_BODY = 300
_MANY = 6


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
        self.chained = _chained(body)
        self.whole = [_whole(item) for item in body.items]
        self.costs = [item_cost(item) for item in body.items]

    def best(self) -> Rounds | None:
        equal, alike = self._runs(exact=True), self._runs(exact=False)
        best: Rounds | None = None
        for runs in (equal, alike) if alike != equal else (equal,):
            best = self._best_of(runs, best)
        return best

    def _best_of(self, runs: list[Run], best: Rounds | None) -> Rounds | None:
        for start in range(len(runs)):
            for count in range(1, min(_LONGEST, len(runs) - start) + 1):
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
            gain = _gain(self.items, rows, old, self.whole, self.blocks, self.effort)
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


def _chained(body: Body) -> list[bool]:
    """For each item whether it reads the one before it, and only the next one reads it."""
    last = body.last_readers()
    return [
        item.reads_before(place) and last[place] <= place + 1 and not is_fixed(item)
        for place, item in enumerate(body.items)
    ]


def _whole(item: Item) -> Any:
    """All values of an item."""
    return tuple((str(path), plain_key(slot.value)) for path, slot in item.slots(()))


class _Step(NamedTuple):
    """One place in a round, over all rounds."""

    items: list[Item | None]
    """What stands there: None if nothing does."""
    counts: list[int]
    """How often, one after the other."""


def _steps(
    items: list[Item],
    rows: list[list[Run]],
    whole: list[Any],
    blocks: Blocks,
    taken: set[str],
    effort: Effort,
) -> list[_Step] | None:
    """The steps of a round; items of one shape with other values are a loop over their table."""
    found = []
    for number in range(len(rows[0])):
        runs = [row[number] for row in rows]
        counts = [n for _, n in runs]
        if all(whole[place + k] == whole[place] for place, n in runs for k in range(1, n)):
            first = [items[place] if n else None for place, n in runs]
            found.append(_Step(first, counts))
            continue
        loops = _inner(items, runs, blocks, taken, effort)
        if loops is None:
            return None
        found.append(_Step([*loops], [1] * len(runs)))
    return found


def _inner(
    items: list[Item], runs: list[Run], blocks: Blocks, taken: set[str], effort: Effort
) -> list[Loop] | None:
    """For each run a loop over what differs in it; all of one shape."""
    windows = [[items[place + k]] for place, n in runs for k in range(n)]
    columns = columns_of(windows, blocks, False, effort)
    if columns is None:
        return None
    starts = [sum(n for _, n in runs[:k]) for k in range(len(runs))]
    differs = [
        any(
            len({plain_key(column.values[at + k]) for k in range(n)}) > 1
            for at, (_, n) in zip(starts, runs, strict=True)
        )
        for column in columns.varying
    ]
    varying = [column for column, yes in zip(columns.varying, differs, strict=True) if yes]
    solved = solve(varying, lambda argument: parameter_name(argument, taken))
    same = [column for column, yes in zip(columns.varying, differs, strict=True) if not yes]
    found = []
    example = next(place for place, n in runs if n)
    for at, (place, n) in zip(starts, runs, strict=True):
        inner = [items[place if n else example].copy()]
        inner[0].sources = [(-1, 0)]
        for path, value in solved.values.items():
            put(inner, path, value)
        if not n:  # what is the same in a round does not matter in one without
            for column in same:
                for path in column.paths:
                    put(inner, path, column.values[0])
        table = {name: column.values[at : at + n] for name, column in solved.names.items()}
        layers = [name for k in range(n) for name in items[place + k].layers]
        found.append(Loop(Body(inner), None, table, [(-1, 0)], layers))
    return found


def _gain(
    items: list[Item],
    rows: list[list[Run]],
    old: int,
    whole: list[Any],
    blocks: Blocks,
    effort: Effort,
) -> int | None:
    """What a loop of these rounds saves; None if they cannot be one."""
    steps = _steps(items, rows, whole, blocks, set(), effort)
    columns = _columns(steps, blocks, effort)
    if steps is None or columns is None:
        return None
    solved = solve(columns.varying, _numbered())
    new = 5
    for step in steps:
        first = next(item for item in step.items if item is not None)
        new += item_cost(first)
        if {*step.counts} != {1}:
            new += 5 + (_MAYBE if {*step.counts} == {0, 1} else 0)
    times = {tuple(step.counts) for step in steps if len({*step.counts}) > 1}
    new += len(times) * (1 + len(rows))
    new += sum(1 + sum(map(size, column.values)) for column in solved.names.values())
    return old - new


def _numbered() -> Any:
    count = [0]

    def name(_: str) -> str:
        count[0] += 1
        return f"c{count[0]}"

    return name


def _columns(steps: list[_Step] | None, blocks: Blocks, effort: Effort) -> Columns | None:
    if steps is None:
        return None
    rounds = len(steps[0].items)
    windows = [[step.items[number] for step in steps] for number in range(rounds)]
    return columns_of(windows, blocks, False, effort)


def make_loop(found: Rounds, blocks: Blocks) -> None:
    """Make a loop in the place of its rounds."""
    body, rows = found.body, found.rows
    items = body.items
    start = rows[0][0][0]
    place, often = [run for run in rows[-1] if run[1]][-1]
    count = place + often - start
    layers = [name for item in items[start : start + count] for name in item.layers]
    if len(rows) == 1:
        inner = items[start].copy()
        inner.sources = [(-1, 0)]
        loop = Loop(Body([inner]), often, {}, [(start - 1, 0)], layers)
        body.replace(start, count, [loop])
        return
    taken: set[str] = set()
    effort = Effort()
    steps = _steps(items, rows, [_whole(item) for item in items], blocks, taken, effort)
    columns = _columns(steps, blocks, effort)
    assert steps is not None
    assert columns is not None
    solved = solve(columns.varying, lambda argument: parameter_name(argument, taken))
    copies = [next(i for i in step.items if i is not None).copy() for step in steps]
    for path, value in {**columns.constant, **solved.values}.items():
        put(copies, path, value)
    table = {name: _filled(column.values) for name, column in solved.names.items()}
    inside: list[Item] = []
    depths: list[str] = []
    for step, item in zip(steps, copies, strict=True):
        item.sources = [(len(inside) - 1, 0)]
        if {*step.counts} != {1}:
            times: Any = step.counts[0]
            if len({*step.counts}) > 1:
                name = next((n for n in depths if table[n] == step.counts), None)
                if name is None:
                    name = parameter_name("depth", taken)
                    depths.append(name)
                    table[name] = step.counts
                times = Scaled(name)
            item.sources = [(-1, 0)]
            item = Loop(Body([item]), times, {}, [(len(inside) - 1, 0)], [])
        inside.append(item)
    rounds = None if table else len(rows)
    body.replace(start, count, [Loop(Body(inside), rounds, table, [(start - 1, 0)], layers)])


def _filled(values: list[Any]) -> list[Any]:
    """A column with something in each place: the value before, where it does not matter."""
    known = [value for value in values if value is not ABSENT]
    found, last = [], known[0]
    for value in values:
        last = last if value is ABSENT else value
        found.append(last)
    return found
