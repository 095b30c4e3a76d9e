"""What an argument of another name, or with another value, probably means: as a spec says it."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archspec.diagnostics.elsewhere import (
    ABOUT_IT,
    ARGUMENTS,
    FOLLOWS,
    NEEDLESS,
    PAIRS,
    VAGUE,
    bare,
    values_called,
)
from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import did_you_mean, near_words
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.formulas.mend import NUMBERS
from archspec.layers import Layer
from archspec.records.record import (
    ArgumentError,
    ArgumentType,
    Kind,
    Record,
    ValidationError,
    fields,
)

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
    found = _of_two(word, free, given) or _worked_out(word, value, free, given)
    if found is not None:
        return [found]
    if is_layer and word in FOLLOWS:
        return [Meant(None, certain=True, why=_FOLLOWS)]
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
    if meanings:
        certain = len(meanings) == 1 and word not in VAGUE
        return [_valued(type, n, value, certain) for n in meanings[:2]]
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
        meanings = [n for w in near.words[:1] for n in ARGUMENTS[w] if n in free]
        return [_valued(type, n, value, False) for n in meanings[:1]]
    return [_valued(type, n, value, near.certain) for n in near.words]


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
    if (
        word in ("embeddim", "dmodel", "hiddensize", "hiddendim", "dim", "units")
        and "key_dim" in free
    ):
        heads = next((v for n, v in given.items() if bare(n) in _HEADS), None)
        if type(value) is int and type(heads) is int and heads > 0 and value % heads == 0:
            return Meant("key_dim", value // heads, True, "it is the width of one head")
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


def accepts(type: type[Record], name: str, value: Any) -> bool:
    """Whether an argument takes a value, or a formula."""
    kind = fields(type)[name].type
    if isinstance(value, str) and not kind.text and not kind.nested:
        try:
            formula = parse_expression(value)
            value = value if formula.names else formula.evaluate({})
        except ExpressionError:
            return False
        if formula.names:
            return True
    if isinstance(value, str) and "$" in value:
        return True
    if kind.kind_for(type) in (Kind.LAYERS, Kind.BRANCHES):
        return isinstance(value, list if kind.kind_for(type) is Kind.LAYERS else dict)
    try:
        type(**{name: value})
    except ValidationError as error:
        return all(d["loc"][:1] != (name,) for d in error.errors(include_url=False))
    except ArgumentError as error:
        return error.argument != name
    return True


def meant_value(type: type[Record], name: str, value: Any) -> tuple[Any, bool] | None:
    """What a value that an argument does not take obviously means, and whether that is certain."""
    return next(iter(meant_values(type, name, value)), None)


def meant_values(type: type[Record], name: str, value: Any) -> list[tuple[Any, bool]]:
    """All that it may mean, best first."""
    found: list[tuple[Any, bool]] = []
    takes_text = fields(type)[name].type.text
    for candidate, certain in _readings(type, name, value):
        new = repr(candidate) != repr(value)
        new = new and (takes_text or not isinstance(candidate, str))
        if new and accepts(type, name, candidate) and candidate not in [c for c, _ in found]:
            found.append((candidate, certain))
    return found


def _readings(type: type[Record], name: str, value: Any) -> Iterable[tuple[Any, bool]]:
    field = fields(type)[name]
    if isinstance(value, str):
        yield from _readings_of_text(type, name, value)
    elif isinstance(value, bool):
        if field.type.text:
            yield from ((w, True) for w in values_called(name, str(value)))
    elif isinstance(value, int | float):
        if isinstance(value, float) and value.is_integer():
            yield int(value), True
        if name in ("shape", "target_shape", "dims"):
            yield [value], True
        if value in (0, 1):
            yield bool(value), True
        if field.type.text:
            yield from ((w, True) for w in values_called(name, str(value)))
    elif isinstance(value, list):
        yield from _readings_of_list(value)
    elif isinstance(value, dict):
        yield from _readings_of_map(type, name, value)
    elif value is None and field.type.text:
        yield from ((w, False) for w in values_called(name, "none"))
    if type_is_number(value):
        yield from _readings_of_number(field.type, name, value)
    if name.endswith("_regularizer") and type_is_number(value):
        yield {"L2": {"l2": value}}, False


def _readings_of_number(type: ArgumentType, name: str, value: float) -> Iterable[tuple[Any, bool]]:
    """A number out of its range: a percentage, or with a sign that it cannot have."""
    if "0 to 1" in type.expects and LEAST_PERCENT <= value <= 100:
        yield round(value / 100, 6), False
    elif value < 0:
        yield -value, False
    elif value == 0 and name in ("strides", "dilation_rate", "groups", "depth_multiplier"):
        yield 1, False
    elif isinstance(value, float) and not value.is_integer() and abs(value) < LARGEST_HALVES:
        yield math.floor(value), False
        yield math.ceil(value), False


LEAST_PERCENT = 10
"""A share from here on is hardly meant as anything but a percentage."""
LARGEST_HALVES = 1e15
"""Above it floats have no fractions."""


def type_is_number(value: Any) -> bool:
    """Whether it is a number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _readings_of_text(type: type[Record], name: str, value: str) -> Iterable[tuple[Any, bool]]:
    text = value.strip()
    plain = text.lower()
    if plain in NUMBERS:
        yield NUMBERS.index(plain), True
    if "," in text and not text.startswith(("[", "(")):
        yield [part.strip() for part in text.split(",")], True
    if re.search(r"[\s.]", text) and fields(type)[name].type.kind_for(type) is Kind.NAME:
        yield re.sub(r"\W+", "_", text).strip("_"), True
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if plain in words:
        yield words[plain], True
    if plain in ("none", "null", "nil", "~"):
        yield None, True
    if re.fullmatch(r"[+-]?\d+", text):
        yield int(text), True
    elif re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        yield float(text), True
    if re.fullmatch(r"[\d.]+ ?%", text):
        yield round(float(text.rstrip("% ")) / 100, 6), True
    sizes = re.fullmatch(r"\(?\s*(\d+)((?:\s*[x×,*]\s*\d+)+)\s*,?\)?", text)
    if sizes:
        yield [int(n) for n in re.findall(r"\d+", text)], True
    if re.fullmatch(r"[\[(][^\[\]()]*[\])]", text):
        inner = [part.strip() for part in text[1:-1].split(",") if part.strip()]
        if all(re.fullmatch(r"-?\d+", part) for part in inner):
            yield [int(part) for part in inner], True
    call = re.fullmatch(r"([\w.]+?)\(([^()]*)\)", text)
    setting = _setting_of_call(name, *call.groups()) if call else None
    if setting is not None:
        yield setting, True
    stem = re.split(r"[.:/]", call[1] if call else text)[-1]
    if stem != value:
        yield stem, True
    for word in values_called(name, stem):
        yield word, True
    yield from ((w, c) for w, c in _near_choices(type, name, stem))


def _near_choices(type: type[Record], name: str, word: str) -> Iterable[tuple[str, bool]]:
    choices = fields(type)[name].type.choices
    near = near_words(word, choices)
    found = []
    for meant in near.words:
        alike = [c for c in choices if bare(c) == bare(meant)]
        style = [c for c in alike if c.islower() == word.islower()]
        found.append(((style or alike)[0], near.certain))
    return found


def _setting_of_call(name: str, word: str, inner: str) -> Any:
    """`l2(0.01)` or `HeNormal(seed=1)`: a map of one key."""
    word = word.rpartition(".")[2]
    arguments: dict[str, Any] = {}
    for part in filter(None, (p.strip() for p in inner.split(","))):
        key, equals, text = part.rpartition("=")
        try:
            number: Any = int(text) if re.fullmatch(r"-?\d+", text.strip()) else float(text)
        except ValueError:
            return None
        if not equals:
            key = {"l1": "l1", "l2": "l2"}.get(word.lower(), "value")
        arguments[key.strip()] = number
    return {word: arguments} if arguments else word


def _readings_of_list(value: list[Any]) -> Iterable[tuple[Any, bool]]:
    if len(value) == 1:
        yield value[0], True
    if -1 in value and all(type(v) is int or v is None for v in value):
        yield [None if v == -1 else v for v in value], True
    if len(value) > 1 and all(isinstance(v, dict) and len(v) == 1 for v in value):
        yield {k: v for entry in value for k, v in entry.items()}, True
    if len(value) == 4 and value[0] == 1 and value[3] == 1:
        yield value[1:3], True  # of TensorFlow: batch, rows, columns, channels
    if len(value) > 1 and all(v == value[0] for v in value):
        yield value[0], False
    floats = [v for v in value if isinstance(v, float) and v.is_integer()]
    if floats:
        yield [int(v) if isinstance(v, float) else v for v in value], True
    texts = [v for v in value if isinstance(v, str) and re.fullmatch(r"\d+", v)]
    if texts:
        yield [int(v) if isinstance(v, str) else v for v in value], True


def _readings_of_map(
    type: type[Record], name: str, value: dict[str, Any]
) -> Iterable[tuple[Any, bool]]:
    keys = {bare(k): v for k, v in value.items()}
    for pair in (("height", "width"), ("h", "w"), ("rows", "cols"), ("y", "x")):
        if keys.keys() == set(pair):
            yield [keys[p] for p in pair], True
    if keys.keys() == {"height", "width", "depth"}:
        yield [keys["depth"], keys["height"], keys["width"]], False
    kind = next((value[k] for k in ("class_name", "name", "type", "class") if k in value), None)
    if isinstance(kind, str):
        rest = {k: v for k, v in value.items() if k not in ("class_name", "name", "type", "class")}
        inner = rest.pop("config", None) or rest.pop("arguments", None) or rest.pop("args", None)
        rest = {**rest, **(inner if isinstance(inner, dict) else {})}
        rest = {k: v for k, v in rest.items() if k not in ("module", "registered_name")}
        yield ({kind: rest} if rest else kind), True
        for word in values_called(name, kind):
            yield ({word: rest} if rest else word), True
    if len(value) == 1:
        ((word, inner),) = value.items()
        for near, certain in _near_choices(type, name, word):
            yield {near: inner}, certain
        if not isinstance(inner, dict | list | None):
            yield from setting_of_value(name, word, inner)
        for known in values_called(name, word):
            yield ({known: inner} if inner else known), True
    elif set(value) == {"l1", "l2"}:
        yield {"L1L2": value}, True
    if "l2" in value and len(value) == 1 and type_is_number(value["l2"]):
        yield {"L2": value}, True
    if "l1" in value and len(value) == 1 and type_is_number(value["l1"]):
        yield {"L1": value}, True


def setting_of_value(name: str, word: str, value: Any) -> Iterable[tuple[Any, bool]]:
    """`{Constant: 0.1}`: the value stands for the first argument."""
    from archspec.layers.settings import constraints, initializers, regularizers

    for module in (initializers, regularizers, constraints):
        kind = module.KINDS.names.get(word)
        if (
            kind is not None
            and fields(kind)
            and name.endswith(module.__name__.rpartition(".")[2][:-1])
        ):
            yield {word: {next(iter(fields(kind))): value}}, True


def argument_fix(meant: Meant, name: str, value: Any, place: Place) -> Fix:
    """The fix of one argument; ``place`` is that of the argument."""
    edits = argument_edits(meant, name, value, place)
    if meant.name is None:
        return Fix(f"leave it out: {meant.why}", edits, meant.certain)
    shown = meant.name if meant.value == value else f"{meant.name}: {as_written(meant.value)}"
    message = did_you_mean(shown)
    if meant.before is not None:
        message = f"`- {as_written(meant.before)[1:-1]}` before it does the same"
    return Fix(message + (f" {meant.why}" if meant.why else ""), edits, meant.certain)


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


def as_written(value: Any) -> str:
    """A value in one line of YAML, words without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {as_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_written, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
