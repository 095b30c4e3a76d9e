"""JSON Schema (draft 2020-12) of specs, for editors: derived from the records.

What an entry of ``layers`` may be is one object that has every layer and construct as a property
and takes one of them: editors complete that well, and a choice of a hundred alternatives badly.
Text is taken for a formula wherever a number may stand. The schema lets some things pass that
``archspec check`` does not; what ``check`` accepts, it accepts, but for the names of blocks, which
must not begin like those of layers unless the schema is made for the spec that has them.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from archspec.layers import Layer, layer_types, settings
from archspec.layers.core import Input
from archspec.records import arguments
from archspec.records.json_schema import convert, nullable
from archspec.records.record import ArgumentType, Field, Record, argument_type, bare_field, fields
from archspec.reference.documentation import description_of, field_docs
from archspec.spec import words
from archspec.spec.types import Block
from archspec.spec.words import (
    CONSTRUCTS,
    Apply,
    BlockKeys,
    Expectation,
    ItemKeys,
    LintKeys,
    Repeat,
    SpecKeys,
)
from archspec.spec.written import shortest

Schema = dict[str, Any]

_BLOCK_NAME = "^[^A-Z]"
"""Blocks have lower-case names, layers do not."""

_LONG = 300
"""Schemas of arguments with more characters than this stand once."""
_VALUE: Schema = {"type": ["number", "string", "boolean", "array", "null"]}


def json_schema(blocks: Mapping[str, Block] | None = None) -> Schema:
    """The schema of a spec; with ``blocks``, those are known by name and parameters too."""
    defs: Schema = {"item": _item(blocks or {}), "merge": _layers_only()}
    defs["wrapped"] = _wrapped(blocks or {})
    for name, record in (("expect", Expectation), ("block", BlockKeys), ("lint", LintKeys)):
        defs[name] = object_schema(record)
    defs["expect"] = or_short(defs["expect"], _shape())
    defs["block"] = or_short(defs["block"], {"type": "array", "items": ref("item")})
    defs["input"] = or_short(object_schema(Input, also=()), _shape())
    for layer in usable_layers():
        defs[layer.__name__] = _of_item(layer, bare_field(layer) or None)
    for word, construct in CONSTRUCTS.items():
        defs[word] = _of_item(construct, construct.short)
    _add_call_arguments(defs[Apply.word])
    defs.update(shared_schemas())
    defs.update(
        {f"item.{name}": schema for name, schema in _properties(ItemKeys, field_schema).items()}
    )
    defs.update({f"block.{name}": _call(block) for name, block in (blocks or {}).items()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archspec",
        "description": "A neural network as a graph of layers, in YAML or JSON.",
        **object_schema(SpecKeys),
        "anyOf": [
            {"required": ["extends"]},
            {"required": ["layers"], "anyOf": [{"required": ["input"]}, {"required": ["inputs"]}]},
            {"required": ["blocks"]},
        ],
        "$defs": defs,
    }


def usable_layers() -> list[type[Layer]]:
    """The layers that may stand in ``layers``: all but inputs."""
    return [layer for layer in layer_types().values() if layer.inputs[1] > 0]


def ref(name: str) -> Schema:
    """A reference to one of the definitions."""
    return {"$ref": f"#/$defs/{name}"}


# Items


def _item(blocks: Mapping[str, Block]) -> Schema:
    properties = {layer.__name__: ref(layer.__name__) for layer in usable_layers()}
    properties |= {word: ref(word) for word in CONSTRUCTS}
    properties |= {name: ref(f"block.{name}") for name in blocks}
    bare = [layer.__name__ for layer in usable_layers() if not required_names(layer)]
    bare += [name for name, b in blocks.items() if not any(p.required for p in b.params.values())]
    other: Schema = {"type": "string", "pattern": _BLOCK_NAME}
    if blocks:
        other["not"] = {"enum": list(blocks)}
    return {
        "description": "A layer, a block or a construct: one word with its arguments.",
        "anyOf": [
            {
                "type": "object",
                "properties": properties,
                "patternProperties": {_BLOCK_NAME: {}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            {"enum": bare},
            other,
        ],
    }


def _layers_only() -> Schema:
    """A layer where blocks and constructs have no place: in a wrapper, or to merge."""
    return {
        "description": "A layer with its arguments.",
        "anyOf": [
            {
                "type": "object",
                "properties": {layer.__name__: ref(layer.__name__) for layer in usable_layers()},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            {"enum": [layer.__name__ for layer in usable_layers() if not required_names(layer)]},
        ],
    }


def _wrapped(blocks: Mapping[str, Block]) -> Schema:
    """What a wrapper may hold that takes blocks too."""
    records: list[type[Record]] = [ItemKeys, *(t for t in usable_layers() if t.takes_networks)]
    own = sorted({name for record in records for name in fields(record)})
    free = f"^(?!({'|'.join(own)})$)[^A-Z]"
    properties = {layer.__name__: ref(layer.__name__) for layer in usable_layers()}
    properties |= {name: ref(f"block.{name}") for name in blocks if name not in own}
    return {
        "description": "A layer or a block with its arguments.",
        "anyOf": [
            {
                "type": "object",
                "properties": properties,
                "patternProperties": {free: {}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            _layers_only()["anyOf"][1],
            {"type": "string", "pattern": _BLOCK_NAME},
        ],
    }


def _of_item(record: type[Record], short: str | None) -> Schema:
    """The arguments of a layer or a construct; or a value for the one argument that stands alone."""
    schema = object_schema(record, also=tuple(fields(ItemKeys)))
    required = required_names(record)
    found = {"type": ["object"] if required else ["object", "null"]}
    if short is not None and set(required) <= {short}:
        own = field_schema(record, fields(record)[short])
        own.pop("description", None)
        own.pop("default", None)
        if fields(record)[short].type.nested and issubclass(record, Layer):
            return {"anyOf": [{**schema, **found}, own]}
        return or_short({**schema, **found}, own)
    return {**schema, **found}


def _add_call_arguments(apply: Schema) -> None:
    """An `apply` may give other values to the arguments of a layer's call."""
    shapes = [s for s in (apply, *apply.get("anyOf", ())) if "properties" in s]
    for layer in usable_layers():
        for name in sorted(layer.call_arguments):
            for shape in shapes:
                shape["properties"].setdefault(name, field_schema(layer, fields(layer)[name]))


def _call(block: Block) -> Schema:
    """The arguments of a block."""
    properties: Schema = {}
    for param in block.params.values():
        properties[param.name] = {**_VALUE}
        if not param.required:
            properties[param.name]["default"] = param.default
    required = [p.name for p in block.params.values() if p.required]
    schema: Schema = {
        "description": block.title or f"The block {block.name}.",
        "type": _VALUE["type"] + ["object"],
        "properties": {**properties, **{n: ref(f"item.{n}") for n in fields(ItemKeys)}},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def or_short(schema: Schema, short: Schema) -> Schema:
    """An object, or something else that a value which is no object must be."""
    types = schema.get("type", "object")
    listed = [types] if isinstance(types, str) else types
    own = short.get("type")
    if own is not None and "object" not in own and not {"enum", "anyOf", "$ref"} & short.keys():
        own = [own] if isinstance(own, str) else own
        merged = [*listed, *(t for t in own if t not in listed)]
        return {**schema, **{k: v for k, v in short.items() if k != "type"}, "type": merged}
    return {
        **{k: v for k, v in schema.items() if k != "type"},
        "anyOf": [{"type": types}, short],
    }


# Records


def required_names(record: type[Record]) -> list[str]:
    """The arguments that must be given."""
    return [field.name for field in fields(record).values() if field.required]


def object_schema(
    record: type[Record],
    also: tuple[str, ...] = (),
    of: "Callable[[type[Record], Field], Schema] | None" = None,
) -> Schema:
    """A mapping with the fields of a record.

    Args:
        record: the record.
        also: further keys, by their names in ``$defs``.
        of: gives the schema of a field; `field_schema` if left out.
    """
    schema: Schema = {
        "description": description_of(record),
        "type": "object",
        "properties": {
            **_properties(record, of or field_schema),
            **{name: ref(f"item.{name}") for name in also},
        },
        "additionalProperties": False,
    }
    required = required_names(record)
    return {**schema, "required": required} if required else schema


def _properties(record: type[Record], of: Callable[[type[Record], Field], Schema]) -> Schema:
    docs = field_docs(record)
    found = {}
    for name, field in fields(record).items():
        schema = of(record, field)
        if docs[name]:
            schema["description"] = docs[name]
        if not field.required and field.default is not None:
            schema["default"] = shortest(record, name, field.default)
        found[name] = schema
    return found


def field_schema(record: type[Record], field: Field) -> Schema:
    """What a field takes, as a spec has it."""
    special = _special(record, field)
    if special is not None:
        return special
    choices = members(field.annotation)
    known: list[tuple[Any, Schema]] = [
        (words.Layers, {"type": "array", "items": ref("item")}),
        (words.Branches, _branches()),
        (words.Merge, ref("merge")),
    ]
    for annotation, schema in known:
        if annotation in choices:
            return nullable(dict(schema)) if type(None) in choices else dict(schema)
    if field.type.nested:
        holds = "wrapped" if issubclass(record, Layer) and record.takes_networks else "merge"
        return nullable(ref(holds)) if not field.required else ref(holds)
    for member in choices:
        name = _shared().get(id(argument_type(member))) if member is not type(None) else None
        if name is not None:
            return nullable(ref(name)) if type(None) in choices else ref(name)
    return convert(field.type.schema_for(record), formulas=not field.type.text)


@cache
def _shared() -> dict[int, str]:
    """Argument types whose schemas are long: by what name they stand in ``$defs`` once."""
    return {id(type): f"{name}.value" for name, type in _long_types().items()}


def shared_schemas() -> Schema:
    """The definitions of those schemas."""
    return {f"{name}.value": _convert(type) for name, type in _long_types().items()}


@cache
def _long_types() -> dict[str, ArgumentType]:
    found = {}
    for name, value in {**vars(arguments), **vars(settings)}.items():
        if get_origin(value) is not Annotated:
            continue
        type = argument_type(value)
        if not callable(type.schema) and not type.nested and len(str(_convert(type))) > _LONG:
            found[name] = type
    return found


def _convert(type: ArgumentType) -> Schema:
    return convert(type.schema, formulas=not type.text)


def members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of an annotation."""
    origin = get_origin(annotation)
    return get_args(annotation) if str(origin).endswith(("Union", "UnionType'>")) else (annotation,)


def _special(record: type[Record], field: Field) -> Schema | None:
    """Fields that are checked piece by piece, so that their records say little."""
    name = field.name
    if record is SpecKeys and name == "input":
        return ref("input")
    if record is SpecKeys and name == "inputs":
        return {"type": "object", "additionalProperties": ref("input"), "minProperties": 1}
    if record is SpecKeys and name == "blocks":
        return {"type": "object", "additionalProperties": ref("block")}
    if record in (SpecKeys, ItemKeys) and name == "expect":
        return ref("expect")
    if record is SpecKeys and name == "lint":
        return ref("lint")
    if record in (SpecKeys, BlockKeys) and name == "params":
        return {"type": "object", "additionalProperties": _VALUE}
    if record in (SpecKeys, BlockKeys, Repeat) and name == "let":
        return nullable({"type": "object", "additionalProperties": _VALUE})
    if record is SpecKeys and name == "defaults":
        return nullable(_defaults())
    if record is Expectation and name == "shape":
        return _shape()
    if record is ItemKeys and name == "trainable":
        return {"type": ["boolean", "string"]}
    return None


def _defaults() -> Schema:
    """Arguments of layers, but for those that each must give itself."""
    found: Schema = {}
    for layer in usable_layers():
        schema = _of_item(layer, bare_field(layer) or None)
        path = "properties" if "properties" in schema else "anyOf/0/properties"
        free = [field.name for field in fields(layer).values() if not field.required]
        inner = {name: ref(f"{layer.__name__}/{path}/{name}") for name in free}
        found[layer.__name__] = {
            "type": ["object", "null"],
            "properties": inner,
            "additionalProperties": False,
        }
    return {"type": "object", "properties": found, "additionalProperties": False}


def _branches() -> Schema:
    layers = {"type": ["array", "null"], "items": ref("item")}
    return {"type": "object", "additionalProperties": layers, "minProperties": 1}


def _shape() -> Schema:
    """Sizes, unknown ones null, any of them a formula, or all of them one."""
    size = {"type": ["integer", "null", "string"], "exclusiveMinimum": 0}
    return {"type": ["array", "string"], "items": size}
