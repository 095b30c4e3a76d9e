"""What a value that an argument does not take obviously means."""

import math
import re
from collections.abc import Iterable
from typing import Any

from archspec.diagnostics.elsewhere import bare, values_called
from archspec.diagnostics.spelling import near_words
from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.formulas.mend import NUMBERS
from archspec.records.record import (
    ArgumentError,
    ArgumentType,
    Kind,
    Record,
    ValidationError,
    bare_field,
    fields,
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
    if type.__name__.endswith("1D") and name in _WINDOWS and isinstance(value, list):
        whole = [v for v in value if isinstance(v, int) and not isinstance(v, bool)]
        if len(whole) == len(value) == 2 and 1 in whole:  # of a picture with one row or column
            yield max(whole), True
    in_time = type.__name__.endswith("3D") and name in _WINDOWS
    if in_time and isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        yield [1, *value], False  # of the picture only
        yield value[0], False
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
        yield from _readings_of_list(name, value)
    elif isinstance(value, dict):
        yield from _readings_of_map(type, name, value)
    elif value is None and field.type.text:
        yield from ((w, False) for w in values_called(name, "none"))
    if type_is_number(value):
        counts = field.type.kind_for(type) is Kind.WHOLE or name in _COUNTS
        yield from _readings_of_number(field.type, name, value, counts)
    if name.endswith("_regularizer") and type_is_number(value):
        yield {"L2": {"l2": value}}, False


def _readings_of_number(
    type: ArgumentType, name: str, value: float, counts: bool
) -> Iterable[tuple[Any, bool]]:
    """A number out of its range: a percentage, or with a sign that it cannot have."""
    if "0 to 1" in type.expects and LEAST_PERCENT <= value <= 100:
        yield round(value / 100, 6), False
    elif "0 to 1" in type.expects and (2 <= value == int(value) or value > 9) and value < 10:
        yield round(value / 10, 6), False  # the point stands too far right, or nowhere
    elif value < 0:
        yield -value, False
    elif value == 0 and name in ("strides", "dilation_rate", "groups", "depth_multiplier"):
        yield 1, False
    elif (
        counts
        and isinstance(value, float)
        and not value.is_integer()
        and abs(value) < LARGEST_HALVES
    ):
        yield math.floor(value), False
        yield math.ceil(value), False


_COUNTS = ("times", "params", "trainable_params", "macs")
"""Arguments that take formulas of any kind, but count something."""
_LEAST_BEGUN = 3
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
    if name == "padding" and plain == "causal":
        yield "same", False  # where no axis is time
    if "," in text and not text.startswith(("[", "(")):
        yield [part.strip() for part in text.split(",")], True
    if re.search(r"[\s./]", text) and fields(type)[name].type.kind_for(type) is Kind.NAME:
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
    if text[:1] in ("'", '"') and text[-1:] == text[:1]:
        yield text[1:-1], True
    setting = _setting_of_call(name, *call.groups()) if call else None
    if setting is not None:
        yield setting, True
    stem = re.split(r"[.:/]", call[1] if call else text)[-1]
    if stem != value:
        yield stem, True
    for word in values_called(name, stem):
        yield word, word != "gelu"  # others calculate it nearly so
    yield from ((w, c) for w, c in _near_choices(type, name, stem))


def _near_choices(type: type[Record], name: str, word: str) -> Iterable[tuple[str, bool]]:
    choices = fields(type)[name].type.choices
    near = near_words(word, choices)
    found = []
    for meant in near.words:
        alike = [c for c in choices if bare(c) == bare(meant)]
        style = [c for c in alike if c.islower() == word.islower()]
        found.append(((style or alike)[0], near.certain))
    if not found:  # `summe` for `sum`
        begun = [c for c in choices if len(c) >= _LEAST_BEGUN and word.lower().startswith(c)]
        found += [(c, False) for c in begun if len(begun) == 1]
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


def _readings_of_list(name: str, value: list[Any]) -> Iterable[tuple[Any, bool]]:
    if len(value) == 1:
        yield value[0], True
    if -1 in value and all(type(v) is int or v is None for v in value):
        if value[0] == -1 and name == "shape" and len(value) > 1 and value.count(-1) == 1:
            yield value[1:], False  # the first one is the batch
            yield [None, *value[1:]], False
        yield [None if v == -1 else v for v in value], True
    if len(value) > 1 and all(isinstance(v, dict) and len(v) == 1 for v in value):
        yield {k: v for entry in value for k, v in entry.items()}, True
    if len(value) == 4 and value[0] == 1 and value[3] == 1:
        yield value[1:3], True  # of TensorFlow: batch, rows, columns, channels
    if len(value) == 4 and name in ("padding", "cropping"):  # left, right, top, bottom
        yield [value[2:], value[:2]], value[:2] == value[2:]
    if len(value) > 1 and all(v == value[0] for v in value):
        yield value[0], True
    if name == "shape" and 0 in value and all(type(v) is int for v in value):
        yield [None if v == 0 else v for v in value], False
        for other in [v for v in value[:-1] if v][:1]:
            yield [v or other for v in value], False
    yield _without_signs(value), False
    if len(value) == 3 and name in _WINDOWS:
        yield from ((v, False) for v in (value[:2], value[1:]))
    floats = [v for v in value if isinstance(v, float) and v.is_integer()]
    if floats:
        yield [int(v) if isinstance(v, float) else v for v in value], True
    texts = [v for v in value if isinstance(v, str) and re.fullmatch(r"\d+", v)]
    if texts:
        yield [int(v) if isinstance(v, str) else v for v in value], True


_WINDOWS = ("kernel_size", "pool_size", "strides", "dilation_rate", "size")


def _without_signs(value: Any) -> Any:
    """A list whose numbers are not below 0."""
    if isinstance(value, list):
        return [_without_signs(v) for v in value]
    return abs(value) if type_is_number(value) else value


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
        if bare(word) == name and isinstance(inner, str):
            yield inner, True
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
            yield {word: {bare_field(kind): value}}, True


def as_written(value: Any) -> str:
    """A value in one line of YAML, words without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {as_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_written, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
