"""Entries of a list of layers that are no layers: what was meant, perhaps."""

import ast
import re
import warnings
from collections.abc import Collection
from typing import Any

from archspec.diagnostics.sink import Place, Reported, Sink
from archspec.diagnostics.spelling import did_you_mean, nearest
from archspec.layers import layer_types
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import fields
from archspec.spec.check_values import show
from archspec.spec.words import CONSTRUCTS

_LONGEST_CALL = 200
_LAYER_KEYS = ("type", "class_name")
"""Keys under which other formats have the name of a layer."""
_LOOKS = "write `- Flatten` or `- Dense: {units: 10}`"


def refuse_word(word: str, place: Place, blocks: Collection[str], sink: Sink) -> Reported:
    """Report a word that is neither a layer nor a construct nor a block."""
    if word.lower() in ("input", "inputs", "inputlayer"):
        return refuse_input(place, sink)
    near = nearest(word, (*layer_types(), *CONSTRUCTS, *blocks))
    help = did_you_mean(near) if near else "`archspec layers` lists the layers"
    plain = word.lower()
    if plain in ACTIVATIONS and plain != "linear" and (not near or near.lower() != plain):
        help = f"an activation is a layer too: `Activation: {plain}`"
    elif "(" in word:
        help = _help_for_call(word, blocks) or help
    elif word == "Lambda":
        help = "a spec holds no code: a layer of your own is a class, taken in by `--plugin`"
    elif word in _LAYER_KEYS:
        help = f"the layer itself is the key: {_LOOKS}"
    kinds = "layer" if word[:1].isupper() else "layer or block"
    return sink.report("AS201", place, f"there is no {kinds} `{word}`", help=[help])


def _help_for_call(text: str, blocks: Collection[str]) -> str | None:
    """How a spec says what Python says as ``Conv2D(16, 3)``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python tells of escapes that it does not know
            call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or len(text) > _LONGEST_CALL:
        return None
    name = re.split(r"\W", ast.unparse(call.func))[-1]
    word = name if name in blocks else nearest(name, layer_types())
    if word is None:
        return None
    names = list(fields(layer_types()[word])) if word in layer_types() else []
    given = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    written = []
    for key, value in given:
        text = ast.unparse(value).strip("'\"")
        text = {"True": "true", "False": "false", "None": "null"}.get(text, text)
        written.append(f"{key}: {f'[{text[1:-1]}]' if text.startswith('(') else text}")
    return f"write `- {word}: {{{', '.join(written)}}}`" if written else f"write `- {word}`"


def refuse_input(place: Place, sink: Sink) -> Reported:
    """Report an input among the layers."""
    help = "write `input: [28, 28, 1]` at the top of the spec, or `inputs:` for several"
    return sink.report("AS206", place, "an input does not stand among the layers", help=[help])


def refuse_item(
    value: Any, place: Place, blocks: Collection[str], sink: Sink
) -> dict[str, Any] | None:
    """Report an entry that has not one key; gives the layer in it, if there is one, to go on."""
    if not isinstance(value, dict) or not value:
        sink.report("AS206", place, f"{show(value)} is not a layer", help=[_LOOKS])
        return None
    known = [w for w in value if w in layer_types() or w in CONSTRUCTS or w in blocks]
    word = known[0] if known else next(iter(value))
    rest = [w for w in value if w != word]
    message = f"an item has one key, but this has {len(value)}: {', '.join(list(value)[:4])}"
    listed = ", ".join(f"`{w}`" for w in rest[:4])
    if len(known) > 1:
        help = f"begin each layer with `- `: {listed} too"
    elif value[word] is None:
        inner = ", ".join(f"{w}: {show(value[w])}" for w in rest)
        help = f"put the arguments into braces: `- {word}: {{{inner}}}`"
        if len(inner) > 60:
            help = f"indent {listed} under `{word}`"
    elif known:
        help = f"{listed} belongs to the arguments of `{word}`"
    elif isinstance(value[word], str) and value[word] in layer_types():
        help = f"the layer itself is the key: `- {value[word]}: {{…}}`"
    else:
        help = _LOOKS
    sink.report("AS206", place.at(rest[0], part="key"), message, help=[help])
    only = len(known) == 1 and isinstance(value[word], dict)
    return {word: value[word]} if only else None
