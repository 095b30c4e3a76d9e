"""A layer in a layer: the first argument of a wrapper, whose own arguments may be open as well."""

import re
from typing import Any

from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.formulas.templates import Template
from archspec.parse.document import holds_hole
from archspec.records.record import fields
from archspec.spec.check_values import Maker, check_names, check_some
from archspec.spec.inner_layers import inner_layer
from archspec.spec.read_arguments import ArgumentReader
from archspec.spec.types import Block

_REFERENCE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


class NestedReader(ArgumentReader):
    """Reads layers that stand in layers."""

    def __init__(self, sink: Sink, maker: Maker, blocks: dict[str, Block | Reported]) -> None:
        super().__init__(sink, maker)
        self.blocks = blocks
        """Those that could not be read too: what calls them is silent."""

    def nested(
        self, value: Any, place: Place, scope: frozenset[str], whole: bool = True
    ) -> Template | Reported:
        """A layer that is an argument: its own arguments are read as their types say.

        Unless it is known to be ``whole``, what it lacks is not told: it may stand beside it.
        """
        open_word = isinstance(value, str) and "$" in value
        if open_word or not isinstance(value, dict | str) or holds_hole(value):
            return self.template(value, True, place, scope)
        found = inner_layer(value, place, self.sink, self.blocks)
        if found is None:
            return REPORTED
        type, arguments, place = found
        known = fields(type)
        needs = None if whole else frozenset[str]()
        sound = check_names(type, arguments, place, self.sink, type.__name__, needs=needs) and whole
        values, plain = {}, {}
        names: frozenset[str] = frozenset()
        for name, argument in arguments.items():
            if name not in known:
                continue
            kind, at = known[name].type, place.below(name)
            if kind.nested:
                template = self.nested(argument, at, scope)
            else:
                given = argument if kind.text else _without_sign(argument)
                template = self.template(given, kind.text, at, scope)
            if template is REPORTED:
                sound = False
                continue
            values[name] = template.value
            names |= template.names
            if not template.names and not kind.nested:
                plain[name] = template.value
        if sound and not names:  # otherwise only looked at when what is around it is made
            made = self.maker.layer(type, values, place, scope)
            sound = made is not None
        elif plain:
            check_some(type, plain, place, self.sink, scope)
        return Template({type.__name__: values}, names) if sound else REPORTED


def _without_sign(value: Any) -> Any:
    """A value of a number's field with formulas for the ``$name`` in it, which stood there first."""
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        return (match[1] or match[2]) if match else value
    return [_without_sign(v) for v in value] if isinstance(value, list) else value
