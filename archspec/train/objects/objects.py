"""What a recipe names: a class of Keras with its arguments, or a kind of data.

The records themselves are :class:`archspec.records.objects.KerasObject`.
"""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.diagnostics.spelling import nearest, suggest
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.records import objects
from archspec.records.field_values import takes
from archspec.records.objects import Kinds
from archspec.records.record import ArgumentType, Record, fields
from archspec.records.schemas import anything, list_of
from archspec.spec.check_values import check_names, make_record, show


class ObjectType(ArgumentType):
    """What a key takes whose value is an object, or a list of them; read by `read_object`."""

    __slots__ = ("kinds", "many")

    def __init__(self, kinds: Kinds, example: str, many: bool = False) -> None:
        expects = f"a list such as [{example}]" if many else f"{kinds.word} such as {example}"
        super().__init__(list_of(anything()) if many else anything(), expects, nested=True)
        self.kinds = kinds
        self.many = many


def kinds(word: str, *types: type[Record], **aliases: type[Record]) -> Kinds:
    """The kinds of a word: also in lower-case letters, as ``keras.optimizers.get`` has them."""
    lower = {kind.__name__.lower(): kind for kind in types}
    return objects.kinds(word, *types, **{**lower, **aliases})


def read_object(
    value: Any, kinds: Kinds, place: Place, sink: Sink, positional: bool = True
) -> Any | None:
    """The record of ``Adam`` or ``{Adam: {learning_rate: 1e-3}}``, or None after reporting."""
    if isinstance(value, str):
        value, at = {value: None}, place
    elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value)), str):
        at = place.at(next(iter(value)))
    else:
        example = next(iter(kinds.types))
        message = f"{kinds.word} is a name, or a name with its arguments, not {show(value)}"
        sink.report(
            "AS104", place, message, help=[f"such as `{example}` or `{{{example}: {{…}}}}`"]
        )
        return None
    ((name, arguments),) = value.items()
    kind = kinds.names.get(name)
    if kind is None:
        # In the style in which it is written: class name or snake_case.
        alike = [n for n in kinds.names if n.islower() == name.islower()]
        help = [suggest(name, alike, f"there are {', '.join(kinds.types)}")]
        sink.report(
            "AS602",
            at.key() if at is not place else at,
            f"`{name}` is not {kinds.word} that recipes know",
            help=help,
        )
        return None
    if arguments is None:
        arguments = {}
    elif not isinstance(arguments, dict):
        if not positional or not fields(kind):
            message = f"the arguments of `{name}` are a mapping, not {show(arguments)}"
            sink.report("AS104", at, message)
            return None
        arguments = {next(iter(fields(kind))): arguments}
    if not check_names(kind, arguments, at, sink, name):
        return None
    worked = work_out(kind, arguments, at, sink)
    if worked is None or not _read_inner(kind, worked, at, sink):
        return None
    return make_record(kind, worked, at, sink, name)


def _read_inner(kind: type[Record], arguments: dict[str, Any], place: Place, sink: Sink) -> bool:
    """Put records for the arguments that are objects themselves; whether they are right."""
    inner: Mapping[str, Kinds] = getattr(kind, "objects", {})
    sound = True
    for name, known in inner.items():
        value = arguments.get(name)
        misspelt = isinstance(value, str) and nearest(value, list(known.names))
        if isinstance(value, dict) or misspelt:
            arguments[name] = read_object(value, known, place.at(name), sink, False)
            sound = sound and arguments[name] is not None
    return sound


def work_out(
    kind: type[Record], arguments: dict[str, Any], place: Place, sink: Sink
) -> dict[str, Any] | None:
    """The arguments with formulas such as ``1/255`` worked out where a field takes no such text.

    None after reporting one that has no value.
    """
    known, found, sound = fields(kind), {}, True
    for name, value in arguments.items():
        field = known.get(name)
        found[name] = value
        if field is None or field.type.text or takes(kind, name, value):
            continue
        try:
            found[name] = _worked(value)
        except ExpressionError as error:
            # What is no formula at all is told better by the words of the field.
            if error.code == "AS209" or isinstance(field.default, int | float):
                sink.report(error.code, place.at(name), error.message)
                sound = False
    return found if sound else None


def _worked(value: Any) -> Any:
    if isinstance(value, list):
        return [_worked(v) for v in value]
    if isinstance(value, str) and any(c.isdigit() for c in value):
        formula = parse_expression(value)
        if not formula.names:
            return formula.evaluate({})
    return value
