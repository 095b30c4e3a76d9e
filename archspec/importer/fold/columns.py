"""What differs between windows: columns of values, and which of them follow from others.

Several windows of equal shape are one block, or the rounds of one loop, if what differs becomes
parameters, or columns of a table. A column that is the same in all stays where it is; equal ones
are one; a size that is a multiple of another one, or of the channels that are read, is a formula.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from archspec.importer.fold.effort import Effort
from archspec.importer.fold.tree import EITHER, REQUIRED, Blocks, Item, Path, Slot, Split
from archspec.importer.fold.values import (
    CHANNELS,
    INPUT_CHANNELS,
    Choice,
    Chosen,
    Either,
    Scaled,
    When,
    asks,
    is_open,
    plain_key,
)
from archspec.layers import layer_types
from archspec.records.record import fields, snake_case
from archspec.spec.written import shortest

BEFORE, BORDER = "before", "ZeroPadding2D"
"""The argument of a window that says which border is put before it, and the layer that does it."""
SIZES = frozenset(("filters", "units", "groups", "target_shape", "projection_dim"))
"""Arguments that are numbers of channels, of which others may be multiples."""
_MOST_FACTOR = 16
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


class Solved(NamedTuple):
    """Columns that need a name, and the values of all places."""

    names: dict[str, Column]
    """Parameter, or column of a table → its values."""
    values: dict[Path, Any]
    """Place → the formula that stands there."""


def solve(
    columns: Sequence[Column],
    name: Callable[[str], str],
    input_channels: list[int | None] | None = None,
    divide: bool = True,
) -> Solved:
    """Give names to columns, and formulas to those that follow from others.

    Args:
        columns: what differs.
        name: a free name for a column of an argument.
        input_channels: the channels of what each window reads, if a formula may ask for them.
        divide: whether a part of them may be taken.
    """
    names: dict[str, Column] = {}
    values: dict[Path, Any] = {}
    later: list[tuple[Column, list[Scaled]]] = []
    for column in sorted(columns, key=_size_order):
        asked = _by_channels(column, input_channels)
        if asked is not None and not divide and any(formula.over > 1 for formula in asked):
            asked = None
        if asked is not None:
            later.append((column, asked))
        elif column.name == EITHER:
            first, second = _two(column.known)
            named = name(snake_case(next(iter(first))))
            chosen_first = [v if v is ABSENT else v == first for v in column.values]
            names[named] = column._replace(values=chosen_first)
            values |= dict.fromkeys(column.paths, Either(named, True, first, second))
        elif column.name not in ("padding", BEFORE):
            formula = _multiple_of(column, names)
            if formula is None:
                named = name(column.name)
                names[named] = column
                formula = Scaled(named)
            values |= dict.fromkeys(column.paths, formula)
    for column, asked in later:
        formula = _multiple_of(column, names)
        for path, other in zip(column.paths, asked, strict=True):
            values[path] = formula or other
    for column in columns:
        if column.name in ("padding", BEFORE):
            border = None
            if column.name == BEFORE:
                border = _border(column, names)
                if border is None:
                    borders = _listed(column)
                    named = name("border")
                    names[named] = column._replace(name="border", values=borders)
                    border = {"padding": Scaled(named)}
            chosen: Any = _chosen(column, names)
            if chosen is None and border is not None:
                named = name("padded")
                padded = [v if v is ABSENT else v is not None for v in column.values]
                names[named] = column._replace(name="padded", values=padded)
                chosen = When(named, True, border)
            elif isinstance(chosen, When):
                chosen = chosen._replace(then=border)
            elif chosen is None:
                named = name(column.name)
                names[named] = column
                chosen = Scaled(named)
            values |= dict.fromkeys(column.paths, chosen)
    return Solved(names, values)


def _two(values: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two layers among values; a ReLU is the first, so that its name says which it is."""
    known = sorted({plain_key(value): value for value in values}.values(), key=_is_other)
    return known[0], known[1]


def _is_other(value: dict[str, Any]) -> tuple[bool, str]:
    word = next(iter(value))
    return word == "Activation", f"{value}"


def _size_order(column: Column) -> tuple[int, int]:
    numbers = [v for v in column.known if type(v) is int]
    whole = len(numbers) == len(column.known) and column.name in SIZES
    return (sum(v is ABSENT for v in column.values), sum(numbers)) if whole else (10**6, 0)


def _multiple_of(column: Column, names: dict[str, Column]) -> Scaled | None:
    """A formula of another size."""
    if column.name not in SIZES or not all(type(v) is int and v > 0 for v in column.known):
        return None
    for name, other in names.items():
        if other.name not in SIZES or not all(type(v) is int and v > 0 for v in other.known):
            continue
        factor = _factor(column.values, other.values)
        if factor is not None:
            return Scaled(name, *factor)
    return None


def _factor(values: Sequence[Any], others: Sequence[Any]) -> tuple[int, int] | None:
    """By what other values are multiplied, and divided, to give these."""
    pairs = [
        (a, b)
        for a, b in zip(values, others, strict=True)
        if ABSENT not in (a, b) and b is not None
    ]
    if len(pairs) < 2 or len({b for _, b in pairs}) < 2:
        return None
    a, b = pairs[0]
    times, over = (a // b, 1) if a % b == 0 else (1, b // a) if b % a == 0 else (0, 0)
    if times == 0 or max(times, over) > _MOST_FACTOR * 4:
        return None
    fits = all(b % over == 0 and a == times * b // over for a, b in pairs)
    return (times, over) if fits else None


def _by_channels(column: Column, input_channels: list[int | None] | None) -> list[Scaled] | None:
    """For each place the formula of the channels that are read; None if there is none for one."""
    if column.name not in SIZES or not all(type(v) is int and v > 0 for v in column.known):
        return None
    found = []
    for channels in column.channels:
        formulas = [_of_channels(CHANNELS, column.values, channels)]
        if input_channels is not None:
            formulas.append(_of_channels(INPUT_CHANNELS, column.values, input_channels))
        known = [formula for formula in formulas if formula is not None]
        if not known:
            return None
        found.append(min(known, key=lambda formula: max(formula.times, formula.over)))
    return found


def _of_channels(base: str, values: list[Any], channels: list[int | None]) -> Scaled | None:
    if any(c is None and v is not ABSENT for v, c in zip(values, channels, strict=True)):
        return None
    factor = _factor(values, channels)
    return Scaled(base, *factor) if factor is not None else None


def _border(column: Column, names: dict[str, Column]) -> dict[str, Any] | None:
    """The border before a window, where there is one: the same, or what its kernel needs."""
    borders = [v for v in column.known if v is not None]
    if len({plain_key(border) for border in borders}) == 1:
        return dict(borders[0])
    written = [border.get("padding", 1) for border in borders]
    rows = [(v, n) for n, v in enumerate(column.values) if v is not None and v is not ABSENT]
    for name, other in names.items():
        if other.name == "kernel_size":
            kernels = [other.values[n] for _, n in rows]
            if all(type(kernel) is int for kernel in kernels):
                found = _of_kernel(written, kernels, name)
                if found is not None:
                    return {"padding": found}
    return None


def _listed(column: Column) -> list[Any]:
    """Borders as lists; where there is none, the most frequent one, which does not matter there."""
    borders = [v.get("padding", 1) if isinstance(v, dict) else None for v in column.values]
    borders = [[[b, b], [b, b]] if type(b) is int else b for b in borders]
    keys = [plain_key(border) for border in borders if border is not None]
    top = max(dict.fromkeys(keys), key=keys.count)
    usual = next(b for b in borders if b is not None and plain_key(b) == top)
    return [usual if border is None else border for border in borders]


def _of_kernel(borders: list[Any], kernels: list[int], name: str) -> Any:
    """A border, or a list of them, as half a kernel and something more; None if it is not."""
    if all(isinstance(border, list) and len(border) == 2 for border in borders):
        inner = [_of_kernel([b[n] for b in borders], kernels, name) for n in (0, 1)]
        return None if None in inner else inner
    if all(type(border) is int for border in borders):
        more = {border - kernel // 2 for border, kernel in zip(borders, kernels, strict=True)}
        return Scaled(name, 1, 2, more.pop()) if len(more) == 1 else None
    return None


def _chosen(column: Column, names: dict[str, Column]) -> Chosen | When | None:
    """One value where the strides are certain ones, and else another one."""
    if column.name == BEFORE:  # which border it is does not matter here
        column = column._replace(
            values=[None if v is None else v if v is ABSENT else True for v in column.values]
        )
    keys = [plain_key(v) for v in column.known]
    if len({*keys}) != 2:
        return None
    for name, other in names.items():
        if other.name != "strides" or any(type(v) is not int for v in other.known):
            continue
        pairs = [
            (plain_key(a), a, b)
            for a, b in zip(column.values, other.values, strict=True)
            if ABSENT not in (a, b)
        ]
        for key in dict.fromkeys(keys):
            at = {b for k, _, b in pairs if k == key}
            if len(at) == 1 and not at & {b for k, _, b in pairs if k != key} and at != {1}:
                then = next(a for k, a, _ in pairs if k == key)
                rest = next(a for k, a, _ in pairs if k != key)
                if column.name == BEFORE and then is None:
                    continue
                kind = When if column.name == BEFORE else Chosen
                return kind(name, min(at), then, rest)
    return None


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
