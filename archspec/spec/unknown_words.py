"""Entries of a list of layers that are no layers: what was meant, perhaps."""

import re
from collections.abc import Collection
from typing import Any

from archspec.diagnostics.elsewhere import bare
from archspec.diagnostics.fixes import Edit, Fix, How, renamed
from archspec.diagnostics.sink import REPORTED, Place, Reported, Sink
from archspec.formulas.values import show
from archspec.layers import layer_type, layer_types
from archspec.records.record import fields, required_fields
from archspec.spec.entries import LAYER_KEYS, named_layer, with_arguments
from archspec.spec.meant_entries import entry_fixes, meant_entries
from archspec.spec.meant_remarks import remark_fixes
from archspec.spec.meant_values import as_written
from archspec.spec.words import CONSTRUCTS, ItemKeys, SpecKeys

_INNER_KEYS = ("config", "args", "arguments", "params", "kwargs", "parameters", "options", "attrs")
"""Keys under which other formats have the arguments."""
_NEEDLESS_KEYS = ("registered_name", "build_config", "inbound_nodes")
_LOOKS = "write `- Flatten` or `- Dense: {units: 10}`"
_INPUT_WORDS = ("input", "inputs", "inputlayer", "inputs layer", "placeholder", "data")
_ITEM_KEYS = frozenset(fields(ItemKeys))


def refuse_word(word: str, place: Place, blocks: Collection[str], sink: Sink) -> Reported:
    """Report a word that is neither a layer nor a construct nor a block.

    ``place`` is that of the key; of the entry, if the word stands alone.
    """
    if bare(word) in _INPUT_WORDS[:3]:
        return refuse_input(place, sink)
    is_key = place.part == "key"
    entry = place._replace(path=place.path[:-1], part="value") if is_key else place
    value = place.document.at(place.path) if is_key else None
    if _belongs_to_the_one_before(word, entry):
        return REPORTED  # that has told it
    said = re.fullmatch(r"(\w+)\s+(\d+(?:\.\d+)?)", word) if value is None else None
    if said is not None and layer_type(said[1]) is not None:
        meant = {said[1]: float(said[2]) if "." in said[2] else int(said[2])}
        fix = Fix(
            f"a `:` stands between them: {_entry_in_line(meant)}", (Edit(entry, meant),), True
        )
        return sink.report("AS201", place, f"there is no layer `{word}`", help=[fix])
    named = named_layer(word, value, blocks)
    if named is not None:
        message = f"`{word}` is no layer, but the name of one"
        fix = Fix(
            f"the layer itself is the key: {_entry_in_line(named)}", (Edit(entry, named),), True
        )
        return sink.report("AS201", place, message, help=[fix])
    key = _help_for_key(word, value, entry)
    if key is not None:
        message = f"`{word}` is no layer, but a key"
        return sink.report("AS201", place, message, help=[key])
    rank = rank_at(entry)
    help: list[str | Fix] = [*(remark_fixes(entry, blocks) if value is None else ())]
    help += entry_fixes(word, value, entry, blocks, rank)
    if word in ("...", "…") and value is None:
        help = [Fix("leave it out: a list goes on by itself", (Edit(entry, how=How.REMOVE),))]
    elif word == "Lambda" and not help:
        help = ["a spec holds no code: a layer of your own is a class, taken in by `--plugin`"]
    elif bare(word) in ("sequential", "block", "modulelist") and (inner := _listed(value)):
        message = "layers one after the other need no word around them"
        help = [Fix(message, _split(entry, inner))]
    elif word in LAYER_KEYS:
        help = [f"the layer itself is the key: {_LOOKS}"]
    elif not help:
        alike = [b for b in blocks if "_" in word and b.partition("_")[0] == word.partition("_")[0]]
        help = [renamed(place, b) for b in alike if len(alike) == 1]
        help = help or ["`archspec layers` lists the layers"]
    kinds = "layer" if word[:1].isupper() else "layer or block"
    return sink.report("AS201", place, f"there is no {kinds} `{word}`", help=help)


def _listed(value: Any) -> list[Any]:
    """The layers in a list, or in a map with nothing but a list."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if isinstance(value, list) else []


def _split(place: Place, entries: list[Any]) -> tuple[Edit, ...]:
    """Several entries in the place of one."""
    return (Edit(place, entries[0]), *(Edit(place, e, How.AFTER) for e in entries[1:]))


def _help_for_key(word: str, value: Any, entry: Place) -> Fix | str | None:
    """What to say of a key of the spec, or of an entry, that stands among the layers."""
    top, path = entry.document.at(()), entry.path
    if not path or not isinstance(path[-1], int) or value is None:
        return None
    gone = Edit(entry, how=How.REMOVE)
    before = entry.document.at((*path[:-1], path[-1] - 1)) if path[-1] else None
    if word in _ITEM_KEYS and before is not None:
        at = entry._replace(path=(*path[:-1], path[-1] - 1))
        merged = with_arguments(*_parts(before), {word: value})
        if merged is not None:
            message = f"`{word}` belongs to the arguments of `{next(iter(merged))}`"
            return Fix(message, (Edit(at, merged), gone))
    if word in fields(SpecKeys) and word not in _ITEM_KEYS and isinstance(top, dict):
        if word in top:
            return f"`{word}` stands at the top of the spec"
        root = Place(entry.document, ())
        edits = (Edit(root, value, How.ADD, word), gone)
        return Fix(f"`{word}` stands at the top of the spec", edits, True)
    return None


def _parts(entry: Any) -> tuple[str, Any]:
    """Word and arguments of an entry."""
    if isinstance(entry, dict) and len(entry) == 1:
        return next(iter(entry.items()))
    return (entry if isinstance(entry, str) else ""), None


def rank_at(place: Place) -> int | None:
    """The number of spatial axes of what a network reads; None if that is not written.

    Without sizes, or in a block, the layers that are there tell it.
    """
    document = place.document
    shape = document.at(("input",))
    shape = shape.get("shape") if isinstance(shape, dict) else shape
    if isinstance(shape, list) and 2 <= len(shape) <= 4 and "blocks" not in place.path:
        return len(shape) - 1
    return spatial_rank(document.source.text)


def spatial_rank(text: str) -> int | None:
    """The number of spatial axes that most layers of a text are made for."""
    digits = re.findall(r"[a-z]([123])D\b", text)
    return int(max(sorted(set(digits)), key=digits.count)) if digits else None


def _belongs_to_the_one_before(word: str, entry: Place) -> bool:
    """Whether an argument stands as an entry of its own, behind the layer that lacks it."""
    if not entry.path or not isinstance(entry.path[-1], int):
        return False
    values = entry.document.at(entry.path[:-1])
    if not isinstance(values, list):
        return False  # what was meant by an entry, and does not stand there
    for value in reversed(values[: entry.path[-1]]):
        type = layer_type(value) if isinstance(value, str) else None
        if isinstance(value, dict) and len(value) == 1:
            ((name, inner),) = value.items()
            type = layer_type(name)
            if type is None:
                continue
            if inner is not None:
                return False
        return type is not None and word in fields(type) and bool(required_fields(type))
    return False


def refuse_input(place: Place, sink: Sink) -> Reported:
    """Report an input among the layers."""
    message = "an input does not stand among the layers"
    path = place.path
    if path and not isinstance(path[-1], int):
        path = path[:-1]
    entry = place._replace(path=path, part="value")
    top = place.document.at(())
    shape = shape_of_input(place.document.at(path))
    help: list[str | Fix] = []
    if path[:1] == ("layers",) and len(path) == 2 and isinstance(top, dict):
        gone = Edit(entry, how=How.REMOVE)
        if "input" in top or "inputs" in top:
            help.append(Fix("leave it out: `input` at the top says it", (gone,), True))
        elif shape is not None:
            edit = Edit(Place(place.document, ()), shape, How.ADD, "input")
            help.append(
                Fix(
                    f"write `input: {as_written(shape)}` at the top of the spec", (edit, gone), True
                )
            )
    if not help:
        help = ["write `input: [28, 28, 1]` at the top of the spec, or `inputs:` for several"]
    return sink.report("AS206", place, message, help=help)


def shape_of_input(entry: Any) -> list[Any] | None:
    """The shape of an `Input` as Keras has it, without the batch; None if there is none."""
    value = next(iter(entry.values()), None) if isinstance(entry, dict) else None
    if isinstance(value, dict):
        by_bare = {bare(name): (name, inner) for name, inner in value.items()}
        for name in ("shape", "inputshape", "size", "inputsize"):
            if name in by_bare:
                value = by_bare[name][1]
                break
        else:
            value = next(
                (by_bare[n][1] for n in ("batchshape", "batchinputshape") if n in by_bare), None
            )
            value = value[1:] if isinstance(value, list) else None
    if isinstance(value, str) and re.fullmatch(r"\(\s*\d+(\s*,\s*\d+)*\s*,?\s*\)", value):
        value = [int(n) for n in re.findall(r"\d+", value)]
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    return value if isinstance(value, list) and value else None


def refuse_item(
    value: Any, place: Place, blocks: Collection[str], sink: Sink
) -> dict[str, Any] | None:
    """Report an entry that has not one key; gives the layer in it, if there is one, to go on."""
    if isinstance(value, list) and value and all(_is_layer(v, blocks) for v in value):
        fix = Fix("a list inside the list is not needed", _split(place, value))
        sink.report("AS206", place, f"{show(value)} is not a layer", help=[fix])
        return None
    if not isinstance(value, dict) or not value:
        help: list[str | Fix] = [*_row_fixes(value, place, blocks)] or [_LOOKS]
        if value is None or value == {}:
            help.insert(0, Fix("leave it out", (Edit(place, how=How.REMOVE),), value is None))
        sink.report("AS206", place, f"{show(value)} is not a layer", help=help)
        return None
    known = [w for w in value if w in layer_types() or w in CONSTRUCTS or w in blocks]
    word = known[0] if known else next(iter(value))
    rest = [w for w in value if w != word]
    message = f"an item has one key, but this has {len(value)}: {', '.join(list(value)[:4])}"
    listed = ", ".join(f"`{w}`" for w in rest[:4])
    help = _help_for_several(value, word, known, place, blocks)
    if not help:
        if len(known) > 1:
            help = [f"begin each layer with `- `: {listed} too"]
        else:
            help = [f"{listed} belongs to the arguments of `{word}`" if known else _LOOKS]
    key = next((k for k in LAYER_KEYS if k in value and not known), rest[0])
    if word in CONSTRUCTS and known == [word] and not isinstance(value[word], dict | list | None):
        key = word  # its value stands where its arguments must
    at = place.at(key, part="key")
    sink.report("AS206", at, message, help=help)
    if len(known) != 1 or not isinstance(value[word], dict | None):
        return None
    beside = {w: value[w] for w in rest}
    type: Any = layer_types().get(word) or CONSTRUCTS.get(word)
    takes = fields(type) if type else {}
    if all(w in takes or w in fields(ItemKeys) for w in rest):
        return {word: {**(value[word] or {}), **beside}}
    return {word: value[word]} if value[word] is not None else None


_ROW_OF_CONV = ("filters", "kernel_size", "strides")


def _row_fixes(value: Any, place: Place, blocks: Collection[str]) -> list[Fix]:
    """A row of YOLO's files, `[-1, 1, Conv, [64, 3, 2]]`: source, count, layer, arguments."""
    if not isinstance(value, list) or len(value) != 4 or value[:2] != [-1, 1]:
        return []
    word, given = value[2:]
    if not isinstance(word, str) or not isinstance(given, list):
        return []
    arguments: Any = given
    params = place.document.at(("blocks", word, "params"))
    if word in blocks and isinstance(params, dict) and 0 < len(given) <= len(params):
        arguments = dict(zip(params, given, strict=False))
    elif bare(word) == "conv" and 0 < len(given) <= len(_ROW_OF_CONV) + 1:
        arguments = dict(zip(_ROW_OF_CONV, given, strict=False))
        arguments = {**arguments, "kernel_size": arguments.get("kernel_size", 1), "padding": "same"}
    found = meant_entries(word, arguments or None, blocks, rank_at(place))
    return [
        Fix(f"the layer is the key: {_entry_in_line(m.entry)}", (Edit(place, m.entry),))
        for m in found[:1]
    ]


def _is_layer(value: Any, blocks: Collection[str]) -> bool:
    word = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else value
    return isinstance(word, str) and (word in layer_types() or word in CONSTRUCTS or word in blocks)


def _help_for_several(
    value: dict[str, Any], word: str, known: list[str], place: Place, blocks: Collection[str]
) -> list[str | Fix]:
    """The fix of an entry of several keys; nothing if it is not clear."""
    if len(known) > 1:
        if len(known) < len(value):
            return []
        split = [w if value[w] is None else {w: value[w]} for w in value]
        edits = [Edit(place, split[0])]
        edits += [Edit(place, entry, How.AFTER) for entry in split[1:]]
        listed = ", ".join(f"`{w}`" for w in list(value)[1:5])
        return [Fix(f"begin each layer with `- `: {listed} too", tuple(edits), True)]
    key = next((k for k in LAYER_KEYS if k in value and isinstance(value[k], str)), None)
    if known:
        meant = with_arguments(word, value[word], {k: v for k, v in value.items() if k != word})
        if meant is None:
            return []
        inner = as_written(meant[word])
        if value[word] is None and len(inner) <= 60:
            message = f"put the arguments into braces: `- {word}: {inner}`"
        else:
            listed = ", ".join(f"`{k}`" for k in value if k != word)
            message = f"{listed} belongs to the arguments of `{word}`"
        return [Fix(message, (Edit(place, meant),), True)]
    if key is None:
        return []
    arguments: dict[str, Any] = {}
    for name, inner in value.items():
        if name in _INNER_KEYS and isinstance(inner, dict):
            arguments |= inner
        elif name != key and name not in _NEEDLESS_KEYS and not (name == "module" and key != name):
            arguments[name] = inner
    said = str(value[key])
    if said in layer_types() or said in CONSTRUCTS or said in blocks:
        entry: Any = {said: arguments} if arguments else said
        fixes = [Fix("", (Edit(place, entry),), True)]
    else:
        found = meant_entries(said, arguments or None, blocks, rank_at(place))
        fixes = [Fix("", (Edit(place, m.entry),), m.certain) for m in found]
    return [
        fix._replace(message=f"the layer itself is the key: {_entry_in_line(fix.edits[0].value)}")
        for fix in fixes
    ]


def _entry_in_line(entry: Any) -> str:
    text = as_written(entry)
    text = text[1:-1] if isinstance(entry, dict) else text
    return f"`- {text}`" if len(text) <= 70 else f"`- {text[:60]}…`"
