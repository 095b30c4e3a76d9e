"""Blocks that are called once are put where they are called."""

from typing import Any

from archspec.importer.fold.blocks import put
from archspec.importer.fold.columns import asks_outside
from archspec.importer.fold.order import reached
from archspec.importer.fold.tree import REQUIRED, Block, Blocks, Body, Call, Item, Loop, all_bodies
from archspec.importer.fold.values import Choice, Chosen, Scaled, asks, put_in

_MOST_ITEMS = 6
"""Most items of a block that is put between others."""


def put_in_single(main: Body, blocks: Blocks) -> None:
    """Put each block that is called once, and reads one input in a row, in its place."""
    again = True
    while again:
        again = False
        for name in [*blocks.keys() - reached(main, blocks).keys()]:
            del blocks[name]
        calls: dict[str, list[tuple[Body, int]]] = {}
        for outer in (main, *(block.body for block in blocks.values())):
            for body in all_bodies(outer):
                for place, item in enumerate(body.items):
                    if isinstance(item, Call):
                        calls.setdefault(item.word, []).append((body, place))
        for name, block in list(blocks.items()):
            places = calls.get(name, [])
            if not places or block.inputs != 1 or not block.body.is_chain():
                continue
            only_calls = len(block.body.items) == 1 and isinstance(block.body.items[0], Call)
            if len(places) > 1 and not only_calls:
                continue
            if any(item.when is not None for item in block.body.items):
                continue
            if all(_put_in(block, body, place) for body, place in reversed(places)):
                del blocks[name]
                again = True
                break


def _put_in(block: Block, body: Body, place: int) -> bool:
    """Put a block in the place of a call; False if that cannot be."""
    call = body.items[place]
    assert isinstance(call, Call)
    items = block.body.copy().items
    if (
        call.fixed
        or not call.reads_before(place)
        or (len(body.items) > 1 and len(items) > _MOST_ITEMS)
    ):
        return False
    given = {n: call.arguments.get(n, d) for n, d in block.params.items()}
    try:
        items = [_with(item, given) for item in items]
    except ValueError:
        return False
    for number, item in enumerate(items):
        item.sources = [(place + number - 1, 0)]
        item.when = call.when
    body.replace(place, 1, items)
    return True


def _with(item: Item, given: dict[str, Any]) -> Item:
    """An item with values for the parameters in it.

    Raises:
        ValueError: one cannot be said.
    """
    assert all(value is not REQUIRED for value in given.values())
    if any(map(asks, given.values())):
        raise ValueError("what is asked for where it is called is something else inside")
    if isinstance(item, Loop) and item.table.keys() & _names(given):
        raise ValueError("a column would hide a name")
    items: list[Item] = [item]
    if any(asks_outside(slot.value) for _, slot in item.slots(())):
        raise ValueError("it asks for what the block reads")
    for path, slot in list(item.slots((0,))):
        value = _value(slot.value, given)
        if value is not slot.value:
            put(items, path, value)
    return item


def _value(value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, Choice) and value.base in given:
        base = given[value.base]
        if isinstance(base, Scaled) and base.is_name:
            return value._replace(base=base.base)
        if isinstance(base, Scaled | Chosen):
            raise ValueError(value)
        return value.then if base == value.at else value.otherwise
    return put_in(value, given) if isinstance(value, Scaled | list) else value


def _names(given: dict[str, Any]) -> set[str]:
    return {value.base for value in given.values() if isinstance(value, Scaled | Chosen)}
