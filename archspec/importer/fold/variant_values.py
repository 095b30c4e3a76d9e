"""With which values for its parameters a block is a window."""

from typing import Any, NamedTuple

from archspec.importer.fold.columns import channels_read, default_of
from archspec.importer.fold.tree import EITHER, REQUIRED, Block, Blocks, Item, Path, Slot
from archspec.importer.fold.values import (
    CHANNELS,
    INPUT_CHANNELS,
    Choice,
    Either,
    Scaled,
    asks,
    is_open,
    plain_key,
    put_in,
)


class Alignment(NamedTuple):
    """Which entries of a window are which of a block."""

    pairs: list[tuple[int, int]]
    """Places in the block and in the window."""
    lacking: tuple[int, int]
    """Entries of the block, from where to before where, that the window has not."""
    more: tuple[int, int]
    """Entries of the window that the block has not; those of the block end before the first pair after."""
    options: dict[str, bool]
    """Values of the options that the block has already."""


def bind(
    block: Block, window: list[Item], start: int, alignment: Alignment, blocks: Blocks
) -> tuple[dict[str, Any], dict[Path, tuple[str, Any]]] | None:
    """Values for the parameters of a block with which it is the window; None if there are none."""
    known: dict[str, Any] = {}
    later: list[tuple[Any, Any]] = []
    new: dict[Path, tuple[str, Any]] = {}
    outer = channels_read(window[0])
    for i, k in alignment.pairs:
        own = dict(block.body.items[i].slots((i,)))
        theirs = {(i, *path[1:]): slot for path, slot in window[k - start].slots((0,))}
        for path in dict.fromkeys([*own, *theirs]):
            slot = own.get(path) or theirs[path]
            value = own[path].value if path in own else usual(slot, blocks)
            other = theirs[path].value if path in theirs else usual(slot, blocks)
            channels = theirs[path].channels if path in theirs else None
            if isinstance(value, Choice):
                later.append((value, other))
                continue
            if slot.name == EITHER:
                if plain_key(value) != plain_key(other):
                    return None
                continue
            if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
                pairs = list(zip(value, other, strict=True))
            else:
                pairs = [(value, other)]
            for inner, found in pairs:
                if asks(found) and not _means_the_same(found, k == start, inner):
                    return None
                if not _bound(inner, found, channels, outer, known):
                    elsewhere = asks(inner) and not (i == 0 and inner.base == CHANNELS)
                    if is_open(inner) or elsewhere or len(pairs) > 1:
                        return None
                    if None in (inner, found) or isinstance(found, dict | list | Choice):
                        return None
                    if REQUIRED in (inner, found) or isinstance(inner, dict | list):
                        return None
                    new[path] = (slot.name, found)
    for value, other in later:
        if isinstance(value, Either) and value.base not in known:
            known[value.base] = plain_key(other) == plain_key(value.then)
        base = known.get(value.base, block.params.get(value.base, REQUIRED))
        if base is REQUIRED or isinstance(base, Scaled):
            return None
        expected = value.then if base == value.at else value.otherwise
        try:
            expected = put_in(expected, {**block.params, **known})
        except ValueError:
            return None
        if plain_key(expected) != plain_key(other):
            return None
    return known, new


def _means_the_same(found: Any, first: bool, own: Any) -> bool:
    """Whether channels that a window asks for are what its call asks for, or the block itself."""
    if plain_key(found) == plain_key(own):
        return True
    return first and isinstance(found, Scaled) and found.base == CHANNELS


def usual(slot: Slot, blocks: Blocks) -> Any:
    if slot.owner in blocks:
        return blocks[slot.owner].params.get(slot.name, REQUIRED)
    return default_of(slot.owner, slot.name)


def _bound(
    value: Any, other: Any, channels: int | None, outer: int | None, known: dict[str, Any]
) -> bool:
    """Whether a value of a block is another one, for a value of its parameter that is noted."""
    if not isinstance(value, Scaled):
        return bool(plain_key(value) == plain_key(other))
    if value.base in (CHANNELS, INPUT_CHANNELS):
        size = channels if value.base == CHANNELS else outer
        if plain_key(value) == plain_key(other) and value.base == CHANNELS:
            return True
        return size is not None and type(other) is int and bool(value.of(size) == other)
    if other is REQUIRED or other is None or isinstance(other, Choice):
        return False
    if value.is_name:
        base = other
    elif type(other) is int and (other - value.plus) * value.over % value.times == 0:
        base = (other - value.plus) * value.over // value.times
        if value.of(base) != other:
            return False
    else:
        return False
    return bool(plain_key(known.setdefault(value.base, base)) == plain_key(base))
