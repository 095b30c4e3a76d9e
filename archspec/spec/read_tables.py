"""The tables of repeats: by columns, ``for: {k: [3, 5], s: [1, 2]}``, or by rows under their names."""

import re
from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, add, remove, replace
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.formulas.expressions import Expression, is_name
from archspec.formulas.templates import Template
from archspec.parse.document import holds_hole
from archspec.spec.check_values import show
from archspec.spec.read_arguments import ArgumentReader
from archspec.spec.types import Table
from archspec.spec.words import Repeat


def _check_rounds(record: Repeat, place: Place, sink: Sink) -> bool:
    """Whether a repeat says in one way how often it goes round; reports if not."""
    if record.rows is not None and not isinstance(record.for_, list):
        return _refuse_rows(record, place, sink)
    if isinstance(record.for_, list) and record.rows is None:
        return _refuse_names(record.for_, place, sink)
    if (record.times is None) != (record.for_ is None):
        return True
    both = record.times is not None
    word = ("both", "and") if both else ("neither", "nor")
    message = f"`repeat` has {word[0]} `times` {word[1]} `for`"
    help: list[str | Fix] = [
        "`times: 3` is a number of rounds; `for: {width: [64, 128]}` a table of them"
    ]
    if both:
        help += [remove(f"leave out `{n}`", place.at(n)) for n in ("times", "for")]
    else:
        help.append(add("for example `times: 2`", place, "times", 2))
    at = place.at("for", part="key") if both else place.key()
    sink.report("AS306", at, message, help=help)
    return False


def _refuse_rows(record: Repeat, place: Place, sink: Sink) -> bool:
    """Report rows without the names of their columns."""
    at = place.at("rows", part="key")
    if record.for_ is None:
        message = "`rows` needs the names of its columns"
        sink.report("AS306", at, message, help=["give each a name: `for: [kernel, filters]`"])
        return False
    message = "`repeat` has `rows`, and columns under `for` already"
    names = [n for n in record.for_ if isinstance(n, str)]
    help: list[str | Fix] = []
    if isinstance(record.rows, list) and all(
        isinstance(r, list) and len(r) == len(names) for r in record.rows
    ):
        help = [replace(f"`for` names them: `for: [{', '.join(names)}]`", place.at("for"), names)]
    sink.report("AS306", at, message, help=[*help, remove("leave out `rows`", place.at("rows"))])
    return False


def _refuse_names(names: list[str], place: Place, sink: Sink) -> bool:
    """Report names of columns without rows."""
    from archspec.spec.meant_forms import form_fixes  # for what is wrong only

    help: list[str | Fix] = [*form_fixes("for", Repeat, names, place.at("for"))]
    values = ", ".join(["…"] * len(names))
    help = help or [f"its rows stand beside it: `rows: [[{values}], [{values}]]`"]
    sink.report("AS306", place.at("for"), "`for` has names of columns, and no `rows`", help=help)
    return False


def read_table(
    record: Repeat,
    place: Place,
    scope: frozenset[str],
    near: frozenset[str],
    reader: ArgumentReader,
) -> Table | Reported:
    """The table of a repeat; whether it has none, or a number of rounds beside it, is told.

    ``near`` are those names of the scope that a word in a column stands for.
    """
    if not _check_rounds(record, place, reader.sink):
        return REPORTED
    if isinstance(record.for_, list):
        return _by_rows(record.for_, record.rows or [], place, scope, reader)
    columns: dict[str, Template] = {}
    for name, values in (record.for_ or {}).items():
        if not is_name(name):
            message = f"`{name}` cannot be used in a formula"
            return reader.sink.report("AS106", place.at("for", name, part="key"), message)
        if isinstance(values, list):
            values = [_quoted(value, near) for value in values]
        column = reader.template(values, False, place.at("for", name), scope, words=True)
        if column is REPORTED:
            return REPORTED
        columns[name] = column
    return Table(columns)


def _by_rows(
    names: list[str],
    rows: list[Any] | str,
    place: Place,
    scope: frozenset[str],
    reader: ArgumentReader,
) -> Table | Reported:
    sound = True
    for number, name in enumerate(names):
        at = place.at("for", number)
        if not is_name(name):
            reader.sink.report("AS106", at, f"`{name}` cannot be used in a formula")
            sound = False
        elif name in names[:number]:
            notes = [Note("it is here too", place.at("for", names.index(name)))]
            message = f"the column `{name}` stands twice"
            reader.sink.report("AS302", at, message, notes=notes)
            sound = False
    if isinstance(rows, str):
        given = reader.template(rows, False, place.at("rows"), scope)
        if given is REPORTED or not sound:
            return REPORTED
        return Table({name: _column_of(given, n) for n, name in enumerate(names)}, given)
    read: list[tuple[Template, ...]] = []
    for number, row in enumerate(rows):
        at = place.at("rows", number)
        like = rows[number - 1 if number else 1 :][:1]
        if holds_hole(row) or not _check_row(row, names, at, reader.sink, like):
            sound = False
            continue
        cells = [
            reader.template(_readable(v), False, at.at(n), scope, words=True)
            for n, v in enumerate(row)
        ]
        found = tuple([cell for cell in cells if cell is not REPORTED])
        sound = sound and len(found) == len(cells)
        read.append(found)
    if not sound:
        return REPORTED
    columns = {name: _column([row[n] for row in read]) for n, name in enumerate(names)}
    return Table(columns, tuple(read))


def _check_row(row: Any, names: list[str], place: Place, sink: Sink, like: list[Any]) -> bool:
    """Whether a row has a value for each column; reports if not. ``like`` holds the row beside it."""
    if not isinstance(row, list):
        message = f"a row is a list with a value for each column, not {show(row)}"
        help = [replace(f"`[{show(row)}]`", place, [row])] if len(names) == 1 else []
        sink.report("AS306", place, message, help=help)
        return False
    if len(row) == len(names):
        return True
    whole = _with_commas(row)
    if len(whole) == len(names) and len(row) > len(names):
        cut = next(cell for cell in whole if cell not in row)
        said = f'quote what has a comma in it: `"{cut}"`'
        fix = replace(said, place, whole, certain=True)
        sink.report("AS306", place, f"`{cut}` is cut at its comma", help=[fix])
        return False
    apart = [each for cell in row for each in _without_commas(cell)]
    if len(row) < len(names) == len(apart):
        from archspec.spec.meant_values import as_written  # for what is wrong only

        said = f"commas stand between them: `{as_written(apart)}`"
        message = "a `,` is missing in this row"
        sink.report("AS306", place, message, help=[replace(said, place, apart, certain=True)])
        return False
    many = f"{len(row)} value{'s' if len(row) != 1 else ''} for {len(names)} columns"
    if len(row) < len(names):
        missing = ", ".join(f"`{n}`" for n in names[len(row) :])
        more_of_it: list[str | Fix] = []
        if like and isinstance(like[0], list) and len(like[0]) == len(names):
            rest = like[0][len(row) :]
            said = f"{', '.join(show(v) for v in rest)}, as in the row beside it, would do"
            whole = [*row, *rest]
            for at in range(len(row) - 1, -1, -1) if len(rest) == 1 else ():
                moved = [*row[:at], like[0][at], *row[at:]]
                if not _is_like(whole, like[0]) and _is_like(moved, like[0]):
                    said, whole = f"{show(like[0][at])}, as in the row beside it, would do", moved
                    missing = f"`{names[at]}`"
            more_of_it = [Fix(said, (Edit(place, whole),), guess=True)]
        sink.report("AS306", place, f"this row has {many}: {missing} has none", help=more_of_it)
        return False
    more = ", ".join(show(v) for v in row[len(names) :])
    help = [replace(f"without {more}", place, row[: len(names)])]
    sink.report("AS306", place, f"this row has {many}", help=help)
    return False


def _is_like(row: list[Any], other: list[Any]) -> bool:
    """Whether the values of two rows are of the same types, one after another."""
    return [type(v) for v in row] == [type(v) for v in other]


def _without_commas(cell: Any) -> list[Any]:
    """The values of a cell between which commas are missing: ``512 2``."""
    if not isinstance(cell, str):
        return [cell]
    return [int(w) if re.fullmatch(r"-?\d+", w) else w for w in cell.split()]


def _column_of(rows: Template, number: int) -> Template:
    """A column of rows that are known only when a formula is worked out."""

    def column(values: Mapping[str, Any]) -> list[Any]:
        return [row[number] for row in rows.evaluate(values)]

    text = getattr(rows.value, "text", "rows")
    return Template(Expression(text, column, sorted(rows.names), frozenset(), text), rows.names)


def _with_commas(row: list[Any]) -> list[Any]:
    """A row with formulas whole that were cut at their commas: ``max(1, n)``."""
    found: list[Any] = []
    for cell in row:
        before = found[-1] if found else None
        if isinstance(before, str) and before.count("(") > before.count(")"):
            found[-1] = f"{before}, {show(cell) if not isinstance(cell, str) else cell}"
        else:
            found.append(cell)
    return found


def _column(cells: list[Template]) -> Template:
    return Template([c.value for c in cells], frozenset().union(*(c.names for c in cells)))


def _quoted(value: Any, scope: frozenset[str]) -> Any:
    """An entry of a column: a word that is no parameter is text, whatever it looks like."""
    if isinstance(value, str) and value.isidentifier() and value not in scope:
        return f"'{value}'"
    return value


def _readable(value: Any) -> Any:
    """A cell of a row: a word that no formula can have, such as `None`, is text too."""
    if isinstance(value, str) and value.isidentifier() and not is_name(value):
        return f"'{value}'"
    return value
