"""A mistake costs its own entry: what does not depend on it is still looked at, what does is silent.

Every mistake here is put into a network beside every other one; all are told, and nothing else.
"""

from itertools import combinations

import pytest

from archspec.diagnostics.sink import Sink
from archspec.diagnostics.source import Source
from archspec.parse import parse
from archspec.pipeline import shape_document

SOUND = """\
archspec: 1
params: {width: 8, deep: 2}
input: [32, 32, 3]
blocks:
  unit:
    params: {filters: int, act: relu}
    layers:
      - Conv2D: {filters: filters, kernel_size: 3, padding: same}
      - Activation: $act
layers:
  - Conv2D: {name: stem, filters: width, kernel_size: 3, activation: relu}
  - unit: {name: first, filters: 16}
  - MaxPooling2D: {name: pool, pool_size: 2, from: stem}
  - GlobalMaxPooling2D: {name: gp}
  - Conv2D: {name: left, filters: 8, kernel_size: 3, from: stem}
  - Conv2D: {name: right, filters: 8, kernel_size: 3, from: stem}
  - Add: {name: sum, from: [left, right]}
  - repeat:
      name: stage
      times: deep
      layers:
        - Conv2D: {filters: 8, kernel_size: 3, padding: same}
  - residual:
      name: res
      layers:
        - Conv2D: {filters: 8, kernel_size: 3, padding: same, activation: relu}
  - Flatten: {name: flat}
  - parallel:
      name: split
      from: stem
      branches:
        a: [Conv2D: {filters: 4, kernel_size: 1}]
        b: [MaxPooling2D: {pool_size: 3, strides: 1, padding: same}]
  - GlobalMaxPooling2D: {name: gmp}
  - apply: {name: again, layer: first, from: stem}
  - GlobalAveragePooling2D: {name: gap, from: again}
  - GlobalMaxPooling2D: {name: gf, from: first}
  - Dense: {name: tail, units: 5, activation: relu, from: gap}
  - Concatenate: {from: [gap, tail, gmp, flat, gp, gf]}
  - Dense: {units: 10, activation: softmax}
"""

MISTAKES = {
    "misspelt layer": ("- MaxPooling2D: {name: pool", "- MaxPoolng2D: {name: pool", "AS201"),
    "misspelt activation": ("kernel_size: 3, activation: relu}\n  - unit", "kernel_size: 3, activation: rleu}\n  - unit", "AS204"),
    "unknown argument": ("name: left, filters: 8,", "name: left, filters: 8, colour: 3,", "AS202"),
    "missing argument": ("{name: right, filters: 8, ", "{name: right, ", "AS203"),
    "bad value": ("pool_size: 3, strides: 1", "pool_size: 3, strides: -1", "AS204"),
    "window": ("a: [Conv2D: {filters: 4, kernel_size: 1}]", "a: [Conv2D: {filters: 4, kernel_size: 99}]", "AS401"),
    "unknown parameter": ("times: deep", "times: depe", "AS208"),
    "no value": ("name: tail, units: 5", "name: tail, units: 5 / 0", "AS209"),
    "wire": ("from: [gap, tail, gmp, flat, gp, gf]", "from: [gap, tali, gmp, flat, gp, gf]", "AS301"),
    "block's argument": ("name: first, filters: 16", "name: first, filters: 16, size: 3", "AS210"),
    "type of a block's argument": ("name: first, filters: 16", "name: first, filters: wide", "AS208"),
    "unknown key": ("input: [32, 32, 3]", "input: [32, 32, 3]\ncolour: red", "AS102"),
    "bad name": ("name: stage", "name: my stage", "AS204"),
}  # fmt: skip
"""What becomes what, and the code."""


def codes(text: str) -> list[str]:
    sink = Sink()
    document = parse(Source("a.yaml", text), sink)
    assert document is not None
    assert (shape_document(document, sink) is None) == sink.errors
    return [found.code for found in sink.diagnostics]


def broken(*names: str) -> str:
    text = SOUND
    for name in names:
        before, after, _ = MISTAKES[name]
        assert text.count(before) == 1, name
        text = text.replace(before, after)
    return text


def test_sound() -> None:
    assert codes(SOUND) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_one(name: str) -> None:
    assert codes(broken(name)) == [MISTAKES[name][2]]


@pytest.mark.parametrize(
    "pair", [p for p in combinations(MISTAKES, 2) if MISTAKES[p[0]][0] != MISTAKES[p[1]][0]]
)
def test_two(pair: tuple[str, str]) -> None:
    assert sorted(codes(broken(*pair))) == sorted(MISTAKES[n][2] for n in pair)


def test_three() -> None:
    names = (
        "misspelt layer",
        "misspelt activation",
        "window",
        "wire",
        "unknown argument",
        "no value",
    )
    assert sorted(codes(broken(*names))) == sorted(MISTAKES[n][2] for n in names)
