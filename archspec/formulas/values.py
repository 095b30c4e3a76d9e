"""Plain values of a spec: how large they are, by which key they are known, how they are shown.

Small files can make large values: a list of a list twice, handed on from block to block. What is
made has a limit (:data:`MOST_MADE`), and what takes longer the larger a value is asks for its size.
"""

from typing import Any

MOST_MADE = 250_000
"""Most entries and characters of a value that formulas and ``$name`` make."""

MOST_LETTERS = 10_000
"""Most characters of a text that ``$name`` makes."""

MOST_NESTED = 100
"""Deepest nesting of a value that formulas make."""

TOO_MUCH = (
    f"this comes to more than {MOST_MADE:,} entries and characters, or is nested more than"
    f" {MOST_NESTED} deep"
)

_MOST_IN_KEY = 2_000
_NUMBERS = frozenset((int, float, bool, type(None)))


def size_of(value: Any, most: int, deepest: int = MOST_NESTED) -> int:
    """Entries and characters of a value; more than ``most`` if it is larger or nested deeper."""
    kind = type(value)
    if kind is str:
        return 1 + len(value)
    if kind is dict:
        total, values = 1 + sum(map(len, value)), value.values()
    elif kind is list or kind is tuple:
        total, values = 1, value
    else:
        return 1
    if not deepest or total + len(value) > most:
        return most + 1
    if _NUMBERS.issuperset(map(type, values)):  # as in long lists
        return total + len(value)
    for entry in values:
        kind = type(entry)
        if kind is int or kind is float or kind is bool or entry is None:
            total += 1
        else:
            total += size_of(entry, most - total, deepest - 1)
        if total > most:
            break
    return total


def key_of(value: Any) -> str | None:
    """What equal values have in common, and nothing else; None for a large one."""
    return repr(value) if size_of(value, _MOST_IN_KEY) <= _MOST_IN_KEY else None


def show(value: Any) -> str:
    """A value as a spec would write it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = '"' + value[:60] + '"'
    elif isinstance(value, dict):
        pairs = ((f"{str(k)[:60]}: ", v) for k, v in list(value.items())[:4])
        text = "{" + _listed(pairs) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + _listed(("", v) for v in value[:8]) + (", …]" if len(value) > 8 else "]")
    else:
        text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 60 else text[:57] + "…"


def _listed(pairs: Any) -> str:
    """As much as is shown of entries; in a value of many levels there are more than can be."""
    text = ""
    for label, value in pairs:
        text += (", " if text else "") + label + show(value)
        if len(text) > 60:
            break
    return text
