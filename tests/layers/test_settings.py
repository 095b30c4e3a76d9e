"""Initializers, regularizers and constraints beside Keras's: names, arguments, what they act on."""

import inspect
from random import Random
from typing import Any

import keras
import numpy as np
import pytest

from archspec.emit.keras.layers import make_layer
from archspec.layers import Layer, layer_types
from archspec.layers.settings import constraints, initializers, is_of, regularizers, settings_of
from archspec.records.record import fields
from tests.oracle import accepts, compared
from tests.random_layers import draw_case
from tests.special_arguments import Call

FAMILIES = {
    "initializers": initializers.KINDS,
    "regularizers": regularizers.KINDS,
    "constraints": constraints.KINDS,
}
KINDS = [(family, kind) for family, kinds in FAMILIES.items() for kind in kinds.types.values()]


@pytest.mark.parametrize("family", FAMILIES)
def test_names(family: str) -> None:
    """Every name that ``keras.initializers.get`` and its sisters know, but for the bases."""
    module = __import__(f"keras.src.{family}", fromlist=["ALL_OBJECTS_DICT"])
    known = {
        name: kind.__name__
        for name, kind in module.ALL_OBJECTS_DICT.items()
        if kind.__name__.lower() != family[:-1]
    }
    assert {name: kind.__name__ for name, kind in FAMILIES[family].names.items()} == known


@pytest.mark.parametrize(("family", "kind"), KINDS, ids=lambda v: getattr(v, "__name__", v))
def test_signature(family: str, kind: Any) -> None:
    theirs = inspect.signature(kind.keras_type().__init__).parameters
    found = {n: p for n, p in theirs.items() if p.kind is p.POSITIONAL_OR_KEYWORD and n != "self"}
    assert list(fields(kind)) == list(found)
    for name, field in fields(kind).items():
        if (kind.__name__, name) == ("Constant", "value"):
            assert field.required  # by its name alone, Keras fails for want of it
        else:
            assert field.default == found[name].default


def _with_settings() -> list[str]:
    return [name for name in sorted(compared()) if settings_of(layer_types()[name])]


def _sound(name: str) -> Any:
    """A case of that layer with all the weights that it can have."""
    random = Random(name)
    for _ in range(2000):
        case = draw_case(random, layer_types()[name], bad=0)
        plain = {
            k: v
            for k, v in case.call.arguments.items()
            if not k.endswith(("initializer", "regularizer", "constraint")) and k != "lora_rank"
        }
        case = case._replace(call=Call(case.call.type, plain), dtypes=())
        lacking = [k for k in ("use_bias", "center", "scale") if plain.get(k) is False]
        if accepts(case) and not lacking and not any(None in s for s in case.shapes):
            return case
    raise AssertionError(f"no sound {name} was drawn")


@pytest.mark.parametrize("name", _with_settings())
def test_what_an_initializer_acts_on(name: str) -> None:
    """Keras fills just those weights with a constant for which the argument is held responsible."""
    case = _sound(name)
    for argument, _, _, _ in settings_of(case.call.type):
        if not argument.endswith("_initializer"):
            continue
        values = {**case.call.arguments, argument: {"Constant": {"value": 0.8125}}}
        layer: Layer = Call(case.call.type, values).make()
        made = make_layer(layer)
        positional, named = layer.keras_call([keras.KerasTensor((None, *s)) for s in case.shapes])
        made(*positional, **named)
        ours = [is_of(weight.name, argument) for weight in layer.weights(*case.shapes)]
        # A forget gate's bias may be 1 in part.
        theirs = [bool(np.any(np.asarray(w.value) == 0.8125)) for w in made.weights]
        assert ours == theirs, (argument, layer)
