"""Entries in the words of other tools, as a spec has them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import FOLLOWS, POSITIONS, bare, layers_called
from archspec.layers import layer_types
from archspec.records.record import Record, fields
from archspec.spec.meant_arguments import Meant, meant_argument
from archspec.spec.meant_padding import meant_padding
from archspec.spec.meant_values import accepts, meant_value
from archspec.spec.short_forms import is_alone
from archspec.spec.words import CONSTRUCTS, ItemKeys

ITEM_KEYS = tuple(fields(ItemKeys))
MERGES = {
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


def translated(word: str, value: Any, foreign: str, certain: bool) -> MeantEntry:
    """The entry with a known word, its arguments as that word takes them."""
    type: Any = layer_types().get(word) or CONSTRUCTS.get(word)
    if type is None:
        return MeantEntry(word, value, certain)
    if not isinstance(value, dict):
        return _by_position(type, word, value, foreign, certain)
    if word in layer_types() and is_alone(type, value, ()):
        return MeantEntry(word, value, certain, ())
    if word == "parallel" and not value.keys() & fields(type).keys():
        kept = {n: v for n, v in value.items() if n in ITEM_KEYS}
        branches = {n: v for n, v in value.items() if n not in kept}
        if branches and all(isinstance(v, list | None) for v in branches.values()):
            return MeantEntry(word, {"branches": branches, **kept}, certain, None)
    made, changes, before, sure = translated_arguments(type, value, foreign)
    return MeantEntry(word, made, certain and sure, changes, before)


def translated_arguments(
    type: type[Record], value: dict[str, Any], foreign: str
) -> tuple[dict[str, Any], tuple[tuple[str, Any, Meant], ...], Any, bool]:
    """Arguments as a class takes them, what changes, an entry before, and whether all is certain."""
    known = fields(type)
    made: dict[str, Any] = {n: v for n, v in value.items() if n in known or n in ITEM_KEYS}
    changes: list[tuple[str, Any, Meant]] = []
    gone: set[str] = set()
    certain = True
    for name, inner in value.items():
        if name in gone:
            continue
        if name in known:
            found = None if accepts(type, name, inner) else meant_value(type, name, inner)
            meant = [Meant(name, *found)] if found else []
            if name == "skip" and isinstance(inner, list):  # a condition here, layers elsewhere
                meant = [Meant("shortcut", inner, True)]
                del made[name]
            if name == "momentum" and _is_torch(foreign, value) and isinstance(inner, float):
                meant = [Meant(name, round(1 - inner, 6), True)]
        elif name in ITEM_KEYS:
            continue
        else:
            others = {**value, **made}
            meant = meant_argument(type, name, inner, others, ITEM_KEYS)
            if bare(name) == "layers" and getattr(type, "inputs", (0, 0))[1] > 1:
                meant = [Meant("from", inner)]
        if not meant:
            certain = certain and name in known
            made.setdefault(name, inner)  # nothing is lost
            continue
        change = meant[0]
        if foreign.lower() == "view" and isinstance(change.value, list) and len(change.value) > 1:
            change = change._replace(value=change.value[1:])  # the first one is the batch
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
    if "padding" not in fields(type) or isinstance(amount, str):
        return made, tuple(changes), before, certain
    if amount is not None and not accepts(type, "padding", amount):
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
    if foreign.lower() == "view" and isinstance(value, list) and len(value) > 1:
        return MeantEntry(word, value[1:], certain, None)  # the first one is the batch
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


def activation_entry(name: str, value: Any) -> MeantEntry:
    kept = _kept(value)
    inner = {"activation": name, **kept} if kept else name
    return MeantEntry("Activation", inner, True, None)


def _kept(value: Any) -> dict[str, Any]:
    """The keys that every entry has."""
    return {k: v for k, v in value.items() if k in ITEM_KEYS} if isinstance(value, dict) else {}


def _encoder(given: dict[str, Any], value: Any) -> Iterator[MeantEntry]:
    """A layer of a Transformer (Vaswani et al., 2017), as PyTorch has it whole."""
    width, heads = (
        given.get("dmodel", given.get("embeddim")),
        given.get("nhead", given.get("numheads")),
    )
    hidden = given.get("dimfeedforward", given.get("ffdim", given.get("intermediatedim")))
    if type(width) is not int or type(heads) is not int or heads < 1 or width % heads:
        return
    act = str(given.get("activation", "relu"))
    first = {"Dense": {"units": hidden if type(hidden) is int else 4 * width, "activation": act}}
    attention = {"MultiHeadAttention": {"num_heads": heads, "key_dim": width // heads}}
    after = ("LayerNormalization", {"residual": [first, {"Dense": width}]}, "LayerNormalization")
    yield MeantEntry("residual", [attention], False, None, after=after)


_SCALED = re.compile(r"(?:lambda +\w+ *: *)?\(?\w+ *([*/]) *(\d[\d.]*)\)?(?: *([+-]) *(\d[\d.]*))?")
"""`lambda x: x / 127.5 - 1`"""


_PICKED = re.compile(r"(?:lambda +\w+ *: *)?\w+\[ *: *, *(-?\d+) *((?:, *: *)*)(?:, *\.\.\.)?\]")
"""`lambda x: x[:, -1, :]`"""


def _picking(value: Any) -> Iterator[MeantEntry]:
    """A `Lambda` that takes one step, or one row."""
    text = next(iter(value.values()), None) if isinstance(value, dict) else value
    found = _PICKED.fullmatch(text.strip()) if isinstance(text, str) else None
    if found:
        yield MeantEntry(
            "GetItem", {"axis": 1, "index": int(found[1]), **_kept(value)}, False, None
        )


def _scaling(value: Any) -> Iterator[MeantEntry]:
    """A `Lambda` that scales and moves its values."""
    text = next(iter(value.values()), None) if isinstance(value, dict) else value
    found = _SCALED.fullmatch(text.strip()) if isinstance(text, str) else None
    if found:
        operator, factor, sign, moved = found.groups()
        scale = f"1/{factor.rstrip('.')}" if operator == "/" else float(factor)
        offset = {"offset": float(sign + moved)} if sign else {}
        yield MeantEntry("Rescaling", {"scale": scale, **offset, **_kept(value)}, False, None)


def special_entries(word: str, value: Any, rank: int | None) -> Iterator[MeantEntry]:
    """Words that become more than another word."""
    given = value if isinstance(value, dict) else {}
    by_bare = {bare(n): v for n, v in given.items()}
    block = re.fullmatch(
        r"(?:basic)?conv(\dd)?(?:bn|batchnorm)(relu6?|silu|act|leaky(?:relu)?)?", word
    )
    if by_bare.get("batchnormalize") in (1, True):
        yield from _with_normalization(word, given, rank)
    elif word == "lambda":
        yield from _scaling(value)
        yield from _picking(value)
    elif block:
        act = (block[2] or "linear").replace("act", "relu")
        inner = given or ({} if value is None else {"filters": value})
        yield from _with_normalization(f"conv{block[1] or ''}", {"activation": act, **inner}, rank)
    elif word in ("merge", "mergelayer", "eltwise", "elementwise"):
        kind = by_bare.get("mode", by_bare.get("operation", by_bare.get("op", by_bare.get("type"))))
        kind = value if isinstance(value, str) else kind
        meant = MERGES.get(str(kind).lower())
        if meant is not None:
            inner = {
                n: v for n, v in given.items() if bare(n) not in ("mode", "operation", "op", "type")
            }
            made = translated(meant, inner, word, True)
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
            made = translated(f"{stem}{rank or 2}D", inner, word, rank is not None)
            yield made._replace(changes=None)
    elif word in ("output", "outputlayer", "classifier", "logits", "prediction", "predictions"):
        yield translated("Dense", value, word, False)
    elif word in ("transformerencoderlayer", "transformerencoder", "transformerblock"):
        yield from _encoder(by_bare, value)
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
        yield translated(f"SpatialDropout{match[1]}D", value, word, True)
    elif word in ("pointwise", "pointwiseconv", "pointwiseconv2d") or re.fullmatch(
        r"conv(\d)x\1", word
    ):
        match = re.search(r"(\d)x", word)
        filters = value if not isinstance(value, dict) else None
        inner = {**({"filters": filters} if filters is not None else {}), **given}
        made = translated(
            "Conv2D", {**inner, "kernel_size": int(match[1]) if match else 1}, word, True
        )
        yield made._replace(changes=None)
    elif word in ("upsamplingbilinear2d", "upsamplebilinear", "resizebilinear"):
        made = translated("UpSampling2D", given or {}, word, True)
        inner = {**made.value, "interpolation": "bilinear"}
        if value is not None and not given:
            inner = {"size": value, **inner}
        yield made._replace(changes=None, value=inner)
    elif word == "thresholdedrelu":
        theta = given.get("theta", value if isinstance(value, int | float) else 1.0)
        yield MeantEntry("ReLU", {"threshold": theta, **_kept(value)}, True, None)
    elif word in ("avgpool", "averagepool", "avgpooling") and value is None:
        yield translated(f"AveragePooling{rank or 2}D", None, word, False)
        yield translated(f"GlobalAveragePooling{rank or 2}D", None, word, False)


def _with_normalization(word: str, given: dict[str, Any], rank: int | None) -> Iterator[MeantEntry]:
    """`convolutional` of darknet with `batch_normalize`: three layers of a spec."""
    inner = {n: v for n, v in given.items() if bare(n) not in ("batchnormalize", "activation")}
    called = [w for w in layers_called(word, rank or 2) if w in layer_types()]
    if called:
        made = translated(called[0], inner, word, False)
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
    made = translated(word, inner, word, True)
    return MeantEntry(wrapper, {"layer": made.entry, **kept}, made.certain, None)
