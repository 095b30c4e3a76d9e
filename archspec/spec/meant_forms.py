"""Values of keys and constructs that have another form than is needed: what is meant by them."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How, remove, renamed, replace
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import did_you_mean
from archspec.layers import Layer, layer_type, layer_types
from archspec.records.record import Record, fields
from archspec.spec.entries import entry_of
from archspec.spec.meant_values import as_written
from archspec.spec.words import CONSTRUCTS, Repeat, Residual, SpecKeys

_MOST_ENTRIES = 8
_SIZES = ("units", "filters")


def list_fixes(word: str, value: Any, place: Place) -> list[Fix]:
    """`repeat` and `parallel` with a list in the place of their arguments."""
    if not isinstance(value, list) or not value:
        return []
    if word == "parallel":
        listed = [v if isinstance(v, list) else [v] for v in value]
        named = {f"branch{n}": v for n, v in enumerate(listed, 1)}
        said = "each branch has a name: `branches: {left: […], right: […]}`"
        return [replace(said, place, {"branches": named})]
    if word == "repeat" and all(isinstance(v, str | dict) for v in value):
        said = (
            "the list stands under `layers:`, beside the number of rounds, for example `times: 2`"
        )
        return [replace(said, place, {"times": 2, "layers": value})]
    return []


def form_fixes(name: str, owner: type[Record], value: Any, place: Place) -> list[Fix]:
    """The fixes of a value in another form than its key takes."""
    if owner is Repeat and name == "for" and isinstance(value, list):
        return _columns(value, place)
    if owner is Residual and name == "skip" and isinstance(value, list):
        message = "`skip` is a condition: layers stand under `shortcut:`"
        return [renamed(place.key(), "shortcut", certain=True)._replace(message=message)]
    if owner is Residual and name == "shortcut" and isinstance(value, str):
        said = "leave it out: without a `shortcut` what comes in is added as it is"
        return [remove(said, place)]
    if owner is Repeat and name == "for" and isinstance(value, dict) and value:
        columns = {n: v if isinstance(v, list) else [v] for n, v in value.items()}
        said = f"a column is a list: `{as_written(columns)}`"
        return [replace(said, place, columns, certain=True)]
    if owner is SpecKeys and name == "outputs" and isinstance(value, dict) and value:
        names = [*value.values()]
        if all(isinstance(v, str) for v in names):
            return [replace(f"a list of names: `{as_written(names)}`", place, names)]
    if owner is SpecKeys and name == "use":
        return _names_of_files(value, place)
    if owner is SpecKeys and name == "outputs" and isinstance(value, list):
        return _layers_as_outputs(value, place)
    if name in _SIZES and isinstance(value, list):
        return _one_for_each(name, value, place)
    return []


def _columns(rows: list[Any], place: Place) -> list[Fix]:
    """`for` as a list of rows, or of the values of its only column."""
    if rows and all(isinstance(row, dict) and row.keys() == rows[0].keys() for row in rows):
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        return [replace("each name has its values: a column", place, columns, certain=True)]
    around = place._replace(path=place.path[:-1])
    holder = place.document.at(around.path)
    name = holder.get("as") if isinstance(holder, dict) else None
    if isinstance(name, str) and rows and not any(isinstance(row, dict | list) for row in rows):
        edits = (Edit(place, {name: rows}), Edit(around.at("as"), how=How.REMOVE))
        return [Fix(f"the values have their name: `for: {{{name}: […]}}`", edits)]
    return []


def _names_of_files(value: Any, place: Place) -> list[Fix]:
    """`use: [blocks.yaml]`: the words of the file that nothing else explains come from there."""
    files = value if isinstance(value, list) else [value]
    if not files or not all(isinstance(f, str) for f in files):
        return []
    top = place.document.at(())
    words = list(dict.fromkeys(unknown_words(top.get("layers"), top.get("blocks"))))
    by_stem = {os.path.splitext(os.path.basename(f))[0]: f for f in files}
    meant = {w: by_stem.get(w, files[0]) for w in words if w in by_stem or len(files) == 1}
    if not words or len(meant) < len(words):
        return []
    listed = ", ".join(f"{word}: {file}" for word, file in meant.items())
    return [replace(f"each block that is used has its file: `{{{listed}}}`", place, meant)]


def unknown_words(layers: Any, blocks: Any) -> Iterator[str]:
    """The words of entries that are no layers, no constructs and no blocks."""
    for entry in layers if isinstance(layers, list) else ():
        word = next(iter(entry), None) if isinstance(entry, dict) else entry
        inner = entry[word] if isinstance(entry, dict) and entry else None
        if isinstance(word, str) and word in CONSTRUCTS and isinstance(inner, dict):
            for name in ("layers", "shortcut"):
                yield from unknown_words(inner.get(name), blocks)
        elif isinstance(word, str) and layer_type(word) is None and word not in CONSTRUCTS:
            known = isinstance(blocks, dict) and word in blocks
            yield from () if known else (word,)


def _layers_as_outputs(values: list[Any], place: Place) -> list[Fix]:
    """Layers under `outputs`: they stand among the others, and their names there."""
    top = place.document.at(())
    layers = top.get("layers")
    named = [_name(v) for v in values]
    if not isinstance(layers, list) or not layers or None in named:
        return []
    root = Place(place.document, ())
    last = root.at("layers", len(layers) - 1)
    edits = [Edit(last, v, How.AFTER) for v in values if isinstance(v, dict)]
    message = "the layers stand under `layers:`, and their names here"
    return [Fix(message, (*edits, Edit(place, named)))]


def _name(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None
    name = inner.get("name") if isinstance(inner, dict) else None
    return name if isinstance(name, str) else None


def _one_for_each(name: str, values: list[Any], place: Place) -> list[Fix]:
    """`Dense: [64, 32]`: a layer for each of the sizes."""
    entry = entry_of(place)
    written = entry and entry.document.at(entry.path)
    if not entry or not isinstance(written, dict) or not 1 < len(values) <= _MOST_ENTRIES:
        return []
    ((word, arguments),) = written.items() if len(written) == 1 else ((None, None),)
    kind = layer_type(str(word))
    if kind is None or name not in fields(kind) or "return_sequences" in fields(kind):
        return []
    if not all(isinstance(v, int) and not isinstance(v, bool) and v > 0 for v in values):
        return []
    given = arguments if isinstance(arguments, dict) else {name: values}
    if given.get(name) != values or "name" in given or "from" in given:
        return []
    alone = not isinstance(arguments, dict)
    entries = [{word: v if alone else {**given, name: v}} for v in values]
    edits = [Edit(entry, entries[0]), *(Edit(entry, e, How.AFTER) for e in entries[1:])]
    return [Fix(f"{len(values)} layers are {len(values)} entries", tuple(edits))]


def argument_fixes(
    owner: type[Record], name: str, values: Mapping[str, Any], place: Place
) -> list[Fix]:
    """The fixes of arguments that a layer refuses by itself: ``place`` is that of the argument."""
    value = values.get(name)
    if owner.__name__ == "Bidirectional" and isinstance(value, Layer):
        return [] if "return_sequences" in fields(type(value)) else _each_step(place)
    place = place.as_it_stands()
    if place.document.at(place.path) != value:
        return []
    if owner.__name__ == "Split" and name == "outputs" and isinstance(value, list):
        cuts = place._replace(path=(*place.path[:-1], "indices_or_sections"))
        if isinstance(place.document.at(cuts.path), int) and len(value) > 1:
            said = f"`indices_or_sections: {len(value)}` gives as many parts as names"
            return [replace(said, cuts, len(value))]
    if not isinstance(value, list) or not all(isinstance(v, int) for v in value):
        return []
    if owner.__name__ == "Permute":
        return _orders(value, place)
    if owner.__name__ == "Reshape" and value.count(-1) == 2:
        return _sizes_with_one_open(value, place)
    return []


def _orders(dims: list[int], place: Place) -> list[Fix]:
    """An order of axes that was counted from 0, with or without the batch."""
    count = len(dims)
    if sorted(dims) != list(range(count)):
        twice = [n for n, d in enumerate(dims) if dims.count(d) > 1 or not 0 < d <= count]
        lacking = [d for d in range(1, count + 1) if d not in dims]
        if len(lacking) != 1:
            return []
        orders = [[*dims[:n], lacking[0], *dims[n + 1 :]] for n in twice[::-1]]
        orders = [o for o in orders if sorted(o) == list(range(1, count + 1)) != o]
        return [replace(did_you_mean(as_written(o)), place, o) for o in orders]
    found = [[d + 1 for d in dims]]
    if dims[0] == 0 and len(dims) > 2:
        found.insert(0, dims[1:])  # the first one is the batch
    return [replace(f"axes count from 1: `{order}`", place, order) for order in found]


def _sizes_with_one_open(sizes: list[int], place: Place) -> list[Fix]:
    """`[-1, -1, 4]`: the sizes of the input, where it is known, or one that is open less."""
    found = []
    shape = place.document.at(("input",))
    if place.path[:2] == ("layers", 0) and isinstance(shape, list) and len(shape) >= len(sizes):
        second = len(sizes) - 1 - sizes[::-1].index(-1)
        known = shape[second - len(sizes)]
        if isinstance(known, int):
            found.append([*sizes[:second], known, *sizes[second + 1 :]])
    first = sizes.index(-1)
    sizes_of_input = [s for s in shape if isinstance(s, int)] if isinstance(shape, list) else []
    found += [[*sizes[:first], size, *sizes[first + 1 :]] for size in sizes_of_input]
    less = [*sizes]
    less.remove(-1)
    found.append(less)
    fixes = [replace(f"for example `{each}`", place, each) for each in found]
    return [fix._replace(guess=True) for fix in fixes]


def _each_step(place: Place) -> list[Fix]:
    """`Bidirectional: {layer: Dense}`: a layer that has no direction."""
    holder = place._replace(path=place.path[:-1], part="value")
    given = place.document.at(holder.path)
    if not isinstance(given, dict):
        return []
    gone = [
        Edit(holder.at(n), how=How.REMOVE) for n in ("merge_mode", "backward_layer") if n in given
    ]
    edits = (Edit(holder.key(), "TimeDistributed"), *gone)
    return [Fix("a layer that looks at each step alone belongs in a TimeDistributed", edits)]


_EXAMPLE_SIZES = {1: [100, 16], 2: [224, 224, 3], 3: [16, 112, 112, 3]}


def example_input(layers: Any, rank: int | None) -> Any:
    """Sizes that an input may have, for what the first layers read."""
    for entry in layers if isinstance(layers, list) else ():
        word = next(iter(entry), "") if isinstance(entry, dict) else str(entry)
        if word == "Embedding":
            return {"shape": [100], "dtype": "int32"}
        kind = layer_type(word)
        if kind is not None and "return_sequences" in fields(kind):
            return [100, 16]
        digit = next((int(d) for d in word if d in "123" and "D" in word), None)
        if digit:
            return _EXAMPLE_SIZES[digit]
        if word == "Dense":
            return [10]
    return _EXAMPLE_SIZES.get(rank or 2)


@cache
def argument_names() -> frozenset[str]:
    """The names that layers have for their arguments."""
    return frozenset(name for kind in layer_types().values() for name in fields(kind))


def kinds_that_take(arguments: Mapping[str, Any], tree: Any) -> list[str]:
    """The layers in a tree that take all of these arguments."""
    found: dict[str, None] = {}
    for word in _words(tree):
        kind = layer_type(word)
        known = fields(kind) if kind else {}
        if all(name in known and not known[name].required for name in arguments):
            found[word] = None
    return list(found)


def _words(tree: Any) -> Iterator[str]:
    """All words with which an entry of a list begins."""
    for value in tree if isinstance(tree, list) else ():
        word = next(iter(value), None) if isinstance(value, dict) else value
        if isinstance(word, str):
            yield word
    values = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for value in values:
        yield from _words(value)
