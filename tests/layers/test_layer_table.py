"""One table over all layers: arguments and input shapes → output shapes, parameters, errors.

The table is in the files of ``tests/layers``, one for each file of ``archspec/layers``. A row::

    {Conv2D: {filters: 8, kernel_size: 3}, in: [32, 32, 3], out: [30, 30, 8], params: 3*3*3*8 + 8}

Shapes are without the batch, several of them a list of lists; ``roles`` are their names, if they
are called by name. ``params`` counts all parameters (no
``params``: there are none), ``frozen`` those that training does not change, ``macs`` the
operations, if given. All three are written as the calculation by hand. ``error`` is a code and the
argument to underline: AS204 for a bad value, AS205 for values that do not go together, others for
shapes.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archspec.infer.infer import Facts, measure
from archspec.layers import Layer, layer_types
from archspec.records.record import ArgumentError, ValidationError, fields
from archspec.reference.documentation import ROLES
from archspec.shapes.shape import Shape, ShapeError
from tests.entries import read_entries

TABLE = Path(__file__).parent
CALCULATION = re.compile(r"[0-9][0-9+*() -]*|\([0-9+*() -]*")


class Row(NamedTuple):
    """One line of the table."""

    file: str
    layer: str
    arguments: dict[str, Any]
    inputs: tuple[Shape, ...]
    rest: dict[str, Any]

    def __str__(self) -> str:
        inner = ", ".join(f"{k}={v}" for k, v in self.arguments.items())
        return f"{self.layer}({inner}) of {self.inputs}"


@cache
def rows() -> list[Row]:
    found = []
    for path in sorted(TABLE.rglob("*.yaml")):
        file = ".".join(path.relative_to(TABLE).with_suffix("").parts)
        for row in read_entries(path):
            (layer, arguments), *rest = row.items()
            given = dict(rest)
            inputs = shapes(given.pop("in")) if "in" in given else ()
            found.append(Row(file, layer, arguments, inputs, given))
    return found


def shapes(value: list[Any]) -> tuple[Shape, ...]:
    """One shape, or a list of them."""
    several = value and isinstance(value[0], list)
    return tuple(tuple(shape) for shape in (value if several else [value]))


def make(layer: str, arguments: dict[str, Any]) -> Layer:
    type = layer_types()[layer]
    values = {}
    for name, value in arguments.items():
        if (
            name in fields(type)
            and fields(type)[name].type.nested
            and isinstance(value, str | dict)
        ):
            ((inner, given),) = ({value: {}} if isinstance(value, str) else value).items()
            value = make(inner, given)
        values[name] = value
    return type(**values)


def calculate(text: str | None) -> int:
    """The number that a calculation by hand gives."""
    if text is None:
        return 0
    assert CALCULATION.fullmatch(str(text)), f"{text} is not written as a calculation"
    return int(eval(str(text), {"__builtins__": {}}))


def layer_of(row: Row) -> Layer:
    """The layer as it reads its inputs."""
    return make(row.layer, row.arguments).with_roles(tuple(row.rest.get("roles", ())))


def outcome(row: Row) -> Facts | tuple[str, str]:
    """The facts, or the code of the error and its argument."""
    try:
        return measure(layer_of(row), row.inputs)
    except ValidationError as error:
        return "AS204", str(error.errors()[0]["loc"][0])
    except ArgumentError as error:
        return "AS205", error.argument
    except ShapeError as error:
        return error.code, error.argument or ""


@pytest.mark.parametrize("row", rows(), ids=str)
def test_row(row: Row) -> None:
    found = outcome(row)
    if "error" in row.rest:
        code, _, argument = row.rest["error"].partition(" ")
        assert row.rest.keys() <= {"error", "roles"}
        assert isinstance(found, tuple), found
        assert found[0] == code
        assert found[1] == argument or not argument
        return
    assert isinstance(found, Facts), found
    assert row.rest.keys() <= {"out", "params", "frozen", "macs", "roles"}
    assert found.outputs == shapes(row.rest["out"])
    assert found.params == calculate(row.rest.get("params"))
    assert found.params - found.trainable_params == calculate(row.rest.get("frozen"))
    if "macs" in row.rest:
        assert found.macs == calculate(row.rest["macs"])


@pytest.mark.parametrize("row", [r for r in rows() if "error" not in r.rest], ids=str)
def test_what_else_a_layer_says(row: Row) -> None:
    """Of the same shapes: names for all outputs, derivations, and the same again from a copy."""
    layer = layer_of(row)
    facts = measure(layer, row.inputs)
    names = layer.output_names()
    assert len(names) == len(facts.outputs)
    assert names[0] == ""
    assert len(set(names)) == len(names)
    assert all(line == line.strip() and line for line in layer.derivation(*row.inputs))
    windows = layer.windows()
    assert windows is None or len(windows) in (0, len(row.inputs[0]) - 1)
    assert measure(layer.replace(), row.inputs) == facts
    reaches = layer.reaches(*row.inputs)
    assert len(reaches) == len(names)
    assert all(len(reach) == len(row.inputs) for reach in reaches if reach and layer.roles)


def test_every_layer_has_rows() -> None:
    """At least one that it takes, and one with an error if it can have one."""
    taken = {row.layer for row in rows() if "error" not in row.rest}
    assert set(layer_types()) - taken == set()
    refused = {row.layer for row in rows() if "error" in row.rest}
    free = {n for n, t in layer_types().items() if not fields(t) or t.dims is None}
    assert set(layer_types()) - refused - free == SHOWN_BY_A_SISTER


SHOWN_BY_A_SISTER = {
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling3D",
}
"""Layers whose errors are those of another rank."""


@pytest.mark.parametrize("row", rows(), ids=str)
def test_rows_stand_in_the_file_of_their_layer(row: Row) -> None:
    assert layer_types()[row.layer].__module__ == f"archspec.layers.{row.file}"


def test_calculations_are_written_out() -> None:
    """A count of several factors is not just a number."""
    for row in rows():
        for key in ("params", "frozen", "macs"):
            text = str(row.rest.get(key, 0))
            assert not text.isdigit() or calculate(text) <= 512, f"{row}: {key}"


def test_every_layer_says_what_values_it_takes() -> None:
    """A layer of somebody else's may leave that out: then it is not followed."""
    assert [n for n, t in layer_types().items() if t.inputs[1] and not t.reads] == []


def test_every_input_with_a_name_is_explained() -> None:
    """`archspec layers NAME` says what each is, and names no input that no layer has."""
    assert {role for t in layer_types().values() for role in t.role_names} == {*ROLES}
