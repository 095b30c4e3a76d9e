"""What stands around the code: imports, classes that Keras lacks, the main part."""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from archspec.emit.python.text import OPERATIONS, docstring
from archspec.layers import Layer

NUMBERED = '''def numbered(base, count):
    """A name as Keras counts: base, base_1, base_2, ..."""
    return f"{base}_{count}" if count else base
'''
MAKE_DIVISIBLE = '''def make_divisible(value, divisor=8):
    """The multiple of divisor nearest to value, but not below 90 % of it."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
'''


def head(title: str, body: str, types: Iterable[type[Layer]]) -> str:
    """Docstring, imports, and the classes and functions that the body uses."""
    other = {
        t.__name__: t for t in types if t.keras_class and not t.keras_class.startswith("keras.")
    }
    own = {n: t for n, t in other.items() if t.keras_class.startswith("archspec.")}
    lines = [
        docstring(title, 0).removesuffix('."""'),
        "",
        "Written by archspec.",
        '"""',
        "",
    ]
    if "math." in body:
        lines.append("import math")
        lines.append("")
    lines.append("import keras")
    lines.append("from keras import layers" + (", ops" if own else ""))
    for module, alias in OPERATIONS.items():
        if f"{alias}." in body:
            lines.append(f"from keras.src.ops import {module} as {alias}  # classes of keras.ops")
    for name, plugin in other.items():
        if name not in own:
            module, _, known = plugin.keras_class.rpartition(".")
            alias = "" if known == name else f" as {name}"
            lines.append(f"from {module} import {known}{alias}")
    parts = ["\n".join(lines) + "\n"]
    parts += [_class_source(t) for t in own.values()]
    if "numbered(" in body:
        parts.append(NUMBERED)
    if "make_divisible(" in body:
        parts.append(MAKE_DIVISIBLE)
    return "\n\n".join(parts)


def main(function: str) -> str:
    """What runs when the file is run."""
    return f'if __name__ == "__main__":\n    {function}().summary()\n'


def _class_source(type: type[Layer]) -> str:
    """The source of a Keras layer that is ours, without importing Keras."""
    module, _, name = type.keras_class.rpartition(".")
    found = find_spec(module)
    if found is None or found.origin is None:
        raise LookupError(type.keras_class)
    text = Path(found.origin).read_text(encoding="utf-8")
    node = next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == name)
    cuts: list[tuple[ast.expr, str]] = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef):
            arguments = (*inner.args.args, *inner.args.kwonlyargs, inner.args.kwarg)
            cuts += [(a.annotation, ": ") for a in arguments if a and a.annotation]
            cuts += [(inner.returns, "->")] if inner.returns else []
        elif isinstance(inner, ast.AnnAssign) and inner.value is not None:
            cuts.append((inner.annotation, ":"))
    lines = text.splitlines()
    for annotation, sign in sorted(cuts, key=lambda cut: -cut[0].col_offset):
        line = lines[annotation.lineno - 1]
        start = line.rindex(sign, 0, annotation.col_offset)
        before = line[:start].rstrip() if sign == "->" else line[:start]
        after = line[annotation.end_col_offset :]
        if sign == ": ":
            after = re.sub("^ = ", "=", after)
        lines[annotation.lineno - 1] = before + after
    first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    plain = "\n".join(lines[first - 1 : node.end_lineno])
    return re.sub(r" *# type: ignore\[[\w-]*\]", "", plain) + "\n"


def with_inner(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Layers, and those in them."""
    waiting = [*layers]
    while waiting:
        layer = waiting.pop()
        yield layer
        waiting += [v for v in layer.arguments().values() if isinstance(v, Layer)]
