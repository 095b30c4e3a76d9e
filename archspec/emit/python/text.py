"""Pieces of Python source: literals, calls, lines that are not too long."""

import keyword
import re
from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.characters import visible
from archspec.layers import Layer, layer_types
from archspec.layers.settings import takes_setting
from archspec.records.field_values import read, takes
from archspec.records.record import bare_field, fields

WIDTH = 100
"""Longest line."""


class Code(str):
    """Source, where other strings are text."""

    __slots__ = ()


def literal(value: Any) -> str:
    """The source of a value; of code, the code."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        return f'"{_inside(value)}"'
    if isinstance(value, tuple | list):
        inner = ", ".join(literal(v) for v in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def in_format(text: str) -> str:
    """Text as it stands in a ``f"…"``, where no brace of it begins code."""
    return _inside(text).replace("{", "{{").replace("}", "}}")


def _inside(text: str) -> str:
    """Text between double quotes, with escapes for what is not printable."""
    return '\\"'.join([repr(part + "'")[1:-2] for part in text.split('"')])


def docstring(text: str, indent: int) -> str:
    """A docstring of one line; what is not printable is a sign in it."""
    plain = visible(" ".join(text.split())).replace("\\", "\\\\").replace('"', '\\"')
    return " " * indent + f'"""{plain}."""'


def identifier(text: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """A name for a variable or function, made of a name in a spec, and not yet taken."""
    name = re.sub(r"\W", "_", text)
    if not name.isascii():  # for Python, letters that look like others are those
        from unicodedata import normalize

        name = "".join([c if f"x{c}".isidentifier() else "_" for c in normalize("NFKC", name)])
    if not name.isidentifier():
        name = f"x_{name}"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        name += "_"
    base, number = name, 2
    while name in taken:
        name = f"{base}_{number}"
        number += 1
    return name


def layer_code(type: type[Layer], arguments: dict[str, Any], name: Any = None, **more: Any) -> Code:
    """A call that makes a Keras layer; arguments that must be given come first, without names.

    What the layer is told where it is called is left out.
    """
    parts: list[str] = []
    leading = True
    known = fields(type)
    for field in [known[name] for name in type.constructor_fields()]:
        if field.name not in arguments:
            leading = False
            continue
        text = literal(_value(type, field.name, arguments[field.name]))
        leading = leading and field.required
        parts.append(text if leading else f"{field.name}={text}")
    if name is not None:
        parts.append(f"name={literal(name)}")
    parts += [f"{n}={literal(v)}" for n, v in more.items()]
    return Code(f"{_callee(type)}({', '.join(parts)})")


OPERATIONS = {"numpy": "knp", "math": "kmath"}
"""Modules of keras.src.ops, whose classes a saved model names, and what source calls them."""


def _callee(type: type[Layer]) -> str:
    path = type.keras_class or f"keras.layers.{type.__name__}"
    if type.operation:
        module, name = path.split(".")[-2:]
        return f"{OPERATIONS[module]}.{name}"
    return path.removeprefix("keras.") if path.startswith("keras.") else type.__name__


def nested(value: dict[str, Any] | str) -> tuple[type[Layer], dict[str, Any]]:
    """The type and the arguments of a layer in a layer, as it stands in a spec."""
    ((word, given),) = value.items() if isinstance(value, dict) else ((value, None),)
    inner = layer_types()[word]
    if isinstance(given, dict) or given is None:
        return inner, given or {}
    return inner, {bare_field(inner): given}


def _value(type: type[Layer], name: str, value: Any) -> Any:
    if isinstance(value, Layer):
        return layer_code(type_of(value), value.arguments())
    if isinstance(value, Code):
        return value
    if fields(type)[name].type.nested and isinstance(value, dict | str):
        kind, arguments = nested(value)
        plain = {n: tuple(v) if isinstance(v, list) else v for n, v in arguments.items()}
        return layer_code(kind, plain)
    word = name.rpartition("_")[2]
    if isinstance(value, dict) and takes_setting(name):
        ((kind, settings),) = value.items()
        inner = ", ".join(f"{k}={literal(v)}" for k, v in (settings or {}).items())
        return Code(f"keras.{word}s.{kind}({inner})")
    one = value
    while isinstance(one, tuple) and len(set(map(repr, one))) == 1:
        one = one[0]
    # One number for all axes, if it means the same.
    if one is not value and isinstance(one, int) and takes(type, name, one):
        return one if read(type, name, one) == value else value
    return value


def type_of(layer: Layer) -> type[Layer]:
    """The class of a layer."""
    return type(layer)


def statement(target: str, code: str, indent: int) -> list[str]:
    """``target = code``, broken after brackets as a formatter would if it is too long."""
    margin = " " * indent
    line = f"{margin}{target} = {code}" if target else margin + code
    return wrap(line, indent)


def wrap(line: str, indent: int) -> list[str]:
    """A line in lines of at most ``WIDTH``, broken at its last brackets if the rest fits."""
    if len(line) <= WIDTH:
        return [line]
    pairs = [(a, b) for a, b in _brackets(line) if b - a > 2]
    if not pairs:
        return [line]
    # As formatters do: the last brackets before which the line is short enough.
    start, end = next((p for p in reversed(pairs) if p[0] < WIDTH), pairs[0])
    margin = " " * (indent + 4)
    inner = line[start + 1 : end]
    tail = " " * indent + line[end:]
    head = line[: start + 1]
    if len(margin + inner) <= WIDTH:
        return [head, margin + inner, *wrap(tail, indent)]
    parts = [part for text in split(inner) for part in wrap(f"{margin}{text},", indent + 4)]
    return [head, *parts, *wrap(tail, indent)]


def split(text: str) -> list[str]:
    """The parts of a text between the commas that are not in brackets or quotes."""
    parts, depth, start = [], 0, 0
    for at, sign in _signs(text):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and not depth:
            parts.append(text[start:at].strip())
            start = at + 1
    return [p for p in (*parts, text[start:].strip()) if p]


def _brackets(line: str) -> list[tuple[int, int]]:
    """The outermost pairs of brackets."""
    found, depth, start = [], 0, 0
    for at, sign in _signs(line):
        if sign in "([{":
            start = start if depth else at
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if not depth:
                found.append((start, at))
    return found


def _signs(code: str) -> Iterator[tuple[int, str]]:
    """The characters of code that are in no quotes, with their places."""
    quoted, escaped = "", False
    for at, sign in enumerate(code):
        if not quoted:
            if sign in "\"'":
                quoted = sign
            else:
                yield at, sign
        elif escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == quoted:
            quoted = ""
