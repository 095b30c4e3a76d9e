"""What is wrong with the arguments of what a recipe names, and what would mend it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.foreign_names import Foreign, Meaning, refuse_foreign
from archspec.diagnostics.sink import REPORTED, Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.records.field_values import takes
from archspec.records.record import (
    ArgumentError,
    Field,
    Record,
    fields,
    required_fields,
)
from archspec.spec.bad_values import expected, report_bad_value
from archspec.spec.check_values import show
from archspec.spec.meant_values import as_written, meant_values
from archspec.train.objects.foreign_words import NEEDLESS_ARGUMENTS
from archspec.train.objects.meant_numbers import meant_numbers
from archspec.train.objects.meant_objects import (
    meant_names,
)
from archspec.train.objects.moved_arguments import moved_argument, pair_fix


class Codes(NamedTuple):
    """The codes for mistakes in the names and values of a record."""

    unknown: str = "AS202"
    missing: str = "AS203"
    value: str = "AS204"


ARGUMENTS = Codes()
KEYS = Codes("AS102", "AS103", "AS104")
"""Those of a section of a recipe."""


def check_arguments(
    kind: type[Record],
    arguments: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    codes: Codes,
) -> bool:
    """Report unknown and missing names; whether there are none."""
    known = fields(kind)
    missing = [n for n in known if n in required_fields(kind) and n not in arguments]
    unknown = [n for n in arguments if n not in known]
    word = "argument" if codes.unknown == "AS202" else "key"
    pair = pair_fix(kind, arguments, place) if unknown else None
    foreign: list[Foreign] = []
    taken = dict(arguments)
    for name in unknown:
        value, at = arguments[name], place.at(name)
        if pair is not None and name in pair[0]:
            if name == pair[0][0]:
                message = f"{subject} has no {word}s `{pair[0][0]}` and `{pair[0][1]}`"
                sink.report(codes.unknown, at.key(), message, help=[pair[1]])
            continue
        found = _meanings(kind, name, value, taken, at)
        near = [m.key for m in found if m.key]
        missing = [m for m in missing if m not in near]
        if codes is ARGUMENTS and found and found[0].foreign:
            foreign.append(Foreign(name, at, found))
            taken |= {near[0]: value} if near else {}
            continue
        help: list[str | Fix] = [m.fix for m in found]
        if not help:
            listed = ", ".join(known)
            help = [f"{subject} takes {listed}" if known else f"{subject} takes no {word}s"]
            help.append(remove("or leave it out", at))
        sink.report(codes.unknown, at.key(), f"{subject} has no {word} `{name}`", help=help)
    refuse_foreign(foreign, codes.unknown, f"{subject} has no {word}", sink)
    if missing:
        words = " and ".join(f"`{m}`" for m in missing)
        help = [*_missing_fixes(kind, missing, place)]
        help += [f"`{m}`: {expected(known[m], kind)}" for m in missing]
        sink.report(codes.missing, place.key(), f"{subject} needs {words}", help=help)
    return not unknown and not missing


def _missing_fixes(kind: type[Record], missing: list[str], place: Place) -> list[Fix]:
    if missing == ["epochs"]:
        return [Fix("such as `epochs: 5`", (Edit(place, 5, How.ADD, "epochs"),))]
    if any(name not in _EXAMPLES for name in missing):
        return []
    given = {name: _EXAMPLES[name] for name in missing}
    written = place.document.at(place.path)
    if isinstance(written, str):
        whole = {written: given}
        return [replace(f"such as `{as_written(whole)}`", place, whole)]
    edits = tuple(Edit(place, value, How.ADD, name) for name, value in given.items())
    return [Fix(f"such as `{as_written(given)[1:-1]}`", edits)]


_EXAMPLES = {"initial_learning_rate": 0.001, "decay_rate": 0.5, "decay_steps": 1000}


def _meanings(
    kind: type[Record], name: str, value: Any, given: Mapping[str, Any], at: Place
) -> list[Meaning]:
    """What a name that a class has not stands for, best first."""
    is_pair = isinstance(value, list) and len(value) == 2 and "beta_1" in fields(kind)
    if bare(name) == "betas" and is_pair and not {"beta_1", "beta_2"} & given.keys():
        around = at._replace(path=at.path[:-1])
        second = Edit(around, value[1], How.ADD, "beta_2")
        shown = as_written({"beta_1": value[0], "beta_2": value[1]})[1:-1]
        both = (Edit(at.key(), "beta_1"), Edit(at, value[0]), second)
        return [Meaning(both, True, shown)]
    names = meant_names(kind, name, given)
    if name == "decay" and (falling := moved_argument(kind, name, value, given, at)):
        return [falling]
    if bare(name) in NEEDLESS_ARGUMENTS and not names:
        said = f"leave it out: {NEEDLESS_ARGUMENTS[bare(name)]}"
        return [Meaning((Edit(at, how=How.REMOVE),), True, said=said)]
    elsewhere = moved_argument(kind, name, value, given, at)
    if elsewhere is not None:
        return [elsewhere]
    found = []
    for meant in names:
        edits: tuple[Edit, ...] = (Edit(at.key(), meant.name),)
        shown, certain = meant.name, meant.certain
        worked = worked_or_not(value)
        if value is not REPORTED and not takes(kind, meant.name, worked):
            better = value_readings(kind, meant.name, value)
            nested = fields(kind)[meant.name].type.nested and isinstance(value, dict | str | list)
            if not better and not nested:
                continue
            if better:
                edits = (*edits, Edit(at, better[0][0]))
                shown = f"{meant.name}: {as_written(better[0][0])}"
                certain = certain and better[0][1]
        found.append(Meaning(edits, certain, shown, foreign=not meant.misspelt))
    return found[:2]


def value_readings(kind: type[Record], name: str, value: Any) -> list[tuple[Any, bool]]:
    """What a value that a field does not take probably means, best first; and whether surely."""
    return meant_numbers(kind, name, value)


def report_value(
    kind: type[Record],
    name: str,
    value: Any,
    place: Place,
    sink: Sink,
    subject: str,
    code: str,
) -> None:
    """Say what an argument takes, and what it got."""
    field = fields(kind)[name]
    written = place.document.at(place.path)
    fixes = _value_fixes(field, kind, value if written is None else written, place)
    if not fixes and not meant_values(kind, name, value):
        fixes = without(field, place)
    if not fixes:
        report_bad_value(field, kind, value, place, sink, subject, code)
        return
    message = f"`{name}` of {subject} must be {expected(field, kind)}, not {show(value)}"
    sink.report(code, place, message, help=fixes)


def _value_fixes(field: Field, kind: type[Record], value: Any, place: Place) -> list[Fix]:
    if value is None and not field.required:
        return [remove("leave it out, and it has its default", place, certain=True)]
    if not field.required and field.default is None and value in (0, False, "none", "None"):
        readings = meant_numbers(kind, field.name, value)
        if not readings:
            return [remove("leave it out", place, certain=True)]
    return [
        replace(did_you_mean(as_written(meant)), place, meant, certain)
        for meant, certain in meant_numbers(kind, field.name, value)[:2]
    ]


def without(field: Field, place: Place) -> list[Fix]:
    """Without a key that need not be there, where nobody knows what was meant."""
    if field.required or field.name == "archspec":
        return []
    default = field.default
    said = f"leave it out, and it is {as_written(default)}"
    return [remove(said if default not in (None, "") else "leave it out", place)]


def refuse_together(
    error: ArgumentError,
    kind: type[Record],
    values: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
) -> None:
    """Report arguments that do not go together, with what the class knows to mend it."""
    at = place.at(error.argument) if error.argument in values else place.key()
    message = error.message if error.message.startswith(subject) else f"{subject}: {error.message}"
    help: list[str | Fix] = []
    mend = getattr(kind, "mend", None)
    changes = mend(values) if mend else {}
    if changes:
        edits = []
        for name, value in changes.items():
            if value is ...:
                edits.append(Edit(place.at(name), how=How.REMOVE))
            elif name in values:
                edits.append(Edit(place.at(name), value))
            else:
                edits.append(Edit(place, value, How.ADD, name))
        gone = [f"`{n}`" for n, v in changes.items() if v is ...]
        said = error.help or (f"leave {' and '.join(gone)} out" if gone else "")
        shown = as_written({n: v for n, v in changes.items() if v is not ...})[1:-1]
        help = [Fix(said or f"write `{shown}`", tuple(edits))]
    elif error.help:
        help = [error.help]
    sink.report("AS205", at, message, help=help)


def worked(value: Any) -> Any:
    if isinstance(value, list):
        return [worked(v) for v in value]
    if isinstance(value, str) and any(c.isdigit() for c in value):
        formula = parse_expression(value)
        if not formula.names:
            return formula.evaluate({})
    return value


def worked_or_not(value: Any) -> Any:
    try:
        return worked(value)
    except ExpressionError:
        return value


def holds_reported(value: Any) -> bool:
    """Whether a value, or anything in it, has been told to be wrong already."""
    if isinstance(value, dict):
        return any(map(holds_reported, value.values()))
    if isinstance(value, list):
        return any(map(holds_reported, value))
    return value is REPORTED
