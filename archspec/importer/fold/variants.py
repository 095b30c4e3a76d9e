"""Windows that are a block but for a few layers: the block gets a `when`.

The first unit of EfficientNet has no expansion, units of MobileNetV3 have a squeeze-and-excitation
or not. Where a window has all layers of a block but some in a row, or some more in a row, it
becomes a call of the block with a parameter that says so.
"""

from typing import Any, NamedTuple

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import (
    BEFORE,
    SIZES,
    asks_outside,
    channels_read,
    default_of,
)
from archspec.importer.fold.cost import item_cost
from archspec.importer.fold.effort import Effort
from archspec.importer.fold.names import option_name, parameter_name
from archspec.importer.fold.tree import (
    REQUIRED,
    Block,
    Blocks,
    Body,
    Call,
    Item,
    Leaf,
    Path,
    all_bodies,
    is_fixed,
)
from archspec.importer.fold.units import parts_norm, parts_unit
from archspec.importer.fold.values import (
    CHANNELS,
    Scaled,
    asks,
    is_open,
    plain_key,
)
from archspec.importer.fold.variant_values import Alignment, bind

_FEWEST = 3
"""Least entries that a window and a block have in common."""
_LONGEST = 8
"""Most entries in a row that one has and the other has not."""
_LEAST_GAIN = 6
_MOST_NEW = 2
"""Most parameters that a block gets for other values in a window."""
_MOST_TRIES = 60


class _Fit(NamedTuple):
    """How a window becomes a call."""

    gain: int
    block: Block
    body: Body
    start: int
    length: int
    alignment: Alignment
    given: dict[str, Any]
    new: dict[Path, tuple[str, Any]]
    """Places in the block that become parameters: the argument, and the value in the window."""


def use_variants(main: Body, blocks: Blocks, effort: Effort) -> None:
    """Turn windows into calls of blocks that are nearly the same, as long as that is shorter."""
    for _ in range(_MOST_TRIES):
        best: _Fit | None = None
        for block in blocks.values():
            if block.inputs != 1 or not block.body.is_chain() or len(block.body.items) < _FEWEST:
                continue
            for body in _outside(block, main, blocks):
                for fit in _fits(block, body, blocks, effort):
                    if best is None or fit.gain > best.gain:
                        best = fit
        if best is None:
            return
        _use(best, main, blocks)


def _outside(block: Block, main: Body, blocks: Blocks) -> list[Body]:
    """All bodies in which the block may be called: not its own, nor those that it calls."""
    called: set[str] = set()
    waiting = [block.name]
    while waiting:
        name = waiting.pop()
        if name in called:
            continue
        called.add(name)
        for body in all_bodies(blocks[name].body):
            waiting += [item.word for item in body.items if isinstance(item, Call)]
    found = all_bodies(main)
    for name, other in blocks.items():
        if name not in called:
            found += all_bodies(other.body)
    return found


def _fits(block: Block, body: Body, blocks: Blocks, effort: Effort) -> list[_Fit]:
    own = [item.shape_key() for item in block.body.items]
    keys = [item.shape_key() for item in body.items]
    last = body.last_readers()
    chained = [
        item.reads_before(place) and not is_fixed(item) for place, item in enumerate(body.items)
    ]
    found = []
    for start in range(len(keys)):
        if parts_unit(body.items, start):
            continue
        effort.spend(len(own))
        end = start
        while end < len(keys) and chained[end] and (end == start or last[end - 1] == end):
            end += 1
        for alignment in _alignments(block, own, keys, start, end):
            count = alignment.pairs[-1][1] + 1 - start
            count = max(count, alignment.more[1] - start)
            if count == len(body.items) and body is block.body:
                continue
            effort.spend(20 * count)
            fit = _fit(block, body, start, count, alignment, blocks)
            if fit is not None:
                found.append(fit)
    return found


def _alignments(
    block: Block, own: list[Any], keys: list[Any], start: int, end: int
) -> list[Alignment]:
    """Ways to see a block in the items from a start on, one run lacking or one more at most."""
    found = []
    options = [item.when for item in block.body.items]

    def go(
        i: int,
        k: int,
        pairs: list[tuple[int, int]],
        lacking: tuple[int, int],
        more: tuple[int, int],
        known: dict[str, bool],
    ) -> None:
        if i == len(own):
            if len(pairs) >= max(_FEWEST, len(own) // 2):
                found.append(Alignment(list(pairs), lacking, more, dict(known)))
            return
        option = options[i]
        if option is not None and known.get(option, False) is False:
            rest = i
            while rest < len(own) and options[rest] == option:
                rest += 1
            go(rest, k, pairs, lacking, more, {**known, option: False})
        if k < end and own[i] == keys[k] and (option is None or known.get(option, True)):
            told = known if option is None else {**known, option: True}
            go(i + 1, k + 1, [*pairs, (i, k)], lacking, more, told)
            return
        if lacking == more == (0, 0) and option is None:
            for skip in range(1, min(_LONGEST, len(own) - i) + 1):
                if any(options[i : i + skip]):
                    break
                if parts_unit(block.body.items, i + skip) or parts_norm(block.body.items, i):
                    continue
                go(i + skip, k, pairs, (i, i + skip), more, known)
            for skip in range(1, min(_LONGEST, end - k) + 1) if pairs else ():
                go(i, k + skip, pairs, lacking, (k, k + skip), known)

    if start < end:
        go(0, start, [], (0, 0), (0, 0), {})
    return found


def _fit(
    block: Block, body: Body, start: int, count: int, alignment: Alignment, blocks: Blocks
) -> _Fit | None:
    window = body.items[start : start + count]
    if any(
        isinstance(item, Leaf) and BEFORE in item.arguments for item in _odd(block, body, alignment)
    ):
        return None
    values = bind(block, window, start, alignment, blocks)
    if values is None:
        return None
    given, new = values
    if len(new) > _MOST_NEW:
        return None
    extra = body.items[alignment.more[0] : alignment.more[1]]
    slots = [slot for item in extra for _, slot in item.slots(())]
    if any(is_open(slot.value) or asks_outside(slot.value) for slot in slots):
        return None
    old = sum(map(item_cost, window))
    odd = alignment.lacking[1] - alignment.lacking[0] + len(extra)
    cost = 2 + sum(2 for _ in given) + 3 * len(new) + 2 * odd + (3 if odd else 0)
    cost += sum(map(item_cost, extra))
    gain = old - cost
    if gain < _LEAST_GAIN:
        return None
    return _Fit(gain, block, body, start, count, alignment, given, new)


def _odd(block: Block, body: Body, alignment: Alignment) -> list[Item]:
    lacking, more = alignment.lacking, alignment.more
    return block.body.items[lacking[0] : lacking[1]] + body.items[more[0] : more[1]]


def _use(fit: _Fit, main: Body, blocks: Blocks) -> None:
    """Change the block, and put its call in the place of the window."""
    block, alignment = fit.block, fit.alignment
    taken = {*block.params}
    given = dict(fit.given)
    items = block.body.items
    for path, (argument, value) in fit.new.items():
        name = parameter_name(argument, taken)
        before = dict(items[path[0]].slots((path[0],))).get(path)
        leaf = items[path[0]]
        usual = before.value if before is not None else _plain_default(leaf, argument, blocks)
        block.params[name] = usual
        if asks(usual):  # what the first layer asks for, its calls ask for
            block.params[name] = REQUIRED
            for call in _calls(block, main, blocks):
                call.arguments[name] = usual
        put(items, path, Scaled(name))
        given[name] = value
    window = fit.body.items[fit.start : fit.start + fit.length]
    given |= {o: v for o, v in alignment.options.items() if v != block.params[o]}
    lacking, more = alignment.lacking, alignment.more
    if lacking != (0, 0):
        gone = items[lacking[0] : lacking[1]]
        name = parameter_name(option_name(gone), taken)
        block.params[name] = True
        for item in gone:
            item.when = name
        given[name] = False
        _make_optional(block, given)
    if more != (0, 0):
        extra = [item.copy() for item in fit.body.items[more[0] : more[1]]]
        name = parameter_name(option_name(extra), taken)
        block.params[name] = False
        for item in extra:
            item.when = name
            _ask_for_channels(item)
        given[name] = True
        place = next((i for i, k in alignment.pairs if k >= more[1]), len(items))
        items[place:place] = extra
    for place, item in enumerate(items):
        item.sources = [(place - 1, 0)]
    block.body.outputs = [(len(items) - 1, 0)]
    told = {
        name: value
        for name, value in given.items()
        if block.params[name] is REQUIRED or plain_key(value) != plain_key(block.params[name])
    }
    layers = [name for item in window for name in item.layers]
    call = Call(block.name, told, [(fit.start - 1, 0)], layers, channels_read(window[0]))
    fit.body.replace(fit.start, fit.length, [call])


def _calls(block: Block, main: Body, blocks: Blocks) -> list[Call]:
    bodies = [body for b in (main, *(b.body for b in blocks.values())) for body in all_bodies(b)]
    items = [item for body in bodies for item in body.items]
    return [item for item in items if isinstance(item, Call) and item.word == block.name]


def _plain_default(item: Item, argument: str, blocks: Blocks) -> Any:
    """What an item has for an argument that is not written."""
    if isinstance(item, Call):
        return blocks[item.word].params[argument]
    return default_of(item.word, argument) if isinstance(item, Leaf) else REQUIRED


def _make_optional(block: Block, given: dict[str, Any]) -> None:
    """Give a default to parameters that only what may be left out needs."""
    for name, default in block.params.items():
        if default is REQUIRED and name not in given:
            block.params[name] = 1


def _ask_for_channels(item: Item) -> None:
    """Formulas of the channels that are read, for sizes that would be numbers of one place only."""
    items = [item]
    for path, slot in list(item.slots((0,))):
        size = slot.channels
        if slot.name in SIZES and type(slot.value) is int and size:
            times, rest = divmod(slot.value, size)
            over, other = divmod(size, slot.value)
            if not rest:
                put(items, path, Scaled(CHANNELS, times))
            elif not other:
                put(items, path, Scaled(CHANNELS, 1, over))
