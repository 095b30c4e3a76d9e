"""Core schemas of pydantic as JSON Schema: for values as they are written, with formulas."""

from typing import Any

Schema = dict[str, Any]

_LARGEST = 2**53
"""Bounds beyond this are those of the machine: nothing to tell in an editor."""


def convert(core: Any, formulas: bool) -> Schema:
    """The JSON Schema of a core schema.

    With ``formulas``, text may stand for every number, truth value and list; without, text that
    holds ``$name`` may stand for every word of a choice.

    Raises:
        TypeError: there is no rule for this kind of core schema.
    """
    kind = core["type"]
    if kind.startswith("function-"):
        own = (core.get("metadata") or {}).get("json_schema")
        if own is not None:
            return dict(own())
        inner = core.get("json_schema_input_schema") or core.get("schema")
        return {} if inner is None else convert(inner, formulas)
    if kind == "nullable":
        return nullable(convert(core["schema"], formulas))
    if kind == "union":
        choices = [c[0] if isinstance(c, tuple) else c for c in core["choices"]]
        return either([convert(c, formulas) for c in choices])
    if kind == "literal":
        return _literal(core["expected"], formulas)
    if kind in ("list", "tuple"):
        return _array(core, formulas)
    if kind == "dict":
        return _mapping(core, formulas)
    if kind == "typed-dict":
        return _keys(core, formulas)
    simple = {"int": "integer", "float": "number", "bool": "boolean", "str": "string"}
    if kind in simple:
        return _scalar(core, simple[kind], formulas)
    if kind == "none":
        return {"type": "null"}
    if kind == "any":
        return {}
    raise TypeError(f"no JSON Schema for a core schema of type {kind}")


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return either([schema, {"type": "null"}])


def either(schemas: list[Schema]) -> Schema:
    """One of several: merged into one schema where no keyword of theirs gets in another's way."""
    if any(not schema for schema in schemas):
        return {}
    schemas = [
        s
        for schema in schemas
        for s in (schema["anyOf"] if len(schema) == 1 and "anyOf" in schema else [schema])
    ]
    merged: Schema = {}
    for schema in schemas:
        known = merged.get("type")
        types = _types(schema)
        if not merged:
            merged = dict(schema)
            continue
        mixed = {k: v for k, v in schema.items() if k != "type"}
        clash = any(k in merged and merged[k] != v for k, v in mixed.items())
        if known is None or not types or clash or _fixed(schema) or _fixed(merged):
            return {"anyOf": schemas}
        shared = set(_types(merged)) & set(types) - {"string"}
        if shared and mixed:
            return {"anyOf": schemas}
        merged |= mixed
        merged["type"] = _types(merged) + [t for t in types if t not in _types(merged)]
    return merged


def _fixed(schema: Schema) -> bool:
    return bool({"enum", "anyOf", "$ref", "pattern"} & schema.keys())


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _literal(choices: list[Any], formulas: bool) -> Schema:
    schema: Schema = {"enum": choices}
    if all(isinstance(c, str) for c in choices) and not formulas:
        return {"anyOf": [schema, {"type": "string", "pattern": r"\$"}]}
    return schema


def _scalar(core: Any, type: str, formulas: bool) -> Schema:
    schema: Schema = {"type": type}
    names = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
    for bound, keyword in names.items():
        value = core.get(bound)
        if value is not None and abs(value) < _LARGEST:
            schema[keyword] = value
    if type == "string":
        # Patterns are Python's: \w has letters of all scripts there and in editors not.
        for key, keyword in (("min_length", "minLength"), ("max_length", "maxLength")):
            if core.get(key) is not None:
                schema[keyword] = core[key]
    elif formulas:
        schema["type"] = [type, "string"]
    return schema


def _array(core: Any, formulas: bool) -> Schema:
    if core["type"] == "list":
        item = convert(core["items_schema"], formulas) if "items_schema" in core else {}
        least, most = core.get("min_length"), core.get("max_length")
    elif core.get("variadic_item_index") is not None:
        item = either([convert(i, formulas) for i in core["items_schema"]])
        least, most = core.get("min_length"), core.get("max_length")
    else:
        items = [convert(i, formulas) for i in core["items_schema"]]
        item = items[0] if all(i == items[0] for i in items) else either(items)
        least = most = len(items)
    schema: Schema = {"type": ["array", "string"] if formulas else "array"}
    if item:
        schema["items"] = item
    if least:
        schema["minItems"] = least
    if most is not None:
        schema["maxItems"] = most
    return schema


def _mapping(core: Any, formulas: bool) -> Schema:
    schema: Schema = {"type": "object"}
    values = convert(core["values_schema"], formulas) if "values_schema" in core else {}
    if values:
        schema["additionalProperties"] = values
    for key, keyword in (("min_length", "minProperties"), ("max_length", "maxProperties")):
        if core.get(key) is not None:
            schema[keyword] = core[key]
    return schema


def _keys(core: Any, formulas: bool) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {k: convert(f["schema"], formulas) for k, f in core["fields"].items()},
    }
    required = [k for k, f in core["fields"].items() if f.get("required", True)]
    if required:
        schema["required"] = required
    if core.get("extra_behavior") == "forbid":
        schema["additionalProperties"] = False
    return schema
