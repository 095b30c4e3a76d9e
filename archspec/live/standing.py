"""What may stand at a place of a document: an entry, an argument of a layer, a value of it.

A path is followed from the top, through records whose fields say what they take, as far as the text
can be read; nothing has to be right for it.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from archspec.diagnostics.place import Path
from archspec.layers import layer_types
from archspec.layers.plugins import find_layer
from archspec.records.objects import KerasObject, Kinds
from archspec.records.record import Field, Kind, Record, bare_field, fields
from archspec.spec.words import (
    CONSTRUCTS,
    BlockKeys,
    Expectation,
    ItemKeys,
    LintKeys,
    SpecKeys,
    UseKeys,
)


class Keys(NamedTuple):
    """A map with the fields of records."""

    records: tuple[type[Record], ...]
    block: str = ""
    """The block whose parameters are keys too."""


class Entries(NamedTuple):
    """A list of entries."""


class Entry(NamedTuple):
    """One entry: a word, or a map from a word to its arguments."""

    layers_only: bool = False
    """Whether blocks and constructs have no place."""


class Named(NamedTuple):
    """A map with names that the file gives."""

    what: str
    """``blocks``, ``params``, ``inputs``, ``branches``, ``use``, ``let``, ``defaults``."""


class Objects(NamedTuple):
    """A class of Keras, or several, by its name or as a map from it to its arguments."""

    kinds: Kinds


class Value(NamedTuple):
    """A value of a field."""

    record: type[Record] | None = None
    field: Field | None = None


State = Keys | Entries | Entry | Named | Objects | Value

_NAMED = ("blocks", "params", "inputs", "use", "let", "defaults")


def top_of(recipe: bool) -> Keys:
    """What stands at the top of a file."""
    if not recipe:
        return Keys((SpecKeys,))
    from archspec.train.recipe.keys import RecipeKeys

    return Keys((RecipeKeys,))


def state_at(value: Any, path: Path, top: State, blocks: Collection[str]) -> State:
    """What may stand at a path in a value.

    Args:
        value: of the whole document.
        path: leads through maps and lists of it.
        top: what stands at the top.
        blocks: the names of blocks that may be called.
    """
    state = top
    for step in path:
        state = below(state, step, value, blocks)
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
    return state


def arguments_of(word: str, blocks: Collection[str]) -> State:
    """What stands under the word of an entry; a block hides a layer of the same name."""
    if word in blocks:
        return Keys((ItemKeys,), word)
    record = record_of(word)
    return Value() if record is None else Keys((record, ItemKeys))


def record_of(word: str) -> type[Record] | None:
    """The layer or the construct of a word."""
    return CONSTRUCTS.get(word) or find_layer(word)


def field_of(state: Keys, name: str) -> tuple[type[Record], Field] | None:
    """The record that has a field, and the field."""
    for record in state.records:
        if name in fields(record):
            return record, fields(record)[name]
    return None


def below(state: State, step: str | int, value: Any, blocks: Collection[str]) -> State:
    if isinstance(state, Entries):
        return Entry()
    if isinstance(state, Entry):
        return arguments_of(step, blocks) if isinstance(step, str) else Entry()
    if isinstance(state, Objects):
        if isinstance(step, int):
            return state
        kind = state.kinds.names.get(step)
        return Value() if kind is None else Keys((kind,))
    if isinstance(state, Named):
        return _below_name(state.what, step, blocks)
    if isinstance(state, Value):
        return state
    if isinstance(step, int):  # a list in place of the arguments: what stands alone
        return Entry() if _takes_layers(state) else Value()
    found = field_of(state, step)
    if found is not None:
        return _of_field(*found)
    alone = field_of(state, bare_field(state.records[0]))
    if alone is not None and alone[1].type.nested and not state.block and len(value or ()) == 1:
        return below(_of_field(*alone), step, value, blocks)
    return Value()


def _below_name(what: str, step: str | int, blocks: Collection[str]) -> State:
    if what == "blocks":
        return Keys((BlockKeys,))
    if what == "branches":
        return Entries()
    if what == "use":
        return Keys((UseKeys,))
    if what == "defaults" and isinstance(step, str) and (layer := find_layer(step)):
        return Keys((layer,))
    return Value()


def _takes_layers(state: Keys) -> bool:
    found = field_of(state, bare_field(state.records[0])) or field_of(state, "layers")
    return found is not None and found[1].type.kind_for(found[0]) is Kind.LAYERS


def _of_field(record: type[Record], field: Field) -> State:
    """What stands under a field."""
    kinds = getattr(getattr(field.type, "inner", field.type), "kinds", None)
    if isinstance(kinds, Kinds):
        return Objects(kinds)
    if issubclass(record, KerasObject) and field.name in record.objects:
        return Objects(record.objects[field.name])
    kind = field.type.kind_for(record)
    if kind is Kind.LAYERS or (field.name == "augment" and field.type.nested):
        return Entries()
    if kind is Kind.BRANCHES:
        return Named("branches")
    special: dict[str, Callable[[], State]] = {
        "expect": lambda: Keys((Expectation,)),
        "lint": lambda: Keys((LintKeys,)),
        **{name: lambda name=name: Named(name) for name in _NAMED},  # type: ignore[misc]
    }
    if record in (SpecKeys, BlockKeys, ItemKeys, UseKeys) or field.name == "let":
        if field.name in special and record is not BlockKeys:
            return special[field.name]()
        if field.name in ("params", "let"):
            return Named(field.name)
    section = _section(record, field.name)
    if section is not None:
        return Keys((section,))
    if field.type.nested:
        return Entry(layers_only=True)
    return Value(record, field)


def _section(record: type[Record], name: str) -> type[Record] | None:
    """The record of a part of a recipe."""
    if not record.__module__.startswith("archspec.train"):
        return None
    from archspec.train.recipe.keys import FineTuneKeys, Prepare, RecipeKeys

    if record is not RecipeKeys:
        return None
    return {"prepare": Prepare, "fine_tune": FineTuneKeys, "lint": LintKeys}.get(name)


def layer_names() -> list[str]:
    """The layers that an entry may be."""
    return [name for name, layer in layer_types().items() if layer.inputs[1] > 0]
