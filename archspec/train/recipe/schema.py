"""JSON Schema (draft 2020-12) of recipes, for editors: derived from the records, as that of specs is."""

import json
import re
from collections.abc import Iterable
from typing import Any

from archspec.layers import Layer
from archspec.layers.augmentation import Augmentation
from archspec.layers.base import Elementwise
from archspec.records.json_schema import convert, nullable
from archspec.records.objects import KerasObject, Kinds
from archspec.records.record import Field, Record, argument_type, bare_field, fields, snake_case
from archspec.reference.schema import (
    field_schema,
    members,
    object_schema,
    or_short,
    ref,
    required_names,
    shared_schemas,
    usable_layers,
)
from archspec.spec.words import LintKeys
from archspec.train.objects.data import DATA
from archspec.train.objects.losses import LOSSES
from archspec.train.objects.metrics import CALLBACKS, METRICS
from archspec.train.objects.objects import ObjectType
from archspec.train.objects.optimizers import OPTIMIZERS, SCHEDULES
from archspec.train.recipe.keys import FineTuneKeys, Prepare, RecipeKeys

Schema = dict[str, Any]

_KINDS: dict[str, Kinds] = {
    "data": DATA,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "metric": METRICS,
    "callback": CALLBACKS,
}
"""Names of the definitions."""
_SECTIONS: dict[str, type[Record]] = {
    "prepare": Prepare,
    "fine_tune": FineTuneKeys,
    "lint": LintKeys,
}
_VALUE: Schema = {"type": ["number", "string", "boolean", "array", "null"]}


def recipe_schema() -> Schema:
    """The schema of a recipe."""
    defs: Schema = {"augmentation": _augmentation(), **shared_schemas()}
    for name, kinds in _KINDS.items():
        defs[name] = _choice(name, kinds)
        for word, kind in kinds.types.items():
            # By position only where `read_object` takes it.
            short = bare_field(kind) or None if kinds not in (OPTIMIZERS, SCHEDULES) else None
            defs[f"{name}.{word}"] = _arguments(kind, short)
    for layer in _augmentations():
        defs[f"layer.{layer.__name__}"] = _arguments(layer, bare_field(layer) or None)
    defs |= {name: object_schema(record, of=_field) for name, record in _SECTIONS.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archspec recipe",
        **object_schema(RecipeKeys, of=_field),
        "description": "How a network is trained: data, loss, optimizer, epochs.",
    }
    return {**schema, "$defs": _used(schema, defs)}


def _used(schema: Schema, defs: Schema) -> Schema:
    """The definitions to which something leads."""
    found: dict[str, None] = {}
    open_ = [schema]
    while open_:
        for name in re.findall(r'"#/\$defs/([^"]+)"', json.dumps(open_.pop())):
            if name not in found:
                found[name] = None
                open_.append(defs[name])
    return {name: defs[name] for name in defs if name in found}


def _choice(name: str, kinds: Kinds) -> Schema:
    """A name, or a name with its arguments; all names are taken, Keras's own are offered."""
    others = {word: _others(word, kinds) for word in kinds.types}
    bare = [word for word, kind in kinds.types.items() if not required_names(kind)]
    offered = [s for word in bare for s in others[word] if _is_string(s, kinds.types[word])]
    hidden = [n for word in bare for n in others[word] if n not in offered]
    names: list[Schema] = [{"enum": [*bare, *offered]}] if bare else []
    names += [{"type": "string", "pattern": _any_of(hidden)}] if hidden else []
    return {
        "description": f"{kinds.word.capitalize()}: a name, or a name with its arguments.",
        "anyOf": [
            {
                "type": "object",
                "properties": {word: ref(f"{name}.{word}") for word in kinds.types},
                "patternProperties": {
                    _any_of(o): ref(f"{name}.{word}") for word, o in others.items() if o
                },
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            *names,
        ],
    }


def _others(word: str, kinds: Kinds) -> list[str]:
    """The names of a class beside its own."""
    return [n for n, k in kinds.names.items() if k is kinds.types[word] and n != word]


def _is_string(name: str, kind: type[Record]) -> bool:
    """Whether a name is a string of Keras, not only a way to write the class."""
    small, snake = kind.__name__.lower(), snake_case(kind.__name__)
    if issubclass(kind, KerasObject) and kind.module == "keras.optimizers":
        return name != snake or small == snake
    return name != small or small == snake


def _any_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"


def _arguments(record: type[Record], short: str | None) -> Schema:
    """Arguments in a mapping, none, or a value for the first one."""
    required = required_names(record)
    schema = object_schema(record, of=_field)
    schema["type"] = ["object"] if required else ["object", "null"]
    if short is None or not set(required) <= {short}:
        return schema
    own = dict(_field(record, fields(record)[short]))
    own.pop("description", None)
    return or_short(schema, own)


def _augmentations() -> list[type[Layer]]:
    """The layers that change pictures at random and leave their shape alone."""
    return [
        layer
        for layer in usable_layers()
        if (issubclass(layer, Augmentation) and layer.family != "reshape")
        or (issubclass(layer, Elementwise) and layer.family == "dropout")
    ]


def _augmentation() -> Schema:
    layers = _augmentations()
    # Others are taken, since `check` takes what leaves shapes alone, but not offered.
    others = [layer for layer in usable_layers() if layer not in layers]
    bare = [layer.__name__ for layer in others if not required_names(layer)]
    return {
        "description": "A layer that changes pictures at random, with its arguments.",
        "anyOf": [
            {
                "type": "object",
                "properties": {layer.__name__: ref(f"layer.{layer.__name__}") for layer in layers},
                "patternProperties": {_any_of(layer.__name__ for layer in others): {}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            {"enum": [layer.__name__ for layer in layers if not required_names(layer)]},
            {"type": "string", "pattern": _any_of(bare)},
        ],
    }


def _field(record: type[Record], field: Field) -> Schema:
    """What a field takes, as a recipe has it; null where that is the default."""
    schema = _inner_field(record, field)
    if schema is None:
        return field_schema(record, field)
    return nullable(schema) if field.default is None else schema


def _inner_field(record: type[Record], field: Field) -> Schema | None:
    """What a field takes that holds objects or layers; None for others."""
    objects = _object_type(field)
    if objects is not None:
        schema = ref(_name(objects.kinds))
        return {"type": "array", "items": schema} if objects.many else schema
    inner = getattr(record, "objects", {}).get(field.name)
    if inner is not None:
        core: Any = field.type.schema_for(record)  # a plain value, or an object
        formula = {"type": "string", "pattern": r"\d"}  # not the name of an object
        return {"anyOf": [convert(core["choices"][0], formulas=False), formula, ref(_name(inner))]}
    if record is RecipeKeys and field.name in _SECTIONS:
        return ref(field.name)
    if record is RecipeKeys and field.name == "augment":
        return {"type": "array", "items": ref("augmentation")}
    if record is RecipeKeys and field.name == "params":
        return {"type": "object", "additionalProperties": _VALUE}
    return None


def _object_type(field: Field) -> ObjectType | None:
    for member in members(field.annotation):
        found = argument_type(member) if member is not type(None) else None
        if isinstance(found, ObjectType):
            return found
    return None


def _name(kinds: Kinds) -> str:
    return next(name for name, known in _KINDS.items() if known is kinds)
