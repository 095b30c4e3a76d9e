"""Reading what a recipe names: classes with their arguments, and sections with their keys.

What is wrong is told once, with what was probably meant; what has been told already is silent.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How, remove, replace
from archspec.diagnostics.sink import REPORTED, Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.records.field_values import takes
from archspec.records.objects import Kinds
from archspec.records.record import (
    ArgumentError,
    Field,
    Record,
    ValidationError,
    fields,
    required_fields,
)
from archspec.spec.bad_values import expected, report_bad_value
from archspec.spec.check_values import bad_arguments, show
from archspec.spec.meant_values import as_written
from archspec.train.objects.foreign_words import NEEDLESS, NEEDLESS_ARGUMENTS
from archspec.train.objects.meant_numbers import meant_numbers
from archspec.train.objects.meant_objects import (
    MeantObject,
    is_of_keras,
    lone_argument,
    meant_names,
    meant_objects,
)

Suits = Callable[[Any], bool]
"""Whether an object goes with the other parts of its recipe."""


class Codes(NamedTuple):
    """The codes for mistakes in the names and values of a record."""

    unknown: str = "AS202"
    missing: str = "AS203"
    value: str = "AS204"


ARGUMENTS = Codes()
KEYS = Codes("AS102", "AS103", "AS104")
"""Those of a section of a recipe."""


def read_object(
    value: Any,
    kinds: Kinds,
    place: Place,
    sink: Sink,
    positional: bool = True,
    suits: Suits | None = None,
) -> Any | None:
    """The record of ``Adam`` or ``{Adam: {learning_rate: 1e-3}}``, or None after reporting.

    ``suits`` says which of several things that a word may mean comes first.
    """
    if value is REPORTED:
        return None
    if isinstance(value, str):
        value, at = {value: None}, place
    elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value)), str):
        at = place.at(next(iter(value)))
    else:
        _refuse_form(value, kinds, place, sink, suits)
        return None
    ((name, arguments),) = value.items()
    if arguments is REPORTED:
        return None
    kind = kinds.names.get(name)
    if kind is None:
        _refuse_word(name, value if at is not place else name, kinds, place, sink, suits)
        return None
    if arguments is None:
        arguments = {}
    elif not isinstance(arguments, dict):
        first = lone_argument(kind, arguments)
        if not positional or first is None or not takes(kind, first, _worked_or_not(arguments)):
            message = f"the arguments of `{name}` are a mapping, not {show(arguments)}"
            help = object_fixes(meant_objects(value, kinds), value, kinds, place, suits)
            sink.report("AS104", at, message, help=help)
            return None
        if first != next(iter(fields(kind))):
            meant = {first: arguments}
            message = f"a value alone stands for the first argument of {name}, here `{next(iter(fields(kind)))}`"
            fix = replace(f"write `{as_written({name: meant})}`", at, meant, certain=True)
            sink.report("AS204", at, message, help=[fix])
            return None
        arguments = {first: arguments}
    return read_record(kind, arguments, at, sink, name)


def _refuse_form(value: Any, kinds: Kinds, place: Place, sink: Sink, suits: Suits | None) -> None:
    if holds_reported(value):
        return
    example = next(iter(kinds.types))
    message = f"{kinds.word} is a name, or a name with its arguments, not {show(value)}"
    help: list[str | Fix] = [*object_fixes(meant_objects(value, kinds), value, kinds, place, suits)]
    if not help:
        help = [f"such as `{example}` or `{{{example}: {{…}}}}`"]
    sink.report("AS104", place, message, help=help)


def _refuse_word(
    word: str, value: Any, kinds: Kinds, place: Place, sink: Sink, suits: Suits | None
) -> None:
    at = place.at(word).key() if isinstance(value, dict) else place
    message = f"`{word}` is not {kinds.word} that recipes know"
    why = NEEDLESS.get(bare(word.rpartition(".")[2].partition("(")[0]))
    if why and kinds.word == "a callback":
        sink.report("AS602", at, message, help=[leave_out(place, why)])
        return
    help: list[str | Fix] = [*object_fixes(meant_objects(value, kinds), value, kinds, place, suits)]
    if not help:
        listed = ", ".join(kinds.types)
        also = "Keras has it, but recipes" if is_of_keras(word, kinds) else "recipes"
        help = [f"{also} know {listed}"]
        if place.path and isinstance(place.path[-1], int):
            help.append(leave_out(place, "", certain=False))
    elif is_of_keras(word, kinds) and kinds.word == "a kind of data":
        help.append("`numpy.savez` writes such a file, with x_train, y_train, x_test and y_test")
    sink.report("AS602", at, message, help=help)


def leave_out(place: Place, why: str, certain: bool = True) -> Fix:
    """Without an entry of a list; without the list, if it is the only one."""
    around = place.document.at(place.path[:-1])
    if isinstance(place.path[-1], int) and isinstance(around, list) and len(around) == 1:
        place = place._replace(path=place.path[:-1], part="value")
    return remove(f"leave it out: {why}" if why else "or leave it out", place, certain)


def object_fixes(
    found: list[MeantObject], value: Any, kinds: Kinds, place: Place, suits: Suits | None = None
) -> list[Fix]:
    """Fixes that put objects in the place of a value, those first that suit the recipe."""
    able = []
    for meant in found:
        probe = Sink()
        read = read_object(meant.value, kinds, Place(_Nowhere(place), ()), probe)
        if read is not None:
            able.append((meant, suits(read) if suits else True))
    suited = [meant for meant, good in able if good]
    ordered = suited or [meant for meant, _ in able]
    return [
        _object_fix(meant, value, place, suits is None or bool(suited)) for meant in ordered[:2]
    ]


class _Nowhere:
    """A document without text: candidates are read in it."""

    def __init__(self, place: Place) -> None:
        self.source = place.document.source

    def span(self, path: Any, part: str) -> Any:
        raise AssertionError("a candidate is told of nowhere")

    def sign_at(self, span: Any) -> str:
        return ""

    def at(self, path: Any) -> Any:
        return None


def _object_fix(meant: MeantObject, value: Any, place: Place, sure: bool) -> Fix:
    message = did_you_mean(as_written(meant.value))
    certain = meant.certain and sure
    if isinstance(value, dict) and len(value) == 1:
        ((old, inner),) = value.items()
        whole = meant.value if isinstance(meant.value, dict) else {meant.value: inner or {}}
        ((new, arguments),) = whole.items()
        if (inner or {}) == arguments and new != old:
            return replace(did_you_mean(new), place.at(old).key(), new, certain)
    return replace(message, place, meant.value, certain)


def read_record(
    kind: type[Any],
    arguments: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    codes: Codes = ARGUMENTS,
) -> Any | None:
    """A record of arguments as they stand in a recipe, or None after reporting all of its mistakes."""
    given = {n: v for n, v in arguments.items() if v is not REPORTED}
    sound = check_arguments(kind, arguments, place, sink, subject, codes)
    known = {n: v for n, v in given.items() if n in fields(kind)}
    worked = work_out(kind, known, place, sink)
    sound = _read_inner(kind, worked, place, sink) and sound and len(worked) == len(arguments)
    sound = sound and not any(holds_reported(v) for v in worked.values())
    try:
        made = kind(**worked)
    except ArgumentError as error:
        if sound:
            _refuse_together(error, kind, worked, place, sink, subject)
        return None
    except ValidationError as error:
        for name in bad_arguments(error, worked):
            if worked[name] is None and isinstance(known.get(name), dict | str):
                continue  # an object inside, which has been told
            report_value(kind, name, worked[name], place.at(name), sink, subject, codes.value)
        return None
    return made if sound else None


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
    for name in unknown:
        value, at = arguments[name], place.at(name)
        help: list[str | Fix] = [*_name_fixes(kind, name, value, arguments, at)]
        if help and not any(e.how is How.REMOVE for e in help[0].edits):  # type: ignore[union-attr]
            near = [e.value for h in help for e in h.edits if e.place.part == "key"]  # type: ignore[union-attr]
            missing = [m for m in missing if m not in near]
        if not help:
            listed = ", ".join(known)
            help = [f"{subject} takes {listed}" if known else f"{subject} takes no {word}s"]
        sink.report(codes.unknown, at.key(), f"{subject} has no {word} `{name}`", help=help)
    if missing:
        words = " and ".join(f"`{m}`" for m in missing)
        help = [*_missing_fixes(kind, missing, place)]
        help += [f"`{m}`: {expected(known[m], kind)}" for m in missing]
        sink.report(codes.missing, place.key(), f"{subject} needs {words}", help=help)
    return not unknown and not missing


def _missing_fixes(kind: type[Record], missing: list[str], place: Place) -> list[Fix]:
    if missing != ["initial_learning_rate"]:
        return []
    written = place.document.at(place.path)
    if isinstance(written, str):
        whole = {written: {"initial_learning_rate": 0.001}}
        return [replace(f"such as `{as_written(whole)}`", place, whole)]
    edit = Edit(place, 0.001, How.ADD, "initial_learning_rate")
    return [Fix("such as `initial_learning_rate: 0.001`", (edit,))]


def _name_fixes(
    kind: type[Record], name: str, value: Any, given: Mapping[str, Any], at: Place
) -> list[Fix]:
    is_pair = isinstance(value, list) and len(value) == 2 and "beta_1" in fields(kind)
    if bare(name) == "betas" and is_pair and not {"beta_1", "beta_2"} & given.keys():
        around = at._replace(path=at.path[:-1])
        second = Edit(around, value[1], How.ADD, "beta_2")
        shown = as_written({"beta_1": value[0], "beta_2": value[1]})[1:-1]
        both = (Edit(at.key(), "beta_1"), Edit(at, value[0]), second)
        return [Fix(did_you_mean(shown), both, certain=True)]
    if bare(name) in NEEDLESS_ARGUMENTS and not meant_names(kind, name, given):
        return [remove(f"leave it out: {NEEDLESS_ARGUMENTS[bare(name)]}", at, certain=True)]
    found = []
    for meant in meant_names(kind, name, given):
        edits: tuple[Edit, ...] = (Edit(at.key(), meant.name),)
        shown, certain = meant.name, meant.certain
        worked = _worked_or_not(value)
        if value is not REPORTED and not takes(kind, meant.name, worked):
            better = value_readings(kind, meant.name, value)
            nested = fields(kind)[meant.name].type.nested and isinstance(value, dict | str | list)
            if not better and not nested:
                continue
            if better:
                edits = (*edits, Edit(at, better[0][0]))
                shown = f"{meant.name}: {as_written(better[0][0])}"
                certain = certain and better[0][1]
        found.append(Fix(did_you_mean(shown), edits, certain))
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


def _refuse_together(
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


def _read_inner(kind: type[Record], arguments: dict[str, Any], place: Place, sink: Sink) -> bool:
    """Put records for the arguments that are objects themselves; whether they are right."""
    inner: Mapping[str, Kinds] = getattr(kind, "objects", {})
    sound = True
    for name, known in inner.items():
        value = arguments.get(name)
        misspelt = isinstance(value, str) and bool(
            meant_objects(value, known) or value in known.names
        )
        if isinstance(value, dict) or misspelt:
            arguments[name] = read_object(value, known, place.at(name), sink, False)
            sound = sound and arguments[name] is not None
    return sound


def work_out(
    kind: type[Record], arguments: Mapping[str, Any], place: Place, sink: Sink
) -> dict[str, Any]:
    """The arguments with formulas such as ``1/255`` worked out where a field takes no such text.

    Without those that have no value, which are reported.
    """
    known, found = fields(kind), {}
    for name, value in arguments.items():
        field = known.get(name)
        if field is None or field.type.text or holds_reported(value) or takes(kind, name, value):
            found[name] = value
            continue
        try:
            found[name] = _worked(value)
        except ExpressionError as error:
            # What is no formula at all is told better by the words of the field.
            if error.code == "AS209" or (
                isinstance(field.default, int | float) and not meant_numbers(kind, name, value)
            ):
                help = [
                    replace(did_you_mean(as_written(m)), place.at(name), m, certain)
                    for m, certain in meant_numbers(kind, name, value)
                ]
                sink.report(error.code, place.at(name), error.message, help=help)
            else:
                found[name] = value
    return found


def _worked(value: Any) -> Any:
    if isinstance(value, list):
        return [_worked(v) for v in value]
    if isinstance(value, str) and any(c.isdigit() for c in value):
        formula = parse_expression(value)
        if not formula.names:
            return formula.evaluate({})
    return value


def _worked_or_not(value: Any) -> Any:
    try:
        return _worked(value)
    except ExpressionError:
        return value


def holds_reported(value: Any) -> bool:
    """Whether a value, or anything in it, has been told to be wrong already."""
    if isinstance(value, dict):
        return any(map(holds_reported, value.values()))
    if isinstance(value, list):
        return any(map(holds_reported, value))
    return value is REPORTED
