"""Making loops in the place of what comes again."""

from typing import Any

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import ABSENT
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.loops import LONGEST, Rounds
from archspec.importer.fold.names import parameter_name
from archspec.importer.fold.rounds import chained_in, columns_of_steps, steps_of, whole_of
from archspec.importer.fold.solve import solve
from archspec.importer.fold.tree import Blocks, Body, Item, Loop
from archspec.importer.fold.values import Scaled


def make_long_loops(body: Body) -> None:
    """Make loops of what comes many times in a row, in a body that is too long for a search."""
    if len(body.items) <= _LONG_BODY:
        return
    keys = [(item.shape_key(), whole_of(item)) for item in body.items]
    chained = chained_in(body)
    start = 0
    while start < len(keys):
        for period in range(1, LONGEST + 1):
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
                keys[start : start + count] = [(loop.shape_key(), whole_of(loop))]
                chained[start : start + count] = [True]
                break
        start += 1


_LONG_BODY = 300
_MANY = 6


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
    steps = steps_of(items, rows, [whole_of(item) for item in items], blocks, taken, effort)
    columns = columns_of_steps(steps, blocks, effort)
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
