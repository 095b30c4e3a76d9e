"""What differs between windows: columns of values, and which of them follow from others.

Several windows of equal shape are one block, or the rounds of one loop, if what differs becomes
parameters, or columns of a table. A column that is the same in all stays where it is; equal ones
are one; a size that is a multiple of another one, or of the channels that are read, is a formula.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from archspec.importer.fold.effort import Effort
from archspec.importer.fold.tree import EITHER, REQUIRED, Blocks, Item, Path, Slot, Split
from archspec.importer.fold.values import (
    INPUT_CHANNELS,
    Choice,
    Scaled,
    asks,
    is_open,
    plain_key,
)
from archspec.layers import layer_types
from archspec.records.record import fields
from archspec.spec.written import shortest

BEFORE, BORDER = "before", "ZeroPadding2D"
"""The argument of a window that says which border is put before it, and the layer that does it."""
SIZES = frozenset(("filters", "units", "groups", "target_shape", "projection_dim"))
"""Arguments that are numbers of channels, of which others may be multiples."""
ABSENT: Any = object()
"""The value of an item that a window does not have."""


class Column(NamedTuple):
    """A value that differs between windows, with all places where it stands."""

    name: str
    """The argument."""
    values: list[Any]
    """One for each window; ABSENT where the window has no such item."""
    paths: list[Path]
    channels: list[list[int | None]]
    """For each path, the channels that its layer reads, in each window."""

    @property
    def known(self) -> list[Any]:
        return [value for value in self.values if value is not ABSENT]


class Columns(NamedTuple):
    """What differs, and what is the same."""

    varying: list[Column]
    constant: dict[Path, Any]


Window = Sequence[Item | None]


@cache
def default_of(owner: str, name: str) -> Any:
    """The default of an argument of a layer as it is written; None if it has none."""
    if name == "trainable":
        return True
    kind = layer_types().get(owner)
    field = fields(kind).get(name) if kind is not None else None
    if field is None or field.required or kind is None:
        return None
    return shortest(kind, name, field.default)


def is_default(owner: str, name: str, value: Any) -> bool:
    """Whether a layer's argument need not be written."""
    return bool(plain_key(value) == plain_key(default_of(owner, name)))


def columns_of(
    windows: Sequence[Window], blocks: Blocks, in_block: bool, effort: Effort
) -> Columns | None:
    """What differs between windows of equal shape; None if that cannot be a parameter.

    Args:
        windows: items, None where a window lacks one that others have.
        blocks: for the defaults of calls.
        in_block: whether they become a block, in which names of the surroundings mean nothing.
        effort: what it may cost.

    Raises:
        TooMuchError: it costs more.
    """
    rows = [
        dict(pair for place, item in enumerate(w) if item for pair in item.slots((place,)))
        for w in windows
    ]
    effort.spend(4 * sum(map(len, rows)))
    if in_block and any(asks_outside(slot.value) for row in rows for slot in row.values()):
        return None
    absent = [{place for place, item in enumerate(w) if item is None} for w in windows]
    varying: list[tuple[Path, Slot, list[Any], list[int | None]]] = []
    constant: dict[Path, Any] = {}
    for path in dict.fromkeys(path for row in rows for path in row):
        slot = next(row[path] for row in rows if path in row)
        values = [
            ABSENT
            if path[0] in gone
            else row[path].value
            if path in row
            else _left_out(slot, blocks)
            for row, gone in zip(rows, absent, strict=True)
        ]
        known = [value for value in values if value is not ABSENT]
        first = plain_key(known[0])
        if all(plain_key(v) == first for v in known) and not (
            in_block and any(is_open(v) for v in known)
        ):
            constant[path] = known[0]
            continue
        if _cannot_vary(slot, values):
            return None
        channels = [row[path].channels if path in row else None for row in rows]
        channels = _filled(channels, rows, path)
        varying.append((path, slot, values, channels))
    effort.spend(len(varying) * len(windows))
    return Columns(_grouped(varying, effort), constant)


def asks_outside(value: Any) -> bool:
    """Whether it asks for what a block reads, which another block around it would change."""
    if isinstance(value, list):
        return any(map(asks_outside, value))
    return isinstance(value, Scaled) and value.base == INPUT_CHANNELS


def _filled(
    channels: list[int | None], rows: list[dict[Path, Slot]], path: Path
) -> list[int | None]:
    """Channels of windows in which the argument has its default, from another one of the layer."""
    for number, row in enumerate(rows):
        if channels[number] is None:
            others = (slot.channels for other, slot in row.items() if other[:-1] == path[:-1])
            channels[number] = next(others, None)
    return channels


def _left_out(slot: Slot, blocks: Blocks) -> Any:
    if slot.owner in blocks:
        return blocks[slot.owner].params.get(slot.name, REQUIRED)
    return default_of(slot.owner, slot.name)


def _cannot_vary(slot: Slot, values: list[Any]) -> bool:
    if any(value is REQUIRED or asks(value) for value in values):
        return True
    if slot.name == EITHER:
        known = [value for value in values if value is not ABSENT]
        return len({plain_key(v) for v in known}) != 2 or any(map(is_open, known))
    if slot.owner == "repeat" and slot.name != "times":
        return not all(isinstance(value, list) for value in values)
    kind = layer_types().get(slot.owner)
    field = fields(kind).get(slot.name) if kind is not None else None
    if field is not None and field.type.nested:
        return True  # a layer is no value
    if slot.name == BEFORE:
        return not all(v is None or v is ABSENT or isinstance(v, dict) for v in values)
    return any(v is None or isinstance(v, dict | Choice) for v in values)


def _grouped(
    varying: list[tuple[Path, Slot, list[Any], list[int | None]]], effort: Effort
) -> list[Column]:
    """Equal columns of one meaning as one."""
    found: list[Column] = []
    order = sorted(
        varying, key=lambda v: (sum(x is ABSENT for x in v[2]), v[1].name == "target_shape")
    )
    for path, slot, values, channels in order:
        name = slot.name.rstrip("0123456789_")
        if slot.owner == "repeat" and slot.name != "times":
            name = name + ("_each" if name.endswith("s") else "s")
        effort.spend(len(found))
        for column in found:
            alike = column.name == name or (name in SIZES and column.name in SIZES)
            if alike and name != BEFORE and _agree(column.values, values):
                for number, value in enumerate(values):
                    if column.values[number] is ABSENT:
                        column.values[number] = value
                column.paths.append(path)
                column.channels.append(channels)
                break
        else:
            found.append(Column(name, list(values), [path], [channels]))
    return found


def _agree(values: list[Any], others: list[Any]) -> bool:
    pairs = [(a, b) for a, b in zip(values, others, strict=True) if ABSENT not in (a, b)]
    return bool(pairs) and all(plain_key(a) == plain_key(b) for a, b in pairs)


def channels_read(item: Item | None) -> int | None:
    """The channels of what an item reads first."""
    if item is None:
        return None
    if isinstance(item, Split):
        inner: Iterable[Item] = (b.items[0] for b in item.branches if b.items)
        return next((channels_read(first) for first in inner), None)
    for body in item.bodies():
        return channels_read(body.items[0])
    found = getattr(item, "channels", None)
    return found if type(found) is int else None
