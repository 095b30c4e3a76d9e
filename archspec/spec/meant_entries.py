"""What an entry of a list of layers probably means, if nobody knows its word: as a spec says it."""

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import EXAMPLES, FOLLOWS, POSITIONS, bare, layers_called
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.layers import layer_types
from archspec.records.arguments import ACTIVATIONS
from archspec.records.record import Record, fields, required_fields
from archspec.spec.entries import wires_by_number
from archspec.spec.meant_arguments import (
    Meant,
    accepts,
    argument_edits,
    as_written,
    meant_argument,
    meant_value,
    type_is_number,
)
from archspec.spec.meant_padding import meant_padding
from archspec.spec.words import CONSTRUCTS, ItemKeys

_LONGEST_CALL = 200
_LONGEST_SHOWN = 70
_ITEM_KEYS = tuple(fields(ItemKeys))
_WORDS_OF_TORCH = re.compile(
    r"(?:nn\.)?(?:[A-Z]\w*[123]d|Linear|LayerNorm|GroupNorm|RNN|LSTM|GRU)$"
)
_MERGES = {
    **dict.fromkeys(("concat", "concatenate", "cat"), "Concatenate"),
    **dict.fromkeys(("sum", "add", "+"), "Add"),
    **dict.fromkeys(("mul", "prod", "multiply", "product"), "Multiply"),
    **dict.fromkeys(("ave", "avg", "average", "mean"), "Average"),
    **dict.fromkeys(("max", "maximum"), "Maximum"),
    **dict.fromkeys(("min", "minimum"), "Minimum"),
    "sub": "Subtract",
    "dot": "Dot",
}


class MeantEntry(NamedTuple):
    """A word and its arguments, as a spec has them."""

    word: str
    value: Any
    certain: bool
    changes: tuple[tuple[str, Any, Meant], ...] | None = ()
    """Arguments with what they mean; None if the entry is another one as a whole."""
    before: Any = None
    after: tuple[Any, ...] = ()
    """Entries that come behind it."""

    @property
    def entry(self) -> Any:
        """The entry; the word alone if it has no arguments."""
        return self.word if self.value in (None, {}) else {self.word: self.value}


def entry_fixes(
    word: str, value: Any, place: Place, blocks: Collection[str], rank: int | None
) -> list[str | Fix]:
    """The fixes of an entry with such a word, best first; ``place`` is that of the entry.

    A sentence alone, where arguments are lacking or are not known.
    """
    found: list[str | Fix] = []
    for meant in meant_entries(word, value, blocks, rank):
        if not _is_complete(meant):
            meant = _with_wires(_with_examples(meant), place)
        fix = _fix(meant, word, value, place)
        found.append(fix if _is_complete(meant) else fix.message)
    return found


def _with_examples(meant: MeantEntry) -> MeantEntry:
    """The entry with values for what it lacks; as it is, if nobody knows any."""
    type: Any = layer_types().get(meant.word)
    given = meant.value
    if type is None:
        return meant
    if given is not None and not isinstance(given, dict):
        given = {next(iter(fields(type)), ""): given}
    missing = [n for n in fields(type) if n in required_fields(type) and n not in (given or {})]
    if not missing or any(n not in EXAMPLES for n in missing):
        return meant
    made = {**(given or {}), **{n: EXAMPLES[n] for n in missing}}
    return meant._replace(value=made, certain=False, changes=None)


def _with_wires(meant: MeantEntry, place: Place) -> MeantEntry:
    """The entry with names for `from: -3`."""
    wires = meant.value.get("from") if isinstance(meant.value, dict) else None
    numbers = wires if isinstance(wires, list) else [wires]
    if not any(type_is_number(n) for n in numbers) or not place.path:
        return meant
    several = [*numbers, -1] if len(numbers) == 1 and meant.word in _READS_TWO else numbers
    fix = wires_by_number(several, place.at(meant.word, "from"))
    names = fix.edits[0].value if fix is not None else None
    if names is None:
        return meant
    known = fields(layer_types()[meant.word])
    kept = {n: v for n, v in meant.value.items() if n in known or n in _ITEM_KEYS}
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
    known = fields(type)
    return required_fields(type) <= value.keys() and value.keys() <= {*known, *_ITEM_KEYS}


def _fix(meant: MeantEntry, word: str, value: Any, place: Place) -> Fix:
    is_text = not isinstance(place.document.at(place.path), dict)
    edits: list[Edit] = []
    if meant.changes is None or is_text or (meant.value in (None, {}) and value not in (None, {})):
        edits = [Edit(place, meant.entry)]
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
    call = _call(word) if value is None and "(" in word else None
    if call is not None:
        found = _of_call(*call, blocks, rank)
        return [m._replace(changes=None) for m in found]
    stem = re.split(r"[.:/]", word.strip().removesuffix("()"))[-1].strip()
    found = list(_special(bare(stem), value, rank))
    if found:
        return found
    words = [*layer_types(), *CONSTRUCTS, *blocks]
    exact = [w for w in words if bare(w) == bare(stem)]
    if exact:
        return [_translated(w, value, stem, True) for w in exact[:1]]
    activation = next((a for a in ACTIVATIONS if bare(a) == bare(stem)), None)
    if activation is not None and activation != "linear":
        return [_activation(activation, value)]
    called = [w for w in layers_called(stem, rank or 2) if w in words]
    if called:
        ranked = [w for w in called if re.search(r"[123]D", w)]
        certain = len(called) == 1 or (bool(ranked) and rank is not None)
        called = called[:1] if certain or not ranked else called[:3]
        vague = bare(stem) in _VAGUE_LAYERS or re.search(r"\D\d+$", stem) is not None
        return [_translated(w, value, stem, certain and not vague) for w in called]
    near = near_words(stem, words)
    if rank is None or len(near.words) < 2:
        return [_translated(w, value, stem, near.certain) for w in near.words]
    suits = sorted(near.words, key=lambda w: f"{rank}D" not in w)
    return [_translated(w, value, stem, False) for w in suits]


_VAGUE_LAYERS = frozenset(
    [
        "pool",
        "pooling",
        "padding",
        "pad",
        "avg",
        "mean",
        "sum",
        "times",
        "view",
        "tile",
        "drop",
        "noise",
        "res",
        "skip",
        "stack",
        "loop",
        "fork",
        "split",
        "branches",
        "share",
        "act",
        "fc",
        "crop",
        "resize",
        "recurrent",
        "inputsize",
        "product",
        "transpose",
    ]
)


def _translated(word: str, value: Any, foreign: str, certain: bool) -> MeantEntry:
    """The entry with a known word, its arguments as that word takes them."""
    type: Any = layer_types().get(word) or CONSTRUCTS.get(word)
    if type is None:
        return MeantEntry(word, value, certain)
    if not isinstance(value, dict):
        return _by_position(type, word, value, foreign, certain)
    made, changes, before, sure = translated_arguments(type, value, foreign)
    return MeantEntry(word, made, certain and sure, changes, before)


def translated_arguments(
    type: type[Record], value: dict[str, Any], foreign: str
) -> tuple[dict[str, Any], tuple[tuple[str, Any, Meant], ...], Any, bool]:
    """Arguments as a class takes them, what changes, an entry before, and whether all is certain."""
    known = fields(type)
    made: dict[str, Any] = {n: v for n, v in value.items() if n in known or n in _ITEM_KEYS}
    changes: list[tuple[str, Any, Meant]] = []
    gone: set[str] = set()
    certain = True
    for name, inner in value.items():
        if name in gone:
            continue
        if name in known:
            found = None if accepts(type, name, inner) else meant_value(type, name, inner)
            meant = [Meant(name, *found)] if found else []
            if name == "momentum" and _is_torch(foreign, value) and isinstance(inner, float):
                meant = [Meant(name, round(1 - inner, 6), True)]
        elif name in _ITEM_KEYS:
            continue
        else:
            others = {**value, **made}
            meant = meant_argument(type, name, inner, others, _ITEM_KEYS)
        if not meant:
            certain = certain and name in known
            continue
        change = meant[0]
        certain = certain and change.certain
        changes.append((name, inner, change))
        gone.update(change.others)
        if change.name is not None:
            made[change.name] = change.value
    return _with_padding(type, made, changes, certain)


def _with_padding(
    type: type[Record],
    made: dict[str, Any],
    changes: list[tuple[str, Any, Meant]],
    certain: bool,
) -> tuple[dict[str, Any], tuple[tuple[str, Any, Meant], ...], Any, bool]:
    """The same, with a padding in a word."""
    amount = made.get("padding")
    before = None
    if amount is not None and not isinstance(amount, str) and not accepts(type, "padding", amount):
        paddings = meant_padding(type.__name__, made, amount)
        if paddings:
            padding = paddings[0]
            name = next((n for n, _, m in changes if m.name == "padding"), "padding")
            old = next((v for n, v, _ in changes if n == name), amount)
            changes = [c for c in changes if c[0] != name]
            changes.append((name, old, Meant(padding.word and "padding", padding.word)))
            before, certain = padding.before, certain and padding.certain
            if padding.word is None:
                del made["padding"]
            else:
                made["padding"] = padding.word
    return made, tuple(changes), before, certain


def _is_torch(foreign: str, value: dict[str, Any]) -> bool:
    """Whether an entry is one of PyTorch, whose momentum is 1 minus that of Keras."""
    return bool(re.search(r"[123]d$", foreign)) or any(bare(n) == "numfeatures" for n in value)


def _by_position(type: Any, word: str, value: Any, foreign: str, certain: bool) -> MeantEntry:
    """The entry whose value is no map: it stands for the first argument, or for several."""
    names = list(fields(type))
    torch = POSITIONS.get(re.sub(r"[13]d$", "2d", foreign))
    if value is not None and torch and bare(torch[0]) in FOLLOWS | {"embeddim"}:
        values = value if isinstance(value, list) else [value]
        if isinstance(value, list) or bare(torch[0]) in ("numfeatures", "normalizedshape"):
            given = dict(zip(torch, values, strict=False))
            made, _, before, _ = translated_arguments(type, given, foreign)
            return MeantEntry(word, made, certain, None, before)
    if value is None or not names:
        return MeantEntry(word, value, certain)
    if isinstance(value, list) and not accepts(type, names[0], value) and word not in CONSTRUCTS:
        given = dict(zip(torch or names, value, strict=False))
        made, _, before, _ = translated_arguments(type, given, foreign)
        return MeantEntry(word, made, certain, None, before)
    if not accepts(type, names[0], value):
        found = meant_value(type, names[0], value)
        if found is not None:
            return MeantEntry(word, found[0], certain and found[1], None)
    return MeantEntry(word, value, certain)


def _activation(name: str, value: Any) -> MeantEntry:
    kept = _kept(value)
    inner = {"activation": name, **kept} if kept else name
    return MeantEntry("Activation", inner, True, None)


def _kept(value: Any) -> dict[str, Any]:
    """The keys that every entry has."""
    return {k: v for k, v in value.items() if k in _ITEM_KEYS} if isinstance(value, dict) else {}


def _special(word: str, value: Any, rank: int | None) -> Iterator[MeantEntry]:
    """Words that become more than another word."""
    given = value if isinstance(value, dict) else {}
    by_bare = {bare(n): v for n, v in given.items()}
    if by_bare.get("batchnormalize") in (1, True):
        yield from _with_normalization(word, given, rank)
    elif word in ("merge", "mergelayer", "eltwise", "elementwise"):
        kind = by_bare.get("mode", by_bare.get("operation", by_bare.get("op", by_bare.get("type"))))
        kind = value if isinstance(value, str) else kind
        meant = _MERGES.get(str(kind).lower())
        if meant is not None:
            inner = {
                n: v for n, v in given.items() if bare(n) not in ("mode", "operation", "op", "type")
            }
            made = _translated(meant, inner, word, True)
            yield made._replace(changes=None)
    elif (
        word in ("pooling", "pool", "poollayer")
        and {"pool", "pooltype", "mode", "type"} & by_bare.keys()
    ):
        key = next(n for n in ("pool", "pooltype", "mode", "type") if n in by_bare)
        kind = str(by_bare[key]).lower()
        if kind[:2] in ("ma", "av"):
            inner = {n: v for n, v in given.items() if bare(n) != key}
            stem = "MaxPooling" if kind[:2] == "ma" else "AveragePooling"
            made = _translated(f"{stem}{rank or 2}D", inner, word, rank is not None)
            yield made._replace(changes=None)
    elif word in ("bilstm", "bigru", "birnn"):
        cell = {"bilstm": "LSTM", "bigru": "GRU", "birnn": "SimpleRNN"}[word]
        yield _wrapped("Bidirectional", cell, value)
    elif word in ("lstm", "gru", "rnn", "cudnnlstm") and by_bare.get("bidirectional") is True:
        cell = {"gru": "GRU", "rnn": "SimpleRNN"}.get(word, "LSTM")
        inner = {n: v for n, v in given.items() if bare(n) != "bidirectional"}
        yield _wrapped("Bidirectional", cell, inner)
    elif word == "timedistributeddense":
        yield _wrapped("TimeDistributed", "Dense", value)
    elif re.fullmatch(r"instancenorm(alization)?[123]?d?", word):
        yield MeantEntry("GroupNormalization", {"groups": -1, **_kept(value)}, True, None)
    elif word in ("syncbatchnorm", "syncbatchnormalization", "syncbn"):
        yield MeantEntry("BatchNormalization", {"synchronized": True, **_kept(value)}, True, None)
    elif match := re.fullmatch(r"(?:feature)?dropout([123])d", word):
        yield _translated(f"SpatialDropout{match[1]}D", value, word, True)
    elif word in ("pointwise", "pointwiseconv", "pointwiseconv2d") or re.fullmatch(
        r"conv(\d)x\1", word
    ):
        match = re.search(r"(\d)x", word)
        filters = value if not isinstance(value, dict) else None
        inner = {**({"filters": filters} if filters is not None else {}), **given}
        made = _translated(
            "Conv2D", {**inner, "kernel_size": int(match[1]) if match else 1}, word, True
        )
        yield made._replace(changes=None)
    elif word in ("upsamplingbilinear2d", "upsamplebilinear", "resizebilinear"):
        made = _translated("UpSampling2D", given or {}, word, True)
        inner = {**made.value, "interpolation": "bilinear"}
        if value is not None and not given:
            inner = {"size": value, **inner}
        yield made._replace(changes=None, value=inner)
    elif word == "thresholdedrelu":
        theta = given.get("theta", value if isinstance(value, int | float) else 1.0)
        yield MeantEntry("ReLU", {"threshold": theta, **_kept(value)}, True, None)
    elif word in ("avgpool", "averagepool", "avgpooling") and value is None:
        yield _translated(f"AveragePooling{rank or 2}D", None, word, False)
        yield _translated(f"GlobalAveragePooling{rank or 2}D", None, word, False)


def _with_normalization(word: str, given: dict[str, Any], rank: int | None) -> Iterator[MeantEntry]:
    """`convolutional` of darknet with `batch_normalize`: three layers of a spec."""
    inner = {n: v for n, v in given.items() if bare(n) not in ("batchnormalize", "activation")}
    called = [w for w in layers_called(word, rank or 2) if w in layer_types()]
    if called:
        made = _translated(called[0], inner, word, False)
        said = given.get("activation", "linear")
        found = meant_value(layer_types()["Activation"], "activation", said)
        name = found[0] if found else said
        behind = () if name == "linear" else ({"Activation": name},)
        yield made._replace(changes=None, after=("BatchNormalization", *behind))


def _wrapped(wrapper: str, word: str, value: Any) -> MeantEntry:
    kept = _kept(value)
    inner = value
    if isinstance(value, dict):
        inner = {n: v for n, v in value.items() if n not in kept}
    made = _translated(word, inner, word, True)
    return MeantEntry(wrapper, {"layer": made.entry, **kept}, made.certain, None)


def _call(text: str) -> tuple[str, dict[str | int, Any]] | None:
    """Name and arguments of what Python says as ``Conv2D(16, 3)``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python tells of escapes that it does not know
            call = ast.parse(text.strip().rstrip(",;"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or len(text) > _LONGEST_CALL:
        return None
    given: dict[str | int, Any] = {n: _plain(node) for n, node in enumerate(call.args)}
    given.update({k.arg or "": _plain(k.value) for k in call.keywords})
    return ast.unparse(call.func), given


def _plain(node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ast.unparse(node)
    return list(value) if isinstance(value, tuple) else value


def _of_call(
    name: str, given: dict[str | int, Any], blocks: Collection[str], rank: int | None
) -> list[MeantEntry]:
    stem = name.rpartition(".")[2]
    type: Any = layer_types().get(stem) or CONSTRUCTS.get(stem)
    if not given:
        return [MeantEntry(stem, None, True)] if type else meant_entries(stem, None, blocks, rank)
    torch = (
        POSITIONS.get(re.sub(r"[13]d$", "2d", stem))
        if type is None or stem in ("LSTM", "GRU")
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
    return [_translated(stem, by_name, stem, True)]
