"""Models in wrappers are compared as graphs, and layers without weights may be used again."""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest
from keras import layers

from archspec.emit.keras.build import declaring
from archspec.weights.pairing.same import one_to_one
from archspec.weights.structure.structure import structure_of

Make = Callable[[Any], Any]


def _same(first: Make, second: Make) -> bool:
    made = []
    with declaring(values=False):
        for make in (first, second):
            x = keras.Input((8, 8, 4))
            made.append(structure_of(keras.Model(x, make(x))))
    return one_to_one(made[0], made[1])[1] == ""


def _step(name: str, units: int = 3, swapped: bool = False, shared: bool = False) -> Make:
    def make(x: Any) -> Any:
        start = keras.Input((8, 4), name=f"{name}_start")
        one = layers.Dense(units, name=f"{name}_dense")
        a = one(start)
        b = (one if shared else layers.Dense(units, name=f"{name}_other"))(layers.ReLU()(start))
        end = layers.Concatenate(name=f"{name}_end")([b, a] if swapped else [a, b])
        return layers.TimeDistributed(keras.Model(start, end, name=name))(x)

    return make


def _chain(x: Any) -> Any:
    steps = [keras.Input((8, 4)), layers.Dense(3), layers.ReLU()]
    return layers.TimeDistributed(keras.Sequential(steps))(x)


def _functional(x: Any) -> Any:
    start = keras.Input((8, 4))
    return layers.TimeDistributed(keras.Model(start, layers.ReLU()(layers.Dense(3)(start))))(x)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (_step("a"), _step("b"), True),
        (_step("a"), _step("b", 4), False),
        (_step("a"), _step("b", swapped=True), False),
        (_step("a"), _step("b", shared=True), False),
        (_step("a", shared=True), _step("b", shared=True), True),
        (_chain, _functional, True),
    ],
)
def test_models_in_wrappers(first: Make, second: Make, same: bool) -> None:
    assert _same(first, second) is same


def _twice(kind: Any, *arguments: Any) -> tuple[Make, Make]:
    def one(x: Any) -> Any:
        layer = kind(*arguments)
        return layer(layers.Conv2D(4, 1)(layer(x)))

    def two(x: Any) -> Any:
        return kind(*arguments)(layers.Conv2D(4, 1)(kind(*arguments)(x)))

    return one, two


def test_a_layer_that_is_used_twice() -> None:
    assert _same(*_twice(layers.ReLU))
    assert _same(*_twice(layers.MaxPooling2D, 1))
    assert not _same(*_twice(layers.Dense, 4))
    assert _same(*_twice(lambda: layers.TimeDistributed(layers.ReLU())))
    assert not _same(*_twice(lambda: layers.TimeDistributed(layers.Dense(4))))
    assert not _same(*_twice(layers.BatchNormalization))


def test_comparisons_with_whole_numbers() -> None:
    from keras import ops

    calls: list[tuple[Any, Any]] = [
        *((ops.not_equal, 0), (ops.not_equal, 0.0), (ops.not_equal, 1)),
        *((ops.multiply, 2), (ops.multiply, 2.0)),
    ]
    made = []
    with declaring(values=False):
        for operation, number in calls:
            x = keras.Input((4,), dtype="int32")
            made.append(structure_of(keras.Model(x, operation(x, number))))
    zero, float_zero, one, two, float_two = made
    assert one_to_one(zero, float_zero)[1] == ""
    assert one_to_one(zero, one)[1] != ""
    assert one_to_one(two, float_two)[1] != ""
