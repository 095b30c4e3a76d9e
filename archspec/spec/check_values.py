"""Records from plain values, with a diagnostic for everything that is wrong in them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from archspec.diagnostics.fixes import Fix, remove, replace
from archspec.diagnostics.sink import Note, Place, Sink
from archspec.formulas.values import key_of
from archspec.formulas.values import show as show
from archspec.layers import Layer
from archspec.layers.settings import SettingType, settings_of
from archspec.records.cache import BoundedCache
from archspec.records.record import (
    ArgumentError,
    Kind,
    Record,
    ValidationError,
    fields,
    required_fields,
)
from archspec.spec.defaults import defaulted

R = TypeVar("R", bound=Record)

_MADE: BoundedCache[tuple[type[Layer], str], Layer] = BoundedCache(20_000)
"""Layers by type and arguments: layers cannot be changed, so equal ones are checked only once."""


class Maker:
    """Makes layers, each different one only once: equal layers are the same object."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.stood_in = False
        """Whether some layer has Keras's own values in the place of wrong ones."""

    def known(self, type: type[Layer], arguments: Any) -> Layer | None:
        """The layer that was made of the same type and the same arguments before."""
        key = key_of(arguments)
        return None if key is None else _MADE.get((type, key))

    def layer(
        self,
        type: type[Layer],
        arguments: dict[str, Any],
        place: Place,
        scope: Iterable[str] = (),
    ) -> Layer | None:
        """A layer of plain arguments whose names have been checked.

        If one of them is wrong, which is reported, but says nothing of shapes and weights, it is
        the layer with Keras's own values for those; None, if that cannot be.
        """
        key = key_of(arguments)
        layer = None if key is None else _MADE.get((type, key))
        if layer is None:
            told = self.sink.reports
            layer = self._make(type, arguments, place, scope)
            if layer is None:
                self.stood_in = True
                return _stand_in(type, arguments)
            if key is not None and told == self.sink.reports:
                _MADE[type, key] = layer
        return layer

    def _make(
        self, type: type[Layer], arguments: dict[str, Any], place: Place, scope: Iterable[str]
    ) -> Layer | None:
        known = fields(type)
        values = {}
        for name, value in arguments.items():
            field = known.get(name)
            if field and field.type.nested and isinstance(value, dict | str):
                value = self.nested(value, place.below(name), scope)
                if value is None:
                    return None
            values[name] = value
        if not settings_sound(type, values, place, self.sink):
            return None
        return make_record(type, values, place, self.sink, type.__name__, scope=scope)

    def nested(
        self, value: dict[str, Any] | str, place: Place, scope: Iterable[str] = ()
    ) -> Layer | None:
        """A layer inside a layer: ``{LSTM: {units: 4}}``."""
        from archspec.spec.inner_layers import inner_layer  # few specs have wrappers

        found = inner_layer(value, place, self.sink)
        if found is None:
            return None
        type, arguments, at = found
        if not check_names(type, arguments, at, self.sink, type.__name__):
            return None
        return self.layer(type, arguments, at, scope)


def bears_on_shape(type: type[Record], name: str) -> bool:
    """Whether an argument may say something of output shapes, or of the number of weights."""
    return fields(type)[name].type.kind_for(type) not in (Kind.NUMBER, Kind.WORD)


def harmless(type: type[Record], name: str) -> bool:
    """Whether a name that is no argument probably stands for one that says nothing of shapes."""
    from archspec.spec.meant_arguments import meant_argument

    meant = meant_argument(type, name, None, {})
    return bool(meant) and (meant[0].name is None or not bears_on_shape(type, meant[0].name))


def _stand_in(type: type[Layer], arguments: Mapping[str, Any]) -> Layer | None:
    known = fields(type)
    bearing = {n: v for n, v in arguments.items() if n in known and bears_on_shape(type, n)}
    if len(bearing) == len(arguments) or any(known[n].type.nested for n in bearing):
        return None
    try:
        return type(**bearing)
    except (ArgumentError, ValidationError):
        return None


def check_names(
    type: type[Record],
    names: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    also: Iterable[str] = (),
    codes: tuple[str, str] = ("AS202", "AS203"),
    needs: frozenset[str] | None = None,
) -> bool:
    """Report unknown and missing arguments; whether there are none.

    A required argument that seems to be there under a misspelt name is not reported as missing.
    ``needs`` replaces the arguments that the type requires.
    """
    known = fields(type)
    required = required_fields(type) if needs is None else needs
    if known.keys() >= names.keys() and required <= names.keys():
        return True
    unknown = [n for n in names if n not in known and n not in also]
    missing = [n for n in known if n in required and n not in names]
    if not unknown and not missing:
        return True
    from archspec.spec.wrong_names import refuse_names  # for what is wrong only

    refuse_names(type, names, unknown, missing, place, sink, subject, also, codes)
    return False


def make_record(
    type: type[R],
    values: Mapping[str, Any],
    place: Place,
    sink: Sink,
    subject: str,
    code: str = "AS204",
    scope: Iterable[str] = (),
) -> R | None:
    """A record of plain values, or None after reporting what is wrong with them.

    ``scope`` holds the names of the parameters there, for a text that lacks its `$`.
    """
    try:
        return type(**values)
    except ArgumentError as error:
        from archspec.spec.bad_values import used_parameters
        from archspec.spec.meant_forms import argument_fixes

        given = defaulted(type, [error.argument, *re.findall(r"`(\w+)`", error.message)], place)
        here = error.argument in values and error.argument not in given
        at = place.at(error.argument) if here else place.key()
        help: list[str | Fix] = [error.help] if error.help else []
        named = error.message.startswith(subject)
        message = error.message if named else f"{subject}: {error.message}"
        written = place.document.at(place.path)
        notes: list[Note | str] = []
        if isinstance(written, dict):
            notes += used_parameters(written.values(), scope)
        notes += given.values()
        help += _without_one(type, values, message, place)
        fixes = argument_fixes(type, error.argument, values, at)
        said = [fix.message for fix in fixes]
        help = [*(h for h in help if h not in said), *fixes]
        help = help if not given else [h for h in help if not _changes(h, place, given)]
        sink.report("AS205", at, message, notes=notes, help=help)
    except ValidationError as error:
        from archspec.spec.bad_values import report_bad_value

        known = fields(type)
        for name in bad_arguments(error, values):
            at = place.at(name)
            report_bad_value(known[name], type, values[name], at, sink, subject, code, scope)
    return None


def _changes(help: str | Fix, place: Place, names: Iterable[str]) -> bool:
    """Whether a help would change, in an entry, an argument that does not stand there."""
    absent = [(*place.path, name) for name in names]
    return isinstance(help, Fix) and any(
        e.place.path in absent for e in help.edits if isinstance(e.place, Place)
    )


def _without_one(
    type: type[Record], values: Mapping[str, Any], message: str, place: Place
) -> list[Fix]:
    """The fixes that leave out one of the arguments that do not go together."""
    found = []
    for name in values:
        if f"`{name}`" in message and isinstance(place.document.at(place.path), dict):
            try:
                type(**{n: v for n, v in values.items() if n != name})
            except (ArgumentError, ValidationError):
                continue
            found.append(remove(f"leave out `{name}`", place.at(name)))
    return found


def settings_sound(type: type[Record], values: Mapping[str, Any], place: Place, sink: Sink) -> bool:
    """Report what is wrong inside initializers, regularizers and constraints; whether nothing is.

    What is none at all is left to the record, which says what there is. If something is wrong, the
    other values are looked at too.
    """
    bad = {
        name
        for name, _, _, setting in settings_of(type)
        if name in values and not _setting_sound(setting, values[name], place.at(name), sink)
    }
    if bad:
        check_some(type, {k: v for k, v in values.items() if k not in bad}, place, sink, ())
    return not bad


def _setting_sound(setting: SettingType, value: Any, place: Place, sink: Sink) -> bool:
    found = setting.find(value)
    if found is None:
        return True
    word, kind, arguments = found
    at = place.at(word) if isinstance(value, dict) else place
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        from archspec.spec.meant_values import as_written, setting_of_value

        message = f"the arguments of `{word}` are a map, not {show(arguments)}"
        name = str(place.path[-1])
        help = [
            replace(f"`{as_written(meant)}`", place, meant, certain=len(fields(kind)) == 1)
            for meant, _ in setting_of_value(name, word, arguments)
        ]
        sink.report("AS204", at, message, help=help)
        return False
    if not check_names(kind, arguments, at, sink, word):
        return False
    return not arguments or make_record(kind, arguments, at, sink, word) is not None


def check_some(
    type: type[Record], values: Mapping[str, Any], place: Place, sink: Sink, scope: Iterable[str]
) -> None:
    """Report what is wrong with some of the values of a record whose others are open."""
    if not settings_sound(type, values, place, sink):
        return
    try:
        type(**values)
    except ArgumentError:
        pass  # the others have a say in it
    except ValidationError as error:
        known, subject = fields(type), type.__name__
        for name in bad_arguments(error, values):
            from archspec.spec.bad_values import report_bad_value  # for what is wrong only

            at = place.at(name)
            report_bad_value(known[name], type, values[name], at, sink, subject, scope=scope)


def sound_values(type: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are right each by itself."""
    try:
        type(**values)
    except ValidationError as error:
        bad = bad_arguments(error, values)
        return {k: v for k, v in values.items() if k not in bad}
    return dict(values)


def bad_arguments(error: ValidationError, values: Mapping[str, Any]) -> list[str]:
    """The names of the given values that are wrong, in the order of the file."""
    found = set()
    for detail in error.errors(include_url=False, include_context=False):
        if detail["loc"]:
            found.add(str(detail["loc"][0]))
    return [name for name in values if name in found]


def fits(type: type[Record], values: Mapping[str, Any]) -> bool:
    """Whether a value that may be a list fits its argument, whatever the formulas in it are."""
    plain = {
        name: [1 if isinstance(v, str) else v for v in value] if isinstance(value, list) else value
        for name, value in values.items()
    }
    try:
        type(**plain)
    except ValidationError as error:
        return not bad_arguments(error, plain)
    except ArgumentError:
        pass
    return True
