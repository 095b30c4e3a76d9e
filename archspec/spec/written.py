"""Layers and specs as people write them: the shortest arguments, and YAML for values."""

import json
import re
from collections.abc import Iterator
from typing import Any

from archspec.layers import Layer
from archspec.layers.network import Network
from archspec.records.field_values import read, takes
from archspec.records.record import Record, fields

_PLAIN = re.compile(r"(\$?\(?[^\W\d_]|\d+ ?[*+/]|\d+ if )[\w$.()/+*<>=!-]*( [\w.()/+*<>=!-]+)*")
"""Text that needs no quotes: words, formulas."""
_LINE = re.compile(r"[^\W\d_]([\w .,;'’\"()/+*<>=!?×·→–—-]|:(?=\S)|(?<=\S)#)*(?<=\S)")
"""Text that needs no quotes if nothing follows it on its line."""
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off"))
"""Words that mean something else in YAML, or did in YAML 1.1."""


def arguments(layer: Record) -> dict[str, Any]:
    """The arguments that differ from their defaults, as plain values of a spec.

    A window that is the same along every axis is one number, a layer in a layer a one-key map.
    """
    return {n: shortest(type(layer), n, v) for n, v in layer.arguments().items()}


def item(layer: Layer, **keys: Any) -> Any:
    """A layer as an entry of `layers`: a bare word if nothing needs to be said.

    ``keys`` are those of every item; a ``name`` and ``from_`` come first, the others last, and
    those that are None are left out.
    """
    first = {"name": keys.pop("name", None), "from": keys.pop("from_", None)}
    inner = {**first, **arguments(layer), **keys}
    inner = {k: v for k, v in inner.items() if v is not None or k in fields(type(layer))}
    return {type(layer).__name__: inner} if inner else type(layer).__name__


def shortest(owner: type[Record], name: str, value: Any) -> Any:
    """A value of a field as it is written: one number for a window with equal sides."""
    if isinstance(value, Record):
        if isinstance(value, Network):
            return value.written
        return item(value) if isinstance(value, Layer) else arguments(value)
    if isinstance(value, list | tuple):
        short = _single(value)
        if short is not None and takes(owner, name, short) and read(owner, name, short) == value:
            return short
        return [shortest(owner, name, v) for v in value]
    return value


def _single(value: Any) -> Any:
    """The one number that all places of nested tuples hold, or None."""
    while isinstance(value, tuple) and value and all(v == value[0] for v in value):
        value = value[0]
    return value if type(value) in (int, float) else None


def flow(value: Any) -> str:
    """A value on one line: ``{filters: 96, kernel_size: [3, 3]}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return _scalar(value)


def rest_of_line(value: Any) -> str:
    """A value that nothing follows on its line: words need no quotes there, commas among them."""
    if isinstance(value, str) and _LINE.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return flow(value)


def document(value: dict[str, Any]) -> str:
    """A spec as YAML: lists of layers an item a line, what is in an item on that line.

    Reading it back gives the same values.
    """
    lines: list[str] = []
    for key, inner in value.items():
        lines += _entry(f"{_scalar(key)}:", inner, "")
    return "\n".join(lines) + "\n"


_WIDEST = 100
_LISTS = frozenset(("layers", "shortcut"))
_MAPS = frozenset(("blocks", "branches"))


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    """A key, with its value on the same line or below."""
    key = head.strip(" -:")
    if key in _LISTS and isinstance(value, list) and value:
        line = f"{indent}{head} {_one_layer(value)}" if indent and _is_short(value) else ""
        if line and len(line) <= _WIDEST:
            yield line
            return
        yield f"{indent}{head}"
        for layer in value:
            yield from _item(layer, indent + "  ")
    elif key == "rows" and isinstance(value, list) and value:
        yield f"{indent}{head}"
        for row in value:
            yield f"{indent}  - {flow(row)}"
    elif key in _MAPS and isinstance(value, dict):
        yield f"{indent}{head}"
        for name, inner in value.items():
            if isinstance(inner, dict):
                yield f"{indent}  {_scalar(name)}:"
                for below, content in inner.items():
                    yield from _entry(f"{_scalar(below)}:", content, indent + "    ")
            elif (
                _is_short(inner) and len(_one_layer(inner)) + len(name) < _WIDEST - len(indent) - 4
            ):
                yield f"{indent}  {_scalar(name)}: {_one_layer(inner)}"
            elif inner:
                yield f"{indent}  {_scalar(name)}:"
                for layer in inner:
                    yield from _item(layer, indent + "    ")
            else:
                yield f"{indent}  {_scalar(name)}: []"
    else:
        yield from _value(head, value, indent)


def _value(head: str, value: Any, indent: str) -> Iterator[str]:
    """A key with a value in which no word means layers: one of a parameter's may be called so."""
    if isinstance(value, str) and "\n" in value and _literal(value):
        chomp = "" if value.endswith("\n") else "-"
        yield f"{indent}{head} |{chomp}"
        for line in value.removesuffix("\n").split("\n"):
            yield f"{indent}  {line}" if line else ""
    else:
        line = f"{indent}{head} {rest_of_line(value)}"
        if len(line) <= _WIDEST or not isinstance(value, dict):
            yield line
            return
        yield f"{indent}{head}"
        for name, inner in value.items():
            yield from _value(f"{_scalar(name)}:", inner, indent + "  ")


def _item(value: Any, indent: str) -> Iterator[str]:
    """An entry of a list of layers."""
    word, inner = next(iter(value.items())) if isinstance(value, dict) else (value, None)
    if isinstance(inner, list) and word == _SHORT:
        line = f"{indent}- {_scalar(word)}: {_one_layer(inner)}" if _is_short(inner) else ""
        if line and len(line) <= _WIDEST:
            yield line
            return
        yield f"{indent}- {_scalar(word)}:"
        for layer in inner:
            yield from _item(layer, indent + "    ")
        return
    if not isinstance(inner, dict) or not (_LISTS | _MAPS) & inner.keys():
        yield f"{indent}- {_scalar(word)}" + ("" if inner is None else f": {flow(inner)}")
        return
    yield f"{indent}- {_scalar(word)}:"
    for key, content in inner.items():
        yield from _entry(f"{_scalar(key)}:", content, indent + "    ")


_SHORT = "residual"
"""The word whose value may be its list of layers alone."""


def _is_short(layers: Any) -> bool:
    """Whether a list has one entry that has no list of layers in it."""
    if not isinstance(layers, list) or len(layers) != 1:
        return False
    inner = next(iter(layers[0].values())) if isinstance(layers[0], dict) else None
    if isinstance(inner, list):
        return _SHORT in layers[0] and _is_short(inner)
    return not (isinstance(inner, dict) and (_LISTS | _MAPS) & inner.keys())


def _one_layer(layers: list[Any]) -> str:
    """A list with one entry on one line: ``[Dense: {units: 4}]``."""
    layer = layers[0]
    if not isinstance(layer, dict):
        return f"[{_scalar(layer)}]"
    ((word, inner),) = layer.items()
    if word == _SHORT and isinstance(inner, list):
        return f"[{word}: {_one_layer(inner)}]"
    return f"[{_scalar(word)}: {flow(inner)}]"


def _literal(text: str) -> bool:
    """Whether a text can stand as it is, in a block of its own."""
    lines = text.removesuffix("\n").split("\n")
    return (
        not text[0].isspace()
        and lines[-1] != ""  # of line breaks at its end, a block keeps one
        and all(all(c.isprintable() for c in line) and line == line.rstrip() for line in lines)
    )


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return _quoted(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
        return repr(value)
    return str(value)


def _quoted(text: str) -> str:
    """In double quotes, with what must not stand in YAML written as an escape."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in inner) + '"'


def _escape(char: str) -> str:
    code = ord(char)
    return (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 2**16 else f"\\U{code:08x}"
    )
