"""Random edits of specs: one thing, as a person would change it."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

INSERTED = ({"Activation": "softsign"}, {"Dropout": 0.375}, {"GaussianNoise": {"stddev": 0.7}})
"""Layers that fit nearly anywhere, and that random specs do not have so."""


class Edit(NamedTuple):
    """A spec after an edit."""

    kind: str
    """insert, remove, argument, rename_layer, rename_block, times, trainable, default."""
    data: dict[str, Any]
    detail: str


def lists(data: Any) -> Iterator[list[Any]]:
    """Every list of layers, at the top, in blocks and in constructs."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("layers", "shortcut") and isinstance(value, list):
                yield value
            elif key in ("blocks", "branches") and isinstance(value, dict):
                yield from (v for v in value.values() if isinstance(v, list))
            yield from lists(value)
    elif isinstance(data, list):
        for value in data:
            yield from lists(value)


def draw_edit(random: Random, before: dict[str, Any]) -> Edit | None:
    """The data with one edit; None if there is nothing to edit in the way that was drawn."""
    data = copy.deepcopy(before)
    kind = random.choice(tuple(_EDITS))
    detail = _EDITS[kind](random, data)
    return None if detail is None else Edit(kind, data, detail)


def _entry(random: Random, data: dict[str, Any]) -> tuple[list[Any], int] | None:
    places = [(found, k) for found in lists(data) for k in range(len(found))]
    return random.choice(places) if places else None


def _word(entry: Any) -> str:
    return str(next(iter(entry))) if isinstance(entry, dict) and entry else str(entry)


def _insert(random: Random, data: dict[str, Any]) -> str | None:
    places = [(found, k) for found in lists(data) for k in range(len(found) + 1)]
    if not places:
        return None
    found, k = random.choice(places)
    layer = random.choice(INSERTED)
    found.insert(k, dict(layer))
    return _word(layer)


def _remove(random: Random, data: dict[str, Any]) -> str | None:
    place = _entry(random, data)
    if place is None or len(place[0]) < 2:
        return None
    return _word(place[0].pop(place[1]))


def _argument(random: Random, data: dict[str, Any]) -> str | None:
    place = _entry(random, data)
    if place is None:
        return None
    found, k = place
    word = _word(found[k])
    if word not in ("Dense", "Conv1D", "Conv2D", "LSTM", "GRU", "Activation", "Dropout"):
        return None
    inner = found[k][word] if isinstance(found[k], dict) else None
    bare = {"Activation": "activation", "Dropout": "rate"}.get(word, "units")
    inner = dict(inner) if isinstance(inner, dict) else {} if inner is None else {bare: inner}
    name, value = {
        "Activation": ("activation", "softsign"),
        "Dropout": ("rate", 0.4375),
    }.get(word, random.choice((("activation", "softsign"), ("bias_initializer", "ones"))))
    inner[name] = value
    found[k] = {word: inner}
    return f"{word} {name}"


def _rename_layer(random: Random, data: dict[str, Any]) -> str | None:
    place = _entry(random, data)
    if place is None:
        return None
    found, k = place
    word = _word(found[k])
    inner = found[k][word] if isinstance(found[k], dict) else {}
    if not isinstance(inner, dict) or word in ("repeat", "apply"):
        return None
    found[k] = {word: {**inner, "name": "another_name"}}
    return word


def _rename_block(random: Random, data: dict[str, Any]) -> str | None:
    blocks = data.get("blocks")
    if not isinstance(blocks, dict) or not blocks:
        return None
    old: str = random.choice(sorted(blocks))
    data["blocks"] = {("renamed_block" if n == old else n): v for n, v in blocks.items()}
    for found in lists(data):
        for k, entry in enumerate(found):
            if _word(entry) == old:
                found[k] = (
                    {"renamed_block": entry[old]} if isinstance(entry, dict) else "renamed_block"
                )
    return old


def _times(random: Random, data: dict[str, Any]) -> str | None:
    repeats = [
        e["repeat"]
        for found in lists(data)
        for e in found
        if isinstance(e, dict) and isinstance(e.get("repeat"), dict)
    ]
    repeats = [r for r in repeats if isinstance(r.get("times"), int)]
    if not repeats:
        return None
    repeat: dict[str, Any] = random.choice(repeats)
    repeat["times"] += random.choice((1, 2))
    return "times"


def _trainable(random: Random, data: dict[str, Any]) -> str | None:
    place = _entry(random, data)
    if place is None:
        return None
    found, k = place
    word = _word(found[k])
    inner = found[k][word] if isinstance(found[k], dict) else {}
    if not isinstance(inner, dict) or "trainable" in inner or word in ("parallel", "apply"):
        return None
    found[k] = {word: {**inner, "trainable": False}}
    return word


_EDITS = {
    "insert": _insert,
    "remove": _remove,
    "argument": _argument,
    "rename_layer": _rename_layer,
    "rename_block": _rename_block,
    "times": _times,
    "trainable": _trainable,
}
