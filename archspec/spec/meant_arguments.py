"""What an argument of another name, or with another value, probably means: as a spec says it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import (
    ABOUT_IT,
    ARGUMENTS,
    FOLLOWS,
    NEEDLESS,
    PAIRS,
    TRAINING,
    VAGUE,
    bare,
)
from archspec.diagnostics.fixes import Edit, How
from archspec.diagnostics.foreign_names import Meaning
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import near_words
from archspec.formulas.expressions import is_name
from archspec.layers import Layer
from archspec.records.record import (
    Record,
    fields,
)
from archspec.spec.meant_padding import meant_padding
from archspec.spec.meant_values import accepts, as_written, meant_value, type_is_number

_FOLLOWS = "it follows from the layer before, or from `input` at the top"
_SWITCHED_OFF: dict[str, Any] = {
    "ceilmode": False,
    "paddingmode": "zeros",
    "stopgradient": False,
    "normalize": False,
    "batchnormalize": 0,
    "numlayers": 1,
    "bidirectional": False,
    "affine": True,
    "elementwiseaffine": True,
    "returnindices": False,
    "inputscale": 1,
    "sparse": False,
    "ragged": False,
    "droplast": False,
    "paddingidx": None,
}
"""Arguments that say nothing with this value, and something that is said otherwise with another."""


_SHORT = 5
"""Words of other tools with more letters may be misspelt too."""


class Meant(NamedTuple):
    """An argument as a spec has it."""

    name: str | None
    """None: it is left out."""
    value: Any = None
    certain: bool = False
    why: str = ""
    others: tuple[str, ...] = ()
    """Further arguments that it takes in: they go."""
    before: Any = None
    """An entry that comes before the layer."""
    misspelt: bool = False
    """It is spelt much like that, and no word of another tool."""


def meant_argument(
    type: type[Record],
    name: str,
    value: Any,
    given: Mapping[str, Any],
    also: Iterable[str] = (),
) -> list[Meant]:
    """What an argument that a class has not may mean, best first; nothing if nobody knows.

    ``given`` are all arguments that are written, ``also`` the keys that every entry has.
    """
    known, word = fields(type), bare(name)
    free = [n for n in (*known, *also) if n not in given]
    for other in free:
        if bare(other) == word:
            return [_valued(type, other, value, True)]
    is_layer = issubclass(type, Layer)
    of_filters = word in ("filters", "outchannels", "channels", "nbfilter")
    if type.__name__.startswith("Depthwise") and of_filters:
        return [Meant(None, why="it has as many as it reads, times `depth_multiplier`")]
    if word in ("embeddim", "dmodel") and is_layer and "key_dim" in given:
        return [Meant(None, certain=True, why=_FOLLOWS)]
    other_way = _of_two(word, free, given) or _worked_out(word, value, free, given)
    if other_way is not None:
        return [other_way]
    if is_layer and word in FOLLOWS:
        return [Meant(None, certain=True, why=_FOLLOWS)]
    if word == "paddingidx" and value == 0 and "mask_zero" in free:
        return [Meant("mask_zero", True)]
    if word == "dim" and value == 1 and type.__name__ == "Concatenate":
        return [Meant(None, why="it joins the channels, which come last here")]
    if word == "ceilmode" and value is True and "padding" in free:
        return [Meant("padding", "same", why="it rounds sizes up too")]
    if is_layer and word in NEEDLESS:
        return [Meant(None, certain=True, why=NEEDLESS[word])]
    if word in _SWITCHED_OFF and is_layer:
        if value == _SWITCHED_OFF[word]:
            return [Meant(None, certain=True, why="without it a layer does the same")]
        if word not in ARGUMENTS:
            return []
    meanings = [n for n in ARGUMENTS.get(word, ()) if n in free]
    meanings = [n for n in meanings if n in known] or meanings
    taken = [n for n in meanings if n not in known or _may_take(type, n, value)]
    meanings = taken if taken or not is_layer else meanings
    if word == "version" and value not in (1, "1", 1.0):
        meanings = []
    if meanings == ["padding"] and is_layer and not accepts(type, "padding", value):
        found_paddings = _paddings(type, value, given)
        if found_paddings:
            return found_paddings
    if meanings:
        clear = word not in VAGUE or isinstance(value, bool)
        if len(meanings) == 1 and meanings[0] in known and not clear:
            clear = isinstance(value, str) and value in known[meanings[0]].type.choices
        certain = len(meanings) == 1 and clear
        return [_valued(type, n, value, certain) for n in meanings[:2]]
    if word in TRAINING and type.__name__ == "SpecKeys":
        return [Meant(None, why="how a network is trained stands in a recipe")]
    if type.__name__ == "Expectation" and word in ("flops", "flop", "operations", "ops"):
        halves = [Meant("macs", value // 2)] if type_is_number(value) and value % 2 == 0 else []
        why = "a multiplication and its addition are one"
        return [m._replace(why=why) for m in (*halves, Meant("macs", value))]
    if word in ABOUT_IT and type.__name__ == "SpecKeys":
        return [Meant(None, why="a comment, or `description`, says it")]
    if type.__name__ == "DenseBlock" and word in ("growthrate", "growth", "k"):
        return [Meant(None, why="the layers inside say how many channels they add")]
    if type.__name__ == "Apply":
        return [Meant(None, why="what is applied has its arguments already")]
    near = near_words(name, [n for n in known if n in free])
    if not near.words:
        near = near_words(name, free)
    if not near.words and len(word) > _SHORT:
        near = near_words(word, [w for w, means in ARGUMENTS.items() if set(means) & set(free)])
        words = near.words[:1] if near.certain else ()
        meanings = [n for w in words for n in ARGUMENTS[w] if n in free]
        return [_valued(type, n, value, False)._replace(misspelt=True) for n in meanings[:1]]
    found = [_valued(type, n, value, near.certain) for n in near.words]
    return [meant._replace(misspelt=True) for meant in found]


def _paddings(type: type[Record], value: Any, given: Mapping[str, Any]) -> list[Meant]:
    """A padding in numbers."""
    known = fields(type)
    meant = {n: v for n, v in given.items() if n in known}
    for other, inner in given.items():
        for name in ARGUMENTS.get(bare(other), ()):
            if name in known:
                meant.setdefault(name, inner)
    return [
        Meant(p.word and "padding", p.word, p.certain, "", (), p.before)
        for p in meant_padding(type.__name__, meant, value)
    ]


def _may_take(type: type[Record], name: str, value: Any) -> bool:
    """Whether an argument takes a value, or what it obviously means."""
    if name == "params" and isinstance(value, dict):
        return not any(isinstance(v, dict) for v in value.values())
    return accepts(type, name, value) or meant_value(type, name, value) is not None


def _of_two(word: str, free: list[str], given: Mapping[str, Any]) -> Meant | None:
    """`nb_row` and `nb_col`: one argument of a spec."""
    by_bare = {bare(n): n for n in given}
    for meant, pairs in PAIRS.items():
        for pair in pairs:
            first, second = pair.split()
            if word in (first, second) and meant in free and {first, second} <= by_bare.keys():
                rows, columns = given[by_bare[first]], given[by_bare[second]]
                size = rows if rows == columns else [rows, columns]
                return Meant(meant, size, True, others=(by_bare[second],))
    return None


def _worked_out(word: str, value: Any, free: list[str], given: Mapping[str, Any]) -> Meant | None:
    """Arguments whose numbers change with their names."""
    number = value if type(value) in (int, float) else None
    if word in ("keepprob", "keep", "keeprate") and "rate" in free and number is not None:
        return Meant("rate", round(1 - number, 6), True, "it is the share that is dropped")
    if word in ("std", "stddev", "deviation") and "variance" in free:
        several = isinstance(value, list) and all(type(v) in (int, float) for v in value)
        if number is not None or several:
            squares = [round(v * v, 8) for v in value] if several else round(value * value, 8)
            return Meant("variance", squares, True, "it is the square of the deviation")
    counted = word in ("localsize", "size", "n") and "depth_radius" in free
    if counted and type(value) is int and value > 1 and value % 2:
        why = "it counts the channels on one side"
        return Meant("depth_radius", value // 2, word == "localsize", why)
    if (
        word in ("embeddim", "dmodel", "hiddensize", "hiddendim", "dim", "units")
        and "key_dim" in free
    ):
        heads = next((v for n, v in given.items() if bare(n) in _HEADS), None)
        if type(value) is int and type(heads) is int and heads > 0 and value % heads == 0:
            return Meant("key_dim", value // heads, True, "it is the width of one head")
        words = [str(v) for v in (value, heads) if type(v) is int or is_name(str(v))]
        if len(words) == 2 and str in (type(value), type(heads)):
            return Meant("key_dim", "//".join(words), True, "it is the width of one head")
    if (
        word in ("l2", "l2reg", "l1", "l1reg")
        and "kernel_regularizer" in free
        and number is not None
    ):
        kind = word[:2]
        return Meant("kernel_regularizer", {kind.upper(): {kind: number}})
    decays = word in ("weightdecay", "decay", "l2decay", "wd") and number is not None
    if decays and "kernel_regularizer" in free:
        return Meant("kernel_regularizer", {"L2": {"l2": number}})
    if word in ("frozen", "freeze") and "trainable" in free and isinstance(value, bool):
        return Meant("trainable", not value, True)
    return None


_HEADS = ("numheads", "heads", "nheads", "nhead", "numhead", "h")


def _valued(type: type[Record], name: str, value: Any, certain: bool) -> Meant:
    """The argument, with its value as the class takes it."""
    field = fields(type).get(name)
    if field is None or accepts(type, name, value):
        return Meant(name, value, certain)
    meant = meant_value(type, name, value)
    return Meant(name, value, certain) if meant is None else Meant(name, meant[0], certain)


def has_wires(value: Any, place: Place) -> bool:
    """Whether what a layer is to read from stands as a name somewhere in its file."""
    text = place.document.source.text
    words = value if isinstance(value, list) else [value]
    return all(
        isinstance(w, str)
        and (w == "input" or re.search(rf"(?:\bname: *[\"']?|\n *){re.escape(w)}\b", text))
        for w in words
    )


def argument_meaning(meant: Meant, name: str, value: Any, place: Place) -> Meaning:
    """What an argument becomes; ``place`` is that of the argument."""
    edits = argument_edits(meant, name, value, place)
    entry = place._replace(path=place.path[:-2], part="value")
    shown, said = "", meant.why
    if meant.before is not None and entry.path and isinstance(entry.path[-1], int):
        edits = (*edits, Edit(entry, meant.before, How.BEFORE))
        said = f"`- {as_written(meant.before)[1:-1]}` before it does the same"
    elif meant.name is None:
        said = f"leave it out: {meant.why}"
    else:
        alike = meant.value == value and not meant.others
        shown = meant.name if alike else f"{meant.name}: {as_written(meant.value)}"
    return Meaning(edits, meant.certain, shown, said, not meant.misspelt)


def argument_edits(meant: Meant, name: str, value: Any, place: Place) -> tuple[Edit, ...]:
    """What makes of an argument what it means."""
    edits = []
    if meant.name is None:
        edits.append(Edit(place, how=How.REMOVE))
    else:
        if meant.name != name:
            edits.append(Edit(place.key(), meant.name))
        if repr(meant.value) != repr(value):
            edits.append(Edit(place, meant.value))
    others = [place._replace(path=(*place.path[:-1], n)) for n in meant.others if n != name]
    return (*edits, *(Edit(at, how=How.REMOVE) for at in others))
