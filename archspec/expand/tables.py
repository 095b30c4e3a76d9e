"""The table of a repeat: the values of its columns, in every round."""

from typing import Any

from archspec.diagnostics.sink import REPORTED, Reported
from archspec.expand.evaluate import Evaluator, Values
from archspec.formulas.templates import Template
from archspec.spec.check_values import show
from archspec.spec.types import RepeatItem

Columns = dict[str, list[Any]]


def columns(item: RepeatItem, values: Values, evaluator: Evaluator) -> Columns | Reported:
    """The values of each column, one for each round."""
    if isinstance(item.rows, Template):
        return _rows_of(item, item.rows, values, evaluator)
    if item.rows is not None:
        return _by_rows(item, item.rows, values, evaluator)
    found: Columns = {}
    for name, template in item.columns.items():
        place = item.place.at("for", name)
        column = evaluator.value(template, values, place)
        if column is REPORTED:
            return REPORTED
        if not isinstance(column, list):
            message = f"column `{name}` must be a list, not {show(column)}"
            return evaluator.sink.report("AS306", place, message)
        found[name] = column
    lengths = {name: len(column) for name, column in found.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{n}` has {c}" for n, c in lengths.items())
        message = f"the columns differ in length: {told}"
        counts = list(lengths.values())
        odd = min(lengths, key=lambda name: (counts.count(lengths[name]), lengths[name]))
        at = item.place.at("for", odd, part="key")
        from archspec.expand.repeat_help import columns_help

        help = columns_help(found, item.place.at("for"))
        return evaluator.sink.report("AS306", at, message, help=help)
    return found


def _rows_of(
    item: RepeatItem, rows: Template, values: Values, evaluator: Evaluator
) -> Columns | Reported:
    """The columns of rows that a formula gives."""
    place = item.place.at("rows")
    found = evaluator.value(rows, values, place)
    if found is REPORTED:
        return REPORTED
    count = len(item.columns)
    if not isinstance(found, list):
        message = f"`rows` must be a list of rows, not {show(found)}"
        return evaluator.sink.report("AS306", place, message)
    for number, row in enumerate(found):
        if not isinstance(row, list) or len(row) != count:
            message = f"row {number + 1} of `rows` is {show(row)}: it has no value for each of"
            names = ", ".join(f"`{n}`" for n in item.columns)
            return evaluator.sink.report("AS306", place, f"{message} {names}")
    return {name: [row[n] for row in found] for n, name in enumerate(item.columns)}


def _by_rows(
    item: RepeatItem,
    rows: tuple[tuple[Template, ...], ...],
    values: Values,
    evaluator: Evaluator,
) -> Columns | Reported:
    """The columns of rows that are written."""
    place = item.place
    found = [
        [evaluator.value(cell, values, place, "rows", r, c) for c, cell in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    if any(value is REPORTED for row in found for value in row):
        return REPORTED
    return {name: [row[n] for row in found] for n, name in enumerate(item.columns)}
