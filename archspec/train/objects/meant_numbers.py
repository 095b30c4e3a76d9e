"""Numbers of recipes that cannot be meant as they stand, and what is meant probably."""

import re
from collections.abc import Iterator
from typing import Any

from archspec.formulas.explain import ExpressionError
from archspec.formulas.expressions import parse_expression
from archspec.records.field_values import takes
from archspec.records.record import Kind, Record, fields
from archspec.spec.meant_values import meant_values

_BYTES = "1/255"
_MODES = {
    "max": ("maximum", "maximize", "maximise", "higher", "up", "greater", "more", "max_mode"),
    "min": ("minimum", "minimize", "minimise", "lower", "down", "smaller", "less", "min_mode"),
}


def meant_numbers(kind: type[Record], name: str, value: Any) -> list[tuple[Any, bool]]:
    """What a value that a field does not take probably means, best first; and whether surely."""
    found: list[tuple[Any, bool]] = []
    for meant, certain in _readings(kind, name, value):
        if meant not in [m for m, _ in found] and takes(kind, name, _worked(meant)):
            found.append((meant, certain))
    return found


def _readings(kind: type[Record], name: str, value: Any) -> Iterator[tuple[Any, bool]]:
    field = fields(kind)[name]
    if name == "rescale":
        yield from _scales(value)
    if name == "size":
        yield from _sizes(value)
    if name == "preprocess" and isinstance(value, str):
        yield from _families(value, field.type.choices)
    if isinstance(value, str):
        yield from _numerals(value)
        unit = re.fullmatch(r"\s*(\d+)\s*[a-z]+\s*", value)
        if unit and unit[0].strip().split()[-1] in ("epochs", "epoch", "examples", "pictures"):
            yield int(unit[1]), True
    if name == "epochs" and value in (0, None, ""):
        yield 10, False
    if name == "mode" and isinstance(value, str):
        yield from ((word, True) for word, others in _MODES.items() if value.lower() in others)
    yield from meant_values(kind, name, value.strip() if isinstance(value, str) else value)
    number = _worked(value)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return
    if number < 0 and not ("learning_rate" in name and number <= -0.5):
        yield -number, False
    share = takes(kind, name, 0.5) and not takes(kind, name, 2.5)
    if number > 1 and share and field.type.kind_for(kind) is Kind.NUMBER:
        if number >= 10 or name in ("validation_split", "held_out", "label_smoothing"):
            yield round(number / 100, 6), number >= 10
        yield round(number / 10, 6), False
    if number <= 0 and not field.required and field.default:
        yield field.default, False


def _numerals(text: str) -> Iterator[tuple[Any, bool]]:
    """Numbers that are written in another way: `1e3-`, `0,001`, `10^-3`, `1e -3`."""
    plain = text.strip().replace("−", "-").replace("–", "-").replace(" ", "").lower()
    swapped = re.fullmatch(r"(\d+(?:\.\d*)?)e(\d+)-", plain)
    if swapped:
        plain = f"{swapped[1]}e-{swapped[2]}"
    power = re.fullmatch(r"(?:(\d+(?:\.\d*)?)[*x×·])?10(?:\^|\*\*)(-?\d+)", plain)
    if power:
        plain = f"{power[1] or 1}e{power[2]}"
    if re.fullmatch(r"\d+,\d+", plain):
        plain = plain.replace(",", ".")
    if plain != text and re.fullmatch(r"\d+(\.\d*)?(e-?\d+)?", plain):
        number = float(plain)
        yield (int(number) if plain.isdigit() else number), True


def _scales(value: Any) -> Iterator[tuple[Any, bool]]:
    """``rescale``: bytes become numbers from 0 to 1."""
    if value in ([0, 1], [0.0, 1.0]):
        yield _BYTES, True
    elif value is True or value in (0, "1/0", "255/0"):
        yield _BYTES, value is True
    elif isinstance(value, str):
        plain = value.replace(" ", "").lower().removesuffix(".")
        if plain in ("1./255", "1.0/255", "1/255.0", "/255", "1/255.", "true", "yes", "1÷255"):
            yield _BYTES, True
        elif "/0" in plain or "255" in plain:
            yield _BYTES, False
    elif isinstance(value, int | float) and value < 0:
        yield _BYTES, False


def _sizes(value: Any) -> Iterator[tuple[Any, bool]]:
    """``size``: height and width."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield [value, value], True
    elif isinstance(value, list) and len(value) == 1:
        yield [value[0], value[0]], True
    elif isinstance(value, list) and len(value) == 3 and value[2] in (1, 3, 4):
        yield value[:2], True
    elif isinstance(value, list) and len(value) == 3 and value[0] in (1, 3, 4):
        yield value[1:], True
    elif isinstance(value, str) and value.strip().isdigit():
        yield [int(value), int(value)], True


def _families(value: str, choices: tuple[str, ...]) -> Iterator[tuple[Any, bool]]:
    """``preprocess``: the family of a network of keras.applications."""
    mode = {"caffe": "resnet", "tf": "mobilenet_v2", "torch": "densenet"}.get(value.lower())
    if mode in choices:
        yield mode, False
    bare = value.lower().replace("_", "").replace("-", "")
    if bare.endswith("v2") and bare.startswith("resnet") and "resnet_v2" in choices:
        yield "resnet_v2", True
    for choice in sorted(choices, key=len, reverse=True):
        if (
            choice
            and bare.startswith(choice.replace("_", ""))
            and (not bare[len(choice.replace("_", "")) :].startswith("v"))
        ):
            yield choice, True


def _worked(value: Any) -> Any:
    if isinstance(value, str):
        try:
            formula = parse_expression(value)
            return value if formula.names else formula.evaluate({})
        except ExpressionError:
            return value
    return value
