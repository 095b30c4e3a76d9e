"""Tables, parameters and inputs that have another form than is needed: what is meant by them."""

import re
from collections.abc import Iterator
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, replace
from archspec.diagnostics.sink import Place
from archspec.spec.meant_values import as_written

_NAME = r"[^\W\d]\w*"


def columns_in_words(value: str, place: Place) -> list[Fix]:
    """`for: depth, width in rows`: the names of the columns."""
    match = re.fullmatch(rf"\(?\s*({_NAME}(?:\s*,\s*{_NAME})*)\s*\)?(?:\s+in\s+\S.*)?", value)
    holder = place.document.at(place.path[:-1])
    if not match or not isinstance(holder, dict) or "rows" not in holder:
        return []
    names = [name.strip() for name in match[1].split(",")]
    return [replace(f"the names are a list: `for: {as_written(names)}`", place, names)]


def rows_of_columns(value: Any, place: Place) -> list[Fix]:
    """`rows: {depth: [1, 2], width: [8, 16]}`: columns, one row after the other."""
    if not isinstance(value, dict) or not all(isinstance(v, list) for v in value.values()):
        return []
    holder = place.document.at(place.path[:-1])
    names = holder.get("for") if isinstance(holder, dict) else None
    if not isinstance(names, list) or sorted(map(str, names)) != sorted(value):
        return []
    columns = [value[str(name)] for name in names]
    if len({len(column) for column in columns}) != 1:
        return []
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [replace(f"a row has a value for each name: `{as_written(rows)}`", place, rows)]


def declared_names(value: Any, place: Place) -> list[Fix]:
    """`params: [filters, strides]` of a block: what some call leaves out has a value."""
    if not isinstance(value, list) or not value or place.path[:1] != ("blocks",):
        return []
    names = [re.fullmatch(rf"({_NAME})", v) for v in value if isinstance(v, str)]
    if len(names) != len(value) or None in names:
        return []
    block = str(place.path[1])
    calls = list(_arguments(place.document.at(()), block))
    given = {n: all(isinstance(c, dict) and n in c for c in calls) for n in value}
    texts = {n: _is_text(n, place.document.at(place.path[:-1])) for n in value}
    meant = {n: "str" if texts[n] else "int" if given[n] else 1 for n in value}
    said = f"each has a type, or a value where it may be left out: `{as_written(meant)}`"
    return [replace(said, place, meant)]


def _arguments(tree: Any, word: str) -> Iterator[Any]:
    """What stands behind a word, wherever it begins an entry."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == word and not (isinstance(value, dict) and "layers" in value):
                yield value
            yield from _arguments(value, word)
    elif isinstance(tree, list):
        for value in tree:
            yield from _arguments(value, word)


def _is_text(name: str, tree: Any) -> bool:
    """Whether a name stands as `$name`."""
    if isinstance(tree, str):
        return re.search(rf"\$\(?{name}\b", tree) is not None
    values = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return any(_is_text(name, value) for value in values)


def named_inputs(value: Any, place: Place) -> list[Fix]:
    """`inputs: [[32, 32, 3], [10]]`: each has the name by which it is read."""
    if not isinstance(value, list) or not all(isinstance(v, list | dict) for v in value):
        return []
    layers = place.document.at(("layers",))
    listed = layers if isinstance(layers, list) else []
    entries = [next(iter(e.values()), None) for e in listed if isinstance(e, dict) and e]
    given = [a for a in entries if isinstance(a, dict)]
    own = {a["name"] for a in given if isinstance(a.get("name"), str)}
    read = [w for a in given for w in _listed(a.get("from")) if isinstance(w, str)]
    names = [w for w in dict.fromkeys(read) if w not in own and re.fullmatch(_NAME, w)]
    if len(names) < len(value):
        names = [f"input_{n}" for n in range(1, len(value) + 1)]
    meant = dict(zip(names, value, strict=False))
    said = f"each input has a name: `{as_written(meant)}`"
    return [replace(said, place, meant)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def other_values(written: str, place: Place) -> list[Fix]:
    """Other values of the file's parameters, with one of which a formula may come out whole."""
    declared = place.document.at(("params",))
    if not isinstance(declared, dict):
        return []
    fixes = []
    for name, value in declared.items():
        if type(value) is not int or not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", written):
            continue
        tried = (value // 2, value * 2, value - 2, value + 2)
        for other in dict.fromkeys(n for n in tried if n > 0 and n != value):
            at = Place(place.document, ("params", name))
            fixes.append(Fix(f"`{name}: {other}` would fit", (Edit(at, other),), guess=True))
    return fixes
