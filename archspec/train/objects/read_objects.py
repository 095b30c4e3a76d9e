"""Reading what a recipe names: classes with their arguments, and sections with their keys.

What is wrong is told once, with what was probably meant; what has been told already is silent.
"""

from collections.abc import Callable, Mapping
from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.place import Located
from archspec.diagnostics.sink import REPORTED, Place, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.explain import ExpressionError
from archspec.records.field_values import takes
from archspec.records.objects import Kinds
from archspec.records.record import (
    ArgumentError,
    Record,
    ValidationError,
    fields,
)
from archspec.spec.check_values import bad_arguments, show
from archspec.spec.meant_values import as_written
from archspec.train.objects.foreign_words import NEEDLESS
from archspec.train.objects.meant_numbers import meant_numbers
from archspec.train.objects.meant_objects import (
    MeantObject,
    is_of_keras,
    lone_argument,
    meant_objects,
)
from archspec.train.objects.refuse_arguments import (
    ARGUMENTS,
    Codes,
    check_arguments,
    holds_reported,
    refuse_together,
    report_value,
    without,
    worked,
    worked_or_not,
)

Suits = Callable[[Any], bool]
"""Whether an object goes with the other parts of its recipe."""
Others = Callable[[], list[str | Fix]]
"""What suits in place of something that is none."""


def read_object(
    value: Any,
    kinds: Kinds,
    place: Place,
    sink: Sink,
    positional: bool = True,
    suits: Suits | None = None,
    others: Others = list,
) -> Any | None:
    """The record of ``Adam`` or ``{Adam: {learning_rate: 1e-3}}``, or None after reporting.

    ``suits`` says which of several things that a word may mean comes first, ``others`` what else to
    advise where nobody knows what it means.
    """
    if value is REPORTED:
        return None
    if isinstance(value, str):
        value, at = {value: None}, place
    elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value)), str):
        at = place.at(next(iter(value)))
    else:
        _refuse_form(value, kinds, place, sink, suits, others)
        return None
    ((name, arguments),) = value.items()
    if arguments is REPORTED:
        return None
    kind = kinds.names.get(name)
    if kind is None:
        _refuse_word(name, value if at is not place else name, kinds, place, sink, suits, others)
        return None
    if arguments is None:
        arguments = {}
    elif not isinstance(arguments, dict):
        first = lone_argument(kind, arguments)
        if not positional or first is None or not takes(kind, first, worked_or_not(arguments)):
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


def _refuse_form(
    value: Any, kinds: Kinds, place: Place, sink: Sink, suits: Suits | None, others: Others
) -> None:
    if holds_reported(value):
        return
    if value is None and kinds.word == "an optimizer":
        said = "leave it out, and it is Adam"
        sink.report(
            "AS104", place, f"{kinds.word} is missing here", help=[remove(said, place, True)]
        )
        return
    example = next(iter(kinds.types))
    message = f"{kinds.word} is a name, or a name with its arguments, not {show(value)}"
    help: list[str | Fix] = [*object_fixes(meant_objects(value, kinds), value, kinds, place, suits)]
    if not help:
        help = others() or [f"such as `{example}` or `{{{example}: {{…}}}}`"]
    sink.report("AS104", place, message, help=help)


def _refuse_word(
    word: str,
    value: Any,
    kinds: Kinds,
    place: Place,
    sink: Sink,
    suits: Suits | None,
    others: Others,
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
        help = [f"{also} know {listed}", *others()]
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


class _Nowhere(Located):
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
            refuse_together(error, kind, worked, place, sink, subject)
        return None
    except ValidationError as error:
        for name in bad_arguments(error, worked):
            if worked[name] is None and isinstance(known.get(name), dict | str):
                continue  # an object inside, which has been told
            report_value(kind, name, worked[name], place.at(name), sink, subject, codes.value)
        return None
    return made if sound else None


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
            found[name] = worked(value)
        except ExpressionError as error:
            # What is no formula at all is told better by the words of the field.
            if error.code == "AS209" or (
                isinstance(field.default, int | float) and not meant_numbers(kind, name, value)
            ):
                help = [
                    replace(did_you_mean(as_written(m)), place.at(name), m, certain)
                    for m, certain in meant_numbers(kind, name, value)
                ] or without(field, place.at(name))
                sink.report(error.code, place.at(name), error.message, help=help)
            else:
                found[name] = value
    return found
