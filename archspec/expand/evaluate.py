"""Formulas, worked out with the values of names; what has no value is told where it stands."""

from collections.abc import Callable
from typing import Any

from archspec.diagnostics.fixes import Fix, renamed
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported, Sink
from archspec.expand.work import Work
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import Expression
from archspec.formulas.templates import Template, Text
from archspec.spec.check_values import show

Values = dict[str, Any]

AskFor = Callable[[list[str], Values, Place], "Values | Reported"]
"""Works out what is asked of shapes: names of asks, values of parameters, where to report."""


class Evaluator:
    """Works out templates of one run."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.work = Work(sink)
        self.some_lost = sink.errors
        """Whether names may have no value, because of a mistake."""

    def value(
        self, template: Template, values: Values, place: Place, *steps: str | int
    ) -> Any | Reported:
        """What it works out to."""
        if self.some_lost and any(values.get(name) is REPORTED for name in template.names):
            return REPORTED
        try:
            value = template.evaluate(values)
            kind = type(value)
            if template.names and (kind is list or kind is dict or kind is str):
                self.work.add_made(template, value, values, place)
            return value
        except ExpressionError as error:
            path, formula = _find_failing(template.value, values, ())
            used = sorted(formula.names) if formula else []
            notes = (
                [Note(", ".join(f"`{n}` is {show(values[n])}" for n in used) + " here")]
                if used
                else []
            )
            within = (error.start, error.end) if error.end else None
            at = place.below(*steps, *path)._replace(within=within)
            help: list[str | Fix] = [error.help] if error.help else []
            help += [renamed(at.as_it_stands(), error.better)] if error.better else []
            return self.sink.report(error.code, at, error.message, notes=notes, help=help)


def _find_failing(
    value: Any, values: Values, path: tuple[str | int, ...]
) -> tuple[tuple[str | int, ...], Expression | Text | None]:
    """The path of the formula that has no value."""
    if isinstance(value, Expression | Text):
        return path, value
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        try:
            Template(inner, frozenset("x")).evaluate(values)
        except ExpressionError:
            return _find_failing(inner, values, (*path, step))
    return path, None
