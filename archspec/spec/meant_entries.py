"""What an entry of a list of layers probably means, if nobody knows its word: as a spec says it."""

import re
from collections.abc import Collection
from typing import Any

from archspec.diagnostics.elsewhere import EXAMPLES, POSITIONS, bare, layers_called
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import Near, did_you_mean, near_words
from archspec.layers import layer_types
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import bare_field, fields, required_fields
from archspec.spec.entries import in_wrapper, wires_by_number
from archspec.spec.meant_arguments import argument_edits
from archspec.spec.meant_values import accepts, as_written, type_is_number
from archspec.spec.python_calls import read_call
from archspec.spec.short_forms import is_alone
from archspec.spec.translated_entries import (
    ITEM_KEYS,
    MERGES,
    MeantEntry,
    activation_entry,
    special_entries,
    translated,
)
from archspec.spec.words import CONSTRUCTS

_LONGEST_SHOWN = 70


def entry_fixes(
    word: str, value: Any, place: Place, blocks: Collection[str], rank: int | None
) -> list[str | Fix]:
    """The fixes of an entry with such a word, best first; ``place`` is that of the entry.

    A sentence alone, where arguments are lacking or are not known.
    """
    found: list[str | Fix] = []
    merge = MERGES.get(word.lower()) if place.path[-1:] == ("merge",) else None
    meanings = meant_entries(word, value, blocks, rank)
    if merge is not None:
        meanings = [MeantEntry(merge, value, True)]
    for meant in meanings:
        if not _is_complete(meant):
            meant = _with_wires(_with_examples(meant), place)
        meant = _before_a_sequence(meant, word, place)
        fix = _fix(meant, word, value, place)
        found.append(fix if _is_complete(meant) else did_you_mean(meant.word))
    return found


_READS_SEQUENCES = re.compile(r"LSTM|GRU|RNN|Bidirectional|TimeDistributed|Attention|1D")


def _before_a_sequence(meant: MeantEntry, word: str, place: Place) -> MeantEntry:
    """A recurrent layer of PyTorch with all its steps, where the next layer reads them."""
    wraps = meant.word == "Bidirectional" and bare(word) != "bidirectional"
    inner = meant.value.get("layer") if wraps and isinstance(meant.value, dict) else None
    if not isinstance(inner, dict) or len(inner) != 1 or not isinstance(place.path[-1], int):
        return meant
    following = place.document.at((*place.path[:-1], place.path[-1] + 1))
    next_word = next(iter(following), "") if isinstance(following, dict) else following
    if not isinstance(next_word, str) or not _READS_SEQUENCES.search(next_word):
        return meant
    ((cell, given),) = inner.items()
    given = given if isinstance(given, dict) else {"units": given}
    layer = {cell: {"return_sequences": True, **given}}
    return meant._replace(value={**meant.value, "layer": layer})


def _with_examples(meant: MeantEntry) -> MeantEntry:
    """The entry with values for what it lacks; as it is, if nobody knows any."""
    type: Any = layer_types().get(meant.word)
    given = meant.value
    if type is None:
        return meant
    if given is not None and not isinstance(given, dict):
        given = {bare_field(type): given}
    missing = [n for n in fields(type) if n in required_fields(type) and n not in (given or {})]
    if not missing or any(n not in EXAMPLES for n in missing):
        return meant
    made = {**(given or {}), **{n: EXAMPLES[n] for n in missing}}
    return meant._replace(value=made, certain=False, changes=None)


def _with_wires(meant: MeantEntry, place: Place) -> MeantEntry:
    """The entry with names for `from: -3`."""
    wires = meant.value.get("from") if isinstance(meant.value, dict) else None
    numbers = wires if isinstance(wires, list) else [wires]
    type = layer_types().get(meant.word)
    if type is None or not any(type_is_number(n) for n in numbers) or not place.path:
        return meant
    several = [*numbers, -1] if len(numbers) == 1 and meant.word in _READS_TWO else numbers
    fix = wires_by_number(several, place.at(meant.word, "from"))
    names = fix.edits[0].value if fix is not None and len(fix.edits) == 1 else None
    if names is None:
        return meant
    known = fields(type)
    kept = {n: v for n, v in meant.value.items() if n in known or n in ITEM_KEYS}
    return meant._replace(value={**kept, "from": names}, certain=False, changes=None)


_READS_TWO = ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")


def _is_complete(meant: MeantEntry) -> bool:
    """Whether nothing is lacking in an entry, and nothing is left that it does not take."""
    type: Any = layer_types().get(meant.word) or CONSTRUCTS.get(meant.word)
    if type is None:
        return True
    value = meant.value
    if not isinstance(value, dict):
        return len(required_fields(type)) <= (value is not None)
    wires = value.get("from")
    if any(type_is_number(w) for w in (wires if isinstance(wires, list) else [wires])):
        return False
    if meant.word in layer_types() and is_alone(type, value, ()):
        return True
    known = fields(type)
    return required_fields(type) <= value.keys() and value.keys() <= {*known, *ITEM_KEYS}


def _fix(meant: MeantEntry, word: str, value: Any, place: Place) -> Fix:
    is_text = not isinstance(place.document.at(place.path), dict)
    edits: list[Edit] = []
    if meant.changes is None or is_text or (meant.value in (None, {}) and value not in (None, {})):
        edits = [Edit(place, in_wrapper(place, meant.entry))]
    else:
        at = place.at(word)
        if meant.word != word:
            edits.append(Edit(at.key(), meant.word))
        for name, old, change in meant.changes:
            edits += argument_edits(change, name, old, at.at(name))
    if place.path and isinstance(place.path[-1], int):
        edits += [Edit(place, entry, How.AFTER) for entry in meant.after]
    if meant.before is not None and place.path and isinstance(place.path[-1], int):
        edits.append(Edit(place, meant.before, How.BEFORE))
    shown = meant.word
    text = _in_line(meant.entry)
    if (meant.changes is None or meant.changes) and len(text) <= _LONGEST_SHOWN:
        shown = text
    message = did_you_mean(shown)
    if meant.after:
        behind = " and ".join(f"`{_in_line(entry)}`" for entry in meant.after)
        message += f" With {behind} behind it"
    return Fix(message, tuple(edits), meant.certain)


def _in_line(entry: Any) -> str:
    text = as_written(entry)
    return text[1:-1] if isinstance(entry, dict) else text


def meant_entries(
    word: str, value: Any, blocks: Collection[str], rank: int | None
) -> list[MeantEntry]:
    """What an entry means whose word is none of a spec, best first."""
    call = read_call(word) if value is None and "(" in word else None
    if call is not None:
        found = _of_call(*call, blocks, rank)
        return [m._replace(changes=None) for m in found]
    stem = re.split(r"[.:/]", word.strip().removesuffix("()"))[-1].strip()
    if noted := _PAPER_STRIDE.fullmatch(word):
        given = value if isinstance(value, dict) else {}
        found = meant_entries(noted[1], {**given, "strides": int(noted[2])}, blocks, rank)
        return [m._replace(changes=None, certain=False) for m in found]
    if numbered := _PAPER_DENSE.fullmatch(word.lower()):
        return [MeantEntry("Dense", int(numbered[1]), False, None)]
    own = bool(blocks) and "_" in stem and stem.islower()  # as somebody names a block
    found = [] if own else list(special_entries(bare(stem), value, rank))
    if found:
        return found
    words = [*layer_types(), *CONSTRUCTS, *blocks]
    exact = [translated(w, value, stem, True) for w in words if bare(w) == bare(stem)]
    if exact and (exact[0].word == stem or not _suits_ill(exact[0])):
        return exact[:1]
    if exact and not _suits_ill(_along_the_last(exact[0])):
        return [_along_the_last(exact[0])]
    activation = next((a for a in ACTIVATIONS if bare(a) == bare(stem)), None)
    if activation is not None and activation != "linear":
        return [activation_entry(activation, value)]
    called = [w for w in layers_called(stem, rank or 2) if w in words]
    if exact and not called:
        return exact[:1]
    if called:
        ranked = [w for w in called if re.search(r"[123]D", w)]
        certain = len(called) == 1 or (bool(ranked) and rank is not None)
        called = called[:1] if certain or not ranked else called[:3]
        vague = bare(stem) in _VAGUE_LAYERS or re.search(r"\D\d+$", stem) is not None
        return [translated(w, value, stem, certain and not vague) for w in called]
    near = near_words(stem, list(blocks) if own else words, elsewhere=not own)
    if not near.words and re.search(r"[123][dD]$", stem):
        near = Near(near_words(stem[:-2], words).words)
    if rank is not None and len(near.words) == 1 and re.search(r"[123]D$", near.words[0]):
        suited = f"{near.words[0][:-2]}{rank}D"
        if suited in words and re.search(r"\d", stem) is None:
            near = Near((suited,), near.certain)
    if rank is None or len(near.words) < 2:
        return [translated(w, value, stem, near.certain) for w in near.words]
    suits = sorted(near.words, key=lambda w: f"{rank}D" not in w)
    return [translated(w, value, stem, False) for w in suits]


def _along_the_last(meant: MeantEntry) -> MeantEntry:
    """An operation that is told no axis, along the last one."""
    type = layer_types().get(meant.word)
    has_axis = isinstance(meant.value, dict) and "axis" in meant.value
    if type is None or "axis" not in fields(type) or has_axis:
        return meant
    first, given = bare_field(type), meant.value
    own = given if isinstance(given, dict) else {} if given is None else {first: given}
    return meant._replace(value={**own, "axis": -1}, certain=False, changes=None)


def _suits_ill(meant: MeantEntry) -> bool:
    """Whether an operation lacks what it needs, or reads more than it takes: `mean` of two branches."""
    type = layer_types().get(meant.word)
    if type is None or not type.operation:
        return False
    known, given = fields(type), meant.value
    if given is not None and not isinstance(given, dict):
        given = {next(iter(known), ""): given}
    given = given or {}
    wires = given.get("from")
    several = len(wires) if isinstance(wires, list) else 1
    nowhere = "axis" in known and "axis" not in given
    wrong = [n for n, value in given.items() if n in known and not accepts(type, n, value)]
    return several > type.inputs[1] or nowhere or bool(wrong) or not _is_complete(meant)


_PAPER_STRIDE = re.compile(r"(.*\w) ?/ ?s(\d)")
"""`Conv / s2`, as tables of papers have it."""
_PAPER_DENSE = re.compile(
    r"(\d+)[- ]?(?:d|way|unit|units)?[- ]*(?:fc|dense|linear|fully[- ]connected)"
)
"""`1000-d fc`"""
_VAGUE_LAYERS = frozenset(
    (
        *("pool", "pooling", "padding", "pad", "avg", "mean", "sum", "times", "view", "tile"),
        *("drop", "noise", "res", "skip", "stack", "loop", "fork", "split", "branches", "share"),
        *("act", "fc", "crop", "resize", "recurrent", "inputsize", "product", "transpose"),
    )
)


def _of_call(
    name: str, given: dict[str | int, Any], blocks: Collection[str], rank: int | None
) -> list[MeantEntry]:
    stem = name.rpartition(".")[2]
    type: Any = layer_types().get(stem) or CONSTRUCTS.get(stem)
    if not given:
        return [MeantEntry(stem, None, True)] if type else meant_entries(stem, None, blocks, rank)
    torch = (
        POSITIONS.get(re.sub(r"[13]d$", "2d", stem))
        if type is None or (name.startswith("nn.") and stem in ("LSTM", "GRU"))
        else None
    )
    if type is None:
        words = [m.word for m in meant_entries(stem, None, blocks, rank)]
        meant = layer_types().get(words[0]) if words else None
    else:
        meant = type
    names = torch or (list(fields(meant)) if meant else [])
    by_name: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(key, int):
            if key >= len(names):
                return []
            by_name[names[key]] = value
        else:
            by_name[key] = value
    if type is None:
        return meant_entries(stem, by_name, blocks, rank)
    return [translated(stem, by_name, stem, True)]
