"""A layer in a layer: the first argument of a wrapper, whose own arguments may be open as well."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix
from archspec.diagnostics.sink import REPORTED, Note, Place, Reported
from archspec.formulas.templates import Template
from archspec.layers import Layer
from archspec.parse.document import holds_hole
from archspec.records.record import fields
from archspec.spec.check_values import check_names, check_some
from archspec.spec.inner_layers import inner_layer
from archspec.spec.read_arguments import ITEM_KEYS, ArgumentReader
from archspec.spec.types import Block, CallItem, Item

_REFERENCE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


STEP = "shape()"
"""What a wrapper of a block asks for: the shape of what it reads."""


class NestedReader:
    """Reads layers that stand in layers."""

    def __init__(
        self,
        reader: ArgumentReader,
        blocks: Mapping[str, Block | Reported],
        call: Callable[[Block, Any, Place, frozenset[str]], Item],
    ) -> None:
        self._reader = reader
        self._sink = reader.sink
        self._blocks = blocks
        self._call = call

    def read(
        self,
        owner: type[Layer],
        value: Any,
        place: Place,
        scope: frozenset[str],
        whole: bool = True,
    ) -> Template | Reported:
        """A layer that is an argument: its own arguments are read as their types say.

        Unless it is known to be ``whole``, what it lacks is not told: it may stand beside it.
        """
        open_word = isinstance(value, str) and "$" in value
        if open_word or not isinstance(value, dict | str) or holds_hole(value):
            return self._reader.template(value, True, place, scope)
        word = value if isinstance(value, str) else next(iter(value), "")
        block = self._blocks.get(word)
        if block is not None and len(value if isinstance(value, dict) else "x") == 1:
            return self._wrapped(owner, block, value, place, scope)
        found = inner_layer(value, place, self._sink, self._blocks)
        if found is None:
            return REPORTED
        type, arguments, place = found
        known = fields(type)
        needs = None if whole else frozenset[str]()
        sound = (
            check_names(type, arguments, place, self._sink, type.__name__, needs=needs) and whole
        )
        values, plain = {}, {}
        names: frozenset[str] = frozenset()
        for name, argument in arguments.items():
            if name not in known:
                continue
            kind, at = known[name].type, place.below(name)
            if kind.nested:
                template = self.read(type, argument, at, scope)
            else:
                given = argument if kind.text else _without_sign(argument)
                template = self._reader.template(given, kind.text, at, scope)
            if template is REPORTED:
                sound = False
                continue
            values[name] = template.value
            names |= template.names
            if not template.names and not kind.nested:
                plain[name] = template.value
        if sound and not names:  # otherwise only looked at when what is around it is made
            made = self._reader.maker.layer(type, values, place, scope)
            sound = made is not None
        elif plain:
            check_some(type, plain, place, self._sink, scope)
        return Template({type.__name__: values}, names) if sound else REPORTED

    def _wrapped(
        self,
        owner: type[Layer],
        block: Block | Reported,
        value: Any,
        place: Place,
        scope: frozenset[str],
    ) -> Template | Reported:
        """A block in the place of a layer."""
        if block is REPORTED:
            return REPORTED
        at = place if isinstance(value, str) else place.at(block.name)
        key = at if isinstance(value, str) else at.key()
        if not owner.takes_networks:
            message = f"{owner.__name__} wraps a layer, not a block such as `{block.name}`"
            help = [f"it goes around a layer inside of `{block.name}`"]
            return self._sink.report("AS205", key, message, help=help)
        if len(block.inputs) != 1:
            message = f"{owner.__name__} hands on one input, and block `{block.name}` takes several"
            notes = [Note("the block is here", block.place.key())]
            return self._sink.report("AS205", key, message, notes=notes)
        given = None if isinstance(value, str) else value[block.name]
        common = [n for n in given if n in ITEM_KEYS] if isinstance(given, dict) else []
        for name in common:
            message = f"`{name}` belongs to the {owner.__name__} around `{block.name}`"
            self._sink.report("AS202", at.at(name).key(), message, help=_moved_out(name, at, owner))
        call = self._call(block, given, at, scope)
        if not isinstance(call, CallItem) or common:
            return REPORTED
        return Template(call, call.names | {STEP})


def _moved_out(name: str, place: Place, owner: type[Layer]) -> list[Fix]:
    """The fix of a key of every entry that stands in the call of a block in a wrapper."""
    holder = place._replace(path=place.path[:-1])
    around = holder.document.at(holder.path)
    given = place.document.at(place.path)
    if not isinstance(around, dict) or not isinstance(given, dict) or len(around) != 1:
        return []
    (word,) = around
    inner = {n: v for n, v in given.items() if n != name}
    layer = {word: inner} if inner else word
    said = f"put `{name}` beside `layer`"
    if holder.path[-1] == owner.__name__:  # the block stands alone
        return [Fix(said, (Edit(holder, {"layer": layer, name: given[name]}),), True)]
    return []


def held_call(value: Any) -> CallItem | None:
    """The call of a block in the arguments of a wrapper, or of one in it."""
    if isinstance(value, dict):
        return next((c for c in map(held_call, value.values()) if c is not None), None)
    return value if isinstance(value, CallItem) else None


def may_call(type: type[Layer], arguments: Mapping[str, Any], blocks: Collection[str]) -> bool:
    """Whether a block may stand among the arguments of a wrapper, as they are written."""
    known = fields(type)
    return any(
        _names_block(value, blocks)
        for name, value in arguments.items()
        if name in known and known[name].type.nested
    )


def _names_block(value: Any, blocks: Collection[str]) -> bool:
    if isinstance(value, dict):
        return any(word in blocks or _names_block(v, blocks) for word, v in value.items())
    return isinstance(value, str) and value in blocks


def _without_sign(value: Any) -> Any:
    """A value of a number's field with formulas for the ``$name`` in it, which stood there first."""
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        return (match[1] or match[2]) if match else value
    return [_without_sign(v) for v in value] if isinstance(value, list) else value
