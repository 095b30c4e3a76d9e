"""What would mend the rounds of a repeat: how often, and the columns of its table."""

import re
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, guesses, replace
from archspec.diagnostics.place import Place
from archspec.diagnostics.spelling import as_sentence, did_you_mean
from archspec.formulas.values import show

_MOST_TRIED = 6
_MOST_MORE = 8
"""Rounds that a column may lack, if it is to be made longer."""


def times_help(times: Any, place: Place) -> list[str | Fix]:
    """A number of rounds that can be meant by one that cannot be, if it is written as a number."""
    written = place.document.at(place.path)
    if isinstance(written, str) and isinstance(times, list):
        columns = _columns_around(place)[-_MOST_TRIED:]
        rounds = [f"{written}[{n}]" for n in range(min(len(times), _MOST_TRIED))]
        return [*guesses(place, columns or rounds)]
    if isinstance(written, str) and isinstance(times, float):
        whole = re.sub(r"(?<!/)/(?!/)", "//", written)
        said = did_you_mean(whole) + as_sentence("`//` divides without a rest")
        if whole != written:
            return [replace(said, place, whole)]
        said = "floor(), ceil() or round() makes a whole number"
        return [replace(said, place, f"round({written})")]
    if written != times or isinstance(times, bool):
        return []
    if isinstance(times, int | float) and times and times == int(times):
        return [replace(did_you_mean(f"times: {abs(int(times))}"), place, abs(int(times)))]
    return []


def _columns_around(place: Place) -> list[str]:
    """The names of the columns of the tables in which a place lies."""
    found: list[str] = []
    for n, step in enumerate(place.path):
        holder = place.document.at(place.path[: n + 1]) if step == "repeat" else None
        table = holder.get("for") if isinstance(holder, dict) else None
        found += [str(name) for name in table] if isinstance(table, dict | list) else []
    return found


def columns_help(columns: dict[str, list[Any]], place: Place) -> list[str | Fix]:
    """Columns made as long as the others; of two either the longer or the shorter one."""
    lengths = sorted(len(column) for column in columns.values())
    usual = max(set(lengths), key=lambda n: (lengths.count(n), -n))
    several = lengths.count(usual) > 1
    found: list[str | Fix] = []
    for length in [usual] if several else sorted(set(lengths)):
        edits: list[Edit] = []
        told = []
        for name, column in columns.items():
            if len(column) == length:
                continue
            at = place.at(name)
            written = at.document.at(at.path)
            if not isinstance(written, list) or len(written) != len(column) or not written:
                break  # it comes from elsewhere
            if len(column) > length:
                edits += [Edit(at.at(n), how=How.REMOVE) for n in range(length, len(column))]
                told.append(f"`{name}` without {', '.join(show(v) for v in column[length:])}")
            elif length - len(column) > _MOST_MORE:
                return found
            else:
                last = written[-1]
                edits.append(Edit(at, [*written, *[last] * (length - len(column))]))
                told.append(f"`{name}` with {show(last)} once more")
        else:
            found.append(Fix(" and ".join(told), tuple(edits)))
    return found
