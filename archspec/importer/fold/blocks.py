"""Finding blocks: windows of equal shape that stand in several places."""

from collections import Counter
from typing import Any, NamedTuple

from archspec.importer.fold.columns import (
    SIZES,
    Columns,
    channels_read,
    columns_of,
    default_of,
    is_default,
)
from archspec.importer.fold.cost import item_cost, leaf_count, weight
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.names import block_name, parameter_name
from archspec.importer.fold.solve import solve
from archspec.importer.fold.tree import (
    REQUIRED,
    Block,
    Blocks,
    Body,
    Call,
    Item,
    Leaf,
    Loop,
    Path,
    Source,
    Split,
    is_fixed,
    relative,
)
from archspec.importer.fold.units import (
    family,
    is_elementwise,
    leads_into_merge,
    may_lead,
    parts_norm,
    parts_unit,
)
from archspec.importer.fold.values import Formula, When, is_open, plain_key, size

_WIDEST = 24
"""Most items of a block."""
_MOST_INPUTS = 3
_MOST_PARAMS = 6
_LEAST_GAIN = 8
"""Words that a block must save."""


class Place(NamedTuple):
    """Where a window stands."""

    body: Body
    start: int
    outer: list[Source]
    """What it reads from before it."""


class Found(NamedTuple):
    """A block that may be made."""

    gain: int
    places: list[Place]
    length: int
    """Items of a window."""
    columns: Columns


def best_block(
    bodies: list[Body],
    blocks: Blocks,
    plain: bool,
    divide: bool,
    effort: Effort,
    gates: bool = False,
) -> Found | None:
    """The block that saves most words.

    Args:
        bodies: all bodies, blocks' too.
        blocks: those that there are.
        plain: whether a block may have one merge at most, and no layers before a residual but
            normalizations and activations.
        divide: whether it may take a part of the channels that it reads for a number of its own.
        effort: what it may cost.
        gates: whether only what multiplies its input is looked for, as squeeze and excitation.
    """
    candidates = []
    for (count, _), places in _windows(bodies, blocks, plain, effort).items():
        if gates and not (count == 1 and _is_gate(places[0].body.items[places[0].start])):
            continue
        apart = _apart(places, count)
        if len(apart) > 1:
            first = apart[0]
            words = sum(map(item_cost, first.body.items[first.start : first.start + count]))
            candidates.append(((words - 2) * (len(apart) - 1), count, apart))
    candidates.sort(key=lambda c: -c[0])
    best: Found | None = None
    for most, count, places in candidates:
        if most <= (best.gain if best else _LEAST_GAIN - 1):
            break
        for chosen in _choices(places, count, blocks, effort):
            found = _evaluate(chosen, count, blocks, divide, effort)
            if found is not None and found.gain > (best.gain if best else _LEAST_GAIN - 1):
                best = found
    return best


def _windows(
    bodies: list[Body], blocks: Blocks, plain: bool, effort: Effort
) -> dict[tuple[int, Any], list[Place]]:
    """All windows that may be blocks, by their number of items and their shape."""
    numbers: dict[Any, int] = {}
    found: dict[tuple[int, Any], list[Place]] = {}
    for body in bodies:
        items = body.items
        keys = [numbers.setdefault(item.shape_key(), len(numbers)) for item in items]
        last = body.last_readers()
        fixed = [is_fixed(item) for item in items]
        effort.spend(4 * len(items))
        for start in range(len(items)):
            if parts_unit(items, start):
                continue
            inside = start > 0 and keys[start - 1] == keys[start]  # of a run of equal ones
            outer: list[Source] = []
            key: list[Any] = []
            read = -1
            heavy = 0
            for place in range(start, min(start + _WIDEST, len(items))):
                item = items[place]
                if fixed[place]:
                    break
                key.append((keys[place], relative(item.sources, start, outer)))
                if len(outer) > _MOST_INPUTS:
                    break
                heavy += weight(item, blocks)
                if plain and place > start and not _is_plain(items, start, place, heavy, blocks):
                    break
                if place > start:
                    read = max(read, last[place - 1])
                if read > place or last[place] < 0 or any(output for _, output in outer):
                    continue  # something inside is read from outside, or nothing reads the end
                if plain and family(item) == "dropout":
                    continue  # it is dropped with the way around it
                alone = place == start and (not isinstance(item, Split) or _is_around(item))
                if alone or parts_norm(items, place + 1):
                    continue
                count = place - start + 1
                more = place + 1 < len(items) and keys[place + 1] == keys[place]
                if (inside or more) and len({*keys[start : place + 1]}) > 1:
                    continue
                effort.spend(2)
                found.setdefault((count, tuple(key)), []).append(Place(body, start, list(outer)))
    return found


def _is_gate(item: Item) -> bool:
    """Whether it multiplies its input by what is made of it."""
    if not isinstance(item, Split) or item.merge.word != "Multiply":
        return False
    return sum(1 for branch in item.branches if branch.items) == 1


def _is_around(item: Split) -> bool:
    """Whether it puts a way around its layers: then these are the block, not both."""
    ways = [branch for branch in item.branches if branch.items]
    return len(ways) == 1 and item.merge.word in ("Add", "Concatenate")


def _is_plain(items: list[Item], start: int, place: int, heavy: int, blocks: Blocks) -> bool:
    if heavy > 1:
        return False
    item = items[place]
    if (
        isinstance(item, Split)
        and weight(item, blocks)
        and not leads_into_merge(items[start:place])
    ):
        return False
    return not is_elementwise(items[start]) or may_lead(items, start)


def _apart(places: list[Place], count: int) -> list[Place]:
    """Those that do not overlap, from the first one on."""
    found: list[Place] = []
    ends: dict[int, int] = {}
    for place in places:
        if ends.get(id(place.body), -1) <= place.start:
            found.append(place)
            ends[id(place.body)] = place.start + count
    return found


def _items(place: Place, count: int) -> list[Item]:
    return place.body.items[place.start : place.start + count]


def _choices(places: list[Place], count: int, blocks: Blocks, effort: Effort) -> list[list[Place]]:
    """All of them, and those among them that are more alike."""
    columns = columns_of([_items(p, count) for p in places], blocks, True, effort)
    found = [places]
    if columns is None:
        groups: dict[Any, list[Place]] = {}
        for place in places:
            slots = (s for n, item in enumerate(_items(place, count)) for s in item.slots((n,)))
            groups.setdefault(tuple(sorted(str(path) for path, _ in slots)), []).append(place)
        return [group for group in groups.values() if len(group) > 1]
    if len(places) > 3:
        for column in columns.varying:
            keys = [plain_key(value) for value in column.values]
            if 2 <= len({*keys}) <= 4 and column.name not in SIZES:
                for key in dict.fromkeys(keys):
                    alike = [p for p, k in zip(places, keys, strict=True) if k == key]
                    if len(alike) > 1:
                        found.append(alike)
    return found


def _evaluate(
    places: list[Place], count: int, blocks: Blocks, divide: bool, effort: Effort
) -> Found | None:
    windows = [_items(place, count) for place in places]
    columns = columns_of(windows, blocks, True, effort)
    if columns is None:
        return None
    number = [0]

    def name(_: str) -> str:
        number[0] += 1
        return f"p{number[0]}"

    solved = solve(columns.varying, name, _input_channels(places, count), divide)
    kept = sum(1 for item in windows[0] if not isinstance(item, Call))
    kept += sum(leaf_count(item) for item in windows[0] if isinstance(item, Split | Loop))
    owners = {path: slot for n, i in enumerate(windows[0]) for path, slot in i.slots((n,))}
    for path, value in columns.constant.items():
        slot = owners.get(path)
        kept += slot is not None and not is_default(slot.owner, slot.name, value)
    params = solved.names.values()
    if len(solved.names) > min(_MOST_PARAMS, kept):
        return None
    old = sum(item_cost(item) for window in windows for item in window)
    body = sum(map(item_cost, windows[0]))
    calls = 2 * len(windows)
    for column in params:
        keys = Counter(map(plain_key, column.values))
        top, often = keys.most_common(1)[0]
        has_default = often * 3 >= len(windows) * 2 and not any(map(is_open, column.values))
        for value in column.values:
            calls += 0 if has_default and plain_key(value) == top else 1 + size(value)
    calls += sum(len(place.outer) for place in places if len(place.outer) > 1)
    gain = old - (body + 4 + 2 * len(params) + calls)
    return Found(gain, places, count, columns)


def _input_channels(places: list[Place], count: int) -> list[int | None] | None:
    """The channels of what each window reads; None if it reads several."""
    if len(places[0].outer) != 1:
        return None
    return [channels_read(_items(place, count)[0]) for place in places]


def make_block(found: Found, blocks: Blocks, divide: bool) -> None:
    """Make a block, and calls of it in the place of the windows."""
    count = found.length
    windows = [_items(place, count) for place in found.places]
    taken: set[str] = set()
    solved = solve(
        found.columns.varying,
        lambda argument: parameter_name(argument, taken),
        _input_channels(found.places, count),
        divide,
    )
    items = [item.copy() for item in windows[0]]
    outer: list[Source] = []
    first = found.places[0].start
    for item in items:
        read = relative(item.sources, first, outer)
        item.sources = [(-1 - r[1], 0) if r[0] == "outer" else r for r in read]
    for path, value in {**found.columns.constant, **solved.values}.items():
        put(items, path, value)
    params: dict[str, Any] = {}
    for name, column in solved.names.items():
        params[name] = _default(column.name, column.values, windows, column.paths, blocks)
    name = block_name(items, windows, blocks)
    blocks[name] = Block(name, params, Body(items), len(outer))
    rows = list(enumerate(found.places))
    for row, place in sorted(rows, key=lambda pair: -pair[1].start):
        given = {
            param: column.values[row]
            for param, column in solved.names.items()
            if params[param] is REQUIRED
            or plain_key(column.values[row]) != plain_key(params[param])
        }
        layers = [layer for item in windows[row] for layer in item.layers]
        channels = channels_read(windows[row][0]) if len(outer) == 1 else None
        call = Call(name, given, list(place.outer), layers, channels)
        place.body.replace(place.start, count, [call])


def put(items: list[Item], path: Path, value: Any) -> None:
    """Set a value in a window; a layer's default is left out."""
    item = items[path[0]]
    item.put(path[1:], value)
    leaf, name = _leaf_at(item, path[1:])
    if leaf is not None and not isinstance(value, Formula | When) and name in leaf.arguments:
        if name == "before":
            if leaf.arguments[name] is None:
                del leaf.arguments[name]
        elif is_default(leaf.word, name, leaf.arguments[name]):
            del leaf.arguments[name]


def _leaf_at(item: Item, path: Path) -> tuple[Leaf | None, str]:
    """The layer in an item to which a place belongs, and its argument."""
    while not isinstance(item, Leaf):
        if isinstance(item, Split) and path[0] == "merge":
            item, path = item.merge, path[1:]
        elif isinstance(item, Split):
            item, path = item.branches[path[0]].items[path[1]], path[2:]
        elif isinstance(item, Loop) and path[0] == 0:
            item, path = item.body.items[path[1]], path[2:]
        else:
            return None, ""
    return item, path[0]


def _default(
    argument: str, values: list[Any], windows: list[list[Item]], paths: list[Path], blocks: Blocks
) -> Any:
    """The default of a parameter: what the layer has if it is not told, or what most calls give."""
    if argument.rstrip("0123456789") in SIZES or any(map(is_open, values)):
        return REQUIRED
    keys = Counter(map(plain_key, values))
    top, often = keys.most_common(1)[0]
    for path in paths:
        for window in windows:
            slot = dict(window[path[0]].slots((path[0],))).get(path)
            if slot is not None:
                usual = default_of(slot.owner, slot.name)
                if slot.owner in blocks:
                    usual = blocks[slot.owner].params.get(slot.name, REQUIRED)
                if usual is not None and usual is not REQUIRED and plain_key(usual) in keys:
                    return usual
                break
    return (
        next(v for v in values if plain_key(v) == top) if often * 3 >= len(values) * 2 else REQUIRED
    )
