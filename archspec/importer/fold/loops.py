"""Finding loops: windows of equal shape that stand one after the other."""

from typing import Any, NamedTuple

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import ABSENT, Columns, columns_of, solve
from archspec.importer.fold.cost import item_cost
from archspec.importer.fold.names import parameter_name
from archspec.importer.fold.tree import Again, Blocks, Body, Call, Item, Leaf, Loop, Split
from archspec.importer.fold.values import Scaled, plain_key

_LONGEST = 14
"""Most runs of items in a round."""
_LEAST_GAIN = 30
"""Words that a loop of two rounds with a table must save."""
_MAYBE = 15
"""What it takes to read that something stands in some rounds only."""
Run = tuple[int, int]
"""The place of the first of some equal items, and how many there are; 0 if there is none."""


class Rounds(NamedTuple):
    """A loop that may be made: for each round its runs."""

    gain: int
    body: Body
    rows: list[list[Run]]


def best_loop(bodies: list[Body], blocks: Blocks) -> Rounds | None:
    """The loop that saves most words."""
    numbers: dict[Any, int] = {}
    best: Rounds | None = None
    for body in bodies:
        if len(body.items) > 1:
            keys = [numbers.setdefault(i.shape_key(), len(numbers)) for i in body.items]
            best = _best_in(body, keys, blocks, best)
    return best


def _best_in(body: Body, keys: list[int], blocks: Blocks, best: Rounds | None) -> Rounds | None:
    items = body.items
    last = body.last_readers()
    chained = [
        item.reads_before(place)
        and last[place] <= place + 1
        and not isinstance(item, Again)
        and not (isinstance(item, Leaf) and item.fixed)
        for place, item in enumerate(items)
    ]
    runs = _runs(items, keys, chained)
    for start in range(len(runs)):
        for count in range(1, min(_LONGEST, len(runs) - start) + 1):
            pattern = runs[start : start + count]
            if not all(chained[place] for place, _ in pattern):
                break
            place, often = pattern[0]
            if count == 1 and often > 1:
                gain = (often - 1) * item_cost(items[place]) - 5
                if often == 2 and not isinstance(items[place], Split):
                    gain = 0  # two lines are read as fast as a loop
                if often >= 3 and isinstance(items[place], Call | Split):
                    gain = max(gain, 1)
                if gain > (best.gain if best else 0):
                    best = Rounds(gain, body, [pattern])
            for optional in (False, True)[: 2 if count > 1 else 1]:
                rows = _rows(items, keys, chained, runs, start, pattern, optional)
                if optional and all(n for row in rows for _, n in row):
                    continue
                gain, rows = _gain(items, rows, blocks)
                useful = len(rows) > 2 or gain >= _LEAST_GAIN
                if len(rows) > 1 and useful and gain > (best.gain if best else 0):
                    best = Rounds(gain, body, rows)
    return best


def _runs(items: list[Item], keys: list[int], chained: list[bool]) -> list[Run]:
    """Equal items one after the other."""
    whole = [
        (key, tuple((str(path), plain_key(slot.value)) for path, slot in item.slots(())))
        for key, item in zip(keys, items, strict=True)
    ]
    found: list[Run] = []
    start = 0
    while start < len(items):
        end = start + 1
        while end < len(items) and whole[end] == whole[start] and chained[end] and chained[start]:
            end += 1
        found.append((start, end - start))
        start = end
    return found


def _rows(
    items: list[Item],
    keys: list[int],
    chained: list[bool],
    runs: list[Run],
    start: int,
    pattern: list[Run],
    optional: bool,
) -> list[list[Run]]:
    """Rounds like the first one; the last run of a round may be missing if it is optional."""
    rows: list[list[Run]] = []
    at = start
    while True:
        row: list[Run] = []
        current = at
        for place, _ in pattern:
            run = runs[current] if current < len(runs) else None
            if run is not None and keys[run[0]] == keys[place] and chained[run[0]]:
                row.append(run)
                current += 1
            elif optional and len(row) == len(pattern) - 1 and isinstance(items[place], Split | Call):
                row.append((-1, 0))
            else:
                return rows
        rows.append(row)
        at = current


def _gain(
    items: list[Item], rows: list[list[Run]], blocks: Blocks
) -> tuple[int, list[list[Run]]]:
    """What the longest possible loop saves, and its rows."""
    while len(rows) > 1:
        columns = _columns(items, rows, blocks)
        solved = solve(columns.varying, _numbered()) if columns is not None else None
        if solved is None:
            rows = rows[:-1]
            continue
        names = solved.names
        counts = [[row[n][1] for row in rows] for n in range(len(rows[0]))]
        times = len({tuple(c) for c in counts if len({*c}) > 1})
        inner = sum(item_cost(items[place]) for place, _ in rows[0])
        inner += sum(5 for c in counts if {*c} != {1})
        inner += sum(_MAYBE for c in counts if {*c} == {0, 1})
        old = sum(item_cost(items[place]) * n for row in rows for place, n in row if n)
        return old - (5 + inner + (len(names) + times) * (1 + len(rows))), rows
    return 0, rows


def _numbered() -> Any:
    count = [0]

    def name(_: str) -> str:
        count[0] += 1
        return f"c{count[0]}"

    return name


def _columns(items: list[Item], rows: list[list[Run]], blocks: Blocks) -> Columns | None:
    windows = [[items[place] if n else None for place, n in row] for row in rows]
    return columns_of(windows, blocks, False)


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
    columns = _columns(items, rows, blocks)
    assert columns is not None
    taken: set[str] = set()
    solved = solve(columns.varying, lambda argument: parameter_name(argument, taken))
    assert solved is not None
    copies = [items[place].copy() for place, _ in rows[0]]
    for path, value in {**columns.constant, **solved.values}.items():
        put(copies, path, value)
    table = {name: _filled(column.values) for name, column in solved.names.items()}
    inside: list[Item] = []
    for number, item in enumerate(copies):
        counts = [row[number][1] for row in rows]
        item.sources = [(len(inside) - 1, 0)]
        if {*counts} != {1}:
            times: Any = counts[0]
            if len({*counts}) > 1:
                name = next((n for n, column in table.items() if column == counts), None)
                if name is None:
                    name = parameter_name("depth", taken)
                    table[name] = counts
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
