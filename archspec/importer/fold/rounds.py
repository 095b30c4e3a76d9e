"""The rounds of a loop: which steps they have, and what differs in them."""

from typing import Any, NamedTuple

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import Columns, columns_of
from archspec.importer.fold.cost import item_cost
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.names import parameter_name
from archspec.importer.fold.solve import solve
from archspec.importer.fold.tree import Blocks, Body, Item, Loop, is_fixed
from archspec.importer.fold.values import plain_key, size

_MAYBE = 15
"""What it takes to read that something stands in some rounds only."""
Run = tuple[int, int]
"""The place of the first of some equal items, and how many there are; 0 if there is none."""


def chained_in(body: Body) -> list[bool]:
    """For each item whether it reads the one before it, and only the next one reads it."""
    last = body.last_readers()
    return [
        item.reads_before(place) and last[place] <= place + 1 and not is_fixed(item)
        for place, item in enumerate(body.items)
    ]


def whole_of(item: Item) -> Any:
    """All values of an item."""
    return tuple((str(path), plain_key(slot.value)) for path, slot in item.slots(()))


class Step(NamedTuple):
    """One place in a round, over all rounds."""

    items: list[Item | None]
    """What stands there: None if nothing does."""
    counts: list[int]
    """How often, one after the other."""


def steps_of(
    items: list[Item],
    rows: list[list[Run]],
    whole: list[Any],
    blocks: Blocks,
    taken: set[str],
    effort: Effort,
) -> list[Step] | None:
    """The steps of a round; items of one shape with other values are a loop over their table."""
    found = []
    for number in range(len(rows[0])):
        runs = [row[number] for row in rows]
        counts = [n for _, n in runs]
        if all(whole[place + k] == whole[place] for place, n in runs for k in range(1, n)):
            first = [items[place] if n else None for place, n in runs]
            found.append(Step(first, counts))
            continue
        loops = _inner(items, runs, blocks, taken, effort)
        if loops is None:
            return None
        found.append(Step([*loops], [1] * len(runs)))
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


def gain_of(
    items: list[Item],
    rows: list[list[Run]],
    old: int,
    whole: list[Any],
    blocks: Blocks,
    effort: Effort,
) -> int | None:
    """What a loop of these rounds saves; None if they cannot be one."""
    steps = steps_of(items, rows, whole, blocks, set(), effort)
    columns = columns_of_steps(steps, blocks, effort)
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


def columns_of_steps(steps: list[Step] | None, blocks: Blocks, effort: Effort) -> Columns | None:
    if steps is None:
        return None
    rounds = len(steps[0].items)
    windows = [[step.items[number] for step in steps] for number in range(rounds)]
    return columns_of(windows, blocks, False, effort)
