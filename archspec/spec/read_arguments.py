"""What stands behind the word of an entry: its own arguments, and the keys that every entry has."""

from typing import Any

from archspec.diagnostics.fixes import Fix, replace
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean
from archspec.formulas.templates import Template
from archspec.parse.document import holds_hole
from archspec.records.record import fields
from archspec.spec.check_values import Maker, check_names, make_record, show, sound_values
from archspec.spec.read_formulas import read_template
from archspec.spec.types import Entry, Expect
from archspec.spec.words import CONSTRUCTS, Expectation, ItemKeys, is_wire_name

ITEM_KEYS = frozenset(fields(ItemKeys))
"""The keys that every entry may have: ``name``, ``from``, ``when``, …"""


class ArgumentReader:
    """Reads the arguments of entries of one document."""

    def __init__(self, sink: Sink, maker: Maker) -> None:
        self.sink = sink
        self.maker = maker

    def own_arguments(
        self, item: Entry, value: Any, first: str | None, scope: frozenset[str]
    ) -> dict[str, Any] | Reported:
        """The item's own arguments; the keys that every item has go into the item."""
        if value is None:
            return {}
        if isinstance(value, Reported):
            return value
        if not isinstance(value, dict):
            if first is None:
                message = f"`{item.word}` takes no arguments, but has {show(value)}"
                help: list[str | Fix] = []
                if item.word in CONSTRUCTS:
                    names = ", ".join(fields(CONSTRUCTS[item.word]))
                    message = f"`{item.word}` needs its arguments by name, not {show(value)}"
                    help = [f"it takes {names}"]
                    from archspec.spec.meant_forms import list_fixes

                    help = [*list_fixes(item.word, value, item.place), *help]
                else:
                    from archspec.spec.misplaced import wires_fix  # for what is wrong only

                    help += wires_fix(item.word, value, item.place)
                return self.sink.report("AS204", item.place, message, help=help)
            return {first: value}
        if ITEM_KEYS.isdisjoint(value):
            return value
        own: dict[str, Any] = {}
        common: dict[str, Any] = {}
        for key, argument in value.items():
            (common if key in ITEM_KEYS else own)[key] = argument
        self.common(item, common, scope)
        return own

    def common(self, item: Entry, values: dict[str, Any], scope: frozenset[str]) -> None:
        """Take the keys that every item has; those that are wrong are left out."""
        place = item.place
        if holds_hole(values):
            item.unsure = True
            values = {key: value for key, value in values.items() if not holds_hole(value)}
        if make_record(ItemKeys, values, place, self.sink, f"`{item.word}`") is None:
            sound = sound_values(ItemKeys, values)
            item.unsure = not {"from", "when"}.isdisjoint(values.keys() - sound.keys())
            values = sound
        found: list[Template] = []
        for key, text in (("name", True), ("when", False), ("trainable", False)):
            value = values.get(key)
            if value is None or (key == "trainable" and value is True):
                continue
            template = self.template(value, text, place.at(key), scope)
            if key == "name" and template is not REPORTED and "$(" in value and not template.names:
                template = self._plain_name(template, place.at(key))
            if template is not REPORTED:
                setattr(item, key, template)
                found.append(template)
            elif key == "when":
                item.unsure = True
        if values.get("from") is not None:
            wires = values["from"]
            if isinstance(wires, dict):
                item.roles, wires = _by_role(wires)
            sources = self._sources(values["from"], wires, place.at("from"), scope)
            if sources is REPORTED:
                item.unsure = True
            else:
                item.sources = sources
                found += sources
        if values.get("expect") is not None:
            expect = self.expectation(values["expect"], place.at("expect"), scope)
            if expect is not REPORTED:
                item.expect = expect
                found.append(expect.values)
        item.names = item.names.union(*(t.names for t in found))

    def _plain_name(self, template: Template, place: Place) -> Template | Reported:
        """A name that a formula without parameters gives."""
        name = str(template.value)
        if is_wire_name(name):
            return Template(name)
        message = f"{show(template.value)} cannot be the name of a layer"
        return self.sink.report("AS106", place, message, help=["use letters, digits, `_` and `-`"])

    def _sources(
        self, written: Any, value: Any, place: Place, scope: frozenset[str]
    ) -> tuple[Template, ...] | Reported:
        steps = wire_steps(written)
        wires = value if isinstance(value, list) else [value]
        found = [
            self.template(wire, True, place.at(*at), scope, asks=False)
            for wire, at in zip(wires, steps, strict=True)
        ]
        sound = tuple([template for template in found if template is not REPORTED])
        return sound if len(sound) == len(found) else REPORTED

    def expectation(
        self, value: Any, place: Place, scope: frozenset[str], asks: bool = True
    ) -> Expect | Reported:
        """``[55, 55, 96]``, or ``{params: 61_706, source: "by hand"}``."""
        if not isinstance(value, dict):
            value = {"shape": value}
        subject = "`expect`"
        if not check_names(Expectation, value, place, self.sink, subject, codes=("AS102", "AS103")):
            return REPORTED
        record = make_record(Expectation, value, place, self.sink, subject, code="AS104")
        if record is None:
            return REPORTED
        numbers = {k: v for k, v in value.items() if k not in ("source", "note") and v is not None}
        shape = numbers.get("shape", [])
        if not isinstance(shape, list | str):
            message = f"an expected shape is a list such as [55, 55, 96], not {show(shape)}"
            at = place.at("shape").as_it_stands()
            help = [replace(did_you_mean(f"[{shape}]"), at, [shape])] if type(shape) is int else []
            return self.sink.report("AS104", place, message, help=help)
        template = self.template(numbers, False, place, scope, asks=asks)
        return REPORTED if template is REPORTED else Expect(template, place, record.source)

    def template(
        self,
        value: Any,
        text: bool,
        place: Place,
        scope: frozenset[str],
        *steps: str | int,
        asks: bool = True,
        words: bool = False,
    ) -> Template | Reported:
        """A template whose formulas are sound and whose names are known.

        ``asks`` says that its formulas may ask for shapes, ``words`` that a word which is no name
        is text where a result stands.
        """
        kind = type(value)
        if kind is int or kind is bool or (text and kind is str and "$" not in value):
            return Template(value)
        if self.sink.errors and holds_hole(value):
            return REPORTED
        return read_template(value, text, place.at(*steps), scope, self.sink, asks, words)


def _by_role(wires: dict[str, Any]) -> tuple[tuple[str, ...], list[Any]]:
    """``{initial_state: [h, c]}``: what each wire is to the layer, and the wires."""
    pairs = [
        (role, wire)
        for role, value in wires.items()
        for wire in (value if isinstance(value, list) else [value])
    ]
    return tuple([role for role, _ in pairs]), [wire for _, wire in pairs]


def wire_steps(written: Any) -> list[tuple[str | int, ...]]:
    """Where in a `from` each of its wires stands."""
    if isinstance(written, list):
        return [(number,) for number in range(len(written))]
    if not isinstance(written, dict):
        return [()]
    return [(role, *at) for role, value in written.items() for at in wire_steps(value)]
