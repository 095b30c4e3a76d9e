"""Names for what differs, and formulas for what follows from it.

A size may be a multiple of another one, or of the channels that are read; padding and borders follow
from the strides; of two kinds of activation one is chosen by a parameter.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from archspec.importer.fold.columns import ABSENT, BEFORE, SIZES, Column
from archspec.importer.fold.tree import EITHER, Path
from archspec.importer.fold.values import (
    CHANNELS,
    INPUT_CHANNELS,
    Chosen,
    Either,
    Scaled,
    When,
    plain_key,
)
from archspec.records.record import snake_case

_MOST_FACTOR = 16


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
